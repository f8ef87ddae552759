"""Loaders: what the fields of one level ask for, gathered into one question to the store."""

from functools import partial

from catalog_service.api.graphql.batches import many, one
from catalog_service.api.graphql.governing import Governing
from catalog_service.api.graphql.state import State
from catalog_service.services import (
    agents,
    domains,
    polysemes,
    products,
    publications,
    resources,
)


class Loaders(Governing):
    """One loader for each question that can be asked of many subjects at once.

    They live as long as one request, ask of one state, and remember its answers.
    """

    def __init__(self, state: State) -> None:
        super().__init__(state)
        view, journal, upto = state.view, state.journal, state.upto
        self.resource = one(resources.resources, view)
        self.publication = one(partial(publications.current, as_of=upto), journal)
        self.versions = many(partial(publications.versions, as_of=upto), journal)

        self.product = one(products.profiles, view)
        self.product_labels = one(products.labels, view)
        self.input_ports = many(products.input_ports, view)
        self.input_port = one(products.input_ports_at, view)
        self.output_ports = many(products.output_ports, view)
        self.output_port = one(products.output_ports_at, view)
        self.management_ports = many(products.management_ports, view)
        self.management_port = one(products.management_ports_at, view)
        self.objectives = many(products.objectives, view)
        self.objective = one(products.objectives_at, view)
        self.components = many(products.components, view)
        self.component = one(products.components_at, view)
        self.bindings = many(products.bindings, view)
        self.upstream = many(products.upstream, view)
        self.downstream = many(products.downstream, view)
        self.consumers = many(products.consumers, view)

        self.datasets = many(products.datasets, view)
        self.dataset = one(products.datasets_at, view)
        self.distributions = many(products.distributions, view)
        self.distribution = one(products.distributions_at, view)
        self.columns = many(products.columns, view)
        self.column = one(products.columns_at, view)
        self.column_sources = many(products.column_sources, view)
        self.column_uses = many(products.column_uses, view)

        self.domain = one(domains.domains, view)
        self.sub_domains = many(domains.sub_domains, view)
        self.systems = many(domains.systems, view)
        self.system = one(domains.systems_at, view)
        self.interface = one(domains.interfaces_at, view)

        self.agent = one(agents.agents, view)
        self.members = many(agents.members, view)

        self.polyseme = one(polysemes.polysemes, view)
        self.scheme = one(polysemes.schemes, view)
        self.local_concepts = many(polysemes.local_concepts, view)
        self.local_concept = one(polysemes.local_concepts_at, view)
        self.carriers = many(polysemes.carriers, view)
        self.crosswalks = many(polysemes.crosswalks, view)
        self.crosswalk = one(polysemes.crosswalks_at, view)
        self.joinable = one(polysemes.joinable, view)
