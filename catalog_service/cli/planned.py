"""The plans of one run: what all formats tell of them, the exit code, and the record as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog_service.cli import exits, findings
from catalog_service.cli.findings import plural
from catalog_service.domain.names import short
from catalog_service.domain.publication import Outcome
from catalog_service.harvesting.runner import FileReport
from catalog_service.services.changes import Change, Dependant, Impact, Plan, Use
from catalog_service.terms import Iri


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

    def concerned(self, *, broken: bool) -> set[Iri]:
        """Whom the plans together break; or whom they concern and none of them breaks."""
        breaks = {each.iri for plan in self.plans for each in plan.broken}
        return breaks if broken else {e.iri for p in self.plans for e in p.affected} - breaks

    def count(self, impact: Impact) -> int:
        """How many changes there are of an impact."""
        return sum(change.impact is impact for plan in self.plans for change in plan.changes)

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
            **{impact.value: planned.count(impact) for impact in Impact},
            "broken": len(planned.concerned(broken=True)),
            "affected": len(planned.concerned(broken=False)),
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
