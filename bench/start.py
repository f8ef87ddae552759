"""How long from the start of a process to its first answer, against rdflib over the same graph."""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median

from bench import mesh
from bench.machine import table
from catalog_service.bootstrap import build
from catalog_service.settings import Settings

RUNS = 5
_RDFLIB = """
import sys, rdflib
dataset = rdflib.Dataset(default_union=True)
dataset.parse(sys.argv[1], format="nquads")
found = dataset.query('SELECT ?p WHERE { ?p <http://purl.org/dc/terms/identifier> "p-7" }')
print(len(list(found)))
"""
_IDENTIFIER = "SELECT ?p WHERE { ?p <http://purl.org/dc/terms/identifier> 'p-7' }"


def main(products: int = 1_000) -> None:
    """Publish a mesh, then time commands and a server on it."""
    with tempfile.TemporaryDirectory() as folder:
        home, dump = Path(folder) / "home", Path(folder) / "dump.nq"
        mesh.write(Path(folder) / "mesh", products)
        with build(Settings(home=home, base_iri=mesh.BASE)) as catalog:
            catalog.publish(catalog.read([Path(folder) / "mesh"]))
            dump.write_bytes(b"".join(catalog.projection.contents()))
        polyseme = [str(Path(sys.executable).with_name("polyseme")), "--home", str(home)]
        rdflib = timed([sys.executable, "-c", _RDFLIB, str(dump)])
        rows = [
            ("polyseme version", timed([*polyseme, "version"])),
            ("polyseme search orders", timed([*polyseme, "search", "orders"])),
            ("polyseme query (SPARQL)", timed([*polyseme, "query", "-"], _IDENTIFIER)),
            (
                "polyseme serve, until GraphQL answers",
                median(served(polyseme) for _ in range(RUNS)),
            ),
        ]
    table(
        f"Process start to first answer, {products:,} products",
        ("command", "s (median of 5)", "rdflib, same graph and question, s", "ratio"),
        [(name, seconds, rdflib, rdflib / seconds) for name, seconds in rows],
    )


def timed(command: list[str], given: str = "") -> float:
    """The median wall-clock time of a command that succeeds, in seconds."""

    def once() -> float:
        started = time.perf_counter()
        subprocess.run(command, input=given, text=True, check=True, capture_output=True)
        return time.perf_counter() - started

    return median(once() for _ in range(RUNS))


def served(polyseme: list[str]) -> float:
    """Seconds from starting a server until it answers a question about a product."""
    port = 18_000 + int(time.time()) % 10_000
    started = time.perf_counter()
    server = subprocess.Popen(
        [*polyseme, "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    body = json.dumps({"query": '{ search(query: "orders", first: 1) { totalCount } }'}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql", body, {"Content-Type": "application/json"}
    )
    try:
        while time.perf_counter() - started < 60:
            try:
                with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
                    if json.load(answer)["data"]["search"]["totalCount"] > 0:
                        return time.perf_counter() - started
            except OSError:
                time.sleep(0.02)
    finally:
        server.terminate()
        server.wait(30)
    sys.exit("the server did not answer within a minute")


if __name__ == "__main__":
    main(*(int(size) for size in sys.argv[1:]))
