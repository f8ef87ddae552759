"""Reads measurements of quality: DQV in Turtle or JSON-LD, from whoever measures the mesh.

What was measured belongs to a product that somebody else publishes. So a file states no product,
only observed facts about parts of products.
"""

from collections.abc import Iterator

from catalog_service.errors import LimitExceeded, Unreadable
from catalog_service.harvesting import Document, Faulty, Harvested, Source
from catalog_service.terms import DQV
from harvesters.dqv.linked import facts as linked
from harvesters.dqv.mapping import stated
from harvesters.dqv.places import facts as turtle


class DqvHarvester:
    """Reads measurements in the Data Quality Vocabulary."""

    kind = "dqv"
    patterns = ("*.ttl", "*.jsonld", "*.json")
    marks = (DQV.base,)

    def recognises(self, document: Document) -> bool:
        """True for a file that states measurements, and neither a product nor a decision."""
        text = document.text()
        return (
            DQV.base in text
            and any(name in text for name in ("isMeasurementOf", "QualityMeasurement"))
            and not any(name in text for name in ("DataProduct", "Decision"))
        )

    def harvest(self, source: Source) -> Iterator[Harvested | Faulty]:
        """The measurements, one part for each thing that was measured."""
        for document in source.documents():
            try:
                read = turtle if document.file.suffix.lower() == ".ttl" else linked
                yield from stated(read(document, source.names.base), document)
            except Unreadable as fault:
                yield Faulty.of(document, fault)
            except LimitExceeded as fault:
                yield Faulty(document.origin, fault.message, fault.hint)
