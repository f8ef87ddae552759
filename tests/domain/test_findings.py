"""Findings and verdicts: what blocks, in which order they are read, and what makes one the same."""

from dataclasses import replace

from catalog_service.domain.findings import Finding, Severity, Verdict, in_order
from catalog_service.domain.rdf import Literal, Origin
from catalog_service.terms import Iri

PRODUCT = Iri("https://mesh.example/products/orders")
FOUND = Finding(
    "owner-named", Severity.VIOLATION, "no owner", focus=PRODUCT, path="<p>", value=Literal("x")
)


def test_a_violation_blocks_and_lesser_findings_do_not() -> None:
    assert not Verdict(PRODUCT, (FOUND,)).conforms
    assert Verdict(PRODUCT, (replace(FOUND, severity=Severity.WARNING),)).conforms
    assert Verdict(PRODUCT, (replace(FOUND, severity=Severity.INFO),)).conforms


def test_a_waived_violation_does_not_block() -> None:
    waived = replace(FOUND, waiver=Iri("https://mesh.example/waivers/1"))
    assert Verdict(PRODUCT, (waived,)).conforms


def test_a_finding_is_the_same_whatever_it_says_and_wherever_it_stands() -> None:
    moved = replace(FOUND, message="other words", severity=Severity.WARNING, line=9)
    assert moved.fingerprint == FOUND.fingerprint


def test_another_value_is_another_finding() -> None:
    assert replace(FOUND, value=Literal("y")).fingerprint != FOUND.fingerprint
    assert replace(FOUND, value=None).fingerprint != FOUND.fingerprint


def test_findings_are_read_from_the_top_of_the_file() -> None:
    low = FOUND.at(Origin("b.yaml", 9))
    high = FOUND.at(Origin("b.yaml", 2))
    warned = replace(high, severity=Severity.WARNING)
    assert in_order([low, warned, high]) == (high, warned, low)
