"""Loaders: what the fields of one level ask for, gathered into one question to the store."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from strawberry.dataloader import DataLoader

from catalog_service.graph import View
from catalog_service.journal import Journal
from catalog_service.services import (
    agents,
    domains,
    polysemes,
    products,
    publications,
    resources,
    standards,
)
from catalog_service.terms import Iri

Source = TypeVar("Source")
Answer = TypeVar("Answer")

One = DataLoader[Iri, Answer | None]
Many = DataLoader[Iri, tuple[Answer, ...]]


class Loaders:
    """One loader for each question that can be asked of many subjects at once.

    They live as long as one request, and remember its answers.
    """

    def __init__(self, view: View, journal: Journal) -> None:
        self.resource = _one(resources.resources, view)
        self.publication = _one(publications.current, journal)
        self.versions = _many(publications.versions, journal)

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

        self.polyseme = _one(polysemes.polysemes, view)
        self.scheme = _one(polysemes.schemes, view)
        self.local_concepts = _many(polysemes.local_concepts, view)
        self.local_concept = _one(polysemes.local_concepts_at, view)
        self.carriers = _many(polysemes.carriers, view)
        self.crosswalks = _many(polysemes.crosswalks, view)
        self.crosswalk = _one(polysemes.crosswalks_at, view)


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
