"""The rows of an answer as they leave: units agreed, small groups withheld, helpers gone."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from catalog_service.domain.names import short
from catalog_service.errors import Refused
from catalog_service.semantic.answer import Answer, AnswerColumn, PolicyApplied
from catalog_service.semantic.emit import ATTRIBUTED, COUNTED
from catalog_service.semantic.measured import units
from catalog_service.semantic.plan import Axis, FactAggregate, Measure, Plan
from catalog_service.semantic.question import Grain, Span
from catalog_service.terms import XSD, Iri


def columns(plan: Plan) -> tuple[AnswerColumn, ...]:
    """Where each column of an answer comes from, in the order of the columns."""
    spine = plan.spine
    relation = spine.relation.relation
    found = []
    if plan.grain is Grain.IDENTITY:
        at = relation.column(spine.key)
        found.append(
            AnswerColumn(
                name=spine.key,
                datatype=at.datatype,
                polyseme=spine.polyseme,
                product=relation.product,
                port=relation.port,
                column=at.iri,
            )
        )
    named = {
        one.name: AnswerColumn(
            name=one.name,
            datatype=relation.column(one.column).datatype,
            product=relation.product,
            port=relation.port,
            column=one.iri,
        )
        for one in spine.dimensions
    }
    named |= {one.name: _axis(at, one, plan) for at, one in enumerate(plan.axes)}
    found += [named[name] for name in plan.order or named]
    found += [_figure(fact, one) for fact in plan.facts for one in fact.measures]
    if plan.unattributed:
        found.append(AnswerColumn(ATTRIBUTED, XSD.boolean))
    return tuple(found)


def _axis(at: int, axis: Axis, plan: Plan) -> AnswerColumn:
    if axis.span:
        return AnswerColumn(axis.name, XSD.dateTime if axis.span is Span.HOUR else XSD.date)
    first = plan.facts[0]
    relation = first.holder(first.positions[at]).relation
    column = relation.column(first.positions[at].column)
    return AnswerColumn(
        name=axis.name,
        datatype=column.datatype,
        product=relation.product,
        port=relation.port,
        column=column.iri,
    )


def _figure(fact: FactAggregate, one: Measure) -> AnswerColumn:
    relation = fact.relation.relation
    at = relation.column(one.operand) if one.operand else None
    return AnswerColumn(
        name=one.name,
        datatype=at.datatype if at else XSD.integer,
        measure=one.iri,
        unit=one.unit,
        product=relation.product,
        port=relation.port,
        column=at.iri if at else None,
        transform=" | ".join(step.name for step in fact.path.transforms) or None,
    )


def finished(answer: Answer, plan: Plan, table: pa.Table, limit: int | None) -> Answer:
    """An answer with its rows.

    Raises:
        Refused: `mixed-units`, where the rows of a measure are in several.
    """
    for fact in plan.facts:
        for number, one in enumerate(fact.measures):
            if one.unit_column:
                table = _one_unit(table, one, units(number, one))
    policies = answer.policies
    warnings = answer.warnings
    if COUNTED in table.column_names:
        table, withheld = _withheld(table, plan.minimum_group)
        if withheld:
            policies = (*policies, PolicyApplied(None, None, "withheld"))
            warnings = (
                *warnings,
                (
                    f"{withheld} groups are withheld, so that none of fewer than"
                    f" {plan.minimum_group} identities can be told"
                ),
            )
    if limit is not None and table.num_rows > limit:
        table = table.slice(0, limit)
    if ATTRIBUTED in table.column_names and plan.order:
        keys = [(ATTRIBUTED, "descending"), *((name, "ascending") for name in plan.order)]
        table = table.sort_by(keys)
    table = table.select([at.name for at in answer.columns])
    return replace(answer, table=table, policies=policies, warnings=warnings)


def _one_unit(table: pa.Table, one: Measure, names: tuple[str, ...]) -> pa.Table:
    shown = [f"{name}_{one.name}" for name in names]
    found: set[str] = set()
    for name in shown:
        found |= {str(value) for value in pc.unique(table[name]).to_pylist() if value is not None}
        table = table.drop_columns([name])
    declared = short(Iri(one.unit)) if one.unit else None
    if declared and found:
        found.add(declared)
    if len(found) > 1:
        raise Refused(
            f"the rows of {one.name} are in {', '.join(sorted(found))}, and it is declared in"
            f" {declared or 'no unit'}: they cannot be added up",
            code="mixed-units",
            because=(one.iri,),
            hint="filter by the unit, or let the product serve one measure for each",
        )
    return table


def _withheld(table: pa.Table, minimum: int) -> tuple[pa.Table, int]:
    """The groups that are large enough, and how many are not.

    Where a single group is too small, it could be told from a total; the next smallest goes too.
    """
    if minimum <= 1:
        return table.drop_columns([COUNTED]), 0
    counts = [None if at is None else int(at) for at in table[COUNTED].to_pylist()]
    small = {at for at, count in enumerate(counts) if count is not None and count < minimum}
    rest = sorted(
        (count, at) for at, count in enumerate(counts) if count is not None and at not in small
    )
    if len(small) == 1 and rest and len(counts) > 1:
        small.add(rest[0][1])
    keep = [at for at in range(table.num_rows) if at not in small]
    return table.take(pa.array(keep, pa.int64())).drop_columns([COUNTED]), len(small)
