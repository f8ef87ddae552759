"""From the words of a question to its plan: every choice is the graph's or the caller's."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from catalog_service.domain.names import short
from catalog_service.errors import Refused
from catalog_service.semantic import checks
from catalog_service.semantic.dimensions import OF_TIME, Dimensions, Held, named, span
from catalog_service.semantic.paths import Parent, Paths, Reached
from catalog_service.semantic.plan import (
    AllOf,
    Axis,
    Bounds,
    Clock,
    Compare,
    Crosswalk,
    DerivedKey,
    Dimension,
    FactAggregate,
    Guarded,
    KeyPath,
    Lookup,
    Measure,
    Missing,
    Not,
    Parameter,
    ParentJoin,
    Plan,
    Position,
    Predicate,
    Relation,
    Spine,
    Validity,
    Within,
)
from catalog_service.semantic.policy import Asker, Policies
from catalog_service.semantic.question import Comparison, Condition, Grain, Question, Window
from catalog_service.semantic.reading import used
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
    axes: list[tuple[Axis, dict[Iri, Held]]] = field(default_factory=list)
    conditions: dict[Iri, list[tuple[Held, Predicate]]] = field(default_factory=dict)

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
        words = tuple(dict.fromkeys(question.dimensions))
        near = Dimensions(paths, dataset, {iri: (of, reached[iri]) for iri, of in counted.items()})
        self.axes = self._axes(words, dataset, near)
        spine_filters, self.conditions = self._conditions(dataset, near)
        facts = self._facts(measures, counted, reached)
        spine = Spine(
            polyseme=polyseme.iri,
            relation=relation,
            key=key,
            dimensions=tuple(
                self._dimension(dataset, word) for word in words if named(dataset, word)
            ),
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
            axes=tuple(axis for axis, _ in self.axes),
            order=words,
        )
        self.warnings += checks.check(made, question, self.asker, polyseme)
        made = replace(made, combined=self.policies.combined(used(made)))
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
        words = [
            word for word in self.question.dimensions if any(named(one, word) for one in found)
        ]
        self._no_span((*found, *counted.values()))
        fitting = [one for one in found if all(named(one, word) for word in words)]
        if not fitting:
            known = sorted({name for one in found for name in one.dimensions})
            raise Refused(
                f"no one dataset has all of the dimensions {', '.join(words)}",
                code="dimensions-apart",
                because=tuple(one.iri for one in found),
                hint=f"there are {', '.join(known)}",
            )
        chosen = [one for one in fitting if one.iri in self.question.paths]
        declared = [one for one in fitting if one.dimensions]
        left = chosen or (declared if len(fitting) > 1 and declared else fitting)
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

    def _no_span(self, datasets: tuple[StatedDataset, ...]) -> None:
        """That no word is a span of the calendar and the name of a dimension as well."""
        for word in self.question.dimensions:
            if span(word) is None or word.startswith(OF_TIME):
                continue
            bearing = [one for one in datasets if named(one, word)]
            if bearing:
                raise Refused(
                    f"{word!r} is a span of time, and a dimension of {short(bearing[0].iri)}",
                    code="ambiguous-term",
                    because=tuple(one.iri for one in bearing),
                    hint=f"ask by {OF_TIME}{word} or {short(bearing[0].iri)}.{word}",
                )

    def _axes(
        self, words: tuple[str, ...], spine: StatedDataset, near: Dimensions
    ) -> list[tuple[Axis, dict[Iri, Held]]]:
        """What all facts are grouped by, and where each of them has it; a clock needs no place."""
        found: list[tuple[Axis, dict[Iri, Held]]] = []
        for word in words:
            if named(spine, word):
                continue
            if of_time := span(word):
                window = self.question.time or Window()
                checks.zone(window.zone)
                found.append((Axis(word, of_time, window.zone), {}))
            else:
                found.append((Axis(word), near.axis(word)))
        return found

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
        found = dataset.by_name(named(dataset, word) or word)
        assert found is not None  # noqa: S101 - the spine was chosen because it has them all
        return Dimension(word, found.column.name, found.column.iri)

    def _facts(
        self,
        measures: tuple[StatedMeasure, ...],
        counted: dict[Iri, StatedDataset],
        reached: dict[Iri, Reached],
    ) -> tuple[FactAggregate, ...]:
        groups: dict[tuple[Iri, Clock | None], list[Measure]] = {}
        for stated in measures:
            dataset = counted[stated.dataset]
            measure = checks.measure(stated, dataset, self._clock(stated, dataset, reached))
            groups.setdefault((dataset.iri, measure.clock), []).append(measure)
        facts = []
        for (iri, clock), of in groups.items():
            try:
                fact = self._fact(counted[iri], reached[iri], tuple(of), clock)
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
    ) -> FactAggregate:
        relation = self._guarded(dataset)
        window = self.question.time
        limited = bool(window and (window.start or window.end))
        if limited and clock is None:
            raise Refused(
                f"{measures[0].name} has no clock, and the question asks for a period",
                code="no-clock",
                because=(measures[0].iri,),
                hint="declare the column that says when a row happened, or ask without a period",
            )
        bounds = None
        if window and clock and limited:
            kind = XSD.date if clock.day else XSD.dateTime
            of = f"{clock.zone} {clock.day}"
            bounds = Bounds(
                clock,
                Parameter(f"start {of}", kind) if window.start else None,
                Parameter(f"end {of}", kind) if window.end else None,
            )
        places = _Places(self)
        positions = tuple(
            places.of(held[dataset.iri])
            if held
            else Position(clock.column if clock else "", bool(clock and clock.of_parent))
            for _, held in self.axes
        )
        for held, condition in self.conditions.get(dataset.iri, []):
            places.filter(held, condition)
        return FactAggregate(
            name=self._name(f"f_{relation.relation.name}"),
            relation=relation,
            parent=self._parent(reached.parent, places.of_parent),
            path=self._path(reached),
            measures=measures,
            filters=AllOf(tuple(places.own)),
            bounds=bounds,
            sharing=self.question.sharing,
            positions=positions,
            lookups=places.lookups(),
        )

    def _parent(self, parent: Parent | None, filters: list[Predicate]) -> ParentJoin | None:
        if parent is None:
            return None
        self._narrowed(parent.dataset)
        relation = self._guarded(parent.dataset)
        return ParentJoin(relation, parent.column, parent.parent_column, AllOf(tuple(filters)))

    def lookup(self, parent: Parent, filters: list[Predicate], *, of_parent: bool) -> Lookup:
        """The relation that a foreign key leads to, behind its policy."""
        self._narrowed(parent.dataset)
        return Lookup(
            relation=self._guarded(parent.dataset),
            column=parent.column,
            parent_column=parent.parent_column,
            of_parent=of_parent,
            filters=AllOf(tuple(filters)),
        )

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
        self, spine: StatedDataset, near: Dimensions
    ) -> tuple[Predicate, dict[Iri, list[tuple[Held, Predicate]]]]:
        """The conditions on the identities, and those on each of the facts that can tell them."""
        on_spine: list[Predicate] = []
        on_facts: dict[Iri, list[tuple[Held, Predicate]]] = {}
        for number, condition in enumerate(self.question.where):
            word = condition.attribute
            name = word if word in spine.grain else named(spine, word)
            own = spine.by_name(name) if name else None
            if own:
                on_spine.append(_predicate(condition, number, own))
                continue
            found = near.holders(word)
            if not found:
                raise unknown("attribute", word, near.names() | set(spine.grain))
            for iri, held in found.items():
                on_facts.setdefault(iri, []).append(
                    (held, _predicate(condition, number, held.column))
                )
        return AllOf(tuple(on_spine)), on_facts


class _Places:
    """Where the dimensions of one fact are, and what is asked of them there.

    Args:
        planning: the plan that is being made.
    """

    def __init__(self, planning: _Planning) -> None:
        self._planning = planning
        self._found: dict[tuple[Iri, str, bool], tuple[Parent, list[Predicate]]] = {}
        self.own: list[Predicate] = []
        self.of_parent: list[Predicate] = []

    def of(self, held: Held) -> Position:
        """Where a dimension is."""
        name = held.column.column.name
        if held.through is None:
            return Position(name, held.of_parent)
        return Position(name, held.of_parent, self._number(held, held.through))

    def filter(self, held: Held, condition: Predicate) -> None:
        """Ask something of a dimension."""
        if held.through is None:
            (self.of_parent if held.of_parent else self.own).append(condition)
        else:
            number = self._number(held, held.through)
            [*self._found.values()][number][1].append(condition)

    def lookups(self) -> tuple[Lookup, ...]:
        """What is read for dimensions that lie elsewhere."""
        return tuple(
            self._planning.lookup(parent, filters, of_parent=of_parent)
            for (_, _, of_parent), (parent, filters) in self._found.items()
        )

    def _number(self, held: Held, parent: Parent) -> int:
        key = (parent.dataset.iri, parent.column, held.of_parent)
        self._found.setdefault(key, (parent, []))
        return [*self._found].index(key)


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
