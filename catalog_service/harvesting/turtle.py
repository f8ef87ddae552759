"""Reading Turtle documents, each triple with the line where it stands."""

import re

from catalog_service.domain.rdf import Fact, Literal, Origin, Triple
from catalog_service.graph import parse
from catalog_service.harvesting.documents import Document

_PREFIX = re.compile(r"(?:@prefix|PREFIX)\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE)


def facts(document: Document, base: str) -> tuple[Fact, ...]:
    """The triples of a Turtle document, blank nodes given IRIs below `base`, with their places.

    The parser gives no places, so they are looked up in the text: the line of the object or, where
    that is not found, of the predicate or the subject.

    Raises:
        Unreadable: it does not parse.
        LimitExceeded: it nests deeper than the parser bears.
    """
    text = document.text()
    places = _Places(document.name, text)
    return tuple(Fact(triple, places.of(triple)) for triple in parse(text, "turtle", base=base))


class _Places:
    """Where the terms of a Turtle text stand."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.lines = text.split("\n")
        self.prefixes = dict(_PREFIX.findall(text))
        self.blocks: dict[str, tuple[int, int]] = {}
        self._index()

    def _index(self) -> None:
        """Note for each text that begins a line where its block begins and ends."""
        start: tuple[str, int] | None = None
        for number, line in enumerate(self.lines):
            bare = line.split(" #", 1)[0].rstrip()
            if not bare.strip() or bare.lstrip().startswith(("#", "@", "PREFIX", "BASE")):
                continue
            if start is None:
                start = (bare.split()[0], number)
            if bare.endswith("."):
                self.blocks.setdefault(start[0], (start[1], number))
                start = None
            elif " . " in bare:  # several statements on one line: each is its own block
                for statement in bare.split(" . "):
                    if statement.strip():
                        self.blocks.setdefault(statement.split()[0], (number, number))
                start = None

    def of(self, triple: Triple) -> Origin:
        """The place of a triple."""
        block = next(
            (self.blocks[token] for token in self._tokens(triple.subject) if token in self.blocks),
            None,
        )
        if block is None:
            return Origin(self.name)
        first, last = block
        predicate = {*self._tokens(triple.predicate)}
        if triple.predicate.endswith("#type"):
            predicate.add("a")
        value = (
            {triple.object.lexical.split("\n")[0]}
            if isinstance(triple.object, Literal)
            else {*self._tokens(triple.object)}
        )
        best = (first, 0)
        for number in range(first, last + 1):
            line = self.lines[number]
            at = next((at for token in predicate if (at := _found(line, token)) >= 0), -1)
            if at >= 0 and best == (first, 0):
                best = (number, at)
            if at >= 0 and any(text in line for text in value):
                return Origin(self.name, number + 1, at + 1)
        return Origin(self.name, best[0] + 1, best[1] + 1)

    def _tokens(self, iri: str) -> list[str]:
        """The ways in which the text may write an IRI."""
        written = [f"<{iri}>"]
        for prefix, base in self.prefixes.items():
            if base and iri.startswith(base):
                written.append(f"{prefix}:{iri.removeprefix(base)}")
        return written


def _found(line: str, token: str) -> int:
    """Where a token stands in a line as a word of its own; -1 where it does not."""
    found = re.search(rf"(?<![\w:/]){re.escape(token)}(?![\w:/])", line)
    return found.start() if found else -1
