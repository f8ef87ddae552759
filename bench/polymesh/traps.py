# ruff: noqa: S608 - the statements are ours, and so is what they are made of
"""Questions that a naive join answers wrongly, and questions that a policy forbids.

Each trap is asked of the catalog, of one naive join over the same files, and of the true users.
Each forbidden question has to be refused, by the code that is named here.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from bench.polymesh.byhand import plainly
from bench.polymesh.questions import FEBRUARY, MEDIA, SWEDEN
from catalog_service.bootstrap import Catalog
from catalog_service.errors import Refused
from catalog_service.semantic.policy import Asker
from catalog_service.semantic.question import Grain, Question, Window
from catalog_service.terms import PM

FULL = Asker("bench", PM.Restricted, identities=True)
_ACCOUNTS = "{profiles} u JOIN {accounts} a ON a.user_id = u.user_id"
_PLAYS = _ACCOUNTS + " JOIN {plays} f ON f.account_uri = a.account_uri"
_DURING = "f.played_at >= TIMESTAMP '2026-02-01' AND f.played_at < TIMESTAMP '2026-03-01'"


@dataclass(frozen=True)
class Trap:
    """A question, the join that somebody in a hurry would write for it, and the truth."""

    name: str
    question: Question
    naive: str
    true: str


def _swedish(measures: tuple[str, ...], time: Window = FEBRUARY) -> Question:
    return replace(plainly(MEDIA, measures, SWEDEN), time=time)


TRAPS = (
    Trap(
        "Q9 a chasm: plays beside listens",
        _swedish(("StreamsPlayed",)),
        f"SELECT count(*) FROM {_PLAYS} JOIN {{emails}} e ON e.user_id = u.user_id"
        " JOIN {listens} l ON l.email_sha256 = e.email_sha256"
        f" WHERE u.country = 'SE' AND {_DURING}",
        "SELECT count(*) FROM true_plays f JOIN users USING (user_id)"
        f" WHERE country = 'SE' AND {_DURING}",
    ),
    Trap(
        "Q10 a fan: seconds beside payments",
        _swedish(("SecondsPlayed",)),
        f"SELECT sum(f.seconds) FROM {_PLAYS} JOIN {{payments}} p ON p.play_id = f.play_id"
        f" WHERE u.country = 'SE' AND {_DURING}",
        "SELECT sum(f.seconds) FROM true_plays f JOIN users USING (user_id)"
        f" WHERE country = 'SE' AND {_DURING}",
    ),
    Trap(
        "Q11 distinct counts added up",
        _swedish(("TracksPlayed",)),
        f"SELECT sum(n) FROM (SELECT count(DISTINCT isrc) n FROM {_PLAYS}"
        f" WHERE u.country = 'SE' AND {_DURING} GROUP BY u.user_id)",
        "SELECT count(DISTINCT isrc) FROM true_plays f JOIN users USING (user_id)"
        f" WHERE country = 'SE' AND {_DURING}",
    ),
    Trap(
        "Q12 a month of another time zone",
        _swedish(("StreamsPlayed",), time=Window(FEBRUARY.start, FEBRUARY.end, "Asia/Tokyo")),
        f"SELECT count(*) FROM {_PLAYS} WHERE u.country = 'SE' AND {_DURING}",
        "SELECT count(*) FROM true_plays f JOIN users USING (user_id) WHERE country = 'SE'"
        " AND played_at >= TIMESTAMP '2026-01-31 15:00'"
        " AND played_at < TIMESTAMP '2026-02-28 15:00'",
    ),
    Trap(
        "Q13 payments dated by their booking",
        _swedish(("ArtistPayments",), time=Window(FEBRUARY.start, datetime(2026, 2, 1, 12))),  # noqa: DTZ001
        f"SELECT sum(p.amount) FROM {_PLAYS} JOIN {{payments}} p ON p.play_id = f.play_id"
        " WHERE u.country = 'SE' AND p.booked_on >= DATE '2026-02-01'"
        " AND p.booked_on < DATE '2026-02-02'",
        "SELECT sum(amount) FROM true_payments JOIN users USING (user_id) WHERE country = 'SE'"
        " AND played_at >= TIMESTAMP '2026-02-01' AND played_at < TIMESTAMP '2026-02-01 12:00'",
    ),
)
FORBIDDEN = (
    (
        "Q14 a purpose that no policy permits", {"purpose": "Marketing"},
        FULL, "purpose-not-permitted",
    ),
    ("Q15 no purpose at all", {"purpose": ""}, FULL, "purpose-not-permitted"),
    (
        "Q16 identities without the permission", {"grain": Grain.IDENTITY},
        replace(FULL, identities=False), "identities-not-permitted",
    ),
    (
        "Q17 a dimension above the clearance", {"dimensions": ("country",)},
        replace(FULL, clearance=PM.Public), "masked-column",
    ),
    (
        "Q18 a product that was not named", {"products": ("users.profiles",)},
        FULL, "product-not-named",
    ),
)  # fmt: skip


def trapped(
    catalog: Catalog, hand: duckdb.DuckDBPyConnection, files: dict[str, str],
    truth: duckdb.DuckDBPyConnection,
) -> list[tuple[object, ...]]:  # fmt: skip
    """A row for each trap: the naive figure, ours, the true one, and whether ours is right."""
    found = []
    for trap in TRAPS:
        (row,) = catalog.correlate(trap.question, asker=FULL).records()
        (ours,) = row.values()
        naive, true = _one(hand, trap.naive.format(**files)), _one(truth, trap.true)
        found.append((trap.name, str(naive), str(ours), str(true), int(ours != true)))
    return found


def forbidden(catalog: Catalog) -> list[tuple[object, ...]]:
    """A row for each forbidden question: how it is refused, and whether that is as it has to be."""
    found = []
    for name, more, asker, code in FORBIDDEN:
        question = plainly(MEDIA, ("StreamsPlayed",))
        try:
            catalog.correlate(replace(question, **more), asker=asker)
        except Refused as fault:
            refused = fault.code
        else:
            refused = "answered"
        found.append((name, refused, int(refused != code)))
    return found


def _one(connection: duckdb.DuckDBPyConnection, statement: str) -> object:
    found = connection.execute(statement).fetchone()
    return found[0] if found else None
