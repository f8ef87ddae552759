# ruff: noqa: S608 - the statements are ours, and so is what they are made of
"""What the wholesale mesh refuses, and what leads to nobody."""

from dataclasses import replace
from pathlib import Path

import duckdb

from bench.polymesh import wholesale
from bench.polymesh.byhand import plainly
from bench.polymesh.measuring import ASKER, published
from bench.polymesh.wholesale_questions import FIRST, WHOLESALE
from catalog_service.bootstrap import Catalog
from catalog_service.errors import Refused
from catalog_service.semantic.question import Question

BASE = "https://wholesale.example/"


def kept(
    catalog: Catalog, truth: duckdb.DuckDBPyConnection, folder: Path, home: Path
) -> list[tuple[object, ...]]:
    """A row for each rule: what is asked, what comes of it, and whether that is wrong.

    The folder's contract of the crosswalk is rewritten.
    """
    shared = plainly(WHOLESALE, ("Refunds",))
    rows = [_refused("Q12 a shared card, and no rule for it", catalog, shared, "crosswalk-many")]
    counted = replace(plainly(WHOLESALE, ("ItemsReturned",), sharing=FIRST), coverage=True)
    (covered,) = catalog.correlate(counted, asker=ASKER).coverage
    true = truth.execute(
        "SELECT count(*) FILTER (WHERE mapped), count(*) FILTER (WHERE NOT mapped)"
        " FROM true_returns JOIN holders USING (customer_id)"
        f" WHERE {WHOLESALE.during.format('received_on')}"
    ).fetchone()
    told = (covered.matched, covered.unmatched)
    rows.append(("Q13 cards that lead to nobody", f"{told[1]} of {sum(told)}", int(told != true)))
    wholesale.promise(folder, "ManyToOne")
    with published(folder, home, BASE) as broken:
        name = "Q14 a crosswalk that breaks its promise"
        rows.append(_refused(name, broken, shared, "not-unique"))
    wholesale.promise(folder, "ManyToMany")
    return rows


def _refused(name: str, catalog: Catalog, question: Question, code: str) -> tuple[object, ...]:
    try:
        catalog.correlate(question, asker=ASKER)
    except Refused as fault:
        return (name, f"refused: {fault.code}", int(fault.code != code))
    return (name, "answered", 1)
