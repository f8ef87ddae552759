"""What models can be asked for: by `meta`, by semantic models, and by a manifest dbt just wrote."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from dbt_reading import ORDERS, PORT, SHOP, harvest, manifest, node, read, values

from catalog_service.domain.findings import Finding
from catalog_service.domain.rdf import Literal, Triple, text
from catalog_service.harvesting import Faulty, Harvested, Refers
from catalog_service.terms import CSVW, DPV, PM, RDF, SDMX, SKOS, XSD, Iri

ROOT = Path(__file__).parents[2]
COLUMNS = {
    "id": {"name": "id", "data_type": "integer"},
    "amount": {"name": "amount", "data_type": "decimal(9,2)"},
    "status": {"name": "status", "data_type": "varchar"},
    "ordered_at": {"name": "ordered_at", "data_type": "timestamp"},
}
TURNOVER = {
    "name": "Turnover",
    "label": "turnover",
    "aggregate": "sum",
    "operand": "amount",
    "additivity": "Additive",
    "clock": "ordered_at",
    "zone": "UTC",
    "when_empty": "Zero",
    "unit": "EUR",
}


def measure(name: str) -> Iri:
    return Iri(f"{SHOP}/measures/{name}")


def column(name: str) -> Iri:
    return Iri(f"{ORDERS}/columns/{name}")


def modelled(folder: Path, *nodes: dict[str, Any], **meta: Any) -> list[Harvested]:
    orders = node(columns=COLUMNS, config={"materialized": "table", "meta": meta})
    return harvest(folder, manifest(orders, *nodes))


def told(parts: list[Harvested], standard: str) -> list[Finding]:
    return [f for part in parts for f in part.findings if f.standard == standard]


class TestMeta:
    def test_a_measure_of_meta_says_all_that_is_needed(self, tmp_path: Path) -> None:
        parts = modelled(tmp_path, measures=[TURNOVER])
        said = {
            predicate: values(parts, measure("Turnover"), predicate)
            for predicate in (PM.countedOn, PM.operand, PM.additivity, PM.clock, PM.whenEmpty)
        }
        assert said == {
            PM.countedOn: {ORDERS},
            PM.operand: {column("amount")},
            PM.additivity: {PM.Additive},
            PM.clock: {column("ordered_at")},
            PM.whenEmpty: {PM.Zero},
        }
        assert values(parts, measure("Turnover"), SKOS.prefLabel) == {text("turnover")}
        assert values(parts, measure("Turnover"), SDMX.unitMeasure) == {text("EUR")}
        assert not told(parts, "unknown-value")
        assert not told(parts, "unread-key")

    @pytest.mark.parametrize(
        ("word", "value", "message"),
        [
            ("aggregate", "mode", "aggregate 'mode' is unknown"),
            ("additivity", "", "has no `additivity`"),
            ("clock", "noon", "clock `noon` names no column"),
            ("when_empty", None, "is null to YAML"),
        ],
    )
    def test_a_fault_is_warned_of(
        self, tmp_path: Path, word: str, value: str | None, message: str
    ) -> None:
        parts = modelled(tmp_path, measures=[TURNOVER | {word: value}])
        (finding,) = told(parts, "unknown-value")
        assert message in finding.message
        assert finding.fix

    def test_dimensions_keys_and_clocks_are_columns(self, tmp_path: Path) -> None:
        columns = {
            "order_id": {
                "name": "order_id",
                "meta": {
                    "foreign_key": "orders.id",
                    "derived_key": {"name": "k", "to": "user-id", "transform": "ascii_lower"},
                    "dimension": True,
                    "dimension_term": "https://terms.example/order",
                },
            },
            "far": {"name": "far", "meta": {"foreign_key": "tills#receipts.id"}},
            "lost": {"name": "lost", "meta": {"foreign_key": "nowhere.id"}},
        }
        lines = node(
            "lines",
            columns=columns,
            meta={"measures": [TURNOVER | {"operand": "far", "clock": "orders.ordered_at"}]},
        )
        parts = modelled(tmp_path, lines, dimensions=["status", "colour"])
        of_lines = Iri(f"{SHOP}/datasets/lines/columns/order_id")
        key = Iri(f"{SHOP}/derived-keys/k")
        assert values(parts, ORDERS, PM.dimension) == {column("status")}
        assert values(parts, Iri(f"{SHOP}/datasets/lines"), PM.dimension) == {of_lines}
        assert values(parts, of_lines, PM.dimensionTerm) == {"https://terms.example/order"}
        assert values(parts, of_lines, CSVW.foreignKey) == {column("id")}
        assert values(parts, of_lines, PM.derivedKey) == {key}
        assert values(parts, key, PM.transform) == {text("ascii_lower")}
        assert values(parts, measure("Turnover"), PM.clock) == {column("ordered_at")}
        referred = {
            (r.predicate, r.refers, r.name)
            for part in parts
            for r in part.references
            if r.predicate in {CSVW.foreignKey, PM.toScheme}
        }
        assert referred == {
            (CSVW.foreignKey, Refers.COLUMN, "tills#receipts.id"),
            (PM.toScheme, Refers.SCHEME, "user-id"),
        }
        messages = sorted(f.message for f in told(parts, "unknown-value"))
        assert len(messages) == 2
        assert "`meta.foreign_key` 'nowhere.id'" in messages[0]
        assert "dimension `colour`" in messages[1]

    def test_a_primary_key_is_the_grain(self, tmp_path: Path) -> None:
        keyed = node(columns=COLUMNS, constraints=[{"type": "primary_key", "columns": ["id"]}])
        parts = harvest(tmp_path, manifest(keyed))
        assert values(parts, ORDERS, PM.grain) == {column("id")}

    def test_a_policy_says_which_rows_are_handed_out(self, tmp_path: Path) -> None:
        rows = [
            {"column": "status", "comparator": "in", "values": ["open", "paid"]},
            {"column": "id", "comparator": "gt", "value": 7, "purposes": "Marketing"},
        ]
        parts = modelled(tmp_path, policy={"action": "read", "rows": rows})
        one, two = (Iri(f"{PORT}/policy/rows/{n}") for n in (1, 2))
        assert values(parts, Iri(f"{PORT}/policy"), PM.rowRule) == {one, two}
        assert values(parts, one, PM.operandValue) == {text("open"), text("paid")}
        assert values(parts, two, PM.operandValue) == {Literal("7", XSD.integer)}
        assert values(parts, two, PM.onColumn) == {column("id")}
        assert values(parts, two, PM.forPurpose) == {DPV.Marketing}

    @pytest.mark.parametrize(
        "rows",
        [
            "none",
            [],
            ["status"],
            [{"column": "colour", "comparator": "eq", "value": "red"}],
            [{"column": "id", "comparator": "eq", "value": "seven"}],
            [{"column": "status", "comparator": "in", "values": [["open"]]}],
            [{"column": "status", "comparator": "is_null", "purposes": ["to sell"]}],
        ],
    )
    @pytest.mark.parametrize("action", ["read", "burn"])
    def test_rows_that_cannot_be_read_refuse_the_manifest(
        self, tmp_path: Path, rows: Any, action: str
    ) -> None:
        policy = {"action": action, "rows": rows}
        orders = node(columns=COLUMNS, meta={"policy": policy})
        with pytest.raises(AssertionError, match="row"):
            harvest(tmp_path, manifest(orders))
        (found,) = read(tmp_path)
        assert isinstance(found, Faulty)


def semantic(**said: Any) -> dict[str, Any]:
    own = {
        "name": "orders",
        "depends_on": {"nodes": ["model.shop.orders"]},
        "defaults": {"agg_time_dimension": "moment"},
        "dimensions": [
            {"name": "moment", "type": "time", "expr": "ordered_at"},
            {"name": "status", "type": "categorical"},
            {"name": "big", "type": "categorical", "expr": "amount > 100"},
        ],
        "entities": [{"name": "order", "type": "primary", "expr": "id"}],
        "measures": [
            {"name": "amount", "agg": "sum", "config": {"meta": {"unit": "EUR", "zone": "UTC"}}},
            {"name": "orders", "agg": "sum", "expr": "1"},
            {"name": "open", "agg": "count_distinct", "expr": "id"},
            {"name": "half", "agg": "sum", "expr": "amount / 2"},
            {"name": "p95", "agg": "percentile", "expr": "amount"},
            {
                "name": "balance",
                "agg": "sum",
                "expr": "amount",
                "non_additive_dimension": {"name": "moment", "window_choice": "max"},
            },
        ],
    }
    return own | said


def simple(name: str, of: str, **said: Any) -> dict[str, Any]:
    shown = {"name": of, "fill_nulls_with": said.pop("fill_nulls_with", None)}
    return {"name": name, "type": "simple", "type_params": {"measure": shown}} | said


class TestSemanticModels:
    def parts(self, folder: Path, *metrics: dict[str, Any], **said: Any) -> list[Harvested]:
        written = manifest(node(columns=COLUMNS))
        written["semantic_models"] = {"semantic_model.shop.orders": semantic(**said)}
        written["metrics"] = {f"metric.shop.{m['name']}": m for m in metrics}
        return harvest(folder, written)

    def test_measures_say_what_metricflow_has_words_for(self, tmp_path: Path) -> None:
        parts = self.parts(tmp_path)
        assert values(parts, measure("amount"), PM.aggregate) == {text("sum")}
        assert values(parts, measure("amount"), PM.operand) == {column("amount")}
        assert values(parts, measure("amount"), PM.additivity) == {PM.Additive}
        assert values(parts, measure("amount"), PM.clock) == {column("ordered_at")}
        assert values(parts, measure("amount"), SDMX.unitMeasure) == {text("EUR")}
        assert values(parts, measure("amount"), PM.zone) == {text("UTC")}
        assert values(parts, measure("amount"), PM.whenEmpty) == set()
        assert values(parts, measure("orders"), PM.aggregate) == {text("count")}
        assert values(parts, measure("orders"), PM.operand) == set()
        assert values(parts, measure("open"), PM.additivity) == {PM.NonAdditive}
        assert values(parts, measure("balance"), PM.additivity) == {PM.SemiAdditive}
        assert values(parts, measure("balance"), PM.notAdditiveOver) == {column("ordered_at")}
        assert values(parts, ORDERS, PM.dimension) == {column("ordered_at"), column("status")}

    def test_what_is_not_stated_is_told(self, tmp_path: Path) -> None:
        parts = self.parts(tmp_path)
        for left in ("half", "p95"):
            assert values(parts, measure(left), RDF.type) == set()
        messages = [f.message for f in told(parts, "incomplete")]
        (whole,) = [m for m in messages if "not stated whole" in m]
        assert "dimension big is no column" in whole
        assert "half is computed from the expression 'amount / 2'" in whole
        assert "p95 aggregates by 'percentile'" in whole
        (proposed,) = [m for m in messages if "only proposals" in m]
        assert "order (id)" in proposed
        assert values(parts, column("id"), PM.identifies) == set()

    def test_a_simple_metric_lends_its_name_and_says_what_empty_is(self, tmp_path: Path) -> None:
        parts = self.parts(
            tmp_path,
            simple("turnover", "amount", label="Turnover", fill_nulls_with=0),
            simple("paid", "orders", filter={"where_filters": [{"where_sql_template": "x"}]}),
        )
        assert values(parts, measure("turnover"), SKOS.prefLabel) == {text("Turnover")}
        assert values(parts, measure("turnover"), PM.whenEmpty) == {PM.Zero}
        assert values(parts, measure("turnover"), SDMX.unitMeasure) == {text("EUR")}
        assert values(parts, measure("amount"), RDF.type) == set()
        assert values(parts, measure("paid"), RDF.type) == set()
        (whole,) = [f for f in told(parts, "incomplete") if "not stated whole" in f.message]
        assert "paid has a filter" in whole.message

    def test_a_metric_may_hold_its_own_aggregation(self, tmp_path: Path) -> None:
        own = {"semantic_model": "orders", "agg": "max", "agg_time_dimension": "moment"}
        params = {"expr": "amount", "metric_aggregation_params": own, "fill_nulls_with": None}
        metric = {"name": "largest", "type": "simple", "type_params": params}
        parts = self.parts(tmp_path, metric, measures=[])
        assert values(parts, measure("largest"), PM.aggregate) == {text("maximum")}
        assert values(parts, measure("largest"), PM.operand) == {column("amount")}
        assert values(parts, measure("largest"), PM.additivity) == {PM.NonAdditive}
        assert values(parts, measure("largest"), PM.clock) == {column("ordered_at")}

    def test_meta_says_otherwise(self, tmp_path: Path) -> None:
        meta = {"additivity": "NonAdditive", "when_empty": "Null"}
        parts = self.parts(tmp_path, simple("turnover", "balance", config={"meta": meta}))
        assert values(parts, measure("turnover"), PM.additivity) == {PM.NonAdditive}
        assert values(parts, measure("turnover"), PM.notAdditiveOver) == set()
        assert values(parts, measure("turnover"), PM.whenEmpty) == {PM.Null}


def _dbt() -> str | None:
    beside = Path(sys.executable).parent / "dbt"
    own = ROOT / ".venv-dbt" / "bin" / "dbt"
    return next((str(f) for f in (beside, own) if f.is_file()), shutil.which("dbt"))


PROJECT = {
    "dbt_project.yml": "name: shop\nversion: '1.0.0'\nprofile: shop\n",
    "profiles.yml": "shop: {target: d, outputs: {d: {type: duckdb, path: ':memory:'}}}\n",
    "models/orders.sql": "select 1 as id, 2.5 as amount, timestamp '2026-01-01' as ordered_at\n",
    "models/time_spine.sql": "select date '2026-01-01' as day\n",
    "models/shop.yml": """\
