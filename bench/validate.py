"""How long `polyseme validate` of one product takes, as a command: imports, mesh and verdict.

Bytecode is compiled first, and one run goes before the measured ones, so that the cache holds the
ontology and the standards, as it does on any machine but for the first time.
"""

import compileall
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median

from bench.machine import table

RUNS = 7
ROOT = Path(__file__).parents[1]
MESH = ROOT / "examples" / "media_mesh"
_REFERENCE = """
import sys
from catalog_service.governance import gate
gate.fast_available = lambda: False
from catalog_service.cli import main
main()
"""
"""The same command with pySHACL as the engine of its gate: every standard, the same products."""


def main() -> None:
    """Time the command on one product of the example mesh, and with pySHACL in its gate."""
    for folder in ("catalog_service", "harvesters"):
        compileall.compile_dir(ROOT / folder, quiet=2)
    product, decisions = MESH / "users", MESH / "governance"
    polyseme = [sys.executable, "-c", "from catalog_service.cli import main; main()"]
    with tempfile.TemporaryDirectory() as folder:
        cache = {"POLYSEME_CACHE": str(Path(folder) / "cache")}
        home = ("--home", str(Path(folder) / "home"))
        cold = timed([*polyseme, *home, "validate", str(product), str(decisions)], cache, runs=1)
        rows = [
            (name, *timed([*polyseme, *home, *arguments], cache))
            for name, arguments in (
                ("version", ["version"]),
                ("validate, product and decisions", ["validate", str(product), str(decisions)]),
                (
                    "validate --against the decisions",
                    ["validate", str(product), "--against", str(decisions)],
                ),
            )
        ]
        reference = timed(
            [sys.executable, "-c", _REFERENCE, *home, "validate", str(product), str(decisions)],
            cache,
            runs=3,
        )
    rows += [("validate, with an empty cache", *cold), ("validate, pySHACL as engine", *reference)]
    table(
        "One product validated by a command, imports included",
        ("command", "wall s (median)", "processor s (median)", "wall with pySHACL / this"),
        [(name, wall, processor, reference[0] / wall) for name, wall, processor in rows],
    )


def timed(
    command: list[str], environment: dict[str, str], *, runs: int = RUNS
) -> tuple[float, float]:
    """Wall-clock and processor time of a command, in seconds, as medians.

    The processor's time tells what a quiet machine would take, also where this one is not quiet.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def once() -> tuple[float, float]:
        before = getrusage(RUSAGE_CHILDREN)
        started = time.perf_counter()
        subprocess.run(command, env=kept | environment, check=True, capture_output=True)
        wall = time.perf_counter() - started
        after = getrusage(RUSAGE_CHILDREN)
        spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        return wall, spent

    walls, processors = zip(*(once() for _ in range(runs)), strict=True)
    return median(walls), median(processors)


if __name__ == "__main__":
    main()
