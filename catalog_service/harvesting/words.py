"""Words that documents of every format use, and the terms they stand for.

One reading of each for all harvesters, which may not import each other: a `confidential` column is
as sensitive in a contract as in a dbt model.
"""

import re
from collections.abc import Mapping as Table
from datetime import date, datetime
from urllib.parse import quote

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Literal, Origin, text
from catalog_service.errors import Unreadable
from catalog_service.harvesting.contract import Statements
from catalog_service.harvesting.nodes import Mapping, Scalar
from catalog_service.terms import DPROD, PM, PREFIXES, XSD, Iri, Namespace

LIFECYCLE: Table[str, Iri] = {
    "proposed": PM.Proposed,
    "draft": PM.Draft,
    "development": PM.Draft,
    "test": PM.Draft,
    "active": PM.Active,
    "current": PM.Active,
    "production": PM.Active,
    "deprecated": PM.Deprecated,
    "retiring": PM.Deprecated,
    "retired": PM.Retired,
}
SENSITIVITY: Table[str, Iri] = {
    "public": PM.Public,
    "internal": PM.Internal,
    "confidential": PM.Confidential,
    "sensitive": PM.Confidential,
    "private": PM.Confidential,
    "restricted": PM.Restricted,
    "secret": PM.Restricted,
    "highly confidential": PM.Restricted,
    "strictly confidential": PM.Restricted,
}
MAX_NAME = 512

_TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_PCHAR = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})"
_HOST = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*"
_ADDRESS = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.\-]*:(?=.)(?://(?:{_HOST}@)?{_HOST}(?::[0-9]*)?(?=[/?#]|$)|(?!//))"
    rf"(?:{_PCHAR}|/)*(?:\?(?:{_PCHAR}|[/?])*)?(?:#(?:{_PCHAR}|[/?])*)?"
)
_MAX_ADDRESS = 2048
_PASSWORD = re.compile(r"//[^/?#@]*:[^/?#]*@")
_LOCAL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_FRACTION = re.compile(r"(:\d{2}\.\d{6})\d+")


def wrong(message: str, origin: Origin, hint: str) -> Unreadable:
    """The fault that refuses a document, with the place where it lies."""
    return Unreadable(message, line=origin.line, column=origin.column, hint=hint)


def doubtful(
    said: Statements, message: str, origin: Origin, fix: str, *, focus: Iri | None = None
) -> None:
    """Warn of a value that has no meaning here; nothing is stated in its place."""
    said.notice("unknown-value", Severity.WARNING, message, origin, fix=fix, focus=focus)


def plainly(word: str) -> str:
    """A word in lower case, its parts divided by one space: `Highly_Confidential` and kin."""
    return " ".join(re.split(r"[\s_-]+", word.strip().lower()))


def squeezed(word: str) -> str:
    """A word in lower case without spaces, hyphens and underscores, to compare spellings."""
    return re.sub(r"[\s_-]+", "", word.strip().lower())


def say(said: Statements, subject: Iri, predicate: Iri, node: Mapping, *keys: str) -> None:
    """State the text under the first of `keys` that has one; nothing where none has."""
    for key in keys:
        found = node.scalar(key)
        if found is not None and found.text.strip():
            said.state(subject, predicate, text(found.text.strip()), found.origin)
            return


def say_each(said: Statements, subject: Iri, predicate: Iri, node: Mapping, key: str) -> None:
    """State every text listed under `key`."""
    for word, origin in node.texts(key):
        said.state(subject, predicate, text(word.strip()), origin)


def named(node: Mapping, what: str, *keys: str) -> tuple[str, Origin]:
    """The name of a thing under the first of `keys` that is there, and its place.

    Raises:
        Unreadable: it has none, or one too long to stand in an IRI.
    """
    for key in keys:
        found = node.scalar(key)
        if found is not None and found.text.strip():
            name = found.text.strip()
            if len(name) > MAX_NAME:
                message = f"`{key}` has {len(name):,} characters; at most {MAX_NAME} are read"
                raise wrong(message, found.origin, "shorten it")
            return name, found.origin
    article = "an" if what[0] in "aeiou" else "a"
    message = f"{article} {what} has no `{keys[0]}`"
    raise wrong(message, node.origin, f"give the {what} a `{keys[0]}`")


