"""The feed of changes with the stock clients of browsers: graphql-sse and graphql-ws, in node."""

import json
import threading
from collections.abc import Iterator

import pytest
from feeding import Served, feeding, iri
from node_packages import run

SSE = """
const { createClient } = require('graphql-sse');
const [url, query, after, count] = process.argv.slice(1);
const client = createClient({ url });
const found = [];
const stop = client.subscribe({ query, variables: { after } }, {
  next: (told) => {
    found.push(told);
    if (found.length == count) { console.log(JSON.stringify(found)); stop(); client.dispose(); }
  },
  error: (error) => { console.log(JSON.stringify([String(error)])); },
  complete: () => { if (found.length < count) console.log(JSON.stringify([...found, 'complete'])); },
});
"""
WS = SSE.replace("graphql-sse", "graphql-ws").replace(
    "createClient({ url })",
    "createClient({ url: url.replace('http', 'ws'), webSocketImpl: require('ws') })",
)
QUERY = "subscription ($after: Revision) { changes(after: $after) { revision subject } }"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with feeding(tmp_path_factory.mktemp("home")) as served:
        yield served


@pytest.mark.parametrize("client", [SSE, WS], ids=["graphql-sse", "graphql-ws"])
def test_a_stock_client_is_told_what_was_and_what_comes(served: Served, client: str) -> None:
    latest = served.revision
    later = threading.Timer(1.5, served.publish, ["later"])
    later.start()
    count = latest - 2 + 1
    told = json.loads(run(client, served.url, QUERY, "2", str(count)))
    later.join()
    changes = [each["data"]["changes"] for each in told]
    assert [change["revision"] for change in changes] == [*range(3, latest + 2)]
    assert changes[-1]["subject"] == iri("later")
    assert told[-1]["extensions"] == {"cursor": str(latest + 1)}


@pytest.mark.parametrize("client", [SSE, WS], ids=["graphql-sse", "graphql-ws"])
def test_a_stock_client_is_told_of_a_mistake(served: Served, client: str) -> None:
    told = json.loads(run(client, served.url, QUERY, "soon", "9"))
    assert told[-1] == "complete"
    (error,) = told[0]["errors"]
    assert error["extensions"]["code"] == "invalid-request"
