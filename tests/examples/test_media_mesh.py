"""The example mesh is what it says it is: its data, its keys, its crosswalks, its descriptors."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest
import yaml

from catalog_service import settings
from catalog_service.bootstrap import transient
from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Triple
from catalog_service.governance.standards import Stage
from catalog_service.graph import Store, View, parse
from catalog_service.harvesting.registry import harvesters
from catalog_service.harvesting.runner import Harvest, harvest
from catalog_service.semantic.question import Question, Window
from catalog_service.terms import PM, Iri

ROOT = Path(__file__).parents[2]
MESH = ROOT / "examples" / "media_mesh"
BROKEN = ROOT / "examples" / "broken"
TARGET = MESH / "podcasts" / "dbt" / "target"
BASE = "https://mesh.media.example/"
DATA = {file.stem: file for file in sorted(MESH.glob("*/data/*"))}
"""The data files by the name of the dataset that each holds."""
PREFIXES = """
PREFIX csvw: <http://www.w3.org/ns/csvw#>
PREFIX dprod: <https://www.omg.org/spec/DPROD/dprod/>
PREFIX pm: <https://w3id.org/polyseme/ns#>
"""
FEBRUARY = (datetime(2026, 2, 1), datetime(2026, 3, 1))  # noqa: DTZ001 - all times are UTC


@pytest.fixture(scope="module")
def harvested() -> Harvest:
    return harvest([MESH], harvesters(), base=BASE)


@pytest.fixture(scope="module")
def view(harvested: Harvest) -> View:
    """The whole mesh as a graph."""
    store = Store()
    store.replace({each.subject: each.triples for each in harvested.submissions})
    return store.view()


@pytest.fixture(scope="module")
def company() -> Iterator[Any]:
    """The company that the data is drawn from, with everything that happened to it."""
    yield _company().Company()
    del sys.modules["company"]


def _company() -> ModuleType:
    spec = importlib.util.spec_from_file_location("company", MESH / "company.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["company"] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


def rows(sql: str, **names: str) -> list[tuple[Any, ...]]:
    """The rows of a query; `{profiles}` stands for the data file of that name, others for `names`."""
    files = {name: f"'{file}'" for name, file in DATA.items()}
    with duckdb.connect() as database:
        return database.execute(sql.format(**files, **names)).fetchall()


def difference(one: Path, other: Path) -> list[tuple[Any, ...]]:
    """The rows that only one of two files has, in which number so ever."""
    both = (f"(FROM '{a}' EXCEPT ALL FROM '{b}')" for a, b in ((one, other), (other, one)))
    return rows(" UNION ALL ".join(both))


def test_the_data_comes_out_the_same_every_time(tmp_path: Path) -> None:
    script = [sys.executable, str(MESH / "make_data.py"), str(tmp_path)]
    subprocess.run(script, check=True, capture_output=True)
    made = sorted(file for file in tmp_path.rglob("*") if file.is_file())
    assert len(made) == 9
    for file in made:
        committed = MESH / file.relative_to(tmp_path)
        if file.suffix == ".csv":
            assert file.read_bytes() == committed.read_bytes()
        else:
            assert difference(file, committed) == []


def test_every_file_of_the_mesh_parses() -> None:
    parsers: dict[str, Callable[[Path], object]] = {
        ".ttl": lambda file: parse(file.read_text(), "turtle", base=BASE),
        ".yaml": lambda file: yaml.safe_load(file.read_text()),
        ".yml": lambda file: yaml.safe_load(file.read_text()),
        ".json": lambda file: json.loads(file.read_text()),
        ".csv": lambda file: rows(f"FROM '{file}'"),
        ".parquet": lambda file: rows(f"FROM '{file}'"),
    }
    read = [file for file in MESH.rglob("*") if file.suffix in parsers]
    assert len(read) > 40
    for file in read:
        assert parsers[file.suffix](file), file


def test_the_mesh_is_small_enough_to_clone() -> None:
    files = [*DATA.values(), *MESH.glob("*/landing/*")]
    assert sum(file.stat().st_size for file in files) < 1_000_000


def test_every_descriptor_and_contract_is_harvested_without_a_warning(harvested: Harvest) -> None:
    wanted = {".odps.yaml", ".odcs.yaml", ".ttl"}
    reports = {Path(report.file): report for report in harvested.files}
    described = [
        file
        for file in reports
        if "".join(file.suffixes[-2:]) in wanted and file.name != "shape.ttl"
    ]
    assert len(described) == 25
    assert {reports[file].outcome for file in described} == {"harvested"}
    noticed = [finding for found in harvested.noticed.values() for finding in found]
    assert [finding for finding in noticed if finding.severity is not Severity.INFO] == []


def test_the_mesh_has_the_products_its_readme_names(view: View) -> None:
    found = view.select(PREFIXES + "SELECT ?product { ?product a dprod:DataProduct }")
    names = sorted(row.iri("product").removeprefix(f"{BASE}products/") for row in found)
    assert names == [
        "artists.catalog",
        "artists.payments",
        "podcasts.episodes",
        "podcasts.listener_demographics",
        "podcasts.listens",
        "streaming.plays",
        "users.identities",
        "users.profiles",
    ]
    readme = (MESH / "README.md").read_text()
    assert all(f"`{name}`" in readme for name in names)


def test_the_listener_demographics_read_from_two_other_products(view: View) -> None:
    found = view.select(
        PREFIXES
        + f"""SELECT DISTINCT ?other {{
          <{BASE}products/podcasts.listener_demographics> dprod:inputPort/pm:readsFrom ?port .
          ?other dprod:outputPort ?port }} ORDER BY ?other"""
    )
    assert [row.iri("other").rpartition("/")[2] for row in found] == [
        "podcasts.listens",
        "users.identities",
        "users.profiles",
    ]


def _bindings(view: View) -> list[tuple[str, str, str]]:
    """Dataset, column and pattern of each column that identifies something."""
    found = view.select(
        PREFIXES
        + """SELECT ?column ?pattern {
          ?column pm:identifies ?polyseme ; pm:identifierScheme/pm:pattern ?pattern }
          ORDER BY ?column"""
    )
    columns = ((row.iri("column").split("/"), row.text("pattern")) for row in found)
    return [(path[-3], path[-1], pattern) for path, pattern in columns]


def test_keys_in_the_data_are_written_as_their_scheme_says(view: View) -> None:
    bindings = _bindings(view)
    assert len(bindings) == 15
    for dataset, column, pattern in bindings:
        values = "SELECT DISTINCT {key} FROM {data} WHERE {key} IS NOT NULL"
        keys = [key for (key,) in rows(values, key=column, data=f"'{DATA[dataset]}'")]
        assert keys
        assert all(re.fullmatch(pattern, key) for key in keys), (dataset, column)


def test_a_contract_names_the_columns_that_its_file_has() -> None:
    contracts = sorted(MESH.glob("*/*.odcs.yaml"))
    assert len(contracts) == 7
    for file in contracts:
        contract = yaml.safe_load(file.read_text())
        (server,), (schema,) = contract["servers"], contract["schema"]
        data = file.parent / server["path"]
        assert DATA[schema["name"]] == data
        stated = [(p["name"], p["physicalType"]) for p in schema["properties"]]
        held = rows(f"DESCRIBE FROM '{data}'")
        assert [name for name, _ in stated] == [row[0] for row in held]
        if data.suffix == ".parquet":
            assert [kind for _, kind in stated] == [row[1] for row in held]


@pytest.mark.parametrize("served", [("accounts", "account_uri"), ("emails", "email_sha256")])
def test_a_crosswalk_leads_from_each_key_to_one_user_who_exists(served: tuple[str, str]) -> None:
    table, key = served
    pairs = {"pairs": f"'{DATA[table]}'", "key": key}
    assert rows("SELECT {key} FROM {pairs} GROUP BY {key} HAVING count(*) > 1", **pairs) == []
    assert rows("FROM {pairs} ANTI JOIN {profiles} USING (user_id)", **pairs) == []
    # ManyToOne is no empty promise: some user does have two keys.
    assert rows("SELECT user_id FROM {pairs} GROUP BY user_id HAVING count(*) > 1", **pairs) != []


def test_a_crosswalk_says_of_each_key_whose_it_really_is(company: Any) -> None:
    hashed = sys.modules["company"].email_sha256
    accounts = {k.value: k.user.user_id for k in company.accounts if k.mapped}
    emails = {hashed(k.value): k.user.user_id for k in company.mailboxes if k.mapped}
    assert dict(rows("SELECT account_uri, user_id FROM {accounts}")) == accounts
    assert dict(rows("SELECT email_sha256, user_id FROM {emails}")) == emails


def test_the_crosswalks_cover_as_much_as_the_readme_says() -> None:
    listens = (
        "SELECT count(*), count(user_id) FROM {listens} LEFT JOIN {emails} USING (email_sha256)"
    )
    plays = "SELECT count(*), count(user_id) FROM {plays} LEFT JOIN {accounts} USING (account_uri)"
    assert rows(listens) == [(3505, 3176)]
    assert rows(plays) == [(4428, 4283)]
    readme = (MESH / "README.md").read_text()
    assert "| 3,505 | 3,176 |" in readme
    assert "| 4,428 | 4,283 |" in readme


ANSWER = """
WITH sweden AS (SELECT user_id FROM {profiles} WHERE country = 'SE'),
heard AS (
  SELECT user_id, count(*) AS listens FROM {listens} JOIN {emails} USING (email_sha256)
  WHERE listened_at >= '2026-02-01' AND listened_at < '2026-03-01' GROUP BY user_id),
