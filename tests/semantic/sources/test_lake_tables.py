"""Delta and Iceberg: pinned versions, and logs that lead elsewhere."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import songs
from deltalake import write_deltalake
from sqlglot import exp

from catalog_service.errors import SourceUnavailable
from catalog_service.semantic.engines.duckdb import DuckDb
from catalog_service.semantic.execution import Limits
from catalog_service.semantic.plan import Guarded, Relation
from catalog_service.semantic.sources import Options, Reading


def _rows(engine: DuckDb, relation: Relation) -> list[int]:
    with engine.session(Limits(seconds=20), [Guarded(relation)]) as session:
        bound = session.bind(songs.wanted(relation, "id"))
        found = session.run(exp.select("id").from_(bound.table).sql("duckdb"))
        return sorted(found["id"].to_pylist())


@pytest.mark.parametrize("path", [Reading.ENGINE, Reading.ARROW])
def test_a_delta_table_is_read_in_the_version_that_was_found(path: Reading, tmp_path: Path) -> None:
    relation = songs.relation(songs.delta(tmp_path), tmp_path, kind="delta")
    engine = DuckDb(Options(roots=None, reading=path))
    with engine.session(Limits(), [Guarded(relation)]) as session:
        write_deltalake(tmp_path / "songs", songs.table().slice(0, 1), mode="append")
        bound = session.bind(songs.wanted(relation, "id"))
        found = session.run(exp.select("id").from_(bound.table).sql("duckdb"))
    assert found.num_rows == 5
    assert bound.snapshot.pin.startswith("version 1, sha256:")
    assert len(_rows(engine, relation)) == 6
    engine.close()


@pytest.mark.parametrize("path", [Reading.ENGINE, Reading.ARROW])
def test_an_iceberg_table_is_read_by_its_newest_metadata(path: Reading, tmp_path: Path) -> None:
    relation = songs.relation(songs.iceberg(tmp_path), tmp_path, kind="iceberg")
    engine = DuckDb(Options(roots=None, reading=path))
    assert _rows(engine, relation) == [1, 2, 3, 4, 5]
    second = next((tmp_path / "music" / "songs" / "metadata").glob("00001-*.metadata.json"))
    older = replace(relation.place, address=second.as_uri())
    assert _rows(engine, replace(relation, place=older)) == [1, 2]
    engine.close()


def test_two_files_of_metadata_that_claim_to_be_newest_are_refused(tmp_path: Path) -> None:
    relation = songs.relation(songs.iceberg(tmp_path), tmp_path, kind="iceberg")
    folder = tmp_path / "music" / "songs" / "metadata"
    (folder / "00002-0.metadata.json").write_text("{}")
    with pytest.raises(SourceUnavailable, match="claim to be the newest"):
        _rows(DuckDb(Options(roots=None)), relation)


@pytest.mark.parametrize("path", [Reading.ENGINE, Reading.ARROW])
@pytest.mark.parametrize("away", ["file", "remote"])
def test_a_delta_log_that_names_files_elsewhere_is_not_followed(
    away: str, path: Reading, tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "other").mkdir()
    songs.delta(tmp_path / "other")
    relation = songs.relation(songs.delta(tmp_path / "own"), tmp_path / "own", kind="delta")
    target = next((tmp_path / "other" / "songs").glob("*.parquet"))
    place = target.as_uri() if away == "file" else "http://127.0.0.1:1/part.parquet"
    log = tmp_path / "own" / "songs" / "_delta_log" / f"{1:020d}.json"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    for line in lines:
        if "add" in line:
            line["add"]["path"] = place
    log.write_text("\n".join(json.dumps(line) for line in lines))
    engine = DuckDb(Options(roots=(tmp_path / "own",), reading=path))
    with pytest.raises(SourceUnavailable) as raised:
        _rows(engine, relation)
    assert "127.0.0.1" not in raised.value.message
    assert str(tmp_path) not in raised.value.message
    engine.close()


@pytest.mark.parametrize("path", [Reading.ENGINE, Reading.ARROW])
def test_iceberg_metadata_that_names_files_elsewhere_is_not_followed(
    path: Reading, tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "other").mkdir()
    songs.iceberg(tmp_path / "other")
    metadata = tmp_path / "own" / "songs" / "metadata"
    metadata.mkdir(parents=True)
    newest = max((tmp_path / "other" / "music" / "songs" / "metadata").glob("*.metadata.json"))
    (metadata / newest.name).write_bytes(newest.read_bytes())
    relation = songs.relation("file:songs", tmp_path / "own", kind="iceberg")
    engine = DuckDb(Options(roots=(tmp_path / "own",), reading=path))
    with pytest.raises(SourceUnavailable):
        _rows(engine, relation)
    engine.close()


@pytest.mark.parametrize("kind", ["delta", "iceberg"])
@pytest.mark.parametrize("path", [Reading.ENGINE, Reading.ARROW])
def test_a_table_that_is_broken_is_told_without_a_traceback(
    kind: str, path: Reading, tmp_path: Path
) -> None:
    address = songs.WRITERS[kind](tmp_path)
    for file in tmp_path.rglob("*.parquet"):
        file.write_bytes(b"no parquet")
    engine = DuckDb(Options(roots=(tmp_path,), reading=path))
    with pytest.raises(SourceUnavailable):
        _rows(engine, songs.relation(address, tmp_path, kind=kind))
    engine.close()


@pytest.mark.parametrize("kind", ["delta", "iceberg"])
def test_where_no_table_is_there_it_says_so(kind: str, tmp_path: Path) -> None:
    (tmp_path / "songs").mkdir()
    with pytest.raises(SourceUnavailable, match="is there"):
        _rows(DuckDb(Options(None)), songs.relation("file:songs", tmp_path, kind=kind))
