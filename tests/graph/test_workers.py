"""The query workers: processes that may be killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from catalog_service.domain.rdf import Literal, Triple, line
from catalog_service.errors import (
    CatalogError,
    InvalidIri,
    InvalidRequest,
    LimitExceeded,
    MemoryLimit,
    QuerySyntax,
    QueryTimeout,
    Unavailable,
    UnknownFormat,
)
from catalog_service.graph import wire
from catalog_service.graph.formats import parse
from catalog_service.graph.querygate import Admitted, Form, admit
from catalog_service.graph.results import OFFERS
from catalog_service.graph.turns import Turns
from catalog_service.graph.wire import Request, Verb
from catalog_service.graph.workers import Limits, WorkerPool
from catalog_service.terms import DCT, Iri

A, B = Iri("http://mesh.example/a"), Iri("http://mesh.example/b")
MANY = Iri("http://mesh.example/many")
TITLES = "SELECT ?title { ?s dct:title ?title } ORDER BY ?title"
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
EVERYTHING = "SELECT * { ?s ?p ?o . ?t ?q ?r }"


def titled(graph: Iri, *titles: str) -> tuple[Triple, ...]:
    return tuple(Triple(graph, DCT.title, Literal(title)) for title in titles)


class Graphs(dict[Iri, tuple[Triple, ...]]):
    """The graphs as they are, which a keeper is filled with."""

    def fill(self) -> Iterator[bytes]:
        for name, triples in self.items():
            yield "".join(f"{line(triple)[:-1]}<{name}> .\n" for triple in triples).encode()


def graphs() -> Graphs:
    many = (Triple(Iri(f"{MANY}/{n}"), DCT.subject, Literal("x" * 50)) for n in range(600))
    return Graphs({A: titled(A, "first"), B: titled(B, "second"), MANY: tuple(many)})


def asked(pool: WorkerPool, text: str, **options: object) -> bytes:
    return b"".join(pool.run(admit(text), **options))  # type: ignore[arg-type] # as run takes them


def titles(pool: WorkerPool, text: str = TITLES, **options: object) -> list[str]:
    answer = json.loads(asked(pool, text, **options))
    return [row["title"]["value"] for row in answer["results"]["bindings"]]


def children(parent: int) -> list[int]:
    """The processes of a parent that are no zombies."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, ppid = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it ended meanwhile
            continue
        if int(ppid) == parent and state != "Z":
            found.append(int(stat.parent.name))
    return found


def keeper(pool: WorkerPool) -> int:
    assert pool._keeper is not None
    return pool._keeper.pid


