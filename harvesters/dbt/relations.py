"""The tables that SQL names: which node each is, and what a query takes from where."""

import logging
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, build_scope

# What it cannot parse it logs as well; here that is a finding.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())

MAX_SQL = 200_000
_MARK = "dbt node "
_COMPLAINTS = (SqlglotError, ValueError, TypeError, AttributeError, LookupError)
"""What sqlglot raises: beside its own errors, whatever it runs into in SQL that is none."""

Held = Scope | exp.Expr
"""Where columns are taken from: a query within the query, a table, a function that makes rows."""


class Unresolved(Exception):
    """The SQL, or a column in it, cannot be resolved; the message says why."""


@dataclass(frozen=True, slots=True)
class Relations:
    """The tables that SQL may name, each the table of a node."""

    names: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def add(self, unique_id: str, relation: tuple[str, str, str]) -> None:
        """Make a table known: in full, and by schema and name where only one is called so."""
        database, schema, name = (part.casefold() for part in relation)
        self.names[(database, schema, name)] = unique_id
        short = ("", schema, name)
        self.names[short] = unique_id if self.names.get(short, unique_id) == unique_id else ""

    def add_place(self, unique_id: str, written: str, dialect: str) -> None:
        """Make a table known that lies in a file: by the path, or the function, that reads it.

        A place that two nodes share tells nothing.
        """
        try:
            table = sqlglot.parse_one(written, dialect=dialect, into=exp.Table)
        except _COMPLAINTS:
            return
        if isinstance(table, exp.Table):
            _fold(table)
            key = ("", "", _called(table))
            self.names[key] = unique_id if self.names.get(key, unique_id) == unique_id else ""

    def find(self, table: exp.Table) -> str:
        """The node whose table this is; empty where it is not known."""
        return self.names.get((table.catalog, table.db, _called(table)), "")


def scope_of(sql: str, dialect: str, relations: Relations, spelt: dict[str, str]) -> Scope:
    """The query with every name in lower case, and the tables of nodes marked as such.

    How the names were spelt is put into `spelt`.

    Raises:
        Unresolved: it does not parse, is too long, or is no single query.
    """
    if len(sql) > MAX_SQL:
        raise Unresolved(f"it has more than {MAX_SQL:,} characters")
    try:
        scope = _parsed(sql, dialect, relations, spelt)
    except RecursionError as fault:
        raise Unresolved("it nests too deep") from fault
    except _COMPLAINTS as fault:
        raise Unresolved(f"it does not parse: {_plainly(fault)}") from fault
    if scope is None:
        raise Unresolved("it is no single SELECT")
    return scope


def _parsed(sql: str, dialect: str, relations: Relations, spelt: dict[str, str]) -> Scope | None:
    statements = sqlglot.parse(sql, dialect=dialect)
    tree = statements[0] if len(statements) == 1 else None
    if not isinstance(tree, exp.Query):
        return None
    _fold(tree, spelt)
    for table in list(tree.find_all(exp.Table)):
        if found := relations.find(table):
            if not table.args.get("alias"):
                # A file goes by its name without folder and ending.
                alias = table.name.rpartition("/")[2].partition(".")[0] or found
                table.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
            table.set("this", exp.to_identifier(_MARK + found, quoted=True))
            table.set("db", None)
            table.set("catalog", None)
    root = build_scope(tree.unnest())
    for scope in root.traverse() if root is not None else ():
        _ = scope.selected_sources  # found out now, where a complaint can still be caught
    return root


def _fold(tree: exp.Expr, spelt: dict[str, str] | None = None) -> None:
    """Put every name into lower case; how it was spelt first is kept in `spelt`."""
    for name in tree.find_all(exp.Identifier):
        folded = name.name.casefold()
        if spelt is not None:
            spelt.setdefault(folded, name.name)
        name.set("this", folded)


