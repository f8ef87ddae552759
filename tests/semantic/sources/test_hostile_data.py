"""Data that is broken, or not as the catalog states it: an error that names it, and no figure."""

import json
from collections.abc import Callable
from pathlib import Path

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import songs
from sqlglot import exp

from catalog_service.errors import SourceUnavailable
from catalog_service.semantic.engines.duckdb import DuckDb
from catalog_service.semantic.execution import Limits
from catalog_service.semantic.plan import Guarded, Relation
from catalog_service.semantic.sources import Options, Reading

BOTH = pytest.mark.parametrize("path", [Reading.BEST, Reading.ARROW])
CANARY = "canary-4711"
"""A value in the data that no error may quote."""

Harm = Callable[[Path], str]
HARMS: dict[str, tuple[str, Harm]] = {}


def harm(kind: str) -> Callable[[Harm], Harm]:
    def keep(of: Harm) -> Harm:
        HARMS[of.__name__] = (kind, of)
        return of

    return keep


def _cut(file: Path, end: int) -> None:
    file.write_bytes(file.read_bytes()[:end])


@harm("parquet")
def a_truncated_file(folder: Path) -> str:
    address = songs.parquet(folder)
    file = folder / "songs" / "b.parquet"
    _cut(file, file.stat().st_size - 100)
    return address


@harm("parquet")
def a_file_without_a_page(folder: Path) -> str:
    address = songs.parquet(folder)
    file = folder / "songs" / "b.parquet"
    data = bytearray(file.read_bytes())
    data[4:200] = b"\xff" * 196
    file.write_bytes(data)
    return address


@harm("parquet")
def an_empty_file(folder: Path) -> str:
    address = songs.parquet(folder)
    (folder / "songs" / "c.parquet").write_bytes(b"")
    return address


@harm("parquet")
def a_file_of_other_types(folder: Path) -> str:
    address = songs.parquet(folder)
    other = songs.table().drop(["price"]).append_column("price", pa.array([[CANARY]] * 5))
    pq.write_table(other, folder / "songs" / "c.parquet")
    return address


@harm("csv")
def a_row_with_a_cell_too_few(folder: Path) -> str:
    (folder / "songs.csv").write_text(f"id,title\n1,{CANARY}\n2\n3,x\n")
    return "file:songs.csv"


@harm("csv")
def a_row_with_a_cell_too_many(folder: Path) -> str:
    (folder / "songs.csv").write_text(f"id,title\n1,{CANARY},more\n2,x\n")
    return "file:songs.csv"


@harm("csv")
def a_cell_of_another_type(folder: Path) -> str:
    (folder / "songs.csv").write_text(f"id,title\n1,x\n{CANARY},y\n")
    return "file:songs.csv"


@harm("csv")
def a_quote_that_is_never_closed(folder: Path) -> str:
    (folder / "songs.csv").write_text(f'id,title\n1,"{CANARY}\n2,x\n')
    return "file:songs.csv"


@harm("csv")
def a_quote_that_the_next_one_closes(folder: Path) -> str:
    (folder / "songs.csv").write_text(f'id,title\n1,"{CANARY}\n2,"x\n3,y\n')
    return "file:songs.csv"


@harm("csv")
def text_in_another_encoding(folder: Path) -> str:
    (folder / "songs.csv").write_bytes(b"id,title\n1,\xff\xfe canary-4711\n")
    return "file:songs.csv"


@harm("jsonl")
def a_line_that_is_cut(folder: Path) -> str:
    (folder / "songs.jsonl").write_text(f'{{"id": 1}}\n{{"id": 2, "title": "{CANARY}')
    return "file:songs.jsonl"


@harm("jsonl")
def a_line_with_a_key_twice(folder: Path) -> str:
    (folder / "songs.jsonl").write_text(f'{{"id": 1, "id": 2, "title": "{CANARY}"}}\n')
    return "file:songs.jsonl"


@harm("jsonl")
def a_value_of_another_type(folder: Path) -> str:
    (folder / "songs.jsonl").write_text(f'{{"id": 1}}\n{{"id": "{CANARY}"}}\n')
    return "file:songs.jsonl"


@harm("jsonl")
def a_list_for_a_text(folder: Path) -> str:
    (folder / "songs.jsonl").write_text(f'{{"id": 1, "title": ["{CANARY}"]}}\n')
    return "file:songs.jsonl"


@harm("avro")
def a_record_of_another_schema(folder: Path) -> str:
    schema = {"type": "record", "name": "Song", "fields": [
        {"name": "id", "type": "string"}, {"name": "title", "type": "string"}]}  # fmt: skip
    with (folder / "songs.avro").open("wb") as stream:
        fastavro.writer(stream, schema, [{"id": CANARY, "title": "x"}])
    return "file:songs.avro"


@harm("avro")
def a_block_that_is_cut(folder: Path) -> str:
    address = songs.avro(folder)
    _cut(folder / "songs.avro", (folder / "songs.avro").stat().st_size - 20)
    return address


@harm("delta")
def a_log_that_is_no_log(folder: Path) -> str:
    address = songs.delta(folder)
    (folder / "songs" / "_delta_log" / f"{1:020d}.json").write_text(f'{{"add": "{CANARY}"')
    return address


@harm("delta")
def a_log_with_a_version_missing(folder: Path) -> str:
    address = songs.delta(folder)
    (folder / "songs" / "_delta_log" / f"{0:020d}.json").unlink()
    return address


