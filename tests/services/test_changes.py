"""Changes between two graphs of a product: every row of the table, and nothing left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.domain.rdf import Triple
from catalog_service.graph import parse
from catalog_service.services.changes import RULES, Bump, Change, Impact, Kind, changes
from catalog_service.terms import Iri

BASE = "https://mesh.example/"
PRODUCT = Iri(f"{BASE}products/orders")
HEAD = """
@prefix pm: <https://w3id.org/polyseme/ns#> .
@prefix dprod: <https://www.omg.org/spec/DPROD/dprod/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix csvw: <http://www.w3.org/ns/csvw#> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix dpv: <https://w3id.org/dpv#> .
@prefix eu-gdpr: <https://w3id.org/dpv/legal/eu/gdpr#> .
@prefix pd: <https://w3id.org/dpv/pd#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sdmx: <http://purl.org/linked-data/sdmx/2009/attribute#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
STATED = """
<products/orders> a dprod:DataProduct ; dct:title "Orders" ; dcat:version "1.0.0" ;
  dprod:lifecycleStatus pm:Active ; dprod:domain <domains/sales> ;
  dprod:dataProductOwner <mailto:ana@mesh.example> ; dprod:inputPort <products/orders/inputs/shop> ;
  dprod:outputPort <products/orders/ports/sql> ; dprod:outputDataset <products/orders/datasets/d> .
<products/orders/inputs/shop> a dcat:DataService ; pm:readsFrom <systems/shop> .
<products/orders/ports/sql> a dcat:DataService ; dprod:protocol "postgres" ;
  dcat:endpointURL <https://sql.example/orders> ; dprod:securitySchemaType "oauth2" ;
  dcat:servesDataset <products/orders/datasets/d> ; odrl:hasPolicy <products/orders/ports/sql/policy> ;
  pm:slo <products/orders/ports/sql/slo/latency> .
<products/orders/ports/sql/policy> a odrl:Offer ; odrl:permission <products/orders/ports/sql/policy/1> .
<products/orders/ports/sql/policy/1> odrl:action odrl:use .
<products/orders/ports/sql/slo/latency> a pm:ServiceLevelObjective ; pm:indicator pm:Freshness ;
  pm:comparator odrl:lteq ; pm:target 60.0 ; sdmx:unitMeasure unit:MIN ; pm:window "P1D"^^xsd:duration .
<products/orders/datasets/d> a dcat:Dataset ; dct:title "Orders" ; dct:conformsTo <models/order> ;
  pm:about <products/orders/concepts/order> ; pm:grain <products/orders/datasets/d/columns/id> ;
  dprod:informationSensitivityClassification pm:Internal ; dpv:hasPersonalData pd:Name ;
  dpv:hasLegalBasis eu-gdpr:A6-1-b ; dpv:hasStorageCondition <products/orders/datasets/d/retention> ;
  dcat:distribution <products/orders/datasets/d/distributions/1> ;
  csvw:tableSchema <products/orders/datasets/d/schema> .
<products/orders/datasets/d/retention> a dpv:StorageDuration ; rdfs:label "3 y" .
<products/orders/datasets/d/distributions/1> a dcat:Distribution ; dct:format "parquet" .
<products/orders/datasets/d/schema> a csvw:Schema ; csvw:primaryKey "id" ;
  csvw:column <products/orders/datasets/d/columns/id> , <products/orders/datasets/d/columns/who> .
<products/orders/datasets/d/columns/id> a csvw:Column ; csvw:name "id" ; csvw:datatype xsd:int ;
  csvw:required true ; dct:description "The order." ; prov:wasDerivedFrom <products/x/columns/id> .
<products/orders/datasets/d/columns/who> a csvw:Column ; csvw:name "who" ; csvw:datatype xsd:string ;
  pm:identifies <polysemes/User> ; pm:identifierScheme <schemes/user-id> ;
  pm:sensitivity pm:Confidential ; pm:personalDataCategory pd:Name .
<products/orders/concepts/order> a pm:LocalConcept ; pm:interprets <polysemes/Order> .
<products/orders/crosswalks/who> a pm:Crosswalk ; pm:fromScheme <schemes/cart> ;
  pm:toScheme <schemes/user-id> ; pm:cardinality pm:ManyToOne .
"""
COLUMN = "<products/orders/datasets/d/columns/more>"
MORE = f"<products/orders/datasets/d/schema> csvw:column {COLUMN} . {COLUMN} csvw:name 'more' ."
EVERYTHING = STATED + MORE

