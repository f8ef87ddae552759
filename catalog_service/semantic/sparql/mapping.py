"""What the rows of the mesh state: which column says which property of what.

* A dataset whose grain is one column that identifies a polyseme is about its members: their IRIs
  are those of the scheme's `pm:iriTemplate`, and their class is the polyseme.
* `csvw:aboutUrl`, of a schema or of one column, says otherwise.
* A column states the property of its `csvw:propertyUrl`, or the one of its own IRI.
* Its values are IRIs where it has a `csvw:valueUrl` or identifies a polyseme whose scheme has a
  template, and literals of its datatype where not.
* A column that is `csvw:virtual` says the same of each row: so a class is stated.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from catalog_service.domain.rdf import iri
from catalog_service.errors import InvalidIri
from catalog_service.graph import Row, View, grouped, many, query
from catalog_service.semantic.plan import Guarded
from catalog_service.semantic.sparql.templates import Template, Unfit, template
from catalog_service.terms import RDF, XSD, Iri


@dataclass(frozen=True, slots=True)
class Cell:
    """A literal: what stands in a column."""

    column: str
    datatype: Iri

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it is made of."""
        return (self.column,)

    def may_meet(self, other: "Said") -> bool:
        """Whether it may be the same term as another."""
        return isinstance(other, Cell) and other.datatype == self.datatype


@dataclass(frozen=True, slots=True)
class Named:
    """An IRI: a template filled in from columns; from none, it is always the same."""

    template: Template
    columns: tuple[str, ...]

    def may_meet(self, other: "Said") -> bool:
        """Whether it may be the same term as another."""
        return isinstance(other, Named) and self.template.may_meet(other.template)


Said: TypeAlias = Cell | Named


@dataclass(frozen=True, slots=True)
class Assertion:
    """That each row of a relation makes one statement, where none of its columns is null.

    Args:
        guarded: the relation.
        subject, predicate, object: the statement.
    """

    guarded: Guarded
    subject: Named
    predicate: Iri
    object: Said

    @property
    def columns(self) -> frozenset[str]:
        """The columns it is made of."""
        return frozenset((*self.subject.columns, *self.object.columns))

    @property
    def keyed(self) -> bool:
        """Whether no two rows have the same subject."""
        unique = self.guarded.relation.unique_on
        return bool(unique) and set(unique) <= set(self.subject.columns)

    @property
    def once(self) -> bool:
        """Whether no two rows make the same statement."""
        unique = self.guarded.relation.unique_on
        return bool(unique) and set(unique) <= self.columns


@dataclass(frozen=True, slots=True)
class Mapped:
    """Everything that may be asked of the data.

    Args:
        assertions: by property, those of narrower properties and classes included.
        measures: the names of the measures counted on a dataset.
        problems: what of the statements about columns could not be used, and why.
        identifying: by the name of a relation, its columns that identify somebody or something.
    """

    assertions: Mapping[Iri, tuple[Assertion, ...]]
    measures: Mapping[Iri, tuple[str, ...]]
    problems: tuple[str, ...] = ()
    identifying: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def classes(self) -> frozenset[Iri]:
        """The classes of which there are rows."""
        return frozenset(
            Iri(one.object.template.texts[0])
            for one in self.assertions.get(RDF.type, ())
            if isinstance(one.object, Named) and not one.object.columns
        )


def mapped(view: View, relations: Iterable[Guarded]) -> Mapped:
    """What some relations state, by what the graph says of their datasets.

    Args:
        view: the graph as the asker may see it.
        relations: what the asker may read, behind its policies.
    """
    guarded = tuple(relations)
    datasets = tuple(dict.fromkeys(one.relation.dataset for one in guarded))
    stated = grouped(
        view.select(many(query(__package__, "mapping"), "dataset", datasets)), "dataset"
    )
    counted = grouped(
        view.select(many(query(__package__, "counted"), "dataset", datasets)), "dataset"
    )
    identifying = grouped(
        view.select(many(query(__package__, "identifying"), "dataset", datasets)), "dataset"
    )
    reader = _Reader()
    for one in guarded:
        reader.read(one, stated.get(one.relation.dataset, []))
    above = closure(
        (row.iri("narrow"), row.iri("broad"))
        for row in view.select(query(__package__, "hierarchy"))
    )
    return Mapped(
        expanded(reader.found, above),
        {
            dataset: tuple(row.text("name") or row.iri("measure") for row in rows)
            for dataset, rows in counted.items()
        },
        tuple(reader.problems),
        {
            one.relation.name: frozenset(row.text("name") for row in rows)
            for one in guarded
            if (rows := identifying.get(one.relation.dataset))
        },
    )


