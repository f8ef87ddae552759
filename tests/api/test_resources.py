"""Every thing at its own address, as a page and as data."""

import json
import re
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser

import pytest
from asking import BASE, DEMOGRAPHICS, LISTENERS, PROFILES, USER, Client

from catalog_service.api.resources import FORMS
from catalog_service.bootstrap import Catalog
from catalog_service.graph import parse
from catalog_service.terms import PM, PREFIXES, Iri

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
DATASET = "/products/users.profiles/datasets/profiles"
ADDRESSES = [
    "/products/users.profiles",
    "/products/users.profiles/ports/sql",
    "/products/users.profiles/ports/accounts",
    "/products/users.profiles/ports/sql/slo/freshness",
    "/products/users.profiles/management/control",
    DATASET,
    f"{DATASET}/schema",
    f"{DATASET}/columns/user_id",
    f"{DATASET}/distributions/1",
    "/products/users.profiles/concepts/account",
    "/products/users.profiles/crosswalks/listener-to-user",
    "/products/podcasts.listeners/conformance",
    "/domains/users",
    "/polysemes/User",
    "/schemes/user-id",
    "/decisions/identity",
    "/agents/users-team",
    "/systems/accounts",
    "/ontology",
    "/ontology/Polyseme",
    "/ontology/interprets",
    "/ontology/Confidential",
    "/standards",
    "/standards/owner-named",
    "/resource?iri=mailto%3Aana%40media.example",
    "/resource?iri=https%3A%2F%2Fw3id.org%2Fdpv%2Fpd%23BirthDate",
]
PARSED = {"ttl": "turtle", "nt": "ntriples", "jsonld": "jsonld", "json": "jsonld"}


def suffixed(address: str, suffix: str) -> str:
    path, mark, query = address.partition("?")
    return f"{path}.{suffix}{mark}{query}"


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def links(self) -> list[str]:
        return [told["href"] or "" for tag, told in self.found if "href" in told]


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_thing_is_shown_as_a_page_and_as_data(client: Client, address: str) -> None:
    page = client.get(address, BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    stated = {
        frozenset(parse(client.get(suffixed(address, suffix)).text, kind))
        for suffix, kind in PARSED.items()
    }
    (triples,) = stated
    assert triples


@pytest.fixture(scope="module")
def opened(client: Client) -> Callable[[str], int]:
    """The status that a link leads to; each is followed once."""
    return cache(lambda link: client.get(link, BROWSER).status_code)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_runs_nothing_and_every_link_on_it_leads_somewhere(
    client: Client, opened: Callable[[str], int], address: str
) -> None:
    page = client.get(address, BROWSER)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    tags = Tags(page.text)
    assert {tag for tag, _ in tags.found}.isdisjoint({"script", "iframe", "object", "embed"})
    assert not [name for _, told in tags.found for name in told if name.startswith("on")]
    for link in tags.links():
        assert link.startswith(("/", "#", "https://", "http://", "mailto:"))
        if link.startswith("/"):
            assert opened(link) == 200, link


@pytest.mark.parametrize(("suffix", "media_type"), FORMS.items())
def test_the_form_is_told_by_suffix_or_by_what_is_accepted(
    client: Client, suffix: str, media_type: str
) -> None:
    by_suffix = client.get(f"/domains/users.{suffix}", "image/png")
    accepted = client.get("/domains/users", media_type)
    assert by_suffix.headers["content-type"].startswith(media_type)
    assert accepted.headers["content-type"].startswith(media_type)
    assert by_suffix.content == accepted.content


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "text/html"),
        ("text/turtle;q=0.5, application/ld+json;q=0.9", "application/ld+json"),
        ("text/html;q=0.2, text/turtle", "text/turtle"),
        ("text/*;q=0.5, text/html;q=0", "text/turtle"),
        ("application/*", "application/ld+json"),
        ("APPLICATION/N-TRIPLES", "application/n-triples"),
    ],
)
def test_qualities_are_weighed(client: Client, accept: str, media_type: str) -> None:
    answer = client.get("/domains/users", accept)
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.headers["vary"] == "Accept"


