"""What a file says of measurements: which facts make one, and what is wrong with the others."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Fact, Literal, Origin, Term, ntriples
from catalog_service.harvesting import Document, Faulty, Harvested
from catalog_service.harvesting.contract import Statements
from catalog_service.harvesting.words import moment
from catalog_service.terms import DQV, PROV, RDF, SDMX, XSD, Iri

_READ = (DQV.computedOn, DQV.isMeasurementOf, DQV.value, PROV.generatedAtTime, SDMX.unitMeasure)
_NEEDED = {
    DQV.computedOn: "the port, dataset or column that was measured, as dqv:computedOn",
    DQV.isMeasurementOf: "what was measured of it, such as pm:Freshness, as dqv:isMeasurementOf",
    DQV.value: "the figure, as dqv:value",
    PROV.generatedAtTime: "when it was measured, as prov:generatedAtTime",
}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_NO_NUMBERS = frozenset((XSD.string, XSD.boolean, XSD.dateTime, XSD.date, XSD.duration))


@dataclass(slots=True)
class _Told:
    """What is told of one measurement."""

    name: Iri
    origin: Origin
    said: dict[Iri, dict[Term, Origin]] = field(default_factory=lambda: defaultdict(dict))

    def state(self, predicate: Iri, value: Term, origin: Origin) -> None:
        """One more of its facts."""
        self.said[predicate].setdefault(value, origin)

    def faults(self) -> Iterator[Faulty]:
        """What keeps it from being a measurement."""
        for predicate, what in _NEEDED.items():
            if not self.said[predicate]:
                yield self._faulty(self.origin, f"<{self.name}> lacks {what}", f"state {what}")
        for predicate in _READ:
            if len(self.said[predicate]) > 1:
                place = list(self.said[predicate].values())[1]
                told = " and ".join(map(ntriples, self.said[predicate]))
                yield self._faulty(
                    place, f"<{self.name}> says {told}", "state one measurement for each figure"
                )
            for value, place in self.said[predicate].items():
                holds, kind, fix = _KINDS[predicate]
                if not holds(value):
                    yield self._faulty(place, f"{ntriples(value)[:120]} is no {kind}", fix)

    @staticmethod
    def _faulty(place: Origin, message: str, fix: str) -> Faulty:
        return Faulty(place, message, fix, unread=False)


def stated(facts: Sequence[Fact], document: Document) -> Iterator[Harvested | Faulty]:
    """The measurements among some facts, one part for each thing that was measured.

    A measurement that lacks something is left out and reported; the others are taken.
    """
    told = _measurements(facts)
    if not told:
        yield Faulty(
            Origin(document.name, 1),
            "the file states no measurement",
            "state a dqv:QualityMeasurement with dqv:computedOn, dqv:isMeasurementOf, dqv:value"
            " and prov:generatedAtTime",
            unread=False,
        )
        return
    parts: dict[Iri, Statements] = {}
    for one in told.values():
        faults = list(one.faults())
        yield from faults
        if faults:
            continue
        (measured,) = one.said[DQV.computedOn]
        part = parts.setdefault(Iri(str(measured)), Statements(Iri(str(measured))))
        part.type(one.name, DQV.QualityMeasurement, one.origin)
        for predicate in _READ:
            for value, place in one.said[predicate].items():
                part.state(one.name, predicate, value, place)
        for predicate in sorted(set(one.said) - {*_READ, RDF.type}):
            place = next(iter(one.said[predicate].values()))
            part.notice(
                "unread-key",
                Severity.INFO,
                f"<{predicate}> is not read",
                place,
                fix="leave it; of a measurement only part, metric, figure, time and unit are kept",
                focus=one.name,
            )
    for part in parts.values():
        origin = next(iter(part.facts.values()))
        yield Harvested(
            part.subject,
            tuple(Fact(triple, place) for triple, place in part.facts.items()),
            origin,
            findings=tuple(part.findings),
            observed=True,
        )


def _measurements(facts: Iterable[Fact]) -> dict[Iri, _Told]:
    """The measurements, in the order in which they are told."""
    told: dict[Iri, _Told] = {}
    for (subject, predicate, value), origin in facts:
        is_one = predicate == RDF.type and value == DQV.QualityMeasurement
        if is_one or predicate == DQV.isMeasurementOf:
            told.setdefault(subject, _Told(subject, origin))
        elif predicate == DQV.hasQualityMeasurement and isinstance(value, str):
            told.setdefault(value, _Told(value, origin)).state(DQV.computedOn, subject, origin)
    for (subject, predicate, value), origin in facts:
        if subject in told:
            told[subject].state(predicate, value, origin)
    return dict(sorted(told.items(), key=lambda item: (item[1].origin.line, item[0])))


def _is_iri(value: Term) -> bool:
    return isinstance(value, str)


def _is_number(value: Term) -> bool:
    return (
        isinstance(value, Literal)
        and value.datatype not in _NO_NUMBERS
        and _NUMBER.fullmatch(value.lexical.strip()) is not None
    )


def _is_time(value: Term) -> bool:
    if not isinstance(value, Literal) or value.datatype != XSD.dateTime:
        return False
    found = moment(value.lexical)
    return found is not None and found.datatype == XSD.dateTime


_FULL = "write the IRI of the thing in full"
_KINDS = {
    DQV.computedOn: (_is_iri, "IRI", _FULL),
    DQV.isMeasurementOf: (_is_iri, "IRI", _FULL),
    SDMX.unitMeasure: (_is_iri, "IRI", _FULL),
    DQV.value: (_is_number, "number", "write the figure as xsd:decimal, such as 99.5"),
    PROV.generatedAtTime: (
        _is_time,
        "time",
        'write it as "2026-02-01T06:00:00Z"^^xsd:dateTime',
    ),
}
