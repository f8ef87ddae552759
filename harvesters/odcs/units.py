"""Amounts and units as contracts write them: `99.9%`, `PT24H`, `4` with unit `d`."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from catalog_service.domain.rdf import Literal
from catalog_service.terms import UNIT, XSD, Iri

UNITS: dict[str, tuple[Iri, Decimal]] = {
    word: (unit, Decimal(factor))
    for words, unit, factor in (
        ("ms millisecond milliseconds", UNIT.SEC, "0.001"),
        ("s sec second seconds", UNIT.SEC, "1"),
        ("min minute minutes", UNIT.MIN, "1"),
        ("h hr hour hours", UNIT.HR, "1"),
        ("d day days", UNIT.DAY, "1"),
        ("w week weeks", UNIT.DAY, "7"),
        ("mo month months", UNIT.MO, "1"),
        ("y yr year years", UNIT.YR, "1"),
        ("% percent percentage pct", UNIT.PERCENT, "1"),
        ("rows row records record count", UNIT.NUM, "1"),
        ("ratio fraction", UNIT.UNITLESS, "1"),
    )
    for word in words.split()
}
"""The unit that a word names, and how many of it. `m` is not here: it is minute or month."""

_AMOUNT = re.compile(r"(?P<number>[+-]?\d{1,30}(?:\.\d{1,30})?)\s*(?P<unit>[A-Za-z%]*)")
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?([eE][+-]?\d)?")
_DURATION = re.compile(
    r"P(?=.)(?:(?P<Y>\d{1,9})Y)?(?:(?P<Mo>\d{1,9})M)?(?:(?P<W>\d{1,9})W)?(?:(?P<D>\d{1,9})D)?"
    r"(?:T(?=.)(?:(?P<H>\d{1,9})H)?(?:(?P<Mi>\d{1,9})M)?(?:(?P<S>\d{1,9})S)?)?"
)
_MINUTES = {
    UNIT.SEC: Fraction(1, 60),
    UNIT.MIN: Fraction(1),
    UNIT.HR: Fraction(60),
    UNIT.DAY: Fraction(1440),
}
_LONG = {"Y": (UNIT.YR, 12), "Mo": (UNIT.MO, 1)}
_SHORT = {
    "W": (UNIT.DAY, 604_800),
    "D": (UNIT.DAY, 86_400),
    "H": (UNIT.HR, 3_600),
    "Mi": (UNIT.MIN, 60),
    "S": (UNIT.SEC, 1),
}
_SIZES = {UNIT.DAY: 86_400, UNIT.HR: 3_600, UNIT.MIN: 60, UNIT.SEC: 1, UNIT.YR: 12, UNIT.MO: 1}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and its unit; None where no unit is stated."""

    number: Decimal
    unit: Iri | None = None


def number(written: str) -> Decimal | None:
    """A finite decimal of sane size; None where the text is none (`.inf`, `0x1F`, `1e999999`)."""
    plain = written.strip().replace("_", "")
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None


def amount(written: str, unit: str = "") -> Amount | None:
    """What a value and its unit say together; None where they say nothing, or two things.

    The value may carry its unit (`95%`, `24 hours`) or be an ISO 8601 duration (`PT24H`).
    """
    given = UNITS.get(unit.strip().lower())
    if unit.strip() and given is None:
        return None
    if (found := _own_unit(written)) is None:
        return None
    if given is None:
        return found
    if found.unit is not None:
        return found if found.unit == given[0] else None
    return Amount(found.number * given[1], given[0])


def _own_unit(written: str) -> Amount | None:
    plain = written.strip()
    if (found := number(plain)) is not None:
        return Amount(found)
    if plain.upper().startswith("P"):
        return _period(plain.upper())
    match = _AMOUNT.fullmatch(plain)
    if match is None or (named := UNITS.get(match["unit"].lower())) is None:
        return None
    return Amount(Decimal(match["number"]) * named[1], named[0])


def _period(written: str) -> Amount | None:
    """A duration in the smallest unit that it names; None where it mixes months with days."""
    match = _DURATION.fullmatch(written)
    if match is None:
        return None
    stated = {name: int(value) for name, value in match.groupdict().items() if value is not None}
    for table in (_LONG, _SHORT):
        if stated and set(stated) <= set(table):
            units = [table[name][0] for name in table if name in stated]
            total = sum(value * table[name][1] for name, value in stated.items())
            return Amount(Decimal(total) / _SIZES[units[-1]], units[-1])
    return None


def converted(stated: Amount, unit: Iri) -> Amount:
    """The same amount in `unit`, where it is exactly that: months in minutes are not."""
    if stated.unit in _MINUTES and unit == UNIT.MIN:
        minutes = Fraction(stated.number) * _MINUTES[stated.unit]
        exact = Decimal(minutes.numerator) / Decimal(minutes.denominator)
        return Amount(exact, unit) if Fraction(exact) == minutes else stated
    if stated.unit == UNIT.PERCENT and unit == UNIT.UNITLESS:
        return Amount(stated.number / 100, unit)
    return stated


def duration(written: str) -> Literal | None:
    """An ISO 8601 duration as xsd:duration; None where the text is none. Weeks become days."""
    match = _DURATION.fullmatch(written.strip().upper())
    if match is None or not any(match.groupdict().values()):
        return None
    lexical = match[0]
    if match["W"]:
        days = 7 * int(match["W"]) + int(match["D"] or 0)
        lexical = re.sub(r"\d+W(\d+D)?", f"{days}D", lexical)
    return Literal(lexical, XSD.duration)
