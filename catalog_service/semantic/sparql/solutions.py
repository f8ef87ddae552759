"""Solutions of a pattern as a relation, and how two of them are put together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from catalog_service.domain.rdf import Literal, Term
from catalog_service.semantic.sparql import algebra, kinds, meanings
from catalog_service.semantic.sparql.algebra import FALSE, TRUE, Operation, Relational, Scalar, both
from catalog_service.semantic.sparql.expressions import coalesced
from catalog_service.semantic.sparql.meanings import Address, Meaning, Open, Typed

Row = tuple[Term | None, ...]


class Names:
    """Names of columns, each of them new."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def fresh(self) -> str:
        """A name that no column has yet."""
        return f"c{next(self._numbers)}"


@dataclass(frozen=True, slots=True)
class Solutions:
    """A bag of solutions.

    Args:
        relation: its rows.
        variables: what the columns say of each variable.
        certain: the variables that are bound in each row.
        stated: the rows as terms, where the query or the catalog states them; so that they can be
            taken apart for what they are joined with.
    """

    relation: Relational
    variables: Mapping[str, Meaning]
    certain: frozenset[str]
    stated: tuple[tuple[str, ...], tuple[Row, ...]] | None = None


def nothing(variables: Iterable[str]) -> Solutions:
    """No solution at all."""
    names = tuple(variables)
    unbound = dict.fromkeys(names, meanings.NOTHING)
    empty = algebra.Rows(("never",), (kinds.INTEGER,), ())
    return Solutions(empty, unbound, frozenset(names), (names, ()))


def unit() -> Solutions:
    """One solution that binds nothing."""
    return Solutions(algebra.Rows((), (), ((),)), {}, frozenset())


def stated(variables: Sequence[str], rows: Sequence[Row], names: Names) -> Solutions:
    """Solutions that are known beforehand; a term is open where the rows differ in what it is."""
    forms = {name: _form([row[at] for row in rows]) for at, name in enumerate(variables)}
    relation, made = _laid_out(variables, rows, forms, names)
    return Solutions(relation, made, _certain(variables, rows), (tuple(variables), tuple(rows)))


def _form(terms: Sequence[Term | None]) -> Meaning:
    """What all of some terms are."""
    there = [one for one in terms if one is not None]
    datatypes = {one.datatype if isinstance(one, Literal) else None for one in there}
    first = there[0] if len(datatypes) == 1 else None
    if not isinstance(first, Literal) or first.language:
        return meanings.NOTHING
    if any(isinstance(one, Literal) and kinds.value(one) is None for one in there):
        return meanings.NOTHING
    return meanings.constant(first)


def _laid_out(
    variables: Sequence[str], rows: Sequence[Row], forms: Mapping[str, Meaning], names: Names
) -> tuple[algebra.Rows, dict[str, Meaning]]:
    """Rows in columns of some forms; those with a term that is not of its form are left out."""
    columns: list[tuple[str, str]] = []
    made: dict[str, Meaning] = {}
    for name in variables:
        fresh = [(names.fresh(), kind) for _, kind in meanings.parts(forms[name])]
        columns += fresh
        made[name] = meanings.rebuilt(forms[name], [algebra.Field(one) for one, _ in fresh])
    told: list[tuple[algebra.Plain, ...]] = []
    for row in rows:
        parts = [_fit(term, forms[name]) for name, term in zip(variables, row, strict=True)]
        if None not in parts:
            told.append(tuple(value for part in parts if part is not None for value in part))
    relation = algebra.Rows(
        tuple(name for name, _ in columns), tuple(kind for _, kind in columns), tuple(told)
    )
    return relation, made


def _certain(variables: Sequence[str], rows: Sequence[Row]) -> frozenset[str]:
    return frozenset(
        name for at, name in enumerate(variables) if all(row[at] is not None for row in rows)
    )


def _told(term: Term | None) -> tuple[str | None, str | None]:
    if term is None:
        return None, None
    if not isinstance(term, Literal):
        return str(term), ""
    if term.language:
        return term.lexical, f"@{term.language}"
    value = kinds.value(term)
    canonical = term.lexical if value is None else kinds.lexical(value, term.datatype)
    return canonical, str(term.datatype)


def fitted(known: Solutions, forms: Mapping[str, Meaning], names: Names) -> Solutions:
    """Stated solutions in the form of what they are joined with: those that cannot meet left out.

    So an IRI of VALUES is compared as the values it was made of, and the engine finds them by them.
    """
    assert known.stated is not None  # noqa: S101 - only stated solutions come here
    variables, rows = known.stated
    fits = {
        name: form
        for name in variables
        if name in known.certain and not isinstance(form := forms.get(name, meanings.NOTHING), Open)
    }
    if not fits:
        return known
    relation, made = _laid_out(variables, rows, {**known.variables, **fits}, names)
    return Solutions(relation, made, known.certain)