played AS (
  SELECT user_id, count(*) AS plays FROM {plays} JOIN {accounts} USING (account_uri)
  WHERE played_at >= '2026-02-01' AND played_at < '2026-03-01' GROUP BY user_id),
paid AS (
  SELECT user_id, sum(amount) AS amount FROM {payments} JOIN {plays} USING (play_id)
  JOIN {accounts} USING (account_uri)
  WHERE booked_on >= '2026-02-01' AND booked_on < '2026-03-01' GROUP BY user_id)
SELECT user_id, coalesce(listens, 0), coalesce(plays, 0), coalesce(amount, 0) FROM sweden
LEFT JOIN heard USING (user_id) LEFT JOIN played USING (user_id) LEFT JOIN paid USING (user_id)
"""


def test_a_question_across_the_products_has_the_answer_that_the_company_knows(company: Any) -> None:
    known = {u.user_id: [0, 0, Decimal(0)] for u in company.users if u.country == "SE"}

    def add(event: Any, place: int, amount: Any = 1) -> None:
        if event.key.mapped and FEBRUARY[0] <= event.at < FEBRUARY[1]:
            user = event.key.user.user_id
            if user in known:
                known[user][place] += amount

    for listen in company.listens:
        add(listen, 0)
    for play in company.plays:
        add(play, 1)
    for payment in company.payments:
        add(payment.play, 2, payment.amount)
    answer = {user: figures for user, *figures in rows(ANSWER)}
    assert answer == known
    totals = [sum(figures) for figures in zip(*known.values(), strict=True)]
    assert [len(known), *totals] == [146, 906, 1029, Decimal("2.6376")]
    told = re.sub(r"\s+", " ", (MESH / "README.md").read_text())
    assert "146 users in Sweden, in February 2026: 906 listens, 1,029 plays, 2.6376 EUR" in told


DECLARED = """SELECT ?name ?data ?aggregate ?operand ?clock ?parent ?key ?empty ?unit {
  ?measure a pm:Measure ; csvw:name ?name ; pm:countedOn ?of ; pm:aggregate ?aggregate ;
    pm:clock ?at ; pm:zone "UTC" ; pm:whenEmpty ?empty .
  ?of csvw:tableSchema/csvw:column ?own . ?own csvw:name ?any .
  BIND(REPLACE(STR(?of), "^.*/", "") AS ?data)
  ?at csvw:name ?clock . ?dated csvw:tableSchema/csvw:column ?at .
  OPTIONAL { ?measure pm:operand/csvw:name ?operand }
  OPTIONAL { ?measure <http://purl.org/linked-data/sdmx/2009/attribute#unitMeasure> ?unit }
  OPTIONAL { ?of csvw:tableSchema/csvw:column ?foreign .
    ?foreign csvw:foreignKey ?goal ; csvw:name ?key . ?dated csvw:tableSchema/csvw:column ?goal .
    BIND(REPLACE(STR(?dated), "^.*/", "") AS ?parent) } } GROUP BY ?name ?data ?aggregate ?operand
  ?clock ?parent ?key ?empty ?unit ORDER BY ?name"""
AGGREGATES = {"count": "count(*)", "sum": "sum({0})", "count-distinct": "count(DISTINCT {0})"}
COUNTED = """SELECT x.user_id, {figure} FROM {data} d {joined} JOIN {crosswalk} x ON x.{key} = {keyed}
WHERE {at} >= '2026-02-01' AND {at} < '2026-03-01' GROUP BY x.user_id"""
KEYS = {"listens": ("email_sha256", "emails"), "plays": ("account_uri", "accounts")}


def test_what_the_products_declare_gives_what_the_company_knows(view: View, company: Any) -> None:
    """Each measure is computed by its declaration alone; the keys are those of the README."""
    known = company.figures(*FEBRUARY)
    declared = view.select(PREFIXES + DECLARED)
    assert [row.text("name") for row in declared] == sorted(
        field.name for field in fields(next(iter(known.values())))
    )
    for row in declared:
        name, data = row.text("name"), row.text("data")
        parent = row.text("parent") if "parent" in row else ""
        key, crosswalk = KEYS[parent or data]
        joined = f"JOIN '{DATA[parent]}' p ON d.{row.text('key')} = p.play_id" if parent else ""
        operand = f"d.{row.text('operand')}" if "operand" in row else ""
        answer = rows(
            COUNTED,
            figure=AGGREGATES[row.text("aggregate")].format(operand),
            data=f"'{DATA[data]}'",
            joined=joined,
            crosswalk=f"'{DATA[crosswalk]}'",
            key=key,
            keyed=f"{'p' if parent else 'd'}.{key}",
            at=f"{'p' if parent else 'd'}.{row.text('clock')}",
        )
        assert row.iri("empty") == PM.Zero
        assert {user: getattr(figures, name) for user, figures in known.items()} == (
            dict.fromkeys(known, 0) | dict(answer)
        )
    units = {row.text("name"): row for row in declared if "unit" in row}
    assert set(units) == {"ArtistPayments", "SecondsListened", "SecondsPlayed"}
    assert units["ArtistPayments"].text("unit") == "EUR"


def test_the_oracle_gives_the_figures_of_the_readme(company: Any) -> None:
    known = company.figures(*FEBRUARY)
    swedes = [known[user.user_id] for user in company.users if user.country == "SE"]
    assert len(swedes) == 146
    assert sum(each.PodcastListens for each in swedes) == 906
    assert sum(each.StreamsPlayed for each in swedes) == 1029
    assert sum(each.ArtistPayments for each in swedes) == Decimal("2.6376")


def test_the_catalog_answers_the_question_of_the_readme_from_the_data(company: Any) -> None:
    measures = ("PodcastListens", "PodcastsListened", "StreamsPlayed", "ArtistPayments")
    question = Question(
        "user",
        measures,
        dimensions=("country",),
        time=Window(*FEBRUARY),
        purpose="ServiceOptimisation",
    )
    with transient(settings.read(MESH)) as catalog:
        catalog.publish(catalog.read([MESH]))
        answer = catalog.correlate(question)
    found = {row.pop("country"): row for row in answer.arrow().to_pylist()}
    figures = company.figures(*FEBRUARY)
    podcasts = {episode.episode_id: episode.podcast_id for episode in company.episodes}
    known: dict[str, dict[str, Any]] = {}
    for country in {user.country for user in company.users}:
        theirs = [u for u in company.users if u.country == country]
        heard = {
            podcasts[e.what]
            for e in company.listens
            if e.key.user in theirs and e.key.mapped and FEBRUARY[0] <= e.at < FEBRUARY[1]
        }
        summed = {
            name: sum(getattr(figures[u.user_id], name) for u in theirs)
            for name in ("PodcastListens", "StreamsPlayed", "ArtistPayments")
        }
        known[country] = {**summed, "PodcastsListened": len(heard)}
    assert found == known
    assert found["SE"]["ArtistPayments"] == Decimal("2.6376")


def test_questions_may_group_by_what_the_readme_says(view: View) -> None:
    found = view.select(
        PREFIXES + "SELECT ?name { ?of pm:dimension/csvw:name ?name } ORDER BY ?name"
    )
    assert [row.text("name") for row in found] == ["country", "registered_on", "subscription"]


def test_the_query_of_the_readme_finds_a_port_for_every_local_key(view: View) -> None:
    (query,) = re.findall(r"```sparql\n(.*?)```", (MESH / "README.md").read_text(), re.DOTALL)
    found = view.select(query)
    assert {row.text("scheme") for row in found} == {"user id", "account URI", "e-mail hash"}
    local = [row for row in found if row.text("scheme") != "user id"]
    assert {row.iri("crosswalk").rpartition("/")[2] for row in local} == {"accounts", "emails"}


def test_the_artifacts_of_dbt_hold_no_path_of_the_machine_that_made_them() -> None:
    for name in ("manifest", "catalog", "run_results"):
        text = (TARGET / f"{name}.json").read_text()
        assert str(ROOT) not in text
        assert str(Path.home()) not in text
        assert re.findall(r'"(?:/|[A-Za-z]:\\\\)[^"/ ]+/[^"]*"', text) == []
    arguments = json.loads((TARGET / "run_results.json").read_text())["args"]
    assert [arguments[key] for key in ("project_dir", "profiles_dir", "log_path")] == [
        ".",
        ".",
        "logs",
    ]


@pytest.mark.parametrize("name", ["episodes", "listens", "listener_demographics"])
def test_no_address_leaves_the_dbt_project(name: str) -> None:
    found = rows(
        "SELECT count(*) FROM {data} AS row WHERE contains(row::VARCHAR, '@')",
        data=f"'{DATA[name]}'",
    )
    assert found == [(0,)]


def _dbt() -> str | None:
    """The dbt there is: in this environment, in the one that `make test` makes, or on the path."""
    beside = Path(sys.executable).parent / "dbt"
    if importlib.util.find_spec("dbt") is not None and beside.is_file():
        return str(beside)
    own = ROOT / ".venv-dbt" / "bin" / "dbt"
    return str(own) if own.is_file() else shutil.which("dbt")


@pytest.mark.skipif(_dbt() is None, reason="dbt is not installed: `make test` installs it")
def test_building_with_dbt_again_gives_the_same_products(
    tmp_path: Path, harvested: Harvest
) -> None:
    again = tmp_path / "media_mesh"
    shutil.copytree(MESH, again)
    script = again / "podcasts" / "dbt" / "build.sh"
    environment = {**os.environ, "DBT": str(_dbt())}
    done = subprocess.run(
        ["sh", str(script)], check=False, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("episodes", "listens", "listener_demographics"):
        assert difference(again / "podcasts" / "data" / f"{name}.parquet", DATA[name]) == []
    assert stated(harvest([again], harvesters(), base=BASE)) == stated(harvested)


def stated(found: Harvest) -> dict[Iri, set[Triple]]:
    """What is stated of each product, without what a run of dbt measured: that has its moment."""
    return {
        each.subject: {t for t in each.triples if "/measurements/" not in t.subject}
        for each in found.submissions
    }


def test_what_is_broken_is_reported_and_the_rest_is_harvested(harvested: Harvest) -> None:
    found = harvest([MESH, BROKEN], harvesters(), base=BASE)
    told = {Path(r.file).name: r for r in found.files if Path(r.file).is_relative_to(BROKEN)}
    assert {name: report.outcome for name, report in told.items()} == {
        "foreign-system.odps.yaml": "harvested",
        "no-owner.odcs.yaml": "harvested",
        "truncated.odcs.yaml": "unreadable",
        "wrong-binding.odcs.yaml": "harvested",
    }
    (cut,) = told["truncated.odcs.yaml"].findings
    assert (cut.standard, cut.severity, cut.line) == ("unreadable", Severity.VIOLATION, 9)
    (unknown,) = told["wrong-binding.odcs.yaml"].findings
    assert (unknown.standard, unknown.severity) == ("unknown-reference", Severity.VIOLATION)
    assert "polysemes/Fan" in unknown.message
    mine = {s.subject for s in found.submissions} - {s.subject for s in harvested.submissions}
    assert len(mine) == 3


def test_the_first_line_of_a_broken_file_names_what_refuses_it() -> None:
    with transient(settings.read(MESH)) as catalog:
        catalog.publish(catalog.read([MESH]))
        checked = catalog.check(catalog.read([BROKEN]), at=Stage.PUBLISH)
    assert len(checked.outcomes) == 3
    for outcome in checked.outcomes:
        violated = [f for f in outcome.verdict.findings if f.severity is Severity.VIOLATION]
        (file,) = {finding.file for finding in violated}
        first, _, _ = Path(file).read_text().partition("\n")
        named = {finding.standard for finding in violated}
        assert first.startswith("# Refused by ")
        assert named <= set(re.findall(r"[a-z]+(?:-[a-z]+)+", first)), file
