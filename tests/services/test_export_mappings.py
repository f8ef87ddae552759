"""Bindings as R2RML, and datasets, relationships and measures as an Ossie semantic model."""

import csv
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import sqlglot
import yaml
from exporting import BASE, MESH, example, product, read, stored, submissions
from sqlglot import exp

from catalog_service.domain.rdf import Literal, Term, Triple
from catalog_service.graph import View, parse
from catalog_service.harvesting.register import Register
from catalog_service.services import export
from catalog_service.services.export import FORMS
from catalog_service.services.export.r2rml import RR
from catalog_service.terms import CSVW, RDF, XSD, Iri

ARTISTS = Iri(f"{product('artists.catalog')}/datasets/artists/artists")
PLAYS = Iri(f"{product('streaming.plays')}/datasets/plays/plays")
PAYMENTS = Iri(f"{product('artists.payments')}/datasets/payments/payments")


def written(form: str, iri: Iri | None = None, view: View | None = None) -> str:
    seen = view or example()
    scope = export.scope(seen, BASE, iri)
    assert scope is not None
    return b"".join(export.pieces(seen, scope, FORMS[form], BASE)).decode()


class Mappings:
    """An R2RML document, read back."""

    def __init__(self, document: str) -> None:
        self.triples = parse(document, "turtle")

    def values(self, subject: Term, predicate: Iri) -> list[Term]:
        return [t.object for t in self.triples if t[:2] == (subject, predicate)]

    def one(self, subject: Term, predicate: Iri) -> Term:
        (found,) = self.values(subject, predicate)
        return found

    def text(self, subject: Term, predicate: Iri) -> str:
        found = self.one(subject, predicate)
        assert isinstance(found, Literal)
        return found.lexical

    def maps(self) -> list[Iri]:
        return sorted(t.subject for t in self.triples if t.object == RR.TriplesMap)


@cache
def mesh() -> Mappings:
    return Mappings(written("r2rml"))


def test_every_map_has_the_parts_that_r2rml_asks_for() -> None:
    found = mesh()
    assert len(found.maps()) == 10
    for whole in found.maps():
        assert found.text(found.one(whole, RR.logicalTable), RR.tableName)
        template = found.text(found.one(whole, RR.subjectMap), RR.template)
        assert re.search(r"\{[^{}]+\}", template)
        pairs = found.values(whole, RR.predicateObjectMap)
        assert pairs
        for pair in pairs:
            assert str(found.one(pair, RR.predicate)).startswith("http")
            value = found.one(pair, RR.objectMap)
            kinds = [
                p for p in (RR.column, RR.template, RR.parentTriplesMap) if found.values(value, p)
            ]
            assert len(kinds) == 1
            if kinds == [RR.parentTriplesMap]:
                assert found.one(value, RR.parentTriplesMap) in found.maps()
                condition = found.one(value, RR.joinCondition)
                assert found.text(condition, RR.child)
                assert found.text(condition, RR.parent)


def test_only_terms_of_r2rml_describe_the_maps() -> None:
    said = {t.predicate for t in mesh().triples} - {RDF.type}
    assert said <= set(RR.terms.values())


def test_a_row_of_a_member_is_about_that_member() -> None:
    found = mesh()
    about = found.one(f"{ARTISTS}/r2rml", RR.subjectMap)
    template = found.text(about, RR.template)
    assert found.one(about, RR["class"]) == f"{BASE}polysemes/Artist"
    with (MESH / "artists" / "data" / "artists.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    members = {template.format(**row) for row in rows}
    assert len(members) == 40
    assert all(re.fullmatch(r"https://[^{}]+/AR-[0-9]{6}", member) for member in members)


def test_a_row_of_a_fact_is_told_apart_by_its_grain() -> None:
    found = mesh()
    about = found.one(f"{PLAYS}/r2rml", RR.subjectMap)
    assert found.text(about, RR.template) == f"{PLAYS}/rows/{{play_id}}"
    assert found.values(about, RR["class"]) == []


def test_a_binding_states_the_member_and_other_columns_a_literal() -> None:
    found = mesh()
    artist = Iri(f"{PLAYS}/r2rml/columns/artist_id/value")
    own = found.text(found.one(f"{ARTISTS}/r2rml", RR.subjectMap), RR.template)
    assert found.one(artist, RR.predicate) == f"{PLAYS}/columns/artist_id"
    assert found.text(found.one(artist, RR.objectMap), RR.template) == own
    seconds = found.one(Iri(f"{PLAYS}/r2rml/columns/seconds/value"), RR.objectMap)
    assert found.text(seconds, RR.column) == "seconds"
    assert found.one(seconds, RR.datatype) == XSD.integer


def test_a_foreign_key_is_a_join_where_its_goal_is_exported_too() -> None:
    pair = Iri(f"{PAYMENTS}/r2rml/columns/play_id/key-1")
    found = mesh()
    assert found.one(pair, RR.predicate) == CSVW.foreignKey
    value = found.one(pair, RR.objectMap)
    assert found.one(value, RR.parentTriplesMap) == f"{PLAYS}/r2rml"
    condition = found.one(value, RR.joinCondition)
    assert [found.text(condition, end) for end in (RR.child, RR.parent)] == ["play_id"] * 2
    alone = Mappings(written("r2rml", product("artists.payments")))
    assert alone.values(pair, RR.objectMap) == []
    assert alone.values(Iri(f"{PAYMENTS}/r2rml/columns/play_id/value"), RR.objectMap)


ODD = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "odd",
    "schema": [
        {
            "name": "plays",
            "physicalName": "Odd plays",
            "properties": [
                {"name": "no {1}", "logicalType": "string", "primaryKey": True},
                {"name": 'a "b"', "logicalType": "number"},
            ],
            "customProperties": [
                {
                    "property": "measures",
                    "value": [
                        {"name": "Middle", "operand": 'a "b"', "aggregate": "median"}
                        | {"additivity": "NonAdditive"},
                        {"name": "StreamsPlayed", "aggregate": "count", "additivity": "Additive"},
                    ],
                }
            ],
        },
        {"name": "loose", "properties": [{"name": "x"}]},
    ],
}