models:
  - name: orders
    access: public
    columns: [{name: id}, {name: amount}, {name: ordered_at}]
  - name: time_spine
    time_spine: {standard_granularity_column: day}
    columns: [{name: day, granularity: day}]
semantic_models:
  - name: orders
    model: ref('orders')
    defaults: {agg_time_dimension: ordered_at}
    entities: [{name: order, type: primary, expr: id}]
    dimensions: [{name: ordered_at, type: time, type_params: {time_granularity: day}}]
    measures:
      - {name: amount, agg: sum, config: {meta: {unit: EUR, zone: UTC}}}
      - {name: orders, agg: count, expr: id, create_metric: true}
metrics:
  - name: turnover
    label: Turnover
    type: simple
    type_params: {measure: {name: amount, fill_nulls_with: 0}}
""",
}


@pytest.mark.skipif(_dbt() is None, reason="dbt is not installed: `make test` installs it")
def test_a_manifest_that_dbt_writes_says_the_same(tmp_path: Path) -> None:
    for name, content in PROJECT.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    done = subprocess.run(
        [str(_dbt()), "parse", "--project-dir", ".", "--profiles-dir", "."],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = read(tmp_path / "target")
    parts = [part for part in found if isinstance(part, Harvested)]
    assert len(parts) == len(found)
    assert values(parts, measure("turnover"), PM.aggregate) == {text("sum")}
    assert values(parts, measure("turnover"), PM.operand) == {column("amount")}
    assert values(parts, measure("turnover"), PM.whenEmpty) == {PM.Zero}
    assert values(parts, measure("turnover"), PM.clock) == {column("ordered_at")}
    assert values(parts, measure("turnover"), SDMX.unitMeasure) == {text("EUR")}
    assert values(parts, measure("orders"), PM.operand) == {column("id")}
    assert values(parts, measure("amount"), RDF.type) == set()


def test_a_project_that_others_wrote_says_its_measures(realdata: Path) -> None:
    file = "dbt/generated/chinook_media_dbt1.11.16/manifest.json"
    parts = [p for p in read(realdata, file) if isinstance(p, Harvested)]
    product = "https://mesh.example/products/chinook_media"
    found = {
        (t.subject.removeprefix(f"{product}/measures/"), t.object)
        for part in parts
        for (t, _) in part.facts
        if t.predicate == PM.aggregate
    }
    assert found >= {("revenue", text("sum")), ("units_sold", text("sum"))}
    tracks = Iri(f"{product}/datasets/fct_track_sales")
    clock = Triple(Iri(f"{product}/measures/revenue"), PM.clock, Iri(f"{tracks}/columns/sold_at"))
    assert clock in {fact.triple for part in parts for fact in part.facts}
