"""Where things stand: in the project's own files if they are near, else in the manifest.

dbt writes a manifest on one line, so a place in it helps nobody. Where the manifest lies in a
project (a `dbt_project.yml` of the same name in its folder or the one above), places point at the
YAML and SQL files that people edit. Those are opened for their line numbers only, and only below
the project's folder.
"""

import json
import os
import re
from bisect import bisect_right
from pathlib import Path

from catalog_service.domain.rdf import Origin
from catalog_service.errors import Unreadable
from catalog_service.harvesting import Document, Mapping, Scalar

_IDS = re.compile(
    r'"((?:model|source|seed|snapshot|test|group|doc)\.[^"\\\n]{1,500})"\s*:\s*\{'
    r'|"unique_id"\s*:\s*"([^"\\\n]{1,500})"'
)


class Text:
    """The positions of dbt's unique ids in one JSON file, found in one pass."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._text = document.text()
        self._ends = [end.start() for end in re.finditer("\n", self._text)]
        self._starts: dict[str, int] = {}
        for found in _IDS.finditer(self._text):
            self._starts.setdefault(found.group(1) or found.group(2), found.start())
        self._order = sorted(self._starts.values())

    def node(self, unique_id: str) -> Origin:
        """Where an id first stands; the file where it does not."""
        start = self._starts.get(unique_id)
        return Origin(self._document.name, 1) if start is None else self._place(start)

    def column(self, unique_id: str, name: str) -> Origin:
        """Where a column of a node stands; the node where it is not found."""
        start = self._starts.get(unique_id)
        if start is None:
            return Origin(self._document.name, 1)
        following = bisect_right(self._order, start)
        end = self._order[following] if following < len(self._order) else len(self._text)
        columns = max(self._text.find('"columns"', start, end), start)
        for spelt in (json.dumps(name, ensure_ascii=False), json.dumps(name)):
            found = re.compile(re.escape(spelt) + r"\s*:\s*\{").search(self._text, columns, end)
            if found:
                return self._place(found.start())
        return self._place(start)

    def _place(self, offset: int) -> Origin:
        line = bisect_right(self._ends, offset)
        before = self._ends[line - 1] if line else -1
        return Origin(self._document.name, line + 1, offset - before)


class Project:
    """The files of the dbt project around a manifest, if they are there.

    Args:
        manifest: the manifest's file.
        name: the project's name, which its `dbt_project.yml` must state.
    """

    def __init__(self, manifest: Document, name: str) -> None:
        self._name = name
        self._parsed: dict[str, Mapping | None] = {}
        self._folder: Path | None = None
        self._prefix = ""
        self.origin: Origin | None = None
        folder = manifest.file.parent.resolve()
        for steps, root in (("", folder), ("..", folder.parent)):
            self._folder = root
            self._prefix = os.path.normpath(Path(manifest.name).parent / steps)
            about = self._yaml("dbt_project.yml")
            stated = about.get("name") if about is not None else None
            if isinstance(stated, Scalar) and stated.text == name:
                self.origin = stated.origin
                return
        self._folder = None

    def described(self, path: str, group: str, name: str, *, table: str = "") -> Mapping | None:
        """The entry of a YAML file that describes a thing, such as the model `orders`.

        Args:
            path: dbt's `patch_path` or `original_file_path`.
            group: `models`, `seeds`, `snapshots`, `sources` or `groups`.
            name: its name.
            table: of a source, the table.
        """
        whole = self._yaml(path) if path.endswith((".yml", ".yaml")) else None
        found = _entry(whole, group, name)
        return _entry(found, "tables", table) if table else found

    def code(self, path: str) -> Origin | None:
        """The first line of a file of the project; None where it is not there."""
        document = self._document(path)
        return None if document is None else Origin(document.name, 1)

    def _document(self, path: str) -> Document | None:
        if self._folder is None or not path:
            return None
        package, parted, rest = path.partition("://")
        if parted and package != self._name:
            return None
        relative = (rest if parted else path).replace("\\", "/")
        try:
            file = (self._folder / relative).resolve()
            if not file.is_relative_to(self._folder) or not file.is_file():
                return None
        except (OSError, ValueError):  # a name too long, or with a zero byte
            return None
        return Document(file, os.path.normpath(Path(self._prefix) / relative))

    def _yaml(self, path: str) -> Mapping | None:
        key = f"{self._folder}/{path}"
        if key not in self._parsed:
            document = self._document(path)
            try:
                self._parsed[key] = document.yaml() if document else None
            except Unreadable:  # what it says was read from the manifest: only the line is lost
                self._parsed[key] = None
        return self._parsed[key]


def _entry(whole: Mapping | None, group: str, name: str) -> Mapping | None:
    if whole is None:
        return None
    try:
        return next((e for e in whole.mappings(group) if e.text("name") == name), None)
    except Unreadable:
        return None


class Places:
    """Where nodes and columns of one manifest stand."""

    def __init__(self, manifest: Document, project: str) -> None:
        self._text = Text(manifest)
        self._project = Project(manifest, project)
        self._entries: dict[str, Mapping | None] = {}
        self.project = self._project.origin or Origin(manifest.name, 1)
        self.found = self._project.origin is not None

    def learn(self, unique_id: str, path: str, group: str, name: str, table: str = "") -> None:
        """Take in which YAML file describes a node, before its place is asked for."""
        self._entries[unique_id] = self._project.described(path, group, name, table=table)

    def node(self, unique_id: str, code: str = "") -> Origin:
        """Where a node is described; else where its code begins; else its place in the manifest."""
        entry = self._entries.get(unique_id)
        if entry is not None:
            return entry.where("name")
        return self.code(code) or self._text.node(unique_id)

    def code(self, path: str) -> Origin | None:
        """Where the code of a node begins, if its file is near."""
        return self._project.code(path)

    def column(self, unique_id: str, name: str, code: str = "") -> Origin:
        """Where a column is described; else the place of its node."""
        entry = self._entries.get(unique_id)
        if entry is None:
            return self.code(code) or self._text.column(unique_id, name)
        found = _entry(entry, "columns", name)
        return self.node(unique_id) if found is None else found.where("name")