def test_what_cannot_be_accepted_is_told_with_what_there_is(client: Client) -> None:
    answer = client.get("/domains/users", "image/png, application/pdf;q=0.5")
    assert answer.status_code == 406
    assert answer.json()["formats"] == list(FORMS.values())


@pytest.mark.parametrize(
    "address",
    [
        "/products/nobody",
        "/products/users.profiles/ports/none",
        "/products",
        "/ontology/NoSuchTerm",
        "/standards/no-such-standard",
        "/resource",
        "/resource?iri=relative",
        "/resource?iri=https%3A%2F%2Felsewhere.example%2F",
        "/products/users.profiles.xml",
        "/domains/users/",
        "//domains/users",
        "/%2e%2e/domains/users",
        "/domains/users%00",
        "/domains/users%20",
        "/" + "x" * 4000,
    ],
)
@pytest.mark.parametrize("accept", ["*/*", "text/turtle", "image/png"])
def test_what_is_not_published_is_not_found(client: Client, address: str, accept: str) -> None:
    answer = client.get(address, accept)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/not-found"


def test_json_ld_uses_the_prefixes_of_the_catalog(client: Client) -> None:
    found = json.loads(client.get("/domains/users.jsonld").content)
    assert found["@context"].items() <= PREFIXES.items()
    (node,) = (node for node in found["@graph"] if node["@id"] == f"{BASE}domains/users")
    assert "pm:Domain" in node["@type"]
    assert node["skos:prefLabel"] == [{"@value": "Users", "@language": "en"}]


def test_turtle_uses_the_prefixes_of_the_catalog(client: Client) -> None:
    assert f"@prefix pm: <{PM.base}>" in client.get("/domains/users.ttl").text


def test_a_product_as_data_is_its_whole_graph(client: Client, catalog: Catalog) -> None:
    stated = parse(client.get("/products/users.profiles.ttl").text, "turtle")
    assert set(stated) == set(catalog.view().graph(PROFILES))


def test_a_product_page_holds_everything_about_it(client: Client) -> None:
    page = client.get("/products/users.profiles", BROWSER).text
    text = re.sub(r"<[^>]+>", " ", page)
    for told in (
        "User profiles",
        "One row for each person with an account",
        "Let other domains recognise a user",
        "users.profiles",
        "Ana",
        "Users",
        "1.2.0",
        "active",
        "Profiles by SQL",
        "postgres",
        "Freshness at most 60 minutes, over P1D",
        "Account service",
        "observability",
        "birth_date",
        "xsd:date",
        "restricted",
        "Podcast listeners",
        "Profile pipeline",
        "Warehouse, two nodes",
        "Conforms to the standards",
        "published by podcasts-team",
        "profiles.ttl:1:3",
    ):
        assert told in text, told
    assert 'href="/polysemes/User"' in page
    assert 'href="https://data.media.example/users/profiles" rel="noreferrer nofollow"' in page


def test_findings_lead_to_their_standard_and_say_where(client: Client) -> None:
    page = client.get("/products/podcasts.listeners", BROWSER).text
    assert 'href="/standards/discovery-port"' in page
    assert "listeners.ttl:7:2" in page
    assert "there is &lt;no&gt; discovery port" in page
    assert "/standards/unread-key" not in page


def test_what_is_stated_is_escaped_and_no_link_runs_anything(client: Client) -> None:
    page = client.get("/products/podcasts.listeners", BROWSER).text
    assert "<b>by age</b>" not in page
    assert "&lt;b&gt;by age&lt;/b&gt;" in page
    assert not [link for link in Tags(page).links() if link.startswith("javascript:")]


def test_what_is_read_and_not_published_is_named_without_a_link(client: Client) -> None:
    page = client.get("/products/podcasts.demographics", BROWSER).text
    assert f'<span title="{BASE}products/retired/ports/sql">sql</span>' in page


def test_a_domain_page_shows_products_of_sub_domains_and_systems(client: Client) -> None:
    audio = client.get("/domains/audio", BROWSER).text
    assert "Listener demographics" in audio
    assert 'href="/domains/podcasts"' in audio
    assert "https://accounts.media.example/v1" in client.get("/domains/users", BROWSER).text


def test_a_polyseme_page_shows_each_meaning_and_each_column(client: Client) -> None:
    page = client.get("/polysemes/User", BROWSER).text
    for told in ("podcast listener", "account holder", "listener_no", "listener-to-user", "{id}"):
        assert told in page


