"""Publishing: all or nothing, repeatable, and nothing in the graph that the journal does not have."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog_service.bootstrap import Catalog, build
from catalog_service.domain.publication import Fate, Kind, Submission
from catalog_service.domain.rdf import Fact, Origin
from catalog_service.governance.gate import Stage
from catalog_service.graph import parse
from catalog_service.settings import Settings
from catalog_service.terms import DCAT, DCT, DPROD, Iri

NOW = datetime(2026, 2, 1, tzinfo=UTC)
BASE = "https://mesh.example/"
PREFIXES = """
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix dprod: <https://www.omg.org/spec/DPROD/dprod/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix csvw: <http://www.w3.org/ns/csvw#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix sdmx-attribute: <http://purl.org/linked-data/sdmx/2009/attribute#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
@prefix dpv: <https://w3id.org/dpv#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
GOVERNANCE = """
<https://mesh.example/decisions/mesh> a pm:Decision ; dct:title "The mesh" ;
  prov:wasAttributedTo <https://mesh.example/teams/federation> .
<https://mesh.example/domains/sales> a pm:Domain ; skos:prefLabel "sales" ; pm:ownedBy <https://mesh.example/teams/sales> .
<https://mesh.example/teams/sales> a org:OrganizationalUnit .
<mailto:ana@mesh.example> org:memberOf <https://mesh.example/teams/sales> .
<https://mesh.example/polysemes/User> a pm:Polyseme ; skos:prefLabel "user" ; skos:definition "A person" ;
  pm:authoritativeDomain <https://mesh.example/domains/sales> ; pm:globalIdentifier <https://mesh.example/schemes/user-id> .
<https://mesh.example/schemes/user-id> a pm:IdentifierScheme ; pm:datatype xsd:string ; pm:pattern "^[0-9]+$" ;
  pm:iriTemplate "https://id.mesh.example/user/{id}" ; pm:issuedBy <https://mesh.example/domains/sales> .
<https://mesh.example/schemes/mail-hash> a pm:IdentifierScheme ; pm:datatype xsd:string ; pm:pattern "^[0-9a-f]+$" ;
  pm:iriTemplate "https://id.mesh.example/mail/{id}" ; pm:issuedBy <https://mesh.example/domains/sales> .
"""


def product(
    name: str,
    *,
    version: str = "1.0.0",
    owner: bool = True,
    columns: str = "id",
    scheme: str = "user-id",
    more: str = "",
) -> str:
    p = f"https://mesh.example/products/{name}"
    stated = "".join(
        f"<{p}/datasets/d/schema> csvw:column <{p}/datasets/d/columns/{c}> . "
        f'<{p}/datasets/d/columns/{c}> a csvw:Column ; csvw:name "{c}" ; csvw:datatype xsd:string ; pm:sensitivity pm:Internal . '
        for c in columns.split()
    )
    return f"""
<{p}> a dprod:DataProduct ; dct:title "{name}" ; dct:description "All {name}" ; dprod:purpose "Know {name}" ;
  dct:identifier "{name}" ; dcat:version "{version}" ; dprod:lifecycleStatus pm:Active ;
  dprod:domain <https://mesh.example/domains/sales> ;
  {"dprod:dataProductOwner <mailto:ana@mesh.example> ;" if owner else ""}
  dprod:outputPort <{p}/ports/sql> ; dprod:outputDataset <{p}/datasets/d> ;
  pm:discoveryPort <{p}/management/d> ; pm:controlPort <{p}/management/c> ; pm:observabilityPort <{p}/management/o> ;
  pm:codeComponent <{p}/code/c> ; pm:infrastructureComponent <{p}/infrastructure/i> .
<{p}/management/d> a dcat:DataService . <{p}/management/c> a dcat:DataService . <{p}/management/o> a dcat:DataService .
<{p}/code/c> a pm:CodeComponent . <{p}/infrastructure/i> a pm:InfrastructureComponent .
<{p}/ports/sql> a dcat:DataService ; dcat:endpointURL <postgres://w/{name}> ; dprod:protocol <https://mesh.example/protocols/postgres> ;
  dcat:servesDataset <{p}/datasets/d> ; pm:slo <{p}/ports/sql/slo/fresh> , <{p}/ports/sql/slo/up> .
<{p}/ports/sql/slo/fresh> a pm:ServiceLevelObjective ; pm:indicator pm:Freshness ; pm:comparator odrl:lteq ;
  pm:target 24.0 ; sdmx-attribute:unitMeasure unit:HR ; pm:window "P1D"^^xsd:duration .
<{p}/ports/sql/slo/up> a pm:ServiceLevelObjective ; pm:indicator pm:Availability ; pm:comparator odrl:gteq ;
  pm:target 99.5 ; sdmx-attribute:unitMeasure unit:PERCENT ; pm:window "P30D"^^xsd:duration .
<{p}/datasets/d> a dcat:Dataset ; dct:title "d" ; dct:conformsTo <https://mesh.example/models/{name}> ; csvw:tableSchema <{p}/datasets/d/schema> ;
  dprod:informationSensitivityClassification pm:Internal .
<{p}/datasets/d/schema> a csvw:Schema . {stated}
<{p}/datasets/d/columns/id> pm:identifies <https://mesh.example/polysemes/User> ; pm:identifierScheme <https://mesh.example/schemes/{scheme}> .
{more}
"""