def once(places: dict[str, Origin], what: str, name: str, origin: Origin) -> None:
    """Remember a name, so that no two things share one IRI.

    Raises:
        Unreadable: another thing has the name already.
    """
    if name in places:
        message = f"{what} `{name}` is stated twice, first on line {places[name].line}"
        raise wrong(message, origin, "rename one of the two, or remove it")
    places[name] = origin


def truth(node: Mapping, *keys: str) -> tuple[bool, Origin] | None:
    """True or false under the first of `keys` that is there, and its place; None where none is.

    Raises:
        Unreadable: the value is neither.
    """
    found = node.scalar(*keys)
    if found is None:
        return None
    if (value := _TRUTH.get(found.text.strip().lower())) is None:
        message = f"`{keys[0]}` is {found.text[:40]!r}, where true or false belongs"
        raise wrong(message, found.origin, "write true or false, without quotes")
    return value, found.origin


def lifecycle(said: Statements, product: Iri, status: Scalar) -> None:
    """State the life cycle status that a word stands for; warn where it stands for none."""
    if found := LIFECYCLE.get(plainly(status.text)):
        said.state(product, DPROD.lifecycleStatus, found, status.origin)
        return
    doubtful(
        said,
        f"status {status.text[:40]!r} is none that the catalog knows",
        status.origin,
        "write proposed, draft, active, deprecated or retired",
    )


def sensitivity(said: Statements, subject: Iri, predicate: Iri, level: Scalar) -> None:
    """State the step of the sensitivity ladder that a word stands for; warn where there is none."""
    if found := SENSITIVITY.get(plainly(level.text)):
        said.state(subject, predicate, found, level.origin)
        return
    doubtful(
        said,
        f"classification {level.text[:40]!r} is no step of the sensitivity ladder",
        level.origin,
        "write public, internal, confidential or restricted",
        focus=subject,
    )


def term(word: str, vocabulary: Namespace) -> Iri | None:
    """The term a word names: an IRI, a prefixed name, or a local name in `vocabulary`.

    None where it can be none of them. `term("EmailAddress", PD)` and `term("pd:EmailAddress", PD)`
    are the same.
    """
    word = word.strip()
    if "://" in word:
        return address(word)
    prefix, colon, local = word.rpartition(":")
    base = PREFIXES.get(prefix) if colon else vocabulary.base
    if base is None or not _LOCAL_NAME.fullmatch(local):
        return None
    return Iri(base + local)


def without_password(written: str) -> str:
    """`written` without the user and password that an address in it carries."""
    return _PASSWORD.sub("//", written)


def address(written: str) -> Iri | None:
    """`written` as an IRI that every store takes, percent-encoded where need be.

    None where it is relative or malformed (a port that is no number, say). A password in it
    (`//user:password@host`) is left out, for the graph is read by many.
    """
    head, mark, fragment = without_password(written.strip()).partition("#")
    safe = ":/?@!$&'()*+,;=-._~%"
    quoted = quote(head, safe=safe) + mark + quote(fragment, safe=safe)
    quoted = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", quoted)
    if len(quoted) > _MAX_ADDRESS or not _ADDRESS.fullmatch(quoted):
        return None
    return Iri(quoted)


def link(said: Statements, subject: Iri, predicate: Iri, written: Scalar) -> None:
    """State a link to the address that is written; warn where it is no absolute one."""
    if (found := address(written.text)) is not None:
        said.state(subject, predicate, found, written.origin)
    else:
        doubtful(
            said,
            f"{without_password(written.text)[:80]!r} is no absolute address: it is left out",
            written.origin,
            "write it in full, such as https://example.org/page",
            focus=subject,
        )
    if _PASSWORD.search(written.text):
        doubtful(
            said,
            "the address holds a password: it is left out of the graph",
            written.origin,
            "keep credentials out of the document, and change this one",
            focus=subject,
        )


def day(written: str) -> Literal | None:
    """The day of an ISO 8601 date or time, as xsd:date; None where it is neither."""
    try:
        return Literal(date.fromisoformat(written.strip()[:10]).isoformat(), XSD.date)
    except ValueError:
        return None


def moment(written: str) -> Literal | None:
    """An ISO 8601 time as xsd:dateTime, or a mere day as xsd:date; None where it is neither."""
    plain = re.sub(r" ?UTC$", "+00:00", written.strip())
    try:
        found = datetime.fromisoformat(_FRACTION.sub(r"\1", plain))
    except ValueError:
        return None
    if len(plain) <= len("2026-01-31"):
        return day(plain)
    return Literal(found.isoformat().replace("+00:00", "Z"), XSD.dateTime)