def eventually(true: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while not (reached := true()) and time.monotonic() < until:
        time.sleep(0.01)
    return reached


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    """A pool for questions that change nothing."""
    with WorkerPool(Limits(seconds=60)) as pool:
        pool.start(graphs().fill)
        yield pool


@pytest.fixture
def hasty() -> Iterator[WorkerPool]:
    """A pool of one worker with little time and little room."""
    limits = Limits(seconds=1.5, memory_bytes=64 << 20, answer_bytes=1 << 20)
    with WorkerPool(limits, size=1) as pool:
        pool.start(graphs().fill)
        yield pool


def test_a_query_is_answered_from_all_graphs_with_the_usual_prefixes(pool: WorkerPool) -> None:
    assert titles(pool) == ["first", "second"]


def test_a_prefix_of_the_query_s_own_counts_before_the_usual_one(pool: WorkerPool) -> None:
    assert titles(pool, f"PREFIX dct: <http://other/> {TITLES}") == []


@pytest.mark.parametrize("media_type", OFFERS[Form.SELECT])
def test_rows_are_written_in_each_format(pool: WorkerPool, media_type: str) -> None:
    answer = pool.run(admit(TITLES), media_type=media_type)
    text = b"".join(answer).decode()
    assert answer.media_type == media_type
    if "json" in media_type:
        assert len(json.loads(text)["results"]["bindings"]) == 2
    elif "xml" in media_type:
        results = ET.fromstring(text)  # noqa: S314 - what we wrote ourselves
        assert len(list(results.iter("{http://www.w3.org/2005/sparql-results#}result"))) == 2
    elif media_type == "text/csv":
        assert text.split() == ["title", "first", "second"]
    else:
        assert text.split() == ["?title", '"first"', '"second"']


@pytest.mark.parametrize("media_type", OFFERS[Form.ASK])
@pytest.mark.parametrize("truth", ["true", "false"])
def test_a_truth_is_written_in_each_format(pool: WorkerPool, media_type: str, truth: str) -> None:
    text = f"ASK {{ ?s dct:title ?o FILTER({truth}) }}"
    assert truth.encode() in asked(pool, text, media_type=media_type)


@pytest.mark.parametrize("media_type", OFFERS[Form.CONSTRUCT])
@pytest.mark.parametrize(
    "text", [f"CONSTRUCT {{ <{A}> ?p ?o }} {{ <{A}> ?p ?o }}", f"DESCRIBE <{A}>"]
)
def test_triples_are_written_in_each_format(pool: WorkerPool, media_type: str, text: str) -> None:
    name = {"turtle": "turtle", "n-triples": "ntriples", "ld+json": "jsonld", "rdf+xml": "rdfxml"}
    written = asked(pool, text, media_type=media_type).decode()
    assert parse(written, name[media_type.partition("/")[2]]) == titled(A, "first")


def test_turtle_is_written_with_the_prefixes_it_uses(pool: WorkerPool) -> None:
    written = asked(pool, f"DESCRIBE <{A}>").decode()
    assert written.count("@prefix") == 1
    assert "dct:title" in written


def test_a_format_of_another_kind_of_answer_is_refused(pool: WorkerPool) -> None:
    with pytest.raises(UnknownFormat, match="text/turtle"):
        asked(pool, TITLES, media_type="text/turtle")


def test_a_predicate_that_rdf_xml_cannot_write_is_an_error(pool: WorkerPool) -> None:
    text = "CONSTRUCT { ?s <http://p.example/1/> ?o } WHERE { ?s dct:title ?o }"
    with pytest.raises(InvalidRequest, match=r"http://p\.example/1/"):
        asked(pool, text, media_type="application/rdf+xml")


@pytest.mark.parametrize(
    ("text", "options", "found"),
    [
        ("SELECT ?title FROM <A> { ?s dct:title ?title }", {}, ["first"]),
        ("SELECT ?title FROM NAMED <A> { ?s dct:title ?title }", {}, []),
        ("SELECT ?title FROM NAMED <A> { GRAPH ?g { ?s dct:title ?title } }", {}, ["first"]),
        ("SELECT ?title FROM <http://unknown.example/> { ?s ?p ?title }", {}, []),
        (TITLES, {"default_graphs": [B]}, ["second"]),
        (TITLES, {"default_graphs": [A, B]}, ["first", "second"]),
        (TITLES, {"named_graphs": [A]}, []),
        ("SELECT ?title FROM <A> { ?s ?p ?title }", {"default_graphs": [B]}, ["second"]),
        ("SELECT ?title { GRAPH ?g { ?s dct:title ?title } }", {"default_graphs": [B]}, []),
        ("SELECT ?title { GRAPH ?g { ?s dct:title ?title } }", {"named_graphs": [B]}, ["second"]),
        ("SELECT ?title { GRAPH <A> { ?s dct:title ?title } }", {"named_graphs": [B]}, []),
    ],
)
def test_a_dataset_that_is_named_narrows_what_is_asked(
    pool: WorkerPool, text: str, options: Mapping[str, list[str]], found: list[str]
) -> None:
    assert titles(pool, text.replace("<A>", f"<{A}>"), **options) == found


def test_a_graph_that_is_no_iri_is_an_error(pool: WorkerPool) -> None:
    with pytest.raises(InvalidIri):
        asked(pool, TITLES, default_graphs=["no iri"])


def test_a_query_that_does_not_parse_is_told_where(pool: WorkerPool) -> None:
    with pytest.raises(QuerySyntax) as refused:
        asked(pool, "SELECT * {\n  ?s ?p\n}")
    assert (refused.value.line, refused.value.column) == (3, 2)


def test_an_unknown_function_is_named(pool: WorkerPool) -> None:
    with pytest.raises(InvalidRequest, match=r"http://f\.example/"):
        asked(pool, "ASK { BIND(<http://f.example/>(1) AS ?x) }")


def test_a_query_sees_what_was_replaced_before_it_was_asked() -> None:
    with WorkerPool(size=1) as pool:
        pool.start(graphs().fill)
        for number in range(20):
            pool.replace({A: titled(A, str(number)), B: ()})
            assert titles(pool) == [str(number)]


def test_an_answer_begun_before_a_replacement_ends_as_it_began() -> None:
    with WorkerPool() as pool:
        pool.start(graphs().fill)
        answer = iter(pool.run(admit(f"{EVERYTHING} LIMIT 30000"), media_type="text/csv"))
        first = next(answer)
        pool.replace(dict.fromkeys((A, B, MANY), ()))
        assert (first + b"".join(answer)).count(b"\n") == 30001
        assert asked(pool, "SELECT ?s { ?s ?p ?o }", media_type="text/csv") == b"s\r\n"


def test_a_query_without_end_is_stopped_and_the_next_is_answered(hasty: WorkerPool) -> None:
    begun = time.monotonic()
    with pytest.raises(QueryTimeout):
        asked(hasty, PRODUCT)
    assert 1.4 < time.monotonic() - begun < 10
    assert titles(hasty) == ["first", "second"]
    assert hasty.health().stopped == {"query-timeout": 1}


DOUBLING = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))


