"""Layers: the standards of the mesh, and those that domains keep for their own products.

A domain keeps its standards in a folder of its own repository, in the form of `shapes/`: one folder
for each, named for it, with `shape.ttl` and the graphs that prove it. The shape says by
`pm:inDomain` whose it is, and its name lies below that domain: `{domain}/standards/{folder}`. The
folders are listed in the setting `standards`; a server runs those it is given, and no others.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import rdflib

from catalog_service.domain.rdf import Triple
from catalog_service.errors import Misconfigured, NotFound
from catalog_service.governance import lint, loosening
from catalog_service.governance.shapefile import ShapeFile
from catalog_service.governance.standard import Standard, shape_of
from catalog_service.governance.standards import FOLDER, Standards
from catalog_service.graph import is_iri
from catalog_service.terms import DPROD, PM, SKOS, Iri

_IN_DOMAIN = rdflib.URIRef(PM.inDomain)


@dataclass(frozen=True, slots=True)
class Layer:
    """What one domain asks of its products, and of those of the domains below it.

    Args:
        domain: the domain.
        standards: its standards.
        folder: where they lie.
    """

    domain: Iri
    standards: Standards
    folder: Path


@dataclass(frozen=True, slots=True)
class Layers:
    """All standards there are: those of the mesh, and what domains add to them.

    Args:
        mesh: the standards that hold for every product.
        domains: what domains add.
    """

    mesh: Standards
    domains: tuple[Layer, ...] = ()

    def __iter__(self) -> Iterator[Standard]:
        yield from self.mesh
        for layer in self.domains:
            yield from layer.standards

    def named(self, text: str) -> Standard:
        """The standard with this name, short id or IRI, in capitals or not.

        Raises:
            NotFound: there is none, or several domains have one of that name; they are named.
        """
        try:
            return self.mesh.named(text)
        except NotFound:
            asked = text.strip().lower()
            found = [
                standard
                for layer in self.domains
                for standard in layer.standards
                if asked in (standard.name, standard.identifier.lower(), standard.iri.lower())
            ]
            if len(found) == 1:
                return found[0]
            if not found:
                raise
            raise NotFound(
                f"{len(found)} domains have a standard {text!r}",
                hint="name one by its IRI: " + ", ".join(standard.iri for standard in found),
            ) from None


def read(mesh: Standards, folders: Iterable[Path]) -> Layers:
    """The standards of the mesh with those of domains in these folders.

    Raises:
        Misconfigured: a folder or a file cannot be read, or holds what a domain's standard may not.
    """
    kept: dict[Iri, Layer] = {}
    for layer in (layer for folder in folders for layer in load(folder, mesh)):
        twin = kept.setdefault(layer.domain, layer)
        if twin is not layer:
            raise Misconfigured(
                f"<{layer.domain}> keeps standards in {twin.folder} and in {layer.folder}",
                hint="name one folder for each domain, once",
            )
    return Layers(mesh, tuple(kept.values()))


def load(folder: Path, over: Standards) -> tuple[Layer, ...]:
    """The standards in a folder, as one layer for each domain that keeps some there.

    Args:
        folder: the folder, with one folder in it for each standard.
        over: the standards of the mesh.

    Raises:
        Misconfigured: it cannot be read, or holds what a domain's standard may not; file and line
            are named.
    """
    if not folder.is_dir():
        raise Misconfigured(
            f"{folder} is no folder of standards",
            hint="name a folder that holds one folder with a shape.ttl for each standard",
        )
    kept: dict[Iri, list[tuple[Standard, rdflib.Graph]]] = {}
    for place in sorted(place for place in folder.iterdir() if place.is_dir()):
        standard, graph = _standard(place / "shape.ttl", over)
        assert standard.domain is not None  # noqa: S101 - `_standard` makes no other
        layer = kept.setdefault(standard.domain, [])
        for other, _ in layer:
            if other.identifier == standard.identifier:
                raise Misconfigured(
                    f"{place / 'shape.ttl'}: {standard.identifier} is {other.name} already",
                    hint="give each standard of a domain a short id of its own",
                )
        layer.append((standard, graph))
    if not kept:
        raise Misconfigured(
            f"{folder} holds no standards", hint="put each into a folder of its own, as shape.ttl"
        )
    return tuple(
        Layer(
            domain,
            over.beside([s for s, _ in found], {s.name: graph for s, graph in found}),
            folder,
        )
        for domain, found in sorted(kept.items())
    )


def concerned(
    layers: Sequence[Layer],
    subject: Iri,
    graph: Iterable[Triple],
    *,
    broader: Mapping[Iri, Collection[Iri]],
    known: Collection[Iri],
) -> dict[int, bool]:
    """The layers that a product is held to: of its domain, and of the domains above that.

    Args:
        layers: the layers.
        subject: the product.
        graph: what it states.
        broader: the domains directly above each domain.
        known: the domains that decisions describe.

    Returns:
        The places of the layers, with False for those of which nobody can tell: the product names
        no domain, or one of which no decision says what it lies in.
    """
    left = [
        value
        for node, predicate, value in graph
        if node == subject and predicate == DPROD.domain and isinstance(value, str)
    ]
    told = bool(left)
    above: set[Iri] = set()
    while left:
        domain = left.pop()
        if domain not in above:
            above.add(domain)
            told = told and domain in known
            left.extend(broader.get(domain, ()))
    return {
        place: layer.domain in above
        for place, layer in enumerate(layers)
        if layer.domain in above or not told
    }


def hierarchy(decided: Iterable[Triple]) -> dict[Iri, set[Iri]]:
    """The domains directly above each domain, as decisions state them."""
    broader: dict[Iri, set[Iri]] = {}
    for subject, predicate, value in decided:
        if predicate == SKOS.broader and isinstance(value, str):
            broader.setdefault(subject, set()).add(value)
    return broader


def _standard(path: Path, over: Standards) -> tuple[Standard, rdflib.Graph]:
    file = ShapeFile.read(path)
    name = path.parent.name
    domain = _domain(file)
    loosening.check(file, domain, name)
    shape = rdflib.URIRef(shape_of(name, domain))
    if not FOLDER.fullmatch(name):
        raise file.refused(
            f"{name!r} is no name for a standard",
            shape,
            hint="name the folder in words of small letters, joined by hyphens",
        )
    lint.check(file, shape, over.prefixes, beside=frozenset((_IN_DOMAIN,)))
    standard = Standard.of(file, path, domain)
    loosening.compare(file, standard, over)
    return standard, file.graph


def _domain(file: ShapeFile) -> Iri:
    """The one domain that a file names as its own."""
    found = sorted(set(file.graph.objects(None, _IN_DOMAIN)), key=str)
    if len(found) != 1 or not isinstance(found[0], rdflib.URIRef) or not is_iri(found[0]):
        raise file.refused(
            "the shape does not name the one domain that keeps it",
            _IN_DOMAIN,
            hint="say whose standard it is: pm:inDomain <https://mesh.example/domains/podcasts>",
        )
    return Iri(str(found[0]))
