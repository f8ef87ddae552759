"""The cost of a standard grows with the mesh, and no faster.

What grows is counted, not timed: the triples that the reference engine reads while it judges a mesh
by one standard alone. Counts are exact, so a small mesh shows what a large one would, and nothing
is lost in noise. A mesh is many copies of the graphs that lie beside the standard.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from time import process_time

import pytest
import rdflib
from rdflib.plugins.sparql import evaluate
from rdflib.plugins.stores.memory import Memory
from rdflib.term import Identifier

from catalog_service import bundled
from catalog_service.domain.rdf import Triple, line
from catalog_service.governance.engines.fast import FastEngine, fast_available
from catalog_service.governance.engines.reference import ReferenceEngine
from catalog_service.governance.engines.result import Judge
from catalog_service.governance.standards import Standard, load
from catalog_service.governance.subjects import GOVERNED
from catalog_service.graph.formats import parse
from catalog_service.terms import PREFIXES, RDF, Iri

SHAPES = bundled.folder("shapes")
STANDARDS = load(SHAPES)
SMALL, LARGE = 10, 50
TIMES = LARGE // SMALL

_IRI_OR_TEXT = re.compile(r'<[^>]*>|"(?:[^"\\]|\\.)*"')


class Reads:
    """Counts the triples that are read from any graph of rdflib."""

    def __init__(self) -> None:
        self.count = 0

    def of(self, judge: Judge, mesh: Sequence[Triple]) -> int:
        """How many are read to judge every node of a mesh."""
        self.count = 0
        judge(mesh, _nodes(mesh))
        return self.count


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    counter = Reads()
    read = Memory.triples

    def counted(store: Memory, *args: object, **options: object) -> Iterator[object]:
        for found in read(store, *args, **options):  # type: ignore[arg-type] # passed on as it came
            counter.count += 1
            yield found

    monkeypatch.setattr(Memory, "triples", counted)
    # rdflib joins through a set. How soon an EXISTS is answered would depend on its order, which
    # differs from run to run.
    join = evaluate._join  # type: ignore[attr-defined] # private
    monkeypatch.setattr(evaluate, "_join", lambda a, b: join(a, sorted(b, key=_terms)))
    return counter


def _terms(solution: Mapping[Identifier, Identifier]) -> list[tuple[str, str]]:
    return sorted((str(name), str(term)) for name, term in solution.items())


def alone(standard: Standard) -> rdflib.Graph:
    """The shape of one standard, with the prefixes of its queries."""
    return rdflib.Graph().parse(SHAPES / "prefixes.ttl").parse(standard.file)


@cache
def beside(standard: Standard) -> tuple[Triple, ...]:
    """All that the graphs beside a standard state, good and bad, as one graph."""
    texts = (file.read_text(encoding="utf-8") for file in (*standard.good, *standard.bad))
    return tuple(dict.fromkeys(triple for text in texts for triple in parse(text, "turtle")))


def mesh(graph: Sequence[Triple], copies: int, *, federation: bool) -> tuple[Triple, ...]:
    """Copies of a graph, each with its own names.

    Args:
        graph: what to copy.
        copies: how often.
        federation: True where the copies share what the federation decides, so that ever more
            products hang on the same domains, polysemes and schemes; False where each has its own.
    """
    shared = _decided(graph) if federation else frozenset()
    lines = [line(triple) for triple in graph]

    def copied(number: int, text: str) -> str:
        def named(found: re.Match[str]) -> str:
            term = found.group()
            own = f".example/{number}/"
            return term if term[1:-1] in shared else term.replace(".example/", own)

        return _IRI_OR_TEXT.sub(named, text)

    stated = {copied(number, text) for number in range(copies) for text in lines}
    return parse("\n".join(sorted(stated)), "ntriples")


def _decided(graph: Sequence[Triple]) -> frozenset[str]:
    """What a graph says is governed, and everything that is said of it."""
    found = {s for s, predicate, value in graph if predicate == RDF.type and value in GOVERNED}
    more = set(found)
    while more:
        told = {value for s, _, value in graph if s in more and isinstance(value, str)}
        more = told - found
        found |= told
    return frozenset(found)


def _nodes(graph: Sequence[Triple]) -> set[Iri]:
    objects = {value for _, _, value in graph if isinstance(value, str)}
    return objects | {triple.subject for triple in graph}


@pytest.mark.parametrize("standard", list(STANDARDS), ids=lambda standard: standard.name)
def test_what_is_read_for_a_standard_grows_no_faster_than_the_mesh(
    standard: Standard, reads: Reads
) -> None:
    judge = ReferenceEngine(alone(standard), ()).among(())
    for federation in (False, True):
        small, large = (
            reads.of(judge, mesh(beside(standard), copies, federation=federation))
            for copies in (SMALL, LARGE)
        )
        assert 0 < large <= TIMES * small


QUADRATIC = """
std:tried a sh:NodeShape ; sh:severity sh:Violation ; sh:targetClass dprod:DataProduct ; sh:sparql [
  sh:prefixes <https://w3id.org/polyseme/shapes> ; sh:message "There are others." ;
  sh:select "SELECT $this ?value { ?value a dprod:DataProduct . FILTER($this = ?value && 1 = 2) }" ] .
"""


def test_a_standard_that_compares_each_product_with_every_other_is_noticed(reads: Reads) -> None:
    prefixes = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items())
    shape = rdflib.Graph().parse(SHAPES / "prefixes.ttl").parse(data=prefixes + QUADRATIC)
    judge = ReferenceEngine(shape, ()).among(())
    products = beside(STANDARDS.named("owner-named"))
    small, large = (
        reads.of(judge, mesh(products, copies, federation=False)) for copies in (SMALL, LARGE)
    )
    assert large > TIMES * small


def test_copies_share_only_what_the_federation_decides() -> None:
    # What the graphs say of the ontology's own terms is the same in every copy.
    graph = [t for t in beside(STANDARDS.named("owner-in-team")) if ".example/" in t.subject]
    own, shared = (mesh(graph, 3, federation=federation) for federation in (False, True))
    assert len(own) == 3 * len(graph)
    assert len(graph) < len(shared) < len(own)


@pytest.mark.skipif(not fast_available(), reason="there is no wheel of the fast engine here")
def test_the_fast_engine_takes_no_longer_for_a_product_after_many_others() -> None:
    """It cannot be counted what this engine reads, so here time is compared with time."""
    judge = FastEngine(STANDARDS.shapes(), ()).among(())
    graph = tuple(dict.fromkeys(triple for standard in STANDARDS for triple in beside(standard)))
    copies = (mesh(graph, 1, federation=False) for _ in range(2 * LARGE))
    cases = [(case, _nodes(case)) for case in copies]

    def seconds(count: int) -> float:
        started = process_time()
        for case, nodes in cases[:count]:
            judge(case, nodes)
        return process_time() - started

    small, large = (min(seconds(count) for _ in range(3)) for count in (2 * SMALL, 2 * LARGE))
    assert large < 2 * TIMES * small
