"""A second oracle: the questions read row by row, in Python and in decimals, and no SQL.

It starts from what the products serve, hidden keys and all, and knows neither plans nor engines, so
it can be wrong only in its own way. It is for small meshes.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any

import duckdb
import pyarrow as pa

from bench.polymesh.byhand import Asked, Company, Figure
from catalog_service.semantic.question import Grain, Sharing

Row = Mapping[str, Any]
Tables = Mapping[str, list[dict[str, Any]]]
Led = Iterator[tuple[Any, int, Row]]
"""Identities, among how many each row is shared, and the row."""
Leads = Callable[[str, Tables, Sharing], Led]


@dataclass(frozen=True)
class Reading:
    """How Python reads a mesh.

    Args:
        company: what it is about.
        people: the table of its identities.
        leads: leads the rows of a fact to their identities.
    """

    company: Company
    people: str
    leads: Leads


def tables(hand: duckdb.DuckDBPyConnection, files: Mapping[str, str]) -> Tables:
    """What all products serve, as rows."""
    return {
        name: hand.execute(f"FROM {file}").to_arrow_table().to_pylist()
        for name, file in files.items()
    }


def differing(reading: Reading, asked: Asked, served: Tables, ours: pa.Table) -> int:
    """Rows that are in one answer and not in the other, as bags."""
    here = Counter(tuple(map(_exact, row.values())) for row in ours.to_pylist())
    there = Counter(tuple(map(_exact, row)) for row in evaluated(reading, asked, served))
    return (here - there).total() + (there - here).total()


def evaluated(reading: Reading, asked: Asked, served: Tables) -> list[tuple[Any, ...]]:
    """The rows of the answer."""
    company, question = reading.company, asked.question
    keys = asked.by if question.grain is Grain.GROUPED else (company.key, *asked.by)
    people = {
        row[company.key]: tuple(row[key] for key in keys)
        for row in served[reading.people]
        if all(row[name] in values for name, values in asked.where)
    }
    figures = {m: company.figures[m] for m in question.measures}
    found: dict[tuple[Any, ...], dict[str, list[Any]]] = {
        group: {m: [] for m in figures} for group in people.values()
    }
    for table in dict.fromkeys(figure.table for figure in figures.values()):
        for identity, share, row in reading.leads(table, served, question.sharing):
            if identity not in people:
                continue
            for measure, figure in figures.items():
                if figure.table == table and _during(company, row[_column(figure.clock)]):
                    found[people[identity]][measure].append(_part(figure, row, share))
    return [
        (*group, *(_figure(figures[m], values) for m, values in of.items()))
        for group, of in found.items()
    ]


def _during(company: Company, at: Any) -> bool:  # noqa: ANN401 - a day or a moment
    moment = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day)  # noqa: DTZ001
    start, end = company.window.start, company.window.end
    return start is not None and end is not None and start <= moment < end


def _part(figure: Figure, row: Row, share: int) -> Any:  # noqa: ANN401 - a cell
    value = 1 if figure.kind == "count" else row[_column(figure.operand)]
    return value if share == 1 else Fraction(value) / share


def _figure(figure: Figure, values: list[Any]) -> Any:  # noqa: ANN401 - a number
    return len(set(values)) if figure.kind == "distinct" else sum(map(Fraction, values))


def _exact(value: Any) -> Any:  # noqa: ANN401 - a cell
    """A number in a form that is equal whatever its type; no decimal has more than four places."""
    if isinstance(value, float | int | Decimal | Fraction):
        return round(Fraction(value) * 10_000)
    return value


def _column(text: str) -> str:
    return text.rpartition(".")[2]


def media(table: str, served: Tables, _: Sharing) -> Led:
    """The rows of the media company: accounts and mailboxes lead to users."""
    accounts = {row["account_uri"]: row["user_id"] for row in served["accounts"]}
    emails = {row["email_sha256"]: row["user_id"] for row in served["emails"]}
    plays = {row["play_id"]: row for row in served["plays"]}
    for row in served[table]:
        if table == "listens":
            yield emails.get(row["email_sha256"]), 1, row
        else:
            play = plays[row["play_id"]]
            yield accounts.get(play["account_uri"]), 1, {**play, **row}


def wholesale(table: str, served: Tables, sharing: Sharing) -> Led:
    """The rows of the wholesale company: hashes of names and cards lead to customers."""
    hashed = {
        sha256(row["name"].lower().encode()).hexdigest(): row["customer_id"]
        for row in served["customers"]
    }
    holders: dict[str, list[int]] = defaultdict(list)
    for row in sorted(served["cards"], key=lambda row: row["customer_id"]):
        holders[row["card"]].append(row["customer_id"])
    orders = {row["order_id"]: row for row in served["orders"]}
    for row in served[table]:
        if table == "returns":
            found = holders[row["card"]]
            one = found[:1] if sharing is Sharing.PRIMARY else found
            for holder in one:
                yield holder, len(found) if sharing is Sharing.SPLIT else 1, row
        else:
            order = orders[row["order_id"]]
            yield hashed.get(order["customer_hash"]), 1, {**order, **row}