def crosswalk(name: str) -> str:
    p = f"https://mesh.example/products/{name}"
    return f"""<{p}/crosswalks/x> a pm:Crosswalk ; pm:fromScheme <https://mesh.example/schemes/mail-hash> ;
  pm:toScheme <https://mesh.example/schemes/user-id> ; pm:realisedBy <{p}/ports/sql> ."""


def reads(name: str, upstream: str) -> str:
    p = f"https://mesh.example/products/{name}"
    port = f"https://mesh.example/products/{upstream}/ports/sql"
    return f"""<{p}> dprod:inputPort <{p}/inputs/i> . <{p}/inputs/i> a dcat:DataService ; pm:readsFrom <{port}> .
<{p}/consumptions/i> a pm:Consumption ; pm:consumer <{p}> ; pm:consumes <{port}> ; dpv:hasPurpose dpv:ServiceProvision ."""


def submission(turtle: str, name: str = "") -> Submission:
    subject = Iri(f"{BASE}products/{name}" if name else f"{BASE}decisions/mesh")
    triples = parse(PREFIXES + turtle, "turtle", base=BASE)
    facts = tuple(
        Fact(triple, Origin(f"{name or 'mesh'}.ttl", n + 1)) for n, triple in enumerate(triples)
    )
    return Submission(subject, facts, Kind.PRODUCT if name else Kind.DECISION, "test")


def iri(name: str) -> Iri:
    return Iri(f"{BASE}products/{name}")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with build(Settings(home=tmp_path / "home", base_iri=BASE)) as made:
        made.publisher.publish([submission(GOVERNANCE)], publisher="federation", now=NOW)
        yield made


def publish(catalog: Catalog, *submissions: Submission) -> list[Fate]:
    return [o.fate for o in catalog.publisher.publish(submissions, publisher="ana", now=NOW)]


def test_what_conforms_is_durable_and_visible_at_once(catalog: Catalog) -> None:
    (outcome,) = catalog.publisher.publish(
        [submission(product("orders"), "orders")], publisher="ana"
    )
    assert outcome.verdict.findings == ()
    assert (outcome.fate, outcome.revision) == (Fate.PUBLISHED, 2)
    assert catalog.journal.latest(iri("orders")) is not None
    assert catalog.view().sees(iri("orders"))
    assert catalog.index.revision == 2


def test_repeating_is_harmless(catalog: Catalog) -> None:
    publish(catalog, submission(product("orders"), "orders"))
    (again,) = catalog.publisher.publish([submission(product("orders"), "orders")], publisher="bo")
    assert (again.fate, again.revision) == (Fate.UNCHANGED, 2)
    assert catalog.journal.revision() == 2


def test_what_does_not_conform_is_kept_with_its_reasons_and_not_shown(catalog: Catalog) -> None:
    (refused,) = catalog.publisher.publish(
        [submission(product("orders", owner=False), "orders")], publisher="ana"
    )
    assert (refused.fate, refused.revision) == (Fate.QUARANTINED, None)
    (finding,) = refused.verdict.findings
    assert (finding.standard, finding.file) == ("owner-named", "orders.ttl")
    assert finding.line > 0
    assert not catalog.view().sees(iri("orders"))
    assert [kept.subject for kept in catalog.journal.quarantined()] == [iri("orders")]


