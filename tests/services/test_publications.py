"""What the journal tells of a revision."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog_service.domain.findings import Finding, Severity, Verdict
from catalog_service.domain.publication import Kind
from catalog_service.domain.rdf import Fact, Origin, Triple, text
from catalog_service.graph import canonical
from catalog_service.graph.formats import content_hash
from catalog_service.journal import Draft, Journal
from catalog_service.services import publications
from catalog_service.terms import DCAT, DCT, DPROD, RDF, Iri

ORDERS, STOCK = Iri("https://mesh.example/products/orders"), Iri("https://mesh.example/products/st")
ODD = text('a "quoted" value\nof two lines .', "en")


def draft(subject: Iri, version: str, *findings: Finding) -> Draft:
    triples = (
        Triple(subject, RDF.type, DPROD.DataProduct),
        Triple(subject, DCAT.version, text(version)),
        Triple(subject, DCT.title, ODD),
    )
    nquads = canonical(triples, subject)
    return Draft(
        subject,
        Kind.PRODUCT,
        version,
        nquads,
        content_hash(nquads),
        "sales",
        Verdict(subject, findings),
        tuple(Origin("orders.yaml", line) for line in range(1, 4)),
    )


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.db")
    blocked = Finding("described", Severity.VIOLATION, "no title")
    journal.append([draft(ORDERS, "1.0.0"), draft(STOCK, "0.1.0", blocked)])
    journal.append([draft(ORDERS, "1.1.0")])
    yield journal
    journal.close()


def test_the_current_revision_is_the_latest_one(journal: Journal) -> None:
    found = publications.current(journal, [ORDERS, STOCK, Iri("https://mesh.example/none")])
    assert {subject: entry.revision for subject, entry in found.items()} == {ORDERS: 3, STOCK: 2}


def test_versions_come_the_latest_first(journal: Journal) -> None:
    found = publications.versions(journal, [ORDERS, STOCK])
    assert [(v.revision, v.version) for v in found[ORDERS]] == [(3, "1.1.0"), (1, "1.0.0")]
    assert [v.conforms for v in found[STOCK]] == [False]


def test_every_fact_has_its_place(journal: Journal) -> None:
    found = publications.facts(publications.current(journal, [ORDERS])[ORDERS])
    assert Fact(Triple(ORDERS, DCT.title, ODD), Origin("orders.yaml", 1)) in found
    assert {fact.origin.line for fact in found} == {1, 2, 3}
    assert {fact.triple.predicate for fact in found} == {RDF.type, DCAT.version, DCT.title}


def test_asking_of_nothing_answers_nothing(journal: Journal) -> None:
    assert publications.current(journal, []) == {}
    assert publications.versions(journal, []) == {}
