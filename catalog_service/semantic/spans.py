"""Moments as spans of a calendar, in SQL: one template for each dialect, as transforms have them.

A clock is read where it was written and told where it was asked for, so that a day is a day of the
zone asked for, though it may have 23 hours. Spans of a day and longer are dates, hours are moments
without an offset: the hour that passes twice when clocks are put back is one.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlglot import exp

from catalog_service.errors import Refused
from catalog_service.semantic.literals import literal
from catalog_service.semantic.plan import Clock
from catalog_service.semantic.question import Span

YEARS_LOOKED_AT = 3
"""Whether a zone puts its clocks back is looked up over so many years where a period is open."""


def told(moment: exp.Expr, span: Span, clock: Clock, zone: str, dialect: str) -> exp.Expr:
    """The span that a moment on a clock falls into, by the calendar of a zone.

    Raises:
        Refused: `span-not-in-dialect`.
    """
    if not clock.day and clock.zone != zone:
        moment = _elsewhere(moment, clock.zone, zone, dialect)
    if span is Span.DAY:
        return _as_day(moment)
    begins = exp.Anonymous(this="DATE_TRUNC", expressions=[literal(span.upper(), dialect), moment])
    if span is not Span.HOUR:
        return _as_day(begins)
    return exp.Cast(this=begins, to=exp.DataType(this=_moments(dialect)))


def passes_twice(zone: str, start: datetime | None, end: datetime | None) -> bool:
    """Whether clocks of a zone are put back within a period."""
    begins = start or ((end or datetime.now()) - timedelta(days=366 * YEARS_LOOKED_AT))  # noqa: DTZ005
    ends = end or begins + timedelta(days=366 * YEARS_LOOKED_AT)
    there, at = ZoneInfo(zone), begins
    while at < ends:
        following = min(at + timedelta(days=1), ends)
        before, after = (one.replace(tzinfo=there).utcoffset() for one in (at, following))
        if before is not None and after is not None and after < before:
            return True
        at = following
    return False


def _elsewhere(moment: exp.Expr, here: str, there: str, dialect: str) -> exp.Expr:
    """A moment on the clocks of one zone, on those of another."""
    match dialect:
        case "duckdb" | "postgres":
            return exp.AtTimeZone(
                this=exp.AtTimeZone(this=moment, zone=literal(here, dialect)),
                zone=literal(there, dialect),
            )
        case "spark":
            zones = [literal(here, dialect), literal(there, dialect)]
            return exp.Anonymous(this="CONVERT_TIMEZONE", expressions=[*zones, moment])
        case "trino":
            written = exp.Anonymous(
                this="WITH_TIMEZONE", expressions=[moment, literal(here, dialect)]
            )
            local = exp.AtTimeZone(this=written, zone=literal(there, dialect))
            return exp.Cast(this=local, to=exp.DataType(this=exp.DType.TIMESTAMP))
        case _:
            raise Refused(
                f"{dialect} has no template for spans of another time zone",
                code="span-not-in-dialect",
                hint="ask by the time zone of the clock",
            )


def _as_day(moment: exp.Expr) -> exp.Cast:
    return exp.Cast(this=moment, to=exp.DataType(this=exp.DType.DATE))


def _moments(dialect: str) -> exp.DType:
    return exp.DType.TIMESTAMPNTZ if dialect == "spark" else exp.DType.TIMESTAMP
