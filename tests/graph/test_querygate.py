"""The gate before the query workers."""

import time
from contextlib import suppress

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalog_service.errors import CatalogError, LimitExceeded, QuerySyntax, ServiceNotAllowed
from catalog_service.graph.querygate import MAX_BYTES, MAX_DEPTH, MAX_TOKENS, Form, admit

CALLED = "http://127.0.0.1:1/"
"""An address that the engine refuses by itself, in words that tell it was about to call it."""


@pytest.mark.parametrize(
    ("text", "form", "names_dataset"),
    [
        ("SELECT * { ?s ?p ?o }", Form.SELECT, False),
        ("# SELECT\n\tASK {}", Form.ASK, False),
        ("BASE <http://a/> PREFIX ask: <b#> construct {} WHERE {}", Form.CONSTRUCT, False),
        ("VERSION '1.2' DESCRIBE dcat:Dataset", Form.DESCRIBE, False),
        ("PREFIX select: <http://a/>ASKFROM<http://g/>{}", Form.ASK, True),
        ("SELECT(1 AS ?from)FROM<http://g/>{}", Form.SELECT, True),
        ("SELECT ?x FROM NAMED <http://g/> { GRAPH ?g { ?x ?p ?o } }", Form.SELECT, True),
        ("DESCRIBE*FROM<http://g/>{}", Form.DESCRIBE, True),
        ("SELECT ?from { ?from <http://from/> 'FROM' } # FROM <http://g/>", Form.SELECT, False),
    ],
)
def test_the_gate_tells_the_form_of_a_query_and_whether_it_names_its_dataset(
    text: str,
    form: Form,
    names_dataset: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    admitted = admit(text)
    assert (admitted.form, admitted.names_dataset) == (form, names_dataset)
    assert admitted.text == text


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'SERVICE <http://h/> {} LOAD INSERT' }",
        'SELECT * { ?s ?p "SERVICE" , """two " lines\n"" SERVICE <u> {}""" , \'\'\'DROP\'\'\'@en }',
        "SELECT * { ?s <http://h/service/load#SERVICE> <urn:SERVICE> }",
        "SELECT * { ?s ?p ?o } # SERVICE <http://h/> {}\n# LOAD <http://h/>",
        """PREFIX service: <http://h/> PREFIX load: <http://h/>
        SELECT * { service:load load:service service:a.SERVICE . ?service ?load $insert }""",
        "PREFIX e: <http://h/> SELECT * { e:x\\-SERVICE ?p _:service . ?s ?p 'a'@en-SERVICE }",
        "PREFIX service: <http://h/> SELECT * { GRAPH service:g { ?s ?p service:x } }",
        "SELECT * { FILTER(?a<?b&&?c>?d) FILTER (?a < 1 || ?b <= 'x#') }",
        "SELECT * { ?s (<urn:a#b>/<urn:c#d>)* ?o FILTER(?o IN (<urn:a#b>, <urn:c'd>)) }",
    ],
)
def test_the_words_pass_where_they_are_no_words_of_the_query(text: str) -> None:
    ox.Store().query(text, use_default_graph_as_union=True)  # the engine, too, can read it
    assert admit(text).form is Form.SELECT


