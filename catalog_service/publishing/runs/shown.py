"""Which runs are shown: the last of each job that writes a dataset of some product."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping

from catalog_service.domain.rdf import Triple
from catalog_service.domain.runs import Run, run_of
from catalog_service.journal import Journal
from catalog_service.journal.runs import Last
from catalog_service.publishing.authorised import Coverage
from catalog_service.publishing.projection import Projection
from catalog_service.publishing.runs import events, facts
from catalog_service.publishing.runs.addresses import Addresses
from catalog_service.publishing.runs.meant import Meant
from catalog_service.terms import Iri


class Shown:
    """The runs of one home, by product. It is no thread's own: whoever changes it takes turns.

    Args:
        journal: beside which their events are kept.
        projection: what is published.
    """

    def __init__(self, journal: Journal, projection: Projection) -> None:
        self._journal = journal
        self._projection = projection
        self._addresses: tuple[int, Addresses] | None = None
        self._jobs: dict[str, tuple[Run, ...]] = {}
        self._writers: dict[Iri, set[str]] = defaultdict(set)

    @property
    def addresses(self) -> Addresses:
        """The addresses of the mesh, read again after each publication."""
        revision = self._projection.revision
        if self._addresses is None or self._addresses[0] != revision:
            self._addresses = (revision, Addresses(self._projection.store.view()))
        return self._addresses[1]

    def updated(self, last: Iterable[Last]) -> Mapping[Iri, tuple[Triple, ...]]:
        """The graphs that change with the last runs of some jobs.

        A job tells only of products that the token it came with covers, as the mesh is now.

        Args:
            last: the last runs of each of those jobs, the latest first.
        """
        found: dict[str, list[Run]] = defaultdict(list)
        tokens: dict[str, str] = {}
        for one in last:
            run = run_of(events.event(json.loads(text)) for text, _ in one.events)
            if run is not None:
                found[one.job].append(run)
                tokens.setdefault(one.job, one.events[-1][1])
        if not found:
            return {}
        view = self._projection.store.view()
        meant = Meant(view, (run for runs in found.values() for run in runs), self.addresses)
        coverage = Coverage(view)
        touched: set[Iri] = set()
        for job, runs in found.items():
            self._jobs[job] = tuple(runs)
            for product, writers in self._writers.items():
                if job in writers:
                    writers.discard(job)
                    touched.add(product)
            token = self._journal.tokens.called(tokens[job])
            for product in _written(runs, meant):
                if token is not None and coverage.of(token, product):
                    self._writers[product].add(job)
                    touched.add(product)
        return self._graphs(touched)

    def _graphs(self, products: Iterable[Iri]) -> Mapping[Iri, tuple[Triple, ...]]:
        runs = {job: self._jobs[job] for product in products for job in self._writers[product]}
        view = self._projection.store.view()
        meant = Meant(view, (run for told in runs.values() for run in told), self.addresses)
        return {
            facts.graph_of(product): facts.facts(
                product,
                (run for job in sorted(self._writers[product]) for run in runs[job]),
                meant,
            )
            for product in products
        }


def _written(runs: Iterable[Run], meant: Meant) -> set[Iri]:
    places = (meant.place(output) for run in runs for output in run.outputs)
    return {place.product for place in places if place is not None}
