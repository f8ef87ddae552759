"""What each verdict of a sweep rests on, found for the whole mesh by a few questions.

A verdict follows from what the product states, from what lies around it, from what is observed of
it, and from standards, decisions and day. All of that comes to one digest: where it is what it was,
the verdict is what it was.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256

from catalog_service.domain.findings import Severity
from catalog_service.domain.measurement import Measurement
from catalog_service.domain.rdf import Triple, line
from catalog_service.domain.tracking import State, Tracked
from catalog_service.governance.gate import Case
from catalog_service.governance.stated import Stated
from catalog_service.graph import View, grouped, query
from catalog_service.journal import Journal
from catalog_service.journal.wanted import Filter
from catalog_service.publishing import observing
from catalog_service.publishing.circles import Circles
from catalog_service.publishing.neighbourhood import summary
from catalog_service.terms import PM, RDF, Iri

HANDLED = "finding-handled"
"""The standard that asks whether findings are taken up. It does not ask that of its own."""

BATCH = 200
"""Subjects that are judged together: what lies around all of them is read once."""


@dataclass(frozen=True, slots=True)
class Rules:
    """By what a sweep judges.

    Args:
        digest: the digest of the standards and of the ontology.
        today: the day they are read on.
    """

    digest: str
    today: date

    @classmethod
    def of(cls, texts: Iterable[str], today: date) -> "Rules":
        """The rules that some texts come to."""
        return cls(_digest(texts), today)


@dataclass
class Bases:
    """The mesh as one sweep finds it.

    Args:
        view: what is published.
        journal: its entries, and what is kept beside them.
        rules: by what it is judged.
    """

    view: View
    journal: Journal
    rules: Rules
    _told: dict[Iri, Stated] = field(default_factory=dict, repr=False)
    _before: dict[Iri, tuple[Triple, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def current(self) -> dict[Iri, tuple[str, int]]:
        """The content hash and revision of each subject."""
        return self.journal.hashes()

    @cached_property
    def decisions(self) -> tuple[Iri, ...]:
        """What the federation has published."""
        rows = self.view.select(query(__package__, "decisions"))
        return tuple(row.iri("decision") for row in rows if row.iri("decision") in self.current)

    @cached_property
    def products(self) -> tuple[Iri, ...]:
        """The products that are published."""
        rows = self.view.select(query(__package__, "products"))
        return tuple(row.iri("product") for row in rows if row.iri("product") in self.current)

    @property
    def subjects(self) -> tuple[Iri, ...]:
        """All that is judged: decisions, then products."""
        return (*self.decisions, *self.products)

    @cached_property
    def decided(self) -> tuple[Triple, ...]:
        """What the decisions state."""
        return tuple(triple for name in self.decisions for triple in self.view.graph(name))

    @cached_property
    def _beside(self) -> dict[Iri, tuple[Iri, ...]]:
        """The products that the gate sees beside each."""
        rows = grouped(self.view.select(query(__package__, "beside")), "product")
        return {product: tuple(row.iri("other") for row in some) for product, some in rows.items()}

    @cached_property
    def _sources(self) -> dict[Iri, frozenset[Iri]]:
        """What each product is made from."""
        found: dict[Iri, set[Iri]] = defaultdict(set)
        for row in self.view.select(query(__package__, "sources")):
            found[row.iri("product")].add(row.iri("source"))
        return {product: frozenset(found.get(product, ())) for product in self.products}

    @cached_property
    def _circles(self) -> Circles:
        return Circles(self.view, self._sources)

    @cached_property
    def _measured(self) -> dict[Iri, tuple[Measurement, ...]]:
        """What was last measured of each product, beside what its own graph says."""
        return self.journal.observations.latest()

    @cached_property
    def _open(self) -> dict[Iri, list[Tracked]]:
        """The violations that nobody has taken up.

        A warning or an info asks for nothing by a day, so nothing is asked about it.
        """
        found: dict[Iri, list[Tracked]] = {}
        wanted = Filter(states=(State.OPEN,), severities=(Severity.VIOLATION,))
        for tracked in self.journal.ledger.page(wanted):
            if tracked.finding.standard != HANDLED:
                found.setdefault(tracked.subject, []).append(tracked)
        return found

    @cached_property
    def _common(self) -> str:
        """The digest of what every verdict rests on."""
        decided = (f"{name} {self.current[name][0]}" for name in self.decisions)
        return _digest((self.rules.digest, self.rules.today.isoformat(), *decided))

    def digest(self, subject: Iri) -> str:
        """The digest of all that the verdict on a subject rests on."""
        content, revision = self.current[subject]
        beside = self._beside.get(subject, ())
        return _digest(
            (
                self._common,
                f"{content} {revision}",
                *(f"{other} {self.current[other][0]}" for other in beside),
                *(line(step) for step in self._circle(subject)),
                *(measured.name for measured in self._measured.get(subject, ())),
                *(tracked.fingerprint for tracked in self._open.get(subject, ())),
            )
        )

    def cases(self, subjects: Sequence[Iri]) -> list[Case]:
        """Some subjects, which `prepare` was told of, as the gate takes them."""
        decided = frozenset(self.decisions)
        cases = [
            Case(subject, Stated(self.view.text(subject)), decision=True)
            if subject in decided
            else self._case(subject)
            for subject in subjects
        ]
        self._told.clear()
        return cases

    def prepare(self, subjects: Sequence[Iri]) -> None:
        """Read what processes that are forked from here cannot: they share no database."""
        for each in (self.decided, self._beside, self._circles, self._measured, self._open):
            assert each is not None  # noqa: S101 - a cached property is filled by being asked for
        for some in batches(subjects):
            for product, entry in self.journal.earlier_of(some).items():
                self._before[product] = summary(product, entry.nquads)

    def _case(self, product: Iri) -> Case:
        observed = observing.facts(self._measured.get(product, ()))
        handled = [
            triple
            for tracked in self._open.get(product, ())
            for triple in (
                Triple(tracked.iri, RDF.type, PM.Finding),
                Triple(tracked.iri, PM.findingState, tracked.state.iri),
            )
        ]
        return Case(
            product,
            self._stated(product).with_more(handled),
            (*self._circle(product), *observed, *self._before.get(product, ())),
            beside=tuple(self._stated(other) for other in self._beside.get(product, ())),
        )

    def _circle(self, subject: Iri) -> tuple[Triple, ...]:
        return self._circles.through(subject)

    def _stated(self, name: Iri) -> Stated:
        if name not in self._told:
            self._told[name] = Stated(self.view.text(name))
        return self._told[name]


def batches(subjects: Sequence[Iri]) -> Iterator[Sequence[Iri]]:
    """Subjects in batches of what is judged together."""
    return (subjects[start : start + BATCH] for start in range(0, len(subjects), BATCH))


def _digest(texts: Iterable[str]) -> str:
    return sha256("\n".join(texts).encode(errors="surrogatepass")).hexdigest()
