"""What a contract says can be asked of its datasets, and which rows its policies hand out."""

from collections.abc import Callable
from pathlib import Path

import pytest
from bitol_reading import HEAD, Read, refused, stated

from catalog_service.domain.rdf import Literal, text
from catalog_service.terms import CSVW, DPV, ODRL, PM, RDF, SDMX, SKOS, XSD
from harvesters.odcs import OdcsHarvester

Reader = Callable[[str], Read]
SCHEMA = """\
schema:
- name: sales
  properties:
  - {name: sale_id, logicalType: string}
  - {name: amount, logicalType: number}
  - {name: currency, logicalType: string}
  - {name: sold_at, logicalType: timestamp}
  customProperties:
  - property: measures
    value:
"""
GOOD = (
    "{name: Turnover, label: turnover, aggregate: sum, operand: amount, additivity: Additive,"
    " clock: sold_at, zone: UTC, whenEmpty: Zero, unit: EUR, unitColumn: currency}"
)


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    return lambda body: stated(OdcsHarvester(), tmp_path, HEAD, body)


def measured(read: Reader, *entries: str) -> Read:
    return read(SCHEMA + "".join(f"    - {entry}\n" for entry in entries))


def test_a_measure_says_all_that_is_needed_to_compute_it(read: Reader) -> None:
    found = measured(read, GOOD)
    measure, dataset = found.part("measures", "Turnover"), found.part("datasets", "sales")
    column = found.part("datasets", "sales", "columns", "sold_at")
    assert found.objects(measure, RDF.type) == {PM.Measure}
    assert found.texts(measure, CSVW.name) == {"Turnover"}
    assert found.texts(measure, SKOS.prefLabel) == {"turnover"}
    assert found.objects(measure, PM.countedOn) == {dataset}
    assert found.texts(measure, PM.aggregate) == {"sum"}
    assert found.objects(measure, PM.operand) == {f"{dataset}/columns/amount"}
    assert found.objects(measure, PM.additivity) == {PM.Additive}
    assert found.objects(measure, PM.clock) == {column}
    assert found.texts(measure, PM.zone) == {"UTC"}
    assert found.objects(measure, PM.whenEmpty) == {PM.Zero}
    assert found.texts(measure, SDMX.unitMeasure) == {"EUR"}
    assert found.objects(measure, PM.unitColumn) == {f"{dataset}/columns/currency"}
    assert found.quiet


def test_the_clock_may_lie_in_another_contract(read: Reader) -> None:
    found = measured(read, GOOD.replace("clock: sold_at", 'clock: "tills#receipts.printed_at"'))
    measure = found.part("measures", "Turnover")
    assert found.objects(measure, PM.clock) == set()
    assert found.referred(measure, PM.clock) == {("COLUMN", "tills#receipts.printed_at")}


@pytest.mark.parametrize("word", ["Null", "'Null'", "null"])
def test_null_is_a_word_with_and_without_quotes(read: Reader, word: str) -> None:
    found = measured(read, GOOD.replace("Zero", word))
    assert found.objects(found.part("measures", "Turnover"), PM.whenEmpty) == {PM.Null}


def test_what_a_measure_does_not_say_is_not_stated(read: Reader) -> None:
    found = measured(read, "{name: Sales, aggregate: count, additivity: additive}")
    measure = found.part("measures", "Sales")
    for missing in (PM.clock, PM.zone, PM.whenEmpty, SDMX.unitMeasure, PM.operand):
        assert found.objects(measure, missing) == set()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("aggregate: sum", "aggregate: total", "aggregate 'total' is unknown"),
        ("aggregate: sum, ", "", "has no `aggregate`"),
        ("operand: amount, ", "", "has no `operand`"),
        ("operand: amount", "operand: price", "operand `price` names no column"),
        ("additivity: Additive, ", "", "has no `additivity`"),
        ("additivity: Additive", "additivity: mostly", "additivity 'mostly' is unknown"),
        ("additivity: Additive", "additivity: SemiAdditive", "belong together"),
        ("clock: sold_at", "clock: sold_on", "clock `sold_on` names no column"),
        ("zone: UTC", "zone: Middle/Earth", "'Middle/Earth' is no time zone"),
        ("whenEmpty: Zero", "whenEmpty: one", "whenEmpty 'one' is unknown"),
        ("unitColumn: currency", "unitColumn: money", "unitColumn `money` names no column"),
        ("aggregate: sum", "aggregate: median", "figures of median cannot be added up"),
        ("name: Turnover, ", "", "a measure has no `name`"),
    ],
)
def test_a_measure_with_a_fault_is_left_out_with_a_warning_at_its_line(
    read: Reader, old: str, new: str, message: str
) -> None:
    count = "{name: Sales, aggregate: count, additivity: Additive}"
    assert old in GOOD
    found = measured(read, count, GOOD.replace(old, new))
    (finding,) = found.noticed("unknown-value")
    assert message in finding.message
    assert finding.message.endswith("it is left out")
    assert (finding.line, bool(finding.fix)) == (17, True)
    assert found.objects(found.part("measures", "Sales"), RDF.type) == {PM.Measure}
    assert found.objects(found.part("measures", "Turnover"), RDF.type) == set()


