"""The tables of the journal, the same for every database that SQLAlchemy Core speaks to."""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

entries = Table(
    "entries",
    metadata,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("subject", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("version", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),  # zstd of the canonical N-Quads
    Column("content_hash", String(80), nullable=False),
    Column("previous_hash", String(80), nullable=False),
    Column("entry_hash", String(80), nullable=False),
    Column("publisher", Text, nullable=False),
    Column("time", DateTime(timezone=False), nullable=False),  # UTC
    Column("verdict", Text, nullable=False),  # JSON
    Column("origins", LargeBinary, nullable=False),  # zstd of JSON
    Column("source", String(32), nullable=False),
    Index("entries_by_subject", "subject", "revision"),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("subject", Text, nullable=False, index=True),
    Column("content", LargeBinary, nullable=False),
    Column("content_hash", String(80), nullable=False),
    Column("verdict", Text, nullable=False),
    Column("source", String(32), nullable=False),
    Column("time", DateTime(timezone=False), nullable=False),
    Column("open", Boolean, nullable=False),  # False once the subject conformed
)

settings = Table(
    "settings",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("secret_hash", String(64), nullable=False, unique=True),  # SHA-256, in hex
    Column("domain", Text, nullable=False),
    Column("product", Text, nullable=False),  # empty for every product of the domain
    Column("note", Text, nullable=False),
    Column("created", DateTime(timezone=False), nullable=False),  # UTC
    Column("expires", DateTime(timezone=False), nullable=False),
    Column("revoked", DateTime(timezone=False)),
)

answers = Table(
    "answers",
    metadata,
    Column("token", String(16), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("time", DateTime(timezone=False), nullable=False),
)
