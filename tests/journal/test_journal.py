"""The journal: durable, chained, all or nothing, and readable beside its writer."""

import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog_service.domain.findings import Finding, Severity, Verdict
from catalog_service.domain.publication import Kind
from catalog_service.domain.rdf import Literal, Origin, Triple
from catalog_service.errors import HomeInUse, JournalDamaged, NotFound
from catalog_service.graph import canonical
from catalog_service.graph.formats import content_hash
from catalog_service.journal import Draft, Journal, Quarantined, WriterLock
from catalog_service.terms import DCT, Iri

NOW = datetime(2026, 2, 1, 12, 0, 0, 123456, tzinfo=UTC)


def product(name: str) -> Iri:
    return Iri(f"https://mesh.example/products/{name}")


def draft(name: str, title: str = "Orders") -> Draft:
    subject = product(name)
    nquads = canonical([Triple(subject, DCT.title, Literal(title))], subject)
    finding = Finding(
        "described", Severity.WARNING, "say more", focus=subject, value=Literal("é\n"), line=3
    )
    return Draft(
        subject, Kind.PRODUCT, "1.0.0", nquads, content_hash(nquads), "ana",
        Verdict(subject, (finding,), ("slo-met",)), (Origin("orders.yaml", 3, 5),), "odcs",
    )  # fmt: skip


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.db")


def test_an_entry_reads_back_as_it_was_appended(journal: Journal) -> None:
    (entry,) = journal.append([draft("orders")], now=NOW)
    assert journal.latest(product("orders")) == entry
    assert (entry.revision, entry.time, entry.publisher) == (1, NOW, "ana")
    assert entry.origins == (Origin("orders.yaml", 3, 5),)
    assert entry.verdict.findings[0].value == Literal("é\n")


def test_revisions_count_up_without_gaps(journal: Journal) -> None:
    journal.append([draft("a"), draft("b")])
    journal.append([draft("a", "again")])
    assert [entry.revision for entry in journal.since(0)] == [1, 2, 3]
    assert journal.revision() == 3


def test_what_is_current_can_be_read_without_its_places(journal: Journal) -> None:
    journal.append([draft("a"), draft("b"), draft("a", "again")])
    whole, bare = list(journal.current()), list(journal.current(places=False))
    assert [replace(entry, origins=()) for entry in whole] == bare
    assert all(entry.origins for entry in whole)


def test_hashes_are_told_of_those_that_are_asked_for(journal: Journal) -> None:
    journal.append([draft("a"), draft("b"), draft("a", "again")])
    told = journal.hashes([product("a"), product("nothing")])
    assert told == {product("a"): journal.hashes()[product("a")]}
    assert told[product("a")][1] == 3
    assert journal.hashes([]) == {}


def test_the_current_entry_of_each_subject_is_its_last(journal: Journal) -> None:
    journal.append([draft("a"), draft("b"), draft("a", "again")])
    assert [(e.subject, e.revision) for e in journal.current()] == [
        (product("b"), 2),
        (product("a"), 3),
    ]


def test_the_state_as_of_a_revision_is_what_it_was_then(journal: Journal) -> None:
    journal.append([draft("a"), draft("b"), draft("a", "again")])
    assert [e.revision for e in journal.current(as_of=2)] == [1, 2]


def test_a_batch_that_fails_leaves_nothing(journal: Journal) -> None:
    broken = draft("b")
    object.__setattr__(broken, "publisher", object())
    with pytest.raises(Exception, match="JSON serializable"):
        journal.append([draft("a"), broken])
    assert journal.revision() == 0


def test_every_commit_is_synced(journal: Journal) -> None:
    with journal._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("publisher", "eve"),
        ("version", "9.9.9"),
        ("verdict", '{"findings": [], "not_evaluated": []}'),
        ("content_hash", "sha256:0"),
        ("origins", b"(nothing)"),
        ("content", b"(nothing)"),
        ("time", "2020-01-01 00:00:00.000000"),
    ],
)
def test_a_changed_entry_is_noticed_and_named(tmp_path: Path, column: str, value: str) -> None:
    journal = Journal(tmp_path / "journal.db")
    journal.append([draft("a"), draft("b"), draft("c")])
    assert journal.verify() == 3
    journal.close()
    with sqlite3.connect(tmp_path / "journal.db") as raw:
        raw.execute(f"UPDATE entries SET {column} = ? WHERE revision = 2", (value,))  # noqa: S608
    with pytest.raises(JournalDamaged, match="revision 2"):
        Journal(tmp_path / "journal.db").verify()


def test_a_missing_entry_is_noticed(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    journal.append([draft("a"), draft("b"), draft("c")])
    journal.close()
    with sqlite3.connect(tmp_path / "journal.db") as raw:
        raw.execute("DELETE FROM entries WHERE revision = 2")
    with pytest.raises(JournalDamaged, match="revision 2"):
        Journal(tmp_path / "journal.db").verify()


def test_damaged_content_is_named_and_never_guessed(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    journal.append([draft("a")])
    journal.close()
    with sqlite3.connect(tmp_path / "journal.db") as raw:
        raw.execute("UPDATE entries SET content = ?", (b"\x00garbage",))
    with pytest.raises(JournalDamaged, match="revision 1"):
        list(Journal(tmp_path / "journal.db").current())


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"not a database" * 100)
    with pytest.raises(JournalDamaged, match=r"journal\.db"):
        Journal(tmp_path / "journal.db")


def test_a_reader_needs_a_catalog_to_read(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no catalog"):
        Journal(tmp_path / "journal.db", write=False)
    assert not (tmp_path / "journal.db").exists()


def test_a_reader_sees_what_its_writer_appends(journal: Journal, tmp_path: Path) -> None:
    reader = Journal(tmp_path / "journal.db", write=False)
    journal.append([draft("a")])
    assert reader.revision() == 1


def test_what_is_refused_is_kept_with_its_reasons_until_it_conforms(journal: Journal) -> None:
    refused = draft("a")
    kept = Quarantined(refused.subject, refused.nquads, refused.verdict, "odcs", NOW)
    journal.keep_in_quarantine([kept])
    journal.keep_in_quarantine([kept])
    assert journal.quarantined() == (kept,)
    journal.append([refused])
    assert journal.quarantined() == ()


def test_a_home_remembers(journal: Journal) -> None:
    assert journal.setting("base_iri") == ""
    journal.remember("base_iri", "https://a.example/")
    journal.remember("base_iri", "https://b.example/")
    assert journal.setting("base_iri") == "https://b.example/"


def test_a_second_writer_is_refused_and_told_who_is_first(tmp_path: Path) -> None:
    with WriterLock(tmp_path), pytest.raises(HomeInUse, match="process") as caught:
        WriterLock(tmp_path).acquire()
    assert "--home" in caught.value.hint


def test_the_lock_ends_with_its_process(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from catalog_service.journal import WriterLock;"
        "WriterLock(Path(sys.argv[1])).acquire(); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert killed.returncode == -9
    WriterLock(tmp_path).acquire().release()
