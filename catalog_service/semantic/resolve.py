"""What the graph states of the words of a question, as its caller may see it.

Nothing here decides anything: it reads, once for each question, what the planner then joins up.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from catalog_service.domain.names import short
from catalog_service.domain.rdf import Literal
from catalog_service.errors import Refused
from catalog_service.graph import Row, View, grouped, is_iri, many, optional, query
from catalog_service.semantic import combinations
from catalog_service.semantic.combinations import Combination
from catalog_service.semantic.plan import Cardinality, Column, Place
from catalog_service.terms import CSVW, DPROD, PM, SDMX, Iri

Beside = Callable[[Iri, Iri], str]
"""The folder of the document that stated a port of a product, where relative paths begin."""


@dataclass(frozen=True, slots=True)
class StatedPolyseme:
    """A polyseme, by any of its labels, with the scheme that tells its members apart."""

    iri: Iri
    labels: tuple[str, ...]
    scheme: Iri
    datatype: str
    domain: Iri | None


@dataclass(frozen=True, slots=True)
class StatedMeasure:
    """A measure as the graph has it; what is not stated is None or empty."""

    iri: Iri
    name: str
    dataset: Iri
    aggregate: str
    operand: Iri | None
    additivity: str
    not_over: Iri | None
    clock: Iri | None
    zone: str
    empty: str
    unit: str | None
    unit_column: Iri | None


@dataclass(frozen=True, slots=True)
class StatedColumn:
    """A column.

    Args:
        column: what a plan has of it.
        level: how sensitive it is.
        foreign: the column of another dataset that it refers to.
        terms: what its values are, where it is a dimension that others share.
    """

    column: Column
    level: Iri | None
    foreign: Iri | None
    terms: frozenset[Iri] = frozenset()


@dataclass(frozen=True, slots=True)
class StatedKey:
    """A key that is made from a column by a rule."""

    iri: Iri
    column: str
    scheme: Iri
    transform: str


@dataclass(frozen=True, slots=True)
class StatedDataset:
    """A dataset: its product, the ports that serve it, its columns."""

    iri: Iri
    product: Iri
    identifier: str
    ports: tuple[tuple[Iri, Place], ...]
    columns: tuple[StatedColumn, ...]
    grain: tuple[str, ...]
    dimensions: tuple[str, ...]
    derived: tuple[StatedKey, ...]
    level: Iri | None

    def by_iri(self, iri: Iri) -> StatedColumn | None:
        """Its column of that IRI; None where it is another dataset's."""
        return next((at for at in self.columns if at.column.iri == iri), None)

    def by_name(self, name: str) -> StatedColumn | None:
        """Its column of that name; None where it has none."""
        return next((at for at in self.columns if at.column.name == name), None)


@dataclass(frozen=True, slots=True)
class StatedCrosswalk:
    """A crosswalk that a product serves."""

    iri: Iri
    start: Iri
    goal: Iri
    port: Iri
    from_column: Iri
    to_column: Iri
    cardinality: Cardinality | None
    valid_from: Iri | None
    valid_to: Iri | None


