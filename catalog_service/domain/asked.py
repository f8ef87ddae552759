"""One question across products, as the audit keeps it; its rows are kept nowhere."""

from dataclasses import dataclass
from datetime import datetime

from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked what for what, and what came of it.

    Args:
        time: when; in UTC.
        asker: who.
        purpose: what for, in the words of the question.
        polyseme: whose identities, likewise.
        measures: the measures, likewise.
        products: what the plan reads; none where there was no plan.
        outcome: `answered`, `explained`, or the code of the refusal or the error.
        revision: the revision of the catalog, to which its policies belong.
        digest: the SHA-256 of the SQL; empty where none was made.
        rows: how many rows were given.
    """

    time: datetime
    asker: str
    purpose: str
    polyseme: str
    measures: tuple[str, ...]
    products: tuple[Iri, ...]
    outcome: str
    revision: int
    digest: str = ""
    rows: int = 0
