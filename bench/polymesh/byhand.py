# ruff: noqa: S608 - the texts are ours, and so is what they are made of
"""A question in its forms: as a caller asks it, by hand over the same files, and over the truth."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog_service.semantic.question import (
    Comparison,
    Condition,
    Grain,
    Question,
    Scalar,
    Sharing,
    Window,
)

PURPOSE = "ServiceOptimisation"
Where = tuple[tuple[str, tuple[Scalar, ...]], ...]

_AGGREGATES = {
    "count": "count(*)",
    "distinct": "count(DISTINCT {0})",
    "sum": "sum({0})",
    "whole": "CAST(sum({0}) AS BIGINT)",
}


@dataclass(frozen=True)
class Figure:
    """What somebody writes for a measure.

    Args:
        table: the fact that it is counted on.
        kind: count, distinct, sum, or whole for a sum of whole numbers.
        clock: the column that says when, with the name of its table.
        operand: what is aggregated.
    """

    table: str
    kind: str
    clock: str
    operand: str = "1"

    @property
    def text(self) -> str:
        """The aggregate in SQL."""
        return _AGGREGATES[self.kind].format(self.operand)


@dataclass(frozen=True)
class Fact:
    """How SQL reaches the identity `i` from a fact.

    Args:
        hidden: over the files, by the keys that are served.
        true: over the tables in which every fact has its identity.
    """

    hidden: str
    true: str


@dataclass(frozen=True)
class Company:
    """A mesh, as far as SQL by hand has to know it.

    Args:
        polyseme: whose identities its facts are about.
        key: the global identifier.
        dimensions: the columns that identities are grouped by.
        hidden: the identities over the files, with the keys that are made from their columns.
        true: the identities over the truth.
        figures: by the name of the measure.
        facts: by the name of the table.
        keys: the crosswalk of a table, as a common table expression, where it has one.
        during: the period, as a condition on `{0}`.
        window: the period, as a question has it.
    """

    polyseme: str
    key: str
    dimensions: tuple[str, ...]
    hidden: str
    true: str
    figures: Mapping[str, Figure]
    facts: Mapping[str, Fact]
    keys: Mapping[str, str]
    during: str
    window: Window

    def figure(self, measure: str, sharing: Sharing) -> Figure:
        """What is written for a measure, as a question has shared keys counted."""
        return self.figures.get(f"{measure} {sharing}", self.figures[measure])


@dataclass(frozen=True)
class Asked:
    """One question in its forms.

    Args:
        name: what it is called.
        question: as a caller asks it.
        pushed: by hand, with the identities joined inside each aggregation.
        plain: by hand, with each fact aggregated for every identity, and then joined.
        true: over the true identities.
        led: by the name of a fact, its rows of the period, each with its identity.
        target: at most how long it may take beside `plain`, where it is selective.
        by: the dimensions.
        where: for each column that is filtered, the values that are wanted.
    """

    name: str
    question: Question
    pushed: str
    plain: str
    true: str
    led: Mapping[str, str]
    target: float | None = None
    by: tuple[str, ...] = ()
    where: Where = field(default=())


def plainly(
    company: Company,
    measures: tuple[str, ...],
    where: Where = (),
    *,
    by: tuple[str, ...] = (),
    grain: Grain = Grain.GROUPED,
    sharing: Sharing = Sharing.REJECT,
) -> Question:
    """A question about the period of a company, without counting coverage."""
    conditions = tuple(Condition(at, Comparison.IN, values) for at, values in where)
    return Question(
        company.polyseme, measures, by, conditions, company.window, grain, PURPOSE,
        sharing=sharing, coverage=False,
    )  # fmt: skip


def asked(
    company: Company,
    name: str,
    measures: tuple[str, ...],
    by: tuple[str, ...] = (),
    where: Where = (),
    *,
    grain: Grain = Grain.GROUPED,
    sharing: Sharing = Sharing.REJECT,
    target: float | None = None,
) -> Asked:
    """A question, and what somebody would write for it by hand."""
    keys = by if grain is Grain.GROUPED else (company.key, *by)
    among = " AND ".join(f"{at} IN ({', '.join(map(repr, values))})" for at, values in where)
    writing = _Writing(company, measures, sharing)
    return Asked(
        name=name,
        question=plainly(company, measures, where, by=by, grain=grain, sharing=sharing),
        pushed=writing.statement(keys, among or "true"),
        plain=writing.plain(keys, among, tuple(at for at, _ in where)),
        true=writing.statement(keys, among or "true", true=True),
        led=writing.led(),
        target=target,
        by=by,
        where=where,
    )


@dataclass(frozen=True)
class _Writing:
    company: Company
    measures: tuple[str, ...]
    sharing: Sharing

    def statement(self, keys: tuple[str, ...], among: str, *, true: bool = False) -> str:
        """Each fact grouped by the identities that are wanted, joined to them afterwards."""
        company = self.company
        parts = [f"identity AS (FROM ({company.true if true else company.hidden}) WHERE {among})"]
        walked = () if true else (company.keys.get(self._of(name)) for name in self._tables())
        parts += dict.fromkeys(key for key in walked if key)
        listed = ", ".join(f"i.{key}" for key in keys)
        grouped = f" GROUP BY {listed}" if listed else ""
        for name in self._tables():
            fact, figures = company.facts[self._of(name)], self._figures(name)
            clock = next(company.figures[m].clock for m in figures)
            select = ", ".join(filter(None, (listed, *figures.values())))
            parts.append(
                f"m_{name} AS (SELECT {select} FROM {fact.true if true else fact.hidden}"
                f" WHERE {company.during.format(clock)}{grouped})"
            )
        return f"WITH {', '.join(parts)} {self._outer(keys)}"

    def plain(self, keys: tuple[str, ...], among: str, filtered: tuple[str, ...]) -> str:
        """Each fact for every identity, grouped, and only then the groups that are wanted."""
        everyone = self.statement(tuple(dict.fromkeys((*keys, *filtered))), "true")
        if not among:
            return everyone
        listed = ", ".join(keys)
        names = (f"sum({m}) AS {m}" for m in self.measures)
        select = ", ".join(filter(None, (listed, *names)))
        grouped = f" GROUP BY {listed}" if listed else ""
        return f"SELECT {select} FROM ({everyone}) w WHERE {among}{grouped}"

    def led(self) -> dict[str, str]:
        """The rows of each fact with their identities, and what its measures aggregate."""
        company, found = self.company, {}
        for name in self._tables():
            key = company.keys.get(self._of(name))
            before = ", ".join(filter(None, (f"identity AS ({company.hidden})", key)))
            figures = {m: company.figures[m] for m in self._figures(name)}
            clock = next(iter(figures.values())).clock
            operands = (f"{company.figure(m, self.sharing).operand} AS {m}" for m in figures)
            columns = ", ".join((f"i.{company.key} AS {company.key}", *operands))
            found[name] = (
                f"WITH {before} SELECT {columns} FROM {company.facts[self._of(name)].hidden}"
                f" WHERE {company.during.format(clock)}"
            )
        return found

    def _tables(self) -> list[str]:
        return list(dict.fromkeys(self.company.figures[m].table for m in self.measures))

    def _of(self, name: str) -> str:
        """A fact, as the question has it shared out."""
        shared = f"{name} {self.sharing}"
        return shared if shared in self.company.facts else name

    def _figures(self, name: str) -> dict[str, str]:
        figures = self.company.figures
        found = {}
        for measure in self.measures:
            if figures[measure].table == name:
                found[measure] = f"{self.company.figure(measure, self.sharing).text} AS {measure}"
        return found

    def _outer(self, keys: tuple[str, ...]) -> str:
        listed = ", ".join(keys)
        groups = f"SELECT DISTINCT {listed} FROM identity" if listed else "SELECT 1 AS one"
        tables = {m: self.company.figures[m].table for m in self.measures}
        figures = (f"coalesce(m_{tables[m]}.{m}, 0) AS {m}" for m in self.measures)
        columns = ", ".join((*(f"g.{key}" for key in keys), *figures))
        joins = "".join(
            f" LEFT JOIN m_{name} ON "
            + (" AND ".join(f"m_{name}.{key} = g.{key}" for key in keys) or "true")
            for name in self._tables()
        )
        return f"SELECT {columns} FROM ({groups}) g{joins}"
