"""Which of dbt's artifacts a file is, and its values with the types they should have."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from typing import Any

from catalog_service.domain.rdf import Origin
from catalog_service.errors import Unreadable
from catalog_service.harvesting import Document

_VERSION = re.compile(r"https?://schemas\.getdbt\.com/dbt/([a-z-]+)/v(\d{1,4})(?:\.json)?")
_STATED = re.compile(rf'"dbt_schema_version"\s*:\s*"{_VERSION.pattern}"')
_PARTS = frozenset({"nodes", "sources", "macros", "exposures", "parent_map", "child_map"})
_SEMANTIC = frozenset({"semantic_models", "metrics", "project_configuration"})
_MANY_PARTS = 4


class Kind(StrEnum):
    """The artifacts that dbt writes, as its schema addresses name them."""

    MANIFEST = "manifest"
    CATALOG = "catalog"
    RESULTS = "run-results"
    FRESHNESS = "sources"
    SEMANTICS = "semantic-manifest"

    @property
    def stem(self) -> str:
        """The name of its file without `.json`."""
        return {"run-results": "run_results", "semantic-manifest": "semantic_manifest"}.get(
            self.value, self.value
        )


@dataclass(frozen=True, slots=True)
class Artifact:
    """What a file is: its kind, its schema version (0 where it says none), and where it says so."""

    kind: Kind
    version: int
    origin: Origin


def identify(document: Document) -> Artifact | None:
    """Which artifact a file is; None where it is none of dbt's.

    A file whose JSON is broken is still known by the schema version that it states.

    Raises:
        Unreadable: the file cannot be read as text.
    """
    text = document.text()
    stated = _STATED.search(text)
    if stated is None and '"parent_map"' not in text and '"project_configuration"' not in text:
        return None
    place = document.place(stated.start()) if stated else Origin(document.name, 1)
    try:
        data = load(document)
    except Unreadable:
        return _of(stated.group(1), stated.group(2), place) if stated else None
    metadata = data.get("metadata")
    version = metadata.get("dbt_schema_version") if isinstance(metadata, dict) else None
    named = _VERSION.fullmatch(version) if isinstance(version, str) else None
    if named:
        return _of(named.group(1), named.group(2), place)
    if len(_PARTS & data.keys()) >= _MANY_PARTS:
        return Artifact(Kind.MANIFEST, 0, Origin(document.name, 1))
    if data.keys() >= _SEMANTIC:
        return Artifact(Kind.SEMANTICS, 0, Origin(document.name, 1))
    return None


def _of(kind: str, version: str, place: Origin) -> Artifact | None:
    return Artifact(Kind(kind), int(version), place) if kind in set(Kind) else None


def load(document: Document) -> dict[str, Any]:
    """The JSON object in a file.

    Raises:
        Unreadable: it does not parse, is no object, or holds text that is no Unicode.
    """
    try:
        data = document.json()
    except ValueError as fault:  # a number of thousands of digits is no JSONDecodeError
        raise Unreadable(
            f"the JSON does not parse: {str(fault).split(';')[0]}", hint="run dbt again to write it"
        ) from fault
    if not isinstance(data, dict):
        raise Unreadable("the JSON is no object", line=1, hint="run dbt again to write it")
    if "\\ud" in document.text().casefold():
        try:
            json.dumps(data, ensure_ascii=False).encode()
        except UnicodeEncodeError as fault:
            place = document.find("\\u" + f"{ord(fault.object[fault.start]):04x}")
            raise Unreadable(
                "a text holds half of a character (a lone surrogate such as \\ud800)",
                line=place.line,
                column=place.column,
                hint="mend the description it stands in, and run dbt again",
            ) from fault
    return data


@dataclass(frozen=True, slots=True)
class Values:
    """One JSON object, asked for values of the type they should have.

    What has another type counts as absent and is remembered in `odd`, which all the objects of a
    document share: it is reported, not skipped in silence.
    """

    entries: dict[str, Any]
    path: str = ""
    odd: dict[str, str] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """The text (or number, as text) under `key`, without the space around it; else empty."""
        found = self.entries.get(key)
        if isinstance(found, str):
            return found.strip()
        if isinstance(found, (int, float)) and not isinstance(found, bool):
            return str(found)
        self._odd(key, found, "a text")
        return ""

    def flag(self, key: str) -> bool | None:
        """The truth value under `key`; None where it is absent."""
        found = self.entries.get(key)
        if isinstance(found, bool):
            return found
        self._odd(key, found, "true or false")
        return None

    def number(self, key: str) -> float | None:
        """The number under `key`; None where it is absent."""
        found = self.entries.get(key)
        if isinstance(found, (int, float)) and not isinstance(found, bool) and isfinite(found):
            return found
        self._odd(key, found, "a number")
        return None

    def values(self, key: str) -> "Values":
        """The object under `key`; an empty one where it is absent."""
        found = self.entries.get(key)
        if isinstance(found, dict):
            return Values(found, self._at(key), self.odd)
        self._odd(key, found, "an object")
        return Values({}, self._at(key), self.odd)

    def each(self) -> Iterator[tuple[str, "Values"]]:
        """The objects in it, by key."""
        for key, found in self.entries.items():
            if isinstance(found, dict):
                yield key, self.values(key)
            else:
                self._odd(key, found, "an object")

    def items(self, key: str) -> list[Any]:
        """The list under `key`; an empty one where it is absent."""
        found = self.entries.get(key)
        if isinstance(found, list):
            return found
        self._odd(key, found, "a list")
        return []

    def objects(self, key: str) -> list["Values"]:
        """The objects in the list under `key`."""
        found = []
        for index, item in enumerate(self.items(key)):
            if isinstance(item, dict):
                found.append(Values(item, f"{self._at(key)}[{index}]", self.odd))
            else:
                self._odd(f"{key}[{index}]", item, "an object")
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts in the list under `key`; one text stands for a list of one."""
        if isinstance(self.entries.get(key), str):
            return (self.text(key),) if self.text(key) else ()
        for index, item in enumerate(self.items(key)):
            if not isinstance(item, str):
                self._odd(f"{key}[{index}]", item, "a text")
        return tuple(item.strip() for item in self.items(key) if isinstance(item, str) and item)

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _odd(self, key: str, found: Any, wanted: str) -> None:  # noqa: ANN401 - any JSON
        if found is not None:
            name = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
            self.odd[self._at(key)] = (
                f"is {name.get(type(found), 'a number')}, where {wanted} belongs"
            )
