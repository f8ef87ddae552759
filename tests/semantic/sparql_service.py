"""A SPARQL service of the tests' own, on loopback, which remembers what it was asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pyoxigraph as ox
import songs

TABLE = "https://mesh.example/tables/songs"


@dataclass
class Service:
    store: ox.Store
    port: int = 0
    asked: list[str] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    status: int = 200
    body: bytes | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/query"


def filled() -> ox.Store:
    store = ox.Store()
    for row in songs.ROWS:
        node = ox.NamedNode(f"https://mesh.example/songs/{row[0]}")
        for name, value in zip(songs.SCHEMA.names, row, strict=True):
            if value is None:
                continue
            if name == "title":
                term = ox.Literal(str(value), language="en")
            else:
                written = str(value).lower() if isinstance(value, bool) else str(value)
                written = written.replace(" ", "T") if name == "played_at" else written
                term = ox.Literal(written, datatype=ox.NamedNode(songs.TYPES[name]))
            store.add(ox.Quad(node, ox.NamedNode(f"{TABLE}#{name}"), term))
    return store


@contextmanager
def service() -> Iterator[Service]:
    running = Service(filled())

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"])).decode()
            running.asked.append(query)
            running.tokens.append(self.headers.get("Authorization", ""))
            answer = running.body
            if answer is None:
                answer = running.store.query(query).serialize(format=ox.QueryResultsFormat.JSON)
            running.answers.append(answer or b"")
            self.send_response(running.status)
            self.send_header("Content-Length", str(len(answer or b"")))
            self.end_headers()
            self.wfile.write(answer or b"")

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        running.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield running
        finally:
            server.shutdown()
            thread.join()
