"""Search through a view that hides products, against a mesh that never had them."""

from pathlib import Path

import pytest

from catalog_service.bootstrap import Catalog, build
from catalog_service.domain.rdf import Triple
from catalog_service.graph import Store
from catalog_service.publishing import visible
from catalog_service.publishing.indexing import documents, standard_documents
from catalog_service.publishing.projection import SHAPES
from catalog_service.search import FACETS, Index, Question
from catalog_service.settings import Settings
from catalog_service.terms import PM, RDF, Iri

MESH = Path(__file__).parents[2] / "examples" / "media_mesh"
BASE = "https://mesh.media.example/"
HIDDEN = ("products/podcasts.listener_demographics", "products/streaming.plays")
TEXTS = [
    "", "listener", "podcast listener", "plays", "isrc", "listner", "demographics", "user",
    "track artists", f"{BASE}{HIDDEN[0]}", "streaming.plays", "age_band", "zzqqxx plays",
]  # fmt: skip


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    catalog = build(Settings(home=tmp_path_factory.mktemp("home"), base_iri=BASE))
    catalog.publish(catalog.read([MESH]))
    return catalog


def seen(catalog: Catalog) -> list[Iri]:
    """All graphs but those of what is hidden."""
    hidden = tuple(BASE + name for name in HIDDEN)
    return [graph for graph in catalog.view().graphs() if not graph.startswith(hidden)]


@pytest.fixture(scope="module")
def partial(catalog: Catalog) -> Index:
    return catalog.projection.index_of(catalog.store.view(seen(catalog)))


@pytest.fixture(scope="module")
def apart(catalog: Catalog) -> Index:
    """What search is told of a store that holds nothing else."""
    store, graphs = Store(), seen(catalog)
    store.replace({graph: catalog.view().graph(graph) for graph in graphs})
    index = Index.open(None)
    told = dict(documents(store.view(), graphs))
    told[SHAPES] = standard_documents(catalog.layers)
    index.replace(told, catalog.projection.revision)
    return index


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_hidden_is_as_if_it_were_not_there(partial: Index, apart: Index, text: str) -> None:
    there, never = (index.find(Question(text, first=500)) for index in (partial, apart))
    assert [(h.iri, h.score, h.why) for h in there.hits] == [
        (h.iri, h.score, h.why) for h in never.hits
    ]
    assert (there.total, there.facets, there.lost) == (never.total, never.facets, never.lost)
    assert not any(hit.iri.startswith(BASE + name) for hit in there.hits for name in HIDDEN)


def test_no_name_of_what_is_hidden_is_completed(catalog: Catalog, partial: Index) -> None:
    assert any("demographics" in one.text for one in catalog.index.suggest("demog"))
    assert not partial.suggest("demog")


def test_what_hidden_products_use_is_not_counted_as_used(catalog: Catalog, partial: Index) -> None:
    def uses(index: Index) -> int:
        return index.find(Question("artists.catalog", kinds=("product",))).hits[0].document.uses

    assert uses(catalog.index) > uses(partial) == 0


def test_a_view_of_everything_needs_no_index_of_its_own(catalog: Catalog) -> None:
    assert catalog.projection.index_of(catalog.view()) is catalog.index


def test_an_index_is_made_once_for_a_view_and_a_few_are_kept(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visible, "MOST", 2)
    graphs = seen(catalog)
    views = [catalog.store.view(graphs[: n + 1]) for n in range(3)]
    first = catalog.projection.index_of(views[0])
    assert catalog.projection.index_of(catalog.store.view(graphs[:1])) is first
    for view in views[1:]:
        catalog.projection.index_of(view)
    assert catalog.projection.index_of(views[0]) is not first


def test_a_view_of_nothing_finds_nothing(catalog: Catalog) -> None:
    found = catalog.projection.index_of(catalog.store.view([])).find(Question(""))
    assert (found.total, [facet.counts for facet in found.facets]) == (0, [()] * len(FACETS))


def test_what_changes_within_a_revision_is_seen_too(catalog: Catalog) -> None:
    view = catalog.store.view(seen(catalog))
    before = catalog.projection.index_of(view)
    graph = Iri(f"{BASE}products/users.profiles/observed")
    catalog.projection.show({graph: (Triple(graph, RDF.type, PM.Finding),)})
    catalog.projection.show({graph: ()})
    assert catalog.projection.index_of(view) is not before
