"""The tables of the timetable: their columns, their keys, and what each column says."""

from dataclasses import dataclass

BASE = "https://transit.example/"
GTFS = "http://vocab.gtfs.org/terms#"
FOAF = "http://xmlns.com/foaf/0.1/"
GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#"
DCT = "http://purl.org/dc/terms/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True)
class Said:
    """A column; `virtual` where it stands in no table.

    Args:
        name: how the table calls it.
        datatype: the local name of its XML Schema type.
        property: what it says; empty for the column's own IRI.
        value: the template of its values, where they are IRIs.
        about: whom it says it of, where that is not whom the row is about.
        virtual: whether it only says the same of each row.
        stop: whether it identifies a stop, whose scheme has the template.
    """

    name: str
    datatype: str = "string"
    property: str = ""
    value: str = ""
    about: str = ""
    virtual: bool = False
    stop: bool = False


@dataclass(frozen=True)
class Table:
    """A table, and the product that serves it; `about` is empty where its key is a stop."""

    product: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Said, ...]


def _is(kind: str, about: str = "") -> Said:
    return Said(
        f"is_{kind}", property=TYPE, value=GTFS + kind, about=about and BASE + about, virtual=True
    )


def _link(name: str, prop: str, value: str, datatype: str = "string") -> Said:
    return Said(name, datatype, prop, BASE + value)


STOP = BASE + "stops/{id}"
_SERVICE = "services/{service_id}"
TABLES: dict[str, Table] = {
    "agency": Table(
        "operators",
        BASE + "agency/{agency_id}",
        ("agency_id",),
        (
            _is("Agency"),
            Said("agency_id"),
            Said("agency_name", property=FOAF + "name"),
            _link("agency_url", FOAF + "page", "pages/{agency_url}"),
            Said("agency_phone", property=FOAF + "phone"),
        ),
    ),
    "routes": Table(
        "operators",
        BASE + "routes/{route_id}",
        ("route_id",),
        (
            _is("Route"),
            Said("route_id"),
            _link("agency_id", GTFS + "agency", "agency/{agency_id}"),
            Said("route_short_name", property=GTFS + "shortName"),
            Said("route_long_name", property=GTFS + "longName"),
            Said("route_desc", property=DCT + "description"),
            _link("route_type", GTFS + "routeType", "route-types/{route_type}", "integer"),
        ),
    ),
    "stops": Table(
        "places",
        "",
        ("stop_id",),
        (
            Said("stop_id", stop=True),
            Said("stop_name", property=FOAF + "name"),
            Said("stop_desc", property=DCT + "description"),
            Said("stop_lat", "decimal", GEO + "lat"),
            Said("stop_lon", "double", GEO + "long"),
            _link("location_type", GTFS + "locationType",
                  "location-types/{location_type}", "integer"),
            Said("parent_station", property=GTFS + "parentStation", stop=True),
            _link("wheelchair_boarding", GTFS + "wheelchairAccessible",
                  "access/{wheelchair_boarding}", "integer"),
        ),
    ),
    "shapes": Table(
        "places",
        BASE + "shape-points/{shape_id}/{shape_pt_sequence}",
        ("shape_id", "shape_pt_sequence"),
        (
            _is("ShapePoint"),
            _is("Shape", "shapes/{shape_id}"),
            Said("shape_id"),
            Said("shape_pt_lat", "decimal", GEO + "lat"),
            Said("shape_pt_lon", "double", GEO + "long"),
            Said("shape_pt_sequence", "integer", GTFS + "pointSequence"),
            Said("has_point", property=GTFS + "shapePoint", about=BASE + "shapes/{shape_id}",
                 value=BASE + "shape-points/{shape_id}/{shape_pt_sequence}", virtual=True),
        ),
    ),
    "trips": Table(
        "timetable",
        BASE + "trips/{trip_id}",
        ("trip_id",),
        (
            _is("Trip"),
            Said("trip_id", "integer"),
            _link("route_id", GTFS + "route", "routes/{route_id}"),
            _link("service_id", GTFS + "service", _SERVICE),
            _link("shape_id", GTFS + "shape", "shapes/{shape_id}"),
            Said("trip_headsign", property=GTFS + "headsign"),
            Said("trip_short_name", property=GTFS + "shortName"),
        ),
    ),
    "stop_times": Table(
        "timetable",
        BASE + "calls/{trip_id}/{stop_sequence}",
        ("trip_id", "stop_sequence"),
        (
            _is("StopTime"),
            _link("trip_id", GTFS + "trip", "trips/{trip_id}", "integer"),
            Said("stop_id", property=GTFS + "stop", stop=True),
            Said("stop_sequence", "integer", GTFS + "stopSequence"),
            Said("arrival_time", property=GTFS + "arrivalTime"),
            Said("departure_time", property=GTFS + "departureTime"),
        ),
    ),
    "frequencies": Table(
        "timetable",
        BASE + "headways/{trip_id}/{start_time}",
        ("trip_id", "start_time"),
        (
            _is("Frequency"),
            _link("trip_id", GTFS + "trip", "trips/{trip_id}", "integer"),
            Said("start_time", property=GTFS + "startTime"),
            Said("end_time", property=GTFS + "endTime"),
            Said("headway_secs", "integer", GTFS + "headwaySeconds"),
        ),
    ),
    "calendar": Table(
        "service-days",
        BASE + "calendar-rules/{service_id}",
        ("service_id",),
        (
            _is("CalendarRule"),
            _is("Service", _SERVICE),
            Said("service_id"),
            Said("has_rule", property=GTFS + "serviceRule", about=BASE + _SERVICE,
                 value=BASE + "calendar-rules/{service_id}", virtual=True),
            Said("monday", "boolean", GTFS + "monday"),
            Said("sunday", "boolean", GTFS + "sunday"),
            Said("start_date", "date", GTFS + "startDate"),
            Said("end_date", "date", GTFS + "endDate"),
        ),
    ),
    "calendar_dates": Table(
        "service-days",
        BASE + "calendar-date-rules/{service_id}/{date}",
        ("service_id", "date"),
        (
            _is("CalendarDateRule"),
            _is("Service", _SERVICE),
            Said("service_id"),
            Said("has_rule", property=GTFS + "serviceRule", about=BASE + _SERVICE,
                 value=BASE + "calendar-date-rules/{service_id}/{date}", virtual=True),
            Said("date", "date", DCT + "date"),
            Said("added", "boolean", GTFS + "dateAddition"),
        ),
    ),
}  # fmt: skip
"""Every table by its name."""
