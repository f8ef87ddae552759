"""Loaders for governance: how the mesh stands to its standards, now and over time."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import partial

from starlette.concurrency import run_in_threadpool
from strawberry.dataloader import DataLoader

from catalog_service.api.graphql.batches import many, one, whole
from catalog_service.api.graphql.state import State
from catalog_service.graph import View
from catalog_service.journal import Ledger
from catalog_service.services import conformance, findings, governance, standards
from catalog_service.services.conformance import Conformance, Day
from catalog_service.services.governance import Board, Scorecard
from catalog_service.services.standards import Layers
from catalog_service.terms import Iri

Span = tuple[Iri, datetime | None, datetime | None]
"""A product, and since when and until when it is asked about."""
Days = tuple[Iri | None, date, date]
"""A domain, or None for the mesh, with the first day and the last."""


class Governing:
    """The loaders of governance; they live as long as one request."""

    def __init__(self, state: State) -> None:
        view, ledger, layers = state.view, state.ledger, state.layers
        introduced = state.introduced
        self.failing = many(standards.failing, view)
        self.board = whole(lambda: governance.board(view, layers, introduced=introduced))
        self.held = one(_held(layers, introduced), view)
        self.scorecard = one(_cards(layers, introduced), view)
        self.waivers = whole(
            lambda: tuple(governance.waivers(view, layers, today=state.today).values())
        )
        self.standing = one(partial(findings.standings, view), ledger)
        self.recoveries = many(Ledger.recoveries, ledger)
        self.history = DataLoader[Span, tuple[Conformance, ...]](
            load_fn=partial(_histories, view, ledger)
        )
        self.days = DataLoader[Days, tuple[Day, ...]](load_fn=partial(_days, view, ledger))


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


async def _histories(view: View, ledger: Ledger, keys: list[Span]) -> list[tuple[Conformance, ...]]:
    """How products stood over time; asked once for each pair of `since` and `until`."""
    told: dict[Span, tuple[Conformance, ...]] = {}
    for since, until in dict.fromkeys((since, until) for _, since, until in keys):
        products = [product for product, *times in keys if times == [since, until]]
        found = await run_in_threadpool(
            conformance.histories, view, ledger, products, since=since, until=until
        )
        told |= {(product, since, until): spans for product, spans in found.items()}
    return [told.get(key, ()) for key in keys]


async def _days(view: View, ledger: Ledger, keys: list[Days]) -> list[tuple[Day, ...]]:
    """How domains stood day by day, or the mesh; asked once for each pair of days."""
    told: dict[Days, tuple[Day, ...]] = {}
    for first, last in dict.fromkeys((first, last) for _, first, last in keys):
        domains = [key[0] for key in keys if key[1:] == (first, last)]
        if None in domains:
            whole = await run_in_threadpool(conformance.days, view, ledger, first, last)
            told[None, first, last] = whole
        named = [domain for domain in domains if domain is not None]
        if named:
            found = await run_in_threadpool(
                conformance.days_by_domain, view, ledger, first, last, named
            )
            told |= {(domain, first, last): days for domain, days in found.items()}
    return [told.get(key, ()) for key in keys]
