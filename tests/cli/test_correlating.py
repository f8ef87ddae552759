"""polyseme correlate: one question, answered from the files of the example mesh."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from cli_running import Command

from catalog_service.bootstrap import build
from catalog_service.cli.app import run
from catalog_service.semantic.question import Question
from catalog_service.settings import Settings

FEBRUARY = ("--during", "2026-02", "--purpose", "ServiceOptimisation")
BOTH = ("--measure", "StreamsPlayed", "--measure", "ArtistPayments")


def test_the_question_of_the_readme_has_the_figures_of_the_readme(
    polyseme: Command, home: Path
) -> None:
    asked = ("correlate", "User", *BOTH, *FEBRUARY, "--where", "country=SE")
    ran = polyseme("--home", home, *asked)
    assert ran.code == 0, ran.err
    assert ran.out.splitlines() == [
        "StreamsPlayed  ArtistPayments",
        "1029           2.6376",
        "1 row",
    ]
    assert "streaming.plays: 3553 of 3672 rows lead to an identity" in ran.err


def test_an_answer_is_written_as_json_with_all_that_it_rests_on(
    polyseme: Command, home: Path
) -> None:
    asked = ("correlate", "user", *BOTH, *FEBRUARY, "--by", "country", "--format", "json")
    told = json.loads(polyseme("--home", home, *asked).out)
    assert {row["country"] for row in told["rows"]} == {"DE", "ES", "FI", "FR", "SE"}
    assert [column["unit"] for column in told["columns"]] == [None, None, "EUR"]
    assert all(product["snapshot"] for product in told["products"])
    assert {policy["effect"] for policy in told["policies"]} >= {"purpose"}
    assert told["sql"].startswith("WITH")
    assert "one row for each group" in told["plan"]


def test_months_and_open_periods_are_asked_for_in_a_time_zone(
    polyseme: Command, home: Path
) -> None:
    asked = ("--home", home, "correlate", "User", *BOTH, "--purpose", "ServiceOptimisation")
    local = ("--zone", "Europe/Stockholm", "--during", "2026-02..", "--format", "csv")
    lines = polyseme(*asked, "--by", "month", *local).out.splitlines()
    assert lines[:2] == ["month,StreamsPlayed,ArtistPayments", "2026-02-01,3550,9.1266"]
    assert polyseme(*asked, "--during", "..2026-01", *local[:2]).code == 0
    assert "is no period" in polyseme(*asked, "--during", "..").err


def test_an_answer_is_written_as_csv_and_as_arrow(
    home: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    asked = ("correlate", "User", *BOTH, *FEBRUARY, "--by", "country", "--first", "2")
    rows = list(csv.DictReader(io.StringIO(_out(capfdbinary, home, *asked, "--format", "csv"))))
    assert [row["country"] for row in rows] == ["DE", "ES"]
    assert run(["--home", str(home), *asked, "--format", "arrow", "--quiet"]) == 0
    table = pa.ipc.open_stream(capfdbinary.readouterr().out).read_all()
    assert table.column("country").to_pylist() == ["DE", "ES"]
    assert table.schema.metadata[b"polyseme.digest"]


def _out(capfd: pytest.CaptureFixture[bytes], home: Path, *arguments: str) -> str:
    assert run(["--home", str(home), *arguments]) == 0
    return capfd.readouterr().out.decode()


def test_a_question_is_explained_and_its_sql_shown_without_reading_anything(
    polyseme: Command, home: Path
) -> None:
    asked = ("--home", home, "correlate", "User", *BOTH, *FEBRUARY)
    plan = polyseme(*asked, "--explain")
    assert plan.code == 0
    assert "aggregate f_plays" in plan.out
    sql = polyseme(*asked, "--sql")
    assert sql.out.startswith('WITH "identity" AS (SELECT "user_id"')


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--measure", "StreamsPlayd"), "did you mean StreamsPlayed"),
        (("--measure", "StreamsPlayed", "--by", "countri"), "did you mean country?"),
        (
            ("--measure", "StreamsPlayed", "--grain", "identity"),
            "the permission to see identities (identities-not-permitted)",
        ),
        (("--measure", "StreamsPlayed", "--where", "country=5"), "which 5 is not"),
    ],
    ids=["measure", "dimension", "identities", "type"],
)
def test_a_refused_question_exits_with_1_and_says_why(
    polyseme: Command, home: Path, more: tuple[str, ...], says: str
) -> None:
    ran = polyseme("--home", home, "correlate", "User", *more, *FEBRUARY)
    assert ran.code == 1
    assert says in ran.err
    assert ran.out == ""


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--during", "last month"), "is no period"),
        (("--during", "2026-13"), "is no period"),
        (("--where", "country"), "is no condition"),
        (("--where", "registered_on>=2026-02-31"), "is no day"),
    ],
)
def test_a_question_that_cannot_be_read_exits_with_2(
    polyseme: Command, home: Path, more: tuple[str, ...], says: str
) -> None:
    ran = polyseme("--home", home, "correlate", "User", "--measure", "StreamsPlayed", *more)
    assert ran.code == 2
    assert says in ran.err


def test_every_question_is_kept_with_who_asked_what_for_what(
    polyseme: Command, tmp_path: Path
) -> None:
    begun = datetime.now(UTC)
    home = tmp_path / "home"
    assert polyseme("--home", home, "harvest", "examples/media_mesh", "--quiet").code == 0
    polyseme("--home", home, "correlate", "User", *BOTH, *FEBRUARY)
    polyseme("--home", home, "correlate", "User", *BOTH, "--purpose", "Marketing")
    with build(Settings(home=home), write=False) as catalog:
        answered, refused = catalog.journal.questions.since(begun)
    assert (answered.outcome, answered.rows) == ("answered", 1)
    assert answered.purpose == "ServiceOptimisation"
    assert len(answered.digest) == 64
    assert any(product.endswith("artists.payments") for product in answered.products)
    assert (refused.outcome, refused.digest) == ("purpose-not-permitted", "")


def test_python_asks_the_same_question(home: Path) -> None:
    question = Question("User", ("StreamsPlayed",), purpose="ServiceOptimisation")
    with build(Settings(home=home), write=False) as catalog:
        table = catalog.correlate(question).arrow()
    assert table.column_names == ["StreamsPlayed"]
