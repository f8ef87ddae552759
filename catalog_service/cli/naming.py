"""Names and IRIs: what people mean by what they type, and what to call what they get."""

import re
from collections.abc import Collection

from catalog_service.domain.names import short
from catalog_service.domain.rdf import iri
from catalog_service.errors import InvalidRequest, NotFound
from catalog_service.graph import View
from catalog_service.search import Hit, Index, Kind, Question
from catalog_service.services import resources
from catalog_service.terms import PREFIXES, Iri

_WRITTEN_IN_FULL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|mailto:|urn:")
_MOST = 50
_INSIDE = (Kind.COLUMN, Kind.CONCEPT)


def meant(index: Index, text: str, *, kinds: tuple[Kind, ...] = ()) -> Iri:
    """The IRI that a person means by an IRI, a prefixed name or a name.

    Args:
        index: where names are looked up.
        text: what was typed.
        kinds: the kinds of thing it can be; columns and local concepts count only where nothing
            else has the name.

    Raises:
        InvalidIri: it is written as an IRI and is none.
        NotFound: nothing has the name; what comes close is named.
        InvalidRequest: several things have it; they are named.
    """
    if _WRITTEN_IN_FULL.match(text):
        return iri(text)
    prefix, colon, local = text.partition(":")
    if colon and prefix in PREFIXES:
        return iri(PREFIXES[prefix] + local)
    found = index.find(Question(text, kinds=kinds, first=_MOST, facets=())).hits
    exact = [hit for hit in found if hit.named]
    named = [hit for hit in exact if hit.kind not in _INSIDE] or exact
    if not named:
        raise NotFound(f"nothing is called {text!r}", hint=_close(found))
    if len(named) > 1:
        raise InvalidRequest(
            f"{text!r} is the name of {len(named)} things",
            hint="name one by its IRI: " + ", ".join(hit.iri for hit in named[:5]),
        )
    return named[0].iri


def called(view: View, iris: Collection[Iri]) -> dict[Iri, str]:
    """What to call each of `iris`: its label, or the end of its IRI where it has none."""
    known = resources.resources(view, iris)
    return {iri: known[iri].name if iri in known else short(iri) for iri in iris}


def _close(found: tuple[Hit, ...]) -> str:
    if not found:
        return "look for it with `polyseme search`"
    return "did you mean " + ", ".join(dict.fromkeys(hit.name for hit in found[:3])) + "?"
