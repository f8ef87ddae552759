# ruff: noqa: S608 - the texts are ours, and so is what they are made of
"""The questions about the media company."""

from datetime import datetime

from bench.polymesh.byhand import Company, Fact, Figure, asked
from catalog_service.semantic.question import Grain, Window

FEBRUARY = Window(datetime(2026, 2, 1), datetime(2026, 3, 1))  # noqa: DTZ001 - on a zone's clock
_USER = " JOIN identity i ON i.user_id = xa.user_id"
_TRUE = " JOIN identity i ON i.user_id = f.user_id"
MEDIA = Company(
    polyseme="User",
    key="user_id",
    dimensions=("country", "subscription"),
    hidden="SELECT user_id, country, subscription FROM {profiles}",
    true="SELECT user_id, country, subscription FROM users",
    figures={
        "StreamsPlayed": Figure("plays", "count", "f.played_at"),
        "TracksPlayed": Figure("plays", "distinct", "f.played_at", "isrc"),
        "SecondsPlayed": Figure("plays", "whole", "f.played_at", "f.seconds"),
        "ArtistPayments": Figure("payments", "sum", "f.played_at", "amount"),
        "ArtistsPaid": Figure("payments", "distinct", "f.played_at", "artist_id"),
        "PodcastListens": Figure("listens", "count", "f.listened_at"),
        "PodcastsListened": Figure("listens", "distinct", "f.listened_at", "podcast_id"),
    },
    facts={
        "plays": Fact(
            "{plays} f JOIN xa ON f.account_uri = xa.account_uri" + _USER, "true_plays f" + _TRUE
        ),
        "payments": Fact(
            "{payments} y JOIN (SELECT play_id, account_uri, played_at FROM {plays}) f"
            " ON y.play_id = f.play_id JOIN xa ON f.account_uri = xa.account_uri" + _USER,
            "true_payments f" + _TRUE,
        ),
        "listens": Fact(
            "{listens} f JOIN xm AS xa ON f.email_sha256 = xa.email_sha256" + _USER,
            "true_listens f" + _TRUE,
        ),
    },
    keys={
        "plays": "xa AS (SELECT account_uri, user_id FROM {accounts})",
        "payments": "xa AS (SELECT account_uri, user_id FROM {accounts})",
        "listens": "xm AS (SELECT email_sha256, user_id FROM {emails})",
    },
    during="{0} >= TIMESTAMP '2026-02-01' AND {0} < TIMESTAMP '2026-03-01'",
    window=FEBRUARY,
)
ALL = ("StreamsPlayed", "ArtistPayments", "PodcastListens")
ONE = "00000007-0000-4000-8000-000000000007"
SWEDEN = (("country", ("SE",)),)
NEAR = (("country", ("SE", "DE", "FR")),)
BOTH = ("country", "subscription")
QUESTIONS = (
    asked(MEDIA, "Q1 one fact by country", ("StreamsPlayed",), ("country",)),
    asked(MEDIA, "Q2 distinct counts", ("PodcastListens", "PodcastsListened"), ("country",)),
    asked(MEDIA, "Q3 three facts by country", ALL, ("country",)),
    asked(MEDIA, "Q4 three facts, one country", ALL, (), SWEDEN, target=0.75),
    asked(MEDIA, "Q5 three facts, one user", ALL, (), (("user_id", (ONE,)),), target=0.5),
    asked(MEDIA, "Q6 three facts for each user", ALL, (), (), grain=Grain.IDENTITY),
    asked(MEDIA, "Q7 payments by two dimensions", ("ArtistPayments", "ArtistsPaid"), BOTH),
    asked(MEDIA, "Q8 three countries", ALL, ("subscription",), NEAR, target=0.75),
)
_DURING = "BETWEEN TIMESTAMP '2026-02-01' AND TIMESTAMP '2026-02-28 23:59:59.999999'"
NAIVE = (
    "SELECT u.country, count(f.play_id) AS StreamsPlayed, coalesce(sum(p.amount), 0) AS"
    " ArtistPayments, count(l.listen_id) AS PodcastListens FROM {profiles} u"
    " LEFT JOIN {accounts} a ON a.user_id = u.user_id"
    f" LEFT JOIN {{plays}} f ON f.account_uri = a.account_uri AND f.played_at {_DURING}"
    " LEFT JOIN {payments} p ON p.play_id = f.play_id"
    " LEFT JOIN {emails} e ON e.user_id = u.user_id"
    f" LEFT JOIN {{listens}} l ON l.email_sha256 = e.email_sha256 AND l.listened_at {_DURING}"
    " GROUP BY u.country"
)
"""What somebody in a hurry writes for the third question: one join of everything."""
