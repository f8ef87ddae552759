"""The schema of a contract: datasets, columns, keys, and what they point at."""

from collections.abc import Callable
from pathlib import Path

import pytest
from bitol_reading import HEAD, Read, refused, stated

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Literal
from catalog_service.terms import CSVW, DCAT, DCT, DPROD, PM, PROV, RDF, RDFS, SKOS, XSD, Iri
from harvesters.odcs import OdcsHarvester

ODCS = OdcsHarvester()
Reader = Callable[[str], Read]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    return lambda body: stated(ODCS, tmp_path, HEAD, body)


@pytest.fixture
def column(tmp_path: Path) -> Callable[[str], tuple[Read, Iri]]:
    """The column `a` of the dataset `t`, with these keys beside its name."""

    def made(keys: str) -> tuple[Read, Iri]:
        body = f"schema: [{{name: t, properties: [{{name: a, {keys}}}]}}]\n"
        found = stated(ODCS, tmp_path, HEAD, body)
        return found, found.part("datasets", "t", "columns", "a")

    return made


def names(found: Read, dataset: str = "t") -> set[str]:
    schema = found.part("datasets", dataset, "schema")
    columns = [c for c in found.objects(schema, CSVW.column) if isinstance(c, str)]
    return {name for c in columns for name in found.texts(Iri(c), CSVW.name)}


def test_an_object_of_the_schema_is_a_dataset_with_a_table_schema(read: Reader) -> None:
    found = read(
        """\
        schema:
        - name: listens
          businessName: Listens
          physicalName: listens_v2
          physicalType: table
          description: One row for each listen.
          dataGranularityDescription: One row a day.
          tags: [events]
          authoritativeDefinitions:
          - {type: Business definition, url: "https://m.example/models/listen"}
          - {type: videoTutorial, url: "https://m.example/video"}
          properties: [{name: a}]
        """
    )
    dataset = found.part("datasets", "listens")
    assert found.objects(found.product, DPROD.outputDataset) == {dataset}
    assert found.objects(dataset, RDF.type) == {DCAT.Dataset}
    assert found.texts(dataset, DCT.title) == {"listens"}
    assert found.texts(dataset, CSVW.title) == {"Listens"}
    assert found.texts(dataset, DCT.identifier) == {"listens_v2"}
    assert found.texts(dataset, DCT.description) == {"One row for each listen."}
    assert found.texts(dataset, RDFS.comment) == {"One row a day."}
    assert found.texts(dataset, DCAT.keyword) == {"events"}
    assert found.objects(dataset, DCT.conformsTo) == {"https://m.example/models/listen"}
    assert found.objects(dataset, RDFS.seeAlso) == {"https://m.example/video"}
    assert names(found, "listens") == {"a"}
    assert found.quiet


def test_a_dataset_without_properties_declares_no_columns(read: Reader) -> None:
    found = read("schema: [{name: topic}]\n")
    assert found.objects(found.part("datasets", "topic"), CSVW.tableSchema) == set()


@pytest.mark.parametrize(
    ("logical", "datatype"),
    [
        ("string", XSD.string),
        ("date", XSD.date),
        ("timestamp", XSD.dateTime),
        ("time", XSD.time),
        ("number", XSD.decimal),
        ("integer", XSD.integer),
        ("boolean", XSD.boolean),
        ("Numeric", XSD.decimal),
    ],
)
def test_a_logical_type_is_a_datatype(
    column: Callable[[str], tuple[Read, Iri]], logical: str, datatype: Iri
) -> None:
    found, a = column(f"logicalType: {logical}")
    assert found.objects(a, CSVW.datatype) == {datatype}


def test_an_object_has_no_datatype_and_that_is_no_fault(
    column: Callable[[str], tuple[Read, Iri]],
) -> None:
    found, a = column("logicalType: object")
    assert found.objects(a, CSVW.datatype) == set()
    assert found.quiet


def test_an_unknown_logical_type_is_warned_of(column: Callable[[str], tuple[Read, Iri]]) -> None:
    found, a = column("logicalType: money")
    (finding,) = found.noticed("unknown-value")
    assert finding.focus == a


