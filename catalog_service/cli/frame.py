"""The line that a finding is about, as it stands in its file, with the place underlined."""

import re
from functools import cache
from itertools import islice
from pathlib import Path

from catalog_service.domain.rdf import Origin

_WIDTH = 100
_LONGEST_LINE = 1 << 16
_WORD = re.compile(r"\"[^\"]*\"|'[^']*'|\S+")
"""What is underlined from a column on: a quoted text, or up to the next space."""


def frame(place: Origin) -> list[str]:
    """The line at a place, cut to what fits, and a line that marks what stands at the column.

    Where the file ends before the place, as it does when a bracket is never closed, its last line
    is shown, and the end of that is marked.
    """
    found = _line(place.file, place.line) if place.file and place.line else None
    if found is None:
        return []
    number, line = found
    column = place.column if number == place.line else len(line) + 1
    start = max(0, column - _WIDTH * 3 // 4)
    shown = [f"{number:>7} | " + line[start : start + _WIDTH]]
    if column:
        word = _WORD.match(line, column - 1)
        length = len(word[0]) if word else 1
        room = start + _WIDTH - (column - 1)
        mark = "^" * max(1, min(length, room))
        shown.append(" " * 7 + " | " + " " * (column - 1 - start) + mark)
    return shown


@cache
def _line(file: str, number: int) -> tuple[int, str] | None:
    """A line with its number, or the last that says something where the file ends before it."""
    last: tuple[int, str] | None = None
    try:
        with Path(file).open(encoding="utf-8", errors="replace") as lines:
            for at, line in enumerate(islice(lines, number), start=1):
                if at == number or line.strip():
                    last = (at, line)
    except OSError:
        return None
    if last is None:
        return None
    return last[0], last[1][:_LONGEST_LINE].rstrip().replace("\t", " ")
