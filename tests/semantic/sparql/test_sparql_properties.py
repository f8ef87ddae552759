"""Queries drawn from the subset: the rewritten ones give what the graph engine finds, as bags."""

from itertools import count
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings
from sparql_oracle import agree
from timetable_mesh import Timetable

from catalog_service.errors import Refused

_PREFIXES = """PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX geo: <http://www.w3.org/2003/01/geo/wgs84_pos#>
PREFIX gtfs: <http://vocab.gtfs.org/terms#>
"""
_ONE_ROW = {
    "stop": ("gtfs:Stop", {"foaf:name": "text", "dct:description": "text", "geo:lat": "decimal",
                           "geo:long": "double", "gtfs:parentStation": "stop",
                           "gtfs:wheelchairAccessible": "iri"}),
    "trip": ("gtfs:Trip", {"gtfs:route": "route", "gtfs:service": "service",
                           "gtfs:headsign": "text", "gtfs:shortName": "text",
                           "gtfs:shape": "shape"}),
    "route": ("gtfs:Route", {"gtfs:shortName": "text", "gtfs:longName": "text",
                             "dct:description": "text", "gtfs:agency": "agency"}),
    "headway": ("gtfs:Frequency", {"gtfs:trip": "trip", "gtfs:headwaySeconds": "integer",
                                   "gtfs:startTime": "text"}),
    "service": ("gtfs:Service", {"gtfs:serviceRule": "rule"}),
    "rule": ("gtfs:CalendarDateRule", {"dct:date": "date", "gtfs:dateAddition": "boolean"}),
    "shape": ("gtfs:Shape", {"gtfs:shapePoint": "point"}),
    "point": ("gtfs:ShapePoint", {"geo:lat": "decimal", "gtfs:pointSequence": "integer"}),
    "agency": ("gtfs:Agency", {"foaf:name": "text", "foaf:phone": "text"}),
}  # fmt: skip
_CONSTANTS = {
    "text": ('"Station 2"', '"L1"', '"plain"', '"07:00:00"', '"Ring"'),
    "decimal": ("40.5", "40.41", "41"),
    "double": ("-3.5", "-3.7e0"),
    "integer": ("300", "5", "2.5"),
    "date": ('"2026-03-05"^^xsd:date', '"2026-03-20"^^xsd:date'),
    "boolean": ("true", "false"),
}


_FORMS = ("optional", "union", "exists", "minus", "values", "filter", "bind", "select")
_MAY_BE_REFUSED = {"mixed-terms", "not-a-number", "exists-filter"}


