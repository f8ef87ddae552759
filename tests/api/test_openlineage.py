"""The OpenLineage receiver, asked by the stock client and by a real run of dbt."""

import gzip
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn
from asking import Client
from putting import BASE, MESH, copied, publish_example, token_for

from catalog_service.api.app import create_app
from catalog_service.bootstrap import Catalog, build
from catalog_service.governance.gate import Gate
from catalog_service.settings import Settings
from catalog_service.terms import Iri

ROOT = Path(__file__).parents[2]
DBT_OL = ROOT / ".venv-dbt" / "bin" / "dbt-ol"
PODCASTS = Iri(f"{BASE}domains/podcasts")
STREAMING = Iri(f"{BASE}domains/streaming")
LISTENS = f"{BASE}products/podcasts.listens"
HEARD = f"{LISTENS}/datasets/listens/listens"
RELEASED = f"{BASE}products/podcasts.episodes/datasets/episodes/episodes"
SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
NAMESPACE = "duckdb://podcasts.duckdb"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Gate]:
    return publish_example(tmp_path_factory.mktemp("begun") / "home")


@pytest.fixture
def catalog(begun: tuple[Path, Gate], tmp_path: Path) -> Iterator[Catalog]:
    with copied(begun, tmp_path / "home") as catalog:
        yield catalog


@pytest.fixture
def secret(catalog: Catalog) -> str:
    return token_for(catalog, PODCASTS)


@pytest.fixture
def client(catalog: Catalog) -> Client:
    return Client(create_app(catalog))


def event(kind: str = "COMPLETE", run: str = "", minute: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "eventType": kind,
        "eventTime": f"2026-11-20T09:{minute:02}:00Z",
        "producer": "https://example.org/tests",
        "schemaURL": SPEC,
        "run": {"runId": run or str(uuid4())},
        "job": {"namespace": "podcasts", "name": "listens"},
        "inputs": [{"namespace": NAMESPACE, "name": "podcasts.main.episodes"}],
        "outputs": [{"namespace": NAMESPACE, "name": "podcasts.main.listens"}],
        **more,
    }


