"""The gate: whether a product, or a decision of the federation, meets the standards.

Each case is checked in a graph of its own: what it states, its neighbourhood, what the federation
has decided, and the ontology. So a product never passes because of what another product says that
is not in its neighbourhood, and the answer is the same alone and among ten thousand. (One graph of
many products would not even be faster: the engines slow down as it grows.)
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from catalog_service.domain.findings import Finding, Severity, Verdict, in_order
from catalog_service.domain.rdf import Triple
from catalog_service.governance.engines.background import seen
from catalog_service.governance.engines.fast import FastEngine, fast_available
from catalog_service.governance.engines.reference import ReferenceEngine
from catalog_service.governance.engines.result import Judge, Result
from catalog_service.governance.standards import Stage, Standards
from catalog_service.governance.subjects import Ground, governed_among, is_term, unwritable
from catalog_service.governance.wording import message
from catalog_service.terms import Iri

__all__ = ["Case", "Gate", "Stage"]


@dataclass(frozen=True, slots=True)
class Case:
    """One subject to be checked.

    Args:
        subject: the product, or the decision.
        graph: what is stated about it.
        neighbourhood: what the gate has to see beside it; nothing in it is judged.
        decision: True for what the federation says itself.
    """

    subject: Iri
    graph: tuple[Triple, ...]
    neighbourhood: tuple[Triple, ...] = ()
    decision: bool = False


class Gate:
    """Checks cases by the standards.

    Args:
        standards: the standards.
        ontology: the closed ontology as N-Triples.
    """

    def __init__(self, standards: Standards, ontology: str) -> None:
        self._standards = standards
        self._ontology = ontology
        self._terms = frozenset(
            Iri(line[1 : line.index(">")]) for line in ontology.splitlines() if line[:1] == "<"
        )
        self._benches: dict[Stage, _Bench] = {}

    def check(
        self,
        cases: Sequence[Case],
        *,
        shared: Sequence[Triple] = (),
        at: Stage = Stage.PUBLISH,
        today: date,
    ) -> tuple[Verdict, ...]:
        """The verdict on each case, in order.

        Args:
            cases: what to check.
            shared: what lies around every case: the decisions of the federation.
            at: the gate to check at; it runs its own standards and those of the gates before it.
            today: the day the standards are read on; a warning may have become a violation.
        """
        if at not in self._benches:
            self._benches[at] = _Bench(self._standards.until(at), self._ontology)
        # A decision that redefines a term is refused; until then no product is judged by it.
        heard = [triple for triple in shared if not is_term(triple.subject, self._terms)]
        session = _Session(self._benches[at], heard)
        governed = frozenset(governed_among(heard))
        later = tuple(standard.name for standard in self._standards if standard.gate > at)
        return tuple(
            Verdict(case.subject, self._findings(case, session, governed, today), later)
            for case in cases
        )

    def _findings(
        self, case: Case, session: "_Session", governed: Collection[Iri], today: date
    ) -> tuple[Finding, ...]:
        ground = Ground(
            case.subject,
            self._terms,
            governed,
            frozenset(governed_among(case.neighbourhood)),
            decision=case.decision,
        )
        findings: dict[str, Finding] = {}
        sound: list[Triple] = []
        for triple in case.graph:
            refused = _unwritable(case.subject, triple) or ground.trespass(triple)
            if refused is None:
                sound.append(triple)
            else:
                findings[refused.fingerprint] = refused
        for result in session.results(sound, case.neighbourhood, ground):
            found = self._finding(result, case.subject, today)
            findings.setdefault(found.fingerprint, found)
        return in_order(findings.values())

    def _finding(self, result: Result, subject: Iri, today: date) -> Finding:
        standard = self._standards.named(result.standard)
        return Finding(
            standard=standard.name,
            severity=standard.severity_on(today),
            message=message(standard.label, result),
            fix=result.message,
            focus=result.focus,
            path=result.path,
            value=result.value,
            product=subject,
        )


class _Bench:
    """The engines, with the standards of one gate.

    Args:
        standards: those standards.
        ontology: the closed ontology as N-Triples.
    """

    def __init__(self, standards: Standards, ontology: str) -> None:
        self._shapes = standards.shapes()
        self._ontology = seen(ontology, self._shapes, standards.prefixes)
        self.fast = FastEngine(self._shapes, self._ontology) if fast_available() else None

    @cached_property
    def reference(self) -> ReferenceEngine:
        """The engine whose word counts; most checks do without it."""
        return ReferenceEngine(self._shapes, self._ontology)


class _Session:
    """The engines, among what lies around every case of one run.

    Args:
        bench: the engines.
        shared: the triples around every case.
    """

    def __init__(self, bench: _Bench, shared: Sequence[Triple]) -> None:
        self._bench = bench
        self._shared = shared
        self._fast = bench.fast.among(shared) if bench.fast else None

    @cached_property
    def _reference(self) -> Judge:
        return self._bench.reference.among(self._shared)

    def results(
        self, graph: Sequence[Triple], neighbourhood: Sequence[Triple], ground: Ground
    ) -> tuple[Result, ...]:
        """What the nodes of a graph do not meet, seen among its neighbourhood.

        Its nodes are its subjects, and the parts of the product that it names without a word about
        them: somebody has to answer for what is missing there.
        """
        nodes = {triple.subject for triple in graph}
        nodes |= {value for _, _, value in graph if isinstance(value, str) and ground.owns(value)}
        triples = (*graph, *neighbourhood)
        if self._fast and not self._fast(triples, nodes):
            return ()
        return self._reference(triples, nodes)


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
