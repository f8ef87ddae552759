"""The documents that search gets, against small graphs written out."""

from collections.abc import Mapping

import pytest

from catalog_service.bundled import folder
from catalog_service.governance import standards as governance_standards
from catalog_service.graph import Store, View, parse
from catalog_service.graph import view as graph_view
from catalog_service.publishing import indexing, standing
from catalog_service.publishing.indexing import documents
from catalog_service.search import Document, Kind
from catalog_service.terms import Iri

BASE = "https://mesh.example/"
PREFIXES = f"""
@prefix : <{BASE}> .
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix dprod: <https://www.omg.org/spec/DPROD/dprod/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix csvw: <http://www.w3.org/ns/csvw#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""
ONTOLOGY = "pm:Public pm:rank 0 . pm:Internal pm:rank 1 . pm:Confidential pm:rank 2 ."
DECISION = """
:decision a pm:Decision .
:audio a pm:Domain ; skos:prefLabel "Audio"@en ; pm:ownedBy :team .
:podcasts a pm:Domain ; skos:prefLabel "Podcasts"@en , "Podcasty"@cs ; skos:altLabel "shows" ;
  skos:definition "What is said into a microphone"@en ; skos:broader :audio ; pm:ownedBy :team .
:team skos:prefLabel "Podcast people"@en .
:User a pm:Polyseme ; skos:prefLabel "user"@en ; skos:altLabel "account holder"@en ;
  skos:definition "A person with an account" ; pm:authoritativeDomain :podcasts ;
  pm:globalIdentifier :user-id .
:user-id a pm:IdentifierScheme ; skos:prefLabel "user number"@en .
"""
PRODUCT = """
:listeners a dprod:DataProduct ; dct:title "Hörer"@de , "Podcast listeners"@en ;
  dct:identifier "podcasts.listeners" ; dct:description "Who listens" ; dprod:purpose "Know them" ;
  dprod:lifecycleStatus pm:Active ; dprod:domain :podcasts ; dprod:dataProductOwner :bo ;
  dcat:keyword "audience" ; dprod:outputPort :sql , :files ; dprod:outputDataset :data .
:bo foaf:name "Bo Ferrand" .
:sql dct:title "By SQL" ; dprod:protocol "postgres" .
:files dprod:protocol "parquet" .
:data dct:title "Listener table" ; dprod:informationSensitivityClassification pm:Internal ;
  csvw:tableSchema :schema ; pm:about :concept .
:concept a pm:LocalConcept ; skos:prefLabel "podcast listener"@en ; pm:interprets :User .
:schema csvw:column :no , :age .
:no csvw:name "listener_no" ; pm:identifies :User ; pm:sensitivity pm:Confidential .
:age csvw:name "age_band" ; csvw:title "Age" ; dct:description "In steps of ten years" ;
  pm:sensitivity pm:Public .