def odd() -> View:
    (new,) = read({"c.odcs.yaml": ODD}, Register(example())).submissions
    return stored((*submissions(), new))


def test_names_that_are_no_plain_words_are_quoted_and_escaped() -> None:
    found = Mappings(written("r2rml", product("odd"), odd()))
    (whole,) = found.maps()
    assert found.text(found.one(whole, RR.logicalTable), RR.tableName) == '"Odd plays"'
    template = found.text(found.one(whole, RR.subjectMap), RR.template)
    assert template.endswith('/rows/{"no \\{1\\}"}')
    columns = {t.object.lexical for t in found.triples if t.predicate == RR.column}  # type: ignore[union-attr]
    assert columns == {'"no {1}"', '"a ""b"""'}


EXPRESSION = {
    "type": "object",
    "required": ["dialects"],
    "additionalProperties": False,
    "properties": {
        "dialects": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["dialect", "expression"],
                "additionalProperties": False,
                "properties": {
                    "dialect": {"enum": ["ANSI_SQL", "SNOWFLAKE", "DATABRICKS", "BIGQUERY"]},
                    "expression": {"type": "string"},
                },
            },
        }
    },
}


def told(required: list[str], **more: Any) -> dict[str, Any]:
    """The shape of a part of a model: what it must and what it may say."""
    words = {name: {"type": "string"} for name in ("name", "description")}
    extension = {
        "type": "object",
        "required": ["vendor_name", "data"],
        "additionalProperties": False,
        "properties": {"vendor_name": {"type": "string"}, "data": {"type": "string"}},
    }
    shared = {"ai_context": {}, "custom_extensions": {"type": "array", "items": extension}}
    return {
        "type": "object",
        "required": required,
        "additionalProperties": False,
        "properties": words | shared | more,
    }


TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT, "minItems": 1}
DATATYPES = [
    *("String", "Integer", "Decimal", "Float", "Boolean"),
    *("Date", "Time", "DateTime", "DateTimeTz", "Opaque"),
]
FIELD = told(
    ["name", "expression"],
    expression=EXPRESSION,
    label=TEXT,
    datatype={"enum": DATATYPES},
    dimension={
        "type": "object",
        "additionalProperties": False,
        "properties": {"is_time": {"type": "boolean"}},
    },
)
DATASET = told(
    ["name", "source"],
    source=TEXT,
    primary_key=TEXTS,
    unique_keys={"type": "array", "items": TEXTS},
    fields={"type": "array", "items": FIELD},
)
RELATIONSHIP = told(
    ["name", "from", "to", "from_columns", "to_columns"],
    **{"from": TEXT, "to": TEXT, "from_columns": TEXTS, "to_columns": TEXTS},
)
METRIC = told(["name", "expression"], expression=EXPRESSION, datatype={"enum": DATATYPES})
OSSIE = {
    "type": "object",
    "properties": {
        "semantic_model": {
            "type": "array",
            "items": told(
                ["name", "datasets"],
                datasets={"type": "array", "minItems": 1, "items": DATASET},
                relationships={"type": "array", "items": RELATIONSHIP},
                metrics={"type": "array", "items": METRIC},
            ),
        }
    },
    "required": ["semantic_model"],
}
"""What the specification lets a document say in 0.2.0.dev0, in our words."""


def model(iri: Iri | None = None, view: View | None = None) -> dict[str, Any]:
    document = yaml.safe_load(written("ossie", iri, view))
    jsonschema.Draft202012Validator(OSSIE).validate(document)
    assert document["version"] == "0.2.0.dev0"
    (found,) = document["semantic_model"]
    return dict(found)


def test_the_shape_is_that_of_what_others_write(realdata: Path) -> None:
    file = realdata / "osi" / "OSI" / "examples" / "tpcds_semantic_model.yaml"
    jsonschema.Draft202012Validator(OSSIE).validate(yaml.safe_load(file.read_text()))


