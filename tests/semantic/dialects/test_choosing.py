"""Which engine a question is put to, and what is said of it."""

from pathlib import Path

import pytest
from semantic_mesh import INSIDER, Mesh, company, iri

from catalog_service.errors import Refused, Unavailable
from catalog_service.semantic.correlate import Correlator
from catalog_service.semantic.engines.choosing import Chooser
from catalog_service.semantic.engines.duckdb import DuckDb
from catalog_service.semantic.engines.spark import Spark
from catalog_service.semantic.question import Question
from catalog_service.semantic.sources.options import Options
from catalog_service.settings import Connection

QUESTION = Question(
    polyseme="user", purpose="ServiceOptimisation", measures=("StreamsPlayed",), dimensions=("country",)
)  # fmt: skip
PLAYS = iri("products", "streaming.plays", "ports", "plays")
PROFILES = iri("products", "users.profiles")


@pytest.fixture
def mesh(tmp_path: Path) -> Mesh:
    return company(tmp_path)


def chosen(
    mesh: Mesh,
    *,
    spark: str = "sc://127.0.0.1:1",
    limit: int = 1 << 30,
    connections: dict[str, Connection] | None = None,
) -> tuple[str, str]:
    """The engine of the question and the reason; nothing is run."""
    options = Options(roots=(mesh.folder,), connections=connections or {})
    duckdb = DuckDb(options)
    chooser = Chooser(duckdb, Spark(spark, options) if spark else None, options, limit)
    made = Correlator(beside=lambda *_: str(mesh.folder), choose=chooser, audit=mesh.asked.append)
    told = made.answer(QUESTION, mesh.view(), 7, INSIDER, explain=True).engine
    duckdb.close()
    name, _, why = told.partition(": ")
    return name, why


def test_without_another_engine_duckdb_is_asked(mesh: Mesh) -> None:
    assert chosen(mesh, spark="", limit=0) == ("duckdb", "no other engine is set up")


def test_little_data_stays_here(mesh: Mesh) -> None:
    name, why = chosen(mesh)
    assert name == "duckdb"
    assert why.endswith("no more than the 1 GiB of scan_limit")
    total = sum(
        (mesh.folder / f"{file}.parquet").stat().st_size
        for file in ("profiles", "plays", "accounts")
    )
    assert why.startswith(f"a scan reads about {total / 1024:.3g} KiB:")


def test_more_data_than_the_limit_goes_to_spark(mesh: Mesh) -> None:
    name, why = chosen(mesh, limit=100)
    assert name == "spark"
    assert why.endswith("more than the 100 bytes of scan_limit")


def test_a_source_that_is_not_there_is_said_not_to_tell(mesh: Mesh) -> None:
    (mesh.folder / "plays.parquet").unlink()
    assert "1 of 3 ports do not tell" in chosen(mesh)[1]


@pytest.mark.parametrize(("engine", "limit"), [("spark", 1 << 30), ("duckdb", 0)])
def test_a_port_may_name_its_engine(mesh: Mesh, engine: str, limit: int) -> None:
    named = {PLAYS: Connection.model_validate({"engine": engine})}
    name, why = chosen(mesh, limit=limit, connections=named)
    assert name == engine
    assert why == "the connection of port plays names it"


def test_two_ports_that_name_different_engines_are_refused(mesh: Mesh) -> None:
    named = {PLAYS: Connection(engine="spark"), PROFILES: Connection(engine="duckdb")}
    with pytest.raises(Refused, match="different engines") as refused:
        chosen(mesh, connections=named)
    assert refused.value.code == "engines-differ"


def test_an_engine_that_is_not_set_up_is_said_to_be_missing(mesh: Mesh) -> None:
    with pytest.raises(Unavailable, match="not set up") as missing:
        chosen(mesh, spark="", connections={PLAYS: Connection(engine="spark")})
    assert missing.value.hint == "set `spark_url`"
