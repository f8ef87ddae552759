"""The timetable's queries: the rewritten ones give what the graph engine finds, as bags."""

from pathlib import Path

import pytest
from sparql_oracle import agree, by_rewriting
from timetable_mesh import Timetable

import bench.gtfs
from catalog_service.errors import Refused

_QUERIES = sorted((Path(bench.gtfs.__file__).parent / "queries").glob("q*.sparql"))
_REFUSED = {"q15": "variable-predicate"}


def test_there_are_eighteen() -> None:
    assert len(_QUERIES) == 18


@pytest.mark.parametrize("path", _QUERIES, ids=lambda path: path.stem)
def test_the_rewritten_query_gives_the_bag_of_the_graph(path: Path, timetable: Timetable) -> None:
    text = path.read_text(encoding="utf-8")
    if path.stem in _REFUSED:
        with pytest.raises(Refused) as refused:
            by_rewriting(text, timetable.mapped, timetable.engine)
        assert refused.value.code == _REFUSED[path.stem]
        return
    found = agree(text, timetable.mapped, timetable.engine, timetable.store)
    assert found, "an empty answer proves nothing"


def test_nothing_that_is_stated_of_the_columns_is_left_unused(timetable: Timetable) -> None:
    assert timetable.mapped.problems == ()
