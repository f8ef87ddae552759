"""The index: kept up by the one writer, searched by everyone."""

import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import tantivy

from catalog_service.errors import Conflict, HomeInUse, Misconfigured, Unavailable
from catalog_service.search import schema
from catalog_service.search.answer import Snapshot, answer
from catalog_service.search.document import Document
from catalog_service.search.question import Cursor, Hits, Question
from catalog_service.search.schema import SCHEMA
from catalog_service.search.suggestion import MOST, Suggestion, suggest
from catalog_service.terms import Iri

_HEAP = 50_000_000
_NEVER = -1
_META = "meta.json"
_KEPT = 8
"""So many revisions are kept to go on paging through; it costs what they do not share."""


class Kept:
    """What an index held at one revision: found by words and facets as in the index itself.

    Args:
        snapshot: the index as it was.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def find(self, question: Question) -> Hits:
        """What the question found then.

        Raises:
            InvalidRequest: its cursor or one of its facets is none.
        """
        after = Cursor.read(question.after, question) if question.after else None
        return answer(self._snapshot, question, after)

    def suggest(self, text: str, *, first: int = 10) -> tuple[Suggestion, ...]:
        """The names that went on as a text begins; at most fifty."""
        return suggest(self._snapshot.searcher, text, max(0, min(first, MOST)))


class Index:
    """Documents, found by words and facets.

    It is a projection: it can be made anew from the journal at any time, and it keeps the revision
    of the journal that it is at. Made by `open`.
    """

    def __init__(self, index: tantivy.Index, folder: Path | None, *, write: bool) -> None:
        self._index = schema.prepared(index)
        self._folder = folder
        self._write = write
        self._writer: tantivy.IndexWriter | None = None
        self._lock = threading.Lock()
        self._seen: object = None
        self._kept: dict[int, Snapshot] = {}
        self._snapshot = self._loaded()

    @classmethod
    def open(cls, folder: Path | None, *, write: bool = True) -> Self:
        """The index in a folder; in memory where there is none.

        What a folder holds that cannot be read, or was laid out by another release, is thrown away
        by the writer: its revision is then -1, and whoever fills it does so from the journal.

        Args:
            folder: where it is kept.
            write: False to search only. The folder may then belong to another process that is
                writing to it; what that process publishes is seen as it happens.

        Raises:
            Unavailable: there is no index that can be read, and it is only to be searched.
            Misconfigured: the folder holds something that is no index.
        """
        if folder is None:
            return cls(_engine(None), None, write=True)
        if not write:
            if not (folder / _META).is_file():
                raise _unreadable(folder, "there is none")
            with _reading(folder):
                return cls(_engine(folder), folder, write=False)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return cls(_engine(folder), folder, write=True)
        except (ValueError, OSError):
            _emptied(folder)
            return cls(_engine(folder), folder, write=True)

    @property
    def revision(self) -> int:
        """The revision of the journal that it is at; -1 where it was never filled."""
        return self._current().revision

    def __len__(self) -> int:
        """How many documents there are."""
        snapshot = self._current()
        return snapshot.searcher.num_docs - (snapshot.revision != _NEVER)

    @property
    def segments(self) -> int:
        """How many parts it is kept in; the engine merges them as they grow in number."""
        return self._current().searcher.num_segments

    def replace(self, documents: Mapping[Iri, Sequence[Document]], revision: int) -> None:
        """Make each publication have exactly these documents, in one step.

        When it returns, every question sees them.

        Args:
            documents: the documents of each publication; none where it has no more.
            revision: the revision of the journal that the index then is at.

        Raises:
            HomeInUse: another process writes to this index.
            Conflict: it was opened to be searched only.
        """
        with self._writing() as writer:
            for publication, found in documents.items():
                writer.delete_documents_by_term("publication", publication)
                for document in found:
                    writer.add_document(schema.written(document, publication))
            writer.delete_documents_by_term("meta", "revision")
            writer.add_document(schema.revision(revision))

    def refill(self, parts: Iterable[Mapping[Iri, Sequence[Document]]], revision: int) -> None:
        """Forget everything, and hold these documents instead, in one step.

        Args:
            parts: the documents of each publication, part by part; each publication is in one.
            revision: the revision of the journal that the index then is at.

        Raises:
            HomeInUse: another process writes to this index.
            Conflict: it was opened to be searched only.
        """
        with self._writing() as writer:
            writer.delete_all_documents()
            for part in parts:
                for publication, found in part.items():
                    for document in found:
                        writer.add_document(schema.written(document, publication))
            writer.add_document(schema.revision(revision))

    def clear(self) -> None:
        """Forget everything, the revision too.

        Raises:
            HomeInUse: another process writes to this index.
            Conflict: it was opened to be searched only.
        """
        with self._writing() as writer:
            writer.delete_all_documents()

    def find(self, question: Question) -> Hits:
        """What the question finds, counted in full and answered page by page.

        Later pages are those of the revision that the first was of, as long as it is among the
        last few; after that they go on behind the same hit in the newest.

        Raises:
            InvalidRequest: its cursor or one of its facets is none.
            Unavailable: the index cannot be read.
        """
        after = Cursor.read(question.after, question) if question.after else None
        with _reading(self._folder):
            current = self._current()
            kept = self._kept.get(after.revision) if after else None
            return answer(kept or current, question, after)

    def kept(self, revision: int) -> Kept | None:
        """The index as it was when a revision was the latest; None where that is not kept."""
        snapshot = self._kept.get(revision)
        return Kept(snapshot) if snapshot is not None else None

    def suggest(self, text: str, *, first: int = 10) -> tuple[Suggestion, ...]:
        """The names that go on as a text begins; at most fifty.

        Raises:
            Unavailable: the index cannot be read.
        """
        with _reading(self._folder):
            return suggest(self._current().searcher, text, max(0, min(first, MOST)))

    def close(self) -> None:
        """Let go of the folder; what was written stays."""
        with self._lock:
            writer, self._writer = self._writer, None
            if writer is not None:
                writer.wait_merging_threads()

    @contextmanager
    def _writing(self) -> Iterator[tantivy.IndexWriter]:
        if not self._write:
            raise Conflict(
                "the search index was opened to be searched only",
                hint="let the process that publishes write to it",
            )
        with self._lock:
            if self._writer is None:
                self._writer = _writer(self._index, self._folder)
            try:
                yield self._writer
                self._writer.commit()
            except BaseException:
                self._writer.rollback()
                raise
            self._snapshot = self._loaded()

    def _current(self) -> Snapshot:
        """The newest snapshot; a reader looks whether the writer has left a newer one."""
        if not self._write and self._seen != self._signature():
            with self._lock:
                self._snapshot = self._loaded()
        return self._snapshot

    def _loaded(self) -> Snapshot:
        self._seen = self._signature()
        self._index.reload()
        searcher = self._index.searcher()
        told = searcher.search(tantivy.Query.term_query(SCHEMA, "meta", "revision"), 1).hits
        if not told:
            return Snapshot(searcher, _NEVER, {})
        revision = int(searcher.doc(told[0][1]).get_first("revision") or 0)
        snapshot = Snapshot(searcher, revision, {})
        kept = [one for one in self._kept.items() if one[0] != revision][-_KEPT + 1 :]
        self._kept = dict([*kept, (revision, snapshot)])
        return snapshot

    def _signature(self) -> object:
        if self._folder is None:
            return None
        state = (self._folder / _META).stat()
        return state.st_mtime_ns, state.st_ino, state.st_size


def _engine(folder: Path | None) -> tantivy.Index:
    return tantivy.Index(SCHEMA, path=str(folder) if folder else None, sort_by_field="order")


def _writer(index: tantivy.Index, folder: Path | None) -> tantivy.IndexWriter:
    try:
        return index.writer(heap_size=_HEAP, num_threads=1)
    except ValueError as fault:
        raise HomeInUse(
            f"another process writes to the search index in {folder}",
            hint="end it, or use another home",
        ) from fault


def _emptied(folder: Path) -> None:
    """Make room for a new index where an old one cannot be used."""
    if not any((folder / name).is_file() for name in (_META, ".managed.json")):
        raise Misconfigured(
            f"{folder} is no search index and cannot become one",
            hint="move it away; the index is then made anew",
        )
    shutil.rmtree(folder)
    folder.mkdir()


def _unreadable(folder: Path | None, why: object) -> Unavailable:
    return Unavailable(
        f"the search index in {folder} cannot be read: {why}",
        hint="run `polyseme rebuild`; it is made anew from the journal",
    )


@contextmanager
def _reading(folder: Path | None) -> Iterator[None]:
    """Translate what the engine raises over a damaged folder."""
    try:
        yield
    except (ValueError, OSError) as fault:
        if folder is None:
            raise
        raise _unreadable(folder, fault) from fault