class _Drawn:
    """A query in the making: which variable is of which sort."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.sorts: dict[str, str] = {}

    def fresh(self, sort: str) -> str:
        name = next(at for n in count() if (at := f"v{n}") not in self.sorts)
        self.sorts[name] = sort
        return name

    def among(self, options: Any) -> Any:
        return self.draw(st.sampled_from(sorted(options)))

    def chance(self, of: int = 3) -> bool:
        return bool(self.draw(st.integers(0, of - 1)) == 0)

    def of_sort(self, *sorts: str) -> list[str]:
        return [name for name, sort in self.sorts.items() if sort in sorts]

    def triple(self, subject: str) -> str:
        """One triple about a subject; its object is new, or one that is there."""
        prop, sort = self.among(_ONE_ROW[self.sorts[subject]][1].items())
        there = [name for name in self.of_sort(sort) if name != subject]
        value = self.among(there) if there and self.chance() else self.fresh(sort)
        return f"?{subject} {prop} ?{value} ."

    def basic(self, most: int = 3) -> str:
        subjects = self.of_sort(*_ONE_ROW)
        subject = self.among(subjects) if subjects else self.fresh(self.among(_ONE_ROW))
        lines = [f"?{subject} a {_ONE_ROW[self.sorts[subject]][0]} ."] if self.chance(2) else []
        lines += [
            self.triple(self.among(self.of_sort(*_ONE_ROW)))
            for _ in range(self.draw(st.integers(1, most)))
        ]
        return " ".join(lines)

    def condition(self, deep: int = 1) -> str:
        if deep and self.chance():
            left, right = self.condition(deep - 1), self.condition(deep - 1)
            return f"({left} {self.among(('&&', '||'))} {right})"
        if deep and self.chance(4):
            return f"!({self.condition(deep - 1)})"
        values = self.of_sort(*_CONSTANTS)
        if not values or self.chance(5):
            return f"BOUND(?{self.among(self.sorts)})"
        name = self.among(values)
        constants = _CONSTANTS[self.sorts[name]]
        if self.sorts[name] == "text" and self.chance():
            return self.among((f'REGEX(?{name}, "a|1", "i")', f'CONTAINS(?{name}, "ta")',
                               f"STRLEN(?{name}) > 6", f'STRSTARTS(?{name}, "S")'))  # fmt: skip
        if self.chance(4):
            return f"?{name} IN ({', '.join(constants)})"
        signs = ("=", "!=") if self.sorts[name] == "boolean" else ("=", "!=", "<", "<=", ">", ">=")
        return f"?{name} {self.among(signs)} {self.among(constants)}"

    def apart(self) -> "_Drawn":
        """The same variables, to which a branch adds its own."""
        other = _Drawn(self.draw)
        other.sorts = dict(self.sorts)
        return other

    def group(self) -> str:  # noqa: C901 - a branch for each form
        parts = [self.basic()]
        for _ in range(self.draw(st.integers(0, 2))):
            match self.among(_FORMS):
                case "optional":
                    inner = f" FILTER({self.condition()})" if self.chance() else ""
                    if self.chance():
                        inner += f" OPTIONAL {{ {self.basic(2)} }}"
                    parts.append(f"OPTIONAL {{ {self.basic(2)}{inner} }}")
                case "select":
                    parts.append(self.select())
                case "union":
                    left, right = self.apart(), self.apart()
                    parts.append(f"{{ {left.basic(2)} }} UNION {{ {right.basic(2)} }}")
                    new = {**right.sorts, **left.sorts}
                    clash = {
                        n for n in new if left.sorts.get(n, new[n]) != right.sorts.get(n, new[n])
                    }
                    self.sorts |= {
                        name: "mixed" if name in clash else of for name, of in new.items()
                    }
                case "exists":
                    word, inner = self.among(("EXISTS", "NOT EXISTS")), self.apart()
                    body = inner.basic(2)
                    if self.chance():
                        body += f" FILTER({inner.condition()})"
                    parts.append(f"FILTER {word} {{ {body} }}")
                case "minus":
                    parts.append(f"MINUS {{ {self.apart().basic(2)} }}")
                case "values":
                    parts.append(self.values())
                case "filter":
                    parts.append(f"FILTER({self.condition()})")
                case _:
                    parts.append(self.bind())
        return " ".join(parts)

    def values(self) -> str:
        names = self.of_sort("text", "boolean", "date")
        if not names:
            return ""
        name = self.among(names)
        constants = _CONSTANTS[self.sorts[name]]
        if self.chance(2):
            return f"VALUES ?{name} {{ {' '.join(constants)} }}"
        other = self.among(names) if self.chance(2) else self.fresh("text")
        if other == name:
            return f"VALUES ?{name} {{ UNDEF {constants[0]} }}"
        pairs = (f"({constants[0]} UNDEF)", f"(UNDEF {_CONSTANTS[self.sorts[other]][0]})",
                 f"({constants[1]} {_CONSTANTS[self.sorts[other]][1]})")  # fmt: skip
        return f"VALUES (?{name} ?{other}) {{ {' '.join(pairs)} }}"

    def select(self) -> str:
        """A sub-SELECT, which shows some variables of its own pattern, or groups by one."""
        inner = self.apart()
        body = inner.basic(2)
        used = [name for name in inner.sorts if f"?{name} " in f"{body} "]
        shown = self.draw(st.lists(st.sampled_from(used), min_size=1, max_size=2, unique=True))
        self.sorts |= {name: inner.sorts[name] for name in shown}
        listed = " ".join(f"?{name}" for name in shown)
        if self.chance(2):
            word = "DISTINCT " if self.chance(2) else ""
            return f"{{ SELECT {word}{listed} {{ {body} }} }}"
        number = inner.fresh("integer")
        self.sorts[number] = "integer"
        return f"{{ SELECT {listed} (COUNT(*) AS ?{number}) {{ {body} }} GROUP BY {listed} }}"

    def bind(self) -> str:
        numbers = self.of_sort("integer")
        if numbers and self.chance(2):
            name = self.among(numbers)
            return f"BIND(?{name} + 2 AS ?{self.fresh('integer')})"
        names = self.of_sort(*_ONE_ROW)
        return f"BIND(STR(?{self.among(names)}) AS ?{self.fresh('text')})"


@st.composite
def queries(draw: Any) -> str:
    """A query of the subset over the timetable."""
    drawn = _Drawn(draw)
    body = drawn.group()
    # The graph engine takes long over products of what is not joined; so may nobody ask for one.
    names = sorted(drawn.sorts)
    shape = draw(st.sampled_from(("rows", "rows", "distinct", "group", "group", "all", "first")))
    if shape == "group":
        key = drawn.among(names)
        figures = [f"(COUNT(*) AS ?n) (COUNT(?{drawn.among(names)}) AS ?m)",
                   f"(COUNT(DISTINCT ?{drawn.among(names)}) AS ?d)"]  # fmt: skip
        word = draw(st.sampled_from(("", "DISTINCT ")))
        if numbers := drawn.of_sort("integer", "decimal"):
            figures.append(f"(SUM({word}?{drawn.among(numbers)}) AS ?s)")
            figures.append(f"(AVG({word}?{drawn.among(numbers)}) AS ?a)")
        if ordered := drawn.of_sort("integer", "decimal", "date", "text"):
            figures.append(f"(MAX(?{drawn.among(ordered)}) AS ?x)")
            figures.append(f"(MIN(?{drawn.among(ordered)}) AS ?i)")
        having = f" HAVING (COUNT({word}?{drawn.among(names)}) > 1)" if drawn.chance() else ""
        group = f"WHERE {{ {body} }} GROUP BY ?{key}{having}"
        return f"{_PREFIXES}SELECT ?{key} {' '.join(figures)} {group}"
    if shape == "first" and "mixed" not in drawn.sorts.values():
        listed = " ".join(f"?{name}" for name in names)
        start, most = draw(st.integers(0, 3)), draw(st.integers(0, 9))
        order = f"ORDER BY {listed} LIMIT {most} OFFSET {start}"
        return f"{_PREFIXES}SELECT {listed} WHERE {{ {body} }} {order}"
    if shape == "all":
        return f"{_PREFIXES}SELECT (COUNT(*) AS ?n) WHERE {{ {body} }}"
    word = "DISTINCT " if shape == "distinct" else ""
    shown = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    return f"{_PREFIXES}SELECT {word}{' '.join(f'?{name}' for name in shown)} WHERE {{ {body} }}"


@settings(
    max_examples=80, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(queries())
def test_a_drawn_query_gives_the_bag_of_the_graph(little: Timetable, text: str) -> None:
    try:
        agree(text, little.mapped, little.engine, little.store)
    except Refused as refused:
        if refused.code not in _MAY_BE_REFUSED:
            raise