def _called(table: exp.Table) -> str:
    """What a table is called: its name, or the call of a function that reads it from somewhere."""
    named = isinstance(table.this, exp.Identifier)
    return table.name if named else table.this.sql(normalize_functions="lower")


@dataclass(frozen=True, slots=True)
class Star:
    """What a `*` leaves out, replaces and renames."""

    left_out: frozenset[str]
    replaced: dict[str, exp.Expr]
    renames: dict[str, str]

    @classmethod
    def of(cls, projection: exp.Expr) -> "Star":
        """What a projection with a `*` says of its columns."""
        star = projection if isinstance(projection, exp.Star) else projection.this
        return cls(
            frozenset(part.name for part in star.args.get("except_") or ()),
            {part.alias: part.this for part in star.args.get("replace") or ()},
            {part.this.name: part.alias for part in star.args.get("rename") or ()},
        )

    def original(self, name: str) -> str:
        """What a column was called before the `*` renamed it."""
        return next((old for old, new in self.renames.items() if new == name), name)


def is_star(projection: exp.Expr) -> bool:
    """True of `*` and `table.*`."""
    return isinstance(projection, exp.Star) or (
        isinstance(projection, exp.Column) and isinstance(projection.this, exp.Star)
    )


def unpivoted(scope: Scope, name: str) -> Held:
    """A source by its name; one whose rows are turned into columns tells nothing of them."""
    node, source = scope.selected_sources.get(name, (None, scope.sources[name]))
    for part in (node, source):
        if isinstance(part, exp.Expr) and part.args.get("pivots"):
            raise Unresolved(f"`{name}` is pivoted")
    return source


def node(source: Held) -> str:
    """The node whose table a source is; empty where it is none."""
    name = source.name if isinstance(source, exp.Table) else ""
    return name.removeprefix(_MARK) if name.startswith(_MARK) else ""


def joined_using(scope: Scope, name: str) -> bool:
    """True of a column that a join names in USING, so that both sides have it."""
    joins = scope.expression.args.get("joins") or ()
    return any(name == part.name for join in joins for part in join.args.get("using") or ())


@dataclass(frozen=True, slots=True)
class Selection:
    """What one SELECT lists: its columns by name with their positions, and its `*`s."""

    named: dict[str, tuple[int, exp.Expr]]
    stars: tuple[exp.Expr, ...]
    held: tuple[tuple[str, Held], ...]
    inner: dict[int, Scope]

    @classmethod
    def of(cls, scope: Scope) -> "Selection":
        """What the SELECT of a scope lists, what it selects from, and the queries within it.

        Raises:
            Unresolved: it turns rows into columns.
        """
        query = scope.expression
        listed = query.selects if isinstance(query, exp.Select) else []
        named: dict[str, tuple[int, exp.Expr]] = {}
        for position, projection in enumerate(listed):
            if not is_star(projection):
                named.setdefault(projection.alias_or_name, (position, projection))
        return cls(
            named,
            tuple(projection for projection in listed if is_star(projection)),
            tuple((name, unpivoted(scope, name)) for name in scope.selected_sources),
            {id(sub.expression): sub for sub in scope.subquery_scopes},
        )

    def starred(self, projection: exp.Expr) -> list[tuple[str, Held]]:
        """What a `*` takes columns from: everything, or the one table before the point."""
        named = projection.table if isinstance(projection, exp.Column) else ""
        return [(name, source) for name, source in self.held if named in ("", name)]

    def earlier(self, projection: exp.Expr, name: str) -> exp.Expr | None:
        """The expression that was given a name further left than a projection."""
        at, found = self.named.get(name, (0, None))
        before, own = self.named.get(projection.alias_or_name, (0, None))
        if own is not projection or at >= before or not isinstance(found, exp.Alias):
            return None
        this: exp.Expr = found.this
        return this


def _plainly(fault: Exception) -> str:
    """The first line of a parser's complaint, without the colours of a terminal."""
    return (str(fault).splitlines() or [""])[0].split("\x1b")[0].strip()[:120]
