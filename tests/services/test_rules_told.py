"""What is told of the standards."""

import pytest

from catalog_service.bundled import folder
from catalog_service.domain.rdf import Triple
from catalog_service.governance import standards as governance_standards
from catalog_service.graph import Store, parse
from catalog_service.services import standards
from catalog_service.services.standards import Layers
from catalog_service.terms import DCT, SH, STD, Iri

OWNER_NAMED = Iri(f"{STD.base}owner-named")


@pytest.fixture(scope="module")
def rules() -> Layers:
    return Layers(governance_standards.load(folder("shapes")))


def test_a_standard_is_found_by_the_iri_of_its_shape(rules: Layers) -> None:
    found = standards.at(rules, OWNER_NAMED)
    assert found is not None
    assert found.name == "owner-named"


@pytest.mark.parametrize("iri", [f"{STD.base}no-such", "https://mesh.example/owner-named"])
def test_another_iri_is_no_standard(rules: Layers, iri: str) -> None:
    assert standards.at(rules, Iri(iri)) is None


def test_its_examples_are_graphs_that_conform_and_graphs_that_do_not(rules: Layers) -> None:
    told = standards.examples(rules.named("owner-named"))
    assert {example.conforms for example in told} == {True, False}
    assert [e.conforms for e in told] == sorted((e.conforms for e in told), reverse=True)
    assert all(parse(example.turtle, "turtle") for example in told)


def test_its_shape_is_the_file(rules: Layers) -> None:
    assert "std:owner-named" in standards.shape(rules.named("owner-named"))


def test_who_has_a_finding_is_read_from_the_reports() -> None:
    store = Store()
    product = Iri("https://mesh.example/products/orders")
    report, result = Iri(f"{product}/conformance"), Iri(f"{product}/conformance/1")
    store.replace(
        {
            report: [
                Triple(report, DCT.subject, product),
                Triple(report, SH.result, result),
                Triple(result, SH.sourceShape, OWNER_NAMED),
            ]
        }
    )
    described = Iri(f"{STD.base}described")
    found = standards.failing(store.view(), [OWNER_NAMED, described])
    assert found == {OWNER_NAMED: (product,)}