def test_a_refused_change_leaves_the_published_revision_served(catalog: Catalog) -> None:
    publish(catalog, submission(product("orders"), "orders"))
    (refused,) = catalog.publisher.publish(
        [submission(product("orders", version="1.1.0", owner=False), "orders")], publisher="ana"
    )
    assert (refused.fate, refused.revision) == (Fate.QUARANTINED, 2)
    versions = {
        t.object for t in catalog.view().graph(iri("orders")) if t.predicate == DCAT.version
    }
    assert [v.lexical for v in versions if not isinstance(v, str)] == ["1.0.0"]


def test_products_of_one_run_may_rest_on_each_other_in_any_order(catalog: Catalog) -> None:
    bound = submission(product("plays", scheme="mail-hash"), "plays")
    serving = submission(product("ids", more=crosswalk("ids")), "ids")
    assert publish(catalog, bound, serving) == [Fate.PUBLISHED, Fate.PUBLISHED]


def test_what_rests_on_a_refused_product_is_refused_as_well(catalog: Catalog) -> None:
    bound = submission(product("plays", scheme="mail-hash"), "plays")
    serving = submission(product("ids", owner=False, more=crosswalk("ids")), "ids")
    outcomes = catalog.publisher.publish([bound, serving], publisher="ana")
    assert [o.fate for o in outcomes] == [Fate.QUARANTINED, Fate.QUARANTINED]
    assert {f.standard for f in outcomes[0].verdict.findings} == {"identity-path"}


def test_a_product_judged_again_is_judged_among_the_same_decisions(tmp_path: Path) -> None:
    with build(Settings(home=tmp_path / "home", base_iri=BASE)) as fresh:
        refused = submission(product("orders", owner=False), "orders")
        reading = submission(product("report", more=reads("report", "orders")), "report")
        outcomes = fresh.publisher.publish(
            [submission(GOVERNANCE), refused, reading], publisher="ana"
        )
        assert [o.fate for o in outcomes] == [Fate.PUBLISHED, Fate.QUARANTINED, Fate.QUARANTINED]
        assert {f.standard for f in outcomes[2].verdict.findings} == {"input-resolves"}


def test_products_in_a_circle_are_warned_and_published(catalog: Catalog) -> None:
    outcomes = catalog.publisher.publish(
        [
            submission(product("orders", more=reads("orders", "report")), "orders"),
            submission(product("report", more=reads("report", "orders")), "report"),
        ],
        publisher="ana",
    )
    assert [o.fate for o in outcomes] == [Fate.PUBLISHED, Fate.PUBLISHED]
    for outcome, other in zip(outcomes, ("report", "orders"), strict=True):
        (warned,) = outcome.verdict.findings
        assert (warned.standard, warned.value) == ("no-cycle", iri(other))


def test_a_column_is_held_to_the_level_of_one_in_a_product_that_is_not_read(
    catalog: Catalog,
) -> None:
    publish(catalog, submission(product("orders"), "orders"))
    p = f"{BASE}products"
    copied = f"<{p}/report/datasets/d/columns/id> prov:wasDerivedFrom <{p}/orders/datasets/d/columns/id> ."
    exposing = product("report", more=copied).replace("pm:Internal", "pm:Public")
    (refused,) = catalog.publisher.publish([submission(exposing, "report")], publisher="ana")
    assert [f.standard for f in refused.verdict.findings] == ["sensitivity-kept"]


def test_a_published_crosswalk_serves_later_products(catalog: Catalog) -> None:
    publish(catalog, submission(product("ids", more=crosswalk("ids")), "ids"))
    assert publish(catalog, submission(product("plays", scheme="mail-hash"), "plays")) == [
        Fate.PUBLISHED
    ]


def test_a_lost_column_needs_a_major_version(catalog: Catalog) -> None:
    publish(catalog, submission(product("orders", columns="id note"), "orders"))
    (refused,) = catalog.publisher.publish(
        [submission(product("orders", version="1.1.0"), "orders")], publisher="ana"
    )
    assert {f.standard for f in refused.verdict.findings} == {"breaking-is-major"}
    assert publish(catalog, submission(product("orders", version="2.0.0"), "orders")) == [
        Fate.PUBLISHED
    ]


