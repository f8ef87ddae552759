"""One exposed model while it is being read: its port, its dataset, its columns."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from catalog_service.domain.rdf import Origin
from catalog_service.harvesting import Names, Statements
from catalog_service.terms import Iri
from harvesters.dbt.artifacts import Values
from harvesters.dbt.catalog import Catalog
from harvesters.dbt.lineage import Lineage
from harvesters.dbt.manifest import Manifest, Node, merged


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an exposed model.

    Args:
        iri: its name in the graph.
        name: as the model's author spells it; else as the warehouse, or the SQL does.
        values: what the manifest says of it; empty where the author says nothing.
        meta: its `meta`, from both places where dbt keeps it.
        type: its SQL type; empty where nobody says.
        absent: True where it is described, and the table in the warehouse has no such column.
        origin: where it is described, or where it was found.
    """

    iri: Iri
    name: str
    values: Values
    meta: Values
    type: str
    absent: bool
    origin: Origin


@dataclass(slots=True)
class Model:
    """What the parts of the mapping hand to each other."""

    manifest: Manifest
    node: Node
    names: Names
    product: Iri
    said: Statements
    columns: dict[str, Column] = field(default_factory=dict)

    @property
    def dataset(self) -> Iri:
        """The dataset that the model makes."""
        return dataset_of(self.product, self.node)

    @property
    def port(self) -> Iri:
        """The output port that serves it."""
        return self.names.part(self.product, "ports", self.node.name)

    @property
    def origin(self) -> Origin:
        """Where the model is described."""
        return self.manifest.where(self.node)

    def column(self, name: str) -> Column | None:
        """The column of that name, whatever its case."""
        return self.columns.get(name) or next(
            (c for key, c in self.columns.items() if key.casefold() == name.casefold()), None
        )


def some(names: list[str], most: int = 8) -> str:
    """The first of some names, and how many more there are."""
    shown = ", ".join(f"`{name[:120]}`" for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def dataset_of(product: Iri, node: Node) -> Iri:
    """The dataset that an exposed node makes."""
    return Names.part(product, "datasets", node.name)


def columns_of(
    manifest: Manifest, node: Node, dataset: Iri, catalog: Catalog, lineage: Lineage
) -> Iterator[Column]:
    """The columns of a node: those that are described, then what else lies in the warehouse.

    Where the warehouse was not looked at, what the SQL selects completes them.
    """
    stored = {column.name: column for column in catalog.columns(node.id)}
    folded = {name.casefold(): column for name, column in stored.items()}
    seen: set[str] = set()
    for key, values in node.values.values("columns").each():
        name = values.text("name") or key
        found = stored.get(name) or folded.get(name.casefold())
        seen |= {name.casefold(), found.name.casefold() if found else ""}
        kind = values.text("data_type") or (found.type if found else "")
        iri = Names.part(dataset, "columns", name)
        origin = manifest.places.column(node.id, name, node.code)
        absent = bool(stored) and found is None
        yield Column(iri, name, values, merged(values), kind, absent, origin)
    rest = [(c.name, c.type, c.origin) for c in stored.values()] or [
        (name, "", manifest.places.node(node.id, node.code)) for name in lineage.columns(node)
    ]
    for name, kind, origin in rest:
        if name.casefold() not in seen:
            iri = Names.part(dataset, "columns", name)
            yield Column(iri, name, Values({}), Values({}), kind, absent=False, origin=origin)
