"""What a figure was measured on, and how it is printed."""

import os
import platform
import sys
from collections.abc import Iterable
from pathlib import Path


def machine() -> str:
    """The class of machine: processors, memory, system, Python."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {total:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}"
    )


def resident() -> float:
    """The memory of this process that lies in RAM, in MiB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def table(title: str, head: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print a table in Markdown, under the machine that it was measured on."""
    print(f"\n## {title}\n\n{machine()}\n")
    columns = tuple(head)
    print(f"| {' | '.join(columns)} |")
    print(f"|{'---|' * len(columns)}")
    for row in rows:
        print(f"| {' | '.join(shown(cell) for cell in row)} |")
    sys.stdout.flush()


def shown(cell: object) -> str:
    """A figure with as many digits as it deserves."""
    if not isinstance(cell, float):
        return str(cell)
    return f"{cell:,.0f}" if cell >= 100 else f"{cell:.2g}" if cell < 10 else f"{cell:.1f}"