def closure(pairs: Iterable[tuple[Iri, Iri]]) -> dict[Iri, tuple[Iri, ...]]:
    """Everything that is above each thing, however far, itself left out."""
    direct: dict[Iri, list[Iri]] = defaultdict(list)
    for narrow, broad in pairs:
        direct[narrow].append(broad)
    return {narrow: tuple(_above(narrow, direct)) for narrow in direct}


def _above(thing: Iri, direct: Mapping[Iri, list[Iri]]) -> Iterator[Iri]:
    seen, waiting = {thing}, [thing]
    while waiting:
        for broad in direct.get(waiting.pop(), ()):
            if broad not in seen:
                seen.add(broad)
                waiting.append(broad)
                yield broad


def expanded(
    found: Iterable[Assertion], above: Mapping[Iri, tuple[Iri, ...]]
) -> dict[Iri, tuple[Assertion, ...]]:
    """Assertions by property, with those that follow from the hierarchy."""
    by: dict[Iri, dict[Assertion, None]] = defaultdict(dict)
    for one in found:
        by[one.predicate][one] = None
        for broad in above.get(one.predicate, ()):
            by[broad][Assertion(one.guarded, one.subject, broad, one.object)] = None
        if one.predicate == RDF.type and isinstance(one.object, Named) and not one.object.columns:
            for broad in above.get(Iri(one.object.template.texts[0]), ()):
                wider = Named(Template((broad,)), ())
                by[RDF.type][Assertion(one.guarded, one.subject, RDF.type, wider)] = None
    return {predicate: tuple(ones) for predicate, ones in by.items()}


class _Reader:
    """Makes assertions of what the graph says, and keeps what it cannot make any of."""

    def __init__(self) -> None:
        self.found: list[Assertion] = []
        self.problems: list[str] = []

    def read(self, guarded: Guarded, rows: list[Row]) -> None:
        """Read one relation by the rows of `mapping.rq` about its dataset."""
        about = self._about(guarded, rows)
        for row in rows:
            self._column(guarded, row, about)

    def _about(self, guarded: Guarded, rows: list[Row]) -> Named | None:
        """Whom each row is about, unless a column says otherwise."""
        for row in rows:
            if "about" in row:
                return self._named(guarded, row.text("about"), row.iri("column"))
        unique = guarded.relation.unique_on
        for row in rows:
            if "template" in row and (row.text("name"),) == unique:
                subject = self._named(
                    guarded, row.text("template"), row.iri("column"), row.text("name")
                )
                if subject is not None:
                    kind = Named(Template((row.iri("polyseme"),)), ())
                    self.found.append(Assertion(guarded, subject, RDF.type, kind))
                return subject
        return None

    def _column(self, guarded: Guarded, row: Row, about: Named | None) -> None:
        column = row.iri("column")
        subject = (
            self._named(guarded, row.text("cellAbout"), column) if "cellAbout" in row else about
        )
        if subject is None:
            return
        try:
            predicate = iri(row.text("property")) if "property" in row else column
        except InvalidIri as fault:
            self.problems.append(f"{column}: {fault.message}")
            return
        said = self._said(guarded, row, subject)
        if said is not None:
            self.found.append(Assertion(guarded, subject, predicate, said))

    def _said(self, guarded: Guarded, row: Row, subject: Named) -> Said | None:
        """What a column says: an IRI, or a literal."""
        name, column = row.text("name"), row.iri("column")
        if "value" in row:
            said = self._named(guarded, row.text("value"), column)
            if said is not None and row.text("virtual") != "true" and name not in said.columns:
                self.problems.append(f"{column}: csvw:valueUrl does not hold {{{name}}}")
                return None
            return said
        if row.text("virtual") == "true":
            self.problems.append(f"{column}: a virtual column wants a csvw:valueUrl")
            return None
        if "template" in row and (name,) != subject.columns:
            return self._named(guarded, row.text("template"), column, name)
        datatype = next((at.datatype for at in guarded.relation.columns if at.name == name), None)
        if datatype is None:
            return None  # the relation has no such column that may be read
        return Cell(name, Iri(datatype or XSD.string))

    def _named(self, guarded: Guarded, text: str, column: Iri, only: str = "") -> Named | None:
        """A template over columns of the relation; of `only`, where the slot has its own name."""
        try:
            made, names = template(text)
            iri(made.fill(("x",) * made.size))
        except (Unfit, InvalidIri) as fault:
            self.problems.append(f"{column}: {text!r} is no template: {fault}")
            return None
        if only:
            names = (only,) * made.size
        known = {at.name for at in guarded.relation.columns}
        if not known.issuperset(names):
            lost = ", ".join(sorted(set(names) - known))
            self.problems.append(f"{column}: {text!r} names columns that there are not: {lost}")
            return None
        return Named(made, names)
