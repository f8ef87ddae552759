"""Plans as text, as JSON, and as Markdown under a pull request."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catalog_service.cli import exits, findings
from catalog_service.cli.findings import plural
from catalog_service.cli.formats.markdown import safe
from catalog_service.cli.output import Output
from catalog_service.domain.names import short
from catalog_service.domain.publication import Outcome
from catalog_service.harvesting.runner import FileReport
from catalog_service.services.changes import Bump, Change, Dependant, Impact, Plan, Use
from catalog_service.terms import Iri

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


@dataclass(frozen=True, slots=True)
class Planned:
    """The plans of one run, and what the gate says to them.

    Args:
        plans: one for each product that was read.
        files: a row for each file that was looked at.
        outcomes: the gate's answers.
        names: what to call those that the plans concern.
        strict: count every change that asks for a higher version, and every product that breaks.
        unread: True where something could not be read.
    """

    plans: Sequence[Plan]
    files: Sequence[FileReport]
    outcomes: Sequence[Outcome]
    names: Mapping[Iri, str]
    strict: bool = False
    unread: bool = False

    @property
    def differing(self) -> tuple[Plan, ...]:
        """The plans that change something."""
        return tuple(plan for plan in self.plans if plan.changes)

    @property
    def refused(self) -> tuple[Outcome, ...]:
        """What the gate would refuse."""
        return tuple(outcome for outcome in self.outcomes if not outcome.verdict.conforms)

    @property
    def lost(self) -> tuple[FileReport, ...]:
        """The files of which something was not taken, so that it is not compared either."""
        return tuple(row for row in self.files if row.outcome in {"unreadable", "refused"})

    @property
    def code(self) -> int:
        """The exit code."""
        if self.unread:
            return exits.UNCHECKED
        fails = self.refused or self.lost or any(map(self.fails, self.plans))
        return exits.FINDINGS if fails else exits.FINE

    def fails(self, plan: Plan) -> bool:
        """True where a plan by itself ends the run with 1."""
        if self.strict:
            return not plan.announced or bool(plan.broken)
        return bool(plan.breaking) and not plan.announced

    def users(self, uses: Iterable[Use]) -> tuple[str, ...]:
        """Who reads a part: by the columns that come from it, or by name where none is known."""
        columns: dict[Iri, list[str]] = {}
        for use in uses:
            at = columns.setdefault(use.product, [])
            if "/columns/" in use.place:
                at.append(short(use.place))
        return tuple(
            name
            for product, names in columns.items()
            for name in ([f"{short(product)}.{each}" for each in names] or [short(product)])
        )

    def owners(self) -> tuple[str, ...]:
        """Those who answer for what breaks or is affected."""
        found = (d.owner for plan in self.plans for d in plan.dependants if d.owner)
        return tuple(sorted({self.names[owner] for owner in found}))

    def gate(self) -> str:
        """What the gate says, in a few words."""
        told = findings.counted([f for o in self.outcomes for f in o.verdict.findings])
        if not self.refused:
            return f"gate: conforms, {told}"
        return f"gate: {plural(len(self.refused), 'product')} refused, {told}"


def write(session: "Session", planned: Planned, known: "Known") -> int:
    """Write plans in the session's format; the exit code."""
    match session.writes(*FORMATS):
        case "json":
            session.out.json(record(planned))
        case "markdown":
            session.out.raw(markdown(planned).encode("utf-8", "backslashreplace"))
        case _:
            _write(session.out, planned, known, verbose=session.verbose)
    return planned.code


def record(planned: Planned) -> dict[str, Any]:
    """The plans as JSON has them."""
    verdicts = {outcome.subject: outcome.verdict for outcome in planned.outcomes}
    return {
        "products": [
            {
                "iri": plan.product,
                "version": {
                    "before": plan.before,
                    "after": plan.after,
                    "rise": plan.rise.word,
                    "required": plan.required.word,
                    "announced": plan.announced,
                    "needed": plan.needed,
                },
                "changes": [_change(change, plan) for change in plan.changes],
                "broken": [_dependant(each, planned) for each in plan.broken],
                "affected": [_dependant(each, planned) for each in plan.affected],
                "conforms": verdicts[plan.product].conforms,
            }
            for plan in planned.plans
        ],
        "lost": [
            {
                "file": row.file,
                "outcome": row.outcome,
                "findings": [finding.record() for finding in row.findings],
            }
            for row in planned.lost
        ],
        "summary": {
            "changed": len(planned.differing),
            "unchanged": len(planned.plans) - len(planned.differing),
            **{impact.value: _count(planned, impact) for impact in Impact},
            "broken": len(_concerned(planned, broken=True)),
            "affected": len(_concerned(planned, broken=False)),
            "owners": list(planned.owners()),
            "refused": [outcome.subject for outcome in planned.refused],
            "findings": findings.tally([f for o in planned.outcomes for f in o.verdict.findings]),
            "exit": planned.code,
        },
    }


