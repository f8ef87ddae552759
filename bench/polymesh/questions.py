# ruff: noqa: S608 - the texts are ours, and so is what they are made of
"""The questions: as a caller asks them, by hand over the same files, and over the true users."""

from dataclasses import dataclass
from datetime import datetime

from catalog_service.semantic.question import Comparison, Condition, Grain, Question, Window

FEBRUARY = Window(datetime(2026, 2, 1), datetime(2026, 3, 1))  # noqa: DTZ001 - on a zone's clock
PURPOSE = "ServiceOptimisation"
_IN = "{0} >= TIMESTAMP '2026-02-01' AND {0} < TIMESTAMP '2026-03-01'"
_FACTS = {
    "StreamsPlayed": ("plays", "count(*)", "played_at"),
    "TracksPlayed": ("plays", "count(DISTINCT isrc)", "played_at"),
    "SecondsPlayed": ("plays", "CAST(sum(seconds) AS BIGINT)", "played_at"),
    "ArtistPayments": ("payments", "sum(amount)", "played_at"),
    "ArtistsPaid": ("payments", "count(DISTINCT artist_id)", "played_at"),
    "PodcastListens": ("listens", "count(*)", "listened_at"),
    "PodcastsListened": ("listens", "count(DISTINCT podcast_id)", "listened_at"),
}
_SOURCES = {
    "plays": "{plays} f JOIN xa ON f.account_uri = xa.account_uri",
    "payments": "{payments} y JOIN (SELECT play_id, account_uri, played_at FROM {plays}) f"
    " ON y.play_id = f.play_id"
    " JOIN xa ON f.account_uri = xa.account_uri",
    "listens": "{listens} f JOIN xm AS xa ON f.email_sha256 = xa.email_sha256",
}


@dataclass(frozen=True)
class Asked:
    """One question in its forms.

    Args:
        name: what it is called.
        question: as a caller asks it.
        pushed: by hand, with the identities joined inside each aggregation.
        plain: by hand, with each fact aggregated for every user, and then joined.
        true: over the true users.
        selective: whether its filter leaves few identities.
    """

    name: str
    question: Question
    pushed: str
    plain: str
    true: str
    selective: bool = False


def plainly(
    measures: tuple[str, ...],
    where: tuple[tuple[str, tuple[str, ...]], ...] = (),
    by: tuple[str, ...] = (),
    grain: Grain = Grain.GROUPED,
) -> Question:
    """A question about February, without counting coverage."""
    conditions = tuple(Condition(at, Comparison.IN, values) for at, values in where)
    return Question("User", measures, by, conditions, FEBRUARY, grain, PURPOSE, coverage=False)


def _asked(
    name: str,
    measures: tuple[str, ...],
    by: tuple[str, ...] = (),
    where: tuple[tuple[str, tuple[str, ...]], ...] = (),
    grain: Grain = Grain.GROUPED,
    *,
    selective: bool = False,
) -> Asked:
    keys = by if grain is Grain.GROUPED else ("user_id", *by)
    among = (
        " AND ".join(f"{at} IN ({', '.join(map(repr, values))})" for at, values in where) or "true"
    )
    return Asked(
        name=name,
        question=plainly(measures, where, by, grain),
        pushed=_by_hand(measures, keys, among),
        plain=_plain(measures, keys, among),
        true=_over_truth(measures, keys, among),
        selective=selective,
    )


def _tables(measures: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(_FACTS[measure][0] for measure in measures))


def _ctes(measures: tuple[str, ...]) -> list[str]:
    found = []
    if {"plays", "payments"} & set(_tables(measures)):
        found.append("xa AS (SELECT account_uri, user_id FROM {accounts})")
    if "listens" in _tables(measures):
        found.append("xm AS (SELECT email_sha256, user_id FROM {emails})")
    return found


def _figures(measures: tuple[str, ...], name: str) -> str:
    return ", ".join(f"{_FACTS[m][1]} AS {m}" for m in measures if _FACTS[m][0] == name)


