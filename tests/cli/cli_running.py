"""Running the command in a process of its own, and where the example mesh lies."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def serving(
    home: Path, *more: str, **environment: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server in a process of its own, and its address once it is there."""
    started = subprocess.Popen(
        # A shell that runs the suite in the background has its children ignore Ctrl-C.
        [sys.executable, "-c",
         ("import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
          "from catalog_service.cli import main; main()"),
         "--home", str(home), "serve", "--port", "0", *more],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if not k.startswith("POLYSEME_")} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        assert started.stdout is not None
        line = started.stdout.readline()
        assert "serving revision" in line, started.communicate()[1]
        yield started, line.split(" on ")[1].split()[0]
    finally:
        if started.poll() is None:
            started.kill()
        started.communicate()
