"""Events of runs: what is read of them, what they come to, and whom they mean."""

import itertools
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from catalog_service.domain.runs import Dataset, Job, Run, State, run_of
from catalog_service.graph import Store, parse
from catalog_service.publishing.runs.addresses import Addresses
from catalog_service.publishing.runs.events import MalformedEvent, event
from catalog_service.publishing.runs.facts import facts
from catalog_service.publishing.runs.meant import Meant, column_edges
from catalog_service.terms import PM, PROV, Iri

REAL = Path(__file__).parents[3] / "shared" / "realdata" / "openlineage"
RUN = "01941d3b-9f00-7000-8000-000000000001"
SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"


def told(kind: str = "COMPLETE", time: str = "2026-11-24T09:00:00Z", **more: Any) -> dict[str, Any]:
    return {
        "eventType": kind,
        "eventTime": time,
        "producer": "https://example.org/tests",
        "schemaURL": SPEC,
        "run": {"runId": RUN},
        "job": {"namespace": "podcasts", "name": "build"},
        **more,
    }


def without(*path: str) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(json.dumps(told()))
    here = whole
    for step in path[:-1]:
        here = here[step]
    del here[path[-1]]
    return whole


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        (None, "event"),
        ([], "event"),
        ({}, "eventTime"),
        (without("eventTime"), "eventTime"),
        (told(time="yesterday"), "eventTime"),
        (told(time="2026-11-24T09:00:00"), "eventTime"),
        (told(kind="DONE"), "eventType"),
        (told(eventType=7), "eventType"),
        (told(producer="somebody"), "producer"),
        (told(schemaURL=7), "schemaURL"),
        (without("run", "runId"), "run.runId"),
        (told(run={"runId": "7"}), "run.runId"),
        (told(run=7), "run"),
        (without("job"), "job"),
        (without("job", "name"), "job.name"),
        (told(job={"namespace": "", "name": "x"}), "job.namespace"),
        (told(job={"namespace": "x" * 3000, "name": "x"}), "job.namespace"),
        (told(inputs={}), "inputs"),
        (told(inputs=[7]), "inputs[0]"),
        (told(outputs=[{"namespace": "a", "name": "b"}, {"name": "b"}]), "outputs[1].namespace"),
        (told(outputs=[{"namespace": "a", "name": "b", "facets": []}] * 5001), "outputs"),
        (
            told(outputs=[{"namespace": "a", "name": "b", "facets": {"columnLineage": 1}}]),
            "outputs[0].facets.columnLineage",
        ),
        ({key: told()[key] for key in ("eventTime", "producer", "schemaURL")}, "event"),
    ],
)
def test_the_field_at_fault_is_named(odd: Any, field: str) -> None:
    with pytest.raises(MalformedEvent) as raised:
        event(odd)
    assert raised.value.field == field


def test_the_nanoseconds_of_java_are_read() -> None:
    assert event(told(time="2026-11-24T10:00:00.123456789+01:00")).time.hour == 9


@pytest.mark.parametrize("name", ["producer", "schemaURL"])
def test_what_older_clients_leave_out_is_not_asked_for(name: str) -> None:
    assert event(without(name)).run == RUN


def test_an_event_without_a_type_is_some_other_event() -> None:
    assert event(without("eventType")).state is State.OTHER


def dataset(name: str, **facets: Any) -> dict[str, Any]:
    return {"namespace": "duckdb://x.duckdb", "name": name, "facets": facets}


