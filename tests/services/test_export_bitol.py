"""Descriptors and contracts: what is exported and harvested again is what it was."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from exporting import BASE, MESH, WRITTEN_BY_HAND, example, product, read, stored, submissions
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_service.domain.rdf import Triple, text
from catalog_service.graph import Store, View
from catalog_service.harvesting.register import Register
from catalog_service.services.export import documents
from catalog_service.terms import CSVW, DCT, DPROD, RDF, Iri

GOVERNANCE = MESH / "governance"
USER = f"{BASE}polysemes/User"
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,7}", fullmatch=True)
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="￾￿"),
    min_size=1,
    max_size=30,
).filter(lambda text: text == text.strip() != "")
LEVELS = st.sampled_from(["public", "internal", "confidential", "restricted"])
URLS = st.sampled_from(["https://docs.example/a", "https://docs.example/b"])
MAYBE = st.booleans()


def optional(**entries: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=entries)


def own(**entries: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return optional(**entries).map(
        lambda found: [{"property": name, "value": value} for name, value in found.items()]
    )


@st.composite
def columns(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    keys = draw(st.sets(st.sampled_from(names)))
    for name in names:
        column = draw(
            optional(
                businessName=TEXTS,
                description=TEXTS,
                required=MAYBE,
                classification=LEVELS,
                tags=st.lists(TEXTS, max_size=2, unique=True),
                authoritativeDefinitions=st.just(
                    [
                        {"type": "polyseme", "url": USER},
                        {"type": "identifierScheme", "url": f"{BASE}schemes/user-id"},
                    ]
                ),
                quality=st.sampled_from([[], [rule("nullValues")], [rule("duplicateValues")] * 2]),
                customProperties=own(
                    personalData=st.sampled_from(["Name", ["Name", "Country"]]),
                    technicalMeasure=st.just("Pseudonymisation"),
                ),
            )
        )
        kind = st.sampled_from(["string", "date", "timestamp", "number", "integer", "boolean"])
        inner = draw(st.lists(NAMES, max_size=2, unique=True))
        found.append(
            {"name": name, "primaryKey": name in keys, **column}
            | (
                {"properties": [{"name": each, "logicalType": draw(kind)} for each in inner]}
                if inner
                else {"logicalType": draw(kind)}
            )
        )
    return found


def rule(metric: str) -> dict[str, Any]:
    return {
        "metric": metric,
        "mustBeBetween": [0, 2.5],
        "unit": "rows",
        "customProperties": [{"property": "window", "value": "P1D"}],
    }


@st.composite
def askable(draw: st.DrawFn, number: int, named: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Measures, dimensions and keys by rule over some columns of a dataset."""
    names = [column["name"] for column in named]
    column = st.sampled_from(names)
    measure = st.fixed_dictionaries(
        {
            "aggregate": st.sampled_from(["count", "sum", "count-distinct"]),
            "operand": column,
            "additivity": st.sampled_from(["Additive", "NonAdditive"]),
        },
        optional={
            "label": TEXTS,
            "description": TEXTS,
            "clock": column | st.just("streaming-plays#plays.played_at"),
            "zone": st.sampled_from(["UTC", "Europe/Helsinki"]),
            "whenEmpty": st.sampled_from(["Zero", "Null"]),
            "unit": st.sampled_from(["EUR", "http://qudt.org/vocab/unit/HR"]),
            "unitColumn": column,
        },
    )
    measures = draw(st.lists(measure, max_size=2))
    for at, each in enumerate(measures):
        each["name"] = f"Measure{number}.{at}"
    key = {"name": f"key {number}", "column": draw(column), "transform": "trim | strip_prefix(a:)"}
    return draw(
        own(
            measures=st.just(measures),
            dimensions=st.lists(column, max_size=2, unique=True),
            derivedKeys=st.just([key | {"to": f"{BASE}schemes/user-id"}]),
        )
    )


