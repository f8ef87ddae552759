"""What the warehouse says of the tables: their columns and types, from `catalog.json`."""

from dataclasses import dataclass

from catalog_service.domain.rdf import Origin
from catalog_service.harvesting import Document
from harvesters.dbt.artifacts import Values, load
from harvesters.dbt.places import Text


@dataclass(frozen=True, slots=True)
class Stored:
    """A column as it lies in the warehouse."""

    name: str
    type: str
    origin: Origin


class Catalog:
    """The tables that `dbt docs generate` found in the warehouse.

    Args:
        document: the `catalog.json`; None where there is none, and then no table is known.

    Raises:
        Unreadable: it does not parse.
    """

    def __init__(self, document: Document | None) -> None:
        self.document = document
        self._text = Text(document) if document is not None else None
        self.values = Values(load(document) if document is not None else {})
        self._tables = {
            key: table
            for part in ("nodes", "sources")
            for key, table in self.values.values(part).each()
        }

    def columns(self, unique_id: str) -> list[Stored]:
        """The columns of a node's table, in their order; none where the table is not there."""
        table = self._tables.get(unique_id)
        if table is None or self._text is None:
            return []
        found = sorted(
            table.values("columns").each(), key=lambda column: column[1].number("index") or 0
        )
        return [
            Stored(
                values.text("name") or name,
                values.text("type"),
                self._text.column(unique_id, name),
            )
            for name, values in found
        ]
