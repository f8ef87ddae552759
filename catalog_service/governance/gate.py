"""The gate: whether a product, or a decision of the federation, meets the standards.

What a domain asks of its own products is checked in runs of its own, so that it can add findings
and take none away. Live waivers are laid over the findings at the end: what they cover keeps its
place in the verdict.

Each case is checked in a graph of its own: what it states, its neighbourhood, what the federation
has decided, and the ontology. So a product never passes because of what another product says that
is not in its neighbourhood, and the answer is the same alone and among ten thousand. (One graph of
many products would not even be faster: the engines slow down as it grows.)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from catalog_service.domain.findings import Finding, Severity, Verdict, in_order
from catalog_service.domain.rdf import Literal, Triple
from catalog_service.domain.waivers import Waiver
from catalog_service.governance.engines.result import Result
from catalog_service.governance.layers import Layer, concerned, hierarchy
from catalog_service.governance.session import Bench, Judged, Session
from catalog_service.governance.standards import Stage, Standard, Standards
from catalog_service.governance.stated import Stated
from catalog_service.governance.subjects import (
    Ground,
    governed_among,
    governed_in,
    is_term,
    unwritable,
)
from catalog_service.governance.waivers import Waivers
from catalog_service.governance.wording import message
from catalog_service.terms import PM, XSD, Iri

__all__ = ["Case", "Gate", "Stage"]


@dataclass(frozen=True, slots=True)
class Case:
    """One subject to be checked.

    Args:
        subject: the product, or the decision.
        graph: what is stated about it; as `Stated`, where it is published.
        neighbourhood: what the gate has to see beside it; nothing in it is judged.
        decision: True for what the federation says itself.
        beside: more of the neighbourhood: what each product beside it states.
    """

    subject: Iri
    graph: Sequence[Triple]
    neighbourhood: tuple[Triple, ...] = ()
    decision: bool = False
    beside: tuple[Stated, ...] = ()

    @property
    def around(self) -> tuple[Triple, ...]:
        """All that the gate has to see beside the subject."""
        return (*self.neighbourhood, *chain.from_iterable(self.beside))


class Gate:
    """Checks cases by the standards.

    Args:
        standards: the standards of the mesh.
        ontology: the closed ontology as N-Triples.
        layers: what domains ask of their own products beside them.
    """

    def __init__(self, standards: Standards, ontology: str, layers: Sequence[Layer] = ()) -> None:
        self._standards = standards
        self._layers = tuple(layers)
        self._ontology = ontology
        self._terms = frozenset(
            Iri(line[1 : line.index(">")]) for line in ontology.splitlines() if line[:1] == "<"
        )
        every = (standards, *(layer.standards for layer in self._layers))
        self._known = {found.iri: found for one in every for found in one}
        self._keyed = {found.key: found for found in self._known.values()}
        self._benches: dict[tuple[Stage, int], Bench | None] = {}
        self._last: _Run | None = None

    def check(
        self,
        cases: Sequence[Case],
        *,
        shared: Sequence[Triple] = (),
        at: Stage = Stage.PUBLISH,
        today: date,
        copies: Sequence[Waiver] = (),
    ) -> tuple[Verdict, ...]:
        """The verdict on each case, in order.

        Args:
            cases: what to check.
            shared: what lies around every case: the decisions of the federation.
            at: the gate to check at; it runs its own standards and those of the gates before it.
            today: the day the standards are read on; a warning may have become a violation, and a
                waiver may have ended.
            copies: waivers that were read from a file; see `Waivers`.
        """
        run = self._run(tuple(shared), at, today, tuple(copies))
        return tuple(self._verdict(case, run) for case in cases)

    def _run(
        self, shared: tuple[Triple, ...], at: Stage, today: date, copies: tuple[Waiver, ...]
    ) -> "_Run":
        """What is the same for all cases; that of the last run, where nothing has changed since."""
        last = self._last
        if (
            last is not None
            and last.shared is shared
            and (last.at, last.today, last.copies) == (at, today, copies)
        ):
            return last
        # A decision that redefines a term is refused; until then no product is judged by it.
        heard = [triple for triple in shared if not is_term(triple.subject, self._terms)]
        waivers = Waivers(heard, self._known, copies=copies, at=at, today=today)
        governed = frozenset(governed_among(heard))
        run = _Run(shared, at, today, copies, heard, governed, hierarchy(heard), waivers)
        self._last = run
        return run

    def _verdict(self, case: Case, run: "_Run") -> Verdict:
        ground = Ground(
            case.subject,
            self._terms,
            run.governed,
            frozenset(governed_among(case.neighbourhood)).union(*map(governed_in, case.beside)),
            decision=case.decision,
        )
        findings: dict[str, Finding] = {}
        sound = _sound(case, ground, findings)
        later: list[str] = []
        for number, sure in self._held_to(case, sound, run):
            session = self._session(number, run) if sure else None
            judged = (
                session.judged(sound, case.neighbourhood, ground, case.beside)
                if session
                else Judged()
            )
            for found in (
                *(self._finding(result, case.subject, run.today) for result in judged.results),
                *(self._disputed(result, case.subject, run.today) for result in judged.disputed),
            ):
                findings.setdefault(found.fingerprint, found)
            later += [one.key for one in self._layer(number) if one.gate > run.at or not sure]
        if case.decision:
            told = (*findings.values(), *run.waivers.misgranted(case.subject, sound))
        else:
            told = run.waivers.weighed(case.subject, sound, tuple(findings.values()))
        return Verdict(case.subject, in_order(told), tuple(later))

    def _held_to(self, case: Case, sound: Stated, run: "_Run") -> Iterator[tuple[int, bool]]:
        """The numbers of the layers that the case is checked by; 0 is the mesh's own.

        With each, whether that can be told here; where not, it is left to a later gate.
        """
        yield 0, True
        if self._layers and not case.decision:
            held = concerned(
                self._layers, case.subject, sound, broader=run.broader, known=run.governed
            )
            yield from ((place + 1, sure) for place, sure in held.items())

    def _layer(self, number: int) -> Standards:
        return self._layers[number - 1].standards if number else self._standards

    def _session(self, number: int, run: "_Run") -> Session | None:
        """The engines with one layer among the decisions; None where this gate runs none of it."""
        if number not in run.sessions:
            place = (run.at, number)
            if place not in self._benches:
                decided = self._layer(number).until(run.at)
                self._benches[place] = Bench(decided, self._ontology) if len(decided) else None
            bench = self._benches[place]
            shared = (*run.heard, _clock(run.today))
            run.sessions[number] = Session(bench, shared) if bench else None
        return run.sessions[number]

    def _finding(self, result: Result, subject: Iri, today: date) -> Finding:
        standard: Standard = self._keyed[result.standard]
        return Finding(
            standard=standard.key,
            severity=standard.severity_on(today),
            message=message(standard.label, result),
            fix=result.message,
            focus=result.focus,
            path=result.path,
            value=result.value,
            product=subject,
        )

    def _disputed(self, result: Result, subject: Iri, today: date) -> Finding:
        """Nobody can tell whether the standard is met, and what was not told must not pass."""
        found = self._finding(result, subject, today)
        return Finding(
            "engines-disagree",
            found.severity,
            f"Two engines disagree on {found.standard}: {found.message}",
            fix="State the value with the datatype that the standard expects; if it has that,"
            " report the disagreement as a fault of Polyseme.",
            focus=found.focus,
            path=found.path,
            value=found.value,
            product=subject,
        )


@dataclass(frozen=True, slots=True)
class _Run:
    """What is the same for every case that is checked together.

    Args:
        shared: what lies around every case.
        at: the gate.
        today: the day.
        copies: waivers that were read from a file.
        heard: the decisions that are listened to.
        governed: what they place under the federation.
        broader: the domains directly above each domain.
        waivers: the waivers.
        sessions: the engines among those decisions, by the number of the layer.
    """

    shared: tuple[Triple, ...]
    at: Stage
    today: date
    copies: tuple[Waiver, ...]
    heard: Sequence[Triple]
    governed: frozenset[Iri]
    broader: dict[Iri, set[Iri]]
    waivers: Waivers
    sessions: dict[int, Session | None] = field(default_factory=dict)


def _sound(case: Case, ground: Ground, findings: dict[str, Finding]) -> Stated:
    """What a case states that can be judged; what is wrong with the rest is a finding."""
    stated = case.graph if isinstance(case.graph, Stated) else _written(case, findings)
    refused: set[int] = set()
    for place in ground.doubtful(stated.rows):
        wrong = ground.trespass(stated[place])
        if wrong is not None:
            findings[wrong.fingerprint] = wrong
            refused.add(place)
    return stated.without(refused) if refused else stated


def _written(case: Case, findings: dict[str, Finding]) -> Stated:
    kept: list[Triple] = []
    for triple in case.graph:
        wrong = _unwritable(case.subject, triple)
        if wrong is None:
            kept.append(triple)
        else:
            findings[wrong.fingerprint] = wrong
    return Stated.of(kept)


def _clock(today: date) -> Triple:
    """The day as a fact, so that shapes judge by the caller's clock and never by the engine's."""
    return Triple(PM.Runtime, PM.today, Literal(today.isoformat(), XSD.date))


def _unwritable(subject: Iri, triple: Triple) -> Finding | None:
    """A term that cannot be written could put other triples into the text that engines read."""
    reason = unwritable(triple)
    if not reason:
        return None
    return Finding(
        "invalid-iri",
        Severity.VIOLATION,
        reason,
        fix="Write the IRI or the text so that RDF can hold it.",
        focus=subject,
        product=subject,
    )
