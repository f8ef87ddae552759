"""Runs: taking in what jobs tell of themselves, and showing it beside what products state.

The events are kept as they came. What is shown are the two last runs of each job that writes a
dataset of some product, worked out anew from their events, so that neither order nor repetition
plays a part.
"""

import json
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from catalog_service.domain.runs import Event, Job, Run, State, run_of
from catalog_service.domain.tokens import Token
from catalog_service.journal import Journal
from catalog_service.journal.runs import Told
from catalog_service.publishing.authorised import Coverage
from catalog_service.publishing.projection import Projection
from catalog_service.publishing.publisher import Publisher
from catalog_service.publishing.runs import events, quality
from catalog_service.publishing.runs.events import MalformedEvent
from catalog_service.publishing.runs.meant import Meant
from catalog_service.publishing.runs.shown import Shown

__all__ = ["Fault", "MalformedEvent", "Receiver", "Taken"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an event was not taken.

    Args:
        index: its place in the batch, from 0.
        field: the field at fault.
        reason: what is wrong with it.
        forbidden: True where the event is sound, and its teller may not tell it.
    """

    index: int
    field: str
    reason: str
    forbidden: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of events.

    Args:
        taken: how many were taken.
        new: how many of them were not known before.
        measurements: how many figures were recorded.
        unknown: the datasets that no port of the mesh serves, as `namespace name`.
        faults: why others were not taken.
    """

    taken: int = 0
    new: int = 0
    measurements: int = 0
    unknown: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


class Receiver:
    """Takes events in, and shows what they come to.

    Args:
        journal: beside which they are kept.
        projection: what shows them.
        publisher: the one who writes to it.
        shown: the runs that are shown already.
    """

    def __init__(
        self, journal: Journal, projection: Projection, publisher: Publisher, shown: Shown
    ) -> None:
        self._journal = journal
        self._projection = projection
        self._publisher = publisher
        self._shown = shown
        self._one_at_a_time = threading.Lock()

    def take(self, told: Sequence[Any], token: Token, *, now: datetime | None = None) -> Taken:
        """Take in what can be taken of some events; what is taken is durable, and seen.

        Args:
            told: the events, as JSON has them.
            token: what their teller came with: it tells of products that it could publish.
            now: the time; the clock's by default.
        """
        time = now or datetime.now(UTC)
        faults: list[Fault] = []
        read: dict[int, Event] = {}
        for index, one in enumerate(told):
            try:
                read[index] = events.event(one)
            except MalformedEvent as odd:
                faults.append(Fault(index, odd.field, odd.reason))
        with self._one_at_a_time:
            view = self._projection.store.view()
            meant = Meant(view, map(_alone, read.values()), self._shown.addresses)
            coverage = Coverage(view)
            for index, event in list(read.items()):
                fault = _forbidden(index, event, meant, token, coverage)
                if fault is not None:
                    faults.append(fault)
                    del read[index]
            kept = [_told(event, told[index]) for index, event in read.items()]
            new = self._journal.runs.keep(kept, token=token.id, now=time)
            jobs = {one.job for one in kept if one.job}
            self._publisher.show(self._shown.updated(self._journal.runs.last(jobs)))
            mine = [
                measured
                for product, measured in quality.measured(read.values(), meant)
                if coverage.of(token, product)
            ]
        observed = self._publisher.observe(mine, now=time) if mine else None
        return Taken(
            taken=len(read),
            new=sum(new),
            measurements=observed.recorded if observed else 0,
            unknown=_unknown(read.values(), meant),
            faults=tuple(sorted(faults, key=lambda fault: fault.index)),
        )


def _alone(event: Event) -> Run:
    """An event as a run of its own, to find what its datasets are."""
    told = run_of([event])
    if told is not None:
        return told
    return Run("", Job("", ""), State.OTHER, event.time, None, event.inputs, event.outputs)


def _forbidden(
    index: int, event: Event, meant: Meant, token: Token, coverage: Coverage
) -> Fault | None:
    """Why the teller may not tell this; None where they may."""
    for number, output in enumerate(event.outputs):
        place = meant.place(output)
        if place is not None and not coverage.of(token, place.product):
            field = f"outputs[{number}]" if event.job else "dataset"
            reason = f"is a dataset of {place.product}, which token {token.id} does not publish"
            return Fault(index, field, reason, forbidden=True)
    return None


def _told(event: Event, written: Any) -> Told:  # noqa: ANN401 - the event as JSON has it
    job = json.dumps([event.job.namespace, event.job.name]) if event.job else ""
    return Told(job, event.run, event.time, json.dumps(written, sort_keys=True))


def _unknown(told: Iterable[Event], meant: Meant) -> tuple[str, ...]:
    """The datasets that are none of the mesh; no fault, since jobs have many of their own."""
    datasets = {d.key: d for event in told for d in (*event.inputs, *event.outputs)}
    return tuple(
        f"{namespace} {name}"
        for (namespace, name), dataset in sorted(datasets.items())
        if meant.place(dataset) is None
    )
