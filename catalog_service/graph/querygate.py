"""The gate before the query workers: what a stranger's SPARQL may look like.

A lexer reads the text once and evaluates nothing. It refuses what would reach the network or change
something, and bounds what the engine's recursive parser would be made to recurse on. The engine's
parser knows no words, only letters: `trueSERVICE<u>{}` calls a service, and so does `SERVICE:u{}`.
Wherever the two could read one text differently, the gate refuses and says how to write it plainly.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from catalog_service.errors import LimitExceeded, QuerySyntax, ServiceNotAllowed
from catalog_service.terms import PREFIXES

MAX_BYTES = 64 * 1024
MAX_TOKENS = 4_000
MAX_DEPTH = 64

_UNICODE = (
    r"\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4}"
    r"|\\U(?!0000[dD][89a-fA-F])00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4}"
)
_ESCAPED = rf"\\[tbnrf\"'\\]|{_UNICODE}"
# Any character beyond ASCII counts as one of a name: where the engine disagrees, it fails.
_LETTER = r"A-Za-z0-9_\x80-\U0010ffff"
_WORD = rf"[A-Za-z\x80-\U0010ffff](?:[{_LETTER}-]|\.+(?=[{_LETTER}-]))*+"
_ODD = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:[{_LETTER}:]|{_ODD})(?:[{_LETTER}:-]|{_ODD}|\.+(?=[{_LETTER}:-]|{_ODD}))*+"
_TOKEN = re.compile(
    rf"""
      (?P<space>  [ \t\r\n]++ | \#[^\r\n]*+ )
    | (?P<string> '''(?:[^'\\] | '(?!'') | {_ESCAPED})*+'''
                | \"\"\"(?:[^"\\] | "(?!"") | {_ESCAPED})*+\"\"\"
                | '(?!'')(?:[^'\\\r\n] | {_ESCAPED})*+'
                | "(?!"")(?:[^"\\\r\n] | {_ESCAPED})*+" )
    | (?P<iri>    <(?:[^<>"{{}}|^`\\\x00-\x20] | {_UNICODE})*+> )
    | (?P<variable> [?$][{_LETTER}]++ )
    | (?P<blank>  _:[{_LETTER}](?:[{_LETTER}-] | \.+(?=[{_LETTER}-]))*+ )
    | (?P<name>   (?:{_WORD})?:(?:{_LOCAL})? )
    | (?P<word>   {_WORD} )
    | (?P<number> (?:[0-9]++(?:\.[0-9]*+)?+ | \.[0-9]++)(?:[eE][+-]?[0-9]++)?+ )
    | (?P<tag>    @[A-Za-z]++(?:--?[A-Za-z0-9]++)*+ )
    | (?P<open>   << | [(\[{{] )
    | (?P<close>  >> | [)\]}}] )
    | (?P<other>  . )
    """,
    re.VERBOSE | re.DOTALL,
)
_OPERANDS = {"string", "iri", "variable", "blank", "name", "word", "number", "tag", "close"}
_HIERARCHICAL = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_FORM = re.compile(r"select|ask|construct|describe", re.IGNORECASE)
_PROLOGUE = re.compile(r"base|prefix|version", re.IGNORECASE)
_CHANGES = {"insert", "delete", "clear", "drop", "create", "add", "move", "copy", "with"}


class Form(StrEnum):
    """What a query asks for: rows, a truth, or triples."""

    SELECT = "select"
    ASK = "ask"
    CONSTRUCT = "construct"
    DESCRIBE = "describe"


@dataclass(frozen=True, slots=True)
class Admitted:
    """A query that has passed the gate; made by `admit` alone.

    Attributes:
        text: the query as it was written.
        form: what it asks for.
        names_dataset: it chooses its graphs itself, by FROM or FROM NAMED.
    """

    text: str
    form: Form
    names_dataset: bool


class _Token(NamedTuple):
    kind: str
    text: str
    start: int


def admit(text: str) -> Admitted:
    """Let a query pass, or say why not.

    Raises:
        LimitExceeded: it is larger, deeper or longer than a query may be.
        ServiceNotAllowed: it calls another server, by SERVICE or LOAD.
        QuerySyntax: it asks for a change, is no query, uses a prefix that nobody declared, or can
            be read in two ways.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError as fault:
        raise QuerySyntax(
            "the query holds half of a surrogate pair, which is no character",
            **_place(text, fault.start),
            hint="send the text as UTF-8",
        ) from fault
    _within("query-bytes", size, MAX_BYTES, "bytes", "ask a smaller question")
    gate = _Gate(text)
    for token in _tokens(text):
        gate.pass_through(token)
    return Admitted(text, gate.passed(), gate.names_dataset)


def words(text: str) -> Iterator[str]:
    """The words of a query or an update, in small letters: none in strings, IRIs or comments."""
    return (token.text.lower() for token in _tokens(text) if token.kind == "word")


def _tokens(text: str) -> Iterator[_Token]:
    """The tokens of a query, without space and comments: `other` is one character of none."""
    for found in _TOKEN.finditer(text):
        kind = str(found.lastgroup)
        if kind != "space":
            yield _Token(kind, found.group(), found.start())


class _Gate:
    """What is known of a query up to one of its tokens.

    Attributes:
        text: the whole query, for the places named in refusals.
        form: the query form, once its word has been read.
        names_dataset: FROM has been read.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.form: Form | None = None
        self.names_dataset = False
        self._count = 0
        self._open: list[str] = []
        self._before = _Token("start", "", 0)
        self._service: _Token | None = None
        self._prefixes = set(PREFIXES)
        self._used: dict[str, _Token] = {}

    def pass_through(self, token: _Token) -> None:
        """Take the next token into account, or refuse the query because of it."""
        self._count += 1
        _within("query-tokens", self._count, MAX_TOKENS, "tokens", "split the question")
        if self._service is not None and token.text == "{":
            raise self._calls_service(self._service)
        self._service = None
        match token.kind:
            case "word":
                self._word(token)
            case "name":
                self._name(token)
            case "iri":
                self._iri(token)
            case "open":
                self._open.append(token.text)
                self._deep(len(self._open))
            case "close" if self._open:
                self._open.pop()
            case "other":
                self._other(token)
            case _:
                pass
        self._before = token

    def passed(self) -> Form:
        """The form of the query, now that the whole of it has been read."""
        if self.form is None:
            raise QuerySyntax(
                "the text holds no query", hint="begin it with SELECT, ASK, CONSTRUCT or DESCRIBE"
            )
        for prefix, token in self._used.items():
            if prefix not in self._prefixes:
                raise QuerySyntax(
                    f"the prefix {prefix[:40]}: is not declared",
                    **_place(self.text, token.start),
                    hint=f"begin the query with PREFIX {prefix[:40]}: <...>",
                )
        return self.form

    def _word(self, token: _Token) -> None:
        word = token.text.lower()
        if "service" in word or word == "load":
            raise self._calls_service(token)
        if word in _CHANGES:
            raise QuerySyntax(
                f"{token.text} would change the graph, and here questions only are answered",
                **_place(self.text, token.start),
                hint="publish a product to change what the catalog states",
            )
        self._begins(token)
        if "from" in word and not self._open:
            self.names_dataset = True

    def _name(self, token: _Token) -> None:
        written = token.text.partition(":")[0]
        prefix = written.lower()
        before = self._before.text.lower() if self._before.kind == "word" else ""
        if self.form is None and (before == "prefix" or prefix.startswith("prefix")):
            self._prefixes.add(written if before == "prefix" else written[len("prefix") :])
            return
        self._begins(token)
        self._used.setdefault(written, token)
        if before in ("graph", "from", "named"):
            return
        if "service" in prefix:
            # The engine reads `SERVICE:u {` as a call of `:u`; before anything but a brace it is a
            # name like any other.
            self._service = token
        if "from" in prefix and not self._open:
            raise QuerySyntax(
                f"{token.text} can be read as FROM and a graph, or as a name",
                **_place(self.text, token.start),
                hint="put a space after FROM, or write the name as an IRI in full",
            )

    def _begins(self, token: _Token) -> None:
        if self.form is not None or _PROLOGUE.match(token.text):
            return
        found = _FORM.match(token.text)
        if found is None:
            raise QuerySyntax(
                f"the query begins with {token.text[:40]!r}",
                **_place(self.text, token.start),
                hint="begin it with SELECT, ASK, CONSTRUCT or DESCRIBE",
            )
        self.form = Form(found.group().lower())

    def _iri(self, token: _Token) -> None:
        if not self._may_compare() or _HIERARCHICAL.match(token.text):
            return
        # `(?a<?b#>` may be an IRI, or a comparison and a comment that hides the rest of its line.
        if "#" in token.text or "'" in token.text:
            raise QuerySyntax(
                f"{token.text[:40]} can be read as an IRI, or as a comparison",
                **_place(self.text, token.start),
                hint="put a space after < if it compares, or shorten the IRI by a PREFIX",
            )
        self._deep(len(self._open) + token.text.count("("))

    def _other(self, token: _Token) -> None:
        if token.text in "'\"":
            raise QuerySyntax(
                "a string is not closed, or holds an escape that there is not",
                **_place(self.text, token.start),
                hint="close it on its line, or use three quotation marks; write \\ as \\\\",
            )
        if token.text == "<" and not self._may_compare():
            raise QuerySyntax(
                "an IRI is not closed, or holds a character that no IRI may hold",
                **_place(self.text, token.start),
                hint="close it with >, and percent-encode spaces, quotation marks and brackets",
            )

    def _may_compare(self) -> bool:
        """True where `<` could be the operator: between operands within parentheses."""
        return self._open[-1:] == ["("] and self._before.kind in _OPERANDS

    def _deep(self, depth: int) -> None:
        _within("query-depth", depth, MAX_DEPTH, "brackets within brackets", "nest less")

    def _calls_service(self, token: _Token) -> ServiceNotAllowed:
        place = _place(self.text, token.start)
        return ServiceNotAllowed(
            f"{token.text[:40]} at line {place['line']}, column {place['column']}"
            " would call another server",
            hint="ask that server yourself, and bind its answer with VALUES",
        )


def _within(limit: str, figure: int, most: int, of_what: str, hint: str) -> None:
    if figure > most:
        raise LimitExceeded(f"a query has at most {most:,} {of_what}", limit=limit, hint=hint)


def _place(text: str, offset: int) -> dict[str, int]:
    """Line and column of a place, both counted from 1."""
    line_start = text.rfind("\n", 0, offset) + 1
    return {"line": text.count("\n", 0, offset) + 1, "column": offset - line_start + 1}
