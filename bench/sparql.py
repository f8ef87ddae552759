"""What the SPARQL door adds to the engine: a point query over HTTP, and asked of pyoxigraph itself.

A server in a process of its own answers over one connection that is kept open. Each round asks the
engine, then the server, so that both meet the machine in the same state.
"""

import http.client
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote

import pyoxigraph as ox

from bench import mesh
from bench.machine import table
from catalog_service.bootstrap import build
from catalog_service.settings import Settings
from catalog_service.terms import DCT, DPROD

ROUNDS = 2_000
WARMING = 200
_POINT = f"""SELECT ?title ?port WHERE {{
  <{mesh.BASE}products/ID> <{DCT.title}> ?title ; <{DPROD.outputPort}> ?port }}"""


def main(products: int = 300) -> None:
    """Publish a mesh, and ask for one product after the other."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        mesh.write(Path(folder) / "mesh", products)
        store = ox.Store()
        with build(Settings(home=home, base_iri=mesh.BASE)) as catalog:
            catalog.publish(catalog.read([Path(folder) / "mesh"]))
            for chunk in catalog.projection.contents():
                store.bulk_load(chunk, ox.RdfFormat.N_QUADS)
            there = [iri for iri in catalog.view().graphs() if "/products/p-" in iri]
        names = sorted({iri.removeprefix(f"{mesh.BASE}products/").split("/")[0] for iri in there})
        with _served(home) as port:
            rows = _measured(store, port, [_POINT.replace("ID", name) for name in names])
    table(
        f"A point query at {products:,} products, {len(store):,} quads, {ROUNDS:,} rounds",
        ("asked of", "median ms", "p99 ms", "over the engine, median ms"),
        rows,
    )


def _measured(store: ox.Store, port: int, queries: list[str]) -> list[tuple[object, ...]]:
    link = http.client.HTTPConnection("127.0.0.1", port)

    def engine(query: str) -> list[dict[str, str]]:
        found = store.query(query, use_default_graph_as_union=True)
        told = found.serialize(format=ox.QueryResultsFormat.JSON)
        return list(json.loads(told or b"")["results"]["bindings"])

    def door(query: str) -> list[dict[str, str]]:
        link.request("GET", f"/sparql?query={quote(query)}")
        return list(json.loads(link.getresponse().read())["results"]["bindings"])

    def live(_: str) -> list[dict[str, str]]:
        link.request("GET", "/health/live")
        link.getresponse().read()
        return []

    times: dict[str, list[float]] = {"pyoxigraph": [], "/sparql": [], "/health/live": []}
    for number in range(ROUNDS + WARMING):
        query = queries[number % len(queries)]
        rows = [
            _timed(times[name], ask, query)
            for name, ask in (("pyoxigraph", engine), ("/sparql", door), ("/health/live", live))
        ]
        if not rows[0] or sorted(map(str, rows[0])) != sorted(map(str, rows[1])):
            sys.exit(f"the door answers otherwise than the engine: {query}")
    medians = {name: median(spent[WARMING:]) for name, spent in times.items()}
    return [
        (name, medians[name], quantiles(spent[WARMING:], n=100)[98],
         medians[name] - medians["pyoxigraph"])
        for name, spent in times.items()
    ]  # fmt: skip


def _timed(
    times: list[float], ask: Callable[[str], list[dict[str, str]]], query: str
) -> list[dict[str, str]]:
    started = time.perf_counter()
    found = ask(query)
    times.append((time.perf_counter() - started) * 1000)
    return found


@contextmanager
def _served(home: Path) -> Iterator[int]:
    """The port of a server, once it is ready."""
    port = 18_000 + int(time.time()) % 10_000
    polyseme = [str(Path(sys.executable).with_name("polyseme")), "--home", str(home), "-q"]
    server = subprocess.Popen(
        [*polyseme, "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            link = http.client.HTTPConnection("127.0.0.1", port)
            try:
                link.request("GET", "/health/ready")
                if link.getresponse().status == http.client.OK:
                    break
            except OSError:
                time.sleep(0.05)
        else:
            sys.exit("the server did not answer within a minute")
        yield port
    finally:
        server.terminate()
        server.wait(30)


if __name__ == "__main__":
    main(*(int(size) for size in sys.argv[1:]))