SQL, D = "<products/orders/ports/sql>", "<products/orders/datasets/d>"
ID, WHO = f"{D[:-1]}/columns/id>", f"{D[:-1]}/columns/who>"


def graph(stated: str) -> tuple[Triple, ...]:
    return tuple(parse(HEAD + stated, "turtle", base=BASE))


def without(line: str) -> str:
    assert line in STATED, line
    return STATED.replace(line, "")


def instead(old: str, new: str) -> str:
    assert old in STATED, old
    return STATED.replace(old, new)


def found(before: str, after: str) -> tuple[Change, ...]:
    return changes(PRODUCT, graph(before), graph(after))


def kinds(before: str, after: str) -> list[Kind]:
    return [change.kind for change in found(before, after)]


def added(more: str) -> tuple[str, str]:
    return STATED, STATED + more


def removed(more: str) -> tuple[str, str]:
    return STATED + more, STATED


def changed(old: str, new: str) -> tuple[str, str]:
    return STATED, instead(old, new)


NEW_PORT = (
    "<products/orders> dprod:outputPort <products/orders/ports/b> . "
    "<products/orders/ports/b> a dcat:DataService ; dprod:protocol 'http' ."
)
NEW_INPUT = (
    "<products/orders> dprod:inputPort <products/orders/inputs/b> . "
    "<products/orders/inputs/b> pm:readsFrom <systems/b> ."
)
NEW_DATASET = (
    "<products/orders> dprod:outputDataset <products/orders/datasets/b> . "
    f"<products/orders/datasets/b> a dcat:Dataset . {SQL} dcat:servesDataset <products/orders/datasets/b> ."
)
NEW_FORM = (
    f"{D} dcat:distribution {D[:-1]}/distributions/2> . "
    f"{D[:-1]}/distributions/2> dct:format 'csv' ."
)
NEW_PROMISE = (
    f"{SQL} pm:slo {SQL[:-1]}/slo/up> . {SQL[:-1]}/slo/up> pm:indicator pm:Availability ; "
    "pm:comparator odrl:gteq ; pm:target 0.99 ; sdmx:unitMeasure unit:UNITLESS ."
)
NEW_CROSSWALK = "<products/orders/crosswalks/b> a pm:Crosswalk ; pm:fromScheme <schemes/b> ."
NEW_MEASURE = (
    "<products/orders/measures/n> a pm:Measure ; csvw:name 'n' ; pm:aggregate 'count' ; "
    f"pm:countedOn {D} ; skos:prefLabel 'number' ."
)
ROW_RULE = (
    f"{SQL[:-1]}/policy> pm:rowRule {SQL[:-1]}/policy/rows/1> . "
    f"{SQL[:-1]}/policy/rows/1> a pm:RowRule ; pm:onColumn {WHO} ; pm:comparator 'is_not_null' ."
)
PERMISSION = (
    f"{SQL[:-1]}/policy> odrl:permission {SQL[:-1]}/policy/2> . "
    f"{SQL[:-1]}/policy/2> odrl:action odrl:read ."
)
POLICY = "odrl:hasPolicy <products/orders/ports/sql/policy> ;"
POLICY_WHOLE = (
    "<products/orders/ports/sql/policy> a odrl:Offer ; odrl:permission <products/orders/ports/sql/policy/1> .\n"
    "<products/orders/ports/sql/policy/1> odrl:action odrl:use ."
)
BARE = without(POLICY).replace(POLICY_WHOLE, "")
TARGET = "pm:target 60.0 ; sdmx:unitMeasure unit:MIN"
INT, STRING = "csvw:datatype xsd:int ;", "csvw:datatype xsd:string ;"

