"""Semantic models and simple metrics: what MetricFlow is asked for, in the words of a measure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from catalog_service.harvesting.words import squeezed
from harvesters.dbt.artifacts import Values
from harvesters.dbt.manifest import Manifest, Node, merged

AGGREGATES = {
    "sum": "sum",
    "count": "count",
    "count_distinct": "count-distinct",
    "average": "average",
    "median": "median",
    "min": "minimum",
    "max": "maximum",
}
"""The aggregations that we compute; `percentile` and `sum_boolean` are not among them."""
ADDED = frozenset({"sum", "count"})
"""What dbt adds up over every dimension that is not its `non_additive_dimension`."""
META = {
    "additivity": "additivity",
    "clock": "clock",
    "zone": "zone",
    "when_empty": "whenEmpty",
    "unit": "unit",
    "unit_column": "unitColumn",
}
"""What MetricFlow has no word for, by its key in `meta` of a metric, measure or semantic model."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
_EACH_ROW = frozenset({"1", "*"})


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure that a question may name.

    Args:
        words: what is said of it, by the words of a measure.
        lack: why it is no measure that we compute; empty where it is one.
    """

    words: dict[str, str]
    lack: str = ""


class SemanticModel:
    """One semantic model of the project.

    Args:
        values: what the manifest says of it.
        metrics: the simple metrics of the project.
    """

    def __init__(self, values: Values, metrics: list[Values]) -> None:
        self._values = values
        self._metrics = metrics
        self.name = values.text("name")
        self._time = values.values("defaults").text("agg_time_dimension")
        self._columns = {
            each.text("name"): each.text("expr") or each.text("name")
            for each in values.objects("dimensions")
        }

    def dimensions(self) -> Iterator[tuple[str, str]]:
        """The dimensions: the name of each, and the column or expression behind it."""
        yield from self._columns.items()

    def entities(self) -> Iterator[tuple[str, str]]:
        """The entities: the name of each, and the column or expression behind it."""
        for each in self._values.objects("entities"):
            yield each.text("name"), each.text("expr") or each.text("name")

    def figures(self) -> Iterator[Figure]:
        """The simple metrics over it, and those of its measures that no metric shows."""
        measures = {each.text("name"): each for each in self._values.objects("measures")}
        shown = set()
        for metric in self._metrics:
            params = metric.values("type_params")
            own = params.values("metric_aggregation_params")
            named = params.values("measure")
            if own.text("semantic_model") == self.name:
                whole = {**own.entries, "expr": params.entries.get("expr")}
                yield self._figure(Values(whole), params, metric)
            elif (measure := measures.get(named.text("name"))) is not None:
                shown.add(named.text("name"))
                yield self._figure(measure, named, metric)
        for name, measure in measures.items():
            if name not in shown:
                yield self._figure(measure, Values({}), measure)

    def _figure(self, measure: Values, input_: Values, named: Values) -> Figure:
        """A measure as a metric shows it, or as it stands.

        Args:
            measure: what is aggregated, and how.
            input_: what the metric says of it: its filter, and what it puts where there is nothing.
            named: the metric, or the measure itself.
        """
        words = {key: named.text(key) for key in ("name", "label", "description")}
        if named.entries.get("filter") or input_.entries.get("filter"):
            return Figure(words, "has a filter")
        agg = measure.text("agg")
        expr = measure.text("expr") or measure.text("name") or named.text("name")
        if agg in {"sum", "count"} and expr in _EACH_ROW:
            agg, expr = "count", ""
        elif agg not in AGGREGATES:
            return Figure(words, f"aggregates by {agg[:40]!r}")
        elif not _NAME.fullmatch(expr):
            return Figure(words, f"is computed from the expression {expr[:60]!r}")
        words |= {"aggregate": AGGREGATES[agg], "operand": expr}
        over = measure.values("non_additive_dimension").text("name")
        words["additivity"] = (
            "SemiAdditive" if over else "Additive" if agg in ADDED else "NonAdditive"
        )
        words["notAdditiveOver"] = self._columns.get(over, over)
        time = measure.text("agg_time_dimension") or self._time
        words["clock"] = self._columns.get(time, time)
        if input_.text("fill_nulls_with") == "0":
            words["whenEmpty"] = "Zero"
        for source in (self._values, measure, named):
            meta = merged(source)
            words |= {word: meta.text(key) for key, word in META.items() if meta.text(key)}
        if squeezed(words["additivity"]) != "semiadditive":
            words["notAdditiveOver"] = ""
        return Figure(words)


def semantic_models(manifest: Manifest, node: Node) -> list[SemanticModel]:
    """The semantic models that stand on a model."""
    metrics = [
        metric
        for _, metric in manifest.values.values("metrics").each()
        if metric.text("type") == "simple"
    ]
    return [
        SemanticModel(values, metrics)
        for _, values in manifest.values.values("semantic_models").each()
        if node.id in values.values("depends_on").texts("nodes")
    ]
