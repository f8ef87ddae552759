"""An answer in the hands of whoever asked: Arrow, pandas, polars, and a stream of parts."""

from decimal import Decimal

import pyarrow as pa
import pytest
from semantic_mesh import company

from catalog_service.errors import NotFound
from catalog_service.semantic.answer import Answer
from catalog_service.semantic.kept import KeptAnswers


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    return company(tmp_path_factory.mktemp("company")).answer(
        "StreamsPlayed", "ArtistPayments", dimensions=("country",)
    )


def test_pandas_and_polars_have_the_rows_of_arrow(answer: Answer) -> None:
    rows = answer.arrow().to_pylist()
    assert answer.polars().to_dicts() == rows  # type: ignore[attr-defined]
    frame = answer.pandas()
    assert frame["StreamsPlayed"].tolist() == [row["StreamsPlayed"] for row in rows]  # type: ignore[index]
    assert frame["ArtistPayments"].tolist() == [row["ArtistPayments"] for row in rows]  # type: ignore[index]
    assert isinstance(rows[0]["ArtistPayments"], Decimal)


def test_a_stream_comes_in_parts_and_is_one_table(answer: Answer) -> None:
    parts = list(answer.parts(rows=1))
    assert len(parts) > answer.arrow().num_rows
    table = pa.ipc.open_stream(b"".join(parts)).read_all()
    assert table.to_pylist() == answer.arrow().to_pylist()
    assert table.schema.metadata[b"polyseme.digest"].decode() == answer.digest


def test_an_answer_is_kept_for_a_while_and_for_whoever_knows_its_name(answer: Answer) -> None:
    now = [0.0]
    kept = KeptAnswers(clock=lambda: now[0])
    name = kept.keep(answer)
    assert kept.find(name) is answer
    with pytest.raises(NotFound):
        kept.find(name[:-1])
    now[0] = 601.0
    with pytest.raises(NotFound):
        kept.find(name)


def test_large_answers_make_room_for_one_another(answer: Answer) -> None:
    kept = KeptAnswers(clock=lambda: 0.0, most_bytes=answer.arrow().nbytes)
    first, second = kept.keep(answer), kept.keep(answer)
    assert kept.find(second) is answer
    with pytest.raises(NotFound):
        kept.find(first)
