"""Whether rows that a policy forbids leave their source, by the word of the source's own log.

The register of customers moves into a PostgreSQL of its own, its policy hides one branch of trade,
and questions are asked. The server's log tells each statement, its plan, and how many rows it
handed over.
"""

import re
from collections.abc import MutableMapping
from pathlib import Path

import duckdb

from bench.polymesh.measuring import ASKER, differing, published
from bench.polymesh.meshes import Drawn
from bench.postgres import PASSWORD, Server
from catalog_service.settings import Connection

BASE = "https://wholesale.example/"
HIDDEN = "BUILDING"
_PLANS = re.compile(r"duration: .*? ms  plan:\n((?:\t.*\n)+)")
_ROWS = re.compile(r"actual rows=(\d+)")


def forbidden_rows(
    drawn: Drawn, home: Path, server: Server, environment: MutableMapping[str, str]
) -> list[tuple[object, ...]]:
    """For each question: statements, rows handed over, forbidden ones among them, wrong rows."""
    truth = drawn.truth
    environment["BENCH_POSTGRES"] = PASSWORD
    _moved(drawn.folder, server, truth)
    at = f"postgresql://127.0.0.1:{server.port}/"
    reaching = Connection(user="librarian", password_env="BENCH_POSTGRES")  # noqa: S106 - a name
    rows: list[tuple[object, ...]] = []
    truth.execute(f"CREATE VIEW permitted AS FROM customers WHERE segment <> '{HIDDEN}'")
    with published(drawn.folder, home, BASE, connections={at: reaching}) as catalog:
        for asked in drawn.mesh.guarded:
            before = len(server.told())
            answer = catalog.correlate(asked.question, asker=ASKER).arrow()
            plans = [p for p in _PLANS.findall(server.told(before)) if "customers" in p]
            handed = [int(found[1]) if (found := _ROWS.search(p)) else 0 for p in plans]
            bare = [n for n, p in zip(handed, plans, strict=True) if not _kept_back(p)]
            true = re.sub(r"\bFROM customers\b", "FROM permitted", asked.true)
            wrong = differing(truth, true, answer)
            rows.append((asked.name, len(plans), sum(handed), sum(bare), wrong))
    return rows


def _kept_back(plan: str) -> bool:
    """Whether a plan filters the hidden branch where it scans the table."""
    return re.search(rf"Filter: .*segment.*<> '{HIDDEN}'", plan) is not None


def _moved(folder: Path, server: Server, truth: duckdb.DuckDBPyConnection) -> None:
    """Have PostgreSQL serve the register, and its policy hide a branch."""
    lines = "\n".join(
        "\t".join(map(str, row)) for row in truth.execute("FROM served_customers").fetchall()
    )
    server.run(
        "CREATE SCHEMA crm; CREATE TABLE crm.customers"
        " (customer_id bigint PRIMARY KEY, name text, segment text, nation text);"
        f"COPY crm.customers FROM STDIN;\n{lines}\n\\.\n"
    )
    contract = folder / "customers.odcs.yaml"
    text = contract.read_text(encoding="utf-8")
    at = f"    type: postgres\n    host: 127.0.0.1\n    port: {server.port}\n"
    at += "    database: postgres\n"
    text = re.sub(r"    type: duckdb\n", at, text)
    text = re.sub(r"    database: data/.*\n    schema: main", "    schema: crm", text)
    permits = "      purpose: [ServiceProvision, ServiceOptimisation]\n"
    rule = f"      rows: [{{column: segment, comparator: ne, value: {HIDDEN}}}]\n"
    contract.write_text(text.replace(permits, permits + rule), encoding="utf-8")
