"""How good and how fast search is, against plain BM25 over one text field in the same engine."""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from math import log2
from pathlib import Path

import tantivy

from bench import relevance
from bench.documents import documents, questions
from bench.machine import table
from catalog_service.search import Document, Hits, Index, Question, schema
from catalog_service.search.words import clean
from catalog_service.terms import Iri

PAGE = 20
QUESTIONS = 500
DEEP = 20
"""So many pages are turned, to see whether a later one takes longer than the first."""


class Bm25:
    """The baseline: every text of a document in one field, any word of the question, by BM25."""

    def __init__(self, held: Sequence[Document], folder: Path) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", tokenizer_name="en_stem")
        builder.add_text_field("iri", tokenizer_name="raw", stored=True)
        self._index = tantivy.Index(builder.build(), path=str(folder))
        writer = self._index.writer(50_000_000, 1)
        for document in held:
            texts = (text for found in schema.texts(document).values() for text in found)
            writer.add_document(
                tantivy.Document(text=clean(" ".join(texts)), iri=[str(document.iri)])
            )
        writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def find(self, text: str, first: int) -> list[Iri]:
        """The best hits."""
        asked, _ = self._index.parse_query_lenient(_plain(text), ["text"])
        hits = self._searcher.search(asked, first, count=True).hits
        return [Iri(str(self._searcher.doc(at).get_first("iri"))) for _, at in hits]


def _plain(text: str) -> str:
    return "".join(c if c.isalnum() else " " for c in text)


def main(sizes: tuple[int, ...] = (10_000, 100_000)) -> None:
    """Judge the relevance set, then time questions at each size."""
    judge()
    timed = [Timed(size) for size in sizes]
    table(
        f"Search: {QUESTIONS} questions, a page of {PAGE} with the count and all facets, in ms",
        ("documents", "segments", "indexed a second", "p50", "p99", "slowest", "BM25 p50",
         "BM25 p99", f"page {DEEP + 1}", "no text", "completion p99"),
        [one.row() for one in timed],
    )  # fmt: skip
    first, last = _at(timed[0].ours, 0.99), _at(timed[-1].ours, 0.99)
    print(f"\np99 at {sizes[-1]:,} documents is {last / first:.1f} times that at {sizes[0]:,}.")


def judge(*, each: bool = False) -> None:
    """Print nDCG@10 and recall over the relevance set.

    Args:
        each: print every query too.
    """
    mesh = relevance.documents()
    judged = relevance.judged(mesh)
    index = Index.open(None)
    index.replace({Iri(relevance.BASE): mesh}, 1)

    def ours(text: str, first: int) -> list[Iri]:
        return [hit.iri for hit in index.find(Question(text, first=first, facets=())).hits]

    with tempfile.TemporaryDirectory() as folder:
        rival = Bm25(mesh, Path(folder))
        table(
            f"Search: {len(judged)} judged queries over {len(mesh)} documents",
            ("", "nDCG@10", "first is what was meant", "recall@10", "recall of all hits"),
            [("polyseme", *_quality(judged, ours)),
             ("BM25, one text field", *_quality(judged, rival.find))],
        )  # fmt: skip
        for one in judged if each else ():
            gains = (_ndcg(one, find(one.text, 10)) for find in (ours, rival.find))
            print("  ".join(f"{gain:.2f}" for gain in gains), one.text, sep="  ")


Find = Callable[[str, int], list[Iri]]
_ALL = 10_000


def _quality(judged: Sequence[relevance.Judged], find: Find) -> tuple[float, ...]:
    rows = []
    for one in judged:
        found = find(one.text, _ALL)
        best = max(one.grades.values())
        wanted = {iri for iri, grade in one.grades.items() if grade > 1}
        rows.append(
            (
                _ndcg(one, found),
                float(bool(found) and one.grades.get(found[0]) == best),
                len(wanted.intersection(found[:10])) / min(10, len(wanted)),
                len(wanted.intersection(found)) / len(wanted),
            )
        )
    return tuple(sum(column) / len(rows) for column in zip(*rows, strict=True))


def _ndcg(one: relevance.Judged, found: Sequence[Iri]) -> float:
    ideal = sorted(one.grades.values(), reverse=True)
    return _gain([one.grades.get(iri, 0) for iri in found]) / _gain(ideal)


def _gain(grades: Sequence[int]) -> float:
    return sum(float(2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades[:10]))


class Timed:
    """The times at one size, on the wall clock: the best of three for each question, in ms."""

    def __init__(self, number: int) -> None:
        self.number = number
        held = dict(documents(number))
        asked = questions(QUESTIONS)
        with tempfile.TemporaryDirectory() as folder:
            index = Index.open(Path(folder) / "ours")
            begun = time.process_time()
            index.replace(held, 1)
            self.rate = number / (time.process_time() - begun)
            self.ours = [_best(partial(_page, index, text)) for text in asked]
            self.completing = [_best(partial(index.suggest, text[:4])) for text in asked]
            self.everything = _best(partial(_page, index, ""))
            self.deep = _best(partial(_page, index, asked[0], _deep(index, asked[0])))
            self.segments = index.segments
            index.close()
        with tempfile.TemporaryDirectory() as folder:
            rival = Bm25([one for part in held.values() for one in part], Path(folder))
            self.theirs = [_best(partial(rival.find, text, PAGE)) for text in asked]

    def row(self) -> tuple[object, ...]:
        """The row of the table."""
        return (
            f"{self.number:,}", self.segments, self.rate, _at(self.ours, 0.5),
            _at(self.ours, 0.99), max(self.ours), _at(self.theirs, 0.5), _at(self.theirs, 0.99),
            self.deep, self.everything, _at(self.completing, 0.99),
        )  # fmt: skip


def _page(index: Index, text: str, after: str = "") -> Hits:
    return index.find(Question(text, first=PAGE, after=after))


def _deep(index: Index, text: str) -> str:
    """The cursor behind so many pages, or behind the last one before the end."""
    after = ""
    for _ in range(DEEP):
        after = index.find(Question(text, first=PAGE, after=after, facets=())).next or after
    return after


def _best(ask: Callable[[], object]) -> float:
    return min(_once(ask) for _ in range(3))


def _once(ask: Callable[[], object]) -> float:
    begun = time.perf_counter()
    ask()
    return (time.perf_counter() - begun) * 1000


def _at(times: Sequence[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


if __name__ == "__main__":
    if sys.argv[1:] == ["judge"]:
        judge(each=True)
    else:
        main(tuple(int(size) for size in sys.argv[1:]) or (10_000, 100_000))
