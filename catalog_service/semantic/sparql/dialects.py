"""A statement in the words of the engine that runs it.

Statements are built with the functions of DuckDB. Where another engine has a function under another
name, or does something else under the same one, its call is put another way here.
"""

from collections.abc import Callable

from sqlglot import exp

from catalog_service.semantic.sparql.operations import cast, string

Call = Callable[..., exp.Expr]


def spoken(statement: exp.Select, dialect: str) -> exp.Select:
    """The statement with its calls as a dialect has them."""
    if dialect != "spark":
        return statement
    # From the innermost call outwards, so that what an argument became stays.
    for call in reversed(list(statement.find_all(exp.Anonymous, exp.Avg))):
        if isinstance(call, exp.Avg):
            _mean(call)
        elif call.name.lower() in _SPARK:
            call.replace(_SPARK[call.name.lower()](*call.expressions))
    return statement


def _mean(node: exp.Avg) -> None:
    """A mean of doubles, as DuckDB has it: Spark's of decimals has few decimal places."""
    of = node.this
    if isinstance(of, exp.Distinct):
        of.set("expressions", [cast(one, "double") for one in of.expressions])
    else:
        node.set("this", cast(of, "double"))


def _named(name: str) -> Call:
    return lambda *given: exp.Anonymous(this=name, expressions=list(given))


def _encoded(of: exp.Expr) -> exp.Expr:
    """As in IRIs, where Spark encodes as forms do."""
    found = _named("url_encode")(of)
    for form, ours in (("+", "%20"), ("*", "%2A"), ("%7E", "~")):
        found = _named("replace")(found, string(form), string(ours))
    return found


def _whole(of: exp.Expr, pattern: exp.Expr) -> exp.Expr:
    return _named("regexp_like")(of, string(f"^(?:{pattern.name})$"))


def _matches(of: exp.Expr, pattern: exp.Expr, flags: exp.Expr) -> exp.Expr:
    text = _literal(pattern)
    return _named("regexp_like")(of, string(f"(?i){text}" if _literal(flags) else text))


def _literal(of: exp.Expr) -> str:
    """The text of a literal, whose type may be stated."""
    return str(of.this.name if isinstance(of, exp.Cast) else of.name)


def _without_end(of: exp.Expr, characters: exp.Expr) -> exp.Expr:
    return _named("regexp_replace")(of, string(f"[{_literal(characters)}]+$"), string(""))


def _place(of: exp.Expr, mark: exp.Expr) -> exp.Expr:
    return _named("instr")(of, mark)


_SPARK: dict[str, Call] = {
    "url_encode": _encoded,
    "regexp_full_match": _whole,
    "regexp_matches": _matches,
    "strpos": _place,
    "starts_with": _named("startswith"),
    "ends_with": _named("endswith"),
    "rtrim": _without_end,
    "trunc": lambda of: of,
    "row": _named("struct"),
    "arg_min": _named("min_by"),
}
"""`trunc` goes, since a cast to a whole number cuts off by itself there."""
