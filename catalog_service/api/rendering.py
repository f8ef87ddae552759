"""Pages for people: templates filled with what the services found, every value escaped."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from catalog_service.api.addresses import Addresses, outside
from catalog_service.domain.names import compact, short
from catalog_service.terms import Iri

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may load and do: its own style, its own forms, nothing else; there is no script."""

_TEMPLATES = Environment(
    loader=PackageLoader("catalog_service.api", "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Page:
    """What templates may ask about IRIs.

    Args:
        addresses: where things are shown.
        names: what to call those of which something is said here.
        standards: the names of the standards that have a page.
    """

    def __init__(
        self,
        addresses: Addresses,
        names: Mapping[Iri, str] | None = None,
        standards: frozenset[str] = frozenset(),
    ) -> None:
        self.path = addresses.path
        self.standards = standards
        self._addresses = addresses
        self._names = names or {}

    def name(self, iri: Iri) -> str:
        """What to call a thing: its name, or the end of its IRI where nothing is said of it."""
        return self._names.get(iri) or short(iri)

    def link(self, iri: Iri) -> str:
        """Its page here, its own address where it has none, or nothing."""
        return self._addresses.link(iri, known=iri in self._names)

    @staticmethod
    def compact(iri: Iri) -> str:
        """An IRI with its prefix."""
        return compact(iri)

    @staticmethod
    def within(part: Iri, whole: Iri) -> str:
        """A part as it is called inside its whole: `ports/sql`."""
        return part.removeprefix(whole).lstrip("/#") or short(part)

    @staticmethod
    def outside(text: str) -> bool:
        """True of a text that may be a link."""
        return outside(text)


def rendered(
    template: str,
    page: Page,
    *,
    revision: int,
    alternates: Mapping[str, str] | None = None,
    **values: Any,  # noqa: ANN401 - each template has its own
) -> bytes:
    """A template as a page.

    Args:
        template: the name of its file, without `.html`.
        page: what it may ask about IRIs.
        revision: the revision of the catalog that it shows.
        alternates: the addresses of the same as data, by media type.
        values: what it shows.
    """
    told = {"words": "", "page": page, "revision": revision, **values}
    links = (alternates or {}).items()
    return _TEMPLATES.get_template(f"{template}.html").render(told, alternates=links).encode()


def style() -> bytes:
    """The style of all pages."""
    loader = _TEMPLATES.loader
    assert loader is not None  # noqa: S101 - it is given above
    source, _, _ = loader.get_source(_TEMPLATES, "style.css")
    return source.encode()