"""


def stored(**graphs: str) -> Store:
    store = Store()
    store.replace(
        {
            Iri(BASE + name): parse(PREFIXES + turtle, "turtle", base=BASE)
            for name, turtle in graphs.items()
        }
    )
    return store


def mesh() -> View:
    return stored(ontology=ONTOLOGY, decision=DECISION, listeners=PRODUCT).view()


def named(found: Mapping[Iri, tuple[Document, ...]]) -> dict[str, Document]:
    return {document.name: document for listed in found.values() for document in listed}


def test_a_product_is_told_with_everything_it_is_found_by() -> None:
    found = documents(mesh(), [Iri(BASE + "listeners")])[Iri(BASE + "listeners")]
    assert found[0] == Document(
        iri=Iri(BASE + "listeners"),
        kind=Kind.PRODUCT,
        name="podcasts.listeners",
        title="Podcast listeners",
        description="Who listens\nKnow them",
        domain=BASE + "podcasts",
        domains=(BASE + "podcasts", BASE + "audio"),
        owner=BASE + "bo",
        status="Active",
        protocols=("parquet", "postgres"),
        sensitivity="Confidential",
        polysemes=(BASE + "User",),
        keywords=("audience",),
        aliases=("Hörer",),
        words=(
            "Listener table",
            "By SQL",
            "age_band",
            "Age",
            "listener_no",
            "podcast listener",
            "user",
            "account holder",
            "Podcasts",
            "Podcasty",
            "shows",
            "Bo Ferrand",
        ),
    )


def test_a_column_lies_where_its_product_lies_and_says_its_own() -> None:
    found = named(documents(mesh(), [Iri(BASE + "listeners")]))
    number, age = found["listener_no"], found["age_band"]
    assert (number.kind, number.domain, number.owner) == (
        Kind.COLUMN,
        BASE + "podcasts",
        BASE + "bo",
    )
    assert number.domains == (BASE + "podcasts", BASE + "audio")
    assert (number.polysemes, number.words) == ((BASE + "User",), ("user", "account holder"))
    assert (number.sensitivity, age.sensitivity) == ("Confidential", "Public")
    assert (age.title, age.description) == ("Age", "In steps of ten years")
    assert age.sort_key == "age_band podcasts.listeners"


def test_a_decision_tells_its_domains_and_polysemes() -> None:
    found = documents(mesh(), [Iri(BASE + "decision")])
    told = {document.name: document for document in found[Iri(BASE + "decision")]}
    assert set(told) == {"audio", "podcasts", "User"}
    assert told["podcasts"] == Document(
        iri=Iri(BASE + "podcasts"),
        kind=Kind.DOMAIN,
        name="podcasts",
        title="Podcasts",
        description="What is said into a microphone",
        domain=BASE + "audio",
        domains=(BASE + "audio",),
        owner=BASE + "team",
        aliases=("Podcasty", "shows"),
        words=("Podcast people",),
    )
    user = told["User"]
    assert (user.kind, user.domain) == (Kind.POLYSEME, BASE + "podcasts")
    assert user.domains == (BASE + "podcasts", BASE + "audio")
    assert (user.aliases, user.words) == (("account holder",), ("user number",))


def test_a_changed_decision_tells_anew_the_products_that_rest_on_it() -> None:
    found = documents(mesh(), [Iri(BASE + "decision")])
    assert set(found) == {Iri(BASE + "decision"), Iri(BASE + "listeners")}
    only = DECISION.replace(":podcasts a pm:Domain", ":other a pm:Domain")
    unbound = PRODUCT.replace("pm:interprets :User", "").replace("pm:identifies :User ;", "")
    apart = stored(decision=only.replace("skos:broader :audio ;", ""), listeners=unbound).view()
    assert set(documents(apart, [Iri(BASE + "decision")])) == {Iri(BASE + "decision")}


def test_what_is_not_published_has_no_documents() -> None:
    assert documents(mesh(), [Iri(BASE + "gone")]) == {Iri(BASE + "gone"): ()}
    assert documents(mesh(), []) == {}


def test_a_product_that_says_next_to_nothing_is_still_found_by_its_name() -> None:
    view = stored(bare=":bare a dprod:DataProduct ; dprod:domain :nowhere .").view()
    (found,) = documents(view, [Iri(BASE + "bare")])[Iri(BASE + "bare")]
    assert (found.name, found.title, found.domains) == ("bare", "", (BASE + "nowhere",))


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ("", "conforms"),
        ("sh:result [ sh:resultSeverity sh:Info ] ;", "conforms"),
        (
            "sh:result [ sh:resultSeverity sh:Warning ] , [ sh:resultSeverity sh:Info ] ;",
            "warnings",
        ),
        ("sh:result [ sh:resultSeverity sh:Violation ] ;", "waived"),
    ],
)
def test_conformance_is_what_the_last_report_comes_to(results: str, told: str) -> None:
    report = f":r a sh:ValidationReport ; {results} dct:subject :listeners ; sh:conforms "
    for conforms, expected in (("true", told), ("false", "violates")):
        view = stored(listeners=PRODUCT, report=f"{report} {conforms} .").view()
        found = named(documents(view, [Iri(BASE + "listeners")]))
        assert found["podcasts.listeners"].conformance == expected
        assert found["age_band"].conformance == expected


def test_inferred_sensitivity_counts() -> None:
    view = stored(
        ontology=ONTOLOGY,
        listeners=PRODUCT.replace("pm:sensitivity pm:Confidential", "dct:title 'x'"),
        inferred=":no pm:effectiveSensitivity pm:Confidential .",
    ).view()
    found = named(documents(view, [Iri(BASE + "listeners")]))
    assert found["listener_no"].sensitivity == "Confidential"
    assert found["podcasts.listeners"].sensitivity == "Confidential"


def test_the_number_of_questions_does_not_grow_with_the_products(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    select = graph_view.View.select

    def counting(self: View, query: str, **terms: object) -> object:
        asked.append(query)
        return select(self, query, **terms)  # type: ignore[arg-type]

    monkeypatch.setattr(graph_view.View, "select", counting)
    counts = []
    for many in (2, 40):
        graphs = {
            f"p{i}": f':p{i} a dprod:DataProduct ; dct:title "P {i}" ; dprod:domain :d .'
            for i in range(many)
        }
        view = stored(**graphs).view()
        asked.clear()
        assert len(documents(view, [Iri(f"{BASE}p{i}") for i in range(many)])) == many
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_more_subjects_than_one_batch_holds_are_all_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "BATCH", 3)
    subjects = [Iri(f"{BASE}p{i}") for i in range(10)]
    view = stored(
        decision=DECISION,
        **{f"p{i}": f':p{i} a dprod:DataProduct ; dct:title "P {i}" .' for i in range(10)},
    ).view()
    found = documents(view, [*subjects, Iri(BASE + "decision")])
    assert [found[subject][0].title for subject in subjects] == [f"P {i}" for i in range(10)]
    assert len(found[Iri(BASE + "decision")]) == 3


def test_every_standard_is_found_by_its_name_and_its_short_id() -> None:
    standards = governance_standards.load(folder("shapes"))
    found = indexing.standard_documents(standards)
    assert [(one.name, one.aliases) for one in found] == [
        (standard.name, (standard.identifier,)) for standard in standards
    ]
    assert all(one.kind is Kind.STANDARD and one.title and one.description for one in found)


def test_a_local_concept_is_found_as_a_name_of_its_polyseme() -> None:
    concept = named(documents(mesh(), [Iri(BASE + "listeners")]))["concept"]
    assert (concept.kind, concept.title) == (Kind.CONCEPT, "podcast listener")
    assert (concept.polysemes, concept.domain) == ((BASE + "User",), BASE + "podcasts")


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("60 ; sdmx:unitMeasure unit:MIN", "within an hour"),
        ("2 ; sdmx:unitMeasure unit:HR", "within a day"),
        ("7 ; sdmx:unitMeasure unit:DAY", "within a week"),
        ("40000", "within a month"),
        ("90 ; sdmx:unitMeasure unit:DAY", "older"),
        ("5 ; sdmx:unitMeasure unit:PERCENT", ""),
        ('"soon"', ""),
    ],
)
def test_freshness_is_what_the_freshest_port_promises(target: str, told: str) -> None:
    promise = f"""
