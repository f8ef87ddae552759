"""What is written for Trino, held as text: there is no server here to run it on.

A statement that changes is read by a person, who then puts it into its file.
"""

from pathlib import Path

import pytest
import sqlglot
from dialect_questions import QUESTIONS
from semantic_mesh import INSIDER, Mesh, company
from sqlglot import exp

from catalog_service.semantic import emit
from catalog_service.semantic.correlate import Correlator, filled
from catalog_service.semantic.engines.duckdb import DuckDb
from catalog_service.semantic.plan import Plan
from catalog_service.semantic.proving import claims
from catalog_service.semantic.question import Grain, Question
from catalog_service.semantic.sources.options import Options

GOLDEN = Path(__file__).parent.parent / "golden" / "trino"


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Mesh:
    return company(tmp_path_factory.mktemp("company"))


def planned(mesh: Mesh, name: str) -> tuple[Plan, Question]:
    question = Question(polyseme="user", purpose="ServiceOptimisation", **QUESTIONS[name])
    engine = DuckDb(Options(roots=(mesh.folder,)))
    made = Correlator(
        beside=lambda *_: str(mesh.folder), choose=lambda _: (engine, ""), audit=mesh.asked.append
    )
    return made.compile(question, mesh.view(), 7, INSIDER).planned.plan, question


def statements(plan: Plan, question: Question) -> list[str]:
    """All that would be run for a plan: its answer, its coverage, and what its data has to bear out."""
    limited = question.limit is not None and question.grain is Grain.IDENTITY
    names = {at.relation.name: at.relation.name for at in plan.relations()}
    made = [
        emit.statement(plan, "trino", limited=limited),
        *(emit.coverage(plan, fact, "trino") for fact in plan.facts),
        *(claim.count for claim in claims(plan, "trino")),
    ]
    return [one.shown(names, filled(plan, question)) for one in made]


@pytest.mark.parametrize("name", QUESTIONS)
def test_trino_is_asked_what_was_read_by_a_person(name: str, mesh: Mesh) -> None:
    plan, question = planned(mesh, name)
    answer = statements(plan, question)[0]
    pretty = sqlglot.parse_one(answer, dialect="trino").sql(dialect="trino", pretty=True) + "\n"
    golden = GOLDEN / f"{name.replace(' ', '_').replace(',', '')}.sql"
    assert pretty == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_statement_reads_back_as_one_select_that_is_written_the_same(
    name: str, mesh: Mesh
) -> None:
    for sql in statements(*planned(mesh, name)):
        (tree,) = sqlglot.parse(sql, dialect="trino")
        assert isinstance(tree, exp.Select)
        assert tree.sql(dialect="trino") == sql


def test_every_name_is_quoted_and_nothing_is_left_to_the_engine_to_guess(mesh: Mesh) -> None:
    for name in QUESTIONS:
        for sql in statements(*planned(mesh, name)):
            tree = sqlglot.parse_one(sql, dialect="trino")
            tables = {at.name for at in tree.find_all(exp.Table)}
            assert tables
            assert all(
                at.this.quoted
                for at in tree.find_all(exp.Column)
                if isinstance(at.this, exp.Identifier)
            )
            assert not list(tree.find_all(exp.TryCast))
            assert not any(join.args.get("using") for join in tree.find_all(exp.Join))
            groups = [by for group in tree.find_all(exp.Group) for by in group.expressions]
            assert not any(isinstance(by, exp.Literal) for by in groups)


def test_a_golden_statement_has_its_question() -> None:
    kept = {path.stem for path in GOLDEN.glob("*.sql")}
    assert kept == {name.replace(" ", "_").replace(",", "") for name in QUESTIONS}