def rows(dataset: dict[str, Any]) -> list[dict[str, Any]]:
    """Conditions on the columns of a dataset, with values of the types that these have."""
    values = {"string": "x", "date": "2026-01-31", "timestamp": "2026-01-31T09:30:00Z"}
    values |= {"number": "0.50", "integer": 7, "boolean": False}
    return [
        {
            "column": f"{dataset['name']}.{column['name']}",
            "comparator": "eq",
            "value": values[column["logicalType"]],
            "purposes": ["Marketing", "ServiceProvision"],
        }
        for column in dataset["properties"]
        if "logicalType" in column
    ] * 4


@st.composite
def contracts(draw: st.DrawFn, identifier: str = "c") -> dict[str, Any]:
    names = draw(st.lists(NAMES, min_size=1, max_size=2, unique=True))
    objects = [
        {"name": name, "properties": draw(columns())}
        | draw(
            optional(
                physicalName=TEXTS,
                businessName=TEXTS,
                description=TEXTS,
                dataGranularityDescription=TEXTS,
                authoritativeDefinitions=URLS.map(
                    lambda url: [
                        {"type": "businessDefinition", "url": url},
                        {"type": "tutorial", "url": f"{url}/page"},
                    ]
                ),
                customProperties=own(
                    sensitivity=LEVELS,
                    legalBasis=st.just("A6-1-b"),
                    jurisdiction=st.just("EU"),
                    localConcept=st.fixed_dictionaries(
                        {"name": NAMES, "label": TEXTS, "interprets": st.just(USER)}
                    ),
                ),
            )
        )
        for name in names
    ]
    for number, each in enumerate(objects):
        more = draw(askable(number, each["properties"]))
        each["customProperties"] = [*each.get("customProperties", []), *more]
    level = optional(description=TEXTS, valueExt=st.sampled_from(["P1D", "P30D"]))
    promises = [
        {"property": "latency", "value": draw(st.integers(1, 99)), "unit": "h"} | draw(level),
        {"property": "availability", "value": draw(st.sampled_from([99, 99.95])), "unit": "%"},
        {"property": "retention", "value": 3, "unit": "y", "element": names[0]},
    ]
    servers = draw(
        st.lists(
            st.sampled_from(
                [
                    {"type": "postgres", "host": "db.example", "port": 5432}
                    | {"database": "a/b", "schema": "s"},
                    {"type": "kafka", "host": "one.example:9092,two.example:9092"}
                    | {"format": "avro"},
                    {"type": "s3", "location": "s3://bucket/*.json", "format": "json"},
                    {"type": "local", "path": "data/a b.csv", "format": "csv"},
                    {"type": "snowflake", "account": "acme", "database": "d", "schema": "s"},
                    {"type": "bigquery", "project": "p", "dataset": "d"},
                    {"type": "databricks", "catalog": "c", "schema": "s"},
                ]
            ),
            min_size=1,
            max_size=2,
            unique_by=lambda server: server["type"],
        )
    )
    policy = {"action": "read", "purpose": ["ServiceProvision", "dpv:Marketing"]}
    policy |= draw(st.sampled_from([{}, {"rows": rows(objects[0])}]))
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": identifier,
        "version": "1.0.0",
        "status": draw(st.sampled_from(["draft", "active", "deprecated"])),
        "domain": "users",
        "schema": objects,
        "slaProperties": promises[: draw(st.integers(0, 3))],
        "servers": [{"server": f"s-{number}", **each} for number, each in enumerate(servers)],
        **draw(
            optional(
                name=TEXTS,
                tags=st.lists(TEXTS, max_size=2, unique=True),
                description=optional(purpose=TEXTS, usage=TEXTS, limitations=TEXTS),
                customProperties=own(policy=st.just(policy), securityScheme=st.just("oauth2")),
            )
        ),
    }


