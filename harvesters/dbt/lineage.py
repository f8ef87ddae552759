"""Which columns the columns of an exposed model come from, through the models in between."""

import sqlglot

from harvesters.dbt.catalog import Catalog
from harvesters.dbt.manifest import Manifest, Node
from harvesters.dbt.query import Query
from harvesters.dbt.relations import Relations, Unresolved

DIALECTS = {
    "sqlserver": "tsql",
    "synapse": "tsql",
    "fabric": "tsql",
    "glue": "spark",
}
"""Adapters whose SQL has another name among the dialects; the others have the same."""


class Lineage:
    """The column lineage of one project, by the SQL that dbt compiled.

    Args:
        manifest: the project.
        catalog: the columns of the tables in the warehouse, which tell what a `*` stands for.
    """

    def __init__(self, manifest: Manifest, catalog: Catalog) -> None:
        self._manifest = manifest
        self._queries: dict[str, Query] = {}
        self._faults: dict[str, str] = {}
        self._known: dict[str, tuple[str, ...] | None] = {}
        self._relations = Relations()
        adapter = DIALECTS.get(manifest.adapter, manifest.adapter)
        self._dialect = adapter if adapter and sqlglot.Dialect.get(adapter) else ""
        for node in manifest.nodes.values():
            if node.kind in {"model", "seed", "snapshot", "source"}:
                self._relations.add(node.id, node.relation)
            if place := node.place:
                self._relations.add_place(node.id, place, self._dialect)
        for node in manifest.upstream_first():
            stored = tuple(column.name.casefold() for column in catalog.columns(node.id))
            compiled = self._compile(node)
            self._known[node.id] = stored or compiled

    def _compile(self, node: Node) -> tuple[str, ...] | None:
        """Read the SQL of a node; the names of its columns where the SQL tells them."""
        if node.kind not in {"model", "snapshot"} or self._manifest.outside(node):
            return None
        if reason := self._unread(node):
            self._faults[node.id] = reason
            return None
        try:
            query = Query(node.sql, self._dialect, self._relations, self._known.get)
        except Unresolved as fault:
            self._faults[node.id] = str(fault)
            return None
        self._queries[node.id] = query
        names = query.outputs()
        return names if names is None else tuple(name for name in names if name)

    def _unread(self, node: Node) -> str:
        if node.values.text("language") == "python":
            return "it is written in Python"
        if not node.sql:
            return "its SQL is not compiled; run `dbt compile`"
        if not self._dialect:
            return f"the SQL of adapter `{self._manifest.adapter}` is not read"
        return ""

    def columns(self, node: Node) -> tuple[str, ...]:
        """The columns that the SQL of a model selects; none where it leaves some open."""
        query = self._queries.get(node.id)
        if query is None:
            return ()
        return tuple(query.spelt(name) for name in query.outputs() or () if name)

    def origins(self, node: Node, column: str) -> frozenset[tuple[str, str]]:
        """The (node, column) pairs that a column comes from: of exposed nodes, or from outside.

        Raises:
            Unresolved: the SQL of the model, or of one that it is made from, does not say.
        """
        found: set[tuple[str, str]] = set()
        pending = [(node.id, column.casefold())]
        seen = set(pending)
        while pending:
            key, name = pending.pop()
            for origin in self._through(key, name):
                if origin in seen:
                    continue
                seen.add(origin)
                if self._ends(origin[0]):
                    found.add(origin)
                else:
                    pending.append(origin)
        return frozenset(found)

    def _through(self, key: str, name: str) -> frozenset[tuple[str, str]]:
        query = self._queries.get(key)
        if query is None:
            raise Unresolved(f"{key}: {self._faults.get(key, 'the manifest does not hold it')}")
        try:
            return query.origins(name)
        except Unresolved as reason:
            raise Unresolved(f"{key}: {reason}") from reason

    def _ends(self, key: str) -> bool:
        node = self._manifest.nodes.get(key)
        return (
            node is None
            or key in self._manifest.public
            or node.kind not in {"model", "snapshot"}
            or self._manifest.outside(node)
        )
