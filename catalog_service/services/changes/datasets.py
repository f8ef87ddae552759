"""Datasets: what they mean, how they are laid out, on which terms they may be processed."""

from catalog_service.domain.names import short
from catalog_service.domain.rdf import Term
from catalog_service.services.changes.columns import column, named
from catalog_service.services.changes.comparison import Comparison
from catalog_service.services.changes.facts import Facts, written
from catalog_service.services.changes.kinds import Kind
from catalog_service.services.changes.sensitivity import personal, sensitivity
from catalog_service.terms import CSVW, DCAT, DCT, DPROD, DPV, PM, Iri

_TERMS = (DPV.hasLegalBasis, DPV.hasPurpose, DPV.hasJurisdiction, DPV.hasStorageCondition)
_COLUMNS = (CSVW.tableSchema, CSVW.column)


def datasets(seen: Comparison) -> None:
    """Compare the datasets of a product."""
    sides = seen.things(seen.product, DPROD.outputDataset)
    for dataset in sorted(seen.came((Kind.DATASET_ADDED, Kind.DATASET_REMOVED), {}, sides)):
        name = short(dataset)
        _meaning(seen, dataset, name)
        _forms(seen, dataset, name)
        _key(seen, dataset, name)
        seen.differ(Kind.GRAIN_CHANGED, dataset, name, seen.pair(dataset, PM.grain))
        sensitivity(seen, dataset, name, DPROD.informationSensitivityClassification)
        for predicate in _TERMS:
            _terms(seen, dataset, name, predicate)
        _columns(seen, dataset, name)
        _dimensions(seen, dataset, name)


def _meaning(seen: Comparison, dataset: Iri, name: str) -> None:
    model = seen.pair(dataset, DCT.conformsTo)
    kind = Kind.MODEL_CHANGED if model.before - model.after else Kind.MODEL_ADDED
    seen.differ(kind, dataset, name, model)
    about = seen.pair(dataset, PM.about)
    kind = Kind.CONCEPT_CHANGED if about.before - about.after else Kind.CONCEPT_ADDED
    seen.differ(kind, dataset, name, about)


def _forms(seen: Comparison, dataset: Iri, name: str) -> None:
    """The distributions of a dataset: each is what its media type, format and address are."""
    sides = seen.things(dataset, DCAT.distribution)
    parts = {form: f"{name}/{short(form)}" for form in sides[0] | sides[1]}
    for form in sorted(seen.came((Kind.FORM_ADDED, Kind.FORM_REMOVED), parts, sides)):
        for predicate in (DCAT.mediaType, DCT["format"], DCAT.accessURL):
            seen.differ(Kind.FORM_CHANGED, form, parts[form], seen.pair(form, predicate))


def _key(seen: Comparison, dataset: Iri, name: str) -> None:
    """The primary key, over all schemas of a dataset, whatever they are called."""
    before, after = seen.things(dataset, CSVW.tableSchema)
    was: set[Term] = set()
    now: set[Term] = set()
    for schema in before | after:
        pair = seen.pair(schema, CSVW.primaryKey)
        was |= pair.before if schema in before else frozenset()
        now |= pair.after if schema in after else frozenset()
    if was != now:
        seen.add(Kind.KEY_CHANGED, dataset, name, before=written(was), after=written(now))


def _terms(seen: Comparison, dataset: Iri, name: str, predicate: Iri) -> None:
    """Why, where and how long data may be processed: a rule is what it says, not its name."""
    links = seen.pair(dataset, predicate)
    was = {seen.before.form(value) for value in links.before}
    now = {seen.after.form(value) for value in links.after}
    if was != now or links.differs:
        kind = Kind.TERMS_CHANGED if was - now else Kind.TERMS_ADDED
        told = _told(seen.before, links.before), _told(seen.after, links.after)
        seen.add(kind, dataset, f"{name}.{short(predicate)}", before=told[0], after=told[1])
        for facts, values in ((seen.before, links.before), (seen.after, links.after)):
            for value in values:
                seen.cover(facts.reached(value))


def _told(facts: Facts, values: frozenset[Term]) -> str:
    """Terms by their labels; a length of time has no other name."""
    labels = {label for value in values for label in facts.labels(value)}
    return written(labels or values)


def _dimensions(seen: Comparison, dataset: Iri, name: str) -> None:
    """The columns that questions may group by; one that is gone as a column is told as that."""
    pair = seen.pair(dataset, PM.dimension)
    before, after = seen.things(dataset, *_COLUMNS)
    for each in sorted(value for value in pair.before ^ pair.after if isinstance(value, str)):
        if each in pair.after:
            seen.add(Kind.DIMENSION_ADDED, dataset, f"{name}.{short(each)}")
        elif each in after or each not in before:
            seen.add(Kind.DIMENSION_REMOVED, dataset, f"{name}.{short(each)}")


def _columns(seen: Comparison, dataset: Iri, name: str) -> None:
    sides = seen.things(dataset, *_COLUMNS)
    parts = {each: named(seen, each, name) for each in sides[0] | sides[1]}
    carried: set[Term] = set()
    for each in sides[0] ^ sides[1]:
        carried |= {*seen.before.values(each, PM.personalDataCategory)}
        carried |= {*seen.after.values(each, PM.personalDataCategory)}
    personal(seen, dataset, name, DPV.hasPersonalData, explained=frozenset(carried))
    kept = seen.came((Kind.COLUMN_ADDED, Kind.COLUMN_REMOVED), parts, sides)
    for each in sorted(kept):
        column(seen, each, parts[each])
