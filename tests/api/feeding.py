"""A real server over a catalog in which more is published while it runs."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from asking import BASE, catalog_of, draft, mesh

from catalog_service.api.app import create_app
from catalog_service.bootstrap import Catalog
from catalog_service.graph import parse
from catalog_service.terms import Iri

SUBSCRIPTION = """subscription ($after: Revision, $filter: ChangeFilter) {
  changes(after: $after, filter: $filter) { cursor revision previous subject kind
    resource { title } } }"""


class Served:
    """A catalog and the address at which it is served.

    Args:
        catalog: what is served.
        address: of the server.
    """

    def __init__(self, catalog: Catalog, address: str) -> None:
        self.catalog = catalog
        self.address = address
        self.url = f"{address}/graphql"
        self.ws = f"ws{address.removeprefix('http')}/graphql"
        self.subscriptions: Any = None
        self.stop: Callable[[], None] = lambda: None
        self.end: Callable[[], None] = lambda: None

    def publish(self, *names: str, title: str = "A product", domain: str = "users") -> list[int]:
        """Publish products as the write path does: into the journal, then where it is seen."""
        texts = [(f"{name}.ttl", product(name, title, domain)) for name in names]
        entries = self.catalog.journal.append([draft(*text) for text in texts])
        graphs = {
            entry.subject: tuple(parse(entry_text, "turtle"))
            for entry, (_, entry_text) in zip(entries, texts, strict=True)
        }
        standings = self.catalog.journal.ledger.standings(graphs)
        self.catalog.projection.project(entries, graphs, standings)
        return [entry.revision for entry in entries]

    @property
    def following(self) -> int:
        """How many follow the feed now."""
        return int(self.subscriptions._open["subscriptions"])

    def followed_by(self, most: int) -> None:
        """Wait until so many follow the feed."""
        until(lambda: self.following >= most)

    @property
    def revision(self) -> int:
        """The latest revision."""
        return self.catalog.projection.revision


def product(name: str, title: str, domain: str = "users") -> str:
    """A small product in Turtle."""
    return f"""@prefix dprod: <https://www.omg.org/spec/DPROD/dprod/> .
    @prefix dct: <http://purl.org/dc/terms/> .
    <{iri(name)}> a dprod:DataProduct ; dct:title "{title}" ; dct:identifier "{name}" ;
      dprod:domain <{BASE}domains/{domain}> ."""


def iri(name: str) -> Iri:
    """What a product is called."""
    return Iri(f"{BASE}products/{name}")


@contextmanager
def feeding(home: Path, **settings: Any) -> Iterator[Served]:
    """A server over the files of the fixtures, which lets its subscribers go when it ends."""
    with catalog_of(home, mesh(), **settings) as catalog:
        app = create_app(catalog)
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            (listening,) = server.servers[0].sockets
            found = Served(catalog, f"http://127.0.0.1:{listening.getsockname()[1]}")
            loop = server.servers[0].get_loop()
            found.subscriptions = app.state.subscriptions
            found.stop = partial(loop.call_soon_threadsafe, found.subscriptions.stop)
            found.end = partial(setattr, server, "should_exit", True)  # noqa: FBT003
            yield found
        finally:
            if not loop.is_closed():
                found.stop()
            found.end()
            thread.join(20)
            assert not thread.is_alive()


def until(true: Any, seconds: float = 10.0) -> None:
    """Wait until something is true."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it never came true"
        time.sleep(0.01)
