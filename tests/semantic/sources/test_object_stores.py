"""Object stores: what is fetched of them, which part may be read, and with whose rights."""

import io
import json
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import s3_server
import songs
from s3_server import Store
from sqlglot import exp

from catalog_service.errors import SourceUnavailable
from catalog_service.semantic.engines.duckdb import DuckDb
from catalog_service.semantic.execution import Limits, Wanted
from catalog_service.semantic.plan import Compare, Constant, Guarded, Relation
from catalog_service.semantic.question import Comparison
from catalog_service.semantic.sources import Options, Reading, opened
from catalog_service.settings import Connection

BOTH = pytest.mark.parametrize("path", [Reading.ENGINE, Reading.ARROW])


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKE_SECRET", s3_server.SECRET)


@pytest.fixture
def bucket(request: pytest.FixtureRequest, object_store: Store) -> Iterator[str]:
    """The name of a bucket that is this test's own."""
    name = f"b{abs(hash(request.node.nodeid)):x}"
    object_store.filesystem.create_dir(name)
    object_store.requests.clear()
    yield name
    object_store.refusing = False


def options(store: Store, prefix: str, reading: Reading = Reading.BEST) -> Options:
    return Options(reading=reading, connections={prefix: store.connection})


def rows(allowed: Options, wanted: Wanted) -> list[dict[str, Any]]:
    engine = DuckDb(allowed)
    try:
        with engine.session(Limits(seconds=20), [wanted.guarded]) as session:
            bound = session.bind(wanted)
            tree = exp.select(*(exp.column(name, quoted=True) for name in wanted.columns))
            return session.run(tree.from_(bound.table.copy()).sql("duckdb")).to_pylist()
    finally:
        engine.close()


def put(store: Store, key: str, table: pa.Table, **more: Any) -> int:
    out = io.BytesIO()
    pq.write_table(table, out, **more)
    store.put(key, out.getvalue())
    return len(out.getvalue())


def stated(address: str, kind: str = "parquet") -> Relation:
    return songs.relation(address, Path("/nowhere"), kind=kind)


def refusal(relation: Relation, allowed: Options) -> SourceUnavailable:
    with pytest.raises(SourceUnavailable) as raised:
        rows(allowed, songs.wanted(relation, "id"))
    assert raised.value.port == relation.port
    assert raised.value.product == relation.product
    told = f"{raised.value.message} {raised.value.hint} {raised.value!r}"
    assert s3_server.SECRET not in told
    assert "127.0.0.1" not in told
    return raised.value


@BOTH
def test_only_the_row_groups_and_columns_that_are_wanted_are_fetched(
    path: Reading, object_store: Store, bucket: str
) -> None:
    drawn = random.Random(7)  # noqa: S311 - what does not compress
    large = pa.table(
        {
            "id": range(20_000),
            "title": [drawn.randbytes(40).hex() for _ in range(20_000)],
            "country": [drawn.randbytes(40).hex() for _ in range(20_000)],
        }
    )
    length = put(object_store, f"{bucket}/songs.parquet", large, row_group_size=1_000)
    relation = stated(f"s3://{bucket}/songs.parquet")
    where = Compare("id", Comparison.EQ, Constant(7_500))
    object_store.requests.clear()
    found = rows(
        options(object_store, f"s3://{bucket}/", path),
        songs.wanted(relation, "id", "title", where=where),
    )
    if (
        path is Reading.ARROW
    ):  # the engine is given the whole to filter, and skips row groups itself
        assert [row["id"] for row in found] == [7_500]
    fetched = object_store.sent("songs.parquet")
    ranges = [each.part for each in object_store.requests if each.part]
    assert ranges
    if path is Reading.ARROW:
        assert fetched < length / 10, f"{fetched} of {length} bytes"
    else:
        assert fetched < length * 0.6, f"{fetched} of {length} bytes"  # one of two wide columns