def test_a_column_says_what_it_is(column: Callable[[str], tuple[Read, Iri]]) -> None:
    found, a = column(
        "businessName: A, description: The a., physicalName: col_a, required: 'true', tags: [x],"
        " classification: Highly confidential, examples: [1], encryptedName: e"
    )
    assert found.texts(a, CSVW.title) == {"A"}
    assert found.texts(a, DCT.description) == {"The a."}
    assert found.texts(a, DCT.identifier) == {"col_a"}
    assert found.objects(a, CSVW.required) == {Literal("true", XSD.boolean)}
    assert found.texts(a, DCAT.keyword) == {"x"}
    assert found.objects(a, PM.sensitivity) == {PM.Restricted}
    assert found.quiet


def test_a_classification_off_the_ladder_is_warned_of(
    column: Callable[[str], tuple[Read, Iri]],
) -> None:
    found, a = column("classification: 3")
    assert found.objects(a, PM.sensitivity) == set()
    (finding,) = found.noticed("unknown-value")
    assert "public, internal, confidential or restricted" in finding.fix


def test_nested_properties_and_items_are_columns_by_their_full_names(read: Reader) -> None:
    found = read(
        """\
        schema:
        - name: t
          properties:
          - name: address
            logicalType: object
            properties: [{name: street, properties: [{name: no}]}]
          - name: lines
            logicalType: array
            items: {logicalType: object, properties: [{name: sku}]}
          - name: marks
            logicalType: array
            items: {logicalType: integer, classification: public}
          - name: scores
            logicalType: map
            map: {key: {logicalType: string}, value: {logicalType: number}}
        """
    )
    assert names(found) == {
        *("address", "address.street", "address.street.no"),
        *("lines", "lines.sku", "marks", "scores"),
    }
    marks = found.part("datasets", "t", "columns", "marks")
    assert found.objects(marks, CSVW.datatype) == {XSD.integer}
    assert found.objects(marks, PM.sensitivity) == {PM.Public}
    assert found.quiet


def test_measures_are_no_columns(read: Reader) -> None:
    found = read(
        "schema: [{name: t, properties: [{name: a}, {name: sum, semanticType: measure}]}]\n"
    )
    assert names(found) == {"a"}
    (finding,) = found.noticed("unread-key")
    assert finding.severity is Severity.INFO


@pytest.mark.parametrize(
    "properties",
    ["[{name: a}, {name: a}]", "[{name: a.b}, {name: a, properties: [{name: b}]}]"],
)
def test_two_columns_of_one_name_are_refused(tmp_path: Path, properties: str) -> None:
    fault = refused(ODCS, tmp_path, HEAD, f"schema: [{{name: t, properties: {properties}}}]\n")
    assert "first on line 6" in fault.message


def test_the_primary_key_names_its_columns_and_is_the_grain(read: Reader) -> None:
    found = read(
        """\
        schema:
        - name: t
          properties:
          - {name: a, primaryKey: true, primaryKeyPosition: 1}
          - {name: b, primaryKey: true, primaryKeyPosition: 2}
          - {name: c, unique: true, primaryKey: false}
        """
    )
    dataset = found.part("datasets", "t")
    keys = found.objects(found.part("datasets", "t", "schema"), CSVW.primaryKey)
    assert keys == {Literal("a"), Literal("b")}
    columns = {found.part("datasets", "t", "columns", name) for name in "ab"}
    assert found.objects(dataset, PM.grain) == columns


@pytest.mark.parametrize(("second", "grain"), [("false", 1), ("true", 0)])
def test_one_unique_column_is_a_grain_and_two_are_none(
    read: Reader, second: str, grain: int
) -> None:
    found = read(
        "schema: [{name: t, properties:"
        f" [{{name: a, unique: true}}, {{name: b, unique: {second}}}]}}]\n"
    )
    assert len(found.objects(found.part("datasets", "t"), PM.grain)) == grain


def test_definitions_bind_a_column(column: Callable[[str], tuple[Read, Iri]]) -> None:
    found, a = column(
        "authoritativeDefinitions: [{type: polyseme, url: User},"
        " {type: identifier scheme, url: 'https://m.example/schemes/user-id'},"
        " {type: businessDefinition, url: 'https://m.example/terms/a'},"
        " {type: implementation, url: 'jdbc:postgresql://h:5432/d/t/a'}, {type: tutorial}]"
    )
    assert found.referred(a, PM.identifies) == {("POLYSEME", "User")}
    scheme = ("SCHEME", "https://m.example/schemes/user-id")
    assert found.referred(a, PM.identifierScheme) == {scheme}
    assert found.referred(a, RDFS.seeAlso) == {("DEFINITION", "https://m.example/terms/a")}
    assert found.objects(a, RDFS.seeAlso) == {"jdbc:postgresql://h:5432/d/t/a"}
    assert found.objects(found.product, PM.codeComponent) == set()
    assert found.quiet


