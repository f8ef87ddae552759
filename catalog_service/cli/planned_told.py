"""Plans as people read them: as text, and as Markdown under a pull request."""

from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from catalog_service.cli import findings
from catalog_service.cli.findings import plural
from catalog_service.cli.formats import Target, encoded
from catalog_service.cli.formats.markdown import safe
from catalog_service.cli.output import Output
from catalog_service.cli.planned import Planned, record
from catalog_service.domain.names import short
from catalog_service.services.changes import (
    Amendment,
    Bump,
    Change,
    Dependant,
    Detail,
    Done,
    Impact,
    Plan,
    Ruling,
)

if TYPE_CHECKING:
    from catalog_service.cli.findings import Known
    from catalog_service.cli.session import Session

FORMATS = ("text", "json", "markdown")
MARK = "<!-- polyseme plan -->"
"""What a program looks for that writes over its own comment."""
_MOST = 60_000
"""GitHub takes comments of 65,536 characters, GitLab longer ones."""
_STYLES = {
    Impact.BREAKING: "bold red",
    Impact.COMPATIBLE: "green",
    Impact.INFORMATIONAL: "dim",
}
_SIGNS = {Done.ADDED: "+", Done.CHANGED: "~", Done.REMOVED: "-"}


def write(
    session: "Session", planned: Planned, known: "Known", outputs: Sequence[Target] = ()
) -> int:
    """Write plans in the session's format, and in those of `outputs`; the exit code."""
    read = {Path(row.file).resolve() for row in planned.files}
    for target in outputs:
        target.spare(read)
        target.write(_as(target.format, planned, known))
    told = session.writes(*FORMATS)
    if told == "text":
        _write(session.out, planned, known, verbose=session.verbose)
    else:
        session.out.raw(encoded(_as(told, planned, known)))
    return planned.code


def _as(name: str, planned: Planned, known: "Known") -> str:
    """Plans in a format, with nothing left out."""
    if name == "markdown":
        return markdown(planned)
    paper = StringIO()
    out = Output(into=paper)
    if name == "json":
        out.json(record(planned))
    else:
        _write(out, planned, known, verbose=True)
    return paper.getvalue()


def _write(out: Output, planned: Planned, known: "Known", *, verbose: bool) -> None:
    """Plans for people: each decision and product that changes, then what it comes to."""
    findings.written(out, planned.unchecked, known)
    findings.written(out, [f for row in planned.lost for f in row.findings], known)
    for amended in planned.amendments:
        if amended.rulings or verbose:
            _write_amendment(out, amended, planned)
    for plan in planned.plans:
        if plan.changes or verbose:
            _write_plan(out, plan, planned, verbose=verbose)
    for outcome in planned.refused:
        told = findings.counted(outcome.verdict.findings)
        out.line(("refused", "bold red"), f"  {outcome.subject}  {told}; see polyseme validate")
    out.line((summary(planned), "bold"))


def _write_amendment(out: Output, amended: Amendment, planned: Planned) -> None:
    out.line((f"decision {short(amended.decision)}", "bold"), "  new" if amended.new else "")
    width = max((len(_called(ruling)) for ruling in amended.rulings), default=0)
    for ruling in amended.rulings:
        told = ruling.impact.value.upper() if ruling.breaking else ruling.impact.value
        head = f"  {_SIGNS[ruling.done]} {_called(ruling):<{width}}   "
        words = "; ".join(map(_detail, ruling.details)) or ruling.done.value
        out.line(head, (told, _STYLES[ruling.impact]), f"   {words}")
        for each in ruling.concerned:
            _write_dependant(out, each, planned, "    ")


def _write_plan(out: Output, plan: Plan, planned: Planned, *, verbose: bool) -> None:
    out.line((f"product {short(plan.product)}", "bold"), f"  {_versions(plan)}")
    width = max((len(change.name) for change in plan.changes), default=0)
    for change in plan.changes:
        told = change.impact.value.upper() if change.breaking else change.impact.value
        users = planned.users(plan.uses.get(change, ()))
        used = f"   used by {', '.join(users)}" if users else ""
        head = f"  {_sign(change)} {change.name:<{width}}   "
        out.line(head, (told, _STYLES[change.impact]), f"   {_words(change)}{used}")
        if verbose:
            out.line((f"      {change.why}", "dim"))
    for each in plan.dependants:
        _write_dependant(out, each, planned, "  ")


def _write_dependant(out: Output, each: Dependant, planned: Planned, margin: str) -> None:
    kind = "broken" if each.broken else "affected"
    domain, owner = (planned.names[iri] if iri else "-" for iri in (each.domain, each.owner))
    style = "bold red" if each.broken else ""
    named = f"{planned.names[each.iri]} ({short(each.iri)})"
    out.line((f"{margin}{kind:<8}", style), f"   {named}   domain {domain}   owner {owner}")


