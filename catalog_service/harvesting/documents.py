"""Reading the files of a source, each value with the line and column where it stands."""

import json
from pathlib import Path
from typing import Any

from catalog_service.domain.rdf import Origin
from catalog_service.errors import Unreadable
from catalog_service.harvesting.composing import Composer
from catalog_service.harvesting.nodes import Mapping

MAX_BYTES = 64 * 1024 * 1024


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
        found = tuple(Composer(self.text(), self.name).documents())
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
