"""What is told of polysemes."""

from catalog_service.graph import View
from catalog_service.services import polysemes
from catalog_service.terms import PM, XSD, Iri

BASE = "https://mesh.media.example/"
USER = Iri(f"{BASE}polysemes/User")
USER_ID, LISTENER_NO = Iri(f"{BASE}schemes/user-id"), Iri(f"{BASE}schemes/listener-no")
PROFILES = Iri(f"{BASE}products/users.profiles")
LISTENERS = Iri(f"{BASE}products/podcasts.listeners")


def test_a_polyseme_has_one_domain_and_one_scheme(view: View) -> None:
    found = polysemes.polyseme(view, USER)
    assert found is not None
    assert (found.name, found.domain, found.scheme) == ("user", f"{BASE}domains/users", USER_ID)


def test_what_is_no_polyseme_is_none(view: View) -> None:
    assert polysemes.polyseme(view, USER_ID) is None
    assert set(polysemes.polysemes(view)) == {USER}


def test_a_scheme_says_how_its_values_look(view: View) -> None:
    found = polysemes.schemes(view, [LISTENER_NO, USER])
    assert set(found) == {LISTENER_NO}
    scheme = found[LISTENER_NO]
    assert (scheme.datatype, scheme.pattern) == (XSD.integer, "^[0-9]+$")
    assert scheme.template == "https://id.media.example/listener/{id}"
    assert scheme.issuer == f"{BASE}domains/podcasts"


def test_each_domain_has_its_own_concept(view: View) -> None:
    found = polysemes.local_concepts(view, [USER])[USER]
    assert {concept.name: concept.domain for concept in found} == {
        "podcast listener": f"{BASE}domains/podcasts",
        "account holder": f"{BASE}domains/users",
    }
    listener = next(concept for concept in found if concept.name == "podcast listener")
    assert listener.datasets == (f"{LISTENERS}/datasets/listeners",)
    assert polysemes.local_concepts_at(view, [listener.iri]) == {listener.iri: listener}


def test_the_columns_that_carry_a_polyseme_name_their_product(view: View) -> None:
    found = polysemes.carriers(view, [USER])[USER]
    assert [(carrier.product, carrier.name) for carrier in found] == [
        (LISTENERS, "listener_no"),
        (PROFILES, "listener_no"),
        (PROFILES, "user_id"),
    ]


def test_a_crosswalk_leads_from_one_scheme_to_another(view: View) -> None:
    (walk,) = polysemes.crosswalks(view, [USER])[USER]
    assert (walk.from_scheme, walk.to_scheme) == (LISTENER_NO, USER_ID)
    assert (walk.product, walk.cardinality) == (PROFILES, PM.OneToOne)
    assert walk.to_column == f"{PROFILES}/datasets/profiles/columns/user_id"
    assert polysemes.crosswalks_at(view, [walk.iri]) == {walk.iri: walk}
