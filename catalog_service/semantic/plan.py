"""The logical plan of a question: what is read, guarded, joined and counted. No SQL, no engine."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from catalog_service.semantic.question import Comparison, Grain, Scalar, Sharing, Span
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a relation.

    Args:
        name: how the source calls it.
        iri: the column in the graph.
        datatype: the XML Schema type of its values, as IRI; empty where none is stated.
        polyseme: what its values identify, if anything.
        scheme: the identifier scheme they are written in.
    """

    name: str
    iri: Iri
    datatype: str = ""
    polyseme: Iri | None = None
    scheme: Iri | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a relation lies, as the graph says it; a source finds it by this.

    Args:
        address: the `dcat:endpointURL` of the port.
        protocol: the local name of the port's `dprod:protocol`, such as `local` or `postgres`.
        format: the `dct:format` of the distribution, such as `parquet`; empty where none is stated.
        table: the physical name of the dataset there.
        beside: the folder of the document that stated it, from which relative paths begin; empty
            where unknown.
    """

    address: str
    protocol: str
    format: str = ""
    table: str = ""
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """One dataset as one output port serves it.

    Args:
        product, port, dataset: what it is in the graph.
        name: a short name of it, unique in its plan, for texts and for SQL.
        place: where it lies.
        columns: the columns that the graph states, in order of their names.
        unique_on: the columns that are unique in it, taken together: its grain.
    """

    product: Iri
    port: Iri
    dataset: Iri
    name: str
    place: Place
    columns: tuple[Column, ...]
    unique_on: tuple[str, ...]

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            KeyError: there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value of the question, filled in when the SQL is written: plans are kept without them."""

    name: str
    datatype: str = ""


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that a policy states."""

    value: Scalar


Operand: TypeAlias = Parameter | Constant


@dataclass(frozen=True, slots=True)
class Compare:
    """`column` compared with one value."""

    column: str
    comparison: Comparison
    value: Operand


@dataclass(frozen=True, slots=True)
class Within:
    """`column` is one of the values."""

    column: str
    values: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """`column` is null."""

    column: str


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    condition: "Predicate"


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of the conditions hold; with none, always."""

    conditions: tuple["Predicate", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of the conditions holds; with none, never."""

    conditions: tuple["Predicate", ...] = ()


Predicate: TypeAlias = "Compare | Within | Missing | Not | AllOf | AnyOf"


@dataclass(frozen=True, slots=True)
class Mask:
    """A column that is above the clearance of who asks; joined by where its policy permits."""

    column: str
    because: Iri


@dataclass(frozen=True, slots=True)
class Guarded:
    """A relation behind its policy: the only form in which a plan reads one.

    Args:
        relation: what is read.
        rows: the rows that may be read.
        masks: the columns that may not be shown, grouped or filtered by.
        because: the policies that say so.
        keys: the columns that may be joined by though they are masked.
    """

    relation: Relation
    rows: Predicate = AllOf()
    masks: tuple[Mask, ...] = ()
    because: tuple[Iri, ...] = ()
    keys: tuple[str, ...] = ()

    def masked(self, column: str) -> bool:
        """Whether the column is hidden."""
        return any(mask.column == column for mask in self.masks)


@dataclass(frozen=True, slots=True)
class Transform:
    """A named rule by which one key becomes another; `transforms` has its template per dialect."""

    name: str
    arguments: tuple[str, ...] = ()


class Cardinality(StrEnum):
    """How many identifiers of a crosswalk may meet how many, read from source to target."""

    ONE_TO_ONE = "OneToOne"
    MANY_TO_ONE = "ManyToOne"
    ONE_TO_MANY = "OneToMany"
    MANY_TO_MANY = "ManyToMany"


@dataclass(frozen=True, slots=True)
class Validity:
    """The columns that say from when until when a pair holds, the end left out; null is open."""

    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """A product's table that leads from one key to another.

    Args:
        iri: the crosswalk in the graph.
        relation: the table.
        from_column: the key it is entered by.
        to_column: the key it leads to.
        cardinality: what it promises; checked when it is read.
        validity: where pairs hold for a time only.
    """

    iri: Iri
    relation: Guarded
    from_column: str
    to_column: str
    cardinality: Cardinality
    validity: Validity | None = None


@dataclass(frozen=True, slots=True)
class KeyPath:
    """How a fact's key becomes a key of the spine.

    Args:
        column: the column of the fact, or of its parent, that holds the key.
        transforms: rules that are applied to it, in order.
        crosswalk: the one table that it goes through, if any.
        spine_key: the key of the spine that the outcome equals: its own, or a derived one.
    """

    column: str
    transforms: tuple[Transform, ...] = ()
    crosswalk: Crosswalk | None = None
    spine_key: str = ""


@dataclass(frozen=True, slots=True)
class DerivedKey:
    """A second key of the spine, made from one of its columns; it is joined by and never shown."""

    name: str
    column: str
    transforms: tuple[Transform, ...]
    scheme: Iri


@dataclass(frozen=True, slots=True)
class Dimension:
    """A column of the spine that identities are grouped by."""

    name: str
    column: str
    iri: Iri


@dataclass(frozen=True, slots=True)
class Axis:
    """Something that the rows of every fact are grouped by, beside their identities.

    Args:
        name: what its column in the answer is called.
        span: the stretch of the calendar that a row falls into; None for a dimension.
        zone: by whose calendar.
    """

    name: str
    span: Span | None = None
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a fact has its value of an axis.

    Args:
        column: the column that holds it, or the clock whose span it is.
        of_parent: whether it is one of the parent's.
        lookup: the number of the lookup whose column it is; None where it is of none.
    """

    column: str
    of_parent: bool = False
    lookup: int | None = None


@dataclass(frozen=True, slots=True)
class Spine:
    """The identities of a polyseme: one row for each, with dimensions and keys."""

    polyseme: Iri
    relation: Guarded
    key: str
    dimensions: tuple[Dimension, ...] = ()
    derived: tuple[DerivedKey, ...] = ()
    filters: Predicate = AllOf()


class Aggregate(StrEnum):
    """How rows become one figure."""

    COUNT = "count"
    SUM = "sum"
    COUNT_DISTINCT = "count-distinct"
    AVERAGE = "average"
    MEDIAN = "median"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"


class Additivity(StrEnum):
    """Over which dimensions figures may be added up; the local names of the ontology."""

    ADDITIVE = "Additive"
    SEMI_ADDITIVE = "SemiAdditive"
    NON_ADDITIVE = "NonAdditive"


class Empty(StrEnum):
    """What a figure is where no row is found; the local names of the ontology."""

    ZERO = "Zero"
    NULL = "Null"


@dataclass(frozen=True, slots=True)
class Clock:
    """When a row happened.

    Args:
        column: the column that says so.
        zone: the time zone it is written in, by IANA name.
        of_parent: whether the column is one of the parent's.
        day: whether the column holds days and no moments.
    """

    column: str
    zone: str
    of_parent: bool = False
    day: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure.

    Args:
        iri: the measure in the graph.
        name: what its column in the answer is called.
        aggregate: how rows become the figure.
        operand: the column that is aggregated; None where rows are counted.
        unit: the unit as the graph states it: an IRI, or a text such as `EUR`.
        unit_column: the column that says the unit of each row, if any.
        additivity: whether figures may be added up.
        not_over: the column of the dimension over which they may not.
        empty: what the figure is where no row is found.
        clock: when a row happened; None where the measure has no time.
    """

    iri: Iri
    name: str
    aggregate: Aggregate
    operand: str | None
    unit: str | None
    unit_column: str | None
    additivity: Additivity
    not_over: str | None
    empty: Empty
    clock: Clock | None

    @property
    def last_state(self) -> bool:
        """Whether only the last row of each thing counts, since it is a state over time."""
        semi = self.additivity is Additivity.SEMI_ADDITIVE
        return semi and self.clock is not None and self.not_over == self.clock.column


@dataclass(frozen=True, slots=True)
class ParentJoin:
    """The relation of which each row of a fact has one: joined n to 1, before the key is read."""

    relation: Guarded
    column: str
    parent_column: str
    filters: Predicate = AllOf()


@dataclass(frozen=True, slots=True)
class Lookup:
    """A relation in which each row of a fact has one row at most, read for its dimensions only.

    Args:
        relation: what is read.
        column: the column of the fact, or of its parent, that refers to it.
        parent_column: the column that it refers to.
        of_parent: whether `column` is one of the parent's.
        filters: conditions on the row that is found.
    """

    relation: Guarded
    column: str
    parent_column: str
    of_parent: bool = False
    filters: Predicate = AllOf()


@dataclass(frozen=True, slots=True)
class Bounds:
    """The period of a fact, as parameters on the clock that its measures share; None is open."""

    clock: Clock
    start: Parameter | None
    end: Parameter | None


@dataclass(frozen=True, slots=True)
class FactAggregate:
    """The measures of one relation that share key path, clock and filters: one aggregation.

    Args:
        name: a short name of it, unique in its plan.
        relation: what is counted.
        parent: what it is joined to first, if the key or the clock lies there.
        path: how its key becomes a key of the spine.
        measures: the figures.
        filters: conditions on its own rows.
        bounds: its period, if any.
        sharing: what becomes of keys that lead to several identities.
        positions: where it has each axis of its plan, in their order.
        lookups: what it is joined to for dimensions that lie elsewhere.
    """

    name: str
    relation: Guarded
    parent: ParentJoin | None
    path: KeyPath
    measures: tuple[Measure, ...]
    filters: Predicate = AllOf()
    bounds: Bounds | None = None
    sharing: Sharing = Sharing.REJECT
    positions: tuple[Position, ...] = ()
    lookups: tuple[Lookup, ...] = ()

    @property
    def clock(self) -> Clock | None:
        """The clock that its measures share."""
        return self.measures[0].clock

    def holder(self, position: Position) -> Guarded:
        """The relation that a position is in."""
        if position.lookup is not None:
            return self.lookups[position.lookup].relation
        return self.parent.relation if position.of_parent and self.parent else self.relation

    def conditions(self) -> tuple[tuple[Guarded, Predicate], ...]:
        """The conditions of the question on what it reads, each with the relation it is on."""
        joined = (*((self.parent,) if self.parent else ()), *self.lookups)
        others = ((at.relation, at.filters) for at in joined)
        return ((self.relation, self.filters), *others)

    def relations(self) -> tuple[Guarded, ...]:
        """Everything that it reads, but for the identities."""
        found = [self.relation]
        if self.parent:
            found.append(self.parent.relation)
        if self.path.crosswalk:
            found.append(self.path.crosswalk.relation)
        return (*found, *(lookup.relation for lookup in self.lookups))


@dataclass(frozen=True, slots=True)
class Plan:
    """How one question is answered.

    Args:
        spine: the identities.
        facts: what is counted for them, each by itself.
        grain: what a row stands for.
        minimum_group: groups of fewer identities are withheld; 1 withholds none.
        unattributed: whether a last row holds what leads to no identity.
        revision: the revision of the catalog that it was made from.
        axes: what the facts are grouped by, beside their identities.
        order: the names of dimensions and axes, in the order in which they were asked for.
        combined: what is more sensitive together than apart, and permitted.
    """

    spine: Spine
    facts: tuple[FactAggregate, ...]
    grain: Grain
    minimum_group: int
    unattributed: bool
    revision: int
    axes: tuple[Axis, ...] = ()
    order: tuple[str, ...] = ()
    combined: tuple[Iri, ...] = ()

    def relations(self) -> tuple[Guarded, ...]:
        """Everything that is read, each port's dataset once, the spine first."""
        found: dict[str, Guarded] = {self.spine.relation.relation.name: self.spine.relation}
        for fact in self.facts:
            for guarded in fact.relations():
                found.setdefault(guarded.relation.name, guarded)
        return tuple(found.values())
