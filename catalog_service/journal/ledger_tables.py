"""The tables of the ledger: observations, which no hash chains, beside the entries they are of."""

from sqlalchemy import Column, DateTime, Index, Integer, String, Table, Text

from catalog_service.journal.tables import metadata

findings = Table(
    "findings",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
    Column("standard", Text, nullable=False),
    Column("weight", Integer, nullable=False),  # of its severity: 3 for a violation
    Column("state", String(16), nullable=False),
    Column("finding", Text, nullable=False),  # JSON
    Column("changed", DateTime(timezone=False), nullable=False),  # UTC, as all times here
    Column("opened", DateTime(timezone=False), nullable=False),
    Column("opened_revision", Integer, nullable=False),
    Column("last_seen", DateTime(timezone=False), nullable=False),
    Column("last_revision", Integer, nullable=False),
    Column("closed", DateTime(timezone=False)),
    Column("closed_revision", Integer),
    Column("reopened", Integer, nullable=False),
    Column("recovery", Text),
    Column("kind", String(16), nullable=False),
    Column("domain", Text),
    Column("owner", Text),
)
Index(
    "findings_in_order",
    findings.c.weight.desc(),
    findings.c.subject,
    findings.c.standard,
    findings.c.fingerprint,
)

turns = Table(
    "turns",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("subject", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("time", DateTime(timezone=False), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("by", Text),
    Index("turns_by_finding", "subject", "fingerprint"),
)

checks = Table(
    "checks",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("subject", Text, nullable=False),
    Column("since", DateTime(timezone=False), nullable=False),
    Column("until", DateTime(timezone=False), nullable=False),
    Column("ended", DateTime(timezone=False)),  # when a later check found it otherwise
    Column("revision", Integer, nullable=False),
    Column("stage", String(16), nullable=False),
    Column("violations", Integer, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("infos", Integer, nullable=False),
    Column("waived", Integer, nullable=False),
    Column("not_evaluated", Text, nullable=False),  # JSON
    Column("kind", String(16), nullable=False),
    Column("domain", Text),
    Column("owner", Text),
    Index("checks_by_subject", "subject", "ended"),
    Index("checks_by_time", "since"),
)

recoveries = Table(
    "recoveries",
    metadata,
    Column("iri", Text, primary_key=True),
    Column("subject", Text, nullable=False, index=True),
    Column("action", Text, nullable=False),
    Column("findings", Text, nullable=False),  # JSON: fingerprints
    Column("started", DateTime(timezone=False), nullable=False),
    Column("agent", Text, nullable=False),
    Column("ended", DateTime(timezone=False)),
    Column("outcome", Text, nullable=False),
)
