"""Pages: a search narrowed by facets that are counted, and what a product can be joined with."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from asking import BASE, DEMOGRAPHICS, LISTENERS, PROFILES, USER, Client, catalog_of, mesh

from catalog_service.api import narrowing
from catalog_service.api.app import create_app
from catalog_service.services import polysemes
from catalog_service.services.discovery import FACETS


class Facets(HTMLParser):
    """The facets of a page: by heading, each label with its address and its count."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, tuple[str, int]]] = {}
        self._inside, self._heading, self._address, self._label = False, False, "", ""
        self._facet = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self._inside |= tag == "nav" and told.get("class") == "facets"
        if self._inside and tag == "h2":
            self._heading = True
        if self._inside and tag == "a":
            self._address = told["href"] or ""

    def handle_endtag(self, tag: str) -> None:
        self._inside &= tag != "nav"
        self._heading &= tag != "h2"

    def handle_data(self, data: str) -> None:
        text = data.strip()
        if not self._inside or not text:
            return
        if self._heading:
            self._facet = text
            self.found[text] = {}
        elif text.isdigit():
            self.found[self._facet][self._label] = (self._address, int(text))
        else:
            self._label = text


def shown(client: Client, path: str) -> tuple[int, str]:
    """How many a page says were found, and the page."""
    answer = client.get(path, "text/html")
    assert answer.status_code == 200, answer.text
    (number,) = re.findall(r"<h1>(\d+) found", answer.text)
    return int(number), answer.text


def test_every_value_of_a_facet_leads_to_as_many_as_it_says(client: Client) -> None:
    _, page = shown(client, "/?q=listeners")
    facets = Facets(page).found
    assert {"Kind", "Domain", "Status", "Polyseme", "Conformance"} <= set(facets)
    for values in facets.values():
        assert values
        for address, count in values.values():
            found, _ = shown(client, address)
            assert found == count


def test_what_is_chosen_is_told_and_can_be_taken_back(client: Client) -> None:
    whole, page = shown(client, "/?q=listeners")
    address, count = Facets(page).found["Kind"]["column"]
    assert parse_qs(urlsplit(address).query) == {"q": ["listeners"], "kind": ["column"]}
    found, narrowed = shown(client, address)
    assert found == count < whole
    (back,) = re.findall(r'<strong>column</strong> \d+ <a href="([^"]*)"', narrowed)
    assert shown(client, back.replace("&amp;", "&"))[0] == whole


def test_two_values_of_a_facet_are_alternatives_and_two_facets_narrow_each_other(
    client: Client,
) -> None:
    one, _ = shown(client, "/?kind=product")
    other, _ = shown(client, "/?kind=domain")
    both, _ = shown(client, "/?kind=product&kind=domain")
    assert both == one + other
    assert shown(client, "/?kind=product&status=Draft")[0] == 1


def test_things_are_called_by_their_names(client: Client) -> None:
    _, page = shown(client, "/?kind=product")
    assert "Podcasts" in Facets(page).found["Domain"]
    assert Facets(page).found["Polyseme"]["user"][1] == 2
    assert f"{BASE}domains" not in re.sub(r'href="[^"]*"', "", page)


