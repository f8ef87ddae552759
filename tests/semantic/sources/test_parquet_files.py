"""Parquet files: folders that tell values, files that differ, and names that look like patterns."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import songs
from sqlglot import exp

from catalog_service.errors import SourceUnavailable
from catalog_service.semantic.engines.duckdb import DuckDb
from catalog_service.semantic.execution import Limits
from catalog_service.semantic.plan import (
    Column,
    Compare,
    Constant,
    Guarded,
    Predicate,
    Relation,
)
from catalog_service.semantic.question import Comparison
from catalog_service.semantic.sources import Options, Reading
from catalog_service.semantic.sources.selecting import condition
from catalog_service.terms import XSD, Iri


def _rows(
    path: Reading, relation: Relation, *columns: str, where: Predicate = songs.EVERY
) -> list[tuple[object, ...]]:
    engine = DuckDb(Options(None, reading=path))
    with engine.session(Limits(seconds=20), [Guarded(relation)]) as session:
        bound = session.bind(songs.wanted(relation, *columns, where=where))
        tree = exp.select(*(exp.column(name, quoted=True) for name in columns))
        found = session.run(tree.from_(bound.table).where(condition(where, {})).sql("duckdb"))
    engine.close()
    return sorted(zip(*(found[name].to_pylist() for name in columns), strict=True))


@pytest.mark.parametrize("path", [Reading.ENGINE, Reading.ARROW])
@pytest.mark.parametrize(("datatype", "value"), [(XSD.string, "007"), (XSD.integer, 7)])
def test_folders_tell_values_of_the_type_that_is_stated(
    path: Reading, datatype: Iri, value: object, tmp_path: Path
) -> None:
    for part, number in (("007", 1), ("008", 2)):
        folder = tmp_path / "songs" / f"part={part}"
        folder.mkdir(parents=True)
        pq.write_table(pa.table({"id": [number]}), folder / "a.parquet")
    relation = songs.relation("file:songs", tmp_path, kind="parquet")
    column = Column("part", Iri(f"{songs.PRODUCT}/columns/part"), datatype)
    relation = replace(relation, columns=(*relation.columns, column))
    where = Compare("part", Comparison.EQ, Constant(value))  # type: ignore[arg-type]
    assert _rows(path, relation, "id", "part", where=where) == [(1, value)]


@pytest.mark.parametrize("path", [Reading.ENGINE, Reading.ARROW])
def test_a_column_that_came_later_is_null_in_older_files(path: Reading, tmp_path: Path) -> None:
    (tmp_path / "songs").mkdir()
    pq.write_table(pa.table({"id": [1]}), tmp_path / "songs" / "a.parquet")
    pq.write_table(pa.table({"title": ["new"], "id": [2]}), tmp_path / "songs" / "b.parquet")
    relation = songs.relation("file:songs", tmp_path, kind="parquet")
    assert _rows(path, relation, "id", "title") == [(1, None), (2, "new")]


def test_a_name_that_would_be_taken_for_a_pattern_is_refused(tmp_path: Path) -> None:
    (tmp_path / "songs").mkdir()
    for name in ("a1.parquet", "a[1].parquet"):
        pq.write_table(pa.table({"id": [1]}), tmp_path / "songs" / name)
    relation = songs.relation("file:songs", tmp_path, kind="parquet")
    with pytest.raises(SourceUnavailable, match="taken for a pattern"):
        _rows(Reading.BEST, relation, "id")


@pytest.mark.parametrize("path", [Reading.ENGINE, Reading.ARROW])
@pytest.mark.parametrize("content", [b"", b"PAR1", b"no parquet at all", b"PAR1" + b"x" * 99])
def test_what_is_no_parquet_is_told_in_our_own_words(
    content: bytes, path: Reading, tmp_path: Path
) -> None:
    (tmp_path / "songs.parquet").write_bytes(content)
    with pytest.raises(SourceUnavailable, match="no Parquet file"):
        _rows(path, songs.relation("file:songs.parquet", tmp_path), "id")
