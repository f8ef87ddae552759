"""Where a measurement without a name stands in a Turtle text: at the statement that says the same.

Probes write measurements as blank nodes, and the parser gives those names that no line holds.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from catalog_service.domain.rdf import Fact, Literal, Origin, Term
from catalog_service.harvesting import Document
from catalog_service.harvesting.turtle import facts as read


def facts(document: Document, base: str) -> tuple[Fact, ...]:
    """The triples of a Turtle document with their places, those of nameless subjects among them.

    Raises:
        Unreadable: it does not parse.
        LimitExceeded: it nests deeper than the parser bears.
    """
    found = read(document, base)
    nameless: dict[str, set[str]] = defaultdict(set)
    for (subject, _, value), origin in found:
        if not origin.line:
            nameless[subject].add(_token(value))
    if not nameless:
        return found
    blocks = list(_blocks(document.text()))
    lines = {subject: _line(tokens, blocks) for subject, tokens in nameless.items()}
    return tuple(
        fact if fact.origin.line else Fact(fact.triple, Origin(document.name, lines[fact[0][0]]))
        for fact in found
    )


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """The statements of a text, each with the line where it begins."""
    start, told = 0, ""
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.split(" #", 1)[0].strip()
        if not bare or bare.startswith(("#", "@", "PREFIX", "BASE")):
            continue
        start = start or number
        told += bare + "\n"
        if bare.endswith("."):
            yield start, told
            start, told = 0, ""


def _line(tokens: set[str], blocks: Sequence[tuple[int, str]]) -> int:
    """The line of the first statement that holds all of some texts; the first where none does."""
    return next((line for line, told in blocks if all(t in told for t in tokens)), 1)


def _token(value: Term) -> str:
    """What a text holds of a term, whether it is written in full or with a prefix."""
    return value.lexical if isinstance(value, Literal) else re.split(r"[/:#]", value)[-1]
