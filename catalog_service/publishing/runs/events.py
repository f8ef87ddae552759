"""Reading OpenLineage events (spec 2-0-2): what each field has to be, and which one is not.

Of the facets, those that something is made of are kept. They are looked at where they are used: a
facet that is odd costs nothing but itself.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from catalog_service.domain.runs import Dataset, Event, Job, State

MOST_DATASETS = 5_000
"""Inputs or outputs of one event."""

_LONGEST = 2_048
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_GROUPS = ("facets", "inputFacets", "outputFacets")
_FACETS = frozenset({"columnLineage", "symlinks", "dataQualityAssertions", "dataQualityMetrics"})


class MalformedEvent(ValueError):
    """An event is not what OpenLineage says that it is; it is told of, and the others are taken.

    Args:
        field: the path of the field at fault, such as `run.runId`.
        reason: what is wrong with it.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def event(told: Any) -> Event:  # noqa: ANN401 - whatever JSON holds
    """One event.

    Raises:
        MalformedEvent: a field is missing, or not what it has to be.
    """
    whole = _object(told, "event")
    time = _time(whole)
    for name in ("producer", "schemaURL"):  # nothing is made of them: older clients leave them out
        if whole.get(name) is not None and not _URI.fullmatch(_text(whole, name, name)):
            raise MalformedEvent(name, "is no URI")
    if "run" in whole:
        job = _job(whole)
        run, state = _run(whole)
        inputs, outputs = _datasets(whole, "inputs"), _datasets(whole, "outputs")
        return Event(time, run, state, job, inputs, outputs)
    if "job" in whole:
        inputs, outputs = _datasets(whole, "inputs"), _datasets(whole, "outputs")
        return Event(time, "", None, _job(whole), inputs, outputs)
    if "dataset" in whole:
        about = _dataset(_object(whole["dataset"], "dataset"), "dataset")
        return Event(time, "", None, None, outputs=(about,))
    raise MalformedEvent("event", "has none of run, job and dataset, so it is about nothing")


def _time(whole: Mapping[str, Any]) -> datetime:
    written = _text(whole, "eventTime", "eventTime")
    try:
        time = datetime.fromisoformat(_microseconds(written))
    except ValueError:
        raise MalformedEvent("eventTime", f"{written[:50]!r} is no time") from None
    if time.tzinfo is None:
        raise MalformedEvent("eventTime", f"{written[:50]!r} names no time zone")
    return time.astimezone(UTC)


def _microseconds(written: str) -> str:
    """A time with no more digits than Python reads; Java writes nanoseconds."""
    return re.sub(r"(\.\d{6})\d+", r"\1", written)


def _run(whole: Mapping[str, Any]) -> tuple[str, State]:
    run = _object(whole["run"], "run")
    written = _text(run, "runId", "run.runId")
    try:
        name = str(UUID(written))
    except ValueError:
        raise MalformedEvent("run.runId", f"{written[:50]!r} is no UUID") from None
    kind = whole.get("eventType", State.OTHER.value)
    try:
        return name, State(kind)
    except ValueError:
        raise MalformedEvent(
            "eventType", f"{str(kind)[:50]!r} is none of {', '.join(State)}"
        ) from None


def _job(whole: Mapping[str, Any]) -> Job:
    job = _object(whole.get("job"), "job")
    return Job(_text(job, "namespace", "job.namespace"), _text(job, "name", "job.name"))


def _datasets(whole: Mapping[str, Any], name: str) -> tuple[Dataset, ...]:
    told = whole.get(name)
    if told is None:
        return ()
    if not isinstance(told, list):
        raise MalformedEvent(name, "is no list")
    if len(told) > MOST_DATASETS:
        raise MalformedEvent(
            name, f"has {len(told):,} datasets; at most {MOST_DATASETS:,} are read"
        )
    return tuple(
        _dataset(_object(one, f"{name}[{number}]"), f"{name}[{number}]")
        for number, one in enumerate(told)
    )


def _dataset(told: Mapping[str, Any], place: str) -> Dataset:
    namespace = _text(told, "namespace", f"{place}.namespace")
    name = _text(told, "name", f"{place}.name")
    return Dataset(namespace, name, dict(_facets(told, place)))


def _facets(told: Mapping[str, Any], place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for group in _GROUPS:
        facets = _object(told.get(group) or {}, f"{place}.{group}")
        for name in sorted(_FACETS & facets.keys()):
            yield name, _object(facets[name], f"{place}.{group}.{name}")


def _object(told: Any, place: str) -> Mapping[str, Any]:  # noqa: ANN401
    if told is None:
        raise MalformedEvent(place, "is missing")
    if not isinstance(told, dict):
        raise MalformedEvent(place, "is no object")
    return told


def _text(told: Mapping[str, Any], name: str, place: str) -> str:
    value = told.get(name)
    if value is None:
        raise MalformedEvent(place, "is missing")
    if not isinstance(value, str) or not value.strip():
        raise MalformedEvent(place, "is no text")
    if len(value) > _LONGEST or "\x00" in value:
        raise MalformedEvent(place, f"is longer than {_LONGEST:,} characters, or holds a zero byte")
    return value