SPELLINGS = [
    "SELECT * { SERVICE <U> {} }",
    "SELECT * { service<U>{} }",
    "SELECT * { SeRvIcE SILENT <U> {} }",
    "SELECT * { SERVICESILENT<U>{} }",
    "SELECT * { SERVICE?x{} VALUES ?x { <U> } }",
    "SELECT * { SERVICE\n# a comment > \n<U>{} }",
    "SELECT * { # a comment that a carriage return ends\rSERVICE <U> {} }",
    "PREFIX : <U> SELECT * { SERVICE:x {} }",
    "PREFIX : <U> SELECT * { SERVICE:x # {\n {} }",
    "PREFIX e: <U> SELECT * { SERVICEe:x {} }",
    "PREFIX : <U> SELECT * { SERVICESILENT:x{} }",
    "SELECT * { ?s ?p trueSERVICE<U>{} }",
    "SELECT * { ?s ?p 1SERVICE<U>{} . ?s ?p 1.5e3SERVICE<U>{} }",
    "PREFIX e: <U> SELECT * { ?s ?p e:.SERVICE<U>{} }",
    "SELECT * { ?s ?p '#'SERVICE<U>{} }",
    "SELECT * { ?s ?p '''a'b''c\\''''SERVICE<U>{} }",
    "SELECT * { ?s ?p '\\\\'SERVICE<U>{} }",
    "SELECT * { FILTER(?a<?b)SERVICE<U>{} }",
    "SELECT * { OPTIONAL { SERVICE <U> {} } }",
    "SELECT * { { SELECT * { SERVICE <U> {} } } }",
    "SELECT * { MINUS { SERVICE <U> {} } }",
    "SELECT * { GRAPH <http://g/> { SERVICE <U> {} } }",
    "SELECT * { FILTER NOT EXISTS { SERVICE <U> {} } }",
    "SELECT (EXISTS { SERVICE <U> {} } AS ?x) {}",
    "SELECT ?x {} ORDER BY (EXISTS { SERVICE <U> {} })",
    "CONSTRUCT {} WHERE { SERVICE <U> {} }",
    "DESCRIBE ?x { SERVICE <U> {} }",
    "ASK { SERVICE <U> {} }",
    "LOAD <U>",
    "load silent <U> INTO GRAPH <http://g/>",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_no_spelling_of_a_call_to_another_server_passes(text: str) -> None:
    with pytest.raises(ServiceNotAllowed) as refused:
        admit(text.replace("<U>", f"<{CALLED}>"))
    assert "at line" in refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize(
    "text",
    [
        # An IRI, or a comparison and a comment that hides the rest of its line?
        "SELECT * { ?s ?p ?o FILTER(0<?o#> '''\n ) SERVICE <U> {} #'''\n }",
        "PREFIX : <U> SELECT * { ?s ?p ?o FILTER(0<?o)SERVICE#>\n:x{} }",
        # An IRI, or a comparison with a string?
        "PREFIX : <U> SELECT * { FILTER('a'<'>')SERVICE:x{} #'\n }",
        # A long string with an escape that there is not, or several short ones?
        "SELECT * { VALUES ?x {'''a'} SERVICE <U> {} #\\x\n VALUES ?y {'b'''} }",
        "SELECT * { VALUES ?x {'''a'} SERVICE <U> {} #\\uD800\n VALUES ?y {'b'''} }",
    ],
)
def test_a_call_hidden_in_what_can_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(QuerySyntax):
        admit(text.replace("<U>", f"<{CALLED}>"))


CALLS = ["", f"SERVICE<{CALLED}>{{}}", f" service #\n<{CALLED}> {{}}", "SERVICE:x{}"]
# fmt: off
FRAGMENTS = [
    "?o", "?s e:p ?o", "e:p", "e:", ":x", "e:a.", "service:", "_:b", "1", "true", "@en", "^^",
    "'a'", "'", '"', "'''", '"""', "\\x", "\\u0027", "#", "#\\x\n", " ", ".", "\n", "\r",
    "<", ">", "<'>", "<urn:a#b>", "<http://h/a'b>", f"<{CALLED}>", "{", "}", "(", ")", "{}",
    "FILTER(?o", "FILTER(0<", "FILTER(true)", "VALUES ?x {", "VALUES ?x {'''a'}", "VALUES ?y {'b'''",
    "OPTIONAL{", "UNION", "FROM", "GRAPH", "SERVICE", "service", "SILENT", "-", "?", "$", "/", "|", "!",
]
# fmt: on
SOUP = st.lists(st.sampled_from(FRAGMENTS), max_size=5).map("".join)


@settings(max_examples=1000)
@given(st.tuples(SOUP, st.sampled_from(CALLS), SOUP).map("".join))
@example(f"?s e:p ?o FILTER(0<?o#> '''\n ) SERVICE <{CALLED}> {{}} #'''\n")
@example(f"VALUES ?x {{'''a'}} SERVICE <{CALLED}> {{}} #\\x\n VALUES ?y {{'b'''}}")
def test_what_the_gate_admits_calls_nobody(pattern: str) -> None:
    text = f"PREFIX e: <http://e/> PREFIX : <{CALLED}> SELECT * {{ {pattern} }}"
    try:
        admit(text)
    except CatalogError:
        return
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ONE))
    try:
        list(store.query(text))  # type: ignore[arg-type] # a SELECT
    except OSError as called:
        pytest.fail(f"the engine called out: {called}")
    except (SyntaxError, ValueError, RuntimeError):
        pass


ONE = ox.Literal("1", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))


