"""Reading documents back as a harvest would, to know what a format could not hold."""

from pathlib import Path
from typing import NamedTuple

from catalog_service.domain.rdf import Triple
from catalog_service.graph import Store, View
from catalog_service.harvesting import Document, Faulty, Names, Source
from catalog_service.harvesting.assembled import Part
from catalog_service.harvesting.assembly import assemble
from catalog_service.harvesting.register import Register
from catalog_service.harvesting.registry import harvesters
from catalog_service.harvesting.resolution import resolve
from catalog_service.terms import Iri

BITOL = ("odcs", "odps")


class Written(Document):
    """A document that lies in no file yet."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(Path(name), name)
        self._text = text


class Difference(NamedTuple):
    """What documents do not say of a product, and what they say that its graph does not."""

    lost: tuple[Triple, ...]
    added: tuple[Triple, ...]


def compared(
    view: View, names: Names, product: Iri, stated: frozenset[Triple], files: dict[str, bytes]
) -> Difference:
    """The difference between the graph of a product and its documents, read back.

    Args:
        view: the mesh that their references are resolved over.
        names: the IRIs that are minted for names.
        product: the product.
        stated: what its graph states.
        files: its documents by name; the name ends in `.<kind>.yaml`.
    """
    parts: list[Part] = []
    for kind, harvester in harvesters(BITOL).items():
        mine = [
            Written(name, body.decode())
            for name, body in files.items()
            if name.endswith(f".{kind}.yaml")
        ]
        answers = harvester.harvest(Source(mine, names))
        parts += [Part(kind, found) for found in answers if not isinstance(found, Faulty)]
    register = Register(view)
    assembled = assemble(parts, register)
    for each in assembled:
        register.add(each.facts)
    resolve(assembled, register, domain=None)
    again = Store()  # which writes numbers as the catalog's own store does
    again.replace({each.subject: tuple(each.facts) for each in assembled})
    read = frozenset(again.view().graph(product))
    return Difference(tuple(sorted(stated - read, key=str)), tuple(sorted(read - stated, key=str)))
