"""Where an answer is known to differ from what the suite expects, and why that is borne.

A row that no longer holds fails a test, so that the table never claims a fault that is mended.
"""

from collections.abc import Iterator, Mapping

from bench.shacl_suite.cases import Case
from bench.shacl_suite.reports import BLANK, Report

_READ_AS_TRUE = (
    'takes `"1"^^xsd:boolean` in a shape for true; to SHACL only `true` is, so the constraint'
    " should be asleep"
)
SHORTFALLS: Mapping[tuple[str, str], str] = {
    ("pySHACL", "sparql/pre-binding/shapesGraph-001"): (
        "does not support `$shapesGraph`, and says so; the lint refuses it in a shape"
    ),
    ("shacl", "sparql/pre-binding/unsupported-sparql-004"): (
        "accepts a query inside a query that does not project `$this`; the lint refuses it"
    ),
    ("the gate's fast engine", "sparql/pre-binding/unsupported-sparql-004"): (
        "accepts a query inside a query that does not project `$this`; the lint refuses it"
    ),
    ("the gate's reference", "core/property/uniqueLang-002"): _READ_AS_TRUE,
}
"""By subject and test: what is answered instead."""

_REFUSED_WHEN_LOADED: Mapping[str, str] = {
    "core/misc/severity-002": "a severity of one's own",
    "sparql/component/nodeValidator-001": "a constraint component of one's own",
    "sparql/component/optional-001": "a constraint component of one's own",
    "sparql/component/propertyValidator-select-001": "a constraint component of one's own",
    "sparql/component/validator-001": "a constraint component of one's own",
    "sparql/node/prefixes-001": "`owl:imports`",
    "sparql/pre-binding/shapesGraph-001": "`$shapesGraph`",
}
"""Shapes that never reach the gate's engines, and what it is that the catalog refuses in them."""


def inapplicable(case: Case) -> str:
    """Why a test cannot be put to the gate; empty where it can."""
    if case.name in _REFUSED_WHEN_LOADED:
        return f"a shape with {_REFUSED_WHEN_LOADED[case.name]} is refused when it is loaded"
    if isinstance(case.expected, Report) and any(_without_iri(case.expected)):
        return "a result lies at a literal or a blank node; the gate judges nodes that have an IRI"
    return ""


def _without_iri(report: Report) -> Iterator[bool]:
    for found in report.results:
        yield not found.focus.startswith("<")
        yield found.value == BLANK
