"""Loaders: what the fields of one level ask for, gathered into one question to the store."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from strawberry.dataloader import DataLoader

from catalog_service.bootstrap import Catalog
from catalog_service.graph import View
from catalog_service.journal import Ledger
from catalog_service.services import (
    agents,
    domains,
    governance,
    polysemes,
    products,
    publications,
    resources,
    standards,
)
from catalog_service.services.governance import Board, Scorecard
from catalog_service.services.standards import Layers
from catalog_service.terms import Iri

Source = TypeVar("Source")
Answer = TypeVar("Answer")

One = DataLoader[Iri, Answer | None]
Many = DataLoader[Iri, tuple[Answer, ...]]


class Loaders:
    """One loader for each question that can be asked of many subjects at once.

    They live as long as one request, and remember its answers.
    """

    def __init__(self, view: View, catalog: Catalog) -> None:
        journal, layers, introduced = catalog.journal, catalog.layers, catalog.introduced
        self.resource = _one(resources.resources, view)
        self.publication = _one(publications.current, journal)
        self.versions = _many(publications.versions, journal)
        self.standing = _one(Ledger.standings, journal.ledger)
        self.recoveries = _many(Ledger.recoveries, journal.ledger)

        self.product = _one(products.profiles, view)
        self.product_labels = _one(products.labels, view)
        self.input_ports = _many(products.input_ports, view)
        self.input_port = _one(products.input_ports_at, view)
        self.output_ports = _many(products.output_ports, view)
        self.output_port = _one(products.output_ports_at, view)
        self.management_ports = _many(products.management_ports, view)
        self.management_port = _one(products.management_ports_at, view)
        self.objectives = _many(products.objectives, view)
        self.objective = _one(products.objectives_at, view)
        self.components = _many(products.components, view)
        self.component = _one(products.components_at, view)
        self.bindings = _many(products.bindings, view)
        self.upstream = _many(products.upstream, view)
        self.downstream = _many(products.downstream, view)
        self.consumers = _many(products.consumers, view)

        self.datasets = _many(products.datasets, view)
        self.dataset = _one(products.datasets_at, view)
        self.distributions = _many(products.distributions, view)
        self.distribution = _one(products.distributions_at, view)
        self.columns = _many(products.columns, view)
        self.column = _one(products.columns_at, view)
        self.column_sources = _many(products.column_sources, view)
        self.column_uses = _many(products.column_uses, view)

        self.domain = _one(domains.domains, view)
        self.sub_domains = _many(domains.sub_domains, view)
        self.systems = _many(domains.systems, view)
        self.system = _one(domains.systems_at, view)
        self.interface = _one(domains.interfaces_at, view)

        self.agent = _one(agents.agents, view)
        self.members = _many(agents.members, view)

        self.failing = _many(standards.failing, view)
        self.held = _one(_held(layers, introduced), view)
        self.board = _whole(lambda: governance.board(view, layers, introduced=introduced))
        self.scorecard = _one(_cards(layers, introduced), view)
        self.waivers = _whole(
            lambda: tuple(governance.waivers(view, layers, today=datetime.now(UTC).date()).values())
        )

        self.polyseme = _one(polysemes.polysemes, view)
        self.scheme = _one(polysemes.schemes, view)
        self.local_concepts = _many(polysemes.local_concepts, view)
        self.local_concept = _one(polysemes.local_concepts_at, view)
        self.carriers = _many(polysemes.carriers, view)
        self.crosswalks = _many(polysemes.crosswalks, view)
        self.crosswalk = _one(polysemes.crosswalks_at, view)
        self.joinable = _one(polysemes.joinable, view)


def _one(
    question: Callable[[Source, Iterable[Iri]], Mapping[Iri, Answer]], source: Source
) -> "One[Answer]":
    async def load(keys: list[Iri]) -> list[Answer | None]:
        found = await run_in_threadpool(question, source, keys)
        return [found.get(key) for key in keys]

    return DataLoader(load_fn=load)


def _many(
    question: Callable[[Source, Iterable[Iri]], Mapping[Iri, tuple[Answer, ...]]], source: Source
) -> "Many[Answer]":
    async def load(keys: list[Iri]) -> list[tuple[Answer, ...]]:
        found = await run_in_threadpool(question, source, keys)
        return [found.get(key, ()) for key in keys]

    return DataLoader(load_fn=load)


def _whole(question: Callable[[], Answer]) -> Callable[[], Awaitable[Answer]]:
    """A question about the whole mesh: asked once in a request, whoever waits for it."""

    async def load(keys: list[str]) -> list[Answer]:
        return [await run_in_threadpool(question)] * len(keys)

    loader = DataLoader[str, Answer](load_fn=load)
    return lambda: loader.load("")


def _held(
    layers: Layers, introduced: Mapping[str, datetime]
) -> Callable[[View, Iterable[Iri]], dict[Iri, Board]]:
    """The board on which each of some products stands, which is one for all of them."""

    def question(view: View, products: Iterable[Iri]) -> dict[Iri, Board]:
        found = governance.board(view, layers, introduced=introduced, products=products)
        return dict.fromkeys(found.products, found)

    return question


def _cards(
    layers: Layers, introduced: Mapping[str, datetime]
) -> Callable[[View, Iterable[Iri]], dict[Iri, Scorecard]]:
    """The scorecards of some products."""

    def question(view: View, products: Iterable[Iri]) -> dict[Iri, Scorecard]:
        asked = tuple(products)
        board = governance.board(view, layers, introduced=introduced, products=asked)
        return governance.scorecards(view, board, asked)

    return question
