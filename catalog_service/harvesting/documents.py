"""Reading the files of a source, each value with the line and column where it stands."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from catalog_service.domain.rdf import Origin
from catalog_service.errors import Unreadable

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 64
MAX_VALUES = 2_000_000
_TAGS = frozenset({"str", "int", "float", "bool", "null", "timestamp"})
_SPEAKING = frozenset("0123456789+-.~nNtTfFyYoO=<")  # and "", which is null
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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


class Document:
    """One file of a source.

    Args:
        file: where it lies.
        name: how findings call it: its path as the caller wrote it.
    """

    def __init__(self, file: Path, name: str) -> None:
        self.file = file
        self.name = name
        self._text: str | None = None
        self._yamls: tuple[Mapping, ...] | None = None

    def __repr__(self) -> str:
        return f"Document({self.name!r})"

    @property
    def origin(self) -> Origin:
        """The file as a whole."""
        return Origin(self.name)

    def text(self) -> str:
        """The whole file as text: UTF-8, its byte order mark and carriage returns taken away.

        Raises:
            Unreadable: it is missing, empty, too large (64 MiB), or not UTF-8.
        """
        if self._text is None:
            self._text = self._decoded()
        return self._text

    def _decoded(self) -> str:
        try:
            size = self.file.stat().st_size
            if size > MAX_BYTES:
                raise Unreadable(
                    f"the file has {size:,} bytes; at most {MAX_BYTES:,} are read",
                    hint="split it, or leave generated parts out",
                )
            raw = self.file.read_bytes()
        except OSError as fault:
            raise Unreadable(
                f"the file cannot be opened: {fault.strerror or fault}",
                hint="check its path and permissions",
            ) from fault
        if not raw.strip():
            raise Unreadable("the file is empty", hint="write the document, or remove the file")
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise Unreadable("the file is UTF-16", line=1, hint="save it as UTF-8")
        try:
            decoded = raw.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            before = raw[: fault.start]
            raise Unreadable(
                f"byte 0x{raw[fault.start]:02X} is not UTF-8",
                line=before.count(b"\n") + 1,
                column=fault.start - (before.rfind(b"\n") + 1) + 1,
                hint="save the file as UTF-8",
            ) from fault
        if "\x00" in decoded:
            at = decoded.index("\x00")
            raise Unreadable(
                "the file holds a zero byte: it is binary, or damaged",
                line=decoded.count("\n", 0, at) + 1,
                hint="give the text form of the document",
            )
        return decoded.replace("\r\n", "\n")

    def yaml(self) -> Mapping:
        """The one YAML (or JSON) document of the file, as a mapping.

        Raises:
            Unreadable: it does not parse, is no mapping, states a key twice, nests deeper than 64,
                is larger than 2,000,000 values once its aliases are followed, or is not the only
                one.
        """
        found = self.yamls()
        if len(found) > 1:
            raise Unreadable(
                f"the file holds {len(found)} documents, where one belongs",
                line=found[1].origin.line,
                hint="give each document a file of its own",
            )
        return found[0]

    def yamls(self) -> tuple[Mapping, ...]:
        """All YAML documents of the file (at least one), parted by `---`, each a mapping.

        Raises:
            Unreadable: as for `yaml`.
        """
        if self._yamls is None:
            self._yamls = self._composed()
        return self._yamls

    def forget(self) -> None:
        """Let go of what was parsed; it is parsed again when it is next asked for."""
        self._yamls = None

    def _composed(self) -> tuple[Mapping, ...]:
        found = tuple(_Composer(self.text(), self.name).documents())
        if not found:
            raise Unreadable("the file holds no document", hint="write one, or remove the file")
        for node in found:
            if not isinstance(node, Mapping):
                raise Unreadable(
                    "the document is no mapping of keys to values",
                    line=node.origin.line,
                    column=node.origin.column,
                    hint="start it with `key: value` lines",
                )
        return tuple(node for node in found if isinstance(node, Mapping))

    def json(self) -> Any:  # noqa: ANN401 - whatever the document holds
        """The file as JSON, in Python's own types; for large files, where `yaml` would be slow.

        Raises:
            Unreadable: it does not parse, or nests too deep.
        """
        try:
            return json.loads(self.text())
        except json.JSONDecodeError as fault:
            raise Unreadable(
                f"the JSON does not parse: {fault.msg}",
                line=fault.lineno,
                column=fault.colno,
                hint="write the file again with the tool that makes it",
            ) from fault
        except RecursionError as fault:
            raise Unreadable("the JSON nests too deep", hint="give a flatter document") from fault
        except ValueError as fault:  # a number of thousands of digits, which Python will not read
            raise Unreadable(f"the JSON does not parse: {fault}", hint="mend it") from fault

    def find(self, needle: str, start: int = 0) -> Origin:
        """Where `needle` first stands at or after `start`; the file where it does not."""
        at = self.text().find(needle, start)
        if at < 0:
            return self.origin
        return self.place(at)

    def place(self, offset: int) -> Origin:
        """The line and column of a position in the text."""
        before = self.text()
        line = before.count("\n", 0, offset) + 1
        return Origin(self.name, line, offset - before.rfind("\n", 0, offset))


_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


def _joined(found: re.Match[str]) -> str:
    """One character, which JSON writes as two escapes and YAML knows only as one."""
    pair = bytes.fromhex(found[1]) + bytes.fromhex(found[2])
    return pair.decode("utf-16-be")


class _Composer:
    """Builds nodes from YAML's events: no recursion, bounded depth and size, duplicates refused."""

    def __init__(self, text: str, name: str) -> None:
        self.text = _PAIR.sub(_joined, text) if text.lstrip()[:1] in ("{", "[") else text
        self.name = name
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.resolver = yaml.resolver.Resolver()
        self.size = 0

    def documents(self) -> Iterator[Node]:
        """Each document of the text."""
        events = yaml.parse(self.text, Loader=_LOADER)
        try:
            yield from self._documents(events)
        except yaml.MarkedYAMLError as fault:
            mark = fault.problem_mark or fault.context_mark
            raise Unreadable(
                f"the YAML does not parse: {fault.problem or fault.context}",
                line=mark.line + 1 if mark else 0,
                column=mark.column + 1 if mark else 0,
                hint="mend the syntax there: indentation, quotes, or a missing colon",
            ) from fault
        except yaml.YAMLError as fault:
            raise Unreadable(
                f"the YAML does not parse: {str(fault).splitlines()[0]}",
                hint="save the file as UTF-8 text without control characters",
            ) from fault

    def _documents(self, events: Iterator[Any]) -> Iterator[Node]:  # noqa: C901, PLR0912
        stack: list[tuple[str, Any, Origin, str | None, int]] = []
        done: Node | None = None
        for event in events:
            kind = type(event).__name__
            if kind in ("StreamStartEvent", "StreamEndEvent"):
                continue
            if kind == "DocumentStartEvent":
                self.anchors = {}
                self.size = 0
                done = None
                continue
            if kind == "DocumentEndEvent":
                if done is not None:
                    yield done
                continue
            origin = Origin(self.name, event.start_mark.line + 1, event.start_mark.column + 1)
            weight = 1
            if kind in ("MappingStartEvent", "SequenceStartEvent"):
                if len(stack) >= MAX_DEPTH:
                    raise Unreadable(
                        f"values nest deeper than {MAX_DEPTH}",
                        line=origin.line,
                        column=origin.column,
                        hint="flatten the document",
                    )
                stack.append((kind, [], origin, event.anchor, self.size))
                continue
            if kind == "ScalarEvent":
                node: Node = self._scalar(event, origin)
                if event.anchor:
                    self.anchors[event.anchor] = (node, 1)
            elif kind == "AliasEvent":
                node, weight = self._alias(event.anchor, origin, stack)
            else:
                opened, items, origin, anchor, before = stack.pop()
                node = self._collection(opened, items, origin)
                if anchor:
                    self.anchors[anchor] = (node, self.size - before + 1)
            self.size += weight
            if self.size > MAX_VALUES:
                raise Unreadable(
                    f"the document holds over {MAX_VALUES:,} values, its aliases followed",
                    line=origin.line,
                    hint="write a smaller document, without aliases of aliases",
                )
            if stack:
                stack[-1][1].append(node)
            else:
                done = node

    def _alias(
        self, anchor: str, origin: Origin, stack: list[tuple[str, Any, Origin, str | None, int]]
    ) -> tuple[Node, int]:
        if anchor in self.anchors:
            return self.anchors[anchor]
        inside = any(frame[3] == anchor for frame in stack)
        raise Unreadable(
            f"alias *{anchor} " + ("stands inside its own anchor" if inside else "has no anchor"),
            line=origin.line,
            column=origin.column,
            hint=f"define &{anchor} before it is used",
        )

    def _scalar(self, event: Any, origin: Origin) -> Scalar:  # noqa: ANN401 - PyYAML's event
        if event.tag is not None and event.tag.removeprefix("tag:yaml.org,2002:") not in _TAGS:
            raise Unreadable(
                f"tag {event.tag} is not read",
                line=origin.line,
                column=origin.column,
                hint="write the value without a tag",
            )
        mute = event.value and event.value[0] not in _SPEAKING
        if event.tag is None and (mute or not event.implicit[0]):
            return Scalar(event.value, "string", origin)
        tag = event.tag or self._implied(event)
        kind = {
            "int": "integer",
            "float": "number",
            "bool": "boolean",
            "null": "null",
            "timestamp": "date",
        }.get(tag.rsplit(":", 1)[-1], "string")
        return Scalar(event.value, kind, origin)

    def _implied(self, event: Any) -> str:  # noqa: ANN401 - PyYAML's event
        resolve: Any = self.resolver.resolve
        return str(resolve(yaml.ScalarNode, event.value, event.implicit))

    def _collection(self, opened: str, items: list[Node], origin: Origin) -> Node:
        if opened == "SequenceStartEvent":
            return Sequence(tuple(items), origin)
        entries: dict[str, Node] = {}
        keys: dict[str, Origin] = {}
        inherited: dict[str, tuple[Node, Origin]] = {}
        for key, value in zip(items[::2], items[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise Unreadable(
                    "a key is a list or a mapping",
                    line=key.origin.line,
                    column=key.origin.column,
                    hint="use plain text as the key",
                )
            if key.text == "<<":
                for source in value.items if isinstance(value, Sequence) else (value,):
                    if isinstance(source, Mapping):
                        for name, found in source.entries.items():
                            inherited.setdefault(name, (found, source.keys[name]))
                continue
            if key.text in keys:
                raise Unreadable(
                    f"key `{key.text}` is stated twice, first on line {keys[key.text].line}",
                    line=key.origin.line,
                    column=key.origin.column,
                    hint="keep one of the two",
                )
            entries[key.text] = value
            keys[key.text] = key.origin
        for name, (found, place) in inherited.items():
            entries.setdefault(name, found)
            keys.setdefault(name, place)
        return Mapping(entries, keys, origin)