def test_two_measures_of_one_name_are_told_apart_by_nobody(read: Reader) -> None:
    found = measured(read, GOOD, GOOD)
    (finding,) = found.noticed("unknown-value")
    assert "measure `Turnover` is stated twice, first on line" in finding.message


def test_dimensions_are_columns_of_the_dataset(read: Reader) -> None:
    found = read(
        "schema: [{name: t, properties: [{name: a}, {name: b}],"
        " customProperties: [{property: dimensions, value: [a, c]}]}]\n"
    )
    dataset = found.part("datasets", "t")
    assert found.objects(dataset, PM.dimension) == {f"{dataset}/columns/a"}
    (finding,) = found.noticed("unknown-value")
    assert "dimension `c` names no column" in finding.message


def test_a_dimension_is_bound_to_the_term_that_others_share(read: Reader) -> None:
    found = read(
        "schema: [{name: t, properties: [{name: a, authoritativeDefinitions:"
        " [{type: dimension, url: 'https://terms.example/device'}]}]}]\n"
    )
    column = f"{found.part('datasets', 't')}/columns/a"
    assert found.objects(column, PM.dimensionTerm) == {"https://terms.example/device"}


def test_a_policy_names_the_masked_columns_that_are_joined_by(read: Reader) -> None:
    found = read(
        "servers: [{server: f, type: local, path: t.csv}]\n"
        "schema: [{name: t, properties: [{name: a}, {name: b}]}]\n"
        "customProperties: [{property: policy, value: {purpose: ServiceProvision, keys: [a]}}]\n"
    )
    policy = f"{found.part('ports', 'f')}/policy"
    assert found.objects(policy, PM.permitsKey) == {f"{found.part('datasets', 't')}/columns/a"}


def test_a_derived_key_is_made_of_a_column_by_named_transforms(read: Reader) -> None:
    keys = (
        "[{name: hashed, column: mail, to: email-sha256, transform: trim|sha256_ascii_lower},"
        " {name: bare, column: mail, to: user-id, transform: 'strip_prefix(user:)'},"
        " {name: odd, column: mail, to: user-id, transform: drop table},"
        " {name: lost, column: nowhere, to: user-id, transform: trim}]"
    )
    found = read(
        "schema: [{name: t, properties: [{name: mail}],"
        f" customProperties: [{{property: derivedKeys, value: {keys}}}]}}]\n"
    )
    column = found.part("datasets", "t", "columns", "mail")
    hashed, bare = found.part("derived-keys", "hashed"), found.part("derived-keys", "bare")
    assert found.objects(column, PM.derivedKey) == {hashed, bare}
    assert found.objects(hashed, RDF.type) == {PM.DerivedKey}
    assert found.texts(hashed, PM.transform) == {"trim | sha256_ascii_lower"}
    assert found.texts(bare, PM.transform) == {"strip_prefix(user:)"}
    assert found.referred(hashed, PM.toScheme) == {("SCHEME", "email-sha256")}
    messages = [finding.message for finding in found.noticed("unknown-value")]
    assert len(messages) == 2
    assert "'drop table' names no transform" in messages[0]
    assert "column `nowhere` names no column" in messages[1]