def test_a_definition_that_is_no_address_is_warned_of(
    column: Callable[[str], tuple[Read, Iri]],
) -> None:
    found, _ = column("authoritativeDefinitions: [{type: glossary, url: see the wiki}]")
    (finding,) = found.noticed("unknown-value")
    assert "no absolute address" in finding.message


RELATED = """\
schema:
- name: users
  id: users_tbl
  properties: [{{name: id, id: user_pk}}, {{name: no}}]
- name: orders
  properties:
  - {{name: user_id, relationships: [{{to: {to}}}]}}
"""


@pytest.mark.parametrize(
    "to",
    ["users.id", "schema/users_tbl/properties/user_pk", "/schema/users_tbl/properties/user_pk"],
)
def test_a_relationship_is_a_foreign_key(read: Reader, to: str) -> None:
    found = read(RELATED.format(to=to))
    column = found.part("datasets", "orders", "columns", "user_id")
    goal = found.part("datasets", "users", "columns", "id")
    assert found.objects(column, CSVW.foreignKey) == {goal}


@pytest.mark.parametrize(
    ("to", "name"),
    [
        ("users-contract#users.id", "users-contract#users.id"),
        ("users.yaml#/schema/users/properties/id", "users.yaml#users.id"),
    ],
)
def test_a_relationship_to_another_contract_is_left_open(read: Reader, to: str, name: str) -> None:
    found = read(RELATED.format(to=f'"{to}"'))
    column = found.part("datasets", "orders", "columns", "user_id")
    assert found.referred(column, CSVW.foreignKey) == {("COLUMN", name)}


def test_a_relationship_to_nowhere_is_warned_of(read: Reader) -> None:
    (finding,) = read(RELATED.format(to="users.ident")).noticed("unknown-reference")
    assert (finding.severity, finding.line) == (Severity.WARNING, 12)


def test_a_composite_key_relates_its_columns_in_order(read: Reader) -> None:
    found = read(
        """\
        schema:
        - {name: a, properties: [{name: x}, {name: y}]}
        - name: b
          properties: [{name: x}, {name: y}]
          relationships: [{from: [b.x, b.y], to: [a.x, a.y]}]
        """
    )
    for name in "xy":
        column = found.part("datasets", "b", "columns", name)
        goal = found.part("datasets", "a", "columns", name)
        assert found.objects(column, CSVW.foreignKey) == {goal}


def test_a_composite_key_from_nowhere_is_warned_of(read: Reader) -> None:
    found = read(
        "schema: [{name: t, properties: [{name: a}], relationships: [{from: z, to: t.a}]}]\n"
    )
    (finding,) = found.noticed("unknown-reference")
    assert "`z`" in finding.message


def test_a_composite_key_of_unequal_ends_is_refused(tmp_path: Path) -> None:
    body = "schema: [{name: t, properties: [{name: a}], relationships: [{from: [a, a], to: a}]}]\n"
    assert "from 2 columns to 1" in refused(ODCS, tmp_path, HEAD, body).message


def test_transformation_sources_are_lineage_where_they_name_columns(read: Reader) -> None:
    found = read(
        """\
        schema:
        - {name: raw, properties: [{name: ip}]}
        - name: t
          properties:
          - {name: country, transformSourceObjects: [raw.ip, "users#profiles.ip", raw_table]}
        """
    )
    column = found.part("datasets", "t", "columns", "country")
    source = found.part("datasets", "raw", "columns", "ip")
    assert found.objects(column, PROV.wasDerivedFrom) == {source}
    assert found.referred(column, PROV.wasDerivedFrom) == {("COLUMN", "users#profiles.ip")}
    (finding,) = found.noticed("unknown-reference")
    assert finding.severity is Severity.INFO
    assert "raw_table" in finding.message


def test_synonyms_are_other_labels(read: Reader) -> None:
    found = read("schema: [{name: t, synonyms: [{synonym: plays, locale: en}]}]\n")
    assert found.texts(found.part("datasets", "t"), SKOS.altLabel) == {"plays"}
