"""What a file of shapes may hold: only what both engines understand, and nothing that reaches out.

An engine that does not know a term skips it, and bad data passes. So a term is refused unless it is
one of SHACL 1.0 Core or SHACL-SPARQL on which the engines agree, and so is everything by which a
shape could fetch, compute or switch off: rules, scripts, imports, SERVICE, `sh:deactivated`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import rdflib
from rdflib.term import Node

from catalog_service.governance.patterns import why_slow
from catalog_service.governance.shapefile import ShapeFile
from catalog_service.governance.vocabulary import undeclared
from catalog_service.terms import DCT, NAMESPACES, OWL, PM, PROV, RDF, RDFS, SH, STD, XSD

SHACL = rdflib.Namespace(SH.base)

_SUPPORTED_NAMES = """
NodeShape PropertyShape property path inversePath alternativePath zeroOrMorePath oneOrMorePath
zeroOrOnePath targetClass targetNode targetSubjectsOf targetObjectsOf class datatype nodeKind
IRI BlankNode Literal BlankNodeOrIRI BlankNodeOrLiteral IRIOrLiteral minCount maxCount
minExclusive minInclusive maxExclusive maxInclusive minLength maxLength pattern flags languageIn
uniqueLang equals disjoint lessThan lessThanOrEquals not and or xone node qualifiedValueShape
qualifiedValueShapesDisjoint qualifiedMinCount qualifiedMaxCount closed ignoredProperties
hasValue in severity Violation Warning Info message sparql select prefixes
"""
SUPPORTED = frozenset(SHACL[name] for name in _SUPPORTED_NAMES.split())
_LISTS = frozenset((rdflib.RDF.first, rdflib.RDF.rest, rdflib.RDF.nil))
if TYPE_CHECKING:
    from catalog_service.governance.queries import Query

_IMPORTS = rdflib.URIRef(OWL.base + "imports")

_ON_A_STANDARD = frozenset(
    rdflib.URIRef(term)
    for term in (
        RDF.type, RDFS.label, RDFS.comment, RDFS.seeAlso, DCT.identifier, PROV.wasAttributedTo,
        PM.enforcedAt, PM.since, PM.waivable, PM.tightens, PM.becomesViolationOn,
    )
) | {
    SHACL.severity, SHACL.property, SHACL.sparql, SHACL.targetClass, SHACL.targetNode,
    SHACL.targetSubjectsOf, SHACL.targetObjectsOf,
}  # fmt: skip
_BOOLEAN = rdflib.URIRef(XSD.boolean)
_IN_BRACES = re.compile(r"\{\?(\w+)\}")


def check(
    file: ShapeFile,
    shape: rdflib.URIRef,
    prefixes: Mapping[str, str],
    *,
    beside: frozenset[rdflib.URIRef] = frozenset(),
) -> None:
    """Refuse a file that holds anything but one shape in the supported part of SHACL.

    Args:
        file: the file.
        shape: the one thing it may describe.
        prefixes: the prefixes that its queries may use.
        beside: what may be said of it beside what every standard says of itself.

    Raises:
        Misconfigured: it does; file and line are named.
    """
    mentioned = {
        term for triple in file.graph for term in triple if isinstance(term, rdflib.URIRef)
    }
    _supported_terms(file, mentioned)
    _one_subject(file, shape, _ON_A_STANDARD | beside)
    _property_shapes(file, shape)
    _booleans(file)
    _patterns(file, (str(pattern) for pattern in file.graph.objects(None, SHACL.pattern)))
    at_runtime = (shape, rdflib.URIRef(PM.enforcedAt), rdflib.URIRef(PM.Runtime)) in file.graph
    for node in file.graph.objects(None, SHACL.sparql):
        query = _query(file, node, prefixes, at_runtime=at_runtime)
        mentioned.update(query.mentions())
        _patterns(file, query.patterns())
    _declared(file, mentioned)


def _supported_terms(file: ShapeFile, mentioned: set[rdflib.URIRef]) -> None:
    for term in sorted(mentioned - SUPPORTED):
        if term.startswith(SHACL):
            raise file.refused(
                f"sh:{term.removeprefix(SHACL)} is not supported: an engine would skip it",
                term,
                hint="write the constraint in SHACL 1.0 Core, or as a query in sh:sparql",
            )
    if _IMPORTS in mentioned:
        raise file.refused(
            "owl:imports reaches out to another document",
            _IMPORTS,
            hint="state here what the shape needs",
        )
    for parameter in (SHACL["class"], SHACL.datatype):
        for value in file.graph.objects(None, parameter):
            if not isinstance(value, rdflib.URIRef):
                raise file.refused(
                    f"sh:{parameter.removeprefix(SHACL)} takes one IRI; a list is misread",
                    parameter,
                    hint="write one constraint for each, joined by sh:or",
                )


def _one_subject(file: ShapeFile, shape: rdflib.URIRef, known: frozenset[rdflib.URIRef]) -> None:
    for subject in file.graph.subjects(unique=True):
        if isinstance(subject, rdflib.URIRef) and subject != shape:
            raise file.refused(
                f"the file describes <{subject}>", subject, hint=f"describe <{shape}> and no other"
            )
    if (shape, rdflib.RDF.type, SHACL.NodeShape) not in file.graph:
        raise file.refused(
            f"there is no sh:NodeShape <{shape}>", shape, hint="name the shape after its folder"
        )
    for predicate in file.graph.predicates(shape, unique=True):
        if predicate not in known:
            raise file.refused(
                f"<{predicate}> does not belong on a standard itself",
                predicate,
                hint="put constraints into sh:property or sh:sparql, each with a message",
            )


def _property_shapes(file: ShapeFile, shape: rdflib.URIRef) -> None:
    """Each has the severity of its standard, and a message unless its query has one."""
    graph = file.graph
    for node in graph.objects(shape, SHACL.property):
        at = graph.value(node, SHACL.path) or shape
        if graph.value(node, SHACL.severity) != graph.value(shape, SHACL.severity):
            raise file.refused(
                "a property shape lacks the severity of its standard, which it does not inherit",
                at,
                hint="repeat the standard's sh:severity beside sh:path",
            )
        messages = len(list(graph.objects(node, SHACL.message)))
        if messages != (0 if (node, SHACL.sparql, None) in graph else 1):
            raise file.refused(
                f"a property shape has {messages} messages, or one beside its query's",
                at,
                hint="say in one sh:message what to do, on the query where there is one",
            )


def _booleans(file: ShapeFile) -> None:
    for value in file.graph.objects(unique=True):
        if not isinstance(value, rdflib.Literal) or value.datatype != _BOOLEAN:
            continue
        if str(value) not in ("true", "false"):
            raise file.refused(
                f'"{value}"^^xsd:boolean is not read as a boolean by every engine',
                f'"{value}"',
                hint="write true or false",
            )


def _query(
    file: ShapeFile, node: Node, prefixes: Mapping[str, str], *, at_runtime: bool
) -> "Query":
    """The query of one `sh:sparql`, which names its prefixes and says what to do."""
    from catalog_service.governance.queries import Query, Unsound  # noqa: PLC0415 - slow to import

    graph = file.graph
    text = str(graph.value(node, SHACL.select) or "")
    messages = [str(message) for message in graph.objects(node, SHACL.message)]
    prefixed = rdflib.URIRef(STD.base.rstrip("#"))
    if not text or len(messages) != 1 or graph.value(node, SHACL.prefixes) != prefixed:
        raise file.refused(
            "sh:sparql needs sh:select, one sh:message and sh:prefixes",
            text or SHACL.sparql,
            hint=f"state all three; sh:prefixes is <{prefixed}>",
        )
    if graph.value(node, SHACL.severity) is not None:
        raise file.refused(
            "sh:severity inside sh:sparql is ignored by one engine",
            SHACL.sparql,
            hint="put it on the shape around it",
        )
    try:
        query = Query.parsed(text, prefixes)
    except Unsound as fault:
        above = len(text) - len(text.lstrip("\n"))
        raise file.refused(
            fault.reason,
            text,
            hint="ask of the data graph alone, starting from $this",
            down=max(fault.line - above, 0),
        ) from fault
    if query.calls("NOW") and not at_runtime:
        raise file.refused(
            "NOW() gives the same graph two verdicts",
            text,
            hint="leave the clock to standards of the runtime gate",
        )
    for name in _IN_BRACES.findall(messages[0]):
        if name not in query.yields:
            raise file.refused(
                f"the message names ?{name}, which its query does not project",
                messages[0],
                hint=f"project ?{name} in sh:select",
            )
    return query


def _patterns(file: ShapeFile, patterns: Iterator[str]) -> None:
    for pattern in patterns:
        reason = why_slow(pattern) if pattern else "it is computed, so nobody can tell"
        if reason:
            raise file.refused(
                f"the pattern {pattern} can be slow on some text: {reason}",
                pattern or "REGEX",
                hint="write it so that each part ends where the next begins",
            )


def _declared(file: ShapeFile, mentioned: set[rdflib.URIRef]) -> None:
    """A misspelt term matches nothing, and a shape that matches nothing seems to pass."""
    unlisted = {
        str(term)
        for term in mentioned - _LISTS - SUPPORTED
        if not term.startswith(STD.base) and not any(term in space for space in NAMESPACES)
    }
    for term in undeclared(unlisted):
        raise file.refused(
            f"the ontology declares no term <{term}>",
            rdflib.URIRef(term),
            hint="check its spelling; a new term is declared in ontology/ first",
        )
