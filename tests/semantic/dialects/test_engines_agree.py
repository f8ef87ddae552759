"""One suite of questions over the media company, with the same rows from every engine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dialect_questions import ADDED_UP, QUESTIONS
from semantic_mesh import INSIDER, Mesh, company

from catalog_service.domain.rdf import text
from catalog_service.graph import View
from catalog_service.semantic.answer import Answer
from catalog_service.semantic.correlate import Correlator
from catalog_service.semantic.engines.duckdb import DuckDb
from catalog_service.semantic.engines.spark import Spark
from catalog_service.semantic.execution import Engine
from catalog_service.semantic.question import Grain, Question
from catalog_service.semantic.sources.options import Options


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Mesh:
    return company(tmp_path_factory.mktemp("company"))


@pytest.fixture(scope="module")
def view(mesh: Mesh) -> View:
    return mesh.view()


def correlator(mesh: Mesh, engine: Engine) -> Correlator:
    return Correlator(
        beside=lambda *_: str(mesh.folder),
        choose=lambda _: (engine, "the test"),
        audit=mesh.asked.append,
    )


@pytest.fixture(scope="module")
def duck(mesh: Mesh) -> Iterator[Correlator]:
    engine = DuckDb(Options(roots=(mesh.folder,)))
    yield correlator(mesh, engine)
    engine.close()


@pytest.fixture(
    scope="module",
    params=["sail-sent", "sail-files", pytest.param("spark-sent", marks=pytest.mark.spark),
            pytest.param("spark-files", marks=pytest.mark.spark)],
)  # fmt: skip
def other(mesh: Mesh, request: pytest.FixtureRequest) -> Correlator:
    server, how = request.param.split("-")
    url = request.getfixturevalue(f"{server}_url")
    return correlator(mesh, Spark(url, Options(roots=(mesh.folder,)), files=how == "files"))


def asked(by: Correlator, view: View, question: Question) -> Answer:
    return by.answer(question, view, 7, INSIDER)


def rows(answer: Answer, question: Question) -> list[dict[str, Any]]:
    """The rows in their order, where the answer has one: a table of identities has none."""
    found: list[dict[str, Any]] = answer.arrow().to_pylist()
    ordered = question.grain is Grain.GROUPED or question.limit is not None
    return found if ordered else sorted(found, key=repr)


@pytest.mark.parametrize("name", QUESTIONS)
def test_engines_agree_row_for_row(
    name: str, view: View, duck: Correlator, other: Correlator
) -> None:
    question = Question(polyseme="user", purpose="ServiceOptimisation", **QUESTIONS[name])
    here, there = asked(duck, view, question), asked(other, view, question)
    assert there.arrow().column_names == here.arrow().column_names
    assert rows(there, question) == rows(here, question)
    assert there.coverage == here.coverage
    assert [read.snapshot for read in there.products] == [read.snapshot for read in here.products]
    assert here.arrow().num_rows > 0 or name == "in none of them"


def test_a_rule_about_rows_holds_on_each_engine(tmp_path: Path, sail_url: str) -> None:
    mesh = company(tmp_path)
    profiles = next(
        f.subject for f in mesh.facts if f.subject.endswith("users.profiles/datasets/profiles")
    )
    mesh.row_rule(profiles, "country", "ne", text("DE"))
    question = Question(
        polyseme="user", purpose="ServiceOptimisation", measures=ADDED_UP, dimensions=("country",)
    )  # fmt: skip
    options = Options(roots=(tmp_path,))
    engine = DuckDb(options)
    answers = [
        asked(correlator(mesh, each), mesh.view(), question).arrow().to_pylist()
        for each in (engine, Spark(sail_url, options), Spark(sail_url, options, files=True))
    ]
    engine.close()
    assert [row["country"] for row in answers[0]] == ["SE"]
    assert answers[1] == answers[0]
    assert answers[2] == answers[0]
