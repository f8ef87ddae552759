"""The pages that are made from the code itself: `docs/reference/`, two READMEs, the schema.

`python -m catalog_service.cli.reference` (which is `make docs`) writes them into the checkout; a
test fails where one is behind.
"""

import inspect
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path

from pydantic.fields import FieldInfo
from rich.console import Console

from catalog_service.api import problems
from catalog_service.api.graphql import schema
from catalog_service.bundled import folder
from catalog_service.cli import exits
from catalog_service.cli.app import VERBS, app
from catalog_service.domain.findings import NOTICES, REMEDIES, Finding, Severity
from catalog_service.errors import CatalogError
from catalog_service.governance import standards_page, vocabulary_page
from catalog_service.governance.standards import load
from catalog_service.harvesting.registry import harvesters
from catalog_service.services.governance import usability_page
from catalog_service.settings import DEFAULT_BASE, Settings

ROOT = Path(__file__).resolve().parents[2]
_HOUSE = Path(__file__).resolve().parents[1]
_MADE = "This page is made from the code by `make docs`; change that, not it."
_WIDTH = 96
_AT_RUN = {
    "base_iri": f"`{DEFAULT_BASE}`",
    "cache": "`$XDG_CACHE_HOME/polyseme`, else `~/.cache/polyseme`",
    "publisher": "`polyseme`",
}
"""The defaults that are settled when they are needed, and differ from one machine to another."""


def pages() -> dict[str, str]:
    """Every page that is made, by its path in the checkout."""
    return {
        "docs/reference/commands.md": _commands(),
        "docs/reference/settings.md": _settings(),
        "docs/reference/errors.md": _errors(),
        "docs/reference/findings.md": _findings(),
        "docs/reference/harvesters.md": _harvesters(),
        "docs/reference/queries.md": _queries(),
        "docs/reference/scorecard.md": usability_page.page(),
        "ontology/README.md": vocabulary_page.page(),
        "shapes/README.md": standards_page.page(load(folder("shapes"))),
        schema.FILE.relative_to(ROOT).as_posix(): schema.text(),
    }


def main() -> None:
    """Write every page whose text has changed, and say which."""
    for name, text in pages().items():
        file = ROOT / name
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            print(f"wrote {name}")


def _commands() -> str:
    rows = (
        (exits.FINE, "All is well."),
        (exits.FINDINGS, "A finding weighs as much as `--fail-on` says, or more."),
        (exits.USAGE, "The command line, a setting or the question is wrong."),
        (exits.UNCHECKED, "Something could not be read or checked, or we are at fault."),
        (exits.INTERRUPTED, "It was interrupted (Ctrl-C)."),
        (exits.BROKEN_PIPE, "Whoever read the output had enough of it."),
    )
    return _page(
        "Commands",
        """
        Results go to stdout, everything else to stderr. `--format json` writes one object that
        begins with `format_version`. The options `--home`, `--format`, `--quiet`, `--verbose` and
        `--no-color` are the same for every verb.
        """,
        _table(("Exit code", "Says"), ((str(code), said) for code, said in rows)),
        *(f"## {verb}\n\n```text\n{_help(verb)}```\n" for verb in VERBS),
    )


def _help(verb: str) -> str:
    """What `polyseme VERB --help` prints, on a terminal of a fixed width and without colours."""
    written = io.StringIO()
    console = Console(file=written, width=_WIDTH, color_system=None, force_terminal=False)
    app.meta.help_print([verb], console=console)
    return "".join(f"{line.rstrip()}\n" for line in written.getvalue().strip().splitlines())


def _settings() -> str:
    rows = (
        (
            f"`{name}`",
            f"`POLYSEME_{name.upper()}`",
            _AT_RUN.get(name) or _default(field),
            _bounds(field),
            field.description or "",
        )
        for name, field in Settings.model_fields.items()
    )
    return _page(
        "Settings",
        """
        What a command is given by an option counts first, then the environment, then the nearest
        `polyseme.toml` (or `[tool.polyseme]` in a `pyproject.toml`) in or above the files it was
        given, else in or above the current folder, then the default. In a file, a setting has the
        name in the first column. A name that is not here is an error.
        """,
        _table(("Setting", "Environment variable", "Default", "Allowed", "Meaning"), rows),
    )


def _default(field: FieldInfo) -> str:
    if field.default is None or field.default == "":
        return "none"
    return f"`{field.get_default()}`"


def _bounds(field: FieldInfo) -> str:
    """The least and the most that a number may be."""
    signs = {"ge": "from", "gt": "above", "le": "to", "lt": "below"}
    said = [
        f"{word} {getattr(bound, sign)}"
        for bound in field.metadata
        for sign, word in signs.items()
        if hasattr(bound, sign)
    ]
    return " ".join(said)


