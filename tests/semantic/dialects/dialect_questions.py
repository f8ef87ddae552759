"""The questions that every dialect is asked, over the media company."""

from datetime import datetime
from typing import Any

from catalog_service.semantic.question import Comparison, Condition, Grain, Window

FEBRUARY = Window(datetime(2026, 2, 1), datetime(2026, 3, 1))  # noqa: DTZ001
PARIS = Window(datetime(2026, 2, 1), datetime(2026, 3, 1), "Europe/Paris")  # noqa: DTZ001
ADDED_UP = ("StreamsPlayed", "SecondsPlayed", "ArtistPayments", "PodcastListens")
SWEDEN = Condition("country", Comparison.EQ, ("SE",))

QUESTIONS: dict[str, dict[str, Any]] = {
    "all in all": {"measures": ADDED_UP},
    "by country": {"measures": ADDED_UP, "dimensions": ("country",)},
    "in a month": {
        "measures": (*ADDED_UP, "PaymentsBooked"),
        "dimensions": ("country",),
        "time": FEBRUARY,
    },
    "in a month elsewhere": {
        "measures": ("StreamsPlayed",),
        "dimensions": ("country",),
        "time": PARIS,
    },
    "for each": {
        "measures": (*ADDED_UP, "PodcastsListened", "AverageSeconds"),
        "grain": Grain.IDENTITY,
    },
    "for each, by a dimension": {
        "measures": ADDED_UP,
        "dimensions": ("country",),
        "grain": Grain.IDENTITY,
    },
    "the first two": {"measures": ADDED_UP, "grain": Grain.IDENTITY, "limit": 2},
    "not additive": {
        "measures": ("PodcastsListened", "AverageSeconds"),
        "dimensions": ("country",),
    },
    "in Sweden": {"measures": ADDED_UP, "dimensions": ("country",), "where": (SWEDEN,)},
    "in none of them": {
        "measures": ADDED_UP,
        "dimensions": ("country",),
        "where": (Condition("country", Comparison.IN, ("O'Hara\\", "x' OR '1'='1")),),
    },
    "in some or other": {
        "measures": ("StreamsPlayed",),
        "dimensions": ("country",),
        "where": (Condition("country", Comparison.IN, ("SE", "DE")),),
    },
    "nowhere": {
        "measures": ADDED_UP,
        "dimensions": ("country",),
        "where": (Condition("country", Comparison.IS_NULL),),
    },
    "not in Sweden": {
        "measures": ("StreamsPlayed",),
        "dimensions": ("country",),
        "where": (Condition("country", Comparison.NE, ("SE",)),),
    },
    "what leads nowhere": {"measures": ADDED_UP, "dimensions": ("country",), "unattributed": True},
    "by day elsewhere": {
        "measures": ("StreamsPlayed", "PodcastListens", "PodcastsListened"),
        "dimensions": ("country", "day"),
        "time": Window(zone="Europe/Stockholm"),
    },
    "by hour": {
        "measures": ("AverageSeconds",),
        "dimensions": ("hour",),
        "time": Window(start=datetime(2026, 2, 3), zone="Asia/Kolkata"),  # noqa: DTZ001
    },
    "by week and quarter, for each": {
        "measures": ("StreamsPlayed", "ArtistPayments"),
        "dimensions": ("week", "country", "quarter"),
        "grain": Grain.IDENTITY,
        "limit": 5,
    },
    "by year and what leads nowhere": {
        "measures": ADDED_UP,
        "dimensions": ("year",),
        "unattributed": True,
    },
    "by a dimension of a fact": {
        "measures": ("StreamsPlayed", "ArtistPayments"),
        "dimensions": ("seconds", "country"),
        "where": (Condition("seconds", Comparison.LTE, (200,)),),
    },
    "long plays": {
        "measures": ("StreamsPlayed",),
        "dimensions": ("country",),
        "where": (Condition("plays.seconds", Comparison.GTE, (100,)),),
    },
}
