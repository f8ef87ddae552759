"""Reading the pages: their fenced blocks, the commands in them, and what a block shows."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "examples").glob("*/README.md")),
]
REFERENCE = ROOT / "docs" / "reference"
_FENCE = re.compile(r"```(\w*) ?(.*)")


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@dataclass(frozen=True)
class Block:
    """A fenced block; `about` is what its first line says after the language."""

    page: str
    line: int
    language: str
    about: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Command:
    """A command, what the page shows as its output, and the exit code it is to end with."""

    text: str
    shown: str = ""
    exit: int = 0


def blocks(page: Path) -> Iterator[Block]:
    begun: tuple[int, re.Match[str]] | None = None
    held: list[str] = []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        fence = _FENCE.fullmatch(line)
        if begun is None and fence is not None:
            begun, held = (number, fence), []
        elif begun is not None and line == "```":
            at, opening = begun
            text = "".join(f"{each}\n" for each in held)
            yield Block(named(page), at, opening[1], opening[2], text)
            begun = None
        else:
            held.append(line)
    assert begun is None, f"{named(page)} has a block without an end"


def commands(block: Block) -> Iterator[Command]:
    """The commands of a block: after a `$` and with their output, or in `sh` one after the other."""
    code = int(told[1]) if (told := re.fullmatch(r"exit=(\d)", block.about)) else 0
    lines = block.text.splitlines()
    while lines:
        first = lines.pop(0)
        if block.language == "console":
            assert first.startswith("$ "), f"{block.place}: {first!r} is the output of no command"
        text = first.removeprefix("$ ")
        while not _whole(text):
            text += f"\n{lines.pop(0)}"
        shown = []
        while block.language == "console" and lines and not lines[0].startswith("$ "):
            shown.append(f"{lines.pop(0)}\n")
        yield Command(text, "".join(shown).strip("\n"), code)


def _whole(text: str) -> bool:
    try:
        shlex.split(text, comments=True)
    except ValueError:
        return False
    return not text.endswith("\\")


def bare(command: str) -> str:
    """A command without the remark behind it."""
    return re.sub(r"\s+# .*", "", command)


def pattern(shown: str) -> str:
    """What a page shows, as a pattern: `…` is anything in a line, and alone any number of lines."""
    lines = [
        r"(?:.*\n)*" if line.strip() == "…" else r".*".join(map(re.escape, line.split("…"))) + r"\n"
        for line in shown.splitlines()
    ]
    return "".join(lines)


def fits(shown: str, printed: str) -> bool:
    """True where what was printed is what the page shows."""
    text = "".join(f"{line.rstrip()}\n" for line in printed.strip("\n").splitlines())
    return re.fullmatch(pattern(shown), text) is not None


def alike(shown: object, told: object) -> bool:
    """The same for JSON, in which a text may hold a `…`."""
    if isinstance(shown, dict) and isinstance(told, dict):
        return shown.keys() == told.keys() and all(alike(shown[key], told[key]) for key in shown)
    if isinstance(shown, list) and isinstance(told, list):
        return len(shown) == len(told) and all(map(alike, shown, told))
    if isinstance(shown, str) and isinstance(told, str):
        return fits(shown, told)
    return shown == told
