"""The journal: every publication, in order, durable; the truth that all stores are rebuilt from."""

from catalog_service.journal.journal import Draft, Journal, Quarantined
from catalog_service.journal.lock import WriterLock

__all__ = ["Draft", "Journal", "Quarantined", "WriterLock"]
