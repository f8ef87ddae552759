"""The two meshes of the benchmark, each with its questions, its data and its oracles."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from bench.polymesh import company, evaluator, wholesale, wholesale_questions
from bench.polymesh.byhand import Asked, Company
from bench.polymesh.questions import MEDIA, NAIVE, QUESTIONS
from catalog_service.settings import Settings


@dataclass(frozen=True)
class Mesh:
    """A mesh at any scale.

    Args:
        name: what it is called.
        base: how the IRIs of its products begin.
        company: as SQL by hand knows it.
        questions: what is asked.
        naive: one join of everything, for the third of the questions.
        reading: how the oracle in Python reads it.
        small: the size at which that is done.
        draw: writes it below a folder at a size; gives the tables with the true identities.
        paths: how SQL by hand reads each table.
        attach: lets SQL by hand read all of its formats.
        guard: gives it a row rule that keeps every row.
        guarded: the questions that read what the rule is about.
    """

    name: str
    base: str
    company: Company
    questions: tuple[Asked, ...]
    naive: str
    reading: evaluator.Reading
    small: float
    draw: Callable[[Path, float], duckdb.DuckDBPyConnection]
    paths: Callable[[Path], Mapping[str, str]]
    attach: Callable[[duckdb.DuckDBPyConnection, Path], None]
    guard: Callable[[Path], None]
    guarded: tuple[Asked, ...]


@dataclass(frozen=True)
class Drawn:
    """A mesh as it lies on disk.

    Args:
        mesh: which.
        folder: where it lies.
        truth: the tables in which every fact has its true identity.
        hand: a connection for SQL by hand, with as many threads as answers have.
        files: how SQL by hand reads each table.
        runs: the least of so many counts.
    """

    mesh: Mesh
    folder: Path
    truth: duckdb.DuckDBPyConnection
    hand: duckdb.DuckDBPyConnection
    files: Mapping[str, str]
    runs: int = 1


def drawn(mesh: Mesh, size: float, folder: Path, runs: int = 1) -> Drawn:
    """A mesh, written below a folder.

    Raises:
        Missing: a part that it needs is not installed.
    """
    truth, hand = mesh.draw(folder, size), duckdb.connect()
    hand.execute("SET TimeZone = 'UTC'")
    hand.execute(f"SET threads = {Settings().data_threads}")
    mesh.attach(hand, folder)
    return Drawn(mesh, folder, truth, hand, mesh.paths(folder), runs)


def _numbered(questions: tuple[Asked, ...], *numbers: int) -> tuple[Asked, ...]:
    return tuple(questions[number - 1] for number in numbers)


MESHES = {
    "media": Mesh(
        name="media",
        base="https://mesh.media.example/",
        company=MEDIA,
        questions=QUESTIONS,
        naive=NAIVE,
        reading=evaluator.Reading(MEDIA, "profiles", evaluator.media),
        small=100,
        draw=lambda folder, size: company.draw(folder, int(size)),
        paths=company.paths,
        attach=lambda _, __: None,
        guard=company.guard,
        guarded=_numbered(QUESTIONS, 1, 3, 4),
    ),
    "tpch": Mesh(
        name="tpch",
        base="https://wholesale.example/",
        company=wholesale_questions.WHOLESALE,
        questions=wholesale_questions.WHOLESALE_QUESTIONS,
        naive=wholesale_questions.NAIVE,
        reading=evaluator.Reading(wholesale_questions.WHOLESALE, "customers", evaluator.wholesale),
        small=0.002,
        draw=wholesale.draw,
        paths=wholesale.paths,
        attach=wholesale.attached,
        guard=wholesale.guard,
        guarded=_numbered(wholesale_questions.WHOLESALE_QUESTIONS, 1, 3, 4),
    ),
}
