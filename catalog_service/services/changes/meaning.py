"""What a product means by its words, what it counts, and how its identifiers lead to others."""

from catalog_service.domain.names import short
from catalog_service.services.changes.comparison import Comparison
from catalog_service.services.changes.kinds import Kind
from catalog_service.terms import CSVW, PM, RDF, SDMX, Iri

_CROSSING = (
    PM.fromScheme,
    PM.toScheme,
    PM.realisedBy,
    PM.fromColumn,
    PM.toColumn,
    PM.cardinality,
    PM.validFromColumn,
    PM.validToColumn,
)
_COMPUTING = (
    CSVW.name,
    PM.countedOn,
    PM.aggregate,
    PM.operand,
    PM.additivity,
    PM.notAdditiveOver,
    PM.clock,
    PM.zone,
    PM.whenEmpty,
    SDMX.unitMeasure,
    PM.unitColumn,
)
"""What a measure is; its label and description are words for people."""


def crosswalks(seen: Comparison) -> None:
    """Compare the tables that lead from one identifier scheme to another."""
    sides = _typed(seen, PM.Crosswalk)
    kept = seen.came((Kind.CROSSWALK_ADDED, Kind.CROSSWALK_REMOVED), {}, sides)
    for crosswalk in sorted(kept):
        for predicate in _CROSSING:
            pair = seen.pair(crosswalk, predicate)
            seen.differ(Kind.CROSSWALK_CHANGED, crosswalk, short(crosswalk), pair)


def measures(seen: Comparison) -> None:
    """Compare the figures that a product can be asked for."""
    sides = _typed(seen, PM.Measure)
    for measure in sorted(seen.came((Kind.MEASURE_ADDED, Kind.MEASURE_REMOVED), {}, sides)):
        for predicate in _COMPUTING:
            pair = seen.pair(measure, predicate)
            seen.differ(Kind.MEASURE_CHANGED, measure, short(measure), pair)


def concepts(seen: Comparison) -> None:
    """Compare which polysemes the local concepts interpret."""
    before, after = _typed(seen, PM.LocalConcept)
    for concept in sorted(before & after):
        pair = seen.pair(concept, PM.interprets)
        kind = Kind.CONCEPT_CHANGED if pair.before - pair.after else Kind.CONCEPT_ADDED
        seen.differ(kind, concept, short(concept), pair)


def _typed(seen: Comparison, sort: Iri) -> tuple[set[Iri], set[Iri]]:
    before = set(seen.before.subjects(RDF.type, sort))
    return before, set(seen.after.subjects(RDF.type, sort))
