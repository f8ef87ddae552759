"""The nodes of a dbt project, which of them it exposes, and what they are made from."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from catalog_service.domain.rdf import Origin
from catalog_service.harvesting import Document
from harvesters.dbt.artifacts import Values, load
from harvesters.dbt.places import Places

OLDEST, NEWEST = 7, 12
_DATA = frozenset({"model", "seed", "snapshot"})


@dataclass(frozen=True, slots=True)
class Node:
    """A model, seed, snapshot, source, test or group.

    Args:
        id: dbt's unique id.
        values: what the manifest says of it.
        meta: its `meta`, from both places where dbt keeps it; `config.meta` wins.
    """

    id: str
    values: Values
    meta: Values

    @classmethod
    def of(cls, unique_id: str, values: Values) -> "Node":
        """A node with its `meta` gathered."""
        return cls(unique_id, values, merged(values))

    @property
    def kind(self) -> str:
        """`model`, `seed`, `snapshot`, `source`, `test`, `group` ..."""
        return self.values.text("resource_type") or self.id.partition(".")[0]

    @property
    def package(self) -> str:
        """The project or package it belongs to."""
        return self.values.text("package_name")

    @property
    def name(self) -> str:
        """Its name; of a model with versions with the version, such as `orders.v2`."""
        name = self.values.text("name") or self.id.rpartition(".")[2]
        if self.kind == "source":
            return f"{self.values.text('source_name') or self.id.split('.')[-2:][0]}.{name}"
        version = self.values.text("version")
        return f"{name}.v{version}" if version and self.kind == "model" else name

    @property
    def relation(self) -> tuple[str, str, str]:
        """Database, schema and name in the warehouse; empty texts for what is not said."""
        named = self.values.text("identifier") or self.values.text("alias")
        return (
            self.values.text("database"),
            self.values.text("schema"),
            named or self.values.text("name"),
        )

    @property
    def place(self) -> str:
        """Of a source outside the warehouse, where it lies: what dbt writes after FROM."""
        told = (self.meta, self.values.values("source_meta"), self.values.values("config"))
        located = next(filter(None, (meta.text("external_location") for meta in told)), "")
        if self.kind != "source" or not located:
            return ""
        quoted = located if "(" in located else f"'{located}'"
        return self.values.text("relation_name") or quoted

    @property
    def code(self) -> str:
        """The path of the file it is written in, from the project's folder."""
        return self.values.text("original_file_path")

    @property
    def sql(self) -> str:
        """Its compiled SQL; empty where dbt did not compile it, or where it is Python."""
        if self.values.text("language") == "python":
            return ""
        return self.values.text("compiled_code") or self.values.text("compiled_sql")

    @property
    def parents(self) -> tuple[str, ...]:
        """The ids of the nodes and sources it reads."""
        return self.values.values("depends_on").texts("nodes")


def merged(values: Values) -> Values:
    """The `meta` of a node or column, from both places; `config.meta` wins, as it does in dbt."""
    config = values.values("config").values("meta")
    both = {**values.values("meta").entries, **config.entries}
    return Values(both, f"{values.path}.meta", values.odd)


class Manifest:
    """A dbt project as one manifest tells of it.

    Args:
        document: the manifest.

    Raises:
        Unreadable: it does not parse.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.values = Values(load(document))
        self.metadata = self.values.values("metadata")
        self.adapter = self.metadata.text("adapter_type")
        self.nodes = {
            key: Node.of(key, values)
            for part in ("nodes", "sources")
            for key, values in self.values.values(part).each()
        }
        self.groups = {
            node.name: node
            for key, values in self.values.values("groups").each()
            for node in (Node.of(key, values),)
        }
        self.project = self._project()
        self.places = Places(document, self.project)
        self.exposed, self.chosen = self._exposed()
        self.public = frozenset(node.id for node in self.exposed)
        self._learn()

    def _project(self) -> str:
        """The name of the project; empty where the manifest does not tell."""
        named = self.metadata.text("project_name")
        if named:
            return named
        own = self.values.values("nodes").entries
        packages = Counter(node.package for key, node in self.nodes.items() if key in own)
        del packages[""]
        hashed = self.metadata.text("project_id")
        for package in sorted(packages):
            # dbt makes the project's id by hashing its name
            if hashlib.md5(package.encode(), usedforsecurity=False).hexdigest() == hashed:
                return package
        if len(packages) == 1:
            return next(iter(packages))
        return ""

    def _exposed(self) -> tuple[tuple[Node, ...], bool]:
        own = [
            node
            for key, node in self.nodes.items()
            if node.kind in _DATA and node.package == self.project
            if node.values.values("config").flag("enabled") is not False
            if node.values.values("config").text("materialized") != "ephemeral"
            if key.partition(".")[0] in _DATA
        ]
        chosen = tuple(node for node in own if _asked(node))
        if chosen:
            return chosen, True
        whole = (n for n in own if n.kind == "model" and n.meta.flag("exposed") is not False)
        return tuple(whole), False

    def _learn(self) -> None:
        for node in (*self.exposed, *self.groups.values()):
            path = node.values.text("patch_path") or node.code
            self.places.learn(node.id, path, f"{node.kind}s", node.values.text("name"))
        for node in self.nodes.values():
            if node.kind == "source":
                system, table = node.values.text("source_name"), node.values.text("name")
                self.places.learn(node.id, node.code, "sources", system, table)

    def where(self, node: Node) -> Origin:
        """Where a node is described."""
        return self.places.node(node.id, node.code)

    def inputs(self, node: Node) -> list[Node | str]:
        """What this node reads from outside the project: sources, and other projects' models.

        It stops at other exposed nodes, which have inputs of their own. An id of which the manifest
        knows nothing more comes as the id itself.
        """
        found: list[Node | str] = []
        for key in self._upstream(node):
            parent = self.nodes.get(key)
            if parent is None:
                if key.partition(".")[0] == "model":
                    found.append(key)
            elif parent.kind == "source" or self.outside(parent):
                found.append(parent)
        return found

    def outside(self, node: Node) -> bool:
        """True of another project's public model: dbt knows its address and not its code.

        A model of an installed package has code; this project runs it, so it is inside.
        """
        said = ("path", "original_file_path", "raw_code", "raw_sql")
        return node.package != self.project and not any(node.values.text(key) for key in said)

    def derived_from(self, node: Node) -> list[Node]:
        """The exposed nodes that this one is made from, through nodes that are not exposed."""
        return [self.nodes[key] for key in self._upstream(node) if key in self.public]

    def upstream_first(self) -> Iterator[Node]:
        """The exposed nodes and all that they are made from, each after what it is made from."""
        entered: set[str] = set()
        for exposed in self.exposed:
            pending = [(exposed.id, False)]
            while pending:
                key, left = pending.pop()
                node = self.nodes.get(key)
                if node is not None and left:
                    yield node
                elif node is not None and key not in entered:
                    entered.add(key)
                    pending.append((key, True))
                    pending.extend((parent, False) for parent in node.parents)

    def _upstream(self, node: Node) -> Iterator[str]:
        seen = {node.id}
        pending = list(reversed(node.parents))
        while pending:
            key = pending.pop()
            if key in seen:
                continue
            seen.add(key)
            yield key
            parent = self.nodes.get(key)
            if parent is not None and key not in self.public:
                pending.extend(reversed(parent.parents))


def _asked(node: Node) -> bool:
    if node.meta.flag("exposed") is not None:
        return bool(node.meta.flag("exposed"))
    access = node.values.text("access") or node.values.values("config").text("access")
    return node.kind == "model" and access == "public"