ROWS: dict[Kind, tuple[str, str]] = {
    Kind.PRODUCT_ADDED: ("", STATED),
    Kind.PRODUCT_REMOVED: (STATED, ""),
    Kind.PRODUCT_RETIRED: changed("pm:Active", "pm:Retired"),
    Kind.PRODUCT_WITHDRAWN: changed("pm:Active", "pm:Draft"),
    Kind.PRODUCT_DEPRECATED: changed("pm:Active", "pm:Deprecated"),
    Kind.STATUS_CHANGED: (instead("pm:Active", "pm:Draft"), STATED),
    Kind.END_CHANGED: added("<products/orders> pm:endOfLife '2030-01-01'^^xsd:date ."),
    Kind.VERSION_CHANGED: changed('dcat:version "1.0.0"', 'dcat:version "1.0.1"'),
    Kind.OWNER_CHANGED: changed("mailto:ana", "mailto:bo"),
    Kind.DOMAIN_CHANGED: changed("<domains/sales>", "<domains/users>"),
    Kind.INPUT_ADDED: added(NEW_INPUT),
    Kind.INPUT_REMOVED: removed(NEW_INPUT),
    Kind.INPUT_CHANGED: changed("pm:readsFrom <systems/shop>", "pm:readsFrom <systems/till>"),
    Kind.PORT_ADDED: added(NEW_PORT),
    Kind.PORT_REMOVED: removed(NEW_PORT),
    Kind.PROTOCOL_CHANGED: changed('"postgres"', '"mysql"'),
    Kind.ENDPOINT_CHANGED: changed("https://sql.example", "https://db.example"),
    Kind.GUARD_CHANGED: changed('"oauth2"', '"mtls"'),
    Kind.DATASET_SERVED: (without("dcat:servesDataset <products/orders/datasets/d> ;"), STATED),
    Kind.DATASET_UNSERVED: (STATED, without("dcat:servesDataset <products/orders/datasets/d> ;")),
    Kind.POLICY_ADDED: (BARE, STATED),
    Kind.POLICY_REMOVED: (STATED, BARE),
    Kind.POLICY_WIDENED: added(PERMISSION),
    Kind.POLICY_CHANGED: removed(PERMISSION),
    Kind.OBJECTIVE_ADDED: added(NEW_PROMISE),
    Kind.OBJECTIVE_REMOVED: removed(NEW_PROMISE),
    Kind.OBJECTIVE_TIGHTENED: changed("pm:target 60.0", "pm:target 30.0"),
    Kind.OBJECTIVE_LOOSENED: changed("pm:target 60.0", "pm:target 61.0"),
    Kind.OBJECTIVE_CHANGED: changed('"P1D"^^xsd:duration', '"P30D"^^xsd:duration'),
    Kind.DATASET_ADDED: added(NEW_DATASET),
    Kind.DATASET_REMOVED: removed(NEW_DATASET),
    Kind.MODEL_ADDED: (without("dct:conformsTo <models/order> ;"), STATED),
    Kind.MODEL_CHANGED: changed("<models/order>", "<models/sale>"),
    Kind.CONCEPT_ADDED: (without("pm:about <products/orders/concepts/order> ;"), STATED),
    Kind.CONCEPT_CHANGED: changed("pm:interprets <polysemes/Order>", "pm:interprets <polysemes/X>"),
    Kind.KEY_CHANGED: changed('csvw:primaryKey "id"', 'csvw:primaryKey "id" , "who"'),
    Kind.GRAIN_CHANGED: changed("d/columns/id> ;\n  dprod:info", "d/columns/who> ;\n  dprod:info"),
    Kind.FORM_ADDED: added(NEW_FORM),
    Kind.FORM_REMOVED: removed(NEW_FORM),
    Kind.FORM_CHANGED: changed('dct:format "parquet"', 'dct:format "orc"'),
    Kind.TERMS_ADDED: added(f"{D} dpv:hasLegalBasis eu-gdpr:A6-1-f ."),
    Kind.TERMS_CHANGED: changed('rdfs:label "3 y"', 'rdfs:label "1 y"'),
    Kind.COLUMN_ADDED: added(MORE),
    Kind.COLUMN_REMOVED: removed(MORE),
    Kind.COLUMN_RENAMED: changed('csvw:name "who"', 'csvw:name "buyer"'),
    Kind.TYPE_STATED: (without(STRING), STATED),
    Kind.TYPE_WIDENED: changed(INT, "csvw:datatype xsd:decimal ;"),
    Kind.TYPE_NARROWED: changed(INT, "csvw:datatype xsd:short ;"),
    Kind.TYPE_CHANGED: changed(INT, "csvw:datatype xsd:date ;"),
    Kind.REQUIRED_TIGHTENED: added(f"{WHO} csvw:required true ."),
    Kind.REQUIRED_LOOSENED: changed("csvw:required true", "csvw:required false"),
    Kind.SENSITIVITY_STATED: added(f"{ID} pm:sensitivity pm:Public ."),
    Kind.SENSITIVITY_RAISED: changed("pm:Confidential", "pm:Restricted"),
    Kind.SENSITIVITY_LOWERED: changed("pm:Confidential", "pm:Internal"),
    Kind.SENSITIVITY_CHANGED: changed("pm:Confidential", "<levels/green>"),
    Kind.PERSONAL_ADDED: added(f"{ID} pm:personalDataCategory pd:AccountIdentifier ."),
    Kind.PERSONAL_REMOVED: removed(f"{ID} pm:personalDataCategory pd:AccountIdentifier ."),
    Kind.BINDING_ADDED: added(f"{ID} pm:identifies <polysemes/Order> ."),
    Kind.BINDING_REMOVED: (STATED, without("pm:identifies <polysemes/User> ;")),
    Kind.BINDING_CHANGED: changed("pm:identifies <polysemes/User>", "pm:identifies <polysemes/X>"),
    Kind.SCHEME_ADDED: added(f"{ID} pm:identifierScheme <schemes/order-id> ."),
    Kind.SCHEME_REMOVED: (STATED, without("pm:identifierScheme <schemes/user-id> ;")),
    Kind.SCHEME_CHANGED: changed(
        "pm:identifierScheme <schemes/user-id>", "pm:identifierScheme <s>"
    ),
    Kind.LINEAGE_CHANGED: changed("<products/x/columns/id>", "<products/y/columns/id>"),
    Kind.CROSSWALK_ADDED: added(NEW_CROSSWALK),
    Kind.CROSSWALK_REMOVED: removed(NEW_CROSSWALK),
    Kind.CROSSWALK_CHANGED: changed("pm:ManyToOne", "pm:OneToOne"),
    Kind.MEASURE_ADDED: added(NEW_MEASURE),
    Kind.MEASURE_REMOVED: removed(NEW_MEASURE),
    Kind.MEASURE_CHANGED: (
        STATED + NEW_MEASURE,
        STATED + NEW_MEASURE.replace("'count'", "'count-distinct'"),
    ),
    Kind.DIMENSION_ADDED: added(f"{D} pm:dimension {WHO} ."),
    Kind.DIMENSION_REMOVED: removed(f"{D} pm:dimension {WHO} ."),
    Kind.DESCRIBED: changed('"The order."', '"The number of the order."'),
    Kind.OTHER: added(f"{ID} csvw:valueUrl <https://mesh.example/orders/1> ."),
}
"""For each kind, two graphs that differ by just that."""