def test_a_property_that_is_a_measure_is_one(read: Reader) -> None:
    found = read(
        """\
        schema:
        - name: t
          properties:
          - {name: country}
          - name: Rows
            semanticType: measure
            businessName: rows
            customProperties:
            - {property: measure, value: {aggregate: count, additivity: Additive}}
          - {name: land, semanticType: dimension, physicalName: country}
          - {name: Ratio, semanticType: measure}
        """
    )
    dataset, rows = found.part("datasets", "t"), found.part("measures", "Rows")
    assert found.objects(rows, PM.countedOn) == {dataset}
    assert found.texts(rows, SKOS.prefLabel) == {"rows"}
    assert found.objects(dataset, PM.dimension) == {f"{dataset}/columns/country"}
    (finding,) = found.noticed("unread-key")
    assert "`Ratio` is a measure" in finding.message


ROWS = """\
servers: [{server: files, type: local, path: data}, {server: more, type: local, path: more}]
schema:
- name: t
  properties:
  - {name: status, logicalType: string}
  - {name: since, logicalType: date}
  - {name: score, logicalType: number}
  - {name: open, logicalType: boolean}
  - {name: seen_at, logicalType: timestamp}
customProperties:
- property: policy
  value:
    action: read
    purpose: ServiceProvision
    rows:
"""


def test_the_rows_of_a_policy_are_conditions_of_each_port(read: Reader) -> None:
    found = read(
        ROWS
        + "    - {column: status, comparator: in, values: [active, asleep]}\n"
        + "    - {column: since, comparator: lt, value: 2026-03-01}\n"
        + "    - {column: score, comparator: gte, value: 0.5, purposes: [Marketing]}\n"
        + "    - {column: open, comparator: eq, value: true}\n"
        + "    - {column: seen_at, comparator: is_not_null}\n"
    )
    for port in ("files", "more"):
        policy = found.part("ports", port, "policy")
        rules = [f"{policy}/rows/{n}" for n in range(1, 6)]
        assert found.objects(policy, PM.rowRule) == set(rules)
        assert len(found.objects(policy, ODRL.permission)) == 1
        one, two, three, four, five = (
            found.part("ports", port, "policy", "rows", str(n)) for n in range(1, 6)
        )
        assert found.objects(one, RDF.type) == {PM.RowRule}
        assert found.objects(one, PM.onColumn) == {found.part("datasets", "t", "columns", "status")}
        assert found.texts(one, PM.comparator) == {"in"}
        assert found.objects(one, PM.operandValue) == {text("active"), text("asleep")}
        assert found.objects(two, PM.operandValue) == {Literal("2026-03-01", XSD.date)}
        assert found.objects(three, PM.operandValue) == {Literal("0.5", XSD.decimal)}
        assert found.objects(three, PM.forPurpose) == {DPV.Marketing}
        assert found.objects(one, PM.forPurpose) == set()
        assert found.objects(four, PM.operandValue) == {Literal("true", XSD.boolean)}
        assert found.objects(five, PM.operandValue) == set()
    assert found.quiet


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "{column: status, comparator: like, value: a}",
            "comparator 'like' of a row rule is unknown",
        ),
        ("{column: nothing, comparator: eq, value: a}", "`nothing`, which is no column"),
        ("{column: since, comparator: lt, value: spring}", "'spring' in a row rule is no date"),
        ("{column: score, comparator: eq, value: NaN}", "'NaN' in a row rule is no decimal"),
        ("{column: seen_at, comparator: lt, value: 2026-01-01}", "is no dateTime"),
        ("{column: status, comparator: eq}", "by `eq` with 0 values"),
        ("{column: status, comparator: eq, values: [a, b]}", "by `eq` with 2 values"),
        ("{column: status, comparator: is_null, value: a}", "by `is_null` with 1 values"),
        ("{column: status, comparator: eq, value: {a: b}}", "holds what is no plain value"),
        ("{column: status, value: a}", "lacks `column` or `comparator`"),
        ("{column: status, comparator: eq, value: a, purposes: [to sell]}", "names no term"),
    ],
)
def test_a_rule_on_rows_that_cannot_be_read_refuses_the_contract(
    tmp_path: Path, row: str, message: str
) -> None:
    faulty = refused(OdcsHarvester(), tmp_path, HEAD, f"{ROWS}    - {row}\n")
    assert message in faulty.message
    assert faulty.origin.line == 21
    assert faulty.fix


def test_a_policy_of_another_shape_is_still_the_teams_own(read: Reader) -> None:
    found = read("schema: [{name: t}]\ncustomProperties: [{property: policy, value: on paper}]\n")
    (finding,) = found.noticed("unknown-value")
    assert "custom property `policy` is left out" in finding.message
