"""The journal: every publication, in order, durable; the truth that all stores are rebuilt from."""

from catalog_service.journal.feed import Feed, Head
from catalog_service.journal.journal import Draft, Journal, Quarantined
from catalog_service.journal.ledger import Ledger
from catalog_service.journal.lock import WriterLock
from catalog_service.journal.tokens import Answer, Tokens
from catalog_service.journal.wanted import Filter, Key, key

__all__ = [
    "Answer",
    "Draft",
    "Feed",
    "Filter",
    "Head",
    "Journal",
    "Key",
    "Ledger",
    "Quarantined",
    "Tokens",
    "WriterLock",
    "key",
]