def _change(change: Change, plan: Plan) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "impact": change.impact.value,
        "why": change.why,
        "thing": change.thing,
        "name": change.name,
        "before": change.before,
        "after": change.after,
        "used_by": [
            {"product": use.product, "place": use.place} for use in plan.uses.get(change, ())
        ],
    }


def _dependant(each: Dependant, planned: Planned) -> dict[str, Any]:
    return {
        "iri": each.iri,
        "name": planned.names[each.iri],
        "domain": each.domain,
        "domain_name": planned.names[each.domain] if each.domain else "",
        "owner": each.owner,
        "owner_name": planned.names[each.owner] if each.owner else "",
    }


def _write(out: Output, planned: Planned, known: "Known", *, verbose: bool) -> None:
    """Plans for people: each product that changes, then what it comes to."""
    findings.written(out, [f for row in planned.lost for f in row.findings], known)
    for plan in planned.plans:
        if plan.changes or verbose:
            _write_plan(out, plan, planned, verbose=verbose)
    for outcome in planned.refused:
        told = findings.counted(outcome.verdict.findings)
        out.line(("refused", "bold red"), f"  {outcome.subject}  {told}; see polyseme validate")
    out.line((summary(planned), "bold"))


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
        kind = "broken" if each.broken else "affected"
        domain, owner = (planned.names[iri] if iri else "-" for iri in (each.domain, each.owner))
        style = "bold red" if each.broken else ""
        named = f"{planned.names[each.iri]} ({short(each.iri)})"
        out.line((f"  {kind:<8}", style), f"   {named}   domain {domain}   owner {owner}")


def markdown(planned: Planned) -> str:
    """Plans as a comment under a change, cut where a comment could not hold them."""
    text = f"{MARK}\n**polyseme plan**: {safe(summary(planned))}\n"
    for line in _paragraphs(planned):
        if len(text) + len(line) > _MOST:
            return f"{text}\nThe rest does not fit here: `polyseme plan` shows it.\n"
        text += line
    return text


def _paragraphs(planned: Planned) -> Iterator[str]:
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


def summary(planned: Planned) -> str:
    """What the plans come to, in one line."""
    counts = [f"{n:,} {impact.value}" for impact in Impact if (n := _count(planned, impact))]
    broken, affected = (len(_concerned(planned, broken=each)) for each in (True, False))
    owners = planned.owners()
    parts = (
        f"{plural(len(planned.differing), 'product')} of {len(planned.plans):,} would change",
        ", ".join(counts),
        f"downstream: {broken:,} broken, {affected:,} affected" if broken or affected else "",
        f"owners {', '.join(owners)}" if owners else "",
        f"{plural(len(planned.lost), 'file')} not compared" if planned.lost else "",
        planned.gate(),
    )
    return " · ".join(filter(None, parts))


def _concerned(planned: Planned, *, broken: bool) -> set[Iri]:
    """Whom the plans together break; or whom they concern and none of them breaks."""
    breaks = {each.iri for plan in planned.plans for each in plan.broken}
    return breaks if broken else {e.iri for p in planned.plans for e in p.affected} - breaks


def _count(planned: Planned, impact: Impact) -> int:
    return sum(change.impact is impact for plan in planned.plans for change in plan.changes)


def _versions(plan: Plan) -> str:
    """`1.2.0 → 1.3.0, asks for 2.0.0 (major)`."""
    if not plan.before and plan.required is Bump.NONE:
        return f"new {plan.after}".rstrip()
    told = f"{plan.before or '-'} → {plan.after or '-'}"
    if plan.announced:
        return told
    asked = f"{plan.needed} ({plan.required.word})" if plan.needed else plan.required.word
    return f"{told}, asks for {asked}"


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
