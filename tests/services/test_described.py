"""Things by their IRIs: what they are, what is said of them, what points at them."""

import pytest

from catalog_service.domain.rdf import Triple, text
from catalog_service.graph import Store, View, parse
from catalog_service.services import resources
from catalog_service.services.resources import Kind
from catalog_service.terms import DCT, DPROD, PM, RDFS, STD, Iri

BASE = "https://mesh.media.example/"
PROFILES = Iri(f"{BASE}products/users.profiles")
DATASET = Iri(f"{PROFILES}/datasets/profiles")


@pytest.mark.parametrize(
    ("iri", "kind"),
    [
        (PROFILES, Kind.PRODUCT),
        (f"{PROFILES}/ports/sql", Kind.OUTPUT_PORT),
        (f"{PROFILES}/ports/accounts", Kind.INPUT_PORT),
        (f"{PROFILES}/management/control", Kind.MANAGEMENT_PORT),
        (f"{PROFILES}/ports/sql/slo/freshness", Kind.OBJECTIVE),
        (f"{PROFILES}/policies/use", Kind.POLICY),
        (DATASET, Kind.DATASET),
        (f"{DATASET}/schema", Kind.SCHEMA),
        (f"{DATASET}/columns/user_id", Kind.COLUMN),
        (f"{DATASET}/distributions/1", Kind.DISTRIBUTION),
        (f"{PROFILES}/code/pipeline", Kind.CODE),
        (f"{PROFILES}/infrastructure/warehouse", Kind.INFRASTRUCTURE),
        (f"{PROFILES}/concepts/account", Kind.LOCAL_CONCEPT),
        (f"{PROFILES}/crosswalks/listener-to-user", Kind.CROSSWALK),
        (f"{BASE}domains/users", Kind.DOMAIN),
        (f"{BASE}agents/users-team", Kind.TEAM),
        (f"{BASE}agents/federation", Kind.TEAM),
        ("mailto:ana@media.example", Kind.PERSON),
        (f"{BASE}systems/accounts", Kind.SYSTEM),
        (f"{BASE}systems/accounts/api", Kind.INTERFACE),
        (f"{BASE}polysemes/User", Kind.POLYSEME),
        (f"{BASE}schemes/user-id", Kind.SCHEME),
        (f"{BASE}decisions/identity", Kind.DECISION),
    ],
)
def test_each_thing_is_of_its_kind(view: View, iri: str, kind: Kind) -> None:
    assert resources.resources(view, [Iri(iri)])[Iri(iri)].kind is kind


def test_a_thing_of_no_stated_type_is_told_by_what_points_at_it() -> None:
    store = Store()
    port, owner = Iri(f"{PROFILES}/ports/bare"), Iri(f"{BASE}people/kim")
    store.replace(
        {
            PROFILES: [
                Triple(PROFILES, DPROD.outputPort, port),
                Triple(PROFILES, DPROD.dataProductOwner, owner),
                Triple(port, DCT.title, text("bare")),
                Triple(owner, DCT.title, text("Kim")),
            ]
        }
    )
    found = resources.resources(store.view(), [port, owner])
    assert (found[port].kind, found[owner].kind) == (Kind.OUTPUT_PORT, Kind.PERSON)


def test_a_term_of_the_ontology_is_a_term() -> None:
    store = Store()
    store.replace({Iri(PM.base): [Triple(PM.Domain, RDFS.label, text("domain", "en"))]})
    found = resources.resources(store.view(), [PM.Domain])[PM.Domain]
    assert (found.kind, found.name) == (Kind.TERM, "domain")


def test_things_are_called_by_their_labels_in_english_first(view: View) -> None:
    user = Iri(f"{BASE}polysemes/User")
    assert resources.resources(view, [user])[user].name == "user"


def test_a_thing_of_which_nothing_is_said_is_left_out(view: View) -> None:
    assert resources.resources(view, [Iri(f"{BASE}nothing")]) == {}


def test_a_product_is_described_by_its_whole_graph(view: View) -> None:
    assert set(resources.described(view, PROFILES)) == set(view.graph(PROFILES))


def test_a_part_is_described_with_what_lies_below_it_and_nothing_beside(view: View) -> None:
    found = resources.described(view, DATASET)
    subjects = {triple.subject for triple in found}
    assert Iri(f"{DATASET}/columns/user_id") in subjects
    assert all(subject.startswith(DATASET) for subject in subjects)


def test_a_part_does_not_take_in_a_part_whose_name_begins_alike() -> None:
    store = Store()
    short, long = Iri(f"{PROFILES}/ports/a"), Iri(f"{PROFILES}/ports/ab")
    store.replace({PROFILES: [Triple(part, DCT.title, text("t")) for part in (short, long)]})
    assert {t.subject for t in resources.described(store.view(), short)} == {short}


def test_a_governed_thing_is_described_by_what_the_mesh_says_of_it(view: View) -> None:
    domain = Iri(f"{BASE}domains/users")
    assert {triple.subject for triple in resources.described(view, domain)} == {domain}


def test_nodes_without_a_name_come_along() -> None:
    store = Store()
    decision = Iri(f"{BASE}decisions/d")
    turtle = f"<{BASE}p> <{DCT.source}> [ <{DCT.title}> 'inner' ; <{DCT.source}> [ <{DCT.title}> 'x' ] ] ."
    store.replace({decision: parse(turtle, "turtle", base=decision)})
    found = resources.described(store.view(), Iri(f"{BASE}p"))
    assert len(found) == 4


def test_the_nodes_of_a_shape_come_along() -> None:
    store = Store()
    shape, node = Iri(f"{STD.base}owned"), Iri(f"{STD.base}owned.a1b2")
    other = Iri(f"{STD.base}owned-by.c3")
    store.replace(
        {
            Iri(STD.base): [
                Triple(shape, DCT.source, node),
                Triple(node, DCT.title, text("inner")),
                Triple(shape, DCT.references, other),
                Triple(other, DCT.title, text("other")),
            ]
        }
    )
    assert {t.subject for t in resources.described(store.view(), shape)} == {shape, node}


def test_nothing_is_described_by_nothing(view: View) -> None:
    assert resources.described(view, Iri(f"{BASE}nothing/at/all")) == ()


def test_the_whole_of_a_part_is_its_product(view: View) -> None:
    assert resources.whole(view, Iri(f"{DATASET}/columns/user_id")) == PROFILES
    assert resources.whole(view, Iri(f"{BASE}domains/users")) is None
    assert resources.whole(view, Iri("mailto:ana@media.example")) is None


def test_mentions_say_by_which_property(view: View) -> None:
    found = resources.mentions(view, Iri(f"{BASE}schemes/user-id"))
    assert {mention.property for mention in found} == {
        PM.globalIdentifier,
        PM.identifierScheme,
        PM.toScheme,
    }
