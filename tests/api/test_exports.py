"""Products, domains and the catalog in the words of other standards, over HTTP."""

import pytest
import yaml
from asking import BASE, LISTENERS, PROFILES, Client, catalog_of, mesh

from catalog_service.api.app import create_app
from catalog_service.api.exports import DCAT_AP
from catalog_service.api.negotiation import profiles
from catalog_service.bootstrap import Catalog
from catalog_service.graph import parse
from catalog_service.services import export
from catalog_service.services.export import FORMS, Means
from catalog_service.terms import DCAT, DPROD, RDF

PRODUCT = "/products/users.profiles"
OF_ALL = [form for form in FORMS.values() if form.means is not Means.BITOL]


@pytest.mark.parametrize("form", OF_ALL, ids=lambda form: form.name)
@pytest.mark.parametrize("path", [PRODUCT, "/domains/users"])
def test_what_is_served_is_what_the_command_writes(
    client: Client, catalog: Catalog, form: export.Form, path: str
) -> None:
    found = client.get(f"{path}.{form.suffix}")
    assert (found.status_code, found.headers["content-type"].partition(";")[0]) == (
        200,
        form.media_type,
    )
    if form.means is Means.STATED and form.name != "nq":
        return  # every thing has those; of a domain they say what is said of the domain alone
    scope = export.scope(catalog.view(), catalog.base_iri, BASE + path[1:])
    assert scope is not None
    assert found.content == b"".join(export.pieces(catalog.view(), scope, form, catalog.base_iri))


def test_the_catalog_is_dcat_ap_for_portals(client: Client) -> None:
    found = client.get("/catalog.ttl")
    assert found.headers["content-type"].startswith("text/turtle")
    triples = set(parse(found.text, "turtle"))
    assert {t.subject for t in triples if t.object == DCAT.Catalog} == {f"{BASE}catalog"}
    assert triples == set(parse(client.get("/catalog.jsonld").text, "jsonld"))
    assert client.get("/catalog", "text/turtle").content == found.content


def test_the_catalog_has_the_other_forms_too(client: Client) -> None:
    assert f"<{PROFILES}> .".encode() in client.get("/catalog.nq").content
    assert client.get("/catalog", "application/n-quads").content.endswith(b"> .\n")
    entities = yaml.safe_load_all(client.get("/catalog.backstage.yaml").content)
    assert "System" in {entity["kind"] for entity in entities}
    assert client.get("/catalog.odps.yaml").status_code == 404
    assert client.get("/catalog", "image/png").status_code in {404, 406}


def test_descriptor_and_contracts_have_addresses_of_their_own(client: Client) -> None:
    descriptor = yaml.safe_load(client.get(f"{PRODUCT}.odps.yaml").content)
    assert (descriptor["kind"], descriptor["id"]) == ("DataProduct", "users.profiles")
    contracts = list(yaml.safe_load_all(client.get(f"{PRODUCT}.odcs.yaml").content))
    assert {contract["kind"] for contract in contracts} == {"DataContract"}
    assert client.get(PRODUCT, "application/yaml").content == (
        client.get(f"{PRODUCT}.odps.yaml").content
    )


def test_a_profile_chooses_the_form(client: Client) -> None:
    for profile, suffix in ((DCAT_AP, "dcat.jsonld"), (DPROD.base, "dprod.jsonld")):
        asked = client.get(PRODUCT, f'application/ld+json;profile="{profile}"')
        assert asked.content == client.get(f"{PRODUCT}.{suffix}").content
    plain = client.get(PRODUCT, 'application/ld+json;profile="https://other.example/"')
    assert plain.content == client.get(f"{PRODUCT}.jsonld").content


def test_profiles_are_read_with_their_quality() -> None:
    accept = (
        'text/turtle;q=0.2;profile="a", application/ld+json;profile="b c";q=0.9, x/y;profile=d;q=0'
    )
    assert profiles(accept) == [
        ("b", "application/ld+json"), ("c", "application/ld+json"), ("a", "text/turtle"),
    ]  # fmt: skip
    assert profiles("a/b;profile=x," * 1000) == []


def test_other_things_have_no_such_forms(client: Client) -> None:
    for path in ("/polysemes/User", "/products/nobody", f"{PRODUCT}/ports/sql"):
        for suffix in ("nq", "dcat.ttl", "odps.yaml", "backstage.yaml"):
            assert client.get(f"{path}.{suffix}").status_code == 404
    hidden, absent = (client.get(f"/products/{n}.dcat.ttl") for n in ("a", "b"))
    assert hidden.status_code == absent.status_code == 404


def test_a_tag_answers_without_the_text(client: Client) -> None:
    first = client.get(f"{PRODUCT}.dcat.ttl")
    again = client.get(f"{PRODUCT}.dcat.ttl", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"{PRODUCT}.dprod.ttl", if_none_match=first.headers["etag"])
    assert other.status_code == 200


def test_head_tells_the_type_and_no_text(client: Client) -> None:
    found = client.request("HEAD", "/catalog.ttl")
    assert (found.status_code, found.content) == (200, b"")
    assert found.headers["content-type"].startswith("text/turtle")


def test_a_page_links_to_its_forms(client: Client) -> None:
    links = client.get(PRODUCT).headers["link"]
    assert f'<{PRODUCT}.odps.yaml>; rel="alternate"; type="application/yaml"' in links
    assert f'<{PRODUCT}.dcat.ttl>; rel="alternate"; type="text/turtle"' in links
    assert "odps" not in client.get("/domains/users").headers["link"]
    assert "dcat.ttl" in client.get("/domains/users").headers["link"]
    assert "dcat" not in client.get("/polysemes/User").headers["link"]


def test_a_product_may_end_like_a_form(tmp_path_factory: pytest.TempPathFactory) -> None:
    named = f"{BASE}products/orders.nq"
    texts = [*mesh(), ("orders.ttl", f"<{named}> a <{DPROD.DataProduct}> .")]
    with catalog_of(tmp_path_factory.mktemp("home"), texts) as catalog:
        found = Client(create_app(catalog)).get("/products/orders.nq", "text/turtle")
    assert [(t.subject, t.predicate) for t in parse(found.text, "turtle")] == [(named, RDF.type)]


def test_things_elsewhere_are_exported_by_name(client: Client) -> None:
    assert client.get(f"/resource.dcat.ttl?iri={LISTENERS}").content == (
        client.get("/products/podcasts.listeners.dcat.ttl").content
    )
