"""polyseme query: SPARQL over the metadata, or over the data behind ports."""

import json
import sys
from pathlib import Path
from typing import Any

from catalog_service.cli.exits import FINDINGS, FINE
from catalog_service.cli.findings import plural
from catalog_service.cli.output import Output
from catalog_service.cli.session import Given, Session
from catalog_service.domain.names import compact
from catalog_service.errors import InvalidRequest, Misconfigured, Refused, UnknownFormat
from catalog_service.graph.querygate import MAX_BYTES, Admitted, Form, admit
from catalog_service.terms import Iri

STDIN = "-"

_ROWS = {
    "text": "application/sparql-results+json",
    "json": "application/sparql-results+json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "xml": "application/sparql-results+xml",
}
_TRIPLES = {
    "text": "text/turtle",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "xml": "application/rdf+xml",
}


def query(
    file: str = STDIN,
    *,
    timeout: float | None = None,
    data: bool = False,
    purpose: str = "",
    session: Given,
) -> int:
    """Ask the metadata in SPARQL, or the data.

    Rows and truths are written as text, json, csv, tsv or xml; triples as text (Turtle), ttl, nt,
    jsonld or xml.

    Args:
        file: The file that holds the query; - for standard input.
        timeout: Seconds after which it is stopped.
        data: Ask the data behind ports, not the metadata.
        purpose: What the answer of data is for, such as Marketing.
        session: What every verb is given.
    """
    asked = admit(_text(file))
    media_type = _media_type(asked, session.format)
    if data:
        try:
            found = _of_data(asked, media_type, timeout, purpose, session)
        except Refused as fault:
            _refuse(session.out, fault)
            return FINDINGS
    else:
        with (
            session.reading(query_seconds=timeout) as catalog,
            catalog.pool.run(asked, media_type=media_type) as answer,
        ):
            found = b"".join(answer)
    _show(asked, media_type, found, session)
    return FINE


def _of_data(
    asked: Admitted, media_type: str, timeout: float | None, purpose: str, session: Session
) -> bytes:
    """The answer of the data, in the format that was asked for; warnings go aside."""
    with session.reading(answer_seconds=timeout) as catalog:
        answer = catalog.query_data(asked, purpose=purpose)
    for warning in answer.warnings:
        session.out.note(("warning: ", "yellow"), warning)
    return answer.written(media_type)


def _refuse(out: Output, fault: Refused) -> None:
    out.note((f"refused ({fault.code}): ", "red"), fault.message)
    for line in fault.because:
        out.note(f"  because {line}")
    if fault.hint:
        out.note(f"  {fault.hint}")


def _show(asked: Admitted, media_type: str, data: bytes, session: Session) -> None:
    if media_type != _ROWS["json"]:
        session.out.raw(data)
        return
    told = json.loads(data)
    if session.format == "json":
        session.out.json(told)
    elif asked.form is Form.ASK:
        session.out.line("true" if told["boolean"] else "false")
    else:
        _write(session.out, told)


def _text(file: str) -> str:
    """The query; one byte more than may be is enough to see that it is too long."""
    try:
        if file == STDIN:
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(file).open("rb") as opened:
                data = opened.read(MAX_BYTES + 1)
    except OSError as fault:
        raise Misconfigured(
            f"{file} cannot be read: {fault.strerror}",
            hint="name a file that holds a query, or - for standard input",
        ) from fault
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InvalidRequest(f"{file} is not UTF-8: {fault.reason}", hint="save it so") from fault


def _media_type(asked: Admitted, written: str) -> str:
    known = _ROWS if asked.form in (Form.SELECT, Form.ASK) else _TRIPLES
    if written not in known:
        raise UnknownFormat(
            f"a query of this form is not written as {written}",
            hint=f"the formats are {', '.join(known)}",
        )
    return known[written]


def _write(out: Output, told: dict[str, Any]) -> None:
    names = told["head"]["vars"]
    rows = told["results"]["bindings"]
    out.table([[_cell(row.get(name)) for name in names] for row in rows], head=names)
    out.line((plural(len(rows), "row"), "bold"))


def _cell(term: dict[str, str] | None) -> str:
    if term is None:
        return ""
    return compact(Iri(term["value"])) if term["type"] == "uri" else term["value"]
