"""Service level objectives: whether a promise became a better or a weaker one."""

from decimal import Decimal, InvalidOperation
from fractions import Fraction

from catalog_service.domain.names import short
from catalog_service.domain.rdf import Literal, Term
from catalog_service.services.changes.comparison import Comparison
from catalog_service.services.changes.facts import Facts, written
from catalog_service.services.changes.kinds import Kind
from catalog_service.terms import DCT, ODRL, PM, SDMX, UNIT, Iri

_SCALES: dict[Iri, tuple[str, Fraction]] = {
    UNIT.SEC: ("seconds", Fraction(1)),
    UNIT.MIN: ("seconds", Fraction(60)),
    UNIT.HR: ("seconds", Fraction(3_600)),
    UNIT.DAY: ("seconds", Fraction(86_400)),
    UNIT.MO: ("months", Fraction(1)),
    UNIT.YR: ("months", Fraction(12)),
    UNIT.UNITLESS: ("shares", Fraction(1)),
    UNIT.PERCENT: ("shares", Fraction(1, 100)),
}
"""What a unit measures, and how much of it: only what is exactly so. A month has no seconds."""
_DIGITS = 64
_LESS_IS_MORE = {ODRL.lteq: True, ODRL.lt: True, ODRL.gteq: False, ODRL.gt: False}
_SAME = (PM.indicator, PM.comparator, PM.window, DCT.subject)
"""In what two objectives must agree before their targets can be compared."""
_COMPARED = (*_SAME, PM.target, SDMX.unitMeasure)


def objectives(seen: Comparison, bearer: Iri, name: str) -> None:
    """Compare what a port, or a product without ports, promises.

    An objective is known again by its name; under another name, by the one metric, comparator and
    subject that it has to itself on both sides.
    """
    before, after = seen.things(bearer, PM.slo)
    pairs = [(iri, iri) for iri in sorted(before & after)]
    gone, come = _promises(seen.before, before - after), _promises(seen.after, after - before)
    for key in dict.fromkeys([*gone, *come]):
        old, new = gone.get(key, []), come.get(key, [])
        if len(old) == len(new) == 1:
            pairs.append((old[0], new[0]))
            continue
        for iri in old:
            _whole(seen, Kind.OBJECTIVE_REMOVED, bearer, iri, name)
        for iri in new:
            _whole(seen, Kind.OBJECTIVE_ADDED, bearer, iri, name)
    for old_iri, new_iri in pairs:
        _compare(seen, bearer, (old_iri, new_iri), name)


def _promises(facts: Facts, iris: set[Iri]) -> dict[tuple[frozenset[Term], ...], list[Iri]]:
    found: dict[tuple[frozenset[Term], ...], list[Iri]] = {}
    for iri in sorted(iris):
        key = tuple(facts.values(iri, part) for part in (PM.indicator, PM.comparator, DCT.subject))
        found.setdefault(key, []).append(iri)
    return found


def _whole(seen: Comparison, kind: Kind, bearer: Iri, iri: Iri, name: str) -> None:
    facts = seen.after if kind is Kind.OBJECTIVE_ADDED else seen.before
    told = _told(facts, iri)
    before, after = ("", told) if kind is Kind.OBJECTIVE_ADDED else (told, "")
    seen.add(kind, bearer, _name(facts, iri, name), before=before, after=after)
    seen.cover({iri})


def _compare(seen: Comparison, bearer: Iri, pair: tuple[Iri, Iri], name: str) -> None:
    old, new = pair
    before = {part: seen.before.values(old, part) for part in _COMPARED}
    after = {part: seen.after.values(new, part) for part in _COMPARED}
    if old == new:
        for part in _COMPARED:
            seen.pair(old, part)
    else:
        seen.cover(pair)
    if before == after and old == new:
        return
    kind = Kind.OBJECTIVE_CHANGED
    if all(before[part] == after[part] for part in _SAME):
        kind = _kind(before, after)
    told = (_told(seen.before, old), _told(seen.after, new))
    seen.add(kind, bearer, _name(seen.after, new, name), before=told[0], after=told[1])


def _kind(before: dict[Iri, frozenset[Term]], after: dict[Iri, frozenset[Term]]) -> Kind:
    """Whether the second promise is tighter or looser, by the comparator that both have."""
    was, now = _amount(before), _amount(after)
    comparator = next(iter(before[PM.comparator]), None)
    less_is_more = _LESS_IS_MORE.get(comparator) if isinstance(comparator, str) else None
    if was is None or now is None or was[0] != now[0]:
        return Kind.OBJECTIVE_CHANGED
    if was[1] == now[1]:
        return Kind.DESCRIBED
    if less_is_more is None:
        return Kind.OBJECTIVE_CHANGED
    tighter = (now[1] < was[1]) is less_is_more
    return Kind.OBJECTIVE_TIGHTENED if tighter else Kind.OBJECTIVE_LOOSENED


def _amount(stated: dict[Iri, frozenset[Term]]) -> tuple[str, Fraction] | None:
    """The target as an exact number of what its unit measures; None where it is none."""
    targets, units = stated[PM.target], stated[SDMX.unitMeasure]
    if len(targets) != 1 or len(units) > 1 or len(stated[PM.comparator]) != 1:
        return None
    target, unit = next(iter(targets)), next(iter(units), None)
    if not isinstance(target, Literal):
        return None
    number = _number(target.lexical)
    if number is None:
        return None
    if isinstance(unit, str) and unit in _SCALES:
        measures, size = _SCALES[unit]
        return measures, number * size
    return str(unit), number


def _number(written_as: str) -> Fraction | None:
    """A number of sane size, exactly; None where the text is none."""
    try:
        found = Decimal(written_as)
    except InvalidOperation:
        return None
    # 1e999999 is a decimal, and a fraction of a million digits.
    return Fraction(found) if found.is_finite() and abs(found.adjusted()) <= _DIGITS else None


def _told(facts: Facts, iri: Iri) -> str:
    """An objective in short: `at most 60 MIN over P1D`."""
    words = [
        _WORDS.get(comparator, short(comparator)) for comparator in facts.things(iri, PM.comparator)
    ]
    words += filter(
        None, (written(facts.values(iri, part)) for part in (PM.target, SDMX.unitMeasure))
    )
    over = written(facts.values(iri, PM.window))
    return " ".join([*words, *(["over", over] if over else [])])


_WORDS: dict[Iri, str] = {
    ODRL.lteq: "at most",
    ODRL.lt: "below",
    ODRL.gteq: "at least",
    ODRL.gt: "above",
    ODRL.eq: "exactly",
}


def _name(facts: Facts, iri: Iri, name: str) -> str:
    """What to call an objective: its metric, behind the port that promises it."""
    metric = written(facts.values(iri, PM.indicator)) or short(iri)
    return f"{name}.{metric}" if name else metric