def test_the_table_has_every_kind_in_order() -> None:
    assert list(RULES) == list(Kind)
    assert list(ROWS) == list(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_a_change_is_called_by_its_kind_and_by_no_other(kind: Kind) -> None:
    assert kinds(*ROWS[kind]) == [kind]


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_says_why_in_one_sentence(kind: Kind) -> None:
    rule = RULES[kind]
    assert rule.why.endswith(".")
    assert rule.why.count(".") == 1
    assert (rule.impact is Impact.BREAKING) == (rule.bump is Bump.MAJOR)


OPPOSITE = {
    kind: Kind(kind.value.replace("-added", "-removed"))
    for kind in Kind
    if kind.value.endswith("-added") and kind.value.replace("-added", "-removed") in list(Kind)
}


@pytest.mark.parametrize("kind", OPPOSITE)
def test_what_is_added_one_way_is_removed_the_other(kind: Kind) -> None:
    before, after = ROWS[kind]
    there, back = found(before, after), found(after, before)
    assert [each.kind for each in back] == [OPPOSITE[kind]]
    assert [(each.thing, each.name) for each in there] == [(each.thing, each.name) for each in back]


def test_a_column_that_went_while_another_came_is_never_taken_for_renamed() -> None:
    renamed = STATED.replace("columns/who", "columns/buyer").replace('"who"', '"buyer"')
    assert kinds(STATED, renamed) == [Kind.COLUMN_REMOVED, Kind.COLUMN_ADDED]


def test_a_rule_on_rows_is_part_of_the_policy_and_its_column_is_not() -> None:
    ruled = STATED + ROW_RULE
    assert kinds(STATED, ruled) == [Kind.POLICY_CHANGED]
    assert kinds(ruled, ruled.replace("is_not_null", "is_null")) == [Kind.POLICY_CHANGED]
    told = f"{WHO} dct:description 'Who bought.' ."
    assert kinds(ruled, ruled + told) == [Kind.DESCRIBED]
    retyped = ruled.replace(STRING, "csvw:datatype xsd:date ;")
    assert kinds(ruled, retyped) == [Kind.TYPE_CHANGED]


def test_what_a_measure_is_called_by_people_is_no_other_measure() -> None:
    before = STATED + NEW_MEASURE
    assert kinds(before, before.replace("'number'", "'orders'")) == [Kind.DESCRIBED]


def test_a_dimension_that_went_with_its_column_is_told_as_that() -> None:
    before = EVERYTHING + f"{D} pm:dimension {COLUMN} ."
    assert kinds(before, STATED) == [Kind.COLUMN_REMOVED]


def test_what_breaks_comes_first() -> None:
    after = instead('"The order."', '"x"').replace("xsd:int ;", "xsd:date ;") + MORE
    impacts = [change.impact for change in found(STATED, after)]
    assert impacts == [Impact.BREAKING, Impact.COMPATIBLE, Impact.INFORMATIONAL]


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("pm:target 3600.0 ; sdmx:unitMeasure unit:SEC", Kind.DESCRIBED),
        ("pm:target 1.0 ; sdmx:unitMeasure unit:HR", Kind.DESCRIBED),
        ("pm:target 2.0 ; sdmx:unitMeasure unit:HR", Kind.OBJECTIVE_LOOSENED),
        ("pm:target 59.0 ; sdmx:unitMeasure unit:SEC", Kind.OBJECTIVE_TIGHTENED),
        ("pm:target 1.0 ; sdmx:unitMeasure unit:MO", Kind.OBJECTIVE_CHANGED),
        ("pm:target 60.0", Kind.OBJECTIVE_CHANGED),
        ("pm:target 'soon' ; sdmx:unitMeasure unit:MIN", Kind.OBJECTIVE_CHANGED),
        ("pm:target 1e999999 ; sdmx:unitMeasure unit:MIN", Kind.OBJECTIVE_CHANGED),
        ("pm:target 60.0 , 61.0 ; sdmx:unitMeasure unit:MIN", Kind.OBJECTIVE_CHANGED),
    ],
)
def test_promises_are_compared_in_units_that_convert_exactly(target: str, kind: Kind) -> None:
    assert kinds(*changed(TARGET, target)) == [kind]


