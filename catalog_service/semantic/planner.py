"""From the words of a question to its plan: every choice is the graph's or the caller's."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from catalog_service.domain.names import short
from catalog_service.errors import Refused
from catalog_service.semantic import checks
from catalog_service.semantic.paths import Parent, Paths, Reached
from catalog_service.semantic.plan import (
    AllOf,
    Bounds,
    Clock,
    Compare,
    Crosswalk,
    DerivedKey,
    Dimension,
    FactAggregate,
    Guarded,
    KeyPath,
    Measure,
    Missing,
    Not,
    Parameter,
    ParentJoin,
    Plan,
    Predicate,
    Relation,
    Spine,
    Validity,
    Within,
)
from catalog_service.semantic.policy import Asker, Policies
from catalog_service.semantic.question import Comparison, Condition, Grain, Question
from catalog_service.semantic.resolve import (
    Stated,
    StatedColumn,
    StatedDataset,
    StatedMeasure,
    StatedPolyseme,
    unknown,
)
from catalog_service.terms import XSD, Iri


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A product that a partial answer does without, and why."""

    product: Iri
    port: Iri
    why: Refused


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, with what is not in it.

    Args:
        plan: the plan.
        left_out: products that may not be read, where a partial answer was asked for.
        warnings: what a reader of the answer has to know.
    """

    plan: Plan
    left_out: tuple[LeftOut, ...]
    warnings: tuple[str, ...]


def plan(
    question: Question, stated: Stated, asker: Asker, *, minimum_group: int, revision: int
) -> Planned:
    """The plan of a question.

    Args:
        question: what is asked.
        stated: the graph as the caller may see it.
        asker: who asks.
        minimum_group: groups of fewer identities are withheld.
        revision: the revision of the catalog.

    Raises:
        Refused: a word is unknown, a fact is missing, or the answer could not be trusted.
    """
    return _Planning(question, stated, asker).plan(minimum_group, revision)


@dataclass(slots=True)
class _Planning:
    question: Question
    stated: Stated
    asker: Asker
    policies: Policies = field(init=False)
    relations: dict[tuple[Iri, Iri], Guarded] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    left_out: list[LeftOut] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def plan(self, minimum_group: int, revision: int) -> Planned:
        question = self.question
        if not question.measures:
            raise Refused(
                "the question asks for no measure", code="no-measure", hint="name one or more"
            )
        self.policies = Policies(self.stated, self.asker, question.purpose)
        polyseme = self.stated.polyseme(question.polyseme)
        measures = self.stated.measures(question.measures)
        self._prefetch(polyseme, measures)
        counted = self._counted(measures)
        dataset = self._spine(polyseme, counted)
        paths = Paths(self.stated, polyseme, dataset, question.paths)
        reached = {iri: paths.reach(of) for iri, of in counted.items()}
        relation = self._guarded(dataset)
        (key,) = dataset.grain
        spine_filters, fact_filters = self._conditions(dataset, counted)
        facts = self._facts(measures, counted, reached, fact_filters)
        spine = Spine(
            polyseme=polyseme.iri,
            relation=relation,
            key=key,
            dimensions=tuple(self._dimension(dataset, word) for word in question.dimensions),
            derived=_derived(reached.values()),
            filters=spine_filters,
        )
        made = Plan(
            spine=spine,
            facts=facts,
            grain=question.grain,
            minimum_group=minimum_group if question.grain is Grain.GROUPED else 1,
            unattributed=question.unattributed,
            revision=revision,
        )
        self.warnings += checks.check(made, question, self.asker, polyseme)
        return Planned(made, tuple(self.left_out), tuple(self.warnings))

    def _prefetch(self, polyseme: StatedPolyseme, measures: tuple[StatedMeasure, ...]) -> None:
        """Read together what is nearly always needed: asking the graph is most of the cost."""
        walks = self.stated.crosswalks(polyseme.scheme)
        columns = [walk.from_column for walk in walks]
        columns += [measure.clock for measure in measures if measure.clock]
        found = self.stated.datasets(
            (
                *(measure.dataset for measure in measures),
                *self.stated.spines(polyseme),
                *self.stated.owners(columns).values(),
            )
        )
        self.policies.load(port for dataset in found.values() for port, _ in dataset.ports)

    def _counted(self, measures: tuple[StatedMeasure, ...]) -> dict[Iri, StatedDataset]:
        found = self.stated.datasets(at.dataset for at in measures)
        for measure in measures:
            if measure.dataset not in found:
                raise Refused(
                    f"no port serves the dataset that {measure.name} is counted on",
                    code="not-served",
                    because=(measure.iri, measure.dataset),
                    hint="its product has to serve the dataset at an output port with an address",
                )
            self._narrowed(found[measure.dataset])
        return found

    def _narrowed(self, dataset: StatedDataset) -> None:
        allowed = self.question.products
        if allowed and dataset.product not in allowed and dataset.identifier not in allowed:
            raise Refused(
                f"the question needs {dataset.identifier or dataset.product}, and may not read it",
                code="product-not-named",
                because=(dataset.product,),
                hint="name it among the products, or name none",
            )

    def _spine(self, polyseme: StatedPolyseme, counted: dict[Iri, StatedDataset]) -> StatedDataset:
        found = list(self.stated.datasets(self.stated.spines(polyseme)).values())
        if not found:
            raise Refused(
                f"no product serves one row for each {polyseme.labels[0]}",
                code="no-spine",
                because=(polyseme.iri,),
                hint="the domain that answers for it has to serve a dataset that is unique on its"
                " global identifier",
            )
        words = {*self.question.dimensions}
        fitting = [one for one in found if words <= set(one.dimensions)]
        if not fitting:
            self._no_dimension(found, counted)
        named = [one for one in fitting if one.iri in self.question.paths]
        declared = [one for one in fitting if one.dimensions]
        left = named or (declared if len(fitting) > 1 and declared else fitting)
        if len(left) > 1:
            raise Refused(
                f"{len(left)} datasets hold one row for each {polyseme.labels[0]}:"
                f" {', '.join(one.iri for one in left)}",
                code="ambiguous-spine",
                because=tuple(one.iri for one in left),
                hint="name the one that is meant (`paths`, --path)",
            )
        self._narrowed(left[0])
        return left[0]

    def _no_dimension(self, found: list[StatedDataset], counted: dict[Iri, StatedDataset]) -> None:
        known = {name for one in found for name in one.dimensions}
        for word in self.question.dimensions:
            if word in known:
                continue
            facts = [one for one in counted.values() if word in one.dimensions]
            if facts:
                raise Refused(
                    f"{word!r} is a dimension of {short(facts[0].iri)}, not of identities",
                    code="dimension-of-a-fact",
                    because=(facts[0].iri,),
                    hint="group by dimensions of the identities; filter by those of a fact",
                )
            raise unknown("dimension", word, known)
        raise Refused(
            f"no one dataset has all of the dimensions {', '.join(self.question.dimensions)}",
            code="dimensions-apart",
            because=tuple(one.iri for one in found),
            hint=f"there are {', '.join(sorted(known))}",
        )

    def _guarded(self, dataset: StatedDataset, port: Iri | None = None) -> Guarded:
        at, place = next((one for one in dataset.ports if one[0] == port), dataset.ports[0])
        known = self.relations.get((dataset.iri, at))
        if known:
            return known
        relation = Relation(
            product=dataset.product,
            port=at,
            dataset=dataset.iri,
            name=self._name(short(dataset.iri)),
            place=place,
            columns=tuple(one.column for one in dataset.columns),
            unique_on=dataset.grain,
        )
        guarded = self.policies.guard(relation, dataset)
        self.relations[dataset.iri, at] = guarded
        return guarded

    def _name(self, word: str) -> str:
        base = re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_") or "data"
        name, number = base, 1
        while name in self.names:
            number += 1
            name = f"{base}_{number}"
        self.names.add(name)
        return name

    def _dimension(self, dataset: StatedDataset, word: str) -> Dimension:
        found = dataset.by_name(word)
        assert found is not None  # noqa: S101 - the spine was chosen because it has them all
        return Dimension(word, found.column.name, found.column.iri)

    def _facts(
        self,
        measures: tuple[StatedMeasure, ...],
        counted: dict[Iri, StatedDataset],
        reached: dict[Iri, Reached],
        filters: dict[Iri, Predicate],
    ) -> tuple[FactAggregate, ...]:
        groups: dict[tuple[Iri, Clock | None], list[Measure]] = {}
        for stated in measures:
            dataset = counted[stated.dataset]
            measure = checks.measure(stated, dataset, self._clock(stated, dataset, reached))
            groups.setdefault((dataset.iri, measure.clock), []).append(measure)
        facts = []
        for (iri, clock), of in groups.items():
            try:
                fact = self._fact(counted[iri], reached[iri], tuple(of), clock, filters)
            except Refused as why:
                if not self.question.partial or why.code != "purpose-not-permitted":
                    raise
                dataset = counted[iri]
                self.left_out.append(LeftOut(dataset.product, dataset.ports[0][0], why))
                continue
            facts.append(fact)
        if not facts:
            raise self.left_out[0].why
        return tuple(facts)

    def _clock(
        self, stated: StatedMeasure, dataset: StatedDataset, reached: dict[Iri, Reached]
    ) -> tuple[StatedColumn, bool] | None:
        if stated.clock is None:
            return None
        if own := dataset.by_iri(stated.clock):
            return own, False
        parent = reached[dataset.iri].parent
        if parent and (found := parent.dataset.by_iri(stated.clock)):
            return found, True
        raise Refused(
            f"the clock of {stated.name} is a column neither of its dataset nor of the parent that"
            " its key comes from",
            code="clock-elsewhere",
            because=(stated.iri, stated.clock),
            hint="state a clock of the dataset, or of the dataset that its foreign key leads to",
        )

    def _fact(
        self,
        dataset: StatedDataset,
        reached: Reached,
        measures: tuple[Measure, ...],
        clock: Clock | None,
        filters: dict[Iri, Predicate],
    ) -> FactAggregate:
        relation = self._guarded(dataset)
        window = self.question.time
        if window and clock is None:
            raise Refused(
                f"{measures[0].name} has no clock, and the question asks for a period",
                code="no-clock",
                because=(measures[0].iri,),
                hint="declare the column that says when a row happened, or ask without a period",
            )
        bounds = None
        if window and clock:
            kind = XSD.date if clock.day else XSD.dateTime
            bounds = Bounds(
                clock,
                Parameter(f"start {clock.zone} {clock.day}", kind),
                Parameter(f"end {clock.zone} {clock.day}", kind),
            )
        return FactAggregate(
            name=self._name(f"f_{relation.relation.name}"),
            relation=relation,
            parent=self._parent(reached.parent),
            path=self._path(reached),
            measures=measures,
            filters=filters.get(dataset.iri, AllOf()),
            bounds=bounds,
            sharing=self.question.sharing,
        )

    def _parent(self, parent: Parent | None) -> ParentJoin | None:
        if parent is None:
            return None
        self._narrowed(parent.dataset)
        return ParentJoin(self._guarded(parent.dataset), parent.column, parent.parent_column)

    def _path(self, reached: Reached) -> KeyPath:
        way = reached.way
        spine_key = _derived_name(way.spine_column, way.scheme) if way.spine_column else ""
        if way.crosswalk is None:
            return KeyPath(way.column.name, way.transforms, None, spine_key)
        stated = way.crosswalk
        owner = self.stated.owners((stated.from_column,)).get(stated.from_column)
        dataset = self.stated.dataset(owner) if owner else None
        ends = dataset and (dataset.by_iri(stated.from_column), dataset.by_iri(stated.to_column))
        cardinality = way.cardinality
        if not dataset or not ends or not ends[0] or not ends[1] or cardinality is None:
            raise Refused(
                f"the crosswalk {short(stated.iri)} does not say"
                f" {'its cardinality' if ends and cardinality is None else 'which columns it is'}",
                code="crosswalk-undeclared",
                because=(stated.iri,),
                hint="its owner has to state both columns and the cardinality",
            )
        self._narrowed(dataset)
        names = [end.column.name for end in ends if end]
        start, goal = reversed(names) if way.backwards else names
        crosswalk = Crosswalk(
            iri=stated.iri,
            relation=self._guarded(dataset, stated.port),
            from_column=start,
            to_column=goal,
            cardinality=cardinality,
            validity=_validity(dataset, stated.valid_from, stated.valid_to),
        )
        return KeyPath(way.column.name, way.transforms, crosswalk, spine_key)

    def _conditions(
        self, spine: StatedDataset, counted: dict[Iri, StatedDataset]
    ) -> tuple[Predicate, dict[Iri, Predicate]]:
        on_spine: list[Predicate] = []
        on_facts: dict[Iri, list[Predicate]] = {}
        for number, condition in enumerate(self.question.where):
            owner, column = self._attribute(condition.attribute, spine, counted)
            predicate = _predicate(condition, number, column)
            if owner is spine:
                on_spine.append(predicate)
            else:
                on_facts.setdefault(owner.iri, []).append(predicate)
        return AllOf(tuple(on_spine)), {iri: AllOf(tuple(of)) for iri, of in on_facts.items()}

    def _attribute(
        self, word: str, spine: StatedDataset, counted: dict[Iri, StatedDataset]
    ) -> tuple[StatedDataset, StatedColumn]:
        facts = [one for one in counted.values() if one.iri != spine.iri]
        known = {
            name: (one, one.by_name(name))
            for one in (*facts, spine)
            for name in (*one.dimensions, *(one.grain if one is spine else ()))
        }
        qualified = {
            f"{short(one.iri)}.{name}": (one, one.by_name(name))
            for one in (*facts, spine)
            for name in one.dimensions
        }
        several = [one for one in facts if word in one.dimensions]
        if word not in known and word not in qualified:
            raise unknown("attribute", word, (*known, *qualified))
        if word not in qualified and word not in spine.dimensions and len(several) > 1:
            raise Refused(
                f"{len(several)} of the datasets have an attribute {word!r}",
                code="ambiguous-term",
                because=tuple(one.iri for one in several),
                hint=f"ask by {' or '.join(f'{short(one.iri)}.{word}' for one in several)}",
            )
        owner, column = qualified.get(word) or known[word]
        assert column is not None  # noqa: S101 - dimensions and grain are names of columns
        return owner, column


def _derived_name(column: str, scheme: Iri) -> str:
    return f"{column} {short(scheme)}"


def _derived(reached: Iterable[Reached]) -> tuple[DerivedKey, ...]:
    found: dict[str, DerivedKey] = {}
    for at in reached:
        way = at.way
        if way.spine_column:
            name = _derived_name(way.spine_column, way.scheme)
            found[name] = DerivedKey(name, way.spine_column, way.spine_rule, way.scheme)
    return tuple(found.values())


def _validity(dataset: StatedDataset, start: Iri | None, end: Iri | None) -> Validity | None:
    begins = dataset.by_iri(start) if start else None
    ends = dataset.by_iri(end) if end else None
    return Validity(begins.column.name, ends.column.name) if begins and ends else None


def _predicate(condition: Condition, number: int, column: StatedColumn) -> Predicate:
    name, kind = column.column.name, column.column.datatype
    checks.values(condition, column)
    if condition.comparison is Comparison.IS_NULL:
        return Missing(name)
    if condition.comparison is Comparison.IS_NOT_NULL:
        return Not(Missing(name))
    parameters = tuple(Parameter(f"{number}.{at}", kind) for at in range(len(condition.values)))
    if condition.comparison is Comparison.IN:
        return Within(name, parameters)
    return Compare(name, condition.comparison, parameters[0])
