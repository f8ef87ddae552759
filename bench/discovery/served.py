"""What is measured over HTTP: the whole server, with a token, over one connection that is kept."""

import http.client
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.discovery import questions
from bench.discovery.figures import taken

ROUNDS = 1_000
WARMING = 100
_TICKS = os.sysconf("SC_CLK_TCK")


def measured(home: Path, size: int) -> dict[str, Any]:
    """Every figure of one mesh that is served."""
    token = secrets.token_urlsafe()
    begun = time.perf_counter()
    with _served(home, token) as (process, port):
        ready = time.perf_counter() - begun
        asker = Asker(port, token)
        products = questions.products(ROUNDS + WARMING, size, seed=23)
        pages = [partial(asker.graphql, questions.PAGE, {"iri": iri}) for iri in products]
        points = [partial(asker.sparql, questions.POINT.replace("ID", iri)) for iri in products]
        words = questions.texts(300, size, seed=29)
        searches = [partial(asker.graphql, questions.SEARCH, {"text": w}) for w in words]
        live = [asker.live] * (ROUNDS + WARMING)
        told: dict[str, Any] = {"ready": ready}
        for name, asks in (
            ("live", live),
            ("product page", pages),
            ("sparql", points),
            ("search over HTTP", searches),
        ):
            taken(asks[:WARMING])
            cpu = _processor(process)
            told[name] = taken(asks[WARMING:])
            told[name]["server cpu"] = (_processor(process) - cpu) / len(asks[WARMING:])
        told["memory"] = {str(pid): _resident(pid) for pid in _family(process)}
        return told


class Asker:
    """One connection to the server."""

    def __init__(self, port: int, token: str) -> None:
        self._link = http.client.HTTPConnection("127.0.0.1", port)
        self._headers = {"Authorization": f"Bearer {token}"}

    def live(self) -> None:
        """A request that asks nothing."""
        self._asked("GET", "/health/live")

    def sparql(self, query: str) -> Any:  # noqa: ANN401 - any JSON
        """The rows of a query."""
        found = json.loads(self._asked("GET", f"/sparql?query={quote(query)}"))
        if not found["results"]["bindings"]:
            sys.exit(f"nothing was found: {query}")
        return found

    def graphql(self, query: str, variables: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON
        """The data of a query."""
        body = json.dumps({"query": query, "variables": variables})
        found = json.loads(self._asked("POST", "/graphql", body))
        if found.get("errors") or None in found["data"].values():
            sys.exit(f"{found} was answered to {variables}")
        return found["data"]

    def _asked(self, method: str, path: str, body: str = "") -> bytes:
        headers = self._headers | ({"Content-Type": "application/json"} if body else {})
        self._link.request(method, path, body or None, headers)
        answer = self._link.getresponse()
        told = answer.read()
        if answer.status != http.client.OK:
            sys.exit(f"{path[:80]} was answered {answer.status}: {told[:500]!r}")
        return told


@contextmanager
def _served(home: Path, token: str) -> Iterator[tuple[int, int]]:
    """The process and the port of a server that is ready."""
    port = 18_000 + int(time.time()) % 10_000
    polyseme = [str(Path(sys.executable).with_name("polyseme")), "--home", str(home), "-q"]
    server = subprocess.Popen(
        [*polyseme, "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "POLYSEME_TOKEN": token},
    )
    try:
        until = time.monotonic() + 3600
        while time.monotonic() < until and server.poll() is None:
            link = http.client.HTTPConnection("127.0.0.1", port)
            try:
                link.request("GET", "/health/ready")
                if link.getresponse().status == http.client.OK:
                    break
            except OSError:
                time.sleep(0.1)
        else:
            sys.exit("the server did not answer within an hour")
        yield server.pid, port
    finally:
        server.terminate()
        server.wait(60)


def _processor(pid: int) -> float:
    """The ms of processor time that a process and its children have taken."""
    total = 0
    for one in _family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS * 1000


def _resident(pid: int) -> float:
    """The MiB that a process holds in RAM and shares with none."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _family(pid: int) -> list[int]:
    """A process and all that it has begun."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for task in Path(f"/proc/{pid}/task").iterdir():
        children += (task / "children").read_text().split()
    return [pid, *(each for child in dict.fromkeys(children) for each in _family(int(child)))]


if __name__ == "__main__":
    print(json.dumps(measured(Path(sys.argv[1]), int(sys.argv[2]))))