def test_a_standard_page_shows_its_reason_examples_and_who_fails(client: Client) -> None:
    page = client.get("/standards/discovery-port", BROWSER).text
    assert "Does not conform" in page
    assert "sh:NodeShape" in page
    assert 'href="/products/podcasts.listeners"' in page


def test_a_part_says_of_what_it_is_a_part_and_what_points_at_it(client: Client) -> None:
    page = client.get("/products/users.profiles/ports/sql", BROWSER).text
    assert "Part of" in page
    assert "pm:readsFrom" in page
    assert "Podcast listeners" not in page or 'href="/products/podcasts.listeners' in page


def test_the_terms_of_the_ontology_are_listed(client: Client) -> None:
    page = client.get("/ontology", BROWSER).text
    assert 'href="/ontology/Polyseme"' in page
    assert "pm:LocalConcept" in page


def test_the_landing_page_shows_the_mesh_and_what_to_open(client: Client) -> None:
    page = client.get("/", BROWSER)
    assert "3 data products in 3 domains, 1 polysemes" in page.text
    for link in ("/products/users.profiles", "/domains/users", "/polysemes/User"):
        assert f'href="{link}"' in page.text


def test_the_search_finds_and_says_why(client: Client) -> None:
    page = client.get("/?q=demographics", BROWSER).text
    assert 'href="/products/podcasts.demographics"' in page
    assert "found for “demographics”" in page


def test_a_search_is_escaped(client: Client) -> None:
    page = client.get("/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", BROWSER)
    assert page.status_code == 200
    assert "<script" not in page.text


def test_a_search_that_finds_nothing_says_so(client: Client) -> None:
    assert "Nothing was found" in client.get("/?q=zzzzzz", BROWSER).text


def test_a_search_that_is_too_long_is_refused(client: Client) -> None:
    answer = client.get("/?q=" + "x" * 1001)
    assert (answer.status_code, answer.json()["limit"]) == (400, "search-text")


def test_a_cursor_that_is_none_is_refused(client: Client) -> None:
    assert client.get("/?q=user&after=bogus").status_code == 400


def test_the_head_is_that_of_the_whole(client: Client) -> None:
    whole = client.get("/domains/users", "text/turtle")
    head = client.request("HEAD", "/domains/users", headers={"Accept": "text/turtle"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == whole.headers


def test_what_has_not_changed_is_not_sent_again(client: Client) -> None:
    tag = client.get("/domains/users", "text/turtle").headers["etag"]
    again = client.get("/domains/users", "text/turtle", if_none_match=f'"other", W/{tag}')
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert client.get("/domains/users", "text/html", if_none_match=tag).status_code == 200


def test_what_a_sweep_or_a_measurement_shows_is_sent_again(
    client: Client, catalog: Catalog
) -> None:
    address = "/standards/owner-named"
    tag = client.get(address, "text/html").headers["etag"]
    assert client.get(address, "text/html", if_none_match=tag).status_code == 304
    catalog.projection.show({Iri(f"{BASE}observations/none"): ()})
    again = client.get(address, "text/html", if_none_match=tag)
    assert again.status_code == 200
    assert again.headers["etag"] != tag


def test_links_tell_of_the_other_forms_and_of_the_name(client: Client) -> None:
    link = client.get("/domains/users", BROWSER).headers["link"]
    assert f'<{BASE}domains/users>; rel="canonical"' in link
    assert '</domains/users.ttl>; rel="alternate"; type="text/turtle"' in link


def test_nothing_redirects(client: Client) -> None:
    for address in [*ADDRESSES, "/", "/?q=user"]:
        assert client.get(address).status_code == 200


def test_writing_is_not_answered(client: Client) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = client.request(method, "/domains/users")
        assert answer.status_code == 405
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize("iri", [PROFILES, LISTENERS, DEMOGRAPHICS, USER])
def test_things_are_found_by_name_as_well_as_by_path(client: Client, iri: str) -> None:
    named = client.request("GET", "/resource.nt", params={"iri": iri})
    assert named.content == client.get(f"/{iri.removeprefix(BASE)}.nt").content