STORY = (
    told("START", "2026-11-24T09:00:00Z", inputs=[dataset("a.b.c")]),
    told("RUNNING", "2026-11-24T09:01:00Z", outputs=[dataset("a.b.d", symlinks={"old": 1})]),
    told("COMPLETE", "2026-11-24T09:02:00Z", outputs=[dataset("a.b.d", symlinks={"new": 1})]),
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_neither_order_nor_repetition_changes_what_a_run_comes_to(order: tuple[int, ...]) -> None:
    run = run_of(event(STORY[number]) for number in (*order, *order))
    assert run is not None
    assert run.state is State.COMPLETE
    assert run.started.minute == 0
    assert run.ended is not None
    assert run.ended.minute == 2
    assert [one.name for one in run.inputs] == ["a.b.c"]
    (output,) = run.outputs
    assert output.facets["symlinks"] == {"new": 1}


def test_a_run_of_whose_end_nobody_has_told_is_under_way() -> None:
    run = run_of(map(event, STORY[:2]))
    assert run is not None
    assert (run.state, run.ended) == (State.RUNNING, None)


PORTS = """
@prefix dprod: <https://www.omg.org/spec/DPROD/dprod/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<https://m/p> a dprod:DataProduct ; dprod:outputPort <https://m/p/x> .
<https://m/p/x> dcat:endpointURL {address} ; dcat:servesDataset <https://m/p/d> .
<https://m/p/d> dct:title "Orders" .
"""


@pytest.mark.parametrize(
    ("address", "namespace", "name"),
    [
        ("duckdb://shop/main/orders", "duckdb:///data/shop.duckdb", "shop.main.orders"),
        ("duckdb://shop/main/orders", "duckdb://shop.duckdb", "shop.main.Orders"),
        ("postgresql://db:5432/shop/public", "postgres://db:5432", "shop.public.orders"),
        ("postgres://db:5432/shop/public/orders", "postgres://DB:5432", "shop.public.orders"),
        ("s3://bucket/path/orders.parquet", "s3://bucket", "path/orders.parquet"),
        ("s3://bucket/path/orders.parquet", "s3a://bucket/", "/path/orders.parquet"),
        ("snowflake://acme/SHOP/PUBLIC", "snowflake://acme", "SHOP.PUBLIC.ORDERS"),
        ("file:data/orders.parquet", "file", "data/orders.parquet"),
        ("kafka://broker:9092/orders", "kafka://broker:9092", "orders"),
        ("bigquery:shop.public.orders", "bigquery", "shop.public.orders"),
    ],
)
def test_a_dataset_is_known_by_its_address(address: str, namespace: str, name: str) -> None:
    store = Store()
    store.replace({Iri("https://m/p"): parse(PORTS.replace("{address}", f"<{address}>"), "turtle")})
    addresses = Addresses(store.view())
    found = addresses.find(Dataset(namespace, name))
    assert found is not None
    assert (found.product, found.port, found.dataset) == (
        "https://m/p",
        "https://m/p/x",
        "https://m/p/d",
    )
    assert addresses.find(Dataset(namespace, f"{name}2")) is None
    assert addresses.find(Dataset(f"{namespace}x", name)) is None or "duckdb" in address
    other = Dataset("other://x", "y", {"symlinks": {"identifiers": [
        {"namespace": namespace, "name": name}]}})  # fmt: skip
    assert addresses.find(other) == found


def test_where_two_datasets_have_one_address_neither_is_meant() -> None:
    store = Store()
    text = PORTS.replace("{address}", "<duckdb://shop/main>")
    for name in ("p", "q"):
        moved = text.replace("https://m/p", f"https://m/{name}")
        store.replace({Iri(f"https://m/{name}"): parse(moved, "turtle")})
    assert Addresses(store.view()).find(Dataset("duckdb://x", "shop.main.orders")) is None


@pytest.mark.parametrize(
    "facet",
    [
        {},
        {"fields": []},
        {"fields": {"a": None}},
        {"fields": {"a": {"inputFields": 7}}},
        {"fields": {"a": {"inputFields": [7, {}, {"namespace": "n", "name": "m"}]}}},
    ],
)
def test_an_odd_facet_of_columns_costs_only_itself(facet: dict[str, Any]) -> None:
    assert list(column_edges(Dataset("n", "m", {"columnLineage": facet}))) == []


@pytest.mark.parametrize(
    ("ways", "kind", "masked"),
    [
        ([{"type": "DIRECT", "subtype": "TRANSFORMATION", "masking": True}], None, True),
        ([{"masking": True}, {"type": "INDIRECT", "masking": True}], None, True),
        (
            [{"masking": True}, {"type": "DIRECT", "subtype": "IDENTITY", "masking": False}],
            None,
            False,
        ),
        ([{"masking": True}, {"type": "DIRECT"}], None, False),
        ([{"masking": "true"}], None, False),
        ([{"masking": True}, 7], None, False),
        ([], None, False),
        (7, None, False),
        (None, "MASKED", True),
        (None, "IDENTITY", False),
        ([{"masking": False}], "MASKED", False),
    ],
)
def test_a_column_is_masked_where_every_way_says_so(ways: Any, kind: Any, masked: Any) -> None:
    source = {"namespace": "n", "name": "m", "field": "b", "transformations": ways}
    facet = {"fields": {"a": {"inputFields": [source], "transformationType": kind}}}
    (edge,) = column_edges(Dataset("n", "o", {"columnLineage": facet}))
    assert edge == ("a", Dataset("n", "m"), "b", masked)


SCHEMA = """
@prefix csvw: <http://www.w3.org/ns/csvw#> .
<https://m/p/d> csvw:tableSchema <https://m/p/s> .
<https://m/p/s> csvw:column <https://m/p/a> , <https://m/p/b> .
<https://m/p/a> csvw:name "a" . <https://m/p/b> csvw:name "b" .
"""


def _masking(masked: list[bool]) -> set[tuple[Iri, Iri]]:
    """What is told of two columns after runs that masked, or did not; with how it is told."""
    store = Store()
    text = PORTS.replace("{address}", "<duckdb://shop/main>") + SCHEMA
    store.replace({Iri("https://m/p"): parse(text, "turtle")})
    runs = []
    for one in masked:
        ways = [{"type": "DIRECT", "masking": one}]
        source = {"namespace": "duckdb://shop", "name": "shop.main.orders", "field": "b"}
        facet = {"fields": {"a": {"inputFields": [source | {"transformations": ways}]}}}
        made = Dataset("duckdb://shop", "shop.main.orders", {"columnLineage": facet})
        now = datetime.now(UTC)
        runs.append(Run("r", Job("n", "j"), State.COMPLETE, now, now, (), (made,)))
    told = facts(Iri("https://m/p"), runs, Meant(store.view(), runs))
    return {(p, o) for s, p, o in told if s == "https://m/p/a" and isinstance(o, str)}


def test_what_comes_masked_is_told_until_one_run_tells_otherwise() -> None:
    derived = (PROV.wasDerivedFrom, Iri("https://m/p/b"))
    masked = (PM.maskedFrom, Iri("https://m/p/b"))
    assert _masking([True, True]) == {derived, masked}
    assert _masking([True, False]) == {derived}
    assert _masking([False]) == {derived}


@pytest.mark.skipif(not REAL.is_dir(), reason="the files that others wrote are not here")
def test_events_that_others_wrote_are_read_or_their_field_is_named() -> None:
    files = sorted([*REAL.rglob("*.json"), *REAL.rglob("*.ndjson")])
    told = [one for file in files for one in _documents(file.read_text(encoding="utf-8"))]
    faults = [fault for one in told if (fault := _fault(one)) is not None]
    assert all(fault.field for fault in faults)
    assert len(told) - len(faults) > 50  # most files are patterns of events, with places to fill
    assert {fault.field for fault in faults} <= {"eventTime", "run.runId"}, faults


def _fault(told: Any) -> MalformedEvent | None:
    try:
        event(told)
    except MalformedEvent as fault:
        return fault
    return None


def _documents(text: str) -> list[Any]:
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    return whole if isinstance(whole, list) else [whole]
