"""The mesh that measurements fill in bulk: it is what harvesting and publishing would have made."""

import itertools

import pytest

from bench import bulk, mesh
from catalog_service.bootstrap import build
from catalog_service.domain.publication import Entry
from catalog_service.journal import Journal
from catalog_service.settings import Settings
from catalog_service.terms import Iri

SIZE = 12


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[Iri, Entry]:
    folder = tmp_path_factory.mktemp("harvested")
    mesh.write_governance(folder / "mesh", SIZE)
    mesh.write_products(folder / "mesh", bulk.planned(SIZE))
    with build(Settings(home=folder / "home", base_iri=mesh.BASE)) as catalog:
        catalog.publish(catalog.read([folder / "mesh"]))
        return {entry.subject: entry for entry in catalog.journal.current()}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> dict[Iri, Entry]:
    home = tmp_path_factory.mktemp("filled")
    bulk.fill(home, SIZE)
    journal = Journal(home / "journal.db")
    try:
        assert journal.verify() == SIZE + 1
        return {entry.subject: entry for entry in journal.current()}
    finally:
        journal.close()


def test_every_product_is_word_for_word_as_if_it_had_been_harvested_and_published(
    published: dict[Iri, Entry], filled: dict[Iri, Entry]
) -> None:
    assert published.keys() == filled.keys()
    for subject, entry in published.items():
        assert filled[subject].nquads == entry.nquads, subject
        assert filled[subject].content_hash == entry.content_hash
        assert filled[subject].verdict == entry.verdict
        assert filled[subject].version == entry.version
        assert filled[subject].source == entry.source


def test_the_roots_of_clusters_are_where_they_are_said_to_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bulk, "CLUSTERS", (10, 40))
    reads = {bulk.name_of(p.number): p.reads for p in bulk.planned(80)}
    for size, root in bulk.roots(80).items():
        below, level = {root}, {root}
        while level:
            level = {
                product
                for product, sources in reads.items()
                if any(bulk.name_of(source) in level for source in sources)
            } - below
            below |= level
        assert len(below) == size
    assert len(list(itertools.islice(bulk.planned(5), 10))) == 5
