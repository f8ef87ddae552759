"""Reading JSON-LD documents, of which nothing may be lost in silence.

Expansion drops a key that no context explains. So the keys are looked at before: one that means
nothing is refused. Contexts are read from the document and never fetched.
"""

import json
from collections.abc import Iterator
from typing import Any

from catalog_service.domain.rdf import Fact
from catalog_service.errors import Unreadable
from catalog_service.graph import parse
from catalog_service.harvesting.documents import Document


def facts(document: Document, base: str) -> tuple[Fact, ...]:
    """The triples of a JSON-LD document, blank nodes given IRIs below `base`.

    Raises:
        Unreadable: it is no JSON-LD, a key means nothing, or a context lies elsewhere.
        LimitExceeded: it nests deeper than the parser bears.
    """
    text = document.text()
    try:
        told = json.loads(text)
    except json.JSONDecodeError as fault:
        raise Unreadable(
            f"the JSON does not parse: {fault.msg}",
            line=fault.lineno,
            column=fault.colno,
            hint="mend the syntax there",
        ) from fault
    except RecursionError as fault:
        raise Unreadable("the JSON nests too deep", hint="write it flat, by @id") from fault
    known = set(_explained(told))
    lost = [key for key in _keys(told) if not key.startswith("@") and ":" not in key]
    for key in lost if "@vocab" not in known else ():
        if key not in known:
            raise Unreadable(
                f"the key {key!r} means nothing: no @context of the document explains it",
                line=_line(text, json.dumps(key, ensure_ascii=False)),
                hint="add it to the @context, or write it as a prefixed name or an IRI",
            )
    return tuple(Fact(triple, document.origin) for triple in parse(text, "jsonld", base=base))


def _line(text: str, word: str) -> int:
    """The line of a word, counted from 1; 0 where it is written otherwise."""
    at = text.find(word)
    return text.count("\n", 0, at) + 1 if at >= 0 else 0


def _explained(told: Any) -> Iterator[str]:  # noqa: ANN401 - whatever JSON holds
    """The terms that the contexts of a document explain."""
    for node in _objects(told):
        context = node.get("@context", ())
        for part in context if isinstance(context, list) else (context,):
            if isinstance(part, str):
                raise Unreadable(
                    f"the context {part!r} lies elsewhere, and none is fetched",
                    hint="write the context into the document",
                )
            if isinstance(part, dict):
                yield from part


def _keys(told: Any) -> Iterator[str]:  # noqa: ANN401
    for node in _objects(told):
        yield from node


def _objects(told: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """Every object of a document but the contexts and JSON literals."""
    waiting = [told]
    while waiting:
        here = waiting.pop()
        if isinstance(here, list):
            waiting.extend(here)
        elif isinstance(here, dict):
            yield here
            if here.get("@type") != "@json":
                waiting.extend(value for key, value in here.items() if key != "@context")