@pytest.mark.parametrize(
    "bomb",
    [
        f"SELECT (STRLEN(?x40) AS ?n) {{ BIND('0123456789' AS ?x0) {DOUBLING} }}",
        f"{EVERYTHING} ORDER BY ?s ?t",
        "SELECT (GROUP_CONCAT(?o) AS ?n) { ?s ?p ?o . ?t ?q ?r . ?u ?v ?w }",
    ],
)
def test_a_query_that_takes_memory_without_end_is_stopped(bomb: str) -> None:
    limits = Limits(seconds=120, memory_bytes=64 << 20)
    with WorkerPool(limits, size=1) as pool:
        pool.start(graphs().fill)
        with pytest.raises(MemoryLimit):
            asked(pool, bomb)
        assert titles(pool) == ["first", "second"]


def test_an_answer_that_is_too_large_is_broken_off_in_sight(hasty: WorkerPool) -> None:
    received: list[bytes] = []
    with pytest.raises(LimitExceeded, match="larger") as broken:
        received.extend(hasty.run(admit(EVERYTHING)))
    assert broken.value.limit == "answer-bytes"
    assert 0 < sum(len(chunk) for chunk in received) <= 1 << 20
    assert titles(hasty) == ["first", "second"]


HALF = 1_990  # operators and operands: as many tokens as the gate lets pass
LONG = {
    "or": "ASK { FILTER(" + "||".join(["?x"] * 1_320) + ") }",
    "plus": "ASK { FILTER(" + "+".join(["?x"] * HALF) + ") }",
    "not": "ASK { FILTER(" + "!" * 3_980 + "?x) }",
    "union": "ASK { " + "UNION".join(["{}"] * 1_320) + " }",
    "optional": "ASK { " + "OPTIONAL{}" * 1_320 + " }",
    "minus": "ASK { " + "MINUS{}" * 1_320 + " }",
    "filter": "ASK { " + "FILTER(1)" * 990 + " }",
    "bind": "ASK { " + " ".join(f"BIND(1 AS ?x{n})" for n in range(660)) + " }",
    "alternatives": "ASK { ?s (" + "|".join(["dct:title"] * HALF) + ") ?o }",
    "in": "ASK { FILTER(?x IN (" + ",".join(["1"] * HALF) + ")) }",
    "values": "ASK { VALUES ?x { " + "1 " * 3_980 + "} }",
    "triples": "ASK { " + "?s ?p ?o . " * 999 + "}",
    "objects": "ASK { ?s ?p " + ",".join(["?o"] * HALF) + " }",
    "path": "ASK { ?s " + "/".join(["dct:title"] * HALF) + " ?o }",
    "braces": "ASK " + "{" * 64 + "}" * 64,
    "parentheses": "ASK { FILTER" + "(" * 63 + "1" + ")" * 63 + " }",
    "lists": "ASK { ?s ?p " + "(" * 63 + ")" * 63 + " }",
    "quoted": "ASK { ?s ?p " + "<<(?s ?p " * 31 + "?o" + ")>>" * 31 + " }",
}


@pytest.mark.parametrize("shape", LONG)
def test_what_the_gate_admits_breaks_no_worker(hasty: WorkerPool, shape: str) -> None:
    # Stopped or refused in words is right; a stack that ends would be a LimitExceeded.
    with suppress(QueryTimeout, MemoryLimit, QuerySyntax):
        asked(hasty, LONG[shape])
    assert titles(hasty) == ["first", "second"]


def test_a_stack_that_ends_is_told_as_such(hasty: WorkerPool) -> None:
    deep = Admitted("SELECT * " + "{" * 100_000, Form.SELECT, names_dataset=False)
    with pytest.raises(LimitExceeded, match="stack"):
        list(hasty.run(deep))
    assert titles(hasty) == ["first", "second"]


def test_a_worker_has_room_for_more_than_the_gate_lets_pass(hasty: WorkerPool) -> None:
    deep = Admitted("ASK " + "{" * 4_000 + "}" * 4_000, Form.ASK, names_dataset=False)
    assert b"true" in b"".join(hasty.run(deep))


