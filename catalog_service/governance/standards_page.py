"""The page that lists the standards by group, `shapes/README.md`, made from the shapes.

`python -m catalog_service.governance.standards_page FILE` writes it; a test holds it up to date.
"""

import sys
from itertools import groupby
from pathlib import Path

from catalog_service.bundled import folder
from catalog_service.governance.standards import GROUPS, Standard, Standards, load

_HEAD = """\
# Standards

What every product of the mesh is held to, one folder for each standard. This page is made from the
shapes by `make docs`; change them, not it.

A folder holds `shape.ttl` (the standard in SHACL: what it asks, why, and what to do), the smallest
graphs that meet it (`conforms.*.ttl`) and, for each way to fail, the smallest that does not
(`violates.*.ttl`). A violation blocks publishing, a warning is told, an info feeds a backlog. The
gate is the first one that can decide the standard; later gates run it as well. From a standard
marked † no waiver excuses anybody.

`polyseme explain NAME` shows one of them; the short id will do as a name.
"""
_TABLE = "| Id | Standard | Asks | Severity | Gate |\n|---|---|---|---|---|\n"


def page(standards: Standards) -> str:
    """The page, in Markdown."""
    parts = [_HEAD]
    for group, members in groupby(standards, key=lambda standard: standard.group):
        rows = "".join(_row(standard) for standard in members)
        parts.append(f"\n## {GROUPS[group]}\n\n{_TABLE}{rows}")
    return "".join(parts)


def _row(standard: Standard) -> str:
    mark = "" if standard.waivable else " †"
    severity = standard.severity.value
    if standard.becomes_violation_on is not None:
        severity += f", a violation from {standard.becomes_violation_on}"
    cells = (
        f"{standard.identifier}{mark}",
        f"[`{standard.name}`]({standard.name}/shape.ttl)",
        standard.label,
        severity,
        standard.gate.name.lower(),
    )
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |\n"


def main(arguments: list[str]) -> None:
    """Write the page to the file that is named, or to the standard output."""
    text = page(load(folder("shapes")))
    if arguments:
        Path(arguments[0]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
