"""The search, as every door asks it."""

import pytest

from catalog_service.errors import LimitExceeded
from catalog_service.search import Document, Index
from catalog_service.services import discovery
from catalog_service.services.discovery import Kind, Question
from catalog_service.terms import Iri

ORDERS = Iri("https://mesh.example/products/orders")


@pytest.fixture
def index() -> Index:
    index = Index.open(None)
    index.replace({ORDERS: [Document(ORDERS, Kind.PRODUCT, "orders", title="Orders")]}, 1)
    return index


def test_what_fits_is_found(index: Index) -> None:
    found = discovery.search(index, Question(text="orders"))
    assert [hit.iri for hit in found.hits] == [ORDERS]
    assert (found.total, found.revision) == (1, 1)


def test_a_page_is_bounded(index: Index) -> None:
    with pytest.raises(LimitExceeded, match="at most 500") as refused:
        discovery.search(index, Question(first=501))
    assert refused.value.limit == "page-size"


def test_a_text_is_bounded(index: Index) -> None:
    with pytest.raises(LimitExceeded, match="1,000 characters"):
        discovery.search(index, Question(text="x" * 1001))
