"""Writing an export, piece by piece: never more of a catalog in memory than one batch."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from catalog_service.domain.rdf import Triple
from catalog_service.graph import View, quad, query, serialize
from catalog_service.services.export import backstage, dcat, dprod, jsonld, ossie, r2rml
from catalog_service.services.export.bitol import documents
from catalog_service.services.export.forms import Form, Means
from catalog_service.services.export.scope import Kind, Scope, catalog_iri
from catalog_service.services.export.stated import Stated, last
from catalog_service.services.export.surroundings import (
    Agent,
    Surroundings,
    agents,
    surroundings,
)
from catalog_service.services.export.yaml import document
from catalog_service.terms import PM, RDF, Iri

BATCH = 100


def pieces(view: View, scope: Scope, form: Form, base: str) -> Iterator[bytes]:
    """The text of an export, of any form but those of Bitol, in pieces; deterministic."""
    if form.means is Means.BACKSTAGE:
        yield from _entities(view, scope)
    elif form.means is Means.OSSIE:
        yield _semantic_model(view, scope)
    elif form.syntax == "nquads":
        yield from _quads(view, scope)
    else:
        batches = _batches(view, scope, form, base)
        yield from _written(batches, form, whole=scope.kind is Kind.PRODUCT)


def bitol(view: View, scope: Scope, form: Form, base: str) -> Iterator[tuple[str, bytes, int]]:
    """The files of an export in the standards of Bitol, with how many statements each lost.

    For `odcs` contracts alone: what the descriptor of their product says stays out.
    """
    taken: set[str] = set()
    for product in scope.products:
        found = documents(view, product, base, contracts=form.name == "odcs")
        lost = len(found.lost)
        for name, body in found.files.items():
            yield _free(name, taken), body, lost
            lost = 0


def _free(name: str, taken: set[str]) -> str:
    """A file name that no other product of the export has; file systems may ignore case."""
    stem, kind, suffix = name.rsplit(".", 2)
    count, free = 1, name
    while free.lower() in taken:
        count += 1
        free = f"{stem}-{count}.{kind}.{suffix}"
    taken.add(free.lower())
    return free


def _written(batches: Iterable[list[Triple]], form: Form, *, whole: bool) -> Iterator[bytes]:
    if form.syntax == "jsonld":
        if whole:
            yield jsonld.document(triple for batch in batches for triple in batch)
        else:
            yield from jsonld.stream(batches)
        return
    if form.leaves:
        yield f"# {form.leaves}.\n".encode()
    for batch in batches:
        yield serialize(batch, form.syntax)


def _batches(view: View, scope: Scope, form: Form, base: str) -> Iterator[list[Triple]]:
    if form.means is Means.STATED:
        for names in _chunks(scope.graphs):
            yield [triple for name in names for triple in view.graph(name)]
        return
    seen: set[Triple] = set()
    catalog = catalog_iri(base)
    if form.means is Means.DCAT:
        head = list(dcat.catalog(catalog, f"Catalog of {base}", _publisher(view, base)))
        seen.update(head)
        yield head
    if form.means is Means.R2RML:
        yield from _mappings(view, scope)
        return
    for batch, around in _products(view, scope):
        found: dict[Triple, None] = {}
        for stated in batch:
            told = (
                dcat.product(catalog, stated, around)
                if form.means is Means.DCAT
                else dprod.product(stated, around)
            )
            found.update(dict.fromkeys(told))
        yield [triple for triple in found if triple not in seen]


def _mappings(view: View, scope: Scope) -> Iterator[list[Triple]]:
    """The mappings of the products, batch by batch."""
    covered = frozenset(scope.products)
    for names in _chunks(scope.products):
        batch = [Stated(name, view.graph(name)) for name in names]
        around = r2rml.beside(view, batch, covered)
        yield [triple for stated in batch for triple in r2rml.product(stated, around)]


def _semantic_model(view: View, scope: Scope) -> bytes:
    """One model over all products: what leads from one dataset to another crosses products."""
    name = "catalog" if scope.kind is Kind.CATALOG else last(scope.iri)
    products = (Stated(product, view.graph(product)) for product in scope.products)
    return document(ossie.semantic_model(name, products))


def _publisher(view: View, base: str) -> Agent:
    """Who publishes the catalog: the federation where its team is known, else the mesh itself."""
    rows = view.select(query(__package__, "decisions"))
    teams = sorted({row.iri("team") for row in rows if "team" in row})
    if not teams:
        return Agent(Iri(base), base)
    return agents(view, teams[:1])[teams[0]]


def _products(view: View, scope: Scope) -> Iterator[tuple[list[Stated], Surroundings]]:
    """The products in batches, each with what lies around it."""
    for names in _chunks(scope.products):
        batch = [Stated(name, view.graph(name)) for name in names]
        yield batch, surroundings(view, batch)


def _quads(view: View, scope: Scope) -> Iterator[bytes]:
    """Canonical N-Quads, graph by graph: the graphs in order, the lines of each in order."""
    for name in scope.graphs:
        yield "".join(sorted({quad(t, name) for t in view.graph(name)})).encode()


def _entities(view: View, scope: Scope) -> Iterator[bytes]:
    """The entities as a stream of YAML documents, none twice."""
    seen: set[tuple[str, str]] = set()
    alone = surroundings(view, [], _domains(view, scope))
    governed: list[tuple[list[Stated], Surroundings]] = [([], alone)]
    for batch, around in chain(governed, _products(view, scope)):
        told = [backstage.domain(found, around) for _, found in sorted(around.domains.items())]
        told += backstage.agents(around)
        told += [entity for stated in batch for entity in backstage.product(stated, around)]
        for entity in told:
            key = entity["kind"], entity["metadata"]["name"]
            if key not in seen:
                seen.add(key)
                yield b"---\n" + document(entity)


def _domains(view: View, scope: Scope) -> tuple[Iri, ...]:
    """The domains that decisions of the scope describe."""
    return tuple(
        sorted(
            {
                t.subject
                for name in scope.decisions
                for t in view.graph(name)
                if t.predicate == RDF.type and t.object == PM.Domain
            }
        )
    )


def _chunks(names: Iterable[Iri]) -> Iterator[list[Iri]]:
    left = iter(names)
    while batch := list(islice(left, BATCH)):
        yield batch
