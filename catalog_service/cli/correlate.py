"""polyseme correlate: one question across products, answered from their data."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from catalog_service.cli.exits import FINDINGS, FINE
from catalog_service.cli.findings import plural
from catalog_service.cli.output import Output
from catalog_service.cli.session import Given
from catalog_service.domain.names import short
from catalog_service.errors import InvalidRequest, Refused
from catalog_service.semantic.question import (
    Comparison,
    Condition,
    Grain,
    Question,
    Scalar,
    Sharing,
    Window,
)

if TYPE_CHECKING:
    from catalog_service.semantic.answer import Answer

_SHOWN = 1000
_CONDITION = re.compile(
    r"(?P<name>[^=<>!]+?)\s*(?P<sign>!=|>=|<=|=|>|<)\s*(?P<value>.*)", re.DOTALL
)
_SIGNS = {
    "=": Comparison.EQ,
    "!=": Comparison.NE,
    "<": Comparison.LT,
    "<=": Comparison.LTE,
    ">": Comparison.GT,
    ">=": Comparison.GTE,
}
_PERIODS = (
    (re.compile(r"\d{4}"), "%Y"),
    (re.compile(r"\d{4}-\d{2}"), "%Y-%m"),
    (re.compile(r"\d{4}-\d{2}-\d{2}"), "%Y-%m-%d"),
)


def correlate(
    polyseme: str,
    products: Sequence[str] = (),
    /,
    *,
    measure: Annotated[list[str], Parameter(negative="")],
    by: Annotated[list[str] | None, Parameter(negative="")] = None,
    where: Annotated[list[str] | None, Parameter(negative="")] = None,
    during: str = "",
    zone: str = "UTC",
    purpose: str = "",
    grain: Grain = Grain.GROUPED,
    path: Annotated[list[str] | None, Parameter(negative="")] = None,
    sharing: Sharing = Sharing.REJECT,
    partial: bool = False,
    unattributed: bool = False,
    first: int | None = None,
    explain: bool = False,
    sql: bool = False,
    session: Given,
) -> int:
    """Ask one question across products. Formats: text, json, csv, arrow.

    Exits with 1 where the question is refused, and with 3 where a source cannot be read.

    Args:
        polyseme: Whose identities the products are joined by: its label or IRI.
        products: The only products that may be read; any by default.
        measure: A figure to tell, by name or IRI; may be given again.
        by: A dimension to group by, of the identities or of all that is counted, or `hour`, `day`,
            `week`, `month`, `quarter` or `year`; may be given again.
        where: A condition such as `country=SE`, `seconds>=30` or `country=SE,DE`; all have to hold.
        during: A period: `2026`, `2026-02`, `2026-02-01`, or two of them as `FROM..TO`, the end
            included; `FROM..` and `..TO` are open.
        zone: The time zone of the period, and of the days and months of the answer.
        purpose: What the answer is for, as the policies of products name it.
        grain: One row for each group, or for each identity.
        path: A crosswalk, column or dataset to take where several lead to the identity, by IRI.
        sharing: What becomes of keys that lead to several identities.
        partial: Leave out products that may not or cannot be read, instead of refusing.
        unattributed: Add a row of what leads to no identity.
        first: At most so many rows.
        explain: Show the plan, and read nothing.
        sql: Show the SQL, and read nothing.
        session: What every verb is given.
    """
    written = session.writes("text", "json", "csv", "arrow")
    question = Question(
        polyseme=polyseme,
        measures=tuple(measure),
        dimensions=tuple(by or ()),
        where=tuple(_condition(text) for text in where or ()),
        time=_window(during, zone) if during else Window(zone=zone),
        grain=grain,
        purpose=purpose,
        products=tuple(products),
        paths=tuple(path or ()),
        sharing=sharing,
        partial=partial,
        unattributed=unattributed,
        limit=first,
    )
    with session.reading() as catalog:
        try:
            answer = catalog.correlate(question, explain=explain or sql)
        except Refused as fault:
            _refuse(session.out, fault, written)
            return FINDINGS
    if sql:
        session.out.line(answer.sql)
    elif explain and written == "text":
        session.out.line(answer.plan.rstrip("\n"))
    else:
        _write(session.out, answer, written)
    return FINE


def _condition(text: str) -> Condition:
    found = _CONDITION.fullmatch(text)
    if found is None:
        raise InvalidRequest(f"{text!r} is no condition", hint="write country=SE or seconds>=30")
    comparison = _SIGNS[found["sign"]]
    values = tuple(_scalar(part) for part in found["value"].split(","))
    if comparison is Comparison.EQ and len(values) > 1:
        comparison = Comparison.IN
    if comparison is Comparison.EQ and found["value"] == "null":
        return Condition(found["name"], Comparison.IS_NULL)
    if comparison is Comparison.NE and found["value"] == "null":
        return Condition(found["name"], Comparison.IS_NOT_NULL)
    return Condition(found["name"], comparison, values)


def _scalar(text: str) -> Scalar:
    """A value as it is written: quoted it is a text, else what it looks like."""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    if text in {"true", "false"}:
        return text == "true"
    if re.fullmatch(r"-?(0|[1-9]\d{0,17})", text):
        return int(text)
    if re.fullmatch(r"-?\d+\.\d+", text):
        return _decimal(text)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return _day(text)
    return text


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise InvalidRequest(f"{text} is no number", hint="write digits") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise InvalidRequest(f"{text} is no day: {fault}", hint="write 2026-02-28") from None


def _window(text: str, zone: str) -> Window:
    begins, two, ends = text.partition("..")
    if not two:
        return Window(*_period(text), zone)
    start = _period(begins)[0] if begins or not ends else None
    return Window(start, _period(ends)[1] if ends else None, zone)


def _period(text: str) -> tuple[datetime, datetime]:
    """When a year, a month or a day begins, and when the next one does."""
    for pattern, form in _PERIODS:
        if pattern.fullmatch(text):
            try:
                start = datetime.strptime(text, form)  # noqa: DTZ007 - on the clock of the zone
            except ValueError:
                break
            match form:
                case "%Y":
                    return start, start.replace(year=start.year + 1)
                case "%Y-%m":
                    return start, (start + timedelta(days=32)).replace(day=1)
                case _:
                    return start, start + timedelta(days=1)
    raise InvalidRequest(
        f"{text!r} is no period", hint="write 2026, 2026-02, 2026-02-01 or 2026-01..2026-03"
    )


def _refuse(out: Output, fault: Refused, written: str) -> None:
    if written == "json":
        told = {"code": fault.code, "message": fault.message, "hint": fault.hint}
        out.json({"refused": {**told, "because": list(fault.because)}})
        return
    out.note(("refused", "bold red"), f" {fault.message} ({fault.code})")
    for fact in fault.because[:10]:
        out.note(f"  {fact}")
    if len(fault.because) > 10:  # noqa: PLR2004 - as many as are shown
        out.note(f"  and {len(fault.because) - 10} more facts")
    if fault.hint:
        out.note(f"  {fault.hint}")


def _write(out: Output, answer: "Answer", written: str) -> None:
    if written == "json":
        out.json(record(answer))
        return
    if written == "arrow":
        out.raw(answer.stream())
    else:
        rows = [[_cell(value) for value in row.values()] for row in answer.records()]
        head = [column.name for column in answer.columns]
        if written == "csv":
            out.raw(_csv(head, rows))
        else:
            out.table(rows[:_SHOWN], head=head)
            left = len(rows) - _SHOWN
            more = f", {left} not shown" if left > 0 else ""
            out.line((f"{plural(len(rows), 'row')}{more}", "bold"))
    for line in _told(answer):
        out.note(line)


def _csv(head: list[str], rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode()


def _told(answer: "Answer") -> list[str]:
    lines = [f"engine {answer.engine} · revision {answer.revision}"]
    for one in answer.coverage:
        share = f"{one.matched} of {one.matched + one.unmatched} rows"
        lines.append(f"{short(one.product)}: {share} lead to an identity")
    lines += [f"warning: {warning}" for warning in answer.warnings]
    return lines


def _cell(value: Any) -> str:  # noqa: ANN401 - whatever a column holds
    return "" if value is None else str(value)


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """A value as JSON has it: decimals, days and moments as text, so that none is changed."""
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def record(answer: "Answer") -> dict[str, Any]:
    """An answer as JSON; figures that are decimals are texts."""
    rows = None
    if answer.table is not None:
        rows = [{k: _plain(v) for k, v in row.items()} for row in answer.records()]
    return {
        "columns": [_fields(column) for column in answer.columns],
        "rows": rows,
        "engine": answer.engine,
        "plan": answer.plan,
        "sql": answer.sql,
        "products": [_fields(one) for one in answer.products],
        "policies": [_fields(one) for one in answer.policies],
        "coverage": [_fields(one) for one in answer.coverage],
        "warnings": list(answer.warnings),
        "revision": answer.revision,
        "asOf": _plain(answer.as_of),
        "digest": answer.digest,
    }


def _fields(one: Any) -> dict[str, Any]:  # noqa: ANN401 - any part of an answer
    found = asdict(one)
    snapshot = found.pop("snapshot", None)
    if snapshot:
        found |= {"snapshot": snapshot["pin"], "asOf": _plain(snapshot["as_of"])}
    return {_camel(name): _plain(value) for name, value in found.items()}


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)
