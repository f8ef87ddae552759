"""JSON-LD with places: each fact at the line where its measurement is named."""

import re

from catalog_service.domain.rdf import Fact, Origin
from catalog_service.harvesting import Document, jsonld


def facts(document: Document, base: str) -> tuple[Fact, ...]:
    """The triples of a JSON-LD document; one whose subject has no name stands at its first line.

    Raises:
        Unreadable: it is no JSON-LD, a key means nothing, or a context lies elsewhere.
        LimitExceeded: it nests deeper than the parser bears.
    """
    lines: dict[str, int] = {}
    for number, line in enumerate(document.text().split("\n"), 1):
        if '"@id"' in line:
            name = line.partition('"@id"')[2].partition('"')[2].partition('"')[0]
            lines.setdefault(_last(name), number)
    return tuple(
        Fact(triple, Origin(document.name, lines.get(_last(triple.subject), 1)))
        for triple, _ in jsonld.facts(document, base)
    )


def _last(name: str) -> str:
    """The last step of a name, the same whether it is written in full or with a prefix."""
    return re.split(r"[/:#]", name)[-1]