def sent(client: Client, secret: str, told: Any, path: str = "", **headers: str) -> httpx.Response:
    return client.request(
        "POST",
        f"/api/v1/lineage{path}",
        content=json.dumps(told),
        headers={
            "Authorization": f"Bearer {secret}",
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
    )


def rows(client: Client, query: str) -> list[list[str]]:
    answer = client.request(
        "POST", "/sparql", data={"query": query}, headers={"Accept": "text/csv"}
    )
    assert answer.status_code == 200, answer.text
    return [line.split(",") for line in answer.text.split("\r\n")[1:] if line]


RUNS = f"""
SELECT ?id ?state ?ended WHERE {{
  GRAPH <{LISTENS}/runs> {{
    ?run a prov:Activity ; dct:identifier ?id ; pm:runState ?state .
    OPTIONAL {{ ?run prov:endedAtTime ?ended }}
  }}
}} ORDER BY ?id"""


def test_a_run_becomes_an_activity_at_once(client: Client, secret: str) -> None:
    run = str(uuid4())
    answer = sent(client, secret, event(run=run))
    assert (answer.status_code, answer.json()["taken"]) == (201, 1), answer.text
    ((name, state, ended),) = rows(client, RUNS)
    assert name == run
    assert state.endswith("#RunCompleted")
    assert ended == "2026-11-20T09:00:00Z"
    used = f"SELECT ?d WHERE {{ GRAPH <{LISTENS}/runs> {{ ?run prov:used ?d }} }}"
    assert rows(client, used) == [[RELEASED]]


def test_duplicates_and_events_out_of_order_are_harmless(client: Client, secret: str) -> None:
    run = str(uuid4())
    ended, begun = event("COMPLETE", run, 5), event("START", run, 1)
    assert sent(client, secret, ended).json()["new"] == 1
    before = rows(client, RUNS)
    assert sent(client, secret, begun).json()["new"] == 1
    assert sent(client, secret, [begun, ended, ended], "/batch").json() == {
        "taken": 3,
        "new": 0,
        "measurements": 0,
        "unknown": [],
    }
    assert rows(client, RUNS) == before
    started = f"SELECT ?t WHERE {{ GRAPH <{LISTENS}/runs> {{ ?run prov:startedAtTime ?t }} }}"
    assert rows(client, started) == [["2026-11-20T09:01:00Z"]]


def test_a_run_that_failed_made_nothing_and_the_one_before_stands(
    client: Client, secret: str
) -> None:
    good, bad = str(uuid4()), str(uuid4())
    sent(client, secret, [event(run=good, minute=1), event("FAIL", bad, 2)], "/batch")
    assert {row[0] for row in rows(client, RUNS)} == {good, bad}
    made = f"SELECT ?id WHERE {{ <{HEARD}> prov:wasGeneratedBy/dct:identifier ?id }}"
    assert rows(client, made) == [[good]]


def test_the_lineage_of_columns_becomes_edges(client: Client, secret: str) -> None:
    facet = {
        "fields": {
            "SECONDS": {
                "inputFields": [
                    {
                        "namespace": NAMESPACE,
                        "name": "podcasts.main.episodes",
                        "field": "podcast_id",
                    },
                    {"namespace": NAMESPACE, "name": "podcasts.main.episodes", "field": "nothing"},
                ]
            },
            "nothing": {"inputFields": []},
        }
    }
    outputs = [
        {
            "namespace": NAMESPACE,
            "name": "podcasts.main.listens",
            "facets": {"columnLineage": facet},
        }
    ]
    sent(client, secret, event(outputs=outputs))
    edges = f"""SELECT ?to ?from WHERE {{ GRAPH <{LISTENS}/runs> {{
      ?to prov:wasDerivedFrom ?from . FILTER(CONTAINS(STR(?to), "/columns/")) }} }}"""
    assert rows(client, edges) == [
        [f"{HEARD}/columns/seconds", f"{RELEASED}/columns/podcast_id"],
    ]
    lineage = client.data(
        f'{{lineage(iri: "{HEARD}/columns/seconds", up: 1, down: 0, grain: COLUMN)'
        " {edges {source target}}}"
    )["lineage"]
    assert lineage["edges"], "the service sees what was observed"


def test_quality_facets_become_measurements(client: Client, secret: str) -> None:
    tested = {
        "namespace": NAMESPACE,
        "name": "podcasts.main.listens",
        "inputFacets": {
            "dataQualityAssertions": {
                "assertions": [
                    {"assertion": "unique", "name": "unique_listens_listen_id", "success": True},
                    {
                        "assertion": "not_null",
                        "name": "not_null_listens_listen_id",
                        "success": False,
                        "actual": "3",
                    },
                    {"assertion": "x", "name": "nobody_knows_this", "success": True},
                    {"assertion": "not_null", "name": "not_null_listens_email_sha256"},
                ]
            },
            "dataQualityMetrics": {
                "rowCount": 8,
                "columnMetrics": {"seconds": {"nullCount": 2, "distinctCount": 4}, "x": {}},
            },
        },
    }
    answer = sent(client, secret, event(inputs=[tested], outputs=[]))
    assert answer.json()["measurements"] == 4, answer.text
    found = rows(
        client,
        f"""SELECT ?on ?metric ?value WHERE {{ GRAPH <{LISTENS}/observed> {{
          ?m dqv:computedOn ?on ; dqv:isMeasurementOf ?metric ; dqv:value ?value }} }}
          ORDER BY ?value""",
    )
    told = [
        (on.rpartition("/")[2], metric.rpartition("/")[2], value) for on, metric, value in found
    ]
    assert [(on, value) for on, _, value in told] == [
        ("listens", "0"),
        ("seconds", "0.5"),
        ("seconds", "0.75"),
        ("listens", "3"),
    ]


def test_what_is_not_of_the_mesh_is_told_and_no_fault(client: Client, secret: str) -> None:
    own = {"namespace": NAMESPACE, "name": "podcasts.main.stg_listens"}
    answer = sent(client, secret, event(outputs=[own]))
    assert answer.status_code == 201
    assert answer.json()["unknown"] == [f"{NAMESPACE} podcasts.main.stg_listens"]
    assert rows(client, RUNS) == []


def test_a_token_of_another_domain_tells_nothing(catalog: Catalog, client: Client) -> None:
    answer = sent(client, token_for(catalog, STREAMING), event())
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")
    assert answer.json()["errors"][0]["field"] == "outputs[0]"
    assert rows(client, RUNS) == []
    assert list(catalog.journal.runs.last()) == []


@pytest.mark.parametrize("secret", ["", "polyseme_x"])
def test_without_a_token_nothing_is_told(client: Client, secret: str) -> None:
    assert sent(client, secret, event()).status_code == 401


def test_the_rest_of_a_batch_is_taken(client: Client, secret: str) -> None:
    run = str(uuid4())
    odd = event() | {"eventTime": "soon"}
    answer = sent(client, secret, [odd, event(run=run), 7], "/batch")
    assert answer.status_code == 400
    told = answer.json()
    assert told["taken"] == 1
    assert [(one["index"], one["field"]) for one in told["errors"]] == [
        (0, "eventTime"),
        (2, "event"),
    ]
    assert told["detail"] == "eventTime: 'soon' is no time; 1 of 3 were taken"
    assert [row[0] for row in rows(client, RUNS)] == [run]


def test_a_compressed_body_is_read(client: Client, secret: str) -> None:
    def zipped(body: bytes) -> httpx.Response:
        return client.request(
            "POST",
            "/api/v1/lineage",
            content=body,
            headers={
                "Authorization": f"Bearer {secret}",
                "Content-Type": "application/json",
                "Content-Encoding": "gzip",
            },
        )

    whole = gzip.compress(json.dumps(event()).encode())
    assert zipped(whole).status_code == 201
    assert "breaks off" in zipped(whole[:-9]).json()["detail"]
    assert zipped(b"no gzip").status_code == 400
    bomb = zipped(gzip.compress(b" " * (64 << 20)))
    assert (bomb.status_code, bomb.json()["limit"]) == (413, "body-bytes")


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ("{", {}, 400),
        ("7", {}, 400),
        ("[]", {}, 400),
        ("[" * 100_000, {}, 400),
        (json.dumps([7] * 1001), {}, 400),
        ("{}", {"Content-Type": "text/plain"}, 415),
        ("{}", {"Content-Encoding": "br"}, 400),
    ],
)
def test_what_cannot_be_read_is_refused(
    client: Client, secret: str, body: str, headers: dict[str, str], status: int
) -> None:
    told = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"} | headers
    answer = client.request("POST", "/api/v1/lineage", content=body, headers=told)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_was_told_outlives_the_process(catalog: Catalog, client: Client, secret: str) -> None:
    sent(client, secret, event())
    name = Iri(f"{LISTENS}/runs")
    before = catalog.view().graph(name)
    assert before
    catalog.close()
    with build(Settings(home=catalog.settings.home), write=False) as again:
        assert set(again.view().graph(name)) == set(before)


