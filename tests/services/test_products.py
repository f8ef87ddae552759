"""What is told of data products."""

from datetime import date

import pytest

from catalog_service.domain.rdf import Literal, Triple, text
from catalog_service.graph import Store, View
from catalog_service.services import products
from catalog_service.services.products import Objective, Read, Role
from catalog_service.terms import DCT, DPROD, ODRL, PM, RDF, UNIT, XSD, Iri

BASE = "https://mesh.media.example/"
PROFILES = Iri(f"{BASE}products/users.profiles")
LISTENERS = Iri(f"{BASE}products/podcasts.listeners")
DEMOGRAPHICS = Iri(f"{BASE}products/podcasts.demographics")
USER = Iri(f"{BASE}polysemes/User")
ALL = (PROFILES, LISTENERS, DEMOGRAPHICS)


@pytest.fixture
def profiles(view: View) -> products.Product:
    found = products.product(view, PROFILES)
    assert found is not None
    return found


def test_what_is_not_published_is_none(view: View) -> None:
    assert products.product(view, Iri(f"{BASE}products/retired")) is None


def test_a_part_is_no_product(view: View) -> None:
    assert products.product(view, Iri(f"{PROFILES}/ports/sql")) is None


def test_a_product_says_what_it_is_for_and_whose(profiles: products.Product) -> None:
    profile = profiles.profile
    assert profile.title == "User profiles"
    assert profile.purpose == "Let other domains recognise a user"
    assert profile.owner == "mailto:ana@media.example"
    assert profile.domain == f"{BASE}domains/users"
    assert profile.status == PM.Active
    assert (profile.identifier, profile.version) == ("users.profiles", "1.2.0")


def test_a_title_in_english_comes_before_one_in_another_language(
    profiles: products.Product,
) -> None:
    assert profiles.profile.name == "User profiles"


def test_a_product_without_a_title_is_called_by_its_identifier_or_the_end_of_its_iri() -> None:
    store = Store()
    bare, named = Iri(f"{BASE}products/a%20b"), Iri(f"{BASE}products/c")
    store.replace(
        {
            bare: [Triple(bare, RDF.type, DPROD.DataProduct)],
            named: [
                Triple(named, RDF.type, DPROD.DataProduct),
                Triple(named, DCT.identifier, text("orders")),
            ],
        }
    )
    found = products.profiles(store.view(), [bare, named])
    assert (found[bare].name, found[named].name) == ("a b", "orders")


def test_an_end_of_life_is_a_day() -> None:
    store = Store()
    day = Literal("2027-01-31", XSD.date)
    store.replace(
        {
            PROFILES: [
                Triple(PROFILES, RDF.type, DPROD.DataProduct),
                Triple(PROFILES, PM.endOfLife, day),
            ],
        }
    )
    assert products.profiles(store.view(), [PROFILES])[PROFILES].end_of_life == date(2027, 1, 31)


def test_an_owner_that_is_a_text_is_no_owner() -> None:
    store = Store()
    store.replace(
        {
            PROFILES: [
                Triple(PROFILES, RDF.type, DPROD.DataProduct),
                Triple(PROFILES, DPROD.dataProductOwner, text("Bo")),
            ],
        }
    )
    assert products.profiles(store.view(), [PROFILES])[PROFILES].owner is None


def test_keywords_and_further_pages_are_told_once_each(profiles: products.Product) -> None:
    assert profiles.labels.keywords == ("account", "identity")
    assert profiles.labels.pages == ("https://wiki.media.example/profiles",)


def test_an_output_port_says_how_it_is_reached(profiles: products.Product) -> None:
    (port,) = profiles.output_ports
    assert (port.name, port.protocol) == ("Profiles by SQL", "postgres")
    assert port.endpoint == "https://data.media.example/users/profiles"
    assert port.contract == f"{PROFILES}/contracts/profiles-v1"
    assert port.security == "oauth2"
    assert port.datasets == (f"{PROFILES}/datasets/profiles",)
    assert port.policies == (f"{PROFILES}/policies/use",)


def test_objectives_read_as_sentences(profiles: products.Product) -> None:
    promised = profiles.objectives[profiles.output_ports[0].iri]
    assert [objective.sentence for objective in promised] == [
        "Availability at least 0.99, over P30D",
        "Freshness at most 60 minutes, over P1D",
    ]


@pytest.mark.parametrize(
    ("objective", "sentence"),
    [
        ((PM.ErrorRate, ODRL.lt, "1", UNIT.PERCENT, ""), "ErrorRate below 1 %"),
        ((None, None, "5", None, ""), "Objective against 5"),
        (
            (PM.Freshness, ODRL.lteq, "2", Iri("http://qudt.org/vocab/unit/WK"), "P1M"),
            "Freshness at most 2 WK, over P1M",
        ),
    ],
)
def test_an_objective_of_unknown_words_is_told_in_them(
    objective: tuple[Iri | None, Iri | None, str, Iri | None, str], sentence: str
) -> None:
    assert Objective(PROFILES, *objective).sentence == sentence


def test_an_input_port_names_the_product_it_reads(view: View) -> None:
    (port,) = products.input_ports(view, [LISTENERS])[LISTENERS]
    assert port.reads == (Read(Iri(f"{PROFILES}/ports/sql"), PROFILES),)


