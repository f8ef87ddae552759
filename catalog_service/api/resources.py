"""Every thing of the mesh at its own address: a page for people, RDF for programs."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, unquote

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from catalog_service import __version__
from catalog_service.api import problems, views
from catalog_service.api.addresses import Addresses
from catalog_service.api.exports import Exports, streamed
from catalog_service.api.figures import Figures
from catalog_service.api.home import Home
from catalog_service.api.negotiation import chosen
from catalog_service.api.rendering import CONTENT_POLICY, Page, rendered, style
from catalog_service.bootstrap import Catalog
from catalog_service.domain.rdf import Term, Triple, iri
from catalog_service.errors import InvalidIri, NotFound
from catalog_service.graph import View, serialize
from catalog_service.services import resources
from catalog_service.services.discovery import FACETS
from catalog_service.services.export import Kind, jsonld
from catalog_service.terms import DPROD, PM, RDF, Iri

HTML = "text/html"
FORMS: dict[str, str] = {
    "html": HTML,
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "json": "application/json",
}
"""The media type of each suffix; the first is for callers who accept anything."""

_WRITTEN = {"text/turtle": "turtle", "application/n-triples": "ntriples"}
_SUFFIX = re.compile(rf"\.({'|'.join(FORMS)})$")
_BEYOND_ASCII = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_ELSEWHERE = "/resource"
_IN_A_LINK = ":/?#[]@!$&'()*+,;=-._~%"
_READ = ["GET", "HEAD"]
_EXPORTED: dict[Term, Kind] = {DPROD.DataProduct: Kind.PRODUCT, PM.Domain: Kind.DOMAIN}


class _Reading(NamedTuple):
    """One way to read an address: what it names, and the suffix that says in which form."""

    path: str
    iri: Iri
    suffix: str


def router(catalog: Catalog, figures: Figures) -> APIRouter:
    """The pages, and the address of every thing; to be included last, since it takes any path."""
    door = APIRouter(default_response_class=Response)
    addresses = Addresses(catalog.base_iri)

    exports = Exports(catalog, addresses)
    pages = Home(catalog, Page(addresses), figures)

    @door.api_route("/", methods=_READ)
    async def home(request: Request, q: str = "", after: str = "") -> Response:
        asked = {facet: request.query_params.getlist(facet) for facet in FACETS}
        wanted = {facet: values for facet, values in asked.items() if values}
        return _answer(request, await run_in_threadpool(pages.page, q, after, wanted), HTML)

    @door.api_route("/style.css", methods=_READ)
    async def css(request: Request) -> Response:
        return _answer(request, style(), "text/css", {"Cache-Control": "max-age=3600"})

    @door.api_route("/problems/{slug}", methods=_READ)
    async def problem(request: Request, slug: str) -> Response:
        meaning = problems.meanings().get(slug)
        if meaning is None:
            raise NotFound(f"there is no problem {slug[:100]!r}", hint="take the type as it stands")
        title = slug.replace("-", " ").capitalize()
        body = rendered(
            "problem",
            Page(addresses),
            revision=catalog.projection.revision,
            title=title,
            slug=slug,
            meaning=meaning,
        )
        return _answer(request, body, HTML)

    @door.api_route("/{path:path}", methods=_READ)
    async def thing(request: Request) -> Response:
        return await run_in_threadpool(_thing, catalog, addresses, exports, request)

    return door


def _exported(catalog: Catalog, exports: Exports, path: str, request: Request) -> Response | None:
    """A product, a domain or the catalog in a form of its own; None for every other address."""
    asked = exports.wanted(request, path, tuple(FORMS.values()))
    if asked is None:
        return None
    # Before anything is read, so that no tag is too new.
    revision, state = catalog.projection.revision, catalog.projection.state
    headers = {
        "ETag": _tag(revision, asked.form.suffix, state),
        "Vary": "Accept",
        "Cache-Control": "no-cache",
        "Link": f'<{quote(asked.at, safe=_IN_A_LINK)}>; rel="canonical"',
    }
    view = catalog.view()
    if (scope := exports.scope(view, asked)) is None:
        return None
    if headers["ETag"] in _tags(request):
        return Response(status_code=304, headers=headers)
    body = exports.text(view, scope, asked.form)
    return streamed(body, asked.form, headers, head=request.method == "HEAD")


def _thing(catalog: Catalog, addresses: Addresses, exports: Exports, request: Request) -> Response:
    """The thing at an address, in the form that its suffix or the caller asks for."""
    path = request.scope["raw_path"].decode("ascii", "replace")
    if (exported := _exported(catalog, exports, path, request)) is not None:
        return exported
    suffix = _SUFFIX.search(path)
    media_type = FORMS[suffix[1]] if suffix else _accepted(request)
    # Before anything is read, so that no tag is too new.
    revision, state = catalog.projection.revision, catalog.projection.state
    tag = _tag(revision, media_type or "", state)
    if media_type and tag in _tags(request):
        return Response(status_code=304, headers={"ETag": tag, "Vary": "Accept"})
    view = catalog.view()
    reading, triples = _found(view, addresses, path, request)
    media_type = FORMS[reading.suffix] if reading.suffix else _accepted(request)
    if media_type is None:
        return problems.problem(
            406,
            "not-acceptable",
            "this is not answered in a form that the request accepts",
            hint=f"accept one of {', '.join(FORMS.values())}",
            headers={"Vary": "Accept"},
            formats=list(FORMS.values()),
        )
    alternates = _alternates(reading)
    if media_type == HTML:
        shown = views.Shown(catalog, view, addresses, reading.iri, triples, alternates)
        body = views.page(shown)
    else:
        body = _written(triples, media_type)
    links = [f'<{address}>; rel="alternate"; type="{kind}"' for kind, address in alternates.items()]
    links += _exports_of(exports, reading, triples)
    headers = {
        "ETag": _tag(revision, media_type, state),
        "Vary": "Accept",
        "Cache-Control": "no-cache",
        "Link": ", ".join([f'<{quote(reading.iri, safe=_IN_A_LINK)}>; rel="canonical"', *links]),
    }
    return _answer(request, body, media_type, headers)


def _found(
    view: View, addresses: Addresses, path: str, request: Request
) -> tuple[_Reading, tuple[Triple, ...]]:
    """What is said of the thing at an address.

    Raises:
        NotFound: nothing is.
    """
    for reading in _readings(addresses, path, request.query_params.get("iri", "")):
        try:
            triples = resources.described(view, iri(reading.iri))
        except InvalidIri:
            continue
        if triples:
            return reading, triples
    raise NotFound(f"there is nothing at {path[:200]}", hint="search for it at /?q=")


def _readings(addresses: Addresses, path: str, named: str) -> Iterator[_Reading]:
    """The ways to read an address: first as it stands, then without the suffix of a form."""
    suffix = _SUFFIX.search(path)
    stems = [(path, "")] + ([(path[: suffix.start()], suffix[1])] if suffix else [])
    for stem, form in stems:
        if stem == _ELSEWHERE:
            yield _Reading(stem, Iri(named), form)
            continue
        yield _Reading(stem, addresses.iri(stem), form)
        beyond = _BEYOND_ASCII.sub(lambda found: unquote(found[0]), stem)
        if beyond != stem:
            yield _Reading(stem, addresses.iri(beyond), form)


def _alternates(reading: _Reading) -> dict[str, str]:
    """The addresses of a thing in each form but the page, by media type."""
    asked = f"?iri={quote(reading.iri, safe='')}" if reading.path == _ELSEWHERE else ""
    path = quote(reading.path, safe=_IN_A_LINK)
    return {
        media_type: f"{path}.{suffix}{asked}"
        for suffix, media_type in FORMS.items()
        if media_type != HTML
    }


def _exports_of(exports: Exports, reading: _Reading, triples: tuple[Triple, ...]) -> Iterator[str]:
    """Links to a product or domain in the forms that only those have."""
    for subject, predicate, value in triples:
        if subject == reading.iri and predicate == RDF.type and value in _EXPORTED:
            asked = f"?iri={quote(reading.iri, safe='')}" if reading.path == _ELSEWHERE else ""
            yield from exports.links(reading.path, _EXPORTED[value], asked)


def _written(triples: tuple[Triple, ...], media_type: str) -> bytes:
    if media_type in _WRITTEN:
        return serialize(triples, _WRITTEN[media_type])
    return jsonld.document(triples)


def _accepted(request: Request) -> str | None:
    return chosen(",".join(request.headers.getlist("accept")), tuple(FORMS.values()))


def _tag(revision: int, media_type: str, state: str) -> str:
    """What changes whenever the answer may: with the catalog, and with the code that writes it."""
    return f'"{__version__}-{revision}-{media_type.rpartition("/")[2]}.{state}"'


def _tags(request: Request) -> set[str]:
    told = request.headers.get("if-none-match", "")
    return {tag.strip().removeprefix("W/") for tag in told.split(",")}


def _answer(
    request: Request, body: bytes, media_type: str, headers: dict[str, str] | None = None
) -> Response:
    """A response; without its body where only the head was asked for."""
    answer = Response(body, headers=headers, media_type=media_type)
    if media_type == HTML:
        answer.headers["Content-Security-Policy"] = CONTENT_POLICY
    if request.method == "HEAD":
        answer.body = b""
    return answer
