"""A product as documents of Bitol's standards: a descriptor and contracts, or a contract alone."""

import re
from dataclasses import dataclass

from catalog_service.domain.rdf import Triple
from catalog_service.graph import View
from catalog_service.harvesting import Names
from catalog_service.services.export import odcs, odps, shared
from catalog_service.services.export.division import Division, divided
from catalog_service.services.export.readback import compared
from catalog_service.services.export.references import columns, sources
from catalog_service.services.export.stated import Stated
from catalog_service.services.export.yaml import document, remarks
from catalog_service.terms import CSVW, DCT, PM, PROV, Iri

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 120
_POINTING = (CSVW.foreignKey, PROV.wasDerivedFrom, PM.clock, PM.notAdditiveOver)
"""What may lead to a column of another contract."""
_ELSEWHERE = (
    "What it reads, who owns it and how it is managed stand in its descriptor, of form odps."
)


@dataclass(frozen=True, slots=True)
class Documents:
    """A product as files.

    Args:
        files: the text of each file, by its name; the descriptor first.
        lost: what the graph states and the files do not.
        added: what the files state and the graph does not, such as a wider datatype.
    """

    files: dict[str, bytes]
    lost: tuple[Triple, ...]
    added: tuple[Triple, ...]


def documents(view: View, product: Iri, base: str, *, contracts: bool = False) -> Documents:
    """A product as a descriptor and contracts; what they cannot hold is said in the first of them.

    The files are read back by the harvesters, over the same mesh, and compared with the graph: what
    is reported as lost is what a harvest of the files would not state.

    Args:
        view: the mesh.
        product: the product.
        base: what the IRIs of the mesh begin with.
        contracts: True for the contracts alone; they say that a descriptor belongs to them.
    """
    names = Names(base)
    stated = Stated(product, view.graph(product))
    identifier = shared.identified(names, product, stated.text(product, DCT.identifier))
    division = divided(stated, identifier)
    written = _written(view, division, names)
    whole = {name: document(value) for name, value in written.items()}
    difference = compared(view, names, product, stated.triples, whole)
    kept = [name for name in written if not contracts or name.endswith(".odcs.yaml")]
    files = {name: whole[name] for name in kept}
    said = remarks(*difference)
    if contracts and division.described:
        said = (f"Part of the product {product}. {_ELSEWHERE}", *said)
    if kept:
        files[kept[0]] = document(written[kept[0]], said)
    return Documents(files, difference.lost, difference.added)


def _written(view: View, division: Division, names: Names) -> dict[str, dict[str, object]]:
    stated = division.stated
    reads = {
        source
        for port in stated.subjects()
        for source in stated.iris(port, PM.readsFrom, PROV.wasDerivedFrom)
    }
    goals = {goal for thing in stated.subjects() for goal in stated.iris(thing, *_POINTING)}
    elsewhere = columns(view, sorted(goals))
    found: dict[str, dict[str, object]] = {}
    if division.described:
        name = _file(division.identifier, "odps", found)
        found[name] = odps.descriptor(division, names, sources(view, sorted(reads)))
    for contract in division.contracts:
        name = _file(contract.identifier, "odcs", found)
        found[name] = odcs.contract(stated, contract, names, elsewhere)
    return found


def _file(identifier: str, kind: str, taken: dict[str, dict[str, object]]) -> str:
    """The name of a file: the identifier as far as every file system takes it, never one twice."""
    stem = _UNSAFE.sub("-", identifier).strip("-.")[:_LONGEST] or "product"
    name, count = f"{stem}.{kind}.yaml", 1
    while name in taken:
        count += 1
        name = f"{stem}-{count}.{kind}.yaml"
    return name
