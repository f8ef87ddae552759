"""R2RML: the bindings of columns as mappings from rows to statements.

A row of a dataset whose grain is one column that identifies a polyseme is about that member: its
IRI is made by the scheme's template, and its class is the polyseme. Any other row is told apart by
its grain. A column states the property of its own IRI; its value is the member that it identifies,
or a literal of its datatype. A foreign key leads to the row that it names.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from catalog_service.domain.rdf import Term, Triple, text
from catalog_service.graph import View, many, query
from catalog_service.harvesting import Names
from catalog_service.services.export.stated import Stated
from catalog_service.services.export.tables import Table, TableColumn, tables
from catalog_service.terms import CSVW, RDF, XSD, Iri, Namespace

RR = Namespace(
    "http://www.w3.org/ns/r2rml#",
    """
    TriplesMap logicalTable tableName subjectMap template class predicateObjectMap predicate
    objectMap column datatype parentTriplesMap joinCondition child parent
    """,
)
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SPECIAL = re.compile(r"([\\{}])")


@dataclass(frozen=True, slots=True)
class Beside:
    """What a product's mappings need of the graphs around it.

    Args:
        templates: how the identifiers of a scheme become IRIs.
        goals: the datasets and names of the columns that foreign keys lead to.
        covered: the products that are mapped in the same export.
    """

    templates: Mapping[Iri, str]
    goals: Mapping[Iri, tuple[Iri, str]]
    covered: Collection[Iri]


def beside(view: View, products: Iterable[Stated], covered: Collection[Iri]) -> Beside:
    """What the mappings of some products need; two questions however many products there are."""
    columns = [c for stated in products for table in tables(stated) for c in table.columns]
    schemes = sorted({column.scheme for column in columns if column.scheme})
    goals = sorted({goal for column in columns for goal in column.keys})
    rows = view.select(many(query(__package__, "schemes"), "scheme", schemes))
    led = view.select(many(query(__package__, "goals"), "column", goals))
    return Beside(
        {row.iri("scheme"): row.text("template") for row in reversed(rows)},
        {row.iri("column"): (row.iri("dataset"), row.text("name")) for row in reversed(led)},
        covered,
    )


def product(stated: Stated, around: Beside) -> Iterator[Triple]:
    """The mappings of the datasets of a product, one triples map for each."""
    for table in tables(stated):
        template = subject(table, around)
        if template:
            yield from _triples_map(table, template, around)


def subject(table: Table, around: Beside) -> str:
    """The template of the IRIs of a table's rows; empty where nothing tells them apart."""
    if table.about:
        return table.about
    if not table.grain:
        return ""
    if len(table.grain) == 1 and (own := _member(table.grain[0], around)):
        return own
    keys = "/".join(f"{{{_inside(column.name)}}}" for column in table.grain)
    return f"{_escaped(table.iri)}/rows/{keys}"


def _triples_map(table: Table, template: str, around: Beside) -> Iterator[Triple]:
    whole = map_of(table.iri)
    source, about = Names.part(whole, "table"), Names.part(whole, "subject")
    yield Triple(whole, RDF.type, RR.TriplesMap)
    yield Triple(whole, RR.logicalTable, source)
    yield Triple(source, RR.tableName, text(_identifier(table.place)))
    yield Triple(whole, RR.subjectMap, about)
    yield Triple(about, RR.template, text(template))
    identity = table.grain[0] if len(table.grain) == 1 and not table.about else None
    if identity and identity.polyseme and _member(identity, around):
        yield Triple(about, RR["class"], identity.polyseme)
    for column in table.columns:
        if column is identity and _member(column, around):
            yield from _stated(whole, column, "value", _literal(column))
        elif member := _member(column, around):
            yield from _stated(whole, column, "value", {RR.template: text(member)})
        else:
            yield from _stated(whole, column, "value", _literal(column))
        for number, goal in enumerate(column.keys, start=1):
            yield from _led(whole, column, f"key-{number}", goal, around)


def _stated(
    whole: Iri, column: TableColumn, name: str, said: Mapping[Iri, Term]
) -> Iterator[Triple]:
    """One predicate-object map: that a column states the property of its own IRI."""
    pair = Names.part(whole, "columns", column.name, name)
    value = Names.part(pair, "object")
    yield Triple(whole, RR.predicateObjectMap, pair)
    yield Triple(pair, RR.predicate, column.iri if name == "value" else CSVW.foreignKey)
    yield Triple(pair, RR.objectMap, value)
    for predicate, term in said.items():
        yield Triple(value, predicate, term)


def _led(whole: Iri, column: TableColumn, name: str, goal: Iri, around: Beside) -> Iterator[Triple]:
    """The row that a foreign key leads to, where its dataset is mapped in the same export."""
    dataset, there = around.goals.get(goal, (None, ""))
    if dataset is None or not any(dataset.startswith(f"{one}/") for one in around.covered):
        return
    condition = Names.part(whole, "columns", column.name, name, "join")
    yield from _stated(
        whole,
        column,
        name,
        {RR.parentTriplesMap: map_of(dataset), RR.joinCondition: condition},
    )
    yield Triple(condition, RR.child, text(_identifier(column.name)))
    yield Triple(condition, RR.parent, text(_identifier(there)))


def map_of(dataset: Iri) -> Iri:
    """The triples map of a dataset."""
    return Names.part(dataset, "r2rml")


def _member(column: TableColumn, around: Beside) -> str:
    """The template of the members that a column identifies; empty where it identifies none."""
    if column.polyseme is None or column.scheme is None:
        return ""
    written = around.templates.get(column.scheme, "")
    return written.replace("{id}", f"{{{_inside(column.name)}}}")


def _literal(column: TableColumn) -> dict[Iri, Term]:
    said: dict[Iri, Term] = {RR.column: text(_identifier(column.name))}
    if column.datatype not in {None, XSD.string}:
        said[RR.datatype] = column.datatype or XSD.string
    return said


def _identifier(name: str) -> str:
    """A name as SQL writes it: in quotes, unless it is a plain word."""
    return name if _PLAIN.fullmatch(name) else '"{}"'.format(name.replace('"', '""'))


def _inside(name: str) -> str:
    """A column's name between the braces of a template."""
    return _escaped(_identifier(name))


def _escaped(written: str) -> str:
    """A text as it stands in a template."""
    return _SPECIAL.sub(r"\\\1", written)