DESCRIPTORS = st.fixed_dictionaries(
    {
        "apiVersion": st.just("v1.0.0"),
        "kind": st.just("DataProduct"),
        "id": st.sampled_from(["sales.orders", "Größe/2", "https://mesh.example/p/1"]),
        "status": st.sampled_from(["proposed", "active", "retired"]),
        "version": st.just("2.0"),
        "domain": st.just("users"),
        "outputPorts": st.just([{"name": "out", "version": "1", "contractId": "c"}]),
    },
    optional={
        "name": TEXTS,
        "tags": st.lists(TEXTS, max_size=2, unique=True),
        "description": optional(purpose=TEXTS, usage=TEXTS, limitations=TEXTS),
        "inputPorts": st.just(
            [
                {"name": "out", "version": "1", "contractId": "users-emails"}
                | {"customProperties": [{"property": "purpose", "value": ["ServiceProvision"]}]},
                {"name": "crm", "version": "1", "contractId": "user-registry"},
            ]
        ),
        "managementPorts": st.just(
            [{"name": "about", "content": "discoverability", "url": "https://data.example/a"}]
        ),
        "team": st.just(
            {
                "members": [
                    {"username": "ana@media.example", "role": "owner"},
                    {"username": "jo", "role": "product owner"},
                ]
            }
        ),
        "support": st.just([{"channel": "chat", "url": "https://chat.example/a"}]),
        "productCreatedTs": st.sampled_from(["2026-01-27T09:00:00Z", "2026-01-27"]),
        "customProperties": own(
            infrastructure=st.just(["a warehouse", "https://infra.example/x"]),
            code=st.just("https://git.example/x"),
            endOfLife=st.just("2030-01-01"),
            replacedBy=st.just("sales.orders2"),
        ),
    },
)


def mesh(files: dict[str, Any]) -> tuple[View, Iri]:
    """The example mesh with one product more, and that product."""
    (new,) = read(files, Register(example())).submissions
    return stored((*submissions(), new)), new.subject


class TestTheExample:
    @pytest.mark.parametrize("name", WRITTEN_BY_HAND)
    def test_what_was_written_by_hand_comes_back_whole(self, name: str) -> None:
        found = documents(example(), product(name), BASE)
        assert found.lost == found.added == ()
        assert b"cannot hold" not in b"".join(found.files.values())

    def test_all_of_it_harvested_again_is_the_same_mesh(self) -> None:
        files = {file.name: file.read_bytes() for file in GOVERNANCE.glob("*.ttl")}
        for name in WRITTEN_BY_HAND:
            files |= documents(example(), product(name), BASE).files
        again = stored(read(files).submissions)
        for name in WRITTEN_BY_HAND:
            assert set(again.graph(product(name))) == set(example().graph(product(name)))

    def test_what_dbt_alone_can_say_is_told_statement_by_statement(self) -> None:
        found = documents(example(), product("podcasts.listens"), BASE)
        first = next(iter(found.files.values())).decode().splitlines()
        assert found.lost
        assert first[0] == f"# This format cannot hold {len(found.lost)} of the statements:"
        assert sum(line.startswith("#   <") for line in first) == len(found.lost + found.added)
        lost = {triple.predicate.rpartition("#")[2] for triple in found.lost}
        assert "computedOn" in lost

    @pytest.mark.parametrize("name", WRITTEN_BY_HAND)
    def test_it_is_the_same_byte_for_byte(self, name: str) -> None:
        reversed_ = stored(tuple(reversed(submissions())))
        once = documents(example(), product(name), BASE).files
        assert documents(reversed_, product(name), BASE).files == once


class TestGenerated:
    @settings(max_examples=25)
    @given(DESCRIPTORS, contracts())
    def test_a_descriptor_with_its_contract_comes_back(
        self, descriptor: dict[str, Any], contract: dict[str, Any]
    ) -> None:
        view, iri = mesh({"p.odps.yaml": descriptor, "c.odcs.yaml": contract})
        found = documents(view, iri, BASE)
        assert (found.lost, found.added) == ((), ())
        assert any(name.endswith(".odps.yaml") for name in found.files)

    @settings(max_examples=25)
    @given(contracts("https://mesh.example/p/2"))
    def test_a_contract_alone_comes_back_as_a_contract_alone(
        self, contract: dict[str, Any]
    ) -> None:
        view, iri = mesh({"c.odcs.yaml": contract})
        found = documents(view, iri, BASE)
        assert (found.lost, found.added) == ((), ())
        assert [name.rpartition(".odcs")[1] for name in found.files] == [".odcs"]


