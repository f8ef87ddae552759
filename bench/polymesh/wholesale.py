"""The wholesale company: TPC-H, split over five products in five formats that share no key.

Customers know their number, orders the hash of a name, returns a loyalty card. Two cards in a
hundred lead to nobody, and one in a hundred to two companies.
"""

import re
import shutil
from pathlib import Path

import duckdb
from deltalake import write_deltalake
from pyiceberg.catalog.memory import InMemoryCatalog

from catalog_service.semantic.engines.lockdown import extension

CONTRACTS = Path(__file__).with_name("wholesale")


class Missing(Exception):
    """A part that is not installed; tells which."""


def draw(folder: Path, scale: float) -> duckdb.DuckDBPyConnection:
    """Write the mesh below a folder; the tables in which every fact has its true customer.

    Raises:
        Missing: the generator of TPC-H is not installed.
    """
    generator = extension("tpch")
    if generator is None:
        raise Missing("duckdb-extension-tpch is not installed: pip install polyseme[bench]")
    shutil.copytree(CONTRACTS, folder, dirs_exist_ok=True)
    truth = duckdb.connect()
    truth.execute(f"LOAD '{generator}'")
    truth.execute(f"CALL dbgen(sf = {scale})")
    truth.execute(CONTRACTS.with_suffix(".sql").read_text(encoding="utf-8"))
    data = folder / "data"
    data.mkdir()
    truth.execute(f"ATTACH '{data / 'customers.duckdb'}' AS register")
    truth.execute("CREATE TABLE register.customers AS FROM served_customers")
    truth.execute("DETACH register")
    truth.execute(f"COPY (FROM served_returns) TO '{data / 'returns.parquet'}' (FORMAT parquet)")
    truth.execute(f"COPY (FROM served_cards) TO '{data / 'cards.csv'}' (FORMAT csv, HEADER)")
    write_deltalake(data / "lines", truth.execute("FROM served_lines").to_arrow_reader(1 << 20))
    orders = truth.execute("FROM served_orders").to_arrow_table()
    catalog = InMemoryCatalog("wholesale", warehouse=data.as_uri())
    catalog.create_namespace("lake")
    catalog.create_table("lake.orders", schema=orders.schema).append(orders)
    return truth


def paths(folder: Path) -> dict[str, str]:
    """How SQL by hand reads each table that is served."""
    data = folder / "data"
    newest = max((data / "lake" / "orders" / "metadata").glob("*.metadata.json"))
    cards = "{'card': 'VARCHAR', 'customer_id': 'BIGINT'}"
    return {
        "customers": "register.customers",
        "orders": f"iceberg_scan('{newest}')",
        "lines": f"delta_scan('{data / 'lines'}')",
        "returns": f"read_parquet('{data / 'returns.parquet'}')",
        "cards": f"read_csv('{data / 'cards.csv'}', header = true, columns = {cards})",
    }


def attached(hand: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Let SQL by hand read all formats.

    Raises:
        Missing: an extension is not installed.
    """
    for name in ("avro", "httpfs", "iceberg", "delta"):
        if (file := extension(name)) is None:
            raise Missing(f"duckdb-extension-{name.replace('_', '-')} is not installed")
        hand.execute(f"LOAD '{file}'")
    hand.execute(f"ATTACH '{folder / 'data' / 'customers.duckdb'}' AS register (READ_ONLY)")


def guard(folder: Path) -> None:
    """Give the orders a row rule that keeps every row, so that only its cost is seen."""
    _rewritten(
        folder / "orders.odcs.yaml",
        r"( +)(purpose: \[.*\]\n)(?=  - property: securityScheme)",
        r"\1\2\1rows: [{column: total, comparator: gte, value: 0}]\n",
    )


def promise(folder: Path, cardinality: str) -> None:
    """Have the crosswalk promise another cardinality."""
    _rewritten(folder / "cards.odcs.yaml", r"cardinality: \w+", f"cardinality: {cardinality}")


def _rewritten(file: Path, pattern: str, put: str) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(pattern, put, text), encoding="utf-8")
