"""The names by which documents refer to what lies outside of them: contracts, systems, columns."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from catalog_service.graph import View, many, optional, query
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Sources:
    """What ports and systems answer to.

    Args:
        identifiers: the identifiers of each port's contract, or of a system.
        answering: all that answers to an identifier.
        versions: the version of the contract that has an identifier.
    """

    identifiers: dict[Iri, tuple[str, ...]]
    answering: dict[str, frozenset[Iri]]
    versions: dict[str, str]

    def name(self, sources: Iterable[Iri]) -> str:
        """The name that stands for exactly these; empty where no name does.

        The identifier of a contract or a system goes before the IRI of a single port.
        """
        wanted = frozenset(sources)
        shared = [set(self.identifiers.get(source, ())) for source in wanted]
        common = set.intersection(*shared) if shared else set()
        for source in sorted(wanted)[:1]:
            for name in self.identifiers.get(source, ()):
                if name in common and self.answering.get(name) == wanted:
                    return name
        return next(iter(wanted)) if len(wanted) == 1 else ""

    def names(self, sources: Iterable[Iri]) -> list[str]:
        """Names that together stand for the sources: one for each contract, as far as can be."""
        left, found = sorted(set(sources)), []
        while left:
            first = left[0]
            several = [
                name
                for name in self.identifiers.get(first, ())
                if self.answering.get(name, frozenset()) <= set(left)
            ]
            name = several[0] if several else first
            found.append(name)
            gone = self.answering[name] if several else {first}
            left = [source for source in left if source not in gone]
        return found


def sources(view: View, iris: Iterable[Iri]) -> Sources:
    """What ports and operational systems answer to, when a document names what it reads."""
    rows = view.select(many(query(__package__, "sources"), "source", iris))
    identifiers: dict[Iri, list[str]] = defaultdict(list)
    answering: dict[str, set[Iri]] = defaultdict(set)
    versions: dict[str, str] = {}
    for row in rows:
        name = row.text("identifier")
        if name not in identifiers[row.iri("source")]:
            identifiers[row.iri("source")].append(name)
        answering[name].add(row.iri("also"))
        if "version" in row:
            versions.setdefault(name, row.text("version"))
    return Sources(
        {source: tuple(found) for source, found in identifiers.items()},
        {name: frozenset(found) for name, found in answering.items()},
        versions,
    )


def columns(view: View, iris: Iterable[Iri]) -> dict[Iri, str]:
    """Columns as other contracts refer to them: `contract#dataset.column`."""
    found: dict[Iri, str] = {}
    for row in view.select(many(query(__package__, "columns"), "column", iris)):
        contract = row.text("contract") or optional(row, "port") or ""
        name = f"{contract}#{row.text('dataset')}.{row.text('name')}"
        found.setdefault(row.iri("column"), name)
    return found
