"""The worker that reads queries: what it gives, and that it can be lost."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest

from catalog_service.errors import LimitExceeded, QuerySyntax, QueryTimeout, Refused, Unavailable
from catalog_service.graph.querygate import admit
from catalog_service.semantic.sparql import syntax
from catalog_service.semantic.sparql.parsing import Parser
from catalog_service.semantic.sparql.reading import read

QUERY = 'SELECT ?s (COUNT(*) AS ?n) { ?s a <urn:x:A> ; <urn:x:p>/^<urn:x:q> "é"@fr } GROUP BY ?s'


@pytest.fixture
def parser() -> Iterator[Parser]:
    made = Parser()
    yield made
    made.close()


def test_what_comes_out_of_the_worker_is_what_was_read(parser: Parser) -> None:
    assert parser.parse(admit(QUERY)) == read(QUERY)


def test_a_tree_survives_being_written_as_lists() -> None:
    tree = read(QUERY)
    assert syntax.whole(syntax.plain(tree)) == tree


def test_faults_keep_their_class_and_place(parser: Parser) -> None:
    with pytest.raises(QuerySyntax) as broken:
        parser.parse(admit("SELECT * {\n ?s a }"))
    assert broken.value.line == 2
    with pytest.raises(Refused) as refused:
        parser.parse(admit("SELECT * { ?s ?p ?o }"))
    assert refused.value.code == "variable-predicate"


def test_a_worker_that_is_lost_is_replaced(parser: Parser) -> None:
    parser.parse(admit(QUERY))
    assert parser.pid is not None
    os.kill(parser.pid, signal.SIGKILL)
    with pytest.raises(Unavailable):
        parser.parse(admit("ASK { ?s a <urn:x:B> }"))
    assert parser.parse(admit("ASK { ?s a <urn:x:B> }")).ask


def test_a_query_that_takes_too_long_to_read_is_stopped() -> None:
    parser = Parser(seconds=0.5)
    try:
        parser.parse(admit("ASK { ?s a <urn:x:B> }"))  # by now the library is loaded
        assert parser.pid is not None
        os.kill(parser.pid, signal.SIGSTOP)
        with pytest.raises(QueryTimeout):
            parser.parse(admit("ASK { ?s a <urn:x:C> }"))
    finally:
        parser.close()


@pytest.mark.parametrize("nested", ["(" * 60 + "1" + ")" * 60, "!" * 900 + "true"])
def test_deep_queries_are_read_or_refused_but_kill_nothing(parser: Parser, nested: str) -> None:
    with suppress(LimitExceeded, QuerySyntax, QueryTimeout):
        parser.parse(admit(f"ASK {{ ?s a <urn:x:A> FILTER({nested}) }}"))
    assert parser.parse(admit("ASK { ?s a <urn:x:A> }")).ask


@pytest.mark.parametrize("literal", ["false", "(false)", "0", "''", "((0.0))"])
def test_a_filter_that_is_never_true_is_not_lost(literal: str) -> None:
    for text in (
        f"SELECT ?s {{ ?s <urn:x:p> ?o FILTER({literal}) }}",
        f"SELECT ?s {{ ?s <urn:x:p> ?o OPTIONAL {{ ?s <urn:x:q> ?z FILTER({literal}) }} }}",
        f"ASK {{ ?s <urn:x:p> ?o FILTER EXISTS {{ ?s <urn:x:q> ?z FILTER({literal}) }} }}",
    ):
        assert "Call(name='not'" in repr(read(admit(text).text))
