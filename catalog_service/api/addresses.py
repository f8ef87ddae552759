"""Which address of this server shows which IRI, and which links may leave it."""

from urllib.parse import quote

from catalog_service.terms import PM, STD, Iri

ONTOLOGY = "/ontology"
STANDARDS = "/standards"
_IN_A_PATH = "/:@!$&'()*+,;=-._~%"
_OUTSIDE = ("http://", "https://", "mailto:")


class Addresses:
    """Addresses of the things of one mesh.

    Args:
        base_iri: what the IRIs of the mesh begin with; the server shows them at their own paths.
    """

    def __init__(self, base_iri: str) -> None:
        self._base = base_iri

    def iri(self, path: str) -> Iri:
        """The IRI that is shown at a path, as it stands in the request."""
        for place, namespace in ((ONTOLOGY, PM), (STANDARDS, STD)):
            if path == place:
                return Iri(namespace.base.rstrip("#"))
            if path.startswith(f"{place}/"):
                return Iri(namespace.base + path.removeprefix(f"{place}/"))
        return Iri(self._base + path.removeprefix("/"))

    def path(self, iri: Iri) -> str:
        """Where this server shows an IRI: at its own path, or by name where it lies elsewhere."""
        for place, base in ((ONTOLOGY, PM.base), (STANDARDS, STD.base), ("", self._base)):
            local = iri.removeprefix(base)
            if local not in ("", iri) and quote(local, safe=_IN_A_PATH) == local:
                return f"{place}/{local}"
        return f"/resource?iri={quote(iri, safe='')}"

    def link(self, iri: Iri, *, known: bool) -> str:
        """What a page links an IRI to; empty for nothing.

        Args:
            iri: the thing.
            known: True where something is said of it here, so that it has a page.
        """
        if known:
            return self.path(iri)
        return iri if outside(iri) and not iri.startswith(self._base) else ""


def outside(text: str) -> bool:
    """True of a link that a page may hold: it leads to a page or a mailbox, and runs nothing."""
    return text.startswith(_OUTSIDE) and not any(mark in text for mark in ' \t\r\n<>"')