def _fit(  # noqa: PLR0911 - a branch for each form
    term: Term | None, form: Meaning
) -> tuple[algebra.Plain, ...] | None:
    """The values of a term in a form; None where it is no such term."""
    if isinstance(form, Open):
        return _told(term)
    if term is None:
        return (None,) * len(meanings.parts(form))
    if isinstance(form, Typed):
        if not isinstance(term, Literal) or term.datatype != form.datatype:
            return None
        value = kinds.value(term)
        return None if value is None else (value,)
    if isinstance(term, Literal):
        return None
    texts = form.template.take_apart(term)
    if texts is None:
        return None
    values = [meanings.from_text(text, kind) for text, kind in zip(texts, form.kinds, strict=True)]
    return None if None in values else tuple(value.value for value in values if value)


def joined(left: Solutions, right: Solutions, names: Names) -> Solutions:
    """The compatible pairs."""
    left, right = _met(left, right, names)
    condition, merged = matched(left, right)
    if condition == FALSE or _never(left) or _never(right):
        return nothing(merged)
    return Solutions(
        _pair(left.relation, right.relation, condition), merged, left.certain | right.certain
    )


def _never(one: Solutions) -> bool:
    return isinstance(one.relation, algebra.Rows) and not one.relation.rows


def _met(left: Solutions, right: Solutions, names: Names) -> tuple[Solutions, Solutions]:
    if right.stated is not None:
        return left, fitted(right, left.variables, names)
    if left.stated is not None:
        return fitted(left, right.variables, names), right
    return left, right


def _pair(left: Relational, right: Relational, condition: Scalar) -> Relational:
    if left == unit().relation and condition == TRUE:
        return right
    if right == unit().relation and condition == TRUE:
        return left
    return algebra.Join(left, right, condition)


def matched(left: Solutions, right: Solutions) -> tuple[Scalar, dict[str, Meaning]]:
    """When two solutions are compatible, and what each variable then is."""
    conditions: list[Scalar] = []
    merged = {**right.variables, **left.variables}
    for name in left.variables.keys() & right.variables.keys():
        one, other = left.variables[name], right.variables[name]
        agree = meanings.same(one, other)
        lacking = [
            Operation("not", (meanings.bound(meaning),))
            for meaning, certain in ((one, left.certain), (other, right.certain))
            if name not in certain
        ]
        if lacking:
            agree = Operation("or", (agree, *lacking))
            merged[name] = other if name in right.certain else coalesced((one, other))
        elif agree == FALSE:
            return FALSE, merged
        conditions.append(agree)
    return both(*conditions), merged


def held(given: Solutions, names: Names, *, only: Iterable[str] | None = None) -> Solutions:
    """The same solutions with each part of a variable in a column of its own."""
    wanted = given.variables.keys() if only is None else only
    columns: list[tuple[str, Scalar]] = []
    variables: dict[str, Meaning] = {}
    for name in wanted:
        meaning = given.variables.get(name, meanings.NOTHING)
        if isinstance(meaning, Address) and not meaning.slots:
            meaning = meanings.opened(meaning)
        fresh = [(names.fresh(), scalar) for scalar, _ in meanings.parts(meaning)]
        columns += fresh
        variables[name] = meanings.rebuilt(meaning, [algebra.Field(one) for one, _ in fresh])
    relation = algebra.Project(given.relation, tuple(columns))
    return Solutions(relation, variables, given.certain & variables.keys())


def united(parts: Sequence[Solutions], names: Names, *, distinct: bool = False) -> Solutions:
    """The solutions of all parts, in columns of one form."""
    parts = [part for part in parts if not _never(part)] or parts[:1]
    if len(parts) == 1 and not distinct:
        return parts[0]
    every = tuple(dict.fromkeys(name for part in parts for name in part.variables))
    forms = {
        name: meanings.alike([part.variables.get(name) for part in parts]) or meanings.NOTHING
        for name in every
    }
    columns = {name: [names.fresh() for _ in meanings.parts(form)] for name, form in forms.items()}
    flat = tuple(one for name in every for one in columns[name])
    selects = tuple(_aligned(part, forms, columns) for part in parts)
    relation: Relational = selects[0] if len(selects) == 1 else algebra.Union(selects, flat)
    if distinct:
        relation = algebra.Distinct(relation)
    variables = {
        name: meanings.rebuilt(form, [algebra.Field(one) for one in columns[name]])
        for name, form in forms.items()
    }
    certain = frozenset.intersection(*(part.certain for part in parts))
    return Solutions(relation, variables, certain)


def _aligned(
    part: Solutions, forms: Mapping[str, Meaning], columns: Mapping[str, list[str]]
) -> Relational:
    shown = [
        pair
        for name, form in forms.items()
        for pair in zip(columns[name], meanings.shaped(part.variables.get(name), form), strict=True)
    ]
    return algebra.Project(part.relation, tuple(shown))