def test_what_nobody_published_is_read_from_nobody(view: View) -> None:
    ports = products.input_ports(view, [DEMOGRAPHICS])[DEMOGRAPHICS]
    reads = {read.source: read.provider for port in ports for read in port.reads}
    assert reads[Iri(f"{BASE}products/retired/ports/sql")] is None
    assert len(reads) == 3


def test_management_ports_have_their_role(profiles: products.Product) -> None:
    assert {port.role for port in profiles.management_ports} == set(Role)


def test_a_dataset_says_what_it_is_about_and_how_sensitive_it_is(
    profiles: products.Product,
) -> None:
    (dataset,) = profiles.datasets
    assert dataset.sensitivity == PM.Restricted
    assert dataset.primary_key == ("user_id",)
    assert dataset.about == (f"{PROFILES}/concepts/account",)
    (form,) = profiles.distributions[dataset.iri]
    assert form.url == "https://data.media.example/users/profiles.parquet"


def test_columns_come_by_name_with_their_bindings(profiles: products.Product) -> None:
    columns = profiles.columns[profiles.datasets[0].iri]
    assert [column.name for column in columns] == ["birth_date", "listener_no", "user_id"]
    birth, listener, user = columns
    assert birth.personal_data == ("https://w3id.org/dpv/pd#BirthDate",)
    assert (birth.polyseme, birth.scheme) == (None, None)
    assert (listener.polyseme, listener.scheme) == (USER, f"{BASE}schemes/listener-no")
    assert user.required
    assert not birth.required


def test_code_and_infrastructure_are_told_apart(profiles: products.Product) -> None:
    assert [(part.name, part.code) for part in profiles.components] == [
        ("Profile pipeline", True),
        ("Warehouse, two nodes", False),
    ]
    assert profiles.components[0].source == "https://git.media.example/users/profiles"


def test_the_bindings_of_a_product_are_its_columns_that_identify(view: View) -> None:
    found = products.bindings(view, ALL)
    assert [binding.name for binding in found[PROFILES]] == ["listener_no", "user_id"]
    assert DEMOGRAPHICS not in found


def test_upstream_and_downstream_are_each_others_mirror(view: View) -> None:
    assert products.upstream(view, ALL) == {
        LISTENERS: (PROFILES,),
        DEMOGRAPHICS: (LISTENERS, PROFILES),
    }
    assert products.downstream(view, ALL) == {
        PROFILES: (DEMOGRAPHICS, LISTENERS),
        LISTENERS: (DEMOGRAPHICS,),
    }


def test_a_registered_consumption_makes_a_consumer() -> None:
    store = Store()
    port, consumption = Iri(f"{PROFILES}/ports/sql"), Iri(f"{LISTENERS}/consumptions/1")
    store.replace(
        {
            PROFILES: [Triple(PROFILES, DPROD.outputPort, port)],
            LISTENERS: [
                Triple(consumption, PM.consumes, port),
                Triple(consumption, PM.consumer, LISTENERS),
            ],
        }
    )
    assert products.consumers(store.view(), [PROFILES]) == {PROFILES: (LISTENERS,)}


def test_column_lineage_goes_both_ways(view: View) -> None:
    source = Iri(f"{PROFILES}/datasets/profiles/columns/birth_date")
    band = Iri(f"{LISTENERS}/datasets/listeners/columns/age_band")
    assert products.column_sources(view, [band]) == {band: (source,)}
    assert products.column_uses(view, [source]) == {source: (band,)}


def test_parts_are_found_by_their_own_iris(view: View) -> None:
    port, dataset = Iri(f"{PROFILES}/ports/sql"), Iri(f"{PROFILES}/datasets/profiles")
    slo = Iri(f"{port}/slo/freshness")
    form, code = Iri(f"{dataset}/distributions/1"), Iri(f"{PROFILES}/code/pipeline")
    control = Iri(f"{PROFILES}/management/control")
    accounts = Iri(f"{PROFILES}/ports/accounts")
    assert set(products.output_ports_at(view, [port, accounts])) == {port}
    assert set(products.input_ports_at(view, [port, accounts])) == {accounts}
    assert set(products.management_ports_at(view, [port, control])) == {control}
    assert products.objectives_at(view, [slo])[slo].target == "60"
    assert products.datasets_at(view, [dataset])[dataset].product == PROFILES
    assert products.distributions_at(view, [form])[form].dataset == dataset
    assert products.components_at(view, [code])[code].product == PROFILES
    column = Iri(f"{dataset}/columns/user_id")
    assert products.columns_at(view, [column])[column].product == PROFILES


def test_asking_of_nothing_answers_nothing(view: View) -> None:
    assert products.profiles(view, []) == {}
    assert products.columns(view, []) == {}


def test_a_hidden_product_is_no_product() -> None:
    store = Store()
    store.replace({g: [Triple(g, RDF.type, DPROD.DataProduct)] for g in (PROFILES, LISTENERS)})
    seen = store.view([PROFILES])
    assert set(products.profiles(seen, ALL)) == {PROFILES}
