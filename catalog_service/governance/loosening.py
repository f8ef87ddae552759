"""What a domain's file of shapes may not hold: anything that asks less of a product.

Shapes of a domain run apart from those of the mesh, so that they can only add findings. A file that
tries otherwise is refused with the reason all the same: whoever wrote it expects it to work.
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from operator import ge, le

import rdflib
from rdflib.term import Node

from catalog_service.governance.engines.path import written
from catalog_service.governance.lint import SHACL
from catalog_service.governance.shapefile import ShapeFile
from catalog_service.governance.standard import Standard, shape_of
from catalog_service.governance.standards import Standards
from catalog_service.governance.wording import shown
from catalog_service.terms import OWL, PM, RDFS, STD, Iri

_RULE = "a domain may tighten a standard of the mesh, and never loosen one"
_REACHES = {
    SHACL.deactivated: "switches a shape off",
    SHACL.entailment: "lets an engine conclude what nobody stated",
    SHACL.rule: "states facts while they are being checked",
    SHACL.shapesGraph: "swaps the shapes that data are checked by",
    rdflib.URIRef(OWL.base + "imports"): "brings in shapes that nobody has looked at",
}
_CLASSIFYING = tuple(
    rdflib.URIRef(term)
    for term in (RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.sameAs)
)
_BOUNDS: dict[rdflib.URIRef, Callable[[Decimal, Decimal], bool]] = {
    SHACL.minCount: ge,
    SHACL.minLength: ge,
    SHACL.minInclusive: ge,
    SHACL.minExclusive: ge,
    SHACL.maxCount: le,
    SHACL.maxLength: le,
    SHACL.maxInclusive: le,
    SHACL.maxExclusive: le,
}
"""How a bound compares with the one that it restates, if it is at least as strict."""


def check(file: ShapeFile, domain: Iri, name: str) -> None:
    """Refuse a file that reaches beyond the domain that keeps it.

    Args:
        file: the file.
        domain: the domain.
        name: the folder of the file.

    Raises:
        Misconfigured: it does; file and line are named.
    """
    for term, does in _REACHES.items():
        if any(term in triple for triple in file.graph):
            raise file.refused(
                f"{shown(term)} {does}: {_RULE}", term, hint="state what products have to meet"
            )
    shape = shape_of(name, domain)
    for subject in sorted(set(file.graph.subjects()), key=str):
        if isinstance(subject, rdflib.URIRef) and str(subject) != shape:
            raise file.refused(
                f"it describes <{subject}>, {_whose(subject, domain)}: {_RULE}",
                subject,
                hint=f"describe <{shape}> and nothing else",
            )
    for predicate in _CLASSIFYING:
        for value in file.graph.objects(None, predicate):
            raise file.refused(
                f"{shown(predicate)} {shown(str(value))} would change which nodes standards"
                f" look at: {_RULE}",
                predicate,
                hint="say with sh:targetClass what the shape is about",
            )


def compare(file: ShapeFile, standard: Standard, over: Standards) -> None:
    """Refuse a standard that claims to tighten others and does not.

    Args:
        file: its file.
        standard: the standard, kept by a domain.
        over: the standards of the mesh.

    Raises:
        Misconfigured: it tightens no standard of the mesh, or would be laxer than one.
    """
    known = {found.iri: found for found in over}
    for iri in standard.tightens:
        looser = known.get(iri)
        if looser is None:
            raise file.refused(
                f"<{iri}> is no standard of the mesh, so nothing is tightened",
                rdflib.URIRef(iri),
                hint="name one of `polyseme standards list` by its IRI",
            )
        for day in (date.min, looser.becomes_violation_on or date.min):
            if standard.severity_on(day).weight < looser.severity_on(day).weight:
                raise file.refused(
                    f"its findings weigh {standard.severity_on(day).value}, those of"
                    f" {looser.name}, which it tightens, {looser.severity_on(day).value}: {_RULE}",
                    SHACL.severity,
                    hint="give it the same severity or a stricter one",
                )
        _compare_bounds(file, rdflib.URIRef(standard.iri), over, looser)


def _compare_bounds(
    file: ShapeFile, shape: rdflib.URIRef, over: Standards, looser: Standard
) -> None:
    asked = {
        (path, bound): value
        for path, bound, value in _bounds(over.shape(looser.name), rdflib.URIRef(looser.iri))
    }
    for path, bound, value in _bounds(file.graph, shape):
        before = asked.get((path, bound))
        if before is not None and not _BOUNDS[bound](value, before):
            raise file.refused(
                f"{shown(bound)} {value} would accept what {looser.name}, which it tightens,"
                f" refuses by {before}: {_RULE}",
                bound,
                hint="restate the bound as strict as it is, or stricter",
            )


def _bounds(graph: rdflib.Graph, shape: Node) -> Iterator[tuple[str, rdflib.URIRef, Decimal]]:
    """The bounds that a shape sets: the path, the kind of bound, and its value."""
    for node in graph.objects(shape, SHACL.property):
        path = graph.value(node, SHACL.path)
        if path is None:
            continue
        for bound in _BOUNDS:
            for value in graph.objects(node, bound):
                try:
                    yield written(graph, path), bound, Decimal(str(value))
                except InvalidOperation:  # a date: two of them are compared by nobody's claim
                    continue


def _whose(subject: rdflib.URIRef, domain: Iri) -> str:
    if subject.startswith(STD.base):
        return "which is a standard of the whole mesh"
    if subject.startswith(PM.base):
        return "which is a term of the ontology"
    if subject.startswith(f"{domain}/"):
        return "which is another thing than its folder is named for"
    return f"which does not lie in the namespace of <{domain}>"
