"""Conformance over time, of a product, a domain and the mesh, as the schema has it."""

from datetime import date, datetime, timedelta
from typing import Annotated

import strawberry

from catalog_service.api.graphql.context import Asked
from catalog_service.api.graphql.fields import (
    described,
    given,
    question,
    told,
)
from catalog_service.api.graphql.words import Gate, gate
from catalog_service.errors import InvalidRequest, LimitExceeded
from catalog_service.services import conformance
from catalog_service.terms import Iri

MOST_DAYS = 1_000
USUAL_DAYS = 30

SinceTime = Annotated[datetime | None, given("Leave out what ended before; none for all.")]
UntilTime = Annotated[datetime | None, given("Leave out what began after; none for all.")]
SinceDay = Annotated[
    date | None, given(f"The first day; {USUAL_DAYS} days before the last by default.")
]
UntilDay = Annotated[date | None, given("The last day; today by default, in UTC.")]


@described
class ConformanceSpan:
    """How a product stood over a span of time, all that stands counted."""

    since: datetime = told("When the check was that found it so.")
    until: datetime = told("When the last check was that found it so still.")
    ended: datetime | None = told("When a check found it otherwise; none where it stands so now.")
    revision: int = told("The revision that was checked.")
    stage: Gate = told("The gate that checked.")
    conforms: bool = told("Whether no violation stood without a live waiver.")
    violations: int = told("Violations that were neither waived nor closed.")
    warnings: int = told("Warnings, likewise.")
    infos: int = told("Infos, likewise.")
    waived: int = told("Findings that a waiver covered.")
    not_evaluated: list[str] = told("The standards that the check could not decide.")

    @classmethod
    def of(cls, found: conformance.Conformance) -> "ConformanceSpan":
        """The span that was found."""
        return cls(
            since=found.since,
            until=found.until,
            ended=found.ended,
            revision=found.revision,
            stage=gate(found.stage),
            conforms=found.conforms,
            violations=found.violations,
            warnings=found.warnings,
            infos=found.infos,
            waived=found.waived,
            not_evaluated=list(found.not_evaluated),
        )


@described
class ConformanceDay:
    """How products stood at the end of a day, in UTC."""

    day: date = told("The day.")
    products: int = told("How many products there were.")
    conforming: int = told("How many of them conformed.")
    violations: int = told("Violations that were neither waived nor closed.")
    warnings: int = told("Warnings, likewise.")
    infos: int = told("Infos, likewise.")
    waived: int = told("Findings that a waiver covered.")

    @classmethod
    def of(cls, found: conformance.Day) -> "ConformanceDay":
        """The day that was found."""
        return cls(
            day=found.day,
            products=found.products,
            conforming=found.conforming,
            violations=found.violations,
            warnings=found.warnings,
            infos=found.infos,
            waived=found.waived,
        )


def days(info: Asked, since: date | None, until: date | None) -> tuple[date, date]:
    """The first and the last day that are asked for.

    Raises:
        InvalidRequest: the first comes after the last, or the last after the state asked about.
        LimitExceeded: there are too many between them.
    """
    last = until or info.context.today
    first = since or last - timedelta(days=USUAL_DAYS)
    if info.context.past and last > info.context.today:
        raise InvalidRequest(
            f"{last} comes after {info.context.today}, the day of the state that is asked about",
            hint="leave `until` out, or ask as of a later state",
        )
    if first > last:
        raise InvalidRequest(f"{first} comes after {last}", hint="give the earlier day as `since`")
    if (last - first).days >= MOST_DAYS:
        raise LimitExceeded(
            f"from {first} to {last} are {(last - first).days + 1:,} days;"
            f" at most {MOST_DAYS:,} are answered",
            limit="days",
            hint="ask for them in several steps",
        )
    return first, last


@strawberry.type
class HistoryQuery:
    """The question of how the mesh stood over time."""

    @question
    async def conformance_days(
        self,
        info: Asked,
        domain: Annotated[
            Iri | None, given("Only products that lay in this domain or below; all by default.")
        ] = None,
        since: SinceDay = None,
        until: UntilDay = None,
    ) -> list[ConformanceDay]:
        """How the products of the mesh, or of a domain, stood at the end of each day."""
        asked = (domain, *days(info, since, until))
        return [ConformanceDay.of(day) for day in await info.context.loaders.days.load(asked)]