def test_a_call_that_slips_past_the_gate_reaches_nobody(pool: WorkerPool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        there = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        text = f"SELECT * {{ SERVICE <{there}> {{ ?s ?p ?o }} }}"
        with pytest.raises(InvalidRequest):
            list(pool.run(Admitted(text, Form.SELECT, names_dataset=False)))
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_a_worker_can_open_nothing(pool: WorkerPool) -> None:
    assert titles(pool)
    worker = Path("/proc") / str(children(keeper(pool))[0])
    assert sorted(path.name for path in (worker / "fd").iterdir()) == ["0", "1", "2", "3"]
    limits = (worker / "limits").read_text()
    assert ["4", "4"] in [row.split()[3:5] for row in limits.splitlines() if "open files" in row]


def test_a_killed_worker_is_replaced(pool: WorkerPool) -> None:
    for _ in range(3):
        assert titles(pool) == ["first", "second"]
        for worker in children(keeper(pool)):
            os.kill(worker, signal.SIGKILL)
    assert titles(pool) == ["first", "second"]


def test_a_query_whose_worker_is_killed_is_asked_again() -> None:
    with WorkerPool(Limits(seconds=2), size=1) as pool, ThreadPoolExecutor(1) as elsewhere:
        pool.start(graphs().fill)
        begun = elsewhere.submit(asked, pool, PRODUCT)
        assert eventually(lambda: len(children(keeper(pool))) == 1)
        (worker,) = children(keeper(pool))
        os.kill(worker, signal.SIGKILL)
        assert eventually(lambda: children(keeper(pool)) not in ([], [worker]))
        with pytest.raises(QueryTimeout):  # that is, of its second worker
            begun.result()


def test_a_killed_keeper_is_replaced_with_the_graphs_as_they_are_now() -> None:
    now = graphs()
    with WorkerPool() as pool:
        pool.start(now.fill)
        now[A] = titled(A, "third")
        pool.replace({A: now[A]})
        first = keeper(pool)
        os.kill(first, signal.SIGKILL)
        assert titles(pool) == ["second", "third"]
        assert keeper(pool) != first
        os.kill(keeper(pool), signal.SIGKILL)
        now[B] = ()
        pool.replace({B: ()})  # finds the keeper gone, and leaves it at that
        assert titles(pool) == ["third"]
        assert pool.health().alive


def test_the_workers_of_a_killed_keeper_die_with_it() -> None:
    with WorkerPool() as pool:
        pool.start(graphs().fill)
        answer = pool.run(admit(f"{EVERYTHING} LIMIT 100000"))
        (worker,) = children(keeper(pool))
        os.kill(keeper(pool), signal.SIGKILL)
        with pytest.raises(Unavailable, match="broke off"):
            list(answer)
        assert eventually(lambda: not running(worker))


def running(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_an_answer_whose_worker_is_killed_breaks_off_in_sight(pool: WorkerPool) -> None:
    answer = iter(pool.run(admit(f"{EVERYTHING} LIMIT 100000")))
    next(answer)
    for worker in children(keeper(pool)):
        os.kill(worker, signal.SIGKILL)
    with pytest.raises(Unavailable, match="broke off"):
        list(answer)


def test_an_answer_that_is_closed_lets_its_worker_go(pool: WorkerPool) -> None:
    with pool.run(admit(f"{EVERYTHING} LIMIT 100000")) as answer:
        chunks = iter(answer)
        next(chunks)
        assert pool.health().answering == 1
    assert pool.health().answering == 0
    assert titles(pool) == ["first", "second"]


def test_a_worker_that_computes_for_nobody_is_killed(pool: WorkerPool) -> None:
    worker = pool._worker(anew=True)
    request = Request(PRODUCT, OFFERS[Form.SELECT][0], names_dataset=False)
    wire.send(worker._channel, Verb.ASK, request.payload())
    assert eventually(lambda: len(children(keeper(pool))) == 1)
    worker.hang_up()
    assert eventually(lambda: not children(keeper(pool)))


def test_an_answer_closed_from_another_thread_breaks_off(pool: WorkerPool) -> None:
    answer = pool.run(admit(f"{PRODUCT[:-1]} . ?m ?n ?o }}".replace("(COUNT(*) AS ?n)", "*")))
    closing = threading.Timer(0.3, answer.close)
    closing.start()
    with pytest.raises(Unavailable):
        for _ in answer:
            pass
    closing.join()
    assert pool.health().answering == 0


def test_a_reader_that_does_not_read_is_cut_off_in_sight(hasty: WorkerPool) -> None:
    # The worker's clock runs on while it waits for the reader.
    answer = iter(hasty.run(admit(f"{EVERYTHING} LIMIT 9000")))
    next(answer)
    time.sleep(2)
    with pytest.raises((QueryTimeout, Unavailable)):
        list(answer)
    assert titles(hasty) == ["first", "second"]


def test_a_worker_answers_again_unless_its_query_was_large(pool: WorkerPool) -> None:
    def answering() -> list[int]:
        titles(pool)
        assert eventually(lambda: len(children(keeper(pool))) == 1)
        return children(keeper(pool))

    pool._forget()
    first = answering()
    assert answering() == first
    asked(pool, f"{EVERYTHING} ORDER BY ?s ?t LIMIT 1")
    assert answering() != first


def test_more_threads_than_workers_are_all_answered(pool: WorkerPool) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: titles(pool), range(60)))
    assert found == [["first", "second"]] * 60
    assert len(children(keeper(pool))) <= 2


