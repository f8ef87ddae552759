"""One catalog and one client for all tests of the doors."""

from collections.abc import Iterator

import pytest
from asking import Client, catalog_of, mesh

from catalog_service.api.app import create_app
from catalog_service.bootstrap import Catalog


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    with catalog_of(tmp_path_factory.mktemp("home"), mesh()) as catalog:
        yield catalog


@pytest.fixture(scope="session")
def client(catalog: Catalog) -> Client:
    return Client(create_app(catalog))
