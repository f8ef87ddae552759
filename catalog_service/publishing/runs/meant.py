"""What the datasets of runs are in the mesh: their places, columns and metrics, asked for once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from catalog_service.domain.runs import Dataset, Run
from catalog_service.graph import View, many, query
from catalog_service.publishing.runs.addresses import Addresses, Place
from catalog_service.terms import Iri

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of a product's own, such as a test of dbt, and what it counts in."""

    iri: Iri
    unit: Iri | None


class Meant:
    """The things of the mesh that runs speak of.

    Args:
        view: what is published.
        runs: the runs.
        addresses: the addresses of all datasets; read where they are not given.
    """

    def __init__(self, view: View, runs: Iterable[Run], addresses: Addresses | None = None) -> None:
        known = addresses or Addresses(view)
        named = {d.key: d for run in runs for d in (*run.inputs, *run.outputs, *_behind(run))}
        self._places = {key: known.find(dataset) for key, dataset in named.items()}
        found = sorted({place.dataset for place in self._places.values() if place is not None})
        self._columns: dict[Iri, dict[str, Iri]] = defaultdict(dict)
        self._metrics: dict[Iri, dict[str, Metric]] = defaultdict(dict)
        for start in range(0, len(found), _AT_ONCE):
            self._ask(view, found[start : start + _AT_ONCE])

    def place(self, dataset: Dataset) -> Place | None:
        """The dataset that is meant; None where none is known."""
        return self._places.get(dataset.key)

    def column(self, place: Place, name: str) -> Iri | None:
        """A column by its name, in whatever case it is written."""
        return self._columns[place.dataset].get(name.lower())

    def metric(self, place: Place, name: str) -> Metric | None:
        """A metric of the dataset or of one of its columns, by its name."""
        return self._metrics[place.dataset].get(name)

    def _ask(self, view: View, datasets: list[Iri]) -> None:
        twice: set[tuple[Iri, str]] = set()
        for row in view.select(many(query(__package__, "columns"), "dataset", datasets)):
            dataset, name = row.iri("dataset"), row.text("name").lower()
            if self._columns[dataset].setdefault(name, row.iri("column")) != row.iri("column"):
                twice.add((dataset, name))
        for dataset, name in twice:  # two columns that differ in case alone: neither is meant
            del self._columns[dataset][name]
        for row in view.select(many(query(__package__, "metrics"), "dataset", datasets)):
            unit = row.iri("unit") if "unit" in row else None
            known = self._metrics[row.iri("dataset")]
            known.setdefault(row.text("title"), Metric(row.iri("metric"), unit))


def _behind(run: Run) -> Iterable[Dataset]:
    """The datasets that only the lineage of columns names."""
    for output in run.outputs:
        for edge in column_edges(output):
            yield edge.source


class ColumnEdge(NamedTuple):
    """What the facet of column lineage tells of one column of an output.

    Args:
        name: the column.
        source: the dataset that it comes from.
        column: the column there.
        masked: True where every way in which it comes from there is said to mask it.
    """

    name: str
    source: Dataset
    column: str
    masked: bool


def column_edges(output: Dataset) -> Iterable[ColumnEdge]:
    """What the facet of column lineage tells.

    What is odd about the facet is left out: it is an addition to the event, and no part of it.
    """
    fields = output.facets.get("columnLineage", {}).get("fields")
    for name, told in fields.items() if isinstance(fields, dict) else ():
        sources = told.get("inputFields") if isinstance(told, dict) else None
        for source in sources if isinstance(sources, list) else ():
            if not isinstance(source, dict):
                continue
            parts = (source.get("namespace"), source.get("name"), source.get("field"))
            namespace, dataset, column = parts
            if isinstance(namespace, str) and isinstance(dataset, str) and isinstance(column, str):
                masked = _masked(source.get("transformations"), told.get("transformationType"))
                yield ColumnEdge(name, Dataset(namespace, dataset), column, masked)


def _masked(ways: object, kind: object) -> bool:
    """True where all that is said of how a column comes about masks it.

    Older events say it once for the column, and of all its sources.
    """
    if isinstance(ways, list) and ways:
        return all(isinstance(way, dict) and way.get("masking") is True for way in ways)
    return kind == "MASKED"
