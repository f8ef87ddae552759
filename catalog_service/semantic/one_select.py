"""What may be run at all: one SELECT over relations that were bound, and its own parts.

DuckDB calls a PRAGMA and a DESCRIBE a SELECT too, so it is our own tree that is looked at.
"""

from collections.abc import Callable

from sqlglot import exp

from catalog_service.errors import Refused

_CHANGING = frozenset(
    {
        *(exp.Command, exp.Into, exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create),
        *(exp.Drop, exp.Alter, exp.Copy, exp.Attach, exp.Detach, exp.Set, exp.Pragma, exp.Use),
        *(exp.Show, exp.Describe, exp.Transaction, exp.Commit, exp.Rollback, exp.Lock),
        *(exp.Export, exp.Install),
    }
)


def only_select(tree: exp.Expr, bound: Callable[[exp.Table], bool]) -> None:
    """See that a tree is one SELECT that reads bound relations and its own parts, nothing else.

    Args:
        tree: what the emitter made.
        bound: tells whether a table is one that a source was, or will be, bound as.

    Raises:
        Refused: it is not; that is a fault of the emitter, never of the caller.
    """
    if not isinstance(tree, exp.Select | exp.SetOperation):
        raise _no_select("its root is none")
    nodes = list(tree.walk())
    parts = {node.alias for node in nodes if isinstance(node, exp.CTE)}
    for node in nodes:
        if type(node) in _CHANGING:
            raise _no_select(f"it holds a {type(node).__name__}")
        if isinstance(node, exp.Table) and not bound(node):
            plain = isinstance(node.this, exp.Identifier) and not node.args.get("db")
            if not plain or node.name not in parts:
                raise _no_select("it reads a table that no source was bound as")


def _no_select(why: str) -> Refused:
    return Refused(
        f"what would be run is no single SELECT over bound relations: {why}",
        code="not-a-select",
        hint="this is a fault of Polyseme; report it with the plan of the question",
    )
