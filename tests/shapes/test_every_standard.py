"""Every folder of `shapes/` is a standard, and its graphs prove each of its constraints."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
import rdflib

from catalog_service import bundled
from catalog_service.domain.rdf import Triple
from catalog_service.governance.engines.fast import FastEngine, fast_available
from catalog_service.governance.engines.reference import ReferenceEngine
from catalog_service.governance.engines.result import Judge, Result
from catalog_service.governance.lint import SHACL, SUPPORTED
from catalog_service.governance.standards import Stage, Standard, load
from catalog_service.governance.standards_page import page
from catalog_service.graph.formats import parse
from catalog_service.terms import Iri

SHAPES = bundled.folder("shapes")
STANDARDS = load(SHAPES)
GOOD = [pytest.param(s, f, id=f"{s.name}/{f.name}") for s in STANDARDS for f in s.good]
BAD = [pytest.param(s, f, id=f"{s.name}/{f.name}") for s in STANDARDS for f in s.bad]
EACH = [pytest.param(standard, id=standard.name) for standard in STANDARDS]

Statement = tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]

ONTOLOGY = ()
"""None: what these graphs need, they say themselves, so that a reader sees all of it."""

TARGETS = frozenset(
    (SHACL.targetClass, SHACL.targetNode, SHACL.targetSubjectsOf, SHACL.targetObjectsOf)
)
STRUCTURE = TARGETS | {
    SHACL.path, SHACL.severity, SHACL.message, SHACL.select, SHACL.prefixes, SHACL.flags,
    SHACL.inversePath, SHACL.alternativePath, SHACL.zeroOrMorePath, SHACL.oneOrMorePath,
    SHACL.zeroOrOnePath,
}  # fmt: skip
CONSTRAINTS = SUPPORTED - STRUCTURE

RELEASED = {
    "one-domain": ("DOM-01", "violation", "CI", True),
    "domain-owned": ("DOM-02", "violation", "CI", True),
    "owner-named": ("DOM-03", "violation", "CI", True),
    "owner-in-team": ("DOM-04", "warning", "CI", True),
    "no-foreign-operational": ("DOM-05", "violation", "PUBLISH", True),
    "described": ("DP-01", "violation", "CI", True),
    "versioned": ("DP-02", "violation", "CI", True),
    "lifecycle-status": ("DP-03", "violation", "CI", True),
    "output-port": ("DP-04", "violation", "CI", True),
    "quantum-complete": ("DP-05", "warning", "CI", True),
    "discovery-port": ("DP-06", "violation", "CI", True),
    "management-ports": ("DP-07", "warning", "CI", True),
    "port-addressable": ("DP-08", "violation", "CI", True),
    "schema-declared": ("DP-09", "violation", "CI", True),
    "same-semantic": ("DP-10", "violation", "CI", True),
    "breaking-is-major": ("DP-11", "violation", "PUBLISH", True),
    "deprecation-guided": ("DP-12", "warning", "CI", True),
    "polyseme-defined": ("POLY-01", "violation", "CI", True),
    "scheme-defined": ("POLY-02", "violation", "CI", True),
    "identity-path": ("POLY-03", "violation", "PUBLISH", True),
    "polyseme-bound": ("POLY-04", "violation", "CI", True),
    "scheme-datatype": ("POLY-05", "violation", "CI", True),
    "crosswalk-served": ("POLY-06", "violation", "PUBLISH", True),
    "no-cross-domain-identity": ("POLY-07", "warning", "PUBLISH", True),
    "dark-keys": ("POLY-08", "info", "CI", True),
    "no-same-as": ("POLY-09", "violation", "CI", False),
    "mapping-justified": ("POLY-10", "warning", "CI", True),
    "template-unique": ("POLY-11", "violation", "CI", False),
    "slo-promised": ("SLO-01", "violation", "CI", True),
    "slo-well-formed": ("SLO-02", "violation", "CI", True),
    "slo-measured": ("SLO-03", "warning", "RUNTIME", True),
    "slo-met": ("SLO-04", "violation", "RUNTIME", True),
    "freshness-honest": ("SLO-05", "warning", "PUBLISH", True),
    "column-classified": ("SEN-01", "violation", "CI", True),
    "dataset-classified": ("SEN-02", "violation", "CI", True),
    "sensitivity-kept": ("SEN-03", "violation", "PUBLISH", True),
    "sensitive-port-guarded": ("SEN-04", "violation", "CI", True),
    "personal-data-grounded": ("REG-01", "violation", "CI", False),
    "special-category-grounded": ("REG-02", "violation", "CI", False),
    "personal-data-declared": ("REG-03", "violation", "CI", True),
    "policy-has-rule": ("POL-01", "violation", "CI", True),
    "input-resolves": ("LIN-01", "violation", "PUBLISH", True),
    "no-cycle": ("LIN-02", "warning", "PUBLISH", True),
    "consumption-registered": ("CON-01", "violation", "PUBLISH", True),
    "purpose-permitted": ("CON-02", "violation", "PUBLISH", True),
    "waiver-complete": ("GOV-01", "violation", "CI", False),
    "waiver-live": ("GOV-02", "violation", "RUNTIME", False),
    "policy-executable": ("GOV-03", "violation", "CI", False),
    "finding-handled": ("GOV-04", "warning", "RUNTIME", True),
}
"""Short id, severity, first gate, and whether a waiver can excuse from it: what findings, decisions and
waivers rely on. A standard that is not here is new."""


@cache
def reference(gate: Stage) -> Judge:
    """The standards of a gate and of those before it, by the engine whose word counts."""
    return ReferenceEngine(STANDARDS.until(gate).shapes(), ONTOLOGY).among(())


@cache
def fast(gate: Stage) -> Judge:
    """The same by the engine that is there to be quick."""
    if not fast_available():
        return reference(gate)
    return FastEngine(STANDARDS.until(gate).shapes(), ONTOLOGY).among(())


@cache
def stated(file: Path) -> tuple[tuple[Triple, ...], frozenset[Iri]]:
    """What a file states, and every node in it."""
    triples = parse(file.read_text(encoding="utf-8"), "turtle")
    nodes = chain.from_iterable((s, o) for s, _, o in triples if isinstance(o, str))
    return triples, frozenset(nodes) | {triple.subject for triple in triples}


def shape(standard: Standard) -> rdflib.Graph:
    """The shape of one standard, and the prefixes of its queries."""
    graph = rdflib.Graph()
    graph.parse(SHAPES / "prefixes.ttl")
    graph.parse(standard.file)
    return graph


def outcome(shapes: rdflib.Graph, file: Path) -> frozenset[Result]:
    engine = FastEngine if fast_available() else ReferenceEngine
    return frozenset(engine(shapes, ONTOLOGY).among(())(*stated(file)))


def declared(standard: Standard) -> list[Statement]:
    """By what a standard finds the nodes it looks at."""
    return sorted(statement for statement in shape(standard) if statement[1] in TARGETS)


def targets(declarations: list[Statement], file: Path) -> set[rdflib.term.Node]:
    """The nodes of a graph that are found by these."""
    data = rdflib.Graph().parse(file)
    found: set[rdflib.term.Node] = set()
    for _, predicate, value in declarations:
        if predicate == SHACL.targetClass:
            found |= set(data.subjects(rdflib.RDF.type, value))
        elif predicate == SHACL.targetSubjectsOf:
            found |= set(data.subjects(value))
        else:
            found |= set(data.objects(None, value))
    return found


def mutants(graph: rdflib.Graph) -> Iterator[tuple[Statement, rdflib.Graph]]:
    """Each constraint of a shape, and the shape without it."""
    for taken in sorted(statement for statement in graph if statement[1] in CONSTRAINTS):
        mutant = rdflib.Graph()
        for kept in graph:
            if kept != taken:
                mutant.add(kept)
        yield taken, mutant


@pytest.mark.parametrize(("standard", "file"), GOOD)
def test_a_conforming_graph_is_looked_at_and_passes(standard: Standard, file: Path) -> None:
    assert targets(declared(standard), file), "nothing in it is looked at, so it proves nothing"
    assert standard.name not in {result.standard for result in fast(standard.gate)(*stated(file))}


@pytest.mark.parametrize(("standard", "file"), BAD)
def test_a_violating_graph_yields_its_standard_and_no_other_at_its_gate(
    standard: Standard, file: Path
) -> None:
    assert {result.standard for result in fast(standard.gate)(*stated(file))} == {standard.name}


@pytest.mark.parametrize(("standard", "file"), [*GOOD, *BAD])
def test_both_engines_give_the_same_results(standard: Standard, file: Path) -> None:
    gate = standard.gate
    assert Counter(fast(gate)(*stated(file))) == Counter(reference(gate)(*stated(file)))


@pytest.mark.parametrize(("standard", "file"), BAD)
def test_a_finding_has_the_severity_of_its_standard_and_says_what_to_do(
    standard: Standard, file: Path
) -> None:
    for result in reference(standard.gate)(*stated(file)):
        assert result.severity is standard.severity
        assert result.message.endswith(".")
        assert "{?" not in result.message


@pytest.mark.parametrize("standard", EACH)
def test_without_any_one_constraint_some_violating_graph_passes(standard: Standard) -> None:
    for taken, mutant in mutants(shape(standard)):
        assert any(not outcome(mutant, file) for file in standard.bad), f"nothing needs {taken}"


@pytest.mark.parametrize("standard", EACH)
def test_without_any_one_target_some_graph_is_no_longer_looked_at(standard: Standard) -> None:
    every = declared(standard)
    for taken in every:
        left = [statement for statement in every if statement != taken]
        assert any(
            targets(every, file) - targets(left, file) for file in (*standard.good, *standard.bad)
        ), f"nothing needs {taken}"


@pytest.mark.parametrize("standard", EACH)
def test_a_standard_has_examples_that_say_in_their_first_line_what_they_show(
    standard: Standard,
) -> None:
    assert standard.good
    assert standard.bad
    for file in (*standard.good, *standard.bad):
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# ")
        assert first.endswith(".")


def test_nothing_else_lies_among_the_shapes() -> None:
    known = {SHAPES / "README.md", SHAPES / "prefixes.ttl"}
    for standard in STANDARDS:
        known |= {standard.file, *standard.good, *standard.bad}
    assert {file for file in SHAPES.rglob("*") if file.is_file()} == known


def test_what_was_released_keeps_its_name_its_id_its_severity_and_its_gate() -> None:
    found = {
        standard.name: (
            standard.identifier, standard.severity.value, standard.gate.name, standard.waivable
        )
        for standard in STANDARDS
    }  # fmt: skip
    assert found == RELEASED


def test_the_page_of_standards_is_up_to_date() -> None:
    written = (SHAPES / "README.md").read_text(encoding="utf-8")
    assert written == page(STANDARDS), "run `make docs`"