def _by_hand(measures: tuple[str, ...], keys: tuple[str, ...], among: str) -> str:
    parts = [f"identity AS (SELECT user_id, country, subscription FROM {{profiles}} WHERE {among})"]
    parts += _ctes(measures)
    listed = ", ".join(f"i.{key}" for key in keys)
    grouped = f" GROUP BY {listed}" if listed else ""
    for name in _tables(measures):
        clock = f"f.{next(_FACTS[m][2] for m in measures if _FACTS[m][0] == name)}"
        select = ", ".join(filter(None, (listed, _figures(measures, name))))
        parts.append(
            f"m_{name} AS (SELECT {select} FROM {_SOURCES[name]}"
            f" JOIN identity i ON i.user_id = xa.user_id WHERE {_IN.format(clock)}{grouped})"
        )
    return f"WITH {', '.join(parts)} {_outer(measures, keys)}"


def _outer(measures: tuple[str, ...], keys: tuple[str, ...]) -> str:
    listed = ", ".join(keys)
    groups = f"SELECT DISTINCT {listed} FROM identity" if listed else "SELECT 1 AS one"
    figures = ", ".join(f"coalesce(m_{_FACTS[m][0]}.{m}, 0) AS {m}" for m in measures)
    columns = ", ".join(filter(None, (", ".join(f"g.{key}" for key in keys), figures)))
    joins = "".join(
        f" LEFT JOIN m_{name} ON "
        + (" AND ".join(f"m_{name}.{key} = g.{key}" for key in keys) or "true")
        for name in _tables(measures)
    )
    return f"SELECT {columns} FROM ({groups}) g{joins}"


def _plain(measures: tuple[str, ...], keys: tuple[str, ...], among: str) -> str:
    """Each fact with the profile of its user, grouped, and only then the groups that are wanted."""
    everyone = _by_hand(measures, (*dict.fromkeys((*keys, *_filtered(among))),), "true")
    if among == "true":
        return everyone
    names = ", ".join(f"sum({m}) AS {m}" for m in measures)
    listed = ", ".join(keys)
    select = ", ".join(filter(None, (listed, names)))
    grouped = f" GROUP BY {listed}" if listed else ""
    return f"SELECT {select} FROM ({everyone}) w WHERE {among}{grouped}"


def _filtered(among: str) -> list[str]:
    return [at for at in ("user_id", "country", "subscription") if f"{at} IN" in among]


def _over_truth(measures: tuple[str, ...], keys: tuple[str, ...], among: str) -> str:
    parts = [f"identity AS (SELECT user_id, country, subscription FROM users WHERE {among})"]
    listed = ", ".join(f"i.{key}" for key in keys)
    for name in _tables(measures):
        clock = next(_FACTS[m][2] for m in measures if _FACTS[m][0] == name)
        select = ", ".join(filter(None, (listed, _figures(measures, name))))
        parts.append(
            f"m_{name} AS (SELECT {select} FROM true_{name} t JOIN identity i USING (user_id)"
            f" WHERE {_IN.format(clock)}{f' GROUP BY {listed}' if listed else ''})"
        )
    return f"WITH {', '.join(parts)} {_outer(measures, keys)}"


ALL = ("StreamsPlayed", "ArtistPayments", "PodcastListens")
ONE = "00000007-0000-4000-8000-000000000007"
SWEDEN = (("country", ("SE",)),)
NEAR = (("country", ("SE", "DE", "FR")),)
BOTH = ("country", "subscription")
QUESTIONS = (
    _asked("Q1 one fact by country", ("StreamsPlayed",), ("country",)),
    _asked("Q2 distinct counts", ("PodcastListens", "PodcastsListened"), ("country",)),
    _asked("Q3 three facts by country", ALL, ("country",)),
    _asked("Q4 three facts, one country", ALL, (), SWEDEN, selective=True),
    _asked("Q5 three facts, one user", ALL, (), (("user_id", (ONE,)),), selective=True),
    _asked("Q6 three facts for each user", ALL, (), (), Grain.IDENTITY),
    _asked("Q7 payments by two dimensions", ("ArtistPayments", "ArtistsPaid"), BOTH),
    _asked("Q8 three countries", ALL, ("subscription",), NEAR, selective=True),
)
