"""Products, domains and the catalog in the words of other standards, at their own addresses."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from fastapi import Request, Response
from starlette.responses import StreamingResponse

from catalog_service.api.addresses import Addresses
from catalog_service.api.negotiation import chosen, profiles
from catalog_service.bootstrap import Catalog
from catalog_service.domain.rdf import iri
from catalog_service.errors import InvalidIri, NotFound
from catalog_service.graph import View
from catalog_service.services import export
from catalog_service.services.export import FORMS, Form, Kind, Means, Scope
from catalog_service.terms import DPROD, Iri

DCAT_AP = "http://data.europa.eu/r5r/"
PROFILES = {
    (DCAT_AP, "text/turtle"): "dcat",
    (DCAT_AP, "application/ld+json"): "dcat-jsonld",
    (DPROD.base, "application/ld+json"): "dprod",
    (DPROD.base, "text/turtle"): "dprod-ttl",
}
"""The form that a profile of a media type asks for."""

_CATALOG = "/catalog"
_OF_THE_CATALOG = {"ttl": "dcat", "jsonld": "dcat-jsonld"}
"""What the plain suffixes mean for the catalog: it is read by portals above all."""
_PLAIN = frozenset({"ttl", "jsonld", "nt"})
"""Forms that every thing is answered in, so that they are no business of this module."""
_BY_SUFFIX = {form.suffix: form for form in FORMS.values()}
_SUFFIX = re.compile(
    rf"\.({'|'.join(re.escape(suffix) for suffix in sorted(_BY_SUFFIX, key=len, reverse=True))})$"
)
_BY_TYPE = {"application/n-quads": FORMS["nq"], "application/yaml": FORMS["odps"]}
_IN_A_LINK = ":/?#[]@!$&'()*+,;=-._~%"


class Wanted(NamedTuple):
    """What an address and its request ask for: a thing, in a form."""

    at: Iri
    form: Form
    as_it_stands: Iri
    by_suffix: bool


class Exports:
    """The forms of products, domains and the catalog.

    Args:
        catalog: what is exported.
        addresses: where things are shown.
    """

    def __init__(self, catalog: Catalog, addresses: Addresses) -> None:
        self._catalog = catalog
        self._addresses = addresses

    def wanted(self, request: Request, path: str, offers: tuple[str, ...]) -> Wanted | None:
        """The form that is asked for; None where it is one that every thing is answered in.

        Args:
            request: whose headers say what is accepted.
            path: the path, as it stands in the request.
            offers: the media types that every thing is answered in.
        """
        suffix = _SUFFIX.search(path)
        whole = (path[: suffix.start()] if suffix else path) == _CATALOG
        if suffix and (whole or _BY_SUFFIX[suffix[1]].name not in _PLAIN):
            form = _BY_SUFFIX[suffix[1]]
            if whole:
                form = FORMS[_OF_THE_CATALOG.get(suffix[1], form.name)]
            at = self._named(path[: suffix.start()], request)
            return Wanted(at, form, self._addresses.iri(path), by_suffix=True)
        if suffix:
            return None
        accept = ",".join(request.headers.getlist("accept"))
        form_asked = _accepted(accept, offers, whole=whole)
        if form_asked is None:
            return None
        at = self._named(path, request)
        return Wanted(at, form_asked, at, by_suffix=False)

    def scope(self, view: View, asked: Wanted) -> Scope | None:
        """What is asked for; None where it is neither product, domain nor catalog.

        Raises:
            NotFound: the form is one of single products, and more is asked for.
        """
        if asked.by_suffix and view.sees(asked.as_it_stands):
            return None  # a product may be called `orders.nq`
        try:
            found = export.scope(view, self._catalog.base_iri, iri(asked.at))
        except InvalidIri:
            return None
        if found is None or asked.form.means is not Means.BITOL or found.kind is Kind.PRODUCT:
            return found
        if not asked.by_suffix:
            return None
        raise NotFound(
            f"{asked.form.name} is a form of single products",
            hint="`polyseme export --as odps --into DIR` writes those of a domain or catalog",
        )

    def text(self, view: View, scope: Scope, form: Form) -> Iterator[bytes]:
        """What is asked for as text: of `odps` the descriptor, of `odcs` all contracts.

        Raises:
            NotFound: there is nothing that the form could hold.
        """
        base = self._catalog.base_iri
        if form.means is not Means.BITOL:
            return export.pieces(view, scope, form, base)
        files = export.bitol(view, scope, form, base)
        kept = [body for name, body, _ in files if name.endswith(f".{form.name}.yaml")]
        if not kept:
            raise NotFound(
                f"nothing of {scope.iri} makes a document of form {form.name}",
                hint="ask for another form, such as .odcs.yaml or .ttl",
            )
        return (b"---\n" * (number > 0) + body for number, body in enumerate(kept))

    def links(self, path: str, kind: Kind, asked: str) -> Iterator[str]:
        """The addresses of a product or domain in the forms here, as values of a `Link` header."""
        for form in FORMS.values():
            single = form.means is Means.BITOL
            if form.name not in _PLAIN and (kind is Kind.PRODUCT or not single):
                address = quote(f"{path}.{form.suffix}", safe=_IN_A_LINK) + asked
                yield f'<{address}>; rel="alternate"; type="{form.media_type}"'

    def _named(self, path: str, request: Request) -> Iri:
        if path == "/resource":
            return Iri(request.query_params.get("iri", ""))
        return self._addresses.iri(path)


def streamed(body: Iterator[bytes], form: Form, headers: dict[str, str], *, head: bool) -> Response:
    """An export as it is made; a fault in the middle breaks the answer, which never looks whole."""
    if head:
        return Response(headers=headers, media_type=form.media_type)
    return StreamingResponse(body, headers=headers, media_type=form.media_type)


def _accepted(accept: str, offers: tuple[str, ...], *, whole: bool) -> Form | None:
    """The form that is accepted best; None for one that every thing is answered in."""
    asked = [PROFILES[key] for key in profiles(accept) if key in PROFILES]
    if asked:
        return FORMS[asked[0]]
    if whole:
        media_type = chosen(accept, ("text/turtle", "application/ld+json", "application/n-quads"))
        by_type = {"text/turtle": "dcat", "application/ld+json": "dcat-jsonld"}
        return FORMS[by_type.get(media_type, "nq")] if media_type else None
    return _BY_TYPE.get(chosen(accept, (*offers, *_BY_TYPE)) or "")
