"""What a dataset can be asked for: its measures, its dimensions, the keys that a rule makes of it.

The same words whatever format holds them. A measure of which a part is missing or wrong is left
out whole: a figure that is computed from half a definition is worse than none.
"""

import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Table
from contextlib import contextmanager
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, available_timezones

from catalog_service.domain.rdf import Origin, Term, text
from catalog_service.errors import Unreadable
from catalog_service.harvesting.contract import Names, Refers, Statements
from catalog_service.harvesting.nodes import Scalar
from catalog_service.harvesting.words import address, doubtful, once, squeezed, wrong
from catalog_service.terms import CSVW, DCT, PM, SDMX, SKOS, Iri

Words = Table[str, Scalar]
"""The words of one measure or key, by `MEASURE_WORDS` or `KEY_WORDS`; those that are written."""

MEASURE_WORDS = (
    *("name", "label", "description", "aggregate", "operand", "additivity", "notAdditiveOver"),
    *("clock", "zone", "whenEmpty", "unit", "unitColumn"),
)
KEY_WORDS = ("name", "column", "to", "transform")
AGGREGATES = ("count", "sum", "count-distinct", "average", "median", "minimum", "maximum")
ADDITIVITY = {squeezed(n): PM[n] for n in ("Additive", "SemiAdditive", "NonAdditive")}
EMPTY = {"zero": PM.Zero, "null": PM.Null}

_AGGREGATES = {squeezed(word): word for word in AGGREGATES}
_NEVER_ADDED = frozenset({"average", "median", "minimum", "maximum"})
_STEP = r"[a-z][a-z0-9_]*(?:\([^()|]*\))?"
_TRANSFORM = re.compile(rf"{_STEP}(?: \| {_STEP})*")


@dataclass(frozen=True, slots=True)
class Place:
    """The dataset whose measures are read.

    Args:
        said: where they are stated.
        product: the product that they become parts of.
        dataset: the dataset whose rows are counted.
        own: the column of the dataset that has a name; None where there is none.
        near: the same over everything that the document describes.
        taken: the names of measures and keys that are taken in the product, and where.
    """

    said: Statements
    product: Iri
    dataset: Iri
    own: Callable[[str], Iri | None]
    near: Callable[[str], Iri | None]
    taken: dict[str, Origin] = field(default_factory=dict)


@contextmanager
def left_out(at: Place, origin: Origin) -> Iterator[None]:
    """Leave out what is wrong, with a warning at its place; the rest of the document holds."""
    try:
        yield
    except Unreadable as fault:
        where = Origin(origin.file, fault.line or origin.line, fault.column or origin.column)
        doubtful(
            at.said, f"{fault.message}: it is left out", where, fault.hint or "", focus=at.dataset
        )


def state_dimension(at: Place, written: Scalar) -> None:
    """State that questions may group and choose by a column.

    Raises:
        Unreadable: the dataset has no such column.
    """
    at.said.state(
        at.dataset, PM.dimension, _column(at, "dimension", written, at.own), written.origin
    )


def state_measure(at: Place, words: Words, origin: Origin) -> None:
    """State a measure.

    Raises:
        Unreadable: a word of it is missing or means nothing; nothing of it is stated then.
    """
    name = _name("measure", words, origin)
    what = f"measure `{name.text.strip()[:60]}`"
    iri = Names.part(at.product, "measures", name.text.strip())
    facts: list[tuple[Iri, Term, Origin]] = [
        (CSVW.name, text(name.text.strip()), name.origin),
        (PM.countedOn, at.dataset, name.origin),
    ]
    for key, predicate in (("label", SKOS.prefLabel), ("description", DCT.description)):
        if found := words.get(key):
            facts.append((predicate, text(found.text.strip()), found.origin))
    facts += _computed(at, what, words, name.origin)
    facts += _counted_in(at, what, words)
    clock = words.get("clock")
    outside = clock is not None and "#" in clock.text and at.near(clock.text.strip()) is None
    if clock is not None and not outside:
        facts.append((PM.clock, _column(at, f"{what}: clock", clock, at.near), clock.origin))
    once(at.taken, "measure", name.text.strip(), name.origin)
    at.said.type(iri, PM.Measure, name.origin)
    for predicate, value, place in facts:
        at.said.state(iri, predicate, value, place)
    if clock is not None and outside:
        at.said.refer(iri, PM.clock, Refers.COLUMN, _elsewhere(clock.text), clock.origin)