def test_a_product_may_not_describe_what_is_governed(catalog: Catalog) -> None:
    smuggled = "<https://mesh.example/domains/sales> pm:ownedBy <https://mesh.example/teams/eve> ."
    (refused,) = catalog.publisher.publish(
        [submission(product("orders", more=smuggled), "orders")], publisher="eve"
    )
    assert "governed-subject" in {f.standard for f in refused.verdict.findings}


def test_lineage_is_inferred_and_marked_by_its_graph(catalog: Catalog) -> None:
    publish(catalog, submission(product("orders"), "orders"))
    publish(catalog, submission(product("report", more=reads("report", "orders")), "report"))
    rows = catalog.view().select(
        "SELECT ?g WHERE { GRAPH ?g { <https://mesh.example/products/report>"
        " <http://www.w3.org/ns/prov#wasDerivedFrom> <https://mesh.example/products/orders> } }"
    )
    assert len(rows) == 1
    assert rows[0].iri("g") not in (iri("report"), iri("orders"))


def test_the_verdict_stands_in_the_graph(catalog: Catalog) -> None:
    publish(catalog, submission(product("orders"), "orders"))
    assert catalog.view().ask(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> ASK { GRAPH ?g { ?report a sh:ValidationReport ;"
        " sh:conforms true ; <http://purl.org/dc/terms/subject> <https://mesh.example/products/orders> } }"
    )


def test_the_report_names_what_the_gate_could_not_decide(catalog: Catalog) -> None:
    publish(catalog, submission(product("orders"), "orders"))
    left = "PREFIX pm: <https://w3id.org/polyseme/ns#> SELECT ?standard WHERE { GRAPH ?g {"
    rows = catalog.view().select(
        f"{left} <{iri('orders')}/conformance> pm:notEvaluated ?standard }} }}"
    )
    later = {standard.iri for standard in catalog.layers if standard.gate > Stage.PUBLISH}
    assert {row.iri("standard") for row in rows} == later != set()


def test_a_check_publishes_nothing(catalog: Catalog) -> None:
    (outcome,) = catalog.publisher.check([submission(product("orders"), "orders")])
    assert (outcome.fate, outcome.verdict.conforms) == (Fate.CHECKED, True)
    assert catalog.journal.revision() == 1


def test_a_decision_is_heard_by_the_next_check(catalog: Catalog) -> None:
    """What was decided is kept between checks, and only until something is published."""

    def told() -> set[str]:
        (outcome,) = catalog.publisher.check([submission(product("orders"), "orders")])
        return {finding.standard for finding in outcome.verdict.findings}

    membership = "<mailto:ana@mesh.example> org:memberOf <https://mesh.example/teams/sales> ."
    before = told()
    assert told() == before
    dismissed = submission(GOVERNANCE.replace(membership, ""))
    catalog.publisher.publish([dismissed], publisher="f", now=NOW)
    assert told() - before == {"owner-in-team"}


def test_projections_made_anew_answer_as_before(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", base_iri=BASE)
    with build(settings) as first:
        first.publisher.publish([submission(GOVERNANCE)], publisher="f", now=NOW)
        publish(first, submission(product("orders"), "orders"))
        publish(first, submission(product("report", more=reads("report", "orders")), "report"))
        before = {name: set(first.view().graph(name)) for name in first.view().graphs()}
    with build(settings) as second:
        after = {name: set(second.view().graph(name)) for name in second.view().graphs()}
        assert after == before
        assert second.index.revision == 3
        assert second.rebuild() == 3
        assert {n: set(second.view().graph(n)) for n in second.view().graphs()} == before


def test_a_title_may_hold_anything(catalog: Catalog) -> None:
    odd = product("orders").replace(
        'dct:title "orders"', 'dct:title "a \\"quoted\\" } ; DROP ALL \\n\\u2028"'
    )
    publish(catalog, submission(product("orders"), "orders"))
    publish(catalog, submission(odd, "orders"))
    titles = {
        t.object.lexical
        for t in catalog.view().graph(iri("orders"))
        if t.subject == iri("orders") and t.predicate == DCT.title and not isinstance(t.object, str)
    }
    assert titles == {'a "quoted" } ; DROP ALL \n\u2028'}
    assert catalog.view().ask(f"ASK {{ ?p a <{DPROD.DataProduct}> }}")
