"""How verdicts and origins are written into the journal, and read back."""

import json
from collections.abc import Mapping
from typing import Any

import zstandard

from catalog_service.domain.findings import Finding, Severity, Verdict
from catalog_service.domain.rdf import Origin, term
from catalog_service.terms import Iri


def packed(text: str) -> bytes:
    """Text, compressed."""
    return zstandard.ZstdCompressor(level=3).compress(text.encode())


def unpacked(data: bytes) -> str:
    """The text that was `packed`."""
    return zstandard.ZstdDecompressor().decompress(data).decode()


def verdict_text(verdict: Verdict) -> str:
    """A verdict as JSON."""
    return json.dumps(
        {
            "findings": [finding.record() for finding in verdict.findings],
            "not_evaluated": list(verdict.not_evaluated),
        },
        ensure_ascii=False,
    )


def verdict(subject: Iri, text: str) -> Verdict:
    """The verdict that `verdict_text` wrote."""
    stated = json.loads(text)
    return Verdict(subject, tuple(map(finding, stated["findings"])), tuple(stated["not_evaluated"]))


def finding(record: Mapping[str, Any]) -> Finding:
    """The finding that has this `record`."""
    return Finding(
        standard=record["standard"],
        severity=Severity(record["severity"]),
        message=record["message"],
        fix=record["fix"],
        focus=record["focus"],
        path=record["path"],
        value=None if record["value"] is None else term(record["value"]),
        file=record["file"],
        line=record["line"],
        column=record["column"],
        product=record["product"],
        waiver=record["waiver"],
    )


def packed_origins(origins: tuple[Origin, ...]) -> bytes:
    """Places, one for each line of the canonical graph, each file named once."""
    files: dict[str, int] = {}
    rows = [[files.setdefault(o.file, len(files)), o.line, o.column] for o in origins]
    return packed(json.dumps([list(files), rows], ensure_ascii=False, separators=(",", ":")))


def origins(data: bytes) -> tuple[Origin, ...]:
    """The places that were packed."""
    files, rows = json.loads(unpacked(data))
    return tuple(Origin(files[index], line, column) for index, line, column in rows)
