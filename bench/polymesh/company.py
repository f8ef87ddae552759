"""The media company at any scale: the files that its products serve, and who stands behind them."""

import shutil
from pathlib import Path

import duckdb

EXAMPLE = Path(__file__).parents[2] / "examples" / "media_mesh"
SERVED = {
    "profiles": "users/data/profiles.parquet",
    "emails": "users/data/emails.parquet",
    "accounts": "users/data/accounts.csv",
    "plays": "streaming/data/plays.parquet",
    "payments": "artists/data/payments.parquet",
    "listens": "podcasts/data/listens.parquet",
}
"""Where the contracts of the products say that each table lies."""


def draw(folder: Path, users: int) -> duckdb.DuckDBPyConnection:
    """Write the mesh below a folder; the tables in which every fact has its true user.

    Args:
        folder: where to; it is made.
        users: how many users there are: 12 accounts and mailboxes for ten of them, 50 plays and 30
            listens for each. One key in fifty leads to nobody.
    """
    left_out = shutil.ignore_patterns("*.parquet", "*.csv", "__pycache__", "operational")
    shutil.copytree(EXAMPLE, folder, ignore=left_out, dirs_exist_ok=True)
    truth = duckdb.connect()
    sizes = {"users": 1, "accounts": 1.2, "plays": 50, "listens": 30}
    for name, times in sizes.items():
        truth.execute(f"SET VARIABLE {name} = {int(users * times)}")
    truth.execute(Path(__file__).with_name("company.sql").read_text(encoding="utf-8"))
    for name, file in SERVED.items():
        there = folder / file
        there.parent.mkdir(parents=True, exist_ok=True)
        form = "FORMAT csv, HEADER" if there.suffix == ".csv" else "FORMAT parquet"
        truth.execute(f"COPY (FROM served_{name}) TO '{there}' ({form})")
    return truth


def paths(folder: Path) -> dict[str, str]:
    """How SQL by hand reads each table that is served."""
    columns = "{'account_uri': 'VARCHAR', 'user_id': 'VARCHAR', 'linked_on': 'DATE'}"
    return {
        name: f"read_parquet('{folder / file}')"
        if file.endswith(".parquet")
        else f"read_csv('{folder / file}', header = true, columns = {columns})"
        for name, file in SERVED.items()
    }


def guard(folder: Path) -> None:
    """Give the plays a row rule that keeps every row, so that only its cost is seen."""
    contract = folder / "streaming" / "plays.odcs.yaml"
    text = contract.read_text(encoding="utf-8")
    permits = "      purpose: [ServiceProvision, ServiceOptimisation]\n"
    rule = "      rows: [{column: seconds, comparator: gte, value: 0}]\n"
    contract.write_text(text.replace(permits, permits + rule), encoding="utf-8")