class TestWhatCannotBeHeld:
    def contract(self, **more: Any) -> dict[str, Any]:
        column = {"name": "n", "logicalType": "string"}
        return {
            "apiVersion": "v3.1.0",
            "kind": "DataContract",
            "id": "c",
            "version": "1.0.0",
            "servers": [{"server": "s", "type": "api", "location": "https://x.example/"}],
            "schema": [{"name": "t", "properties": [column | more]}],
        }

    def test_a_narrower_datatype_is_told_to_come_back_wider(self) -> None:
        view, iri = mesh({"c.odcs.yaml": self.contract(logicalType="long")})
        found = documents(view, iri, BASE)
        assert [triple.predicate for triple in found.lost] == [CSVW.datatype]
        assert [triple.predicate for triple in found.added] == [CSVW.datatype]

    def test_a_threshold_without_a_metric_of_the_library_is_told(self) -> None:
        quality = [{"id": "mine", "type": "sql", "query": "SELECT 1", "mustBe": 0}]
        view, iri = mesh({"c.odcs.yaml": self.contract(quality=quality)})
        found = documents(view, iri, BASE)
        assert {triple.subject.rpartition("/")[2] for triple in found.lost} == {"s", "t.n.mine.eq"}
        assert not found.added

    def test_a_language_is_told(self) -> None:
        found = documents(_spoken(), product("x"), BASE)
        assert [t.predicate for t in found.lost] == [DCT.title]
        assert [t.predicate for t in found.added] == [DCT.title]

    def test_no_text_ends_the_comment_that_tells_of_it(self) -> None:
        found = documents(_spoken("a\u2028injected: true"), product("x"), BASE)
        (body,) = found.files.values()
        assert "injected" not in yaml.safe_load(body)
        assert "injected" in body.decode().splitlines()[1]


def _spoken(title: str = "Orders") -> View:
    at = product("x")
    store = Store()
    store.replace(
        {
            at: [
                Triple(at, RDF.type, DPROD.DataProduct),
                Triple(at, DCT.identifier, text("x")),
                Triple(at, DCT.title, text(title, "en")),
            ]
        }
    )
    return store.view()


def parsed(files: dict[str, bytes], kind: str) -> list[Any]:
    return [yaml.safe_load(body) for name, body in files.items() if name.endswith(kind)]


@pytest.mark.realdata
@pytest.mark.parametrize("name", WRITTEN_BY_HAND)
def test_descriptors_are_valid_against_the_schema_of_the_standard(
    name: str, realdata: Path
) -> None:
    folder = realdata / "jsonschema" / "open-data-product-standard" / "schema"
    schema = json.loads((folder / "odps-json-schema-v1.0.0.json").read_text(encoding="utf-8"))
    found = parsed(documents(example(), product(name), BASE).files, ".odps.yaml")
    assert found
    for descriptor in found:
        jsonschema.Draft201909Validator(schema).validate(descriptor)


@pytest.mark.parametrize("name", WRITTEN_BY_HAND)
def test_contracts_are_valid_against_the_schema_of_the_standard(name: str) -> None:
    package = pytest.importorskip("open_data_contract_standard")
    file = Path(package.__file__).parent / "schema.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    found = parsed(documents(example(), product(name), BASE).files, ".odcs.yaml")
    assert found
    for contract in found:
        jsonschema.Draft201909Validator(schema).validate(contract)


@pytest.mark.realdata
def test_of_what_others_wrote_only_thresholds_and_datatypes_are_lost(realdata: Path) -> None:
    """And each loss is of a kind that the documentation names: a rule of SQL, a wider datatype."""
    count = 0
    for folder in ("odcs", "odps-bitol"):
        for file in sorted((realdata / folder).rglob("*.yaml")):
            for found in read({file.name: file.read_bytes()}).submissions:
                kept = documents(stored((found,)), found.subject, BASE)
                lost = [t for t in kept.lost if "/slo/" not in f"{t.subject} {t.object}"]
                assert {t.predicate for t in (*lost, *kept.added)} <= {CSVW.datatype}, file
                count += 1
    assert count > 20