def test_the_mesh_is_one_model_whose_parts_are_named_once() -> None:
    found = model()
    for part in ("datasets", "relationships", "metrics"):
        names = [each["name"] for each in found[part]]
        assert len(names) == len(set(names))
    assert len(found["datasets"]) == 10


def columns(found: dict[str, Any]) -> dict[str, set[str]]:
    return {d["name"]: {f["name"] for f in d["fields"]} for d in found["datasets"]}


def test_relationships_lead_to_keys_by_foreign_key_and_by_scheme() -> None:
    found = model()
    keys = {d["name"]: d["primary_key"] for d in found["datasets"]}
    known = columns(found)
    led = {(r["from"], r["to"]) for r in found["relationships"]}
    for each in found["relationships"]:
        assert each["to_columns"] == keys[each["to"]]
        assert set(each["from_columns"]) <= known[each["from"]]
    assert led >= {
        ("payments", "plays"),
        ("plays", "accounts"),
        ("accounts", "profiles"),
        ("listens", "emails"),
        ("emails", "profiles"),
        ("plays", "artists"),
    }
    # The two crosswalks name users, and neither tells users apart.
    assert not led & {("profiles", "accounts"), ("accounts", "emails"), ("plays", "payments")}


def test_measures_are_metrics_over_columns_that_there_are() -> None:
    found = model()
    known = columns(found)
    said = {}
    for metric in found["metrics"]:
        (dialect,) = metric["expression"]["dialects"]
        said[metric["name"]] = dialect["expression"]
        tree = sqlglot.parse_one(dialect["expression"])
        used = list(tree.find_all(exp.Column))
        assert used
        assert all(column.name in known[column.table] for column in used)
    assert said["ArtistPayments"] == "SUM(payments.amount)"
    assert said["PodcastsListened"] == "COUNT(DISTINCT listens.podcast_id)"
    assert said["StreamsPlayed"] == "COUNT(plays.play_id)"
    assert len(said) == 8


def extension(part: dict[str, Any]) -> dict[str, Any]:
    (found,) = part["custom_extensions"]
    assert found["vendor_name"] == "POLYSEME"
    return dict(json.loads(found["data"]))


def test_what_ossie_has_no_word_for_is_in_its_extensions() -> None:
    found = model()
    (paid,) = (m for m in found["metrics"] if m["name"] == "ArtistPayments")
    said = extension(paid)
    assert said.pop("measure").endswith("/measures/ArtistPayments")
    assert said == {
        "additivity": "Additive",
        "clock": "plays.played_at",
        "countedOn": "payments",
        "unit": "EUR",
        "unitColumn": "payments.currency",
        "whenEmpty": "Zero",
        "zone": "UTC",
    }
    (profiles,) = (d for d in found["datasets"] if d["name"] == "profiles")
    fields = {f["name"]: f for f in profiles["fields"]}
    assert extension(fields["user_id"])["scheme"] == f"{BASE}schemes/user-id"
    shown = {name: f["dimension"] for name, f in fields.items() if "dimension" in f}
    assert shown == {
        "country": {"is_time": False},
        "registered_on": {"is_time": True},
        "subscription": {"is_time": False},
    }


def test_a_product_alone_leads_nowhere_and_keeps_its_clock_by_iri() -> None:
    found = model(product("artists.payments"))
    assert "relationships" not in found
    (paid,) = (m for m in found["metrics"] if m["name"] == "ArtistPayments")
    assert extension(paid)["clock"] == f"{PLAYS}/columns/played_at"


@pytest.mark.parametrize(
    ("part", "names"),
    [
        ("datasets", {"odd.plays", "streaming.plays.plays", "loose"}),
        ("metrics", {"odd.StreamsPlayed", "streaming.plays.StreamsPlayed", "Middle"}),
    ],
)
def test_two_things_of_one_name_are_told_apart(part: str, names: set[str]) -> None:
    found = model(None, odd())
    assert {each["name"] for each in found[part]} >= names


def test_odd_names_are_quoted() -> None:
    found = model(product("odd"), odd())
    said = {m["name"]: m["expression"]["dialects"][0]["expression"] for m in found["metrics"]}
    assert said["StreamsPlayed"] == "COUNT(*)"
    assert said["Middle"] == 'PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY plays."a ""b""")'
    (plays,) = (d for d in found["datasets"] if d["name"] == "plays")
    assert plays["source"] == "Odd plays"


def test_nothing_to_export_is_a_document_without_a_model() -> None:
    view = stored(())
    assert yaml.safe_load(written("ossie", None, view)) == {
        "version": "0.2.0.dev0",
        "semantic_model": [],
    }
    assert Mappings(written("r2rml", None, view)).maps() == []


def test_the_maps_are_the_same_whatever_order_products_came_in() -> None:
    other = stored(tuple(reversed(submissions())))
    for form in ("r2rml", "ossie"):
        assert written(form) == written(form, None, other)
    assert Triple(Iri(f"{PLAYS}/r2rml"), RDF.type, RR.TriplesMap) in set(mesh().triples)