@pytest.mark.parametrize(
    ("comparator", "target", "kind"),
    [
        ("odrl:gteq", "61.0", Kind.OBJECTIVE_TIGHTENED),
        ("odrl:gt", "59.0", Kind.OBJECTIVE_LOOSENED),
        ("odrl:lt", "61.0", Kind.OBJECTIVE_LOOSENED),
        ("odrl:eq", "61.0", Kind.OBJECTIVE_CHANGED),
    ],
)
def test_the_comparator_says_which_way_is_tighter(comparator: str, target: str, kind: Kind) -> None:
    before = instead("odrl:lteq", comparator)
    assert kinds(before, before.replace("pm:target 60.0", f"pm:target {target}")) == [kind]


def test_another_comparator_makes_another_promise() -> None:
    assert kinds(*changed("odrl:lteq", "odrl:lt")) == [Kind.OBJECTIVE_CHANGED]


def test_a_promise_is_known_again_under_another_name() -> None:
    after = STATED.replace("slo/latency", "slo/freshness").replace("60.0", "90.0")
    assert kinds(STATED, after) == [Kind.OBJECTIVE_LOOSENED]


def test_a_policy_is_what_it_says_and_not_what_it_is_called() -> None:
    after = STATED.replace("ports/sql/policy", "policies/use")
    assert kinds(STATED, after) == [Kind.DESCRIBED]


