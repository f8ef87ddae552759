"""What harvester authors import: the documents they read, and the statements they give back."""

from catalog_service.harvesting.contract import (
    Faulty,
    Harvested,
    Harvester,
    Names,
    Reference,
    Refers,
    Source,
    Statements,
    segment,
)
from catalog_service.harvesting.documents import Document
from catalog_service.harvesting.nodes import Mapping, Node, Scalar, Sequence, plain

__all__ = [
    "Document",
    "Faulty",
    "Harvested",
    "Harvester",
    "Mapping",
    "Names",
    "Node",
    "Reference",
    "Refers",
    "Scalar",
    "Sequence",
    "Source",
    "Statements",
    "plain",
    "segment",
]