class Stated:
    """The part of one revision of the graph that questions touch; each thing is read once.

    Threads may share it: two that read one thing at once read the same.

    Args:
        view: the graph as the caller may see it.
        beside: where the relative paths of a product begin.
    """

    def __init__(self, view: View, beside: Beside) -> None:
        self._view = view
        self._beside = beside
        self._datasets: dict[Iri, StatedDataset | None] = {}
        self._polysemes: tuple[StatedPolyseme, ...] | None = None
        self._named: dict[str, Iri] = {}
        self._measures: dict[Iri, StatedMeasure] = {}
        self._owners: dict[Iri, Iri | None] = {}
        self._spines: dict[Iri, tuple[Iri, ...]] = {}
        self._crosswalks: dict[Iri, tuple[StatedCrosswalk, ...]] = {}
        self._ranks: dict[Iri, int] | None = None
        self._combinations: tuple[Combination, ...] | None = None
        self._rules: dict[Iri, tuple[list[Row], list[Row]]] = {}

    @property
    def view(self) -> View:
        """The graph as the caller may see it."""
        return self._view

    def polyseme(self, word: str) -> StatedPolyseme:
        """The polyseme of an IRI or a label, whatever its case.

        Raises:
            Refused: there is none, or none that may be seen; names the nearest.
        """
        found = self._all_polysemes()
        named = [one for one in found if word == one.iri]
        named = named or [
            one for one in found if word.casefold() in {text.casefold() for text in one.labels}
        ]
        if len(named) == 1:
            return named[0]
        if named:
            raise Refused(
                f"{word!r} names {len(named)} polysemes",
                code="ambiguous-term",
                because=tuple(one.iri for one in named),
                hint="ask by IRI",
            )
        labels = sorted(label for one in found for label in one.labels)
        raise unknown("polyseme", word, labels)

    def measures(self, words: Iterable[str]) -> tuple[StatedMeasure, ...]:
        """The measures of some names or IRIs, in the order of the words.

        Raises:
            Refused: one is unknown, or several bear the name.
        """
        iris = {self._measure(word): word for word in words}
        missing = [iri for iri in iris if iri not in self._measures]
        rows = grouped(self._select("measures", "measure", missing), "measure")
        self._measures.update({iri: _measure(iri, of) for iri, of in rows.items()})
        for iri, word in iris.items():
            if iri not in self._measures:
                raise self._no_measure(word)
        return tuple(self._measures[iri] for iri in iris)

    def datasets(self, iris: Iterable[Iri]) -> dict[Iri, StatedDataset]:
        """Some datasets; one that no port serves, or none that may be seen, is absent."""
        wanted = tuple(dict.fromkeys(iris))
        if missing := [iri for iri in wanted if iri not in self._datasets]:
            self._datasets.update(self._read(missing))
        return {iri: found for iri in wanted if (found := self._datasets[iri])}

    def dataset(self, iri: Iri) -> StatedDataset | None:
        """One dataset, likewise."""
        return self.datasets((iri,)).get(iri)

    def owners(self, columns: Iterable[Iri]) -> dict[Iri, Iri]:
        """The dataset of each column; one of a dataset that may not be seen is absent."""
        wanted = sorted(set(columns))
        missing = [column for column in wanted if column not in self._owners]
        rows = self._select("owners", "column", missing)
        self._owners.update(dict.fromkeys(missing))
        self._owners.update({row.iri("column"): row.iri("dataset") for row in rows})
        return {column: found for column in wanted if (found := self._owners[column])}

    def spines(self, polyseme: StatedPolyseme) -> tuple[Iri, ...]:
        """The datasets in which each member of a polyseme has one row, in order of their IRIs.

        They are those of the domain that answers for it. Looked up: a query is slow, since it
        begins at the many columns that identify the polyseme and not at the one domain.
        """
        if polyseme.iri not in self._spines:
            self._spines[polyseme.iri] = tuple(sorted(self._looked_up(polyseme)))
        return self._spines[polyseme.iri]

    def crosswalks(self, scheme: Iri) -> tuple[StatedCrosswalk, ...]:
        """The crosswalks that lead to a scheme, or from it."""
        if scheme not in self._crosswalks:
            rows = self._view.select(query(__package__, "crosswalks"), scheme=scheme)
            found = grouped(rows, "crosswalk").items()
            self._crosswalks[scheme] = tuple(_crosswalk(iri, of[0]) for iri, of in found)
        return self._crosswalks[scheme]

    def ranks(self) -> dict[Iri, int]:
        """The order of the sensitivity levels."""
        if self._ranks is None:
            rows = self._view.select(query(__package__, "ranks"))
            self._ranks = {row.iri("level"): int(row.text("rank")) for row in rows}
        return self._ranks

    def combinations(self) -> tuple[Combination, ...]:
        """What is more sensitive together than apart."""
        if self._combinations is None:
            self._combinations = combinations.stated(self._view)
        return self._combinations

    def rules(self, ports: Iterable[Iri]) -> dict[Iri, tuple[list[Row], list[Row]]]:
        """What the policies of some ports say: what is permitted or not, and their row rules."""
        wanted = tuple(dict.fromkeys(ports))
        if missing := [port for port in wanted if port not in self._rules]:
            ruled = grouped(self._select("policies", "port", missing), "port")
            rows = grouped(self._select("row_rules", "port", missing), "port")
            self._rules.update({at: (ruled.get(at, []), rows.get(at, [])) for at in missing})
        return {port: self._rules[port] for port in wanted}

    def _all_polysemes(self) -> tuple[StatedPolyseme, ...]:
        if self._polysemes is None:
            rows = grouped(self._view.select(query(__package__, "polysemes")), "polyseme")
            self._polysemes = tuple(_polyseme(iri, of) for iri, of in rows.items())
        return self._polysemes

    def _looked_up(self, polyseme: StatedPolyseme) -> Iterator[Iri]:
        objects = self._view.objects
        products = self._view.subjects(DPROD.domain, polyseme.domain) if polyseme.domain else ()
        for product in products:
            for dataset in objects(product, DPROD.outputDataset):
                grain = objects(dataset, PM.grain)
                if (
                    len(grain) == 1
                    and polyseme.iri in objects(grain[0], PM.identifies)
                    and polyseme.scheme in objects(grain[0], PM.identifierScheme)
                ):
                    yield dataset

    def _measure(self, word: str) -> Iri:
        if is_iri(word):
            return Iri(word)
        if word in self._named:
            return self._named[word]
        rows = self._view.select(query(__package__, "named_measures"), name=Literal(word))
        found = tuple(dict.fromkeys(row.iri("measure") for row in rows))
        if not found:
            raise self._no_measure(word)
        if len(found) > 1:
            raise Refused(
                f"{len(found)} measures are called {word!r}",
                code="ambiguous-term",
                because=found,
                hint=f"ask by IRI: {', '.join(found)}",
            )
        self._named[word] = found[0]
        return found[0]

    def _no_measure(self, word: str) -> Refused:
        names = [row.text("name") for row in self._view.select(query(__package__, "measure_names"))]
        return unknown("measure", word, names)

    def _select(self, name: str, variable: str, iris: Iterable[Iri]) -> list[Row]:
        listed = tuple(iris)
        if not listed:
            return []
        return self._view.select(many(query(__package__, name), variable, listed))

    def _read(self, iris: list[Iri]) -> dict[Iri, StatedDataset | None]:
        found = {
            name: grouped(self._select(name, "dataset", iris), "dataset")
            for name in ("datasets", "columns", "grains", "derived_keys", "classified")
        }
        return {iri: self._dataset(iri, {name: of.get(iri, []) for name, of in found.items()})
                for iri in iris}  # fmt: skip

    def _dataset(self, iri: Iri, rows: dict[str, list[Row]]) -> StatedDataset | None:
        if not rows["datasets"]:
            return None
        first = rows["datasets"][0]
        names = {row.iri("column"): row.text("name") for row in rows["columns"]}
        named = {
            kind: sorted(
                names[at] for row in rows["grains"] if (at := optional(row, kind)) in names
            )
            for kind in ("grain", "dimension")
        }
        columns = grouped(rows["columns"], "column")
        return StatedDataset(
            iri=iri,
            product=first.iri("product"),
            identifier=first.text("identifier"),
            ports=tuple(
                (port, _place(of[0], iri, self._beside))
                for port, of in grouped(rows["datasets"], "port").items()
            ),
            columns=tuple(_column(of) for of in columns.values()),
            grain=tuple(named["grain"]),
            dimensions=tuple(named["dimension"]),
            derived=tuple(
                StatedKey(row.iri("key"), names[at], row.iri("scheme"), row.text("transform"))
                for row in rows["derived_keys"]
                if (at := row.iri("column")) in names
            ),
            level=next((row.iri("level") for row in rows["classified"]), None),
        )