def test_the_engine_skips_row_groups_by_the_condition_of_the_statement(
    object_store: Store, bucket: str
) -> None:
    drawn = random.Random(8)  # noqa: S311 - what does not compress
    large = pa.table(
        {"id": range(20_000), "title": [drawn.randbytes(40).hex() for _ in range(20_000)]}
    )
    length = put(object_store, f"{bucket}/songs.parquet", large, row_group_size=1_000)
    wanted = songs.wanted(stated(f"s3://{bucket}/songs.parquet"), "id", "title")
    object_store.requests.clear()
    engine = DuckDb(options(object_store, f"s3://{bucket}/", Reading.ENGINE))
    with engine.session(Limits(seconds=20), [wanted.guarded]) as session:
        tree = exp.select("title").from_(session.bind(wanted).table).where("id = 7500")
        assert session.run(tree.sql("duckdb")).num_rows == 1
    engine.close()
    assert object_store.sent("songs.parquet") < length / 5


@BOTH
@pytest.mark.parametrize("kind", ["jsonl", "avro"])
def test_events_are_read_from_objects(
    kind: str, path: Reading, object_store: Store, bucket: str, tmp_path: Path
) -> None:
    address = songs.in_store(object_store, kind, bucket, tmp_path)
    wanted = songs.wanted(stated(address, kind), "id", "played_at")
    found = rows(options(object_store, f"s3://{bucket}/", path), wanted)
    assert sorted(row["id"] for row in found) == [1, 2, 3, 4, 5]


@BOTH
def test_objects_are_named_by_wildcards_and_folders_tell_values(
    path: Reading, object_store: Store, bucket: str
) -> None:
    for country, number in (("SE", 1), ("DE", 2)):
        table = pa.table({"id": [number]})
        put(object_store, f"{bucket}/plays/country={country}/a.parquet", table)
        put(object_store, f"{bucket}/other/country={country}/b.parquet", table)
    allowed = options(object_store, f"s3://{bucket}/", path)
    for address in ("plays", "plays/*/*.parquet", "pl*/**/a.parquet"):
        wanted = songs.wanted(stated(f"s3a://{bucket}/{address}"), "id", "country")
        found = rows(allowed, wanted)
        assert sorted(row["country"] for row in found) == ["DE", "SE"], address


def test_a_state_is_named_by_the_tags_of_objects(object_store: Store, bucket: str) -> None:
    relation = stated(f"s3://{bucket}/songs.parquet")
    allowed = options(object_store, f"s3://{bucket}/")
    pins = []
    for end in (3, 3, 4):
        put(object_store, f"{bucket}/songs.parquet", songs.table().slice(0, end))
        pins.append(opened(relation, allowed).snapshot.pin)
    assert pins[0] == pins[1] != pins[2]


@BOTH
def test_an_object_that_is_written_meanwhile_is_told(
    path: Reading, object_store: Store, bucket: str
) -> None:
    put(object_store, f"{bucket}/songs.parquet", songs.table())
    wanted = songs.wanted(stated(f"s3://{bucket}/songs.parquet"), "id")
    engine = DuckDb(options(object_store, f"s3://{bucket}/", path))
    with engine.session(Limits(seconds=20), [wanted.guarded]) as session:
        table = session.bind(wanted).table
        put(object_store, f"{bucket}/songs.parquet", songs.table().slice(0, 2))
        with pytest.raises(SourceUnavailable):
            session.run(exp.select("*").from_(table).sql("duckdb"))
    engine.close()


@pytest.mark.parametrize("kind", ["parquet", "csv", "iceberg", "delta"])
def test_a_service_that_lets_nothing_be_read_is_told(
    kind: str, object_store: Store, bucket: str
) -> None:
    object_store.refusing = True
    refusal(stated(f"s3://{bucket}/songs", kind), options(object_store, f"s3://{bucket}/"))


