"""The relational algebra as one SELECT.

A node adds to the SELECT of what it is made of for as long as SQL lets it, and else reads it as a
subquery: so a query is about as long as one that a person writes.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from itertools import count

from sqlglot import exp

from catalog_service.semantic import plan
from catalog_service.semantic.literals import literal
from catalog_service.semantic.plan import Guarded
from catalog_service.semantic.predicates import predicate
from catalog_service.semantic.sparql import algebra, kinds
from catalog_service.semantic.sparql.algebra import Operation, Relational, Scalar, Value
from catalog_service.semantic.sparql.operations import cast, null, operation, string

Tables = Callable[[Guarded], exp.Expr]
Scope = dict[str, exp.Expr]


def statement(relation: Relational, tables: Tables, dialect: str) -> exp.Select:
    """The SELECT whose columns are those of the relation, by their names.

    Args:
        relation: what is asked for.
        tables: what stands behind FROM for a guarded relation.
        dialect: the dialect that the statement is written in.
    """
    return _Emitter(tables, dialect).emitted(relation).select()


def read(relation: Relational) -> dict[str, tuple[Guarded, tuple[str, ...]]]:
    """The guarded relations that are read, by name, each with the columns."""
    found: dict[str, tuple[Guarded, dict[str, None]]] = {}
    for scan in _scans(relation):
        _, columns = found.setdefault(scan.guarded.relation.name, (scan.guarded, {}))
        columns.update(dict.fromkeys(column for _, column in scan.columns))
        columns.update(dict.fromkeys(_looked_at(scan.guarded.rows)))
    return {name: (guarded, tuple(columns)) for name, (guarded, columns) in found.items()}


def _scans(node: object) -> Iterator[algebra.Scan]:
    if isinstance(node, algebra.Scan):
        yield node
    elif isinstance(node, tuple):
        for one in node:
            yield from _scans(one)
    elif is_dataclass(node):
        for at in fields(node):
            yield from _scans(getattr(node, at.name))


def _looked_at(condition: plan.Predicate) -> Iterator[str]:
    match condition:
        case plan.AllOf(conditions) | plan.AnyOf(conditions):
            for one in conditions:
                yield from _looked_at(one)
        case plan.Not(inner):
            yield from _looked_at(inner)
        case _:
            yield condition.column


@dataclass
class _Part:
    """A SELECT in the making: `scope` says what each name is in it."""

    scope: Scope
    source: exp.Expr
    joins: list[exp.Join] = field(default_factory=list)
    wheres: list[exp.Expr] = field(default_factory=list)
    groups: list[exp.Expr] | None = None
    orders: list[exp.Ordered] = field(default_factory=list)
    distinct: bool = False
    offset: int = 0
    limit: int | None = None
    sliced: bool = False

    @property
    def plain(self) -> bool:
        """Whether it is rows of tables and no more: it can be filtered and joined."""
        return self.groups is None and not (self.orders or self.distinct or self.sliced)

    def select(self) -> exp.Select:
        """The statement."""
        shown = [exp.alias_(of.copy(), name, quoted=True) for name, of in self.scope.items()]
        made = exp.Select(
            expressions=shown or [exp.alias_(exp.Literal.number(1), "one", quoted=True)]
        )
        made.set("from_", exp.From(this=self.source))
        made.set("joins", self.joins)
        if self.wheres:
            made.set("where", exp.Where(this=exp.and_(*self.wheres, copy=False)))
        if self.groups:
            made.set("group", exp.Group(expressions=self.groups))
        if self.orders:
            made.set("order", exp.Order(expressions=self.orders))
        if self.distinct:
            made.set("distinct", exp.Distinct())
        if self.limit is not None:
            made.set("limit", exp.Limit(expression=exp.Literal.number(self.limit)))
        if self.offset:
            made.set("offset", exp.Offset(expression=exp.Literal.number(self.offset)))
        return made


class _Emitter:
    """What is counted while one statement is written."""

    def __init__(self, tables: Tables, dialect: str) -> None:
        self._tables = tables
        self._dialect = dialect
        self._aliases = (f"t{number}" for number in count(1))

    def emitted(self, node: Relational) -> _Part:  # noqa: C901, PLR0911, PLR0912 - a branch for each kind
        """The SELECT of one node, still open to be added to."""
        match node:
            case algebra.Scan():
                return self._scan(node)
            case algebra.Rows():
                return self._rows(node)
            case algebra.Join():
                return self._join(node)
            case algebra.LeftJoin():
                return self._left_join(node)
            case algebra.Filter(of, condition):
                part = self._plain(of)
                part.wheres.append(self._scalar(condition, part.scope))
                return part
            case algebra.Project(of, columns):
                part = self.emitted(of)
                if part.distinct or part.sliced:
                    part = self._closed(part)
                part.scope = {name: self._scalar(of_, part.scope) for name, of_ in columns}
                return part
            case algebra.Union():
                return self._union(node)
            case algebra.Distinct(of):
                part = self.emitted(of)
                if part.distinct or part.sliced or part.orders:
                    part = self._closed(part)
                part.distinct = True
                return part
            case algebra.Aggregate():
                return self._aggregate(node)
            case algebra.Order(of, by):
                return self._order(of, by)
            case algebra.Slice(of, offset, limit):
                part = self.emitted(of)
                if part.sliced:
                    part = self._closed(part)
                part.offset, part.limit, part.sliced = offset, limit, True
                return part

    def _plain(self, node: Relational) -> _Part:
        part = self.emitted(node)
        return part if part.plain else self._closed(part)

    def _closed(self, part: _Part) -> _Part:
        """The same as a subquery."""
        alias = next(self._aliases)
        return _Part(
            dict(_own(alias, part.scope)),
            exp.Subquery(this=part.select(), alias=_alias(alias)),
        )

    def _scan(self, node: algebra.Scan) -> _Part:
        alias = next(self._aliases)
        types = {at.name: kinds.kind(at.datatype) for at in node.guarded.relation.columns}
        scope: Scope = {}
        for name, column in node.columns:
            of = _column(alias, column)
            # Decimals keep the scale that their source gives them.
            decimal = types[column] == kinds.DECIMAL
            scope[name] = of if decimal else cast(of, types[column])
        table = self._tables(node.guarded).copy()
        part = _Part(scope, exp.alias_(table, alias, table=True, quoted=True))
        if node.guarded.rows != plan.AllOf():
            part.wheres.append(predicate(node.guarded.rows, self._dialect, alias))
        return part

    def _rows(self, node: algebra.Rows) -> _Part:
        alias = next(self._aliases)
        if not node.names or not node.rows:
            empty = exp.Select(
                expressions=[
                    exp.alias_(null(kind), name, quoted=True)
                    for name, kind in zip(node.names, node.kinds, strict=True)
                ]
                or [exp.alias_(exp.Literal.number(1), "one", quoted=True)]
            )
            if not node.rows:
                empty.set("where", exp.Where(this=exp.false()))
            scope: Scope = dict(_own(alias, node.names))
            return _Part(scope, exp.Subquery(this=empty, alias=_alias(alias)))
        told = [
            exp.Tuple(
                expressions=[
                    self._value(Value(value, kind))
                    for value, kind in zip(row, node.kinds, strict=True)
                ]
            )
            for row in node.rows
        ]
        columns = [exp.to_identifier(name, quoted=True) for name in node.names]
        source = exp.Values(
            expressions=told,
            alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True), columns=columns),
        )
        return _Part(dict(_own(alias, node.names)), source)

    def _join(self, node: algebra.Join) -> _Part:
        left, right = self._plain(node.left), self._plain(node.right)
        scope = left.scope | right.scope
        condition = self._scalar(node.on, scope)
        joins = [*left.joins, exp.Join(this=right.source), *right.joins]
        wheres = [*left.wheres, *right.wheres]
        if right.joins or node.on == algebra.TRUE:
            joins[len(left.joins)].set("kind", "CROSS")
            wheres += [condition] if node.on != algebra.TRUE else []
        else:
            joins[len(left.joins)].set("on", condition)
        return _Part(scope, left.source, joins, wheres)

    def _left_join(self, node: algebra.LeftJoin) -> _Part:
        left, right = self._plain(node.left), self._plain(node.right)
        if right.joins or not all(_bare(of) for of in right.scope.values()):
            right = self._closed(right)
        scope = left.scope | right.scope
        condition = exp.and_(self._scalar(node.on, scope), *right.wheres, copy=False)
        joined = exp.Join(this=right.source, side="LEFT", on=condition)
        return _Part(scope, left.source, [*left.joins, joined], left.wheres)

    def _union(self, node: algebra.Union) -> _Part:
        selects: list[exp.Expr] = []
        for one in node.parts:
            part = self.emitted(one)
            if part.orders or part.sliced:
                part = self._closed(part)
            part.scope = {name: part.scope[name] for name in node.names}
            selects.append(part.select())
        found = selects[0]
        for other in selects[1:]:
            found = exp.Union(this=found, expression=other, distinct=False)
        alias = next(self._aliases)
        scope: Scope = dict(_own(alias, node.names))
        return _Part(scope, exp.Subquery(this=found, alias=_alias(alias)))

    def _aggregate(self, node: algebra.Aggregate) -> _Part:
        part = self._plain(node.of)
        keys = {name: self._scalar(of, part.scope) for name, of in node.keys}
        figures = {name: self._scalar(of, part.scope) for name, of in node.figures}
        part.scope = keys | figures
        part.groups = [of.copy() for of in keys.values()]
        if not part.scope:  # a group of all, of which nothing is asked
            part.groups, part.scope = [], {"rows": exp.Count(this=exp.Star())}
        return part

    def _order(self, of: Relational, by: tuple[tuple[Scalar, bool], ...]) -> _Part:
        part = self.emitted(of)
        if part.orders or part.sliced or part.distinct:
            part = self._closed(part)
        part.orders = [
            exp.Ordered(this=self._scalar(key, part.scope), desc=down, nulls_first=not down)
            for key, down in by
        ]
        return part

    def _scalar(self, scalar: Scalar, scope: Scope) -> exp.Expr:
        match scalar:
            case algebra.Field(name):
                return scope[name].copy()
            case Value():
                return self._value(scalar)
            case Operation(name, arguments):
                return operation(name, [self._scalar(one, scope) for one in arguments])
            case algebra.Any(relation, condition):
                part = self._plain(relation)
                part.wheres.append(self._scalar(condition, scope | part.scope))
                part.scope = {}
                return exp.Exists(this=part.select())

    def _value(self, of: Value) -> exp.Expr:
        """A value as a literal of its type."""
        if of.value is None:
            return null(of.kind)
        if isinstance(of.value, float):
            return cast(string(repr(of.value)), kinds.DOUBLE)
        made = literal(of.value, self._dialect)
        return cast(made, kinds.TEXT) if of.kind == kinds.TEXT else made


def _bare(of: exp.Expr) -> bool:
    """Whether it is null where its row is missing."""
    return isinstance(of.this if isinstance(of, exp.Cast) else of, exp.Column)


def _column(alias: str, name: str) -> exp.Column:
    return exp.column(name, table=alias, quoted=True)


def _own(alias: str, names: Iterable[str]) -> Iterator[tuple[str, exp.Expr]]:
    """The columns of a subquery under their own names."""
    return ((name, _column(alias, name)) for name in names)


def _alias(name: str) -> exp.TableAlias:
    return exp.TableAlias(this=exp.to_identifier(name, quoted=True))
