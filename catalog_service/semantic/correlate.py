"""One question from its words to its answer."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo

from catalog_service.domain.asked import Asked
from catalog_service.domain.names import short
from catalog_service.domain.rdf import line
from catalog_service.errors import CatalogError, Refused, SourceUnavailable
from catalog_service.graph import View, is_iri, query
from catalog_service.semantic import checks, emit, keys_first
from catalog_service.semantic.answer import Answer, Coverage, PolicyApplied, ProductRead
from catalog_service.semantic.answered import columns, finished
from catalog_service.semantic.execution import Bound, Engine, Limits, Session, earliest
from catalog_service.semantic.plan import AllOf, Bounds, FactAggregate, Guarded, Plan
from catalog_service.semantic.planner import LeftOut, Planned, plan
from catalog_service.semantic.policy import Asker
from catalog_service.semantic.proving import Claim, Prover, claims
from catalog_service.semantic.question import Grain, Question, Scalar, Span, Window
from catalog_service.semantic.resolve import Beside, Stated
from catalog_service.semantic.spans import passes_twice
from catalog_service.semantic.telling import told
from catalog_service.semantic.template import Template
from catalog_service.terms import Iri

GRAPHS = 4
"""So many revisions and audiences have what is stated of them kept."""

PLANS = 256
"""So many compiled questions are kept; the one that was not asked for the longest is let go."""

Choose = Callable[[Plan], tuple[Engine, str]]
"""The engine for a plan, and a sentence that says why that one."""


@dataclass(frozen=True)
class Compiled:
    """A question as it is kept: its plan, the statement that answers it, and the engine for it."""

    planned: Planned
    statement: Template
    engine: Engine
    why: str

    @cached_property
    def coverage(self) -> tuple[Template, ...]:
        """The statements that count how much of each fact leads to an identity."""
        made = self.planned.plan
        return tuple(emit.coverage(made, fact, self.engine.dialect) for fact in made.facts)

    def keys(self, fact: FactAggregate) -> Template:
        """The statement that lists by which keys a fact leads to the identities that are asked."""
        made = self.planned.plan
        return emit.keys(made, fact, self.engine.dialect, keys_first.MOST + 1)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """What the data has to bear out."""
        return claims(self.planned.plan, self.engine.dialect)

    @cached_property
    def text(self) -> str:
        """The plan as text."""
        return told(self.planned.plan)


class Correlator:
    """Answers questions over one catalog.

    Args:
        beside: where the relative paths of a product begin.
        choose: chooses the engine.
        audit: keeps what was asked.
        minimum_group: groups of fewer identities are withheld.
        limits: what one answer may cost.
    """

    def __init__(
        self,
        *,
        beside: Beside,
        choose: Choose,
        audit: Callable[[Asked], None],
        minimum_group: int = 1,
        limits: Limits | None = None,
    ) -> None:
        self._beside = beside
        self._choose = choose
        self._audit = audit
        self._minimum_group = minimum_group
        self._limits = limits or Limits()
        self._kept: OrderedDict[object, Compiled] = OrderedDict()
        self._stated: OrderedDict[tuple[int, str], Stated] = OrderedDict()
        self._lock = threading.Lock()
        self._prover = Prover()

    def answer(
        self,
        question: Question,
        view: View,
        revision: int,
        asker: Asker,
        *,
        audience: str = "",
        explain: bool = False,
        limits: Limits | None = None,
    ) -> Answer:
        """The answer to a question.

        Args:
            question: what is asked.
            view: the graph as the caller may see it.
            revision: what it is a view of.
            asker: who asks.
            audience: names what the view shows; views of one audience and revision are the same.
            explain: compile and check only; read nothing.
            limits: what the answer may cost, where it is less than usual.

        Raises:
            Refused: the question cannot be answered rightly, or may not be.
            SourceUnavailable: a source that it needs cannot be read.
            LimitExceeded: it took too long, or too much memory or rows.
        """
        asked = Asked(
            datetime.now(UTC), asker.name, question.purpose, question.polyseme,
            question.measures, (), "explained", revision,
        )  # fmt: skip
        try:
            compiled = self.compile(question, view, revision, asker, audience)
            products = {at.relation.product for at in compiled.planned.plan.relations()}
            asked = replace(asked, products=tuple(sorted(products)))
            if explain:
                found = _explained(compiled, question)
            else:
                found = self._run(compiled, question, limits or self._limits)
        except CatalogError as fault:
            code = fault.code if isinstance(fault, Refused) else fault.slug
            self._audit(replace(asked, outcome=code))
            if isinstance(fault, Refused):
                raise _because(fault, view) from None
            raise
        rows = 0 if found.table is None else found.table.num_rows
        outcome = "explained" if explain else "answered"
        self._audit(replace(asked, outcome=outcome, digest=found.digest, rows=rows))
        return found

    def compile(
        self, question: Question, view: View, revision: int, asker: Asker, audience: str = ""
    ) -> Compiled:
        """The plan and statement of a question, kept under its shape.

        Raises:
            Refused: the question cannot be answered rightly, or may not be.
        """
        limited = question.limit is not None and question.grain is Grain.IDENTITY
        key = (question.shape(), limited, revision, asker, audience)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        stated = self._read(view, revision, audience)
        made = plan(question, stated, asker, minimum_group=self._minimum_group, revision=revision)
        engine, why = self._choose(made.plan)
        compiled = _compiled(made, engine, why, limited=limited)
        with self._lock:
            self._kept[key] = compiled
            while len(self._kept) > PLANS:
                self._kept.popitem(last=False)
        return compiled

    def _read(self, view: View, revision: int, audience: str) -> Stated:
        with self._lock:
            kept = self._stated.setdefault((revision, audience), Stated(view, self._beside))
            self._stated.move_to_end((revision, audience))
            while len(self._stated) > GRAPHS:
                self._stated.popitem(last=False)
            return kept

    def _run(self, compiled: Compiled, question: Question, limits: Limits) -> Answer:
        try:
            return self._answered(compiled, question, limits)
        except SourceUnavailable as fault:
            return self._without(fault, compiled, question, limits)

    def _answered(self, compiled: Compiled, question: Question, limits: Limits) -> Answer:
        made = compiled.planned.plan
        values = filled(made, question)
        with compiled.engine.session(limits, made.relations()) as session:
            bound, sent = keys_first.bind(
                made, values, session, compiled.keys, counted=question.coverage
            )
            self._prover.prove(compiled.claims, bound, session)
            tables = {name: one.table for name, one in bound.items()}
            sql = compiled.statement.fill(tables, values)
            table = session.run(sql)
            covered: tuple[Coverage, ...] = ()
            if question.coverage:
                covered = tuple(
                    _counted(fact, session, counting.fill(tables, values))
                    for fact, counting in zip(made.facts, compiled.coverage, strict=True)
                )
        answer = _answer(compiled, question, values, bound, covered)
        answer = replace(answer, plan="\n".join((answer.plan, *sent)))
        return finished(answer, made, table, question.limit)

    def _without(
        self,
        fault: SourceUnavailable,
        compiled: Compiled,
        question: Question,
        limits: Limits,
    ) -> Answer:
        """The answer without the facts of a source that is down, where that was asked for."""
        made = compiled.planned.plan
        left = tuple(
            fact
            for fact in made.facts
            if all(at.relation.port != fault.port for at in fact.relations())
        )
        if not question.partial or not left or made.spine.relation.relation.port == fault.port:
            raise fault
        why = Refused(fault.message, code=fault.slug, hint=fault.hint)
        out = LeftOut(Iri(fault.product), Iri(fault.port), why)
        rest = replace(made, facts=left)
        planned = replace(compiled.planned, plan=rest, left_out=(*compiled.planned.left_out, out))
        limited = question.limit is not None and question.grain is Grain.IDENTITY
        again = _compiled(planned, compiled.engine, compiled.why, limited=limited)
        return self._run(again, question, limits)


def _compiled(planned: Planned, engine: Engine, why: str, *, limited: bool) -> Compiled:
    statement = emit.statement(planned.plan, engine.dialect, limited=limited)
    return Compiled(planned, statement, engine, why)


def _counted(fact: FactAggregate, session: Session, sql: str) -> Coverage:
    (row,) = session.run(sql).to_pylist()
    rows, matched = int(row["rows"]), int(row["matched"])
    return Coverage(fact.relation.relation.product, fact.name, matched, rows - matched)


def filled(made: Plan, question: Question) -> dict[str, Scalar]:
    """The values of a plan's parameters.

    Raises:
        Refused: a value is none of its attribute's type, or the period ends before it begins or
            cuts a day of a clock that holds days.
    """
    datatypes = checks.parameters(made)
    values: dict[str, Scalar] = {
        f"{number}.{at}": checks.read(value, datatypes.get(f"{number}.{at}", ""))
        for number, condition in enumerate(question.where)
        for at, value in enumerate(condition.values)
    }
    if question.limit is not None:
        values["limit"] = question.limit
    if question.time:
        for fact in made.facts:
            if fact.bounds:
                values |= _period(fact, fact.bounds, question.time)
    return values


def _period(fact: FactAggregate, bounds: Bounds, window: Window) -> dict[str, Scalar]:
    """The ends of a period on the clock of a fact, by the names of their parameters."""
    zone, day = bounds.clock.zone, bounds.clock.day
    if window.start and window.end and window.start >= window.end:
        raise Refused(
            "the period ends before it begins", code="empty-period", hint="turn its ends around"
        )
    values: dict[str, Scalar] = {}
    for place, asked in ((bounds.start, window.start), (bounds.end, window.end)):
        if place is None or asked is None:
            continue
        own = asked.replace(tzinfo=checks.zone(window.zone))
        at = own.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        if day and at.time() != time.min:
            raise Refused(
                f"the period cuts a day in {zone}, and {fact.measures[0].name} is kept by days",
                code="period-cuts-a-day",
                because=(fact.measures[0].iri,),
                hint=f"ask for whole days in {zone}",
            )
        values[place.name] = at.date() if day else at
    return values


def _explained(compiled: Compiled, question: Question) -> Answer:
    values = filled(compiled.planned.plan, question)
    return _answer(compiled, question, values, {}, ())


def _answer(
    compiled: Compiled,
    question: Question,
    values: Mapping[str, Scalar],
    bound: Mapping[str, Bound],
    covered: tuple[Coverage, ...],
) -> Answer:
    made = compiled.planned.plan
    relations = made.relations()
    names = {at.relation.name: at.relation.name for at in relations}
    sql = compiled.statement.shown(names, values)
    snapshots = {name: one.snapshot for name, one in bound.items()}
    as_of = earliest(tuple(snapshots.values())) if snapshots else None
    return Answer(
        columns=columns(made),
        table=None,
        sql=sql,
        plan=compiled.text,
        engine=f"{compiled.engine.name}: {compiled.why}",
        products=(
            *(
                ProductRead(at.relation.product, at.relation.port, snapshots.get(at.relation.name))
                for at in relations
            ),
            *(
                ProductRead(one.product, one.port, None, one.why.message)
                for one in compiled.planned.left_out
            ),
        ),
        policies=(
            *_applied(relations),
            *(PolicyApplied(None, one, "combined") for one in made.combined),
        ),
        coverage=covered,
        warnings=(
            *compiled.planned.warnings,
            *_partial(compiled),
            *_late(question, as_of),
            *_twice(made, question),
        ),
        revision=made.revision,
        as_of=as_of,
        digest=hashlib.sha256(sql.encode()).hexdigest(),
    )


def _applied(relations: Sequence[Guarded]) -> tuple[PolicyApplied, ...]:
    found = []
    for guarded in relations:
        product = guarded.relation.product
        effect = "rows" if guarded.rows != AllOf() else "purpose"
        found += [PolicyApplied(product, rule, effect) for rule in guarded.because]
        found += [PolicyApplied(product, mask.because, "masked") for mask in guarded.masks]
    return tuple(found)


def _partial(compiled: Compiled) -> Iterator[str]:
    for one in compiled.planned.left_out:
        yield f"{short(one.product)} is left out: {one.why.message}"


def _late(question: Question, as_of: datetime | None) -> Iterator[str]:
    if question.time and question.time.end and as_of:
        ends = question.time.end.replace(tzinfo=ZoneInfo(question.time.zone))
        if ends > as_of:
            yield (
                f"the period ends after {as_of.isoformat()}, when the oldest of the sources was"
                " written: its last part may be missing"
            )


def _twice(made: Plan, question: Question) -> Iterator[str]:
    window = question.time or Window()
    for axis in made.axes:
        if axis.span is Span.HOUR and passes_twice(axis.zone, window.start, window.end):
            yield (
                f"where clocks are put back in {axis.zone}, the hour that passes twice is one row"
            )


def _because(fault: Refused, view: View) -> Refused:
    """A refusal with the statements of the graph at fault instead of the things they are about."""
    lines: list[str] = []
    for subject in fault.because:
        if is_iri(subject):
            facts = view.construct(query(__package__, "because"), subject=Iri(subject))
            lines += [line(fact) for fact in facts] or [subject]
        else:
            lines.append(subject)
    return Refused(
        fault.message, code=fault.code, because=tuple(dict.fromkeys(lines)), hint=fault.hint
    )
