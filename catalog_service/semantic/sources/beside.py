"""From which folder relative addresses begin: that of the document that has them."""

from pathlib import Path

from catalog_service.journal import Journal
from catalog_service.terms import DCAT, Iri


class Beside:
    """The folders of the documents that state ports, as the journal remembers where facts stood.

    Args:
        journal: what was published, each fact with its place.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._revision = -1
        self._known: dict[Iri, dict[Iri, str]] = {}

    def __call__(self, product: Iri, port: Iri | None = None) -> str:
        """The folder of the document that stated a port; empty where no file did.

        Args:
            product: the product that has the port.
            port: the port; None for any, where all of a product's are stated in one folder.
        """
        if (now := self._journal.revision()) != self._revision:
            self._known, self._revision = {}, now
        if product not in self._known:
            self._known[product] = self._folders(product)
        folders = self._known[product]
        if port is not None:
            return folders.get(port, "")
        several = set(folders.values())
        return several.pop() if len(several) == 1 else ""

    def _folders(self, product: Iri) -> dict[Iri, str]:
        entry = self._journal.latest(product)
        if entry is None:
            return {}
        return {
            fact.triple.subject: _folder(fact.origin.file)
            for fact in entry.facts()
            if fact.triple.predicate == DCAT.endpointURL
        }


def _folder(file: str) -> str:
    """The folder of a file; empty for what was read from elsewhere."""
    return str(Path(file).absolute().parent) if file and "://" not in file else ""