@harm("delta")
def a_log_that_names_a_file_that_is_gone(folder: Path) -> str:
    address = songs.delta(folder)
    next((folder / "songs").glob("*.parquet")).unlink()
    return address


@harm("delta")
def a_log_of_a_later_protocol(folder: Path) -> str:
    address = songs.delta(folder)
    log = folder / "songs" / "_delta_log" / f"{0:020d}.json"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    for line in lines:
        if "protocol" in line:
            line["protocol"] = {"minReaderVersion": 99, "minWriterVersion": 99}
    log.write_text("\n".join(json.dumps(line) for line in lines))
    return address


def _metadata(folder: Path) -> Path:
    return max((folder / "music" / "songs" / "metadata").glob("*.metadata.json"))


@harm("iceberg")
def metadata_that_is_no_metadata(folder: Path) -> str:
    address = songs.iceberg(folder)
    _metadata(folder).write_text(f'{{"current-snapshot-id": "{CANARY}"}}')
    return address


@harm("iceberg")
def metadata_that_is_a_list(folder: Path) -> str:
    address = songs.iceberg(folder)
    _metadata(folder).write_text("[]")
    return address


@harm("iceberg")
def metadata_of_snapshots_that_are_none(folder: Path) -> str:
    address = songs.iceberg(folder)
    stated = json.loads(_metadata(folder).read_text())
    stated["snapshots"] = [CANARY]
    _metadata(folder).write_text(json.dumps(stated))
    return address


@harm("iceberg")
def metadata_without_columns(folder: Path) -> str:
    address = songs.iceberg(folder)
    stated = json.loads(_metadata(folder).read_text())
    stated["schemas"] = [{"schema-id": 0, "fields": [{"id": 1}]}]
    _metadata(folder).write_text(json.dumps(stated))
    return address


@harm("iceberg")
def a_manifest_that_is_cut(folder: Path) -> str:
    address = songs.iceberg(folder)
    for file in (folder / "music" / "songs" / "metadata").glob("*.avro"):
        _cut(file, file.stat().st_size // 2)
    return address


@harm("iceberg")
def metadata_that_leads_out_of_the_folder(folder: Path) -> str:
    address = songs.iceberg(folder)
    stated = json.loads(_metadata(folder).read_text())
    for each in stated["snapshots"]:
        each["manifest-list"] = f"file:///etc/{CANARY}"
    _metadata(folder).write_text(json.dumps(stated))
    return address


@harm("duckdb")
def a_database_that_is_none(folder: Path) -> str:
    (folder / "store.duckdb").write_bytes(CANARY.encode() * 1000)
    return "duckdb:store.duckdb?schema=music"


@harm("duckdb")
def a_database_that_is_cut(folder: Path) -> str:
    address = songs.duckdb_file(folder)
    _cut(folder / "store.duckdb", 5000)
    return address


@BOTH
@pytest.mark.parametrize("name", HARMS)
def test_broken_data_is_told_by_port_and_product_and_gives_no_rows(
    name: str, path: Reading, tmp_path: Path
) -> None:
    kind, of = HARMS[name]
    relation = songs.relation(of(tmp_path), tmp_path, kind=kind)
    columns = ("id", "title", "price") if kind == "parquet" else ("id", "title")
    engine = DuckDb(Options(roots=(tmp_path,), reading=path))
    with pytest.raises(SourceUnavailable) as raised:
        _read(engine, relation, *columns)
    engine.close()
    fault = raised.value
    told = f"{fault.message} {fault.hint}"
    assert (fault.port, fault.product) == (relation.port, relation.product)
    assert fault.hint
    assert CANARY not in told
    assert str(tmp_path) not in told


def _read(engine: DuckDb, relation: Relation, *columns: str) -> pa.Table:
    with engine.session(Limits(seconds=20), [Guarded(relation)]) as session:
        bound = session.bind(songs.wanted(relation, *columns))
        named = (exp.column(each, quoted=True) for each in columns)
        return session.run(exp.select(*named).from_(bound.table).sql("duckdb"))


@BOTH
def test_a_quote_inside_of_a_cell_is_a_sign_like_any_other(path: Reading, tmp_path: Path) -> None:
    (tmp_path / "songs.csv").write_text('id,title\n1,12" single\n2,"a ""b"" c"\n')
    relation = songs.relation("file:songs.csv", tmp_path, kind="csv")
    engine = DuckDb(Options(roots=(tmp_path,), reading=path))
    found = _read(engine, relation, "title")["title"].to_pylist()
    engine.close()
    assert sorted(found) == ['12" single', 'a "b" c']


@BOTH
def test_a_null_character_in_a_cell_is_part_of_the_text(path: Reading, tmp_path: Path) -> None:
    (tmp_path / "songs.csv").write_bytes(b"id,title\n1,a\0b\n2,x\n")
    relation = songs.relation("file:songs.csv", tmp_path, kind="csv")
    engine = DuckDb(Options(roots=(tmp_path,), reading=path))
    with engine.session(Limits(), [Guarded(relation)]) as session:
        bound = session.bind(songs.wanted(relation, "id", "title"))
        sql = exp.select("title").from_(bound.table).order_by("id").sql("duckdb")
        assert session.run(sql)["title"].to_pylist() == ["a\0b", "x"]
    engine.close()
