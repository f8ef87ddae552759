"""Composing the nodes of a YAML or JSON text from the parser's events."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from catalog_service.domain.rdf import Origin
from catalog_service.errors import Unreadable
from catalog_service.harvesting.nodes import Mapping, Node, Scalar, Sequence

MAX_DEPTH = 64
MAX_VALUES = 2_000_000
_TAGS = frozenset({"str", "int", "float", "bool", "null", "timestamp"})
_SPEAKING = frozenset("0123456789+-.~nNtTfFyYoO=<")  # and "", which is null
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


def _joined(found: re.Match[str]) -> str:
    """One character, which JSON writes as two escapes and YAML knows only as one."""
    pair = bytes.fromhex(found[1]) + bytes.fromhex(found[2])
    return pair.decode("utf-16-be")


class Composer:
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
