"""Runs: what a scheduler or a transformation tells of its own work, event by event.

The words are those of OpenLineage 2-0-2: a job reads and writes datasets, each run of it is told of
by events, and facets hold what else is known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How far a run is; the type of an event says so."""

    START = "START"
    RUNNING = "RUNNING"
    COMPLETE = "COMPLETE"
    ABORT = "ABORT"
    FAIL = "FAIL"
    OTHER = "OTHER"

    @property
    def ended(self) -> bool:
        """True of a state that no other follows."""
        return self in {State.COMPLETE, State.ABORT, State.FAIL}


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset as a job names it.

    Args:
        namespace: where it is, such as `postgres://host:5432`.
        name: what it is called there, such as `shop.public.orders`.
        facets: what is known of it, those of input and output among them.
    """

    namespace: str
    name: str
    facets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> tuple[str, str]:
        """What tells it apart from all others."""
        return (self.namespace, self.name)


@dataclass(frozen=True, slots=True)
class Job:
    """What was run: a query, a model, a task."""

    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class Event:
    """One event.

    Args:
        time: when it happened, in UTC.
        run: the id of the run; empty for what is told of a job or a dataset without one.
        state: how far the run is; None where it has no run.
        job: the job; None for what is told of a dataset alone.
        inputs: what the job reads.
        outputs: what it writes; of an event about a dataset, that dataset.
    """

    time: datetime
    run: str
    state: State | None
    job: Job | None
    inputs: tuple[Dataset, ...] = ()
    outputs: tuple[Dataset, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """What all events of a run, or of a job without one, come to.

    Args:
        id: its id; empty for a job without a run.
        job: what was run.
        state: the end of it where it has ended, whatever order its events came in.
        started: the time of its first event.
        ended: when it ended; None while it has not.
        inputs: all that it was said to read, with the facets told last.
        outputs: all that it was said to write, likewise.
    """

    id: str
    job: Job
    state: State
    started: datetime
    ended: datetime | None
    inputs: tuple[Dataset, ...]
    outputs: tuple[Dataset, ...]


def run_of(events: Iterable[Event]) -> Run | None:
    """What the events of one run come to; None where none is about a job.

    The order in which they came plays no part, and telling one twice changes nothing.
    """
    told = sorted(
        (event for event in events if event.job is not None),
        key=lambda event: (event.time, event.state is not None and event.state.ended),
    )
    if not told:
        return None
    ends = [event for event in told if event.state is not None and event.state.ended]
    states = [event.state for event in told if event.state is not None]
    job = told[-1].job
    assert job is not None  # noqa: S101 - by the filter above
    return Run(
        id=told[-1].run,
        job=job,
        state=(ends[-1].state if ends else states[-1] if states else None) or State.OTHER,
        started=told[0].time,
        ended=ends[-1].time if ends else None,
        inputs=_united(dataset for event in told for dataset in event.inputs),
        outputs=_united(dataset for event in told for dataset in event.outputs),
    )


def _united(datasets: Iterable[Dataset]) -> tuple[Dataset, ...]:
    """Each dataset once; of facets that were told more than once, the last."""
    found: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
    for dataset in datasets:
        found.setdefault(dataset.key, {}).update(dataset.facets)
    return tuple(Dataset(*key, facets) for key, facets in sorted(found.items()))
