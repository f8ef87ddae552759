"""Waivers as the gate sees them: which are live, which have no effect, and what they cover.

A waiver counts where a decision of the federation states it, and where those granted it who may.
One in a product's graph is out of place, and the gate refuses it before anything is made of it.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from catalog_service.domain.findings import Finding, Severity
from catalog_service.domain.rdf import Literal, Term, Triple
from catalog_service.domain.waivers import LONGEST, Waiver, longest_lived
from catalog_service.governance.rights import Rights
from catalog_service.governance.standard import Stage, Standard
from catalog_service.terms import PM, RDF, STD, XSD, Iri

_PARTS = (PM.waives, PM.appliesTo, PM.rationale, PM.grantedBy, PM.expires)
_GRANT = "Let those grant it who answer for the standard, or leave it out."
_SHORTEN = (
    f"Let pm:expires be at most {LONGEST.days} days ahead; what takes longer is granted anew."
)
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?")


def stated(triples: Iterable[Triple]) -> dict[Iri, Waiver]:
    """The waivers that are stated in full, by their IRIs.

    One that lacks a part, or names two standards, resources or days, grants nothing; the standard
    `waiver-complete` says so.
    """
    said: dict[Iri, dict[Iri, set[Term]]] = defaultdict(lambda: defaultdict(set))
    for subject, predicate, value in triples:
        if predicate in _PARTS or predicate == PM.covers:
            said[subject][predicate].add(value)
    read = ((iri, _waiver(iri, said[iri])) for iri in sorted(said))
    return {iri: waiver for iri, waiver in read if waiver is not None}


def _waiver(iri: Iri, said: Mapping[Iri, Collection[Term]]) -> Waiver | None:
    standard, applies_to = _one(said.get(PM.waives)), _one(said.get(PM.appliesTo))
    last = _one(said.get(PM.expires))
    expires = _day(last) if isinstance(last, Literal) else None
    reasons = [o if isinstance(o, str) else o.lexical for o in said.get(PM.rationale, ())]
    rationale = min((text.strip() for text in reasons if text.strip()), default="")
    granted_by = frozenset(o for o in said.get(PM.grantedBy, ()) if isinstance(o, str))
    if (
        not isinstance(standard, str)
        or not isinstance(applies_to, str)
        or not rationale
        or not granted_by
        or expires is None
    ):
        return None
    covers = frozenset(o for o in said.get(PM.covers, ()) if isinstance(o, str))
    return Waiver(iri, standard, applies_to, rationale, granted_by, expires, covers)


def _one(values: Collection[Term] | None) -> Term | None:
    """The value, where there is exactly one."""
    return next(iter(values)) if values and len(values) == 1 else None


def _day(value: Literal) -> date | None:
    """The day that an `xsd:date` names, whatever its time zone; None of anything else."""
    written = _DAY.fullmatch(value.lexical) if value.datatype == XSD.date else None
    try:
        return date.fromisoformat(written[1]) if written else None
    except ValueError:
        return None


class Waivers:
    """The waivers of one run of the gate.

    Args:
        decided: what the federation has decided.
        known: the standards, by the IRIs of their shapes.
        copies: waivers read from a file. Where decisions are known they have to hold the same ones;
            where none are, the file is taken at its word, and it is said so.
        at: the gate.
        today: the day.
    """

    def __init__(
        self,
        decided: Sequence[Triple],
        known: Mapping[Iri, Standard],
        *,
        copies: Sequence[Waiver] = (),
        at: Stage,
        today: date,
    ) -> None:
        self._known = known
        self._at = at
        self._today = today
        self._rights = Rights.among(decided)
        held = stated(decided)
        decides = any(p == RDF.type and value == PM.Decision for _, p, value in decided)
        foreign = tuple(copy for copy in copies if held.get(copy.iri) != copy)
        self._unheld = foreign if decides else ()
        self._trusted = () if decides else foreign
        self._counted = (*held.values(), *self._trusted)

    def weighed(
        self, subject: Iri, graph: Sequence[Triple], findings: Sequence[Finding]
    ) -> tuple[Finding, ...]:
        """The findings about a product, waived where a waiver covers them, and what of waivers.

        Args:
            subject: the product.
            graph: what it states.
            findings: what its standards found.
        """
        live: list[Waiver] = []
        ended: list[Waiver] = []
        told: list[Finding] = []
        for waiver in self._counted:
            if not waiver.concerns(subject):
                continue
            why = self._why_not(waiver) or self._why_not_here(waiver, subject, graph)
            if not waiver.in_force(self._today):
                ended += [] if why else [waiver]
            elif why:
                told.append(self._without_effect(subject, waiver, why))
            else:
                live.append(waiver)
        told += (
            self._without_effect(subject, waiver, _UNHELD)
            for waiver in self._unheld
            if waiver.concerns(subject)
        )
        weighed = [_weighed(finding, live, ended) for finding in findings]
        for waiver in live:
            told += self._told(waiver, subject, used=any(map(waiver.excuses, findings)))
        return (*weighed, *told)

    def misgranted(self, decision: Iri, graph: Iterable[Triple]) -> Iterator[Finding]:
        """What is wrong with the live waivers that a decision states."""
        for waiver in stated(graph).values():
            if not waiver.in_force(self._today):
                continue
            why, fix = self._why_not(waiver), _GRANT
            if not why and waiver.expires > self._today + LONGEST:
                why, fix = f"it is to last until {waiver.expires}, and none may so long", _SHORTEN
            if why:
                yield Finding(
                    "waiver-without-effect",
                    self._weight(waiver),
                    f"The waiver has no effect: {why}.",
                    fix=fix,
                    focus=waiver.iri,
                    product=decision,
                )

    def hindrance(
        self, waiver: Waiver, subject: Iri | None = None, graph: Sequence[Triple] = ()
    ) -> str:
        """Why a waiver has no effect, whatever its day; empty where it has.

        Args:
            waiver: the waiver.
            subject: the product that it would excuse; None where there is none of that name.
            graph: what that product states of its domain and its owner.
        """
        why = self._why_not(waiver)
        if why or subject is None:
            return why
        return self._why_not_here(waiver, subject, graph)

    def _why_not(self, waiver: Waiver) -> str:
        """Why a waiver grants nothing to anybody; empty where it does."""
        standard = self._known.get(waiver.standard)
        if standard is None:
            return f"there is no standard <{waiver.standard}> at this gate"
        if not standard.waivable:
            return f"nobody can be excused from {standard.name}"
        if waiver in self._trusted:
            return ""
        granters = self._rights.granters(standard)
        answer = "the federated team" if standard.domain is None else f"owner of {standard.domain}"
        if not granters:
            return f"no {answer.removeprefix('the ')} is known here that could have granted it"
        if not any(self._rights.belongs(agent, granters) for agent in waiver.granted_by):
            return f"{_listed(waiver.granted_by)} is neither {answer} nor a member of it"
        return ""

    def _why_not_here(self, waiver: Waiver, subject: Iri, graph: Sequence[Triple]) -> str:
        """Why a waiver grants nothing to this product."""
        own = self._known[waiver.standard].domain is not None
        if not own and self._rights.excuses_itself(waiver, subject, graph):
            return f"{_listed(waiver.granted_by)} answers for the product that it would excuse"
        return ""

    def _weight(self, waiver: Waiver) -> Severity:
        """An info where this gate lacks what it takes to decide, else a violation."""
        standard = self._known.get(waiver.standard)
        if standard is None:
            return Severity.VIOLATION if waiver.standard.startswith(STD.base) else Severity.INFO
        undecided = standard.waivable and not self._rights.granters(standard)
        return Severity.INFO if undecided and self._at is Stage.CI else Severity.VIOLATION

    def _without_effect(self, subject: Iri, waiver: Waiver, why: str) -> Finding:
        return Finding(
            "waiver-without-effect",
            Severity.INFO if self._weight(waiver) is Severity.INFO else Severity.WARNING,
            f"The waiver <{waiver.iri}> has no effect: {why}.",
            fix="Meet the standard, or ask those who answer for it.",
            focus=waiver.applies_to,
            value=waiver.iri,
            product=subject,
        )

    def _told(self, waiver: Waiver, subject: Iri, *, used: bool) -> Iterator[Finding]:
        """What there is to say of a live waiver beside what it covers."""
        standard = self._known[waiver.standard]
        if used and waiver in self._trusted:
            yield Finding(
                "waiver-on-trust",
                Severity.INFO,
                f"The waiver <{waiver.iri}> is honoured on the word of a file: no decisions are"
                " known here.",
                fix="Check beside the mesh's decisions: elsewhere it counts only if they hold it.",
                focus=waiver.applies_to,
                value=waiver.iri,
                product=subject,
            )
        elif not used and standard.gate <= self._at:
            yield Finding(
                "waiver-without-finding",
                Severity.INFO,
                f"The waiver <{waiver.iri}> covers nothing: {standard.name} has no finding there.",
                fix="Let those who granted it take it back.",
                focus=waiver.applies_to,
                value=waiver.iri,
                product=subject,
            )


_UNHELD = "the decisions that are known here do not hold it as the file has it"


def _listed(agents: Iterable[Iri]) -> str:
    return " and ".join(f"<{agent}>" for agent in sorted(agents))


def _weighed(finding: Finding, live: Sequence[Waiver], ended: Sequence[Waiver]) -> Finding:
    waiver = longest_lived(waiver for waiver in live if waiver.excuses(finding))
    if waiver is not None:
        return replace(finding, waiver=waiver.iri)
    late = longest_lived(waiver for waiver in ended if waiver.excuses(finding))
    if late is None:
        return finding
    return replace(finding, fix=f"{finding.fix} The waiver <{late.iri}> ended on {late.expires}.")
