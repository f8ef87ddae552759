"""Which dataset of the mesh a job means: by the address that an output port states for it.

OpenLineage names a dataset by where it is (its namespace) and what it is called there; a port names
the same place as one address. Both are written down in one form here. Where two datasets of the
mesh have one address, neither is meant: nothing is guessed.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from catalog_service.domain.runs import Dataset
from catalog_service.graph import View, query
from catalog_service.terms import Iri

_SAME = {"postgresql": "postgres", "s3a": "s3", "s3n": "s3", "gs": "gcs", "abfs": "abfss"}
"""Names of one kind of place, and the one that is used here."""
_EMBEDDED = frozenset({"duckdb", "sqlite"})
"""Databases in a file: a contract names the database, and a job the file that it lies in."""
_WRITTEN = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?://)?(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """A dataset of the mesh that jobs read or write.

    Args:
        dataset: the dataset.
        product: whose it is.
        port: the output port that serves it.
        title: what it is called.
    """

    dataset: Iri
    product: Iri
    port: Iri
    title: str


class Addresses:
    """The addresses of all datasets that output ports serve.

    Args:
        view: what is published.
    """

    def __init__(self, view: View) -> None:
        self._places: dict[str, set[Place]] = defaultdict(set)
        for row in view.select(query(__package__, "served")):
            place = Place(
                row.iri("dataset"), row.iri("product"), row.iri("port"), row.text("title")
            )
            for address in _stated(row.text("address"), place.title):
                self._places[address].add(place)

    def find(self, dataset: Dataset) -> Place | None:
        """The dataset that is meant; None where none is, or more than one may be."""
        found: set[Place] = set()
        for address in _told(dataset):
            found |= self._places.get(address, set())
        return next(iter(found)) if len({place.dataset for place in found}) == 1 else None


def _stated(address: str, title: str) -> Iterator[str]:
    """The forms of what a port states: the whole place, or the place in which the dataset lies."""
    whole = _normal(address)
    if whole:
        yield whole
        yield f"{whole}/{title}".lower()


def _told(dataset: Dataset) -> Iterator[str]:
    """The forms of what a job names, its other names (symlinks) among them."""
    for namespace, name in (dataset.key, *_symlinks(dataset)):
        for path in (name, name.replace(".", "/")):
            yield _normal(f"{namespace.rstrip('/')}/{path.lstrip('/')}")
        scheme = namespace.partition(":")[0].lower()
        if scheme in _EMBEDDED:
            yield _normal(f"{scheme}://{name.replace('.', '/')}")
        if namespace in ("file", scheme):  # a namespace without a place, such as `file`
            yield _normal(f"{namespace}:{name}")


def _symlinks(dataset: Dataset) -> Iterator[tuple[str, str]]:
    named = dataset.facets.get("symlinks", {}).get("identifiers", ())
    for one in named if isinstance(named, list) else ():
        if isinstance(one, dict):
            namespace, name = one.get("namespace"), one.get("name")
            if isinstance(namespace, str) and isinstance(name, str):
                yield namespace, name


def _normal(address: str) -> str:
    """An address in lower case, with one name for each kind of place and no empty steps."""
    parts = _WRITTEN.fullmatch(unquote(address.strip()))
    if parts is None:
        return ""
    scheme = parts["scheme"].lower()
    steps = [step for step in parts["rest"].lower().split("/") if step]
    return f"{_SAME.get(scheme, scheme)}:{'/'.join(steps)}"