def test_personal_data_that_comes_with_a_column_is_told_with_it() -> None:
    more = (
        f"{MORE} {COLUMN} pm:personalDataCategory pd:Country . {D} dpv:hasPersonalData pd:Country ."
    )
    assert kinds(STATED, STATED + more) == [Kind.COLUMN_ADDED]
    assert kinds(STATED, f"{STATED} {D} dpv:hasPersonalData pd:Country .") == [Kind.PERSONAL_ADDED]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("xsd:int", "xsd:double", Kind.TYPE_WIDENED),
        ("xsd:long", "xsd:double", Kind.TYPE_CHANGED),
        ("xsd:float", "xsd:double", Kind.TYPE_WIDENED),
        ("xsd:double", "xsd:float", Kind.TYPE_NARROWED),
        ("xsd:date", "xsd:dateTime", Kind.TYPE_CHANGED),
        ("xsd:anyURI", "xsd:string", Kind.TYPE_WIDENED),
        ("xsd:integer", "xsd:string", Kind.TYPE_CHANGED),
        ("xsd:int", "xsd:int , xsd:long", Kind.TYPE_CHANGED),
    ],
)
def test_a_type_is_wider_where_it_holds_every_value(before: str, after: str, kind: Kind) -> None:
    stated = instead(INT, f"csvw:datatype {before} ;")
    assert kinds(stated, stated.replace(f"{before} ;", f"{after} ;")) == [kind]


def test_a_type_that_is_no_longer_said_is_another_type() -> None:
    assert kinds(STATED, without(INT)) == [Kind.TYPE_CHANGED]


def test_a_level_where_none_was_is_raised_above_public() -> None:
    assert kinds(*added(f"{ID} pm:sensitivity pm:Internal .")) == [Kind.SENSITIVITY_RAISED]
    assert kinds(*removed(f"{ID} pm:sensitivity pm:Internal .")) == [Kind.SENSITIVITY_LOWERED]


def test_optional_said_aloud_is_no_change_for_readers() -> None:
    assert kinds(*added(f"{WHO} csvw:required false .")) == [Kind.DESCRIBED]


def test_parts_tied_together_another_way_are_still_told() -> None:
    after = STATED.replace("datasets/d/schema", "datasets/d/layout")
    assert set(kinds(STATED, after)) == {Kind.OTHER}
    bare = STATED.replace("a csvw:Schema ; ", "")
    assert kinds(bare, bare.replace("datasets/d/schema", "datasets/d/layout")) == [Kind.OTHER]


def test_a_change_carries_how_it_was_and_how_it_is() -> None:
    (change,) = found(*ROWS[Kind.TYPE_WIDENED])
    assert (change.name, change.before, change.after) == ("d.id", "int", "decimal")
    assert change.thing == f"{PRODUCT}/datasets/d/columns/id"
    (change,) = found(*ROWS[Kind.OBJECTIVE_LOOSENED])
    assert change.before == "at most 60.0 MIN over P1D"
    assert change.name == "sql.Freshness"


ALL = graph(EVERYTHING)
PARTS = st.sets(st.sampled_from(ALL)).map(lambda left_out: frozenset(ALL) - left_out)


@given(PARTS)
def test_a_graph_does_not_differ_from_itself(one: frozenset[Triple]) -> None:
    assert changes(PRODUCT, one, sorted(one, key=str)) == ()


@given(PARTS, PARTS)
def test_graphs_that_differ_have_a_change(one: frozenset[Triple], other: frozenset[Triple]) -> None:
    assert bool(changes(PRODUCT, one, other)) == (one != other)


WHOLES = ("port", "dataset", "column", "input", "crosswalk")


def wholes(before: frozenset[Triple], after: frozenset[Triple], end: str) -> set[Iri]:
    named = {f"{part}-{end}" for part in WHOLES}
    return {each.thing for each in changes(PRODUCT, before, after) if each.kind.value in named}


@given(PARTS, PARTS)
def test_whole_parts_come_and_go_symmetrically(
    one: frozenset[Triple], other: frozenset[Triple]
) -> None:
    assert wholes(one, other, "added") == wholes(other, one, "removed")
