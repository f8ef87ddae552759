"""The plans of one run: what all formats tell of them, the exit code, and the record as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog_service.cli import exits, findings
from catalog_service.domain.findings import Finding
from catalog_service.domain.names import short
from catalog_service.domain.publication import Outcome
from catalog_service.harvesting.runner import FileReport
from catalog_service.services.changes import (
    Amendment,
    Change,
    Dependant,
    Impact,
    Plan,
    Ruling,
    Use,
)
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Planned:
    """The plans of one run, and what the gate says to them.

    Args:
        plans: one for each product that was read.
        files: a row for each file that was looked at.
        outcomes: the gate's answers.
        names: what to call those that the plans concern.
        amendments: one for each decision that was read.
        strict: count every change that asks for a higher version, and every product that breaks.
        unchecked: what kept the files from being compared whole.
    """

    plans: Sequence[Plan]
    files: Sequence[FileReport]
    outcomes: Sequence[Outcome]
    names: Mapping[Iri, str]
    amendments: Sequence[Amendment] = ()
    strict: bool = False
    unchecked: Sequence[Finding] = ()

    @property
    def differing(self) -> tuple[Plan, ...]:
        """The plans that change something."""
        return tuple(plan for plan in self.plans if plan.changes)

    @property
    def amending(self) -> tuple[Amendment, ...]:
        """The decisions that would decide something otherwise."""
        return tuple(each for each in self.amendments if each.rulings)

    @property
    def rulings(self) -> tuple[Ruling, ...]:
        """All that would be decided otherwise."""
        return tuple(ruling for each in self.amendments for ruling in each.rulings)

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
        if self.unchecked or any(row.outcome == "unreadable" for row in self.files):
            return exits.UNCHECKED
        fails = self.refused or self.lost or any(map(self.fails, self.plans))
        fails = fails or any(ruling.breaking for ruling in self.rulings)
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
        found = [each for plan in self.plans for each in plan.dependants]
        found += [each for ruling in self.rulings for each in ruling.concerned]
        breaks = {each.iri for each in found if each.broken}
        return breaks if broken else {each.iri for each in found} - breaks

    def count(self, impact: Impact) -> int:
        """How many changes there are of an impact."""
        changes = sum(change.impact is impact for plan in self.plans for change in plan.changes)
        return changes + sum(ruling.impact is impact for ruling in self.rulings)

    def owners(self) -> tuple[str, ...]:
        """Those who answer for what breaks or is affected."""
        found = {d.owner for plan in self.plans for d in plan.dependants}
        found |= {d.owner for ruling in self.rulings for d in ruling.concerned}
        return tuple(sorted({self.names[owner] for owner in found if owner}))

    def gate(self) -> str:
        """What the gate says, in a few words."""
        told = findings.counted([f for o in self.outcomes for f in o.verdict.findings])
        if not self.refused:
            return f"gate: conforms, {told}"
        return f"gate: {len(self.refused):,} refused, {told}"


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
        "decisions": [
            {
                "iri": each.decision,
                "new": each.new,
                "changes": [_ruling(ruling, planned) for ruling in each.rulings],
                "conforms": verdicts[each.decision].conforms,
            }
            for each in planned.amendments
        ],
        "lost": [
            {
                "file": row.file,
                "outcome": row.outcome,
                "findings": [finding.record() for finding in row.findings],
            }
            for row in planned.lost
        ],
        "unchecked": [finding.record() for finding in planned.unchecked],
        "summary": {
            "decisions_changed": len(planned.amending),
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


def _ruling(ruling: Ruling, planned: Planned) -> dict[str, Any]:
    return {
        "thing": ruling.thing,
        "sort": ruling.sort,
        "change": ruling.done.value,
        "impact": ruling.impact.value,
        "details": [
            {"property": each.property, "before": each.before, "after": each.after}
            for each in ruling.details
        ],
        "concerned": [_dependant(each, planned) for each in ruling.concerned],
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
