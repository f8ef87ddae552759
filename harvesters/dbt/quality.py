"""dbt's tests as metrics of a model, their objectives, and what runs measured.

A test is a rule, not a promise: each is a metric of the model's own, the number of rows for which
it fails. It is an objective as well where it fails by a threshold. A test that did not run, was
skipped or broke measured nothing, which is no success.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Origin, number, text
from catalog_service.harvesting import Names
from catalog_service.terms import DCT, DQV, ODRL, PM, PROV, SDMX, SKOS, UNIT, Iri
from harvesters.dbt.manifest import Manifest, Node
from harvesters.dbt.meta import doubt
from harvesters.dbt.model import Model, some
from harvesters.dbt.promises import UNITS, window
from harvesters.dbt.results import Results

KINDS = {
    "not_null": PM.Completeness,
    "unique": PM.Uniqueness,
    "accepted_values": PM.Validity,
    "relationships": PM.Validity,
}
"""dbt's own tests, and the metric of the catalogue that each is a kind of."""
PROMISED = {
    "!=": ODRL.eq,
    ">": ODRL.lteq,
    ">=": ODRL.lt,
    "<": ODRL.gteq,
    "<=": ODRL.gt,
}
"""When a test fails, and what it thereby holds the number of failing rows to."""

_FAILS = re.compile(r"(!=|<>|>=|<=|>|<)\s*(\d{1,15})")
_TESTED = re.compile(r"ref\(\s*['\"]([^'\"]+)['\"](?:\s*,\s*['\"]([^'\"]+)['\"])?")


@dataclass(frozen=True, slots=True)
class DataTest:
    """One data test.

    Args:
        node: the test.
        kind: `not_null`, `unique` ...; empty for a test in SQL of one's own.
        column: the column it tests; empty where it tests rows as a whole.
    """

    node: Node
    kind: str
    column: str

    @property
    def key(self) -> str:
        """Its name, with the hash that dbt tells equal names apart by."""
        return self.node.id.removeprefix(f"test.{self.node.package}.")

    def threshold(self) -> tuple[Iri, int] | None:
        """What failing rows are held to; None where it only warns, or compares in another way."""
        config = self.node.values.values("config")
        if config.text("severity").lower() == "warn":
            return None
        fails = _FAILS.fullmatch(config.text("error_if") or "!= 0")
        if fails is None:
            return None
        return PROMISED[fails[1].replace("<>", "!=")], int(fails[2])


def data_tests(manifest: Manifest) -> dict[str, list[DataTest]]:
    """The tests of each node, by the node's unique id."""
    found: dict[str, list[DataTest]] = defaultdict(list)
    for node in manifest.nodes.values():
        if node.kind != "test" or node.values.values("config").flag("enabled") is False:
            continue
        about = node.values.values("test_metadata")
        own = not about.text("namespace")
        arguments = about.values("kwargs")
        column = node.values.text("column_name") or arguments.text("column_name")
        tested = _tested(manifest, node)
        if tested:
            found[tested].append(
                DataTest(node, about.text("name") if own else "", column.strip('"`'))
            )
    return found


def _tested(manifest: Manifest, node: Node) -> str:
    """The node that a test tests; empty where the manifest leaves it open.

    A test of relationships depends on two models, and only one of them is the tested one.
    """
    if attached := node.values.text("attached_node"):
        return attached
    parents = [key for key in node.parents if key in manifest.nodes]
    if len(parents) == 1:
        return parents[0]
    named = _TESTED.search(node.values.values("test_metadata").values("kwargs").text("model"))
    name = named[2] or named[1] if named else node.values.text("file_key_name").partition(".")[2]
    called = [key for key in parents if manifest.nodes[key].values.text("name") == name]
    return called[0] if len(called) == 1 else ""


def state_tests(model: Model, held: list[DataTest], results: Results) -> None:
    """State the tests of a model: a metric each, its objective, and its last result."""
    said = model.said
    unmeasured: list[str] = []
    for test in held:
        column = model.column(test.column) if test.column else None
        origin = column.origin if column is not None else model.origin
        metric = Names.part(model.dataset, "metrics", test.key)
        said.type(metric, DQV.Metric, origin)
        said.state(metric, DCT.title, text(test.node.values.text("name") or test.key), origin)
        if description := test.node.values.text("description"):
            said.state(metric, DCT.description, text(description), origin)
        subject = column.iri if column is not None else model.dataset
        said.state(metric, DCT.subject, subject, origin)
        if (kind := KINDS.get(test.kind)) is not None:
            said.state(metric, SKOS.broadMatch, kind, origin)
        unit = _unit(model, test)
        _state_objective(model, test, metric, unit, origin)
        if results.document is not None:
            unmeasured += _state_result(model, test, metric, unit, results)
    if unmeasured:
        said.notice(
            "incomplete",
            Severity.INFO,
            f"{len(unmeasured)} of {len(held)} tests measured nothing: {some(unmeasured)}",
            model.origin,
            fix="run `dbt test` (or `dbt build`) without errors, and harvest its run_results.json",
            focus=model.port,
        )


def _state_objective(
    model: Model, test: DataTest, metric: Iri, unit: Iri | None, origin: Origin
) -> None:
    """State what the failing rows are held to, where the test fails by a threshold."""
    if (threshold := test.threshold()) is None:
        return
    said, (comparator, target) = model.said, threshold
    slo = Names.part(model.port, "slo", test.key)
    said.state(model.port, PM.slo, slo, origin)
    said.type(slo, PM.ServiceLevelObjective, origin)
    said.state(slo, PM.indicator, metric, origin)
    said.state(slo, PM.comparator, comparator, origin)
    said.state(slo, PM.target, number(target), origin)
    if unit is not None:
        said.state(slo, SDMX.unitMeasure, unit, origin)
    if (length := window(test.node.meta)) is not None:
        said.state(slo, PM.window, length, origin)
    elif test.node.meta.text("window"):
        _doubt(model, test, "window", "an ISO 8601 duration such as P1D")


def _unit(model: Model, test: DataTest) -> Iri | None:
    """What a test counts: rows, unless it works out something else, whose unit its `meta` says."""
    written = test.node.meta.text("unit")
    if written:
        if (unit := UNITS.get(written.lower())) is None:
            _doubt(model, test, "unit", "rows, percent or ratio")
        return unit
    counts = test.node.values.values("config").text("fail_calc") in {"", "count(*)"}
    return UNIT.NUM if counts else None


def _doubt(model: Model, test: DataTest, word: str, fix: str) -> None:
    written = test.node.meta.text(word)
    doubt(model, f"`meta.{word}` of the test {test.key[:80]} is {written[:40]!r}", f"write {fix}")


def _state_result(
    model: Model, test: DataTest, metric: Iri, unit: Iri | None, results: Results
) -> Iterator[str]:
    """State what a run measured; else yield the test and why it measured nothing."""
    said, result = model.said, results.of(test.node.id)
    if result is None or result.value is None or result.time is None:
        yield f"{test.key} ({result.status or 'no status' if result else 'not run'})"
        return
    measured = Names.part(model.port, "measurements", f"{test.key}@{result.at}")
    origin = result.origin
    said.type(measured, DQV.QualityMeasurement, origin)
    said.state(measured, DQV.computedOn, model.port, origin)
    said.state(measured, DQV.isMeasurementOf, metric, origin)
    said.state(measured, DQV.value, number(result.value), origin)
    said.state(measured, PROV.generatedAtTime, result.time, origin)
    if unit is not None:
        said.state(measured, SDMX.unitMeasure, unit, origin)