@contextmanager
def served(catalog: Catalog) -> Iterator[str]:
    """A real server, for clients that speak HTTP of their own."""
    config = uvicorn.Config(create_app(catalog), port=0, log_config=None)
    server = uvicorn.Server(config)
    running = threading.Thread(target=server.run, daemon=True)
    running.start()
    try:
        while not server.started:
            assert running.is_alive()
            time.sleep(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        running.join(timeout=30)


def test_the_stock_client_is_answered(catalog: Catalog, secret: str, client: Client) -> None:
    openlineage = pytest.importorskip("openlineage.client")
    from openlineage.client.event_v2 import (  # noqa: PLC0415 - only where it is installed
        InputDataset,
        Job,
        OutputDataset,
        Run,
        RunEvent,
        RunState,
    )
    from openlineage.client.transport.http import (  # noqa: PLC0415 - the same
        ApiKeyTokenProvider,
        HttpCompression,
        HttpConfig,
        HttpTransport,
    )

    run = str(uuid4())
    with served(catalog) as address:
        config = HttpConfig(
            url=address,
            auth=ApiKeyTokenProvider({"api_key": secret}),
            compression=HttpCompression.GZIP,
        )
        teller = openlineage.OpenLineageClient(transport=HttpTransport(config))
        for state in (RunState.START, RunState.COMPLETE):
            teller.emit(
                RunEvent(
                    eventType=state,
                    eventTime=datetime.now(UTC).isoformat(),
                    run=Run(runId=run),
                    job=Job(namespace="podcasts", name="listens"),
                    producer="https://example.org/tests",
                    inputs=[InputDataset(namespace=NAMESPACE, name="podcasts.main.episodes")],
                    outputs=[OutputDataset(namespace=NAMESPACE, name="podcasts.main.listens")],
                )
            )
        teller.close()
    ((name, state, _),) = rows(client, RUNS)
    assert name == run
    assert state.endswith("#RunCompleted")


@pytest.mark.skipif(not DBT_OL.is_file(), reason="dbt-ol is not installed: `make test` installs it")
def test_a_real_run_of_dbt_is_told_and_seen(
    catalog: Catalog, secret: str, client: Client, tmp_path: Path
) -> None:
    shutil.copytree(MESH, tmp_path / "media_mesh")
    project = tmp_path / "media_mesh" / "podcasts" / "dbt"
    with served(catalog) as address:
        environment = {
            **os.environ,
            "DBT": str(DBT_OL),
            "OPENLINEAGE_URL": address,
            "OPENLINEAGE_API_KEY": secret,
            "OPENLINEAGE_NAMESPACE": "podcasts",
            "PATH": f"{DBT_OL.parent}{os.pathsep}{os.environ['PATH']}",
        }
        done = subprocess.run(
            ["sh", str(project / "build.sh")],
            env=environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    states = {row[1].rpartition("#")[2] for row in rows(client, RUNS)}
    assert states == {"RunCompleted"}, done.stdout[-2000:] + done.stderr[-2000:]
    made = f"SELECT ?s WHERE {{ <{HEARD}> prov:wasGeneratedBy/pm:runState ?s }}"
    assert rows(client, made)
    derived = f"""SELECT ?from WHERE {{ GRAPH <{LISTENS}/runs> {{
      <{HEARD}> prov:wasDerivedFrom ?from }} }}"""
    assert [RELEASED] in rows(client, derived)
    measured = f"SELECT ?m WHERE {{ GRAPH <{LISTENS}/observed> {{ ?m a dqv:QualityMeasurement }} }}"
    assert rows(client, measured)
