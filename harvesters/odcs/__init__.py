"""The harvester of data contracts in the Open Data Contract Standard (ODCS), 2.2.0 and later."""

import re
from collections.abc import Iterator

from catalog_service.errors import Unreadable
from catalog_service.harvesting import Document, Faulty, Harvested, Mapping, Sequence, Source
from harvesters.odcs.mapping import harvested

__all__ = ["OdcsHarvester"]

_SIGNS = re.compile(
    r"""["']?kind["']?\s*:\s*["']?DataContract\b"""
    r"""|^["']?(?:quantumName|datasetName|dataset)["']?\s*:"""
    r"""|["'](?:quantumName|datasetName|dataset)["']\s*:"""
    r"""|^schema\s*:|^-\s+table\s*:""",
    re.MULTILINE,
)
"""What some line of a contract says: looked for first, since most files are none."""


class OdcsHarvester:
    """Reads data contracts in the Open Data Contract Standard."""

    kind = "odcs"
    patterns = ("*.yaml", "*.yml", "*.json")
    marks = ("DataContract", "quantumName", "datasetName", "logicalType", "physicalType")

    def recognises(self, document: Document) -> bool:
        """True of a data contract: by its `kind`, or by keys that only contracts have."""
        if not _SIGNS.search(document.text()):
            return False
        node = document.yaml()
        return _says_so(node) or _is_version_2(node) or _is_unmarked(node)

    def harvest(self, source: Source) -> Iterator[Harvested | Faulty]:
        """One product for each contract, or why there is none."""
        for document in source.documents():
            try:
                yield harvested(document, source.names)
            except Unreadable as fault:
                yield Faulty.of(document, fault)


def _says_so(node: Mapping) -> bool:
    return _word(node, "kind") == "DataContract" and "/" not in _word(node, "apiVersion")


def _is_version_2(node: Mapping) -> bool:
    return "uuid" in node and any(k in node for k in ("dataset", "datasetName", "quantumName"))


def _is_unmarked(node: Mapping) -> bool:
    """True of a contract without `kind`: it has an id, and a schema of objects with properties."""
    schema = node.entries.get("schema")
    return (
        "kind" not in node
        and "id" in node
        and isinstance(schema, Sequence)
        and any(isinstance(item, Mapping) and "properties" in item for item in schema)
    )


def _word(node: Mapping, key: str) -> str:
    found = node.entries.get(key)
    return getattr(found, "text", "")