def _errors() -> str:
    ours = (
        (
            "&emsp;" * depth + f"`{cls.__name__}`",
            f"`{error.slug}`",
            _told_by_http(cls),
            str(exits.of(error)),
            _first(cls),
        )
        for depth, cls in _below(CatalogError)
        for error in (cls("", **_wanted(cls)),)
    )
    alone = (
        (f"`{slug}`", str(code), meaning) for slug, (code, meaning) in problems.apart().items()
    )
    return _page(
        "Errors",
        """
        An error names the thing at fault and says what to do. The command line prints it and ends
        with the exit code; HTTP answers it as a problem (RFC 9457) whose `type` is `/problems/`
        and the name in the second column; GraphQL gives that name as `extensions.code`. That a
        product does not meet a standard is no error but a [finding](findings.md).
        """,
        _table(("Error", "Type", "HTTP", "Exit code", "Means"), ours),
        "A body that is too large is a `limit-exceeded` with status 413. What is answered with\n"
        "503 says in `Retry-After` when to try again.\n",
        "## Of HTTP alone\n",
        _table(("Type", "HTTP", "Means"), alone),
    )


def _below(cls: type[CatalogError], depth: int = 0) -> Iterator[tuple[int, type[CatalogError]]]:
    """The errors below a class, with how far below it each is; each before those below it."""
    for child in cls.__subclasses__():
        yield depth, child
        yield from _below(child, depth + 1)


def _wanted(cls: type[CatalogError]) -> dict[str, str]:
    """What an error of this class must be given beside its message."""
    parameters = inspect.signature(cls).parameters.values()
    return {p.name: "" for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is p.empty}


def _told_by_http(cls: type[CatalogError]) -> str:
    code = problems.status(cls)
    return f"{code} as `internal`" if code == problems.apart()["internal"][0] else str(code)


def _findings() -> str:
    meanings = dict(_arguments(Finding))
    stated = [(field.name, meanings[field.name]) for field in fields(Finding)]
    stated.append(("fingerprint", "what makes it the same finding in two revisions."))
    weights = (
        (f"`{Severity.VIOLATION}`", "Blocks: the product is not published."),
        (f"`{Severity.WARNING}`", "Is told. `validate --fail-on warning` fails on it."),
        (f"`{Severity.INFO}`", "Is told with `-v`, and always in JSON."),
    )
    return _page(
        "Findings",
        """
        One result of the gate, or of a reader, at one node. It has the same fields in the JSON of
        the command line and in GraphQL.
        """,
        _table(("Field", "Says"), ((f"`{name}`", said) for name, said in stated)),
        _table(("Severity", "What follows"), weights),
        "## Names that are no standard\n",
        "The standards are listed in [`shapes/`](../../shapes/README.md). What no shape can see\n"
        "has one of these names. Its severity says how much is lost.\n",
        _table(
            ("Name", "Means", "What to do"),
            ((f"`{name}`", said, REMEDIES[name]) for name, said in NOTICES.items()),
        ),
    )


def _arguments(cls: type) -> Iterator[tuple[str, str]]:
    """What the docstring of a class says of its arguments."""
    _, _, listed = inspect.cleandoc(cls.__doc__ or "").partition("Args:\n")
    for name, said in re.findall(r"^ {4}(\w+): (.+(?:\n {6,}.+)*)", listed, re.MULTILINE):
        yield name, " ".join(said.split())


def _harvesters() -> str:
    rows = (
        (
            f"[`{kind}`](../../harvesters/{kind}/README.md)",
            ", ".join(f"`{pattern}`" for pattern in harvester.patterns),
            _first(type(harvester)),
        )
        for kind, harvester in harvesters().items()
    )
    return _page(
        "Harvesters",
        """
        The kinds of file that are harvested. A file is known by what it says, among those whose
        names fit. `--kind` leaves out the other kinds.
        """,
        _table(("Kind", "Files", "What it does"), rows),
    )


def _queries() -> str:
    files = sorted(file.relative_to(_HOUSE).as_posix() for file in _HOUSE.rglob("*.rq"))
    rows = ((f"[`{name}`](../../catalog_service/{name})", _asks(_HOUSE / name)) for name in files)
    return _page(
        "Queries",
        """
        The questions that the code asks of the graph, one file each. All PREFIX lines stand in the
        file, so that it pastes into `polyseme query`. What the code asks about is a variable there,
        or a VALUES line of UNDEF.
        """,
        _table(("File", "Asks"), rows),
    )


def _asks(file: Path) -> str:
    return file.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def _first(cls: type) -> str:
    """The first sentence of what a class says of itself."""
    return " ".join(inspect.cleandoc(cls.__doc__ or "").partition("\n\n")[0].split())


def _page(title: str, *parts: str) -> str:
    """A page: its title, where it comes from, and its parts with a blank line between them."""
    head = (f"# {title}\n", f"{_MADE}\n")
    return "\n".join((*head, *(f"{inspect.cleandoc(part)}\n" for part in parts)))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    escaped = ([cell.replace("|", "&#124;") for cell in line] for line in lines)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in escaped)


if __name__ == "__main__":
    main()
