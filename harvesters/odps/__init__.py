"""The harvester of descriptors in Bitol's Open Data Product Standard (ODPS), 0.9.0 and later.

"ODPS" is two standards. The other, the Open Data Product Specification of the Open Data Product
Initiative, is recognised so that its files are refused by name, and not read.
"""

import re
from collections.abc import Iterator

from catalog_service.errors import Unreadable
from catalog_service.harvesting import Document, Faulty, Harvested, Mapping, Source
from harvesters.odps.mapping import harvested

__all__ = ["OdpsHarvester"]

_SIGNS = re.compile(
    r"""["']?kind["']?\s*:\s*["']?DataProduct\b"""
    r"""|^managementPorts\s*:|["']managementPorts["']\s*:|opendataproducts\.org""",
    re.MULTILINE,
)
"""What some line of a descriptor says: looked for first, since most files are none."""


class OdpsHarvester:
    """Reads descriptors of data products in Bitol's Open Data Product Standard."""

    kind = "odps"
    patterns = ("*.yaml", "*.yml", "*.json")
    marks = ("DataProduct", "managementPorts", "opendataproducts.org")

    def recognises(self, document: Document) -> bool:
        """True of a descriptor by its `kind`, and of one that is meant for the other ODPS."""
        if not _SIGNS.search(document.text()):
            return False
        node = document.yaml()
        return _says_so(node) or is_other_standard(node) or _is_fragment(node)

    def harvest(self, source: Source) -> Iterator[Harvested | Faulty]:
        """One product for each descriptor, or why there is none."""
        for document in source.documents():
            try:
                node = document.yaml()
                yield _other(node) if is_other_standard(node) else harvested(node, source.names)
            except Unreadable as fault:
                yield Faulty.of(document, fault)


def is_other_standard(node: Mapping) -> bool:
    """True of a file of the Open Data Product Specification, which shares the abbreviation."""
    return "opendataproducts.org" in _word(node, "schema") or "opendataproducts.org" in _word(
        node, "$schema"
    )


def _other(node: Mapping) -> Faulty:
    version = _word(node, "version")
    return Faulty(
        node.where("schema"),
        f"this is the Open Data Product Specification {version}".rstrip()
        + ", not Bitol's Open Data Product Standard: it is not read",
        "describe the product with `kind: DataProduct` and `apiVersion: v1.0.0`",
    )


def _says_so(node: Mapping) -> bool:
    return _word(node, "kind") == "DataProduct" and "/" not in _word(node, "apiVersion")


def _is_fragment(node: Mapping) -> bool:
    """True of a descriptor without its head; only this standard has management ports at the top."""
    return "managementPorts" in node and "kind" not in node


def _word(node: Mapping, key: str) -> str:
    return getattr(node.entries.get(key), "text", "")