@given(st.text(max_size=300))
@example("\ud800")
@example("SELECT * { \x00 }")
def test_any_text_at_all_is_admitted_or_refused_in_words(text: str) -> None:
    try:
        admit(text)
    except CatalogError as refused:
        assert refused.message  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize("character", [*' {}|^`"\\', "\x00", "\x1f", "\n"])
def test_the_engine_reads_no_character_in_an_iri_that_the_gate_does_not(character: str) -> None:
    text = f"ASK {{ ?s ?p <http://h/a{character}b> }}"
    with pytest.raises(SyntaxError):
        ox.Store().query(text)
    with pytest.raises(QuerySyntax, match="IRI"):
        admit(text)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <http://a/> <http://b/> 1 }",
        "PREFIX e: <http://e/>\nDELETE WHERE { ?s ?p ?o }",
        "WITH <http://g/> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        *("CLEAR ALL", "drop default", "CREATE GRAPH <http://g/>"),
        *("ADD <a:a> TO <a:b>", "MOVE <a:a> TO <a:b>", "COPY <a:a> TO <a:b>"),
        "SELECT * {} ; INSERT DATA {}",
    ],
)
def test_an_update_is_refused_by_name_and_place(text: str) -> None:
    with pytest.raises(QuerySyntax, match="would change the graph") as refused:
        admit(text)
    line = text.split("\n")[refused.value.line - 1]
    assert line[refused.value.column - 1 :].startswith(refused.value.message.split()[0])


@pytest.mark.parametrize("text", ["", "  # nothing\n", "PREFIX e: <http://e/>", "{}", "SELCT * {}"])
def test_a_text_that_asks_nothing_is_told_how_to_begin(text: str) -> None:
    with pytest.raises(QuerySyntax) as refused:
        admit(text)
    assert "SELECT, ASK, CONSTRUCT or DESCRIBE" in refused.value.hint


def test_a_prefix_that_nobody_declared_is_named_with_its_place() -> None:
    with pytest.raises(QuerySyntax, match="the prefix ex: is not declared") as refused:
        admit("SELECT * {\n  ?s dcat:keyword 'a' ;\n    ex:size ?o }")
    assert (refused.value.line, refused.value.column) == (3, 5)


def test_a_string_left_open_is_named_with_its_place() -> None:
    with pytest.raises(QuerySyntax, match="not closed") as refused:
        admit("SELECT * {\n  ?s ?p 'its }")
    assert (refused.value.line, refused.value.column) == (2, 9)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("ASK {} #" + "x" * MAX_BYTES, "query-bytes"),
        ("ASK { ?s ?p '" + "é" * (MAX_BYTES // 2) + "' }", "query-bytes"),
        ("ASK { ?s ?p " + "?o," * (MAX_TOKENS // 2) + "?o }", "query-tokens"),
        ("SELECT * " + "{" * (MAX_DEPTH + 1) + "}" * (MAX_DEPTH + 1), "query-depth"),
        ("ASK { FILTER" + "(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH + "}", "query-depth"),
        ("ASK { ?s ?p " + "[ ?p " * MAX_DEPTH + "]" * MAX_DEPTH + "}", "query-depth"),
        ("ASK { ?s ?p " + "<<(" * 33 + "?a ?b ?c" + ")>>" * 33 + "}", "query-depth"),
        ("ASK { FILTER(?a<?b+" + "(" * MAX_DEPTH + "1>2)}", "query-depth"),
    ],
)
def test_what_is_too_much_is_refused_by_the_name_of_its_limit(text: str, limit: str) -> None:
    with pytest.raises(LimitExceeded) as refused:
        admit(text)
    assert refused.value.limit == limit


def test_a_query_as_large_as_may_be_passes() -> None:
    assert admit("SELECT * " + "{" * MAX_DEPTH + "}" * MAX_DEPTH).form is Form.SELECT
    assert admit("ASK {} #" + "x" * (MAX_BYTES - 8)).form is Form.ASK


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "'''",
        '"""\\',
        "''' ",
        "?a<",
        "a.",
        "a-",
        ":.",
        ":a.%",
        "@a-",
        "_:a.",
        "1",
        "e:a\\",
        "#",
    ],
)
def test_reading_takes_time_in_proportion_to_the_text(piece: str) -> None:
    text = "ASK { FILTER(?x" + piece * (MAX_BYTES // len(piece) - 20)
    begun = time.process_time()
    with suppress(CatalogError):
        admit(text)
    assert time.process_time() - begun < 1