def test_who_waits_longest_has_the_next_turn() -> None:
    turns, order = Turns(1, waiting=3), []
    turns.take(1)

    def wait(number: int) -> None:
        turns.take(10)
        order.append(number)

    with ThreadPoolExecutor(3) as threads:
        for number in range(3):
            threads.submit(wait, number)
            assert eventually(lambda: turns.in_line == number + 1)  # noqa: B023 - called at once
        for number in range(3):
            turns.give_back()
            assert eventually(lambda: len(order) == number + 1)  # noqa: B023 - called at once
            with pytest.raises(Unavailable, match="busy"):
                turns.take(0)
    assert order == [0, 1, 2]


def test_what_can_neither_be_answered_nor_wait_is_refused_at_once() -> None:
    with WorkerPool(Limits(seconds=1), size=1, waiting=1) as pool:
        pool.start(graphs().fill)
        with pool.run(admit(f"{EVERYTHING} LIMIT 100000")), ThreadPoolExecutor(2) as threads:
            waiting = threads.submit(asked, pool, TITLES)
            assert eventually(lambda: pool._turns.in_line == 1)
            with pytest.raises(Unavailable, match="waiting"):
                asked(pool, TITLES)
            with pytest.raises(Unavailable, match="busy"):
                waiting.result()
        assert titles(pool) == ["first", "second"]


def test_a_keeper_that_stands_still_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog_service.graph.keeper._GRACE", 0.5)
    with WorkerPool(Limits(seconds=0.2)) as pool:
        pool.start(graphs().fill)
        os.kill(keeper(pool), signal.SIGSTOP)
        pool._forget()
        with pytest.raises(QueryTimeout, match="do not answer"):
            asked(pool, TITLES)
        assert titles(pool) == ["first", "second"]


def test_closing_leaves_no_process_behind() -> None:
    pool = WorkerPool()
    pool.start(graphs().fill)
    answer = pool.run(admit(f"{EVERYTHING} LIMIT 100000"))
    first = keeper(pool)
    workers = children(first)
    assert workers
    pool.close()
    assert not any(running(process) for process in (first, *workers))
    with pytest.raises(Unavailable):
        list(answer)
    with pytest.raises(Unavailable, match="not running"):
        asked(pool, TITLES)


def test_a_killed_server_leaves_no_process_behind() -> None:
    script = """
import sys, time
from catalog_service.graph.querygate import admit
from catalog_service.graph.workers import WorkerPool
pool = WorkerPool()
pool.start(lambda: [b"<a:a> <a:b> <a:c> <a:g> .\\n"])
list(pool.run(admit("ASK {}")))
print(pool._keeper.pid, flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        kept = int(server.stdout.readline())
        workers = children(kept)
        assert workers
        server.kill()
    assert eventually(lambda: not any(running(process) for process in (kept, *workers)))


def test_graphs_that_cannot_be_read_stop_the_start() -> None:
    pool = WorkerPool()
    with pytest.raises(Unavailable, match="do not start"):
        pool.start(lambda: [b"no quads\n"])
    with pytest.raises(CatalogError):
        asked(pool, TITLES)
    pool.close()


def test_nobody_is_answered_before_the_start() -> None:
    with pytest.raises(Unavailable, match="not running"):
        asked(WorkerPool(), TITLES)


def test_the_health_tells_whether_the_workers_have_a_network(pool: WorkerPool) -> None:
    health = pool.health()
    assert health.alive
    here, there = (Path(f"/proc/{pid}/ns/net").readlink() for pid in ("self", keeper(pool)))
    assert health.isolated == (here != there)
