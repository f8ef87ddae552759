"""Which columns a column of a SELECT comes from.

Only what a SELECT lists counts: a column that merely filters, joins or groups is no origin. A
column that the SQL alone does not place, because two tables could have it and the columns of
neither are known, is not resolved rather than guessed. Names are compared without regard to case,
since dbt, the warehouse and the SQL spell the same column in three ways.
"""

from collections.abc import Callable, Iterator, Sequence

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from harvesters.dbt.relations import (
    Held,
    Relations,
    Selection,
    Star,
    Unresolved,
    is_star,
    joined_using,
    node,
    scope_of,
    unpivoted,
)

MAX_WORK = 2_000_000

Known = Callable[[str], tuple[str, ...] | None]
"""The columns of a node's table, in lower case; None where they are not known in full."""
Steps = Iterator[tuple[Scope | str, str]]
"""Columns one query deeper: of a query, or of a node's table."""


class Query:
    """One compiled query, asked where its columns come from.

    Args:
        sql: the compiled SQL.
        dialect: its dialect.
        relations: the tables there are.
        known: what is known of their columns.

    Raises:
        Unresolved: it does not parse, or is no single query.
    """

    def __init__(self, sql: str, dialect: str, relations: Relations, known: Known) -> None:
        self._known = known
        self._names: dict[int, tuple[str, ...] | None] = {}
        self._selections: dict[int, Selection] = {}
        self._spelt: dict[str, str] = {}
        self._work = 0
        self._root = scope_of(sql, dialect, relations, self._spelt)

    def outputs(self) -> tuple[str, ...] | None:
        """The names of its columns in lower case; None where a `*` leaves them open."""
        try:
            return self._outputs(self._root)
        except (RecursionError, Unresolved):
            return None

    def spelt(self, name: str) -> str:
        """A name in lower case as the SQL spells it first."""
        return self._spelt.get(name, name)

    def origins(self, column: str) -> frozenset[tuple[str, str]]:
        """The (node, column) pairs that one of its columns comes from.

        Raises:
            Unresolved: the SQL alone does not say.
        """
        found: set[tuple[str, str]] = set()
        seen: set[tuple[int, str]] = set()
        pending: list[tuple[Scope | str, str]] = [(self._root, column.casefold())]
        try:
            while pending:
                source, name = pending.pop()
                if isinstance(source, str):
                    found.add((source, name))
                elif (id(source), name) not in seen:
                    seen.add((id(source), name))
                    pending.extend(self._step(source, name))
        except RecursionError as fault:
            raise Unresolved("it nests too deep") from fault
        return frozenset(found)

    def _selection(self, scope: Scope) -> Selection:
        if id(scope) not in self._selections:
            self._selections[id(scope)] = Selection.of(scope)
        return self._selections[id(scope)]

    def _outputs(self, scope: Scope) -> tuple[str, ...] | None:
        if id(scope) not in self._names:
            self._names[id(scope)] = None  # what a recursive query says of itself
            self._names[id(scope)] = self._listed(scope)
        return self._names[id(scope)]

    def _listed(self, scope: Scope) -> tuple[str, ...] | None:
        query = scope.expression
        if isinstance(query, exp.SetOperation):
            return self._outputs(scope.set_operation_scopes[0])
        if isinstance(query, exp.UDTF):
            return tuple(query.alias_column_names) or None
        if not isinstance(query, exp.Select):
            return None
        found: dict[str, None] = {}
        for projection in query.selects:
            if not is_star(projection):
                found[projection.alias_or_name] = None
                continue
            star = Star.of(projection)
            for _, source in self._selection(scope).starred(projection):
                columns = self._columns(source)
                if columns is None:
                    return None
                found |= {star.renames.get(c, c): None for c in columns if c not in star.left_out}
        return tuple(found)

    def _columns(self, source: Held) -> tuple[str, ...] | None:
        if isinstance(source, Scope):
            return self._outputs(source)
        table = node(source)
        return self._known(table) if table else None

    def _has(self, source: Held, name: str) -> bool | None:
        """Whether a source has a column; None where that is not known."""
        columns = self._columns(source)
        return None if columns is None else name in columns

    def _step(self, scope: Scope, name: str) -> Steps:
        """Where a column of a query comes from, one query deeper."""
        query = scope.expression
        if isinstance(query, exp.SetOperation):
            yield from self._united(scope, name)
        elif isinstance(query, exp.Select):
            yield from self._selected(scope, name)
        elif scope.parent is not None:  # rows made by a function: of what it is given
            for column in query.find_all(exp.Column):
                yield from self._referred(scope.parent, column, query, apart=scope)

    def _united(self, scope: Scope, name: str) -> Steps:
        """A column of a UNION comes from the columns at its position in every branch."""
        first, *others = scope.set_operation_scopes
        yield first, name
        names = self._outputs(first)
        for other in others:
            theirs = self._outputs(other)
            if names is None and theirs is None:
                yield other, name
            elif names is None or theirs is None or name not in names:
                raise Unresolved(f"`{name}` is in a UNION with a branch of unknown columns")
            elif names.index(name) < len(theirs):
                yield other, theirs[names.index(name)]

    def _selected(self, scope: Scope, name: str) -> Steps:
        selection = self._selection(scope)
        if name in selection.named:
            yield from self._expression(scope, selection.named[name][1])
            return
        stars = [(projection, Star.of(projection)) for projection in selection.stars]
        for _, star in stars:
            if name in star.replaced:
                yield from self._expression(scope, star.replaced[name])
                return
        within = [
            (alias, source, star.original(name))
            for projection, star in stars
            for alias, source in selection.starred(projection)
            if name not in star.left_out
        ]
        if not within:
            raise Unresolved(f"it selects no column `{name}`")
        source, original = self._holder(within, name)
        yield from _from(source, original)

    def _expression(self, scope: Scope, expression: exp.Expr) -> Steps:
        inner = self._selection(scope).inner
        for found in expression.walk(prune=lambda part: id(part) in inner):
            if id(found) in inner:
                for projection in found.selects if isinstance(found, exp.Query) else ():
                    yield from self._expression(inner[id(found)], projection)
            elif isinstance(found, exp.Column) and not isinstance(found.this, exp.Star):
                yield from self._referred(scope, found, expression)

    def _referred(
        self, scope: Scope, column: exp.Column, within: exp.Expr, apart: Scope | None = None
    ) -> Steps:
        parts = [part.name for part in column.parts]
        level: Scope | None = scope
        while level is not None:
            for position, part in enumerate(parts[:-1]):
                if part in level.sources:
                    yield from _from(unpivoted(level, part), parts[position + 1])
                    return
            level = level.parent
        yield from self._unqualified(scope, parts[0], within, apart)

    def _unqualified(
        self, scope: Scope, name: str, projection: exp.Expr, apart: Scope | None
    ) -> Steps:
        selection = self._selection(scope)
        within = [(alias, held, name) for alias, held in selection.held if held is not apart]
        self._work += len(within)
        if self._work > MAX_WORK:
            raise Unresolved("it is too large")
        if joined_using(scope, name):
            for _, source, _ in within:
                if self._has(source, name) is not False:
                    yield from _from(source, name)
            return
        known = [self._has(source, name) for _, source, _ in within]
        given = None if any(known) else selection.earlier(projection, name)
        if given is not None and None in known:
            raise Unresolved(f"`{name}` is a column of a table, or the name given before it")
        if given is not None:
            yield from self._expression(scope, given)
        elif within:
            source, name = self._holder(within, name)
            yield from _from(source, name)
        elif scope.parent is not None:
            yield from self._unqualified(scope.parent, name, projection, apart)

    def _holder(self, within: Sequence[tuple[str, Held, str]], name: str) -> tuple[Held, str]:
        """The one source that has a column: it is known to, or no other can."""
        has = [(source, column, self._has(source, column)) for _, source, column in within]
        certain = [(source, column) for source, column, known in has if known]
        possible = [(source, column) for source, column, known in has if known is None]
        for found in (certain, possible):
            if len(found) == 1:
                return found[0]
            if found:
                break
        tables = ", ".join(alias for alias, _, _ in within[:5])
        if not certain and not possible:
            raise Unresolved(f"{tables} has no column `{name}`")
        raise Unresolved(f"`{name}` is not told apart among the columns of {tables}")


def _from(source: Held, name: str) -> Steps:
    if isinstance(source, Scope):
        yield source, name
    elif table := node(source):
        yield table, name
    elif isinstance(source, exp.Table) and not isinstance(source.this, exp.Func):
        raise Unresolved(f"`{source.name}` is no table of the project")