def test_more_goes_on_with_what_it_is_narrowed_to(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog_service.api.home._ON_A_PAGE", 2)
    _, page = shown(client, "/?kind=product")
    (more,) = re.findall(r'rel="next" href="([^"]*)"', page)
    assert "kind=product" in more
    _, rest = shown(client, more.replace("&amp;", "&"))
    titles = [re.findall(r'<li>\n<a href="[^"]*">([^<]*)</a> <span', text) for text in (page, rest)]
    assert [len(told) for told in titles] == [2, 1]
    assert set(titles[0]).isdisjoint(titles[1])


def test_the_landing_page_offers_what_products_can_be_narrowed_by(client: Client) -> None:
    page = client.get("/", "text/html").text
    assert "<h1>The mesh</h1>" in page
    facets = Facets(page).found
    for values in (facets["Status"], facets["Domain"], facets["Polyseme"]):
        for address, count in values.values():
            assert parse_qs(urlsplit(address).query)["kind"] == ["product"]
            assert shown(client, address)[0] == count
    assert shown(client, facets["Kind"]["domain"][0])[0] > 0


def test_many_values_are_unfolded(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrowing, "AT_ONCE", 1)
    _, page = shown(client, "/?kind=product")
    assert re.search(r"<details><summary>\d+ more</summary><ul>", page)
    assert "Podcasts" in Facets(page).found["Domain"]


@pytest.mark.parametrize("facet", FACETS)
def test_a_value_that_nothing_has_finds_nothing_and_is_escaped(client: Client, facet: str) -> None:
    found, page = shown(client, f"/?{facet}=%3Cscript%3E%22")
    assert found == 0
    assert "<script>" not in page
    assert "take a narrowing back" in page


def test_what_is_no_facet_narrows_nothing(client: Client) -> None:
    assert "<h1>The mesh</h1>" in client.get("/?colour=red", "text/html").text


def joins(page: str) -> list[list[str]]:
    section = page.partition('id="joins"')[2].partition("</section>")[0]
    rows = re.findall(r"<tr>(<td>.*?)</tr>", section, re.DOTALL)
    return [
        [re.sub(r"<[^>]*>", "", cell).strip() for cell in re.findall(r"<td>(.*?)</td>", row)]
        for row in rows
    ]


def test_a_product_tells_what_it_can_be_joined_with_by_which_columns(client: Client) -> None:
    page = client.get(PROFILES.removeprefix(BASE.rstrip("/")), "text/html").text
    assert "Can be joined with" in page
    assert "1 of 1 product<" in page
    (row,) = joins(page)
    assert row[0] == "Podcast listeners"
    assert row[1:3] == ["listener_no", "listener_no"]
    assert row[3] == "the same scheme"
    (other,) = joins(client.get(LISTENERS.removeprefix(BASE.rstrip("/")), "text/html").text)
    assert other[0] == "User profiles"


def test_a_product_that_nothing_can_be_joined_with_says_why(client: Client) -> None:
    page = client.get(DEMOGRAPHICS.removeprefix(BASE.rstrip("/")), "text/html").text
    assert joins(page) == []
    assert "Nothing: no column of" in page


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A mesh in which thirty products can be joined with one."""
    files = dict(mesh())
    many = [
        (f"l{n}.ttl", files["listeners.ttl"].replace("podcasts.listeners", f"podcasts.l-{n:02}"))
        for n in range(30)
    ]
    kept = [(name, files[name]) for name in ("identity.ttl", "profiles.ttl")]
    with catalog_of(tmp_path_factory.mktemp("wide"), [*kept, *many]) as catalog:
        yield Client(create_app(catalog))


def test_of_many_products_some_are_shown_and_all_are_counted(wide: Client) -> None:
    page = wide.get(PROFILES.removeprefix(BASE.rstrip("/")), "text/html").text
    assert "25 of 30 products<" in page
    assert len(joins(page)) == 25
    assert "The others are told by" in page


def test_the_partners_of_a_product_are_those_of_its_pairs(wide: Client) -> None:
    query = f"""{{ polyseme(iri: "{USER}") {{ joinable(first: 500) {{ totalCount edges {{ node {{
        left {{ iri }} right {{ iri }} }} }} }} }} }}"""
    pairs = [
        {node["left"]["iri"], node["right"]["iri"]}
        for edge in wide.data(query)["polyseme"]["joinable"]["edges"]
        for node in [edge["node"]]
    ]
    assert sum(PROFILES in pair for pair in pairs) == 30
    assert polysemes.Joinable([], None, None, {}).partners(PROFILES) == ()  # type: ignore[arg-type]
