"""How the formats of SPARQL results write a row, a term and a text."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from catalog_service.errors import InvalidRequest, UnknownFormat
from catalog_service.terms import XSD

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_IN_TSV = {"\\": "\\\\", '"': '\\"', "\t": "\\t", "\n": "\\n", "\r": "\\r"}


@dataclass(frozen=True, slots=True)
class Format:
    """A format.

    Args:
        head: what stands before the rows, by the variables.
        tail: what stands after them.
        row: what each row begins and ends with.
        between: what stands between two rows.
        comma: what stands between two terms of a row.
        placed: whether a variable that is not bound keeps its place in the row.
        term: what stands before and after a text, by the variable and the sort of the term: empty
            for an IRI, `@en`, or a datatype.
        special: the characters that keep a text from standing as it is, as a pattern.
        change: what such a text becomes.
        truth: an answer that is yes or no.
    """

    head: Callable[[Sequence[str]], str]
    tail: str
    row: tuple[str, str]
    between: str
    comma: str
    placed: bool
    term: Callable[[str, str], tuple[str, str]]
    special: str
    change: Callable[[str], str]
    truth: Callable[[bool], str]


def format_of(media_type: str) -> Format:
    """The format of a media type.

    Raises:
        UnknownFormat: rows are not written that way.
    """
    if media_type not in _FORMATS:
        raise UnknownFormat(
            f"this answer is not written as {media_type}", hint=f"ask for {', '.join(_FORMATS)}"
        )
    return _FORMATS[media_type]


def _json(told: object) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _json_term(name: str, sort: str) -> tuple[str, str]:
    key = _json(name)
    if not sort:
        return f'{key}:{{"type":"uri","value":"', '"}'
    before = f'{key}:{{"type":"literal","value":"'
    if sort.startswith("@"):
        return before, f'","xml:lang":{_json(sort[1:])}}}'
    return before, '"}' if sort == XSD.string else f'","datatype":{_json(sort)}}}'


def _xml_head(variables: Sequence[str]) -> str:
    names = "".join(f"<variable name={quoteattr(name)}/>" for name in variables)
    return f"{_XML}<head>{names}</head><results>"


def _xml_term(name: str, sort: str) -> tuple[str, str]:
    before, after = f"<binding name={quoteattr(name)}>", "</binding>"
    if not sort:
        return f"{before}<uri>", f"</uri>{after}"
    said = ""
    if sort.startswith("@"):
        said = f" xml:lang={quoteattr(sort[1:])}"
    elif sort != XSD.string:
        said = f" datatype={quoteattr(sort)}"
    return f"{before}<literal{said}>", f"</literal>{after}"


def _xml_text(text: str) -> str:
    if _NO_XML.search(text):
        raise InvalidRequest(
            "a text of the answer holds a control character, which XML has no way to write",
            hint="ask for application/sparql-results+json",
        )
    return escape(text, {"\r": "&#13;"})


def _tsv_term(_: str, sort: str) -> tuple[str, str]:
    if not sort:
        return "<", ">"
    if sort.startswith("@"):
        return '"', f'"{sort}'
    return '"', '"' if sort == XSD.string else f'"^^<{sort}>'


def _truth(yes: bool) -> str:  # noqa: FBT001 - it is what is told
    return "true" if yes else "false"


_XML = '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
_AS_JSON = Format(
    head=lambda variables: f'{{"head":{_json({"vars": list(variables)})},"results":{{"bindings":[',
    tail="]}}",
    row=("{", "}"),
    between=",",
    comma=",",
    placed=False,
    term=_json_term,
    special=r'["\\\x00-\x1f]',
    change=lambda text: _json(text)[1:-1],
    truth=lambda yes: _json({"head": {}, "boolean": yes}),
)
_AS_XML = Format(
    head=_xml_head,
    tail="</results></sparql>",
    row=("<result>", "</result>"),
    between="",
    comma="",
    placed=False,
    term=_xml_term,
    special=r"[&<>\x00-\x08\x0b-\x1f\x{fffe}\x{ffff}]",
    change=_xml_text,
    truth=lambda yes: f"{_XML}<head></head><boolean>{_truth(yes)}</boolean></sparql>",
)
_AS_CSV = Format(
    head=lambda variables: ",".join(variables) + "\r\n",
    tail="",
    row=("", "\r\n"),
    between="",
    comma=",",
    placed=True,
    term=lambda _name, _sort: ("", ""),
    special=r'[",\r\n]',
    change=lambda text: '"' + text.replace('"', '""') + '"',
    truth=_truth,
)
_AS_TSV = Format(
    head=lambda variables: "\t".join(f"?{name}" for name in variables) + "\n",
    tail="",
    row=("", "\n"),
    between="",
    comma="\t",
    placed=True,
    term=_tsv_term,
    special=r'["\\\t\n\r]',
    change=lambda text: "".join(_IN_TSV.get(one, one) for one in text),
    truth=_truth,
)
_FORMATS: Mapping[str, Format] = {
    "application/sparql-results+json": _AS_JSON,
    "application/sparql-results+xml": _AS_XML,
    "text/csv": _AS_CSV,
    "text/tab-separated-values": _AS_TSV,
    "application/json": _AS_JSON,
    "application/xml": _AS_XML,
}
