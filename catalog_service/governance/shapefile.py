"""One Turtle file of shapes, and the line on which each thing in it stands."""

import re
from dataclasses import dataclass
from pathlib import Path

import rdflib
from rdflib.exceptions import ParserError
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from catalog_service.errors import Misconfigured


@dataclass(frozen=True)
class ShapeFile:
    """A file that was read.

    Args:
        name: what it is called in messages, such as `shapes/owner-named/shape.ttl`.
        text: what it says.
        graph: the same as triples.
    """

    name: str
    text: str
    graph: rdflib.Graph

    @classmethod
    def read(cls, path: Path) -> "ShapeFile":
        """The file at `path`.

        Raises:
            Misconfigured: there is none, or it is not Turtle.
        """
        name = "/".join(path.parts[-3:] if path.name == "shape.ttl" else path.parts[-2:])
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            raise Misconfigured(
                f"{name} cannot be read: {fault}", hint="put a UTF-8 Turtle file there"
            ) from fault
        graph = rdflib.Graph(bind_namespaces="none")
        try:
            graph.parse(data=text, format="turtle", publicID="https://w3id.org/polyseme/")
        except BadSyntax as fault:
            raise Misconfigured(
                f"{name}:{fault.lines + 1}: this is not Turtle: {fault.message}",
                hint="mend the syntax there",
            ) from fault
        except (ParserError, ValueError) as fault:
            raise Misconfigured(
                f"{name}: this is not Turtle: {fault}", hint="mend the syntax"
            ) from fault
        return cls(name, text, graph)

    def refused(self, message: str, at: Node | str, *, hint: str, down: int = 0) -> Misconfigured:
        """The error that says what is wrong and on which line.

        Args:
            message: what is wrong.
            at: the term or the text that is at fault; the first line where it stands is named.
            hint: what to do.
            down: how many lines below that one the fault lies.
        """
        return Misconfigured(f"{self.name}:{self._line(at) + down}: {message}", hint=hint)

    def _line(self, at: Node | str) -> int:
        """The first line that holds `at`, 1 where none does."""
        for number, line in enumerate(self.text.splitlines(), start=1):
            if any(re.search(spelling, line) for spelling in self._spellings(at)):
                return number
        return 1

    def _spellings(self, at: Node | str) -> tuple[str, ...]:
        """How a term can be written in this file, as patterns."""
        if not isinstance(at, rdflib.URIRef):
            first = next((part.strip() for part in str(at).splitlines() if part.strip()), "")
            return (re.escape(first.replace("\\", "\\\\")), re.escape(first))
        short = [
            rf"(?<![\w:-]){re.escape(f'{prefix}:{at.removeprefix(base)}')}(?![\w-])"
            for prefix, base in self.graph.namespaces()
            if at.startswith(base)
        ]
        return (re.escape(f"<{at}>"), *short)