def markdown(planned: Planned) -> str:
    """Plans as a comment under a change, cut where a comment could not hold them."""
    text = f"{MARK}\n**polyseme plan**: {safe(summary(planned))}\n"
    for line in _paragraphs(planned):
        if len(text) + len(line) > _MOST:
            return f"{text}\nThe rest does not fit here: `polyseme plan` shows it.\n"
        text += line
    return text


def _paragraphs(planned: Planned) -> Iterator[str]:
    if planned.unchecked:
        yield "\n"
    for finding in planned.unchecked:
        yield f"- **not checked**: {safe(finding.message)}; {safe(finding.fix)}\n"
    for amended in planned.amending:
        yield f"\n### Decision {safe(short(amended.decision))}{' (new)' if amended.new else ''}\n"
        yield "\n| | What | Change | Products | Owners |\n|---|---|---|---|---|\n"
        for ruling in amended.rulings:
            yield _ruling_row(ruling, planned)
    for plan in planned.differing:
        yield f"\n### {safe(short(plan.product))} {safe(_versions(plan))}\n"
        yield "\n| | What | Change | Why | Used by |\n|---|---|---|---|---|\n"
        for change in plan.changes:
            impact = f"**{change.impact.value}**" if change.breaking else change.impact.value
            users = ", ".join(planned.users(plan.uses.get(change, ())))
            cells = (change.name, _words(change), change.why, users)
            yield f"| {impact} | {' | '.join(map(safe, cells))} |\n"
        if plan.dependants:
            yield "\n| | Product | Domain | Owner |\n|---|---|---|---|\n"
        for each in plan.dependants:
            kind = "**broken**" if each.broken else "affected"
            iris = (each.iri, each.domain, each.owner)
            told = " | ".join(safe(planned.names[iri]) if iri else "" for iri in iris)
            yield f"| {kind} | {told} |\n"


def _ruling_row(ruling: Ruling, planned: Planned) -> str:
    impact = f"**{ruling.impact.value}**" if ruling.breaking else ruling.impact.value
    products = [planned.names[each.iri] for each in ruling.concerned]
    owners = sorted({planned.names[each.owner] for each in ruling.concerned if each.owner})
    words = "; ".join(map(_detail, ruling.details)) or ruling.done.value
    cells = (_called(ruling), words, ", ".join(products), ", ".join(owners))
    return f"| {impact} | {' | '.join(map(safe, cells))} |\n"


def summary(planned: Planned) -> str:
    """What the plans come to, in one line."""
    counts = [f"{n:,} {impact.value}" for impact in Impact if (n := planned.count(impact))]
    broken, affected = (len(planned.concerned(broken=each)) for each in (True, False))
    owners = planned.owners()
    amending = f"{plural(len(planned.amending), 'decision')} of {len(planned.amendments):,}"
    parts = (
        f"{amending} would change" if planned.amendments else "",
        f"{plural(len(planned.differing), 'product')} of {len(planned.plans):,} would change",
        ", ".join(counts),
        f"downstream: {broken:,} broken, {affected:,} affected" if broken or affected else "",
        f"owners {', '.join(owners)}" if owners else "",
        f"{plural(len(planned.lost), 'file')} not compared" if planned.lost else "",
        planned.gate(),
    )
    return " · ".join(filter(None, parts))


def _versions(plan: Plan) -> str:
    """`1.2.0 → 1.3.0, asks for 2.0.0 (major)`."""
    if not plan.before and plan.required is Bump.NONE:
        return f"new {plan.after}".rstrip()
    told = f"{plan.before or '-'} → {plan.after or '-'}"
    if plan.announced:
        return told
    asked = f"{plan.needed} ({plan.required.word})" if plan.needed else plan.required.word
    return f"{told}, asks for {asked}"


def _called(ruling: Ruling) -> str:
    """`identifier scheme user-id`."""
    return f"{ruling.sort} {short(ruling.thing)}"


def _detail(detail: Detail) -> str:
    """`pm:pattern: ^a$ → ^b$`."""
    if detail.before and detail.after:
        return f"{detail.property}: {detail.before} → {detail.after}"
    return f"{detail.property} {'removed' if detail.before else 'added'}: " + (
        detail.before or detail.after
    )


def _sign(change: Change) -> str:
    """`+`, `-` or `~`, as differences have it."""
    _, _, done = change.kind.value.rpartition("-")
    return {"added": "+", "served": "+", "removed": "-", "unserved": "-"}.get(done, "~")


def _words(change: Change) -> str:
    """What changed, and from what to what: `datatype widened: int → long`."""
    what = change.kind.value.replace("-", " ")
    if change.before and change.after:
        return f"{what}: {change.before} → {change.after}"
    told = change.before or change.after
    return f"{what}: {told}" if told else what