@prefix sdmx: <http://purl.org/linked-data/sdmx/2009/attribute#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
:sql pm:slo :promise . :promise pm:indicator pm:Freshness ; pm:comparator odrl:lteq ;
  pm:target {target} .
"""
    found = named(documents(stored(listeners=PRODUCT + promise).view(), [Iri(BASE + "listeners")]))
    assert found["podcasts.listeners"].freshness == told
    assert found["age_band"].freshness == told


def test_use_is_how_many_products_are_made_from_it() -> None:
    readers = {
        f"r{i}": f":r{i} a dprod:DataProduct ; prov:wasDerivedFrom :listeners ." for i in range(3)
    }
    view = stored(listeners=PRODUCT, **readers).view()
    assert named(documents(view, [Iri(BASE + "listeners")]))["podcasts.listeners"].uses == 3


def test_only_what_is_used_much_more_or_less_is_ranked_anew() -> None:
    of = {
        f"r{i}": f":r{i} a dprod:DataProduct ; prov:wasDerivedFrom :listeners ." for i in range(3)
    }
    view = stored(listeners=PRODUCT, **of).view()
    readers = [Iri(f"{BASE}r{i}") for i in range(3)]
    now, listeners = standing.sources(view, readers), Iri(BASE + "listeners")
    assert now == dict.fromkeys(readers, frozenset({listeners}))
    before = now | {readers[0]: frozenset()}
    assert standing.used_otherwise(view, before, now) == []  # two before, three now: one step
    assert standing.used_otherwise(view, dict.fromkeys(readers, frozenset()), now) == [listeners]
    assert standing.used_otherwise(view, now, now) == []


def test_everything_part_by_part_is_what_is_told_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    subjects = [Iri(BASE + name) for name in ("decision", "listeners", "nothing")]
    for size in (1, 500):
        monkeypatch.setattr(indexing, "BATCH", size)
        told: dict[Iri, tuple[Document, ...]] = {}
        for part in indexing.everything(mesh(), subjects):
            assert not any(told.get(subject) for subject, found in part.items() if found)
            told |= {subject: found for subject, found in part.items() if found}
        asked = documents(mesh(), subjects)
        assert told == {subject: found for subject, found in asked.items() if found}
