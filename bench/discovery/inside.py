"""What is measured in the process that holds the mesh, beside pyoxigraph asked there directly."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from bench import bulk
from bench.discovery import questions
from bench.discovery.figures import taken
from bench.lineage import asked
from bench.machine import resident
from catalog_service.bootstrap import Catalog, build
from catalog_service.domain.publication import Fate, Submission
from catalog_service.domain.rdf import Fact, text
from catalog_service.graph import parse
from catalog_service.search import FACETS, Kind, Question
from catalog_service.services.lineage import lineage
from catalog_service.settings import Settings
from catalog_service.terms import DCAT, Iri

PAGE = 20
PUBLISHED = 20


def measured(home: Path, size: int) -> dict[str, Any]:
    """Every figure of one mesh."""
    before = resident()
    clock, processor = time.perf_counter(), time.process_time()
    with build(Settings(home=home)) as catalog:
        store = catalog.store
        started = (time.perf_counter() - clock, time.process_time() - processor)
        engine = store._store  # noqa: SLF001 - the baseline is the engine over the same quads
        return {
            "products": size,
            "quads": len(store),
            "documents": len(catalog.index),
            "segments": catalog.index.segments,
            "start": started,
            "memory": resident() - before,
            "journal": _size(home / "journal.db"),
            "search index": _size(home / "search"),
            **dict(_search(catalog, size)),
            **dict(_listing(catalog)),
            **dict(_points(catalog, engine, size)),
            **dict(_lineage(catalog, engine, size)),
            **dict(_publishing(catalog, size)),
            "peak": resident() - before,
        }


def _search(catalog: Catalog, size: int) -> Iterator[tuple[str, Any]]:
    index, asked_for = catalog.index, questions.texts(500, size)

    def page(words: str) -> object:
        return index.find(Question(words, first=PAGE, facets=tuple(FACETS)))

    index.find(Question("", first=PAGE, facets=tuple(FACETS)))
    yield "search", taken((partial(page, words) for words in asked_for), best_of=3)
    yield "completion", taken((partial(index.suggest, w[:4]) for w in asked_for[:200]), best_of=3)
    wrong = [w for w in questions.products(20, size) if not _first(index, w.rpartition("/")[2], w)]
    yield "not first by name", len(wrong)


def _first(index: Any, words: str, wanted: Iri) -> bool:  # noqa: ANN401 - as the catalog has it
    hits = index.find(Question(words, first=1, facets=())).hits
    return bool(hits) and hits[0].iri == wanted


def _listing(catalog: Catalog) -> Iterator[tuple[str, Any]]:
    """Every product, page by page: what the first pages take, and the last."""
    index, after, pages = catalog.index, "", []
    seen: set[Iri] = set()
    while True:
        begun = time.perf_counter()
        hits = index.find(Question("", kinds=(Kind.PRODUCT,), first=500, after=after, facets=()))
        pages.append((time.perf_counter() - begun) * 1000)
        seen.update(hit.iri for hit in hits.hits)
        if not (after := hits.next):
            break
    yield "listed", (len(seen), hits.total)
    yield "first pages of 500", sorted(pages[:9])[len(pages[:9]) // 2]
    yield "last pages of 500", sorted(pages[-10:-1] or pages)[len(pages[-10:-1] or pages) // 2]
    yield "facets", _true_counts(catalog)


def _true_counts(catalog: Catalog) -> str:
    """Whether the facet of domains is what the graph says."""
    question = Question("", kinds=(Kind.PRODUCT,), first=1, facets=("domain",))
    told = dict(catalog.index.find(question).facets[0].counts)
    rows = catalog.view().select(
        "SELECT ?domain (COUNT(?product) AS ?n) WHERE {"
        " ?product <https://www.omg.org/spec/DPROD/dprod/domain> ?domain } GROUP BY ?domain"
    )
    counted = {row.text("domain"): int(row.text("n")) for row in rows}
    return "true" if told == counted else f"{told} against {counted}"


def _points(catalog: Catalog, engine: ox.Store, size: int) -> Iterator[tuple[str, Any]]:
    asks = [questions.POINT.replace("ID", iri) for iri in questions.products(1000, size)]
    yield "point query, engine", taken([partial(_asked, engine, ask) for ask in asks])
    yield (
        "change feed, last 100",
        taken(
            [
                partial(list, catalog.journal.since(catalog.journal.revision() - 100))
                for _ in "12345"
            ]
        ),
    )


def _asked(engine: ox.Store, query: str) -> object:
    found = engine.query(query, use_default_graph_as_union=True)
    return json.loads(found.serialize(format=ox.QueryResultsFormat.JSON) or b"")


def _lineage(catalog: Catalog, engine: ox.Store, size: int) -> Iterator[tuple[str, Any]]:
    for nodes, root in bulk.roots(size).items():
        ours: Callable[[], Any] = partial(lineage, catalog.view(), root, up=0, down=50)
        theirs = partial(asked, engine, root)
        yield f"first lineage of {nodes:,}", taken([ours])
        if not nodes == ours().total == len(theirs()):
            sys.exit(f"the cluster of {nodes:,} was not found whole")
        yield f"lineage of {nodes:,}", taken([ours] * 7)
        yield f"lineage of {nodes:,}, engine", taken([theirs] * 7)


def _publishing(catalog: Catalog, size: int) -> Iterator[tuple[str, Any]]:
    """A new version of products, one at a time: at the edge of the mesh, and of the roots."""
    catalog.publisher.check(())  # what is made once
    chosen = questions.products(PUBLISHED, size, seed=17)
    _published(catalog, chosen[0])
    yield "publish", taken([partial(_published, catalog, iri) for iri in chosen[1:]])
    for nodes, root in bulk.roots(size).items():
        yield f"publish the root of {nodes:,}", taken([partial(_published, catalog, root)] * 3)


def _published(catalog: Catalog, product: Iri) -> None:
    entry = catalog.journal.latest(product)
    if entry is None:
        sys.exit(f"{product} is not in the journal")
    major = int(entry.version.partition(".")[0]) + 1
    stated = [
        triple._replace(object=text(f"{major}.0.0"))
        if triple[:2] == (product, DCAT.version)
        else triple
        for triple in parse(entry.nquads, "nquads")
    ]
    facts = tuple(Fact(triple, entry.origins[0]) for triple in stated)
    outcome = catalog.publisher.publish([Submission(product, facts)], publisher="bench")[0]
    if outcome.fate is not Fate.PUBLISHED:
        sys.exit(f"{product} was {outcome.fate}: {outcome.verdict}")


def _size(place: Path) -> float:
    files = place.rglob("*") if place.is_dir() else [place]
    return sum(file.stat().st_size for file in files if file.is_file()) / 2**20


if __name__ == "__main__":
    print(json.dumps(measured(Path(sys.argv[1]), int(sys.argv[2]))))