def state_derived_key(at: Place, words: Words, origin: Origin) -> None:
    """State a key that a rule makes of a column.

    Raises:
        Unreadable: a word of it is missing or means nothing; nothing of it is stated then.
    """
    name = _name("derived key", words, origin)
    what = f"derived key `{name.text.strip()[:60]}`"
    column = _column(at, f"{what}: column", _wanted(what, words, "column", origin), at.own)
    scheme = _wanted(what, words, "to", origin)
    rule = _wanted(what, words, "transform", origin)
    transform = " | ".join(step.strip() for step in rule.text.split("|"))
    if not _TRANSFORM.fullmatch(transform):
        message = f"{what}: {rule.text[:60]!r} names no transform"
        hint = "write a name such as sha256_ascii_lower, or several parted by |, arguments in ()"
        raise wrong(message, rule.origin, hint)
    once(at.taken, "derived key", f"{name.text.strip()} (key)", name.origin)
    iri = Names.part(at.product, "derived-keys", name.text.strip())
    at.said.state(column, PM.derivedKey, iri, name.origin)
    at.said.type(iri, PM.DerivedKey, name.origin)
    at.said.state(iri, CSVW.name, text(name.text.strip()), name.origin)
    at.said.refer(iri, PM.toScheme, Refers.SCHEME, scheme.text.strip(), scheme.origin)
    at.said.state(iri, PM.transform, text(transform), rule.origin)


def _computed(
    at: Place, what: str, words: Words, origin: Origin
) -> Iterator[tuple[Iri, Term, Origin]]:
    """How rows become the figure, and over what figures may be added up."""
    written = _wanted(what, words, "aggregate", origin)
    if (aggregate := _AGGREGATES.get(squeezed(written.text))) is None:
        message = f"{what}: aggregate {written.text[:40]!r} is unknown"
        raise wrong(message, written.origin, f"write one of {', '.join(AGGREGATES)}")
    yield PM.aggregate, text(aggregate), written.origin
    operand = words.get("operand")
    if operand is None and aggregate != "count":
        message = f"{what} has no `operand`"
        raise wrong(message, written.origin, f"name the column of which {aggregate} is taken")
    if operand is not None:
        yield PM.operand, _column(at, f"{what}: operand", operand, at.own), operand.origin
    said = _wanted(what, words, "additivity", origin)
    kind = _choice(what, "additivity", said, ADDITIVITY, "Additive, SemiAdditive or NonAdditive")
    if kind == PM.Additive and aggregate in _NEVER_ADDED:
        message = f"{what}: figures of {aggregate} cannot be added up"
        raise wrong(message, said.origin, "write NonAdditive")
    yield PM.additivity, kind, said.origin
    over = words.get("notAdditiveOver")
    if (kind == PM.SemiAdditive) != (over is not None):
        message = f"{what}: `SemiAdditive` and `notAdditiveOver` belong together"
        raise wrong(message, said.origin, "name the column over which it may not be added up")
    if over is not None:
        column = _column(at, f"{what}: notAdditiveOver", over, at.near)
        yield PM.notAdditiveOver, column, over.origin


def _counted_in(at: Place, what: str, words: Words) -> Iterator[tuple[Iri, Term, Origin]]:
    """The unit of the figure, what it is for no row, and the time zone of its clock."""
    if unit := words.get("unit"):
        known = address(unit.text) if "://" in unit.text else None
        yield SDMX.unitMeasure, known or text(unit.text.strip()), unit.origin
    if column := words.get("unitColumn"):
        yield PM.unitColumn, _column(at, f"{what}: unitColumn", column, at.own), column.origin
    if empty := words.get("whenEmpty"):
        found = _choice(what, "whenEmpty", empty, EMPTY, "Zero, or Null in quotes")
        yield PM.whenEmpty, found, empty.origin
    if zone := words.get("zone"):
        if not _is_zone(zone.text.strip()):
            message = f"{what}: {zone.text[:40]!r} is no time zone"
            raise wrong(message, zone.origin, "write its IANA name, such as UTC or Europe/Helsinki")
        yield PM.zone, text(zone.text.strip()), zone.origin


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError):
        return False
    except KeyError:  # there is no such zone, or no machine-wide list of zones to look it up in
        return name == "UTC" or not available_timezones()
    return True


def _name(kind: str, words: Words, origin: Origin) -> Scalar:
    name = words.get("name")
    if name is None or not name.text.strip():
        raise wrong(f"a {kind} has no `name`", origin, "name it as questions shall call it")
    return name


def _wanted(what: str, words: Words, key: str, origin: Origin) -> Scalar:
    found = words.get(key)
    if found is None or not found.text.strip():
        raise wrong(f"{what} has no `{key}`", origin, f"write `{key}`; it is never guessed")
    return found


def _choice(what: str, key: str, written: Scalar, known: Table[str, Iri], words: str) -> Iri:
    if (found := known.get(squeezed(written.text))) is None:
        message = f"{what}: {key} {written.text[:40]!r} is unknown"
        raise wrong(message, written.origin, f"write {words}")
    return found


def _column(at: Place, what: str, written: Scalar, where: Callable[[str], Iri | None]) -> Iri:
    if (found := where(written.text.strip())) is None:
        message = f"{what} `{written.text[:60]}` names no column"
        hint = "name a column of the dataset"
        if where is at.near:
            hint = "write `column`, `dataset.column`, or `contract-id#dataset.column`"
        raise wrong(message, written.origin, hint)
    return found


def _elsewhere(reference: str) -> str:
    """A reference into another contract without the space around it."""
    contract, _, path = reference.strip().partition("#")
    return f"{contract.strip()}#{path.strip()}"
