"""The values of a document: scalars, lists and mappings, each with the place where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from catalog_service.domain.rdf import Origin
from catalog_service.errors import Unreadable


@dataclass(frozen=True, slots=True)
class Scalar:
    """One plain value: its text as written, and the type that YAML 1.1's safe schema gives it.

    `type` is `string`, `integer`, `number`, `boolean`, `date` or `null`. A version written as
    `1.10` without quotes is a `number` whose text is still `1.10`: take the text.
    """

    text: str
    type: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of values."""

    items: "tuple[Node, ...]"
    origin: Origin

    def __iter__(self) -> "Iterator[Node]":
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values. It remembers which keys were asked for: none is skipped in silence.

    Every accessor marks its key as read; `unread` then lists the others.
    """

    entries: "dict[str, Node]"
    keys: dict[str, Origin]
    origin: Origin
    _read: set[str] = field(default_factory=set, compare=False, repr=False)

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def get(self, key: str) -> "Node | None":
        """The value under `key`, whatever it is; None where it is absent or null."""
        self._read.add(key)
        found = self.entries.get(key)
        return None if isinstance(found, Scalar) and found.type == "null" else found

    def scalar(self, *names: str) -> Scalar | None:
        """The plain value under the first of `names` that is there; None where none is.

        Raises:
            Unreadable: the value is a list or a mapping.
        """
        for key in names:
            found = self.get(key)
            if found is None:
                continue
            if not isinstance(found, Scalar):
                raise _unexpected(key, found, "a single value")
            return found
        return None

    def text(self, *names: str) -> str:
        """The text under the first of `names` that is there and not blank; else the empty text."""
        for key in names:
            found = self.scalar(key)
            if found is not None and found.text.strip():
                return found.text.strip()
        return ""

    def mapping(self, key: str) -> "Mapping | None":
        """The mapping under `key`; None where it is absent.

        Raises:
            Unreadable: the value is something else.
        """
        found = self.get(key)
        if found is None or isinstance(found, Mapping):
            return found
        raise _unexpected(key, found, "a mapping")

    def sequence(self, key: str) -> "tuple[Node, ...]":
        """The items under `key`; none where it is absent.

        Raises:
            Unreadable: the value is something else.
        """
        found = self.get(key)
        if found is None:
            return ()
        if isinstance(found, Sequence):
            return found.items
        raise _unexpected(key, found, "a list")

    def mappings(self, key: str) -> "tuple[Mapping, ...]":
        """The mappings listed under `key`; none where it is absent.

        Raises:
            Unreadable: the value is no list, or one of its items is no mapping.
        """
        items = self.sequence(key)
        for item in items:
            if not isinstance(item, Mapping):
                raise _unexpected(key, item, "a list of mappings")
        return tuple(item for item in items if isinstance(item, Mapping))

    def texts(self, key: str) -> tuple[tuple[str, Origin], ...]:
        """The texts listed under `key` (or the one text that stands there), each with its place.

        Raises:
            Unreadable: the value is a mapping, or holds something that is no plain value.
        """
        found = self.get(key)
        if found is None:
            return ()
        items = found.items if isinstance(found, Sequence) else (found,)
        for item in items:
            if not isinstance(item, Scalar):
                raise _unexpected(key, item, "a list of plain values")
        plain = [s for s in items if isinstance(s, Scalar) and s.type != "null"]
        return tuple((s.text, s.origin) for s in plain if s.text.strip())

    def where(self, key: str) -> Origin:
        """Where the value of `key` stands; the mapping itself where the key is absent."""
        found = self.entries.get(key)
        return found.origin if found is not None else self.origin

    def ignore(self, *keys: str) -> None:
        """Say that these keys are known and on purpose not stated in the graph."""
        self._read.update(keys)

    def unread(self, prefix: str = "") -> Iterator[tuple[str, Origin]]:
        """The path and place of every key, at any depth, that nobody asked for."""
        for key, value in self.entries.items():
            path = f"{prefix}{key}"
            if key not in self._read:
                yield path, self.keys[key]
            else:
                yield from _unread(value, path)


Node = Scalar | Sequence | Mapping


def _unread(node: Node, path: str) -> Iterator[tuple[str, Origin]]:
    if isinstance(node, Mapping):
        # A mapping none of whose keys was asked for was taken whole (or ignored) by whoever got it.
        if node._read:  # noqa: SLF001 - the same class, one level down
            yield from node.unread(f"{path}.")
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from _unread(item, f"{path}[{index}]")


def plain(node: Node) -> Any:  # noqa: ANN401 - whatever the document holds
    """The value of a node without its places, every scalar as its text."""
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return None if node.type == "null" else node.text


def _unexpected(key: str, found: Node, wanted: str) -> Unreadable:
    name = {Scalar: "a single value", Sequence: "a list", Mapping: "a mapping"}[type(found)]
    return Unreadable(
        f"`{key}` is {name}, where {wanted} belongs",
        line=found.origin.line,
        column=found.origin.column,
        hint=f"write {wanted} under `{key}`",
    )