def unknown(kind: str, word: str, names: Iterable[str]) -> Refused:
    """The refusal of a word that nothing bears; unseen and unknown are told in the same words."""
    near = get_close_matches(word, sorted(set(names)), n=3, cutoff=0.4)
    hint = f"did you mean {', '.join(near)}?" if near else f"no {kind} has a name like it"
    return Refused(f"there is no {kind} {word!r}", code=f"unknown-{kind}", hint=hint)


def _polyseme(iri: Iri, rows: list[Row]) -> StatedPolyseme:
    labels = (*dict.fromkeys(row.text("label") for row in rows), short(iri))
    first = rows[0]
    domain = optional(first, "domain")
    return StatedPolyseme(iri, labels, first.iri("scheme"), first.text("datatype"), domain)


def _measure(iri: Iri, rows: list[Row]) -> StatedMeasure:
    said = Row((row.iri("property"), row["value"]) for row in reversed(rows))
    return StatedMeasure(
        iri=iri,
        name=said.text(CSVW.name) or short(iri),
        dataset=said.iri(PM.countedOn),
        aggregate=said.text(PM.aggregate),
        operand=optional(said, PM.operand),
        additivity=short(Iri(said.text(PM.additivity))),
        not_over=optional(said, PM.notAdditiveOver),
        clock=optional(said, PM.clock),
        zone=said.text(PM.zone),
        empty=short(Iri(said.text(PM.whenEmpty))),
        unit=said.text(SDMX.unitMeasure) or None,
        unit_column=optional(said, PM.unitColumn),
    )


def _column(rows: list[Row]) -> StatedColumn:
    row = rows[0]
    terms = frozenset(term for row in rows if (term := optional(row, "term")))
    column = Column(
        name=row.text("name"),
        iri=row.iri("column"),
        datatype=row.text("datatype"),
        polyseme=optional(row, "polyseme"),
        scheme=optional(row, "scheme"),
    )
    level = optional(row, "effective") or optional(row, "sensitivity")
    return StatedColumn(column, level, optional(row, "foreign"), terms)


def _place(row: Row, dataset: Iri, beside: Beside) -> Place:
    return Place(
        address=row.text("address"),
        protocol=short(Iri(row.text("protocol"))),
        format=row.text("format"),
        table=row.text("table") or short(dataset),
        beside=beside(row.iri("product"), row.iri("port")),
    )


def _crosswalk(iri: Iri, row: Row) -> StatedCrosswalk:
    cardinality = short(Iri(row.text("cardinality")))
    return StatedCrosswalk(
        iri=iri,
        start=row.iri("from"),
        goal=row.iri("to"),
        port=row.iri("port"),
        from_column=row.iri("fromColumn"),
        to_column=row.iri("toColumn"),
        cardinality=Cardinality(cardinality) if cardinality else None,
        valid_from=optional(row, "start"),
        valid_to=optional(row, "end"),
    )
