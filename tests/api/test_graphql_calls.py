"""How often the store is asked: as often for a long page as for a short one."""

from collections import Counter
from collections.abc import Iterator

import pytest
from asking import Client, catalog_of, mesh

from catalog_service.api.app import create_app
from catalog_service.graph import View
from catalog_service.journal import Journal, Ledger

VIEW = ("select", "ask", "construct", "objects", "subjects", "describes", "graph")
"""Every way to ask the graph; `sees` is a look at a list of names."""
MOST = 20
LEDGER = ("page", "counts", "conformance", "standings", "recoveries", "turns", "of")
QUERY = """query ($first: Int!) { products(first: $first) { totalCount edges { node {
    title domain { title owner { title } } owner { title memberOf { title } } keywords
    inputPorts { title readsFrom { source product { title } } }
    outputPorts { title slos { sentence } policies { title } datasets {
        title about { title } distributions { url }
        columns(first: 10) { edges { node { name
            binding { polyseme { title } scheme { title } } upstream { name } } } } } }
    managementPorts { role } code { title } infrastructure { title }
    polysemes { polyseme { title authoritativeDomain { title } } column { name } }
    upstream { title } downstream { title } consumers { totalCount }
    conformance { conforms findings { standard } } revision versions { revision }
    standings { standing standard { name } } scorecard { tally { share } }
    conformanceHistory { conforms }
} } } }"""
GOVERNED = """query ($first: Int!) {
  heat { edges { node { domain { title heat { products } } cells { met } } } }
  standards { name standings { met warned } waivers { totalCount } owner { title }
    products(first: $first) { edges { node { standing product { title domain {
      scorecard { qualities { tally { share } } } } } findings { message } } } } }
  findings(first: $first) { edges { node { rule { name } subject { title } recovery { action } } } }
  domains { edges { node { conformanceDays { conforming } } } }
  waivers { totalCount edges { node { name covers { message } product { title } } } } }"""


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A mesh of many products, each with the parts of the one in the fixtures."""
    files = dict(mesh())
    many = [
        (f"listeners-{number}.ttl", files["listeners.ttl"].replace("listeners>", f"l{number}>"))
        for number in range(60)
    ]
    texts = [
        (name, text.replace("podcasts.listeners", f"podcasts.listeners-{number}"))
        for number, (name, text) in enumerate(many)
    ]
    kept = [(name, files[name]) for name in ("identity.ttl", "profiles.ttl")]
    with catalog_of(tmp_path_factory.mktemp("wide"), [*kept, *texts]) as catalog:
        yield Client(create_app(catalog))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts the questions to the graph and to the journal; each is still answered."""
    counted: Counter[str] = Counter()
    for owner, name in (
        *((View, question) for question in VIEW),
        *((Journal, "latest_of"), (Journal, "history_of")),
        *((Ledger, question) for question in LEDGER),
    ):
        original = getattr(owner, name)

        def counting(
            *args: object, _original: object = original, _name: str = name, **kwargs: object
        ) -> object:
            counted[_name] += 1
            assert callable(_original)
            return _original(*args, **kwargs)

        monkeypatch.setattr(owner, name, counting)
    return counted


def alike(one: Counter[str], other: Counter[str]) -> bool:
    """True where as much was asked, but for what two branches happened to ask for together."""
    return set(one) == set(other) and abs(one.total() - other.total()) <= 2


def test_a_page_of_fifty_asks_as_often_as_a_page_of_ten(wide: Client, calls: Counter[str]) -> None:
    short = wide.data(QUERY, first=10)["products"]
    ten = calls.copy()
    calls.clear()
    long = wide.data(QUERY, first=50)["products"]
    assert (len(short["edges"]), len(long["edges"])) == (10, 50)
    assert all(edge["node"]["outputPorts"][0]["datasets"] for edge in long["edges"][:50])
    assert calls == ten
    assert (calls["latest_of"], calls["history_of"]) == (1, 1)
    assert (calls["standings"], calls["conformance"]) == (1, 1)
    assert calls["select"] < 52


def test_the_shape_of_fifty_products_with_their_parts_asks_each_level_once(
    wide: Client, calls: Counter[str]
) -> None:
    """Ports, columns, owners and polysemes: one question for each kind of thing at each depth.

    What two branches ask for at the same time is gathered into one; so there may be one fewer.
    """
    parts = """title owner { title mailbox memberOf { title members { title } } }
        inputPorts { readsFrom { product { title owner { title } } } }
        outputPorts { datasets { columns(first: 20) { edges { node { name binding {
            polyseme { title authoritativeDomain { title owner { title } } scheme { title } } } } } }
        } } polysemes { polyseme { title } scheme { title issuedBy { title } } column { name } }"""
    query = f"""query ($first: Int!) {{ products(first: $first) {{ edges {{ node {{ {parts} }} }} }}
        }}"""
    counted = []
    for first in (1, 7, 50):
        calls.clear()
        found = wide.data(query, first=first)["products"]["edges"]
        assert len(found) == first
        counted.append(calls.copy())
    assert all(set(calls) == {"select"} and calls["select"] <= MOST for calls in counted)
    last = found[-1]["node"]
    assert last["outputPorts"][0]["datasets"][0]["columns"]["edges"][0]["node"]["name"]
    assert last["polysemes"][0]["polyseme"]["title"] == "user"


def test_the_past_is_asked_as_often_as_the_present(wide: Client, calls: Counter[str]) -> None:
    query = QUERY.replace("($first: Int!)", "($first: Int!, $asOf: AsOf)")
    query = query.replace("products(first: $first)", "products(first: $first, asOf: $asOf)")
    revision = wide.data("{ mesh { revision } }")["mesh"]["revision"] - 1
    assert wide.data("query ($asOf: AsOf) { mesh(asOf: $asOf) { products } }", asOf=revision)
    wide.data(query, first=1, asOf=revision)  # the state and its index are made
    calls.clear()
    wide.data(query, first=10, asOf=revision)
    ten = calls.copy()
    calls.clear()
    found = wide.data(query, first=50, asOf=revision)["products"]["edges"]
    assert len(found) == 50
    assert alike(calls, ten)
    calls.clear()
    wide.data(query, first=50)
    assert alike(calls, ten)


def test_governance_asks_as_often_of_many_products_as_of_few(
    wide: Client, calls: Counter[str]
) -> None:
    query = GOVERNED.replace("standards {", 'standard(name: "discovery-port") {')
    short = wide.data(query, first=2)["standard"]["products"]["edges"]
    two = calls.copy()
    calls.clear()
    long = wide.data(query, first=50)["standard"]["products"]["edges"]
    assert (len(short), len(long)) == (2, 50)
    assert calls == two
    assert calls["select"] < 30


def test_all_standards_ask_as_often_as_one(wide: Client, calls: Counter[str]) -> None:
    wide.data(GOVERNED.replace("standards {", 'one: standard(name: "described") {'), first=2)
    one = calls.copy()
    calls.clear()
    found = wide.data(GOVERNED, first=2)["standards"]
    assert len(found) > 40
    assert calls == one
