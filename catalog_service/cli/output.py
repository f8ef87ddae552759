"""Writing for people and for programs: results to stdout, everything else to stderr."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

FORMAT_VERSION = 1
_UNSEEN = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}
_UNSEEN |= {code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
del _UNSEEN[ord("\n")], _UNSEEN[ord("\t")]


def plain(text: str) -> str:
    """Text that can steer no terminal: control characters are written out, not sent."""
    return text.translate(_UNSEEN)


class Output:
    """Where one run writes.

    Args:
        quiet: leave out what is not a result.
        color: False for no colours at all; otherwise the terminal and `NO_COLOR` decide.
        into: where results go; stdout unless given.
    """

    def __init__(
        self, *, quiet: bool = False, color: bool = True, into: TextIO | None = None
    ) -> None:
        self.quiet = quiet
        self._color = color
        self._into = into
        self._consoles: dict[bool, Console] = {}

    def line(self, *parts: str | tuple[str, str]) -> None:
        """One line of the result; a part may come with a style: `("violation", "bold red")`."""
        self._print(parts, aside=False)

    def note(self, *parts: str | tuple[str, str]) -> None:
        """One line to stderr that is not part of the result."""
        if not self.quiet:
            self._print(parts, aside=True)

    def table(self, rows: Iterable[Sequence[str]], *, head: Sequence[str] = ()) -> None:
        """Rows in columns that line up; nothing is cut."""
        from rich.cells import cell_len  # noqa: PLC0415 - a table is not always printed

        body = [[plain(cell).replace("\n", " ") for cell in row] for row in rows]
        lines = [list(head), *body] if head and body else body
        widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
        for number, row in enumerate(lines):
            padded = [c + " " * (w - cell_len(c)) for c, w in zip(row, widths, strict=True)]
            text = "  ".join(padded).rstrip()
            self.line((text, "bold")) if head and number == 0 else self.line(text)

    def json(self, told: dict[str, Any]) -> None:
        """The result as one JSON object, with the version of its form first."""
        record = {"format_version": FORMAT_VERSION, **told}
        print(json.dumps(record, indent=2, ensure_ascii=False), file=self._into)

    def raw(self, data: bytes) -> None:
        """The result in a format of its own."""
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()

    @contextmanager
    def busy(self, doing: str) -> Iterator[None]:
        """Show that something is being done, on a terminal only."""
        if self.quiet or not sys.stderr.isatty():
            yield
            return
        with self._console(aside=True).status(doing):
            yield

    def _print(self, parts: Iterable[str | tuple[str, str]], *, aside: bool) -> None:
        stream = sys.stderr if aside else self._into or sys.stdout
        if not stream.isatty():
            print("".join(plain(p if isinstance(p, str) else p[0]) for p in parts), file=stream)
            return
        self._console(aside=aside).print(_styled(parts), soft_wrap=True)

    def _console(self, *, aside: bool) -> "Console":
        if aside not in self._consoles:
            from rich.console import Console  # noqa: PLC0415 - not needed off a terminal

            self._consoles[aside] = Console(
                stderr=aside,
                no_color=None if self._color else True,
                highlight=False,
                markup=False,
                emoji=False,
            )
        return self._consoles[aside]


def _styled(parts: Iterable[str | tuple[str, str]]) -> "Text":
    from rich.text import Text  # noqa: PLC0415 - not needed off a terminal

    return Text.assemble(*(plain(p) if isinstance(p, str) else (plain(p[0]), p[1]) for p in parts))
