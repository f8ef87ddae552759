"""What lies around every case, and how much of it the shapes can come to from one of them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catalog_service.governance.reading import Reading

_PLAIN = re.compile(r'<[^>]*>|"[^"\\]*"')
"""A term that is written in one way only, whoever writes it."""


class Surroundings:
    """Lines of N-Triples that lie around every case.

    Args:
        lines: the lines, without their ends.
        reading: what the shapes can read.
        named: the IRIs that the shapes name, which they may begin at.
    """

    def __init__(self, lines: Iterable[str], reading: Reading, named: Iterable[str]) -> None:
        self._about: dict[str, str] = {}
        self._values: dict[str, set[str]] = {}
        self._pointing: dict[str, set[str]] = defaultdict(set)
        self._by: dict[str, set[str]] = defaultdict(set)
        self._always: frozenset[str] = frozenset()
        always = {f"<{name}>" for name in named}
        told: dict[str, list[str]] = defaultdict(list)
        for line in dict.fromkeys(lines):
            subject, predicate, value = _parts(line)
            told[subject].append(line)
            self._by[subject].add(predicate)
            self._values.setdefault(subject, set()).add(value)
            loose = predicate[1:-1] in reading.anywhere
            if predicate[1:-1] in reading.backward:
                self._pointing[value].add(subject)
                loose = loose or _PLAIN.fullmatch(value) is None
            if loose or reading.whole:
                always |= {subject, value}
        for subject, some in told.items():
            self._about[subject] = "".join(f"{line}\n" for line in some)
        self._always = frozenset(self._reached(always))
        self._common = Seen(self._text(self._always), self._properties(self._always))

    def seen_from(self, terms: Iterable[str]) -> "Seen":
        """What shapes can come to from a graph, with what they can come to from any.

        Args:
            terms: the subjects and objects of the graph, as N-Triples has them.
        """
        common, found = self._common, sorted(self._reached(terms))
        if not found:
            return common
        more = self._properties(found) - common.properties
        return Seen(
            common.text + self._text(found), common.properties | more if more else common.properties
        )

    def _properties(self, terms: Iterable[str]) -> frozenset[str]:
        return frozenset[str]().union(*(self._by[term] for term in terms if term in self._about))

    def _text(self, terms: Iterable[str]) -> str:
        return "".join(self._about[term] for term in terms if term in self._about)

    def _reached(self, terms: Iterable[str]) -> set[str]:
        """The subjects that can be come to from these terms, but for those that always can."""
        waiting = [t for t in terms if t in self._about or t in self._pointing]
        seen = set(waiting)
        while waiting:
            term = waiting.pop()
            for other in self._beyond(term):
                if other not in seen and (other in self._about or other in self._pointing):
                    seen.add(other)
                    waiting.append(other)
        return seen - self._always

    def _beyond(self, term: str) -> Iterator[str]:
        yield from self._values.get(term, ())
        yield from self._pointing.get(term, ())


@dataclass(frozen=True, slots=True)
class Seen:
    """What can be seen of what lies around.

    Args:
        text: its lines, with their ends.
        properties: the properties in them, as they are written.
    """

    text: str
    properties: frozenset[str]


def _parts(line: str) -> tuple[str, str, str]:
    subject, predicate, rest = line.split(" ", 2)
    return subject, predicate, rest.removesuffix(".").rstrip(" ")