@pytest.mark.parametrize("kind", ["parquet", "delta"])
def test_a_service_that_is_down_is_told_in_time(kind: str) -> None:
    begun = time.monotonic()
    down = Connection(endpoint="http://127.0.0.1:9", loopback=True)
    refusal(stated("s3://lake/songs", kind), Options(connections={"s3://lake/": down}))
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize(
    "address",
    [
        "s3://{bucket}/other/songs.parquet",
        "s3://{bucket}/own/../other/songs.parquet",
        "s3://{bucket}/own/%2e%2e/other/songs.parquet",
        "s3://{bucket}/own//songs.parquet",
        "s3://{bucket}/owner/songs.parquet",
        "s3://{bucket}/own/songs.parquet?s3_endpoint=127.0.0.1:1",
        "s3://{bucket}",
        "s3://other-{bucket}/own/songs.parquet",
        "s3://user:word@{bucket}/own/songs.parquet",
        "s3:///own/songs.parquet",
        "gs://{bucket}/own/songs.parquet",
    ],
)
def test_nothing_is_read_but_what_a_connection_is_declared_for(
    address: str, object_store: Store, bucket: str
) -> None:
    for folder in ("own", "other", "owner"):
        put(object_store, f"{bucket}/{folder}/songs.parquet", songs.table())
    allowed = options(object_store, f"s3://{bucket}/own")
    own = stated(f"s3://{bucket}/own/songs.parquet")
    assert len(rows(allowed, songs.wanted(own, "id"))) == 5
    object_store.requests.clear()
    refusal(stated(address.format(bucket=bucket)), allowed)
    assert not object_store.requests


def test_a_connection_of_a_port_names_the_address_itself(object_store: Store, bucket: str) -> None:
    put(object_store, f"{bucket}/songs.parquet", songs.table())
    relation = stated(f"s3://{bucket}/songs.parquet")
    loose = Options(connections={relation.port: object_store.connection})
    assert "set `url`" in refusal(relation, loose).hint
    named = object_store.connection.model_copy(update={"url": relation.place.address})
    elsewhere = replace(relation, place=replace(relation.place, address="s3://evil/songs.parquet"))
    allowed = Options(connections={relation.port: named})
    assert len(rows(allowed, songs.wanted(elsewhere, "id"))) == 5


def test_without_a_connection_no_bucket_is_read(object_store: Store) -> None:
    object_store.requests.clear()
    told = refusal(stated("s3://lake/songs.parquet"), Options())
    assert "no connection is set" in told.message
    assert not object_store.requests


@pytest.mark.parametrize(
    "endpoint", ["{address}", "http://169.254.169.254", "http://[::ffff:169.254.169.254]"]
)
def test_addresses_that_only_this_machine_reaches_are_not_asked(
    endpoint: str, object_store: Store
) -> None:
    connection = Connection(endpoint=endpoint.format(address=object_store.address))
    object_store.requests.clear()
    allowed = Options(connections={"s3://lake/": connection})
    assert "may not be asked" in refusal(stated("s3://lake/songs.parquet"), allowed).message
    assert not object_store.requests


@pytest.mark.parametrize(
    ("kind", "path"),
    [("parquet", Reading.BEST), *((kind, Reading.ARROW) for kind in ("csv", "delta", "iceberg"))],
)
def test_rights_are_those_that_the_settings_name_and_no_others(  # noqa: PLR0917 - fixtures
    kind: str, path: Reading, object_store: Store, bucket: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    address = songs.in_store(object_store, kind, bucket, tmp_path)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "SOMEBODY")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    nobody = object_store.connection.model_copy(update={"user": "", "password_env": ""})
    for connection, key in ((object_store.connection, "librarian"), (nobody, "")):
        object_store.requests.clear()
        allowed = Options(reading=path, connections={f"s3://{bucket}/": connection})
        assert len(rows(allowed, songs.wanted(stated(address, kind), "id"))) == 5
        assert {each.key for each in object_store.requests} == {key}


def test_a_secret_is_shown_by_nothing(object_store: Store, bucket: str) -> None:
    put(object_store, f"{bucket}/songs.parquet", songs.table())
    allowed = options(object_store, f"s3://{bucket}/")
    relation = stated(f"s3://{bucket}/songs.parquet")
    engine = DuckDb(allowed)
    with engine.session(Limits(), [Guarded(relation)]) as session:
        bound = session.bind(songs.wanted(relation))
        shown = repr((opened(relation, allowed), allowed, bound, session.__dict__))
        shown += bound.table.sql("duckdb") + repr(engine._pool)
    engine.close()
    assert s3_server.SECRET not in shown


