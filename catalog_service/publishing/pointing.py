"""Where a finding points: the line of the file that states, or should state, the thing."""

from collections.abc import Iterable

from catalog_service.domain.findings import Finding
from catalog_service.domain.rdf import Fact, Origin, Term
from catalog_service.terms import RDF, Iri


class Places:
    """The places of one product's facts, to look findings up in."""

    def __init__(self, subject: Iri, facts: Iterable[Fact]) -> None:
        self._subject = subject
        self._exact: dict[tuple[Iri, str, Term], Origin] = {}
        self._some: dict[tuple[Iri, str], Origin] = {}
        self._any: dict[Iri, Origin] = {}
        for (node, predicate, value), origin in facts:
            self._exact[(node, f"<{predicate}>", value)] = origin
            self._some.setdefault((node, f"<{predicate}>"), origin)
            if predicate == RDF.type or node not in self._any:
                self._any[node] = origin

    def pointed(self, finding: Finding) -> Finding:
        """The finding with a place: of the value, of the property, of the node, of the product."""
        if finding.file:
            return finding
        return finding.at(self._place(finding))

    def _place(self, finding: Finding) -> Origin | None:
        node = finding.focus or self._subject
        if finding.value is not None:
            exact = self._exact.get((node, finding.path, finding.value))
            if exact:
                return exact
            stated = [o for (n, _, v), o in self._exact.items() if n == node and v == finding.value]
            if stated:
                return stated[0]
        return (
            self._some.get((node, finding.path))
            or self._any.get(node)
            or self._any.get(self._subject)
        )
