"""Running the command in a process of its own, and where the example mesh lies."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
MESH = ROOT / "examples" / "media_mesh"
BROKEN = ROOT / "examples" / "broken"


@dataclass(frozen=True)
class Ran:
    """What a run left behind."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Ran]


def process(*arguments: str | Path, stdin: str = "", **environment: str) -> Ran:
    """The command in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("POLYSEME_")}
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from catalog_service.cli import main; main()",
            *map(str, arguments),
        ],
        cwd=ROOT,
        env=kept | environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
