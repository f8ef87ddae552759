"""Sources that cannot be read: an error that names them, or an answer that says what it lacks."""

from collections.abc import Callable
from pathlib import Path

import pytest
from semantic_mesh import INSIDER, Mesh, company

from catalog_service.errors import LimitExceeded, SourceUnavailable
from catalog_service.semantic.execution import Limits
from catalog_service.semantic.question import Question

LISTENS = "https://mesh.example/products/podcasts.listens"


def gone(mesh: Mesh, name: str) -> None:
    (mesh.folder / f"{name}.parquet").unlink()


def broken(mesh: Mesh, name: str) -> None:
    """A file that begins and ends as it should, with nothing right between."""
    file = mesh.folder / f"{name}.parquet"
    data = bytearray(file.read_bytes())
    data[4 : len(data) // 2] = b"\xff" * (len(data) // 2 - 4)
    file.write_bytes(data)


@pytest.mark.parametrize("harm", [gone, broken])
def test_a_source_that_is_down_is_named(tmp_path: Path, harm: Callable[[Mesh, str], None]) -> None:
    mesh = company(tmp_path)
    harm(mesh, "listens")
    with pytest.raises(SourceUnavailable) as raised:
        mesh.answer("PodcastListens", "StreamsPlayed")
    assert raised.value.product == LISTENS
    assert raised.value.port == f"{LISTENS}/ports/listens"
    assert str(tmp_path) not in raised.value.message
    assert mesh.asked[-1].outcome == "source-unavailable"


@pytest.mark.parametrize("harm", [gone, broken])
def test_a_partial_answer_says_what_it_lacks(
    tmp_path: Path, harm: Callable[[Mesh, str], None]
) -> None:
    mesh = company(tmp_path)
    harm(mesh, "listens")
    answer = mesh.answer("PodcastListens", "StreamsPlayed", partial=True)
    assert answer.records() == [{"StreamsPlayed": 6}]
    (left,) = (at for at in answer.products if at.left_out)
    assert left.product == LISTENS
    assert any("podcasts.listens is left out" in warning for warning in answer.warnings)


@pytest.mark.parametrize("name", ["profiles", "accounts"])
def test_there_is_no_part_without_identities_or_the_only_way_to_them(
    tmp_path: Path, name: str
) -> None:
    mesh = company(tmp_path)
    gone(mesh, name)
    with pytest.raises(SourceUnavailable):
        mesh.answer("StreamsPlayed", partial=True)


def test_an_answer_that_is_too_large_names_the_limit(tmp_path: Path) -> None:
    mesh = company(tmp_path)
    question = Question("user", ("StreamsPlayed",), ("country",), purpose="ServiceOptimisation")
    with pytest.raises(LimitExceeded) as raised:
        mesh.correlator(limits=Limits(rows=1)).answer(question, mesh.view(), 7, INSIDER)
    assert raised.value.limit
