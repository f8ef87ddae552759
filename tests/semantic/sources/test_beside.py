"""From which folder relative addresses begin."""

from datetime import UTC, datetime
from pathlib import Path

from catalog_service.domain.findings import Verdict
from catalog_service.domain.publication import Kind
from catalog_service.domain.rdf import Origin
from catalog_service.journal import Draft, Journal
from catalog_service.semantic.sources import Beside
from catalog_service.terms import DCAT, DCT, Iri

PRODUCT = Iri("https://mesh.example/products/songs")
FILES, STORE = Iri(f"{PRODUCT}/ports/files"), Iri(f"{PRODUCT}/ports/store")


def _publish(journal: Journal, places: dict[str, str]) -> None:
    lines = sorted(
        [
            f"<{FILES}> <{DCAT.endpointURL}> <file:songs.parquet> <{PRODUCT}> .",
            f"<{STORE}> <{DCAT.endpointURL}> <duckdb:songs.duckdb> <{PRODUCT}> .",
            f'<{PRODUCT}> <{DCT.title}> "Songs" <{PRODUCT}> .',
        ]
    )
    origins = tuple(
        Origin(next((file for name, file in places.items() if name in line), "other/odps.yaml"), 3)
        for line in lines
    )
    draft = Draft(
        subject=PRODUCT,
        kind=Kind.PRODUCT,
        version="1",
        nquads="".join(f"{line}\n" for line in lines),
        content_hash="sha256:0",
        publisher="tests",
        verdict=Verdict(PRODUCT),
        origins=origins,
    )
    journal.append([draft], now=datetime.now(UTC))


def test_a_relative_address_begins_at_the_document_that_states_the_port(tmp_path: Path) -> None:
    journal = Journal(None)
    beside = Beside(journal)
    assert beside(PRODUCT, FILES) == ""
    _publish(journal, {"file:": f"{tmp_path}/a/x.odcs.yaml", "duckdb:": f"{tmp_path}/a/y.yaml"})
    assert beside(PRODUCT, FILES) == f"{tmp_path}/a"
    assert beside(PRODUCT) == f"{tmp_path}/a"
    journal.close()


def test_a_later_publication_moves_it(tmp_path: Path) -> None:
    journal = Journal(None)
    beside = Beside(journal)
    _publish(journal, {"file:": f"{tmp_path}/a/x.yaml", "duckdb:": f"{tmp_path}/a/x.yaml"})
    assert beside(PRODUCT, STORE) == f"{tmp_path}/a"
    _publish(journal, {"file:": f"{tmp_path}/a/x.yaml", "duckdb:": f"{tmp_path}/b/x.yaml"})
    assert beside(PRODUCT, STORE) == f"{tmp_path}/b"
    assert beside(PRODUCT, FILES) == f"{tmp_path}/a"
    journal.close()


def test_where_ports_are_stated_in_several_folders_a_port_has_to_be_named(tmp_path: Path) -> None:
    journal = Journal(None)
    _publish(journal, {"file:": f"{tmp_path}/a/x.yaml", "duckdb:": f"{tmp_path}/b/x.yaml"})
    assert Beside(journal)(PRODUCT) == ""
    journal.close()


def test_what_was_read_from_elsewhere_has_no_folder() -> None:
    journal = Journal(None)
    _publish(journal, {"file:": "https://git.example/x.yaml", "duckdb:": ""})
    assert Beside(journal)(PRODUCT, FILES) == ""
    journal.close()
