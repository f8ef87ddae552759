"""People, where they live and what they play: a little mesh whose rows are about identities."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from catalog_service.graph.querygate import admit
from catalog_service.semantic.execution import Engine
from catalog_service.semantic.plan import Column, Guarded, Place, Relation
from catalog_service.semantic.sparql.answering import DataAnswer, answered, compiled
from catalog_service.semantic.sparql.identities import Discretion
from catalog_service.semantic.sparql.mapping import Assertion, Cell, Mapped, Named, expanded
from catalog_service.semantic.sparql.reading import read
from catalog_service.semantic.sparql.templates import Template, template
from catalog_service.terms import RDF, XSD, Iri

B = "https://m.example/"
PREFIX = f"PREFIX : <{B}>\n"
COUNTRIES = ["SE"] * 6 + ["DE"] * 4 + ["FR"] * 2 + ["NO"]


@dataclass(frozen=True, slots=True)
class People:
    """What the files state, and what reads them."""

    mapped: Mapped
    engine: Engine

    def ask(self, text: str, *, minimum: int | None = None) -> DataAnswer:
        """The answer for somebody who may see identities, or is held to groups of a size."""
        held = None if minimum is None else Discretion(self.mapped.identifying, minimum)
        made = compiled(read(admit(PREFIX + text).text), self.mapped, discretion=held)
        return answered(made, self.engine)


def written(folder: Path) -> None:
    """Thirteen people of four countries; the last has played nothing."""
    ids = list(range(1, len(COUNTRIES) + 1))
    people = {
        "id": ids,
        "country": COUNTRIES,
        "salary": [1000 * at for at in ids],
        "boss": [None, *[1] * (len(ids) - 1)],
        "email": [f"p{at}@x.example" for at in ids],
    }
    pq.write_table(pa.table(people), folder / "people.parquet")
    plays = [(at, "n" if at % 2 else "o", 10 * at) for at in ids[:-1] for _ in range(2)]
    columns: dict[str, Any] = {
        name: [one[place] for one in plays]
        for place, name in enumerate(("listener", "song", "seconds"))
    }
    pq.write_table(pa.table({"play": list(range(len(plays)))} | columns), folder / "plays.parquet")


def mapped(folder: Path, **guard: Any) -> Mapped:
    """What the files state; the keywords guard the people."""
    whole, text = XSD.integer, XSD.string
    people = _relation(
        folder, "people", ("id",), id=whole, country=text, salary=whole, boss=whole, email=text
    )
    people = replace(people, **guard)
    plays = _relation(folder, "plays", ("play",), play=whole, listener=whole, song=text, seconds=whole)  # fmt: skip
    person, play = _named("people/{id}"), _named("plays/{play}")
    found = [
        Assertion(people, person, RDF.type, Named(Template((B + "Person",)), ())),
        Assertion(people, person, Iri(B + "country"), Cell("country", text)),
        Assertion(people, person, Iri(B + "salary"), Cell("salary", whole)),
        Assertion(people, person, Iri(B + "email"), Cell("email", text)),
        Assertion(people, person, Iri(B + "boss"), _named("people/{boss}")),
        Assertion(people, person, Iri(B + "number"), Cell("id", whole)),
        Assertion(plays, play, Iri(B + "listener"), _named("people/{listener}")),
        Assertion(plays, play, Iri(B + "song"), Cell("song", text)),
        Assertion(plays, play, Iri(B + "seconds"), Cell("seconds", whole)),
    ]
    identifying = {"people": frozenset({"id", "boss"}), "plays": frozenset({"listener"})}
    return Mapped(expanded(found, {}), {}, (), identifying)


def _relation(folder: Path, name: str, unique: tuple[str, ...], **types: Iri) -> Guarded:
    place = Place(str(folder / f"{name}.parquet"), "local", "parquet", name, str(folder))
    columns = tuple(Column(at, Iri(f"{B}columns/{at}"), of) for at, of in types.items())
    product = Iri(B + name)
    return Guarded(Relation(product, Iri(f"{B}ports/{name}"), product, name, place, columns, unique))  # fmt: skip


def _named(text: str) -> Named:
    return Named(*template(B + text))