def test_the_engine_reads_no_other_object_of_the_bucket(object_store: Store, bucket: str) -> None:
    for name in ("songs", "other"):
        put(object_store, f"{bucket}/{name}.parquet", songs.table())
    wanted = songs.wanted(stated(f"s3://{bucket}/songs.parquet"), "id")
    engine = DuckDb(options(object_store, f"s3://{bucket}/", Reading.ENGINE))
    for other in (
        f"read_parquet('s3://{bucket}/other.parquet')",
        f"read_parquet('s3://{bucket}/*.parquet')",
        f"read_parquet('{object_store.address}/{bucket}/other.parquet')",
        f"read_csv('http://127.0.0.1:9/{bucket}')",
    ):
        with engine.session(Limits(), [wanted.guarded]) as session:
            session.bind(wanted)
            with pytest.raises(SourceUnavailable):
                session.run(f"SELECT * FROM {other}")  # noqa: S608
    engine.close()


def test_rights_for_a_part_of_a_prefix_are_not_those_for_the_rest(
    object_store: Store, bucket: str
) -> None:
    for folder in ("", "inner/"):
        put(object_store, f"{bucket}/{folder}songs.parquet", songs.table())
    inner = object_store.connection.model_copy(update={"user": "somebody"})
    allowed = Options(
        connections={f"s3://{bucket}/": object_store.connection, f"s3://{bucket}/inner/": inner}
    )
    outer = stated(f"s3://{bucket}/songs.parquet")
    other = replace(
        stated(f"s3://{bucket}/inner/songs.parquet"), dataset=songs.Iri(f"{songs.PRODUCT}/inner")
    )
    object_store.requests.clear()
    engine = DuckDb(allowed)
    with engine.session(Limits(), [Guarded(outer), Guarded(other)]) as session:
        for relation in (outer, other):
            table = session.bind(songs.wanted(relation, "id")).table
            assert session.run(exp.select("*").from_(table).sql("duckdb")).num_rows == 5
    engine.close()
    by_key = {each.key: "inner" in each.path for each in object_store.requests}
    assert by_key == {"librarian": False, "somebody": True}


def test_a_delta_log_that_names_objects_elsewhere_is_not_followed(
    object_store: Store, bucket: str, tmp_path: Path
) -> None:
    songs.delta(tmp_path)
    log = tmp_path / "songs" / "_delta_log" / f"{1:020d}.json"
    written = log.read_text()
    put(object_store, f"{bucket}/other/songs.parquet", songs.table())
    for place in (
        f"s3://{bucket}/other/songs.parquet", f"s3://{bucket}/own/songs/../../other/songs.parquet",
        "../../other/songs.parquet", f"{object_store.address}/{bucket}/other/songs.parquet",
    ):  # fmt: skip
        lines = [json.loads(line) for line in written.splitlines()]
        for line in lines:
            if "add" in line:
                line["add"]["path"] = place
        log.write_text("\n".join(json.dumps(line) for line in lines))
        object_store.upload(tmp_path, f"{bucket}/own")
        object_store.requests.clear()
        allowed = options(object_store, f"s3://{bucket}/own/")
        refusal(stated(f"s3://{bucket}/own/songs", "delta"), allowed)
        assert not object_store.sent("other/songs.parquet")


def test_iceberg_metadata_does_not_choose_which_service_is_asked(
    object_store: Store, bucket: str, tmp_path: Path
) -> None:
    address = songs.in_store(object_store, "iceberg", bucket, tmp_path)
    held = object_store.filesystem.get_file_info(
        s3_server.pafs.FileSelector(f"{bucket}/music/songs/metadata")
    )
    newest = max(each.path for each in held if each.path.endswith(".metadata.json"))
    with object_store.filesystem.open_input_stream(newest) as stream:
        metadata = json.loads(stream.read())
    metadata["properties"] = {"s3.endpoint": "http://127.0.0.1:9", "py-io-impl": "antigravity.Io"}
    object_store.put(newest, json.dumps(metadata).encode())
    allowed = options(object_store, f"s3://{bucket}/")
    assert len(rows(allowed, songs.wanted(stated(address, "iceberg"), "id"))) == 5
    metadata["snapshots"][-1]["manifest-list"] = "s3://elsewhere/list.avro"
    object_store.put(newest, json.dumps(metadata).encode())
    assert "outside" in refusal(stated(address, "iceberg"), allowed).message
