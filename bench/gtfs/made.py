"""Making up a timetable."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

Feed = dict[str, list[dict[str, Any]]]
"""The rows of each table."""

_SERVICES = ("weekday", "saturday", "sunday & feast", "summer")


def feed(trips: int = 120, seed: int = 7) -> Feed:
    """A timetable of so many trips; everything else follows from that."""
    draw = random.Random(seed)
    stations = max(6, trips // 8)
    routes = max(4, trips // 15)
    made: Feed = {
        "agency": _agencies(),
        "routes": [_route(n, draw) for n in range(routes)],
        "stops": _stops(stations, draw),
        "shapes": [row for n in range(routes) for row in _shape(n, draw)],
        "trips": [_trip(n, routes, stations, draw) for n in range(trips)],
        "calendar": [_calendar(name, draw) for name in _SERVICES],
    }
    made["calendar_dates"] = _changes(draw)
    made["stop_times"] = [row for n in range(trips) for row in _calls(n, stations, draw)]
    made["frequencies"] = [row for n in range(0, trips, 3) for row in _headways(n, draw)]
    return made


def _agencies() -> list[dict[str, Any]]:
    return [
        {"agency_id": "Région Sud", "agency_name": "Région Sud",
         "agency_url": "www.sud.example/?a=1", "agency_phone": None},
        {"agency_id": "metro/1", "agency_name": "Metro", "agency_url": "metro.example",
         "agency_phone": "+34 900 000 000"},
    ]  # fmt: skip


def _route(n: int, draw: random.Random) -> dict[str, Any]:
    return {
        "route_id": f"r{n}",
        "agency_id": draw.choice(("Région Sud", "metro/1")),
        "route_short_name": f"L{n}" if n % 3 else None,
        "route_long_name": draw.choice(("Ring", "Harbour", "Airport", f"Line {n}")),
        "route_desc": draw.choice((None, "By day and night", "Slow")),
        "route_type": draw.choice((1, 3)),
    }


def _stops(stations: int, draw: random.Random) -> list[dict[str, Any]]:
    rows = [_stop(f"stop/{n}", f"Station {n}", 1, None, draw) for n in range(stations)]
    for n in range(stations):
        rows += [
            _stop(f"door {n} {m}", draw.choice((None, f"Door {m}")), 2, f"stop/{n}", draw)
            for m in range(draw.randint(0, 3))
        ]
    return rows


def _stop(
    key: str, name: str | None, kind: int, parent: str | None, draw: random.Random
) -> dict[str, Any]:
    return {
        "stop_id": key,
        "stop_name": name,
        "stop_desc": draw.choice((None, "Quai 1 — nord", 'a "quoted" \\ text', "plain")),
        "stop_lat": Decimal(40_300_000 + draw.randrange(400_000)) / 1_000_000,
        "stop_lon": draw.randrange(-4_000_000, -3_000_000) / 1_000_000,
        "location_type": kind,
        "parent_station": parent,
        "wheelchair_boarding": draw.choice((None, 0, 1, 2)),
    }


def _shape(n: int, draw: random.Random) -> list[dict[str, Any]]:
    return [
        {
            "shape_id": f"s{n}",
            "shape_pt_lat": Decimal(40_300_000 + draw.randrange(400) * 1000) / 1_000_000,
            "shape_pt_lon": draw.randrange(-4_000_000, -3_000_000) / 1_000_000,
            "shape_pt_sequence": at,
        }
        for at in range(draw.randint(5, 20))
    ]


def _trip(n: int, routes: int, stations: int, draw: random.Random) -> dict[str, Any]:
    route = draw.randrange(routes)
    return {
        "trip_id": n,
        "route_id": f"r{route}",
        "service_id": draw.choice(_SERVICES),
        "shape_id": draw.choice((f"s{route}", None)) if n % 5 == 0 else f"s{route}",
        "trip_headsign": f"to Station {draw.randrange(min(stations, 4))}",
        "trip_short_name": draw.choice((None, f"T{n % 9}")),
    }


def _calls(n: int, stations: int, draw: random.Random) -> list[dict[str, Any]]:
    starts = draw.randrange(5 * 60, 24 * 60)
    return [
        {
            "trip_id": n,
            "stop_id": f"stop/{draw.randrange(stations)}",
            "stop_sequence": at,
            "arrival_time": _clock(starts + 3 * at),
            "departure_time": _clock(starts + 3 * at + 1) if draw.random() < 0.9 else None,
        }
        for at in range(draw.randint(4, 14))
    ]


def _headways(n: int, draw: random.Random) -> list[dict[str, Any]]:
    return [
        {
            "trip_id": n,
            "start_time": _clock(hour * 60),
            "end_time": _clock(hour * 60 + 120),
            "headway_secs": draw.choice((300, 600, 900)),
        }
        for hour in sorted(draw.sample(range(5, 22), draw.randint(1, 2)))
    ]


def _clock(minutes: int) -> str:
    """A time of the service day, which ends after midnight."""
    return f"{minutes // 60:02}:{minutes % 60:02}:00"


def _calendar(name: str, draw: random.Random) -> dict[str, Any]:
    return {
        "service_id": name,
        "monday": name == "weekday",
        "sunday": name in ("sunday & feast", "summer"),
        "start_date": date(2026, 1, 1) + timedelta(draw.randrange(30)),
        "end_date": date(2026, 6, 1) + timedelta(draw.randrange(200)),
    }


def _changes(draw: random.Random) -> list[dict[str, Any]]:
    days = [date(2026, 2, 20) + timedelta(n) for n in range(60)]
    rows = [
        {"service_id": name, "date": day, "added": draw.random() < 0.6}
        for name in (*_SERVICES[:3], "extra")
        for day in sorted(draw.sample(days, 12))
        if day not in (date(2026, 3, 5), date(2026, 3, 7))
    ]
    rows.append({"service_id": "weekday", "date": date(2026, 3, 5), "added": False})
    return [*rows, {"service_id": "extra", "date": date(2026, 3, 7), "added": True}]
