"""A statement with places for what changes: which tables are read, and the values of the question.

A plan is written as SQL once, and kept. What is filled in later is never text of the caller: a
table is an expression that a source made, a value becomes a literal of its type and dialect.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from catalog_service.semantic.literals import literal
from catalog_service.semantic.one_select import only_select
from catalog_service.semantic.question import Scalar

MARK = "\x00"
"""Parts a statement; no literal may hold it."""


def table(name: str) -> exp.Expr:
    """The place of a relation behind FROM."""
    return exp.Table(this=exp.Var(this=f"{MARK}t{name}{MARK}"))


def parameter(name: str) -> exp.Expr:
    """The place of a value."""
    return exp.Var(this=f"{MARK}v{name}{MARK}")


@dataclass(frozen=True, slots=True)
class Template:
    """A statement of one dialect.

    Args:
        pieces: its text; every second piece names what is filled in.
        dialect: the dialect, as sqlglot calls it.
    """

    pieces: tuple[str, ...]
    dialect: str

    @classmethod
    def of(cls, statement: exp.Expr, dialect: str) -> "Template":
        """The template of a tree, which is used up.

        Raises:
            TypeError: it is no SELECT, so that nothing else can ever be run.
            Refused: it reads a table that no source will be bound as.
        """
        if not isinstance(statement, exp.Select):
            msg = f"a {type(statement).__name__} is no SELECT"
            raise TypeError(msg)
        only_select(statement, _placed)
        # Written in place, which takes a third of the time: nobody has the tree afterwards.
        text = statement.sql(dialect=dialect, comments=False, copy=False)
        return cls(tuple(text.split(MARK)), dialect)

    def fill(self, tables: Mapping[str, exp.Expr], values: Mapping[str, Scalar]) -> str:
        """The statement over some tables, for some values."""
        return "".join(
            piece if number % 2 == 0 else self._filled(piece, tables, values)
            for number, piece in enumerate(self.pieces)
        )

    def shown(self, names: Mapping[str, str], values: Mapping[str, Scalar]) -> str:
        """The statement for a reader: relations by their names instead of their places."""
        tables = {key: exp.to_table(name, dialect=self.dialect) for key, name in names.items()}
        return self.fill(tables, values)

    def _filled(
        self, piece: str, tables: Mapping[str, exp.Expr], values: Mapping[str, Scalar]
    ) -> str:
        kind, name = piece[0], piece[1:]
        if kind == "t":
            return tables[name].sql(dialect=self.dialect)
        return literal(values[name], self.dialect).sql(dialect=self.dialect)


def _placed(found: exp.Table) -> bool:
    """Whether a table is the place of a relation: nothing but a name of ours."""
    name = found.this
    return (
        isinstance(name, exp.Var)
        and name.name.startswith(MARK)
        and not found.args.get("db")
        and not found.args.get("catalog")
    )
