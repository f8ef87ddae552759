"""What the page of each kind of thing shows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog_service.api.addresses import Addresses
from catalog_service.api.rendering import Page, rendered
from catalog_service.bootstrap import Catalog
from catalog_service.domain.rdf import Literal, Triple
from catalog_service.graph import View
from catalog_service.services import (
    domains,
    polysemes,
    products,
    publications,
    resources,
    standards,
)
from catalog_service.services.resources import MOST_MENTIONS, Kind
from catalog_service.terms import PM, STD, Iri

ONTOLOGY = Iri(PM.base.rstrip("#"))
JOINS_SHOWN = 25
"""Products that are shown for each polyseme that a product can be joined on."""
SHAPES = Iri(STD.base.rstrip("#"))


@dataclass(frozen=True, slots=True)
class Shown:
    """A thing that is to be shown.

    Args:
        catalog: what is shown.
        view: the dataset as the caller may see it.
        addresses: where things are shown.
        iri: the thing.
        triples: what is said of it.
        alternates: the addresses of the same as data, by media type.
    """

    catalog: Catalog
    view: View
    addresses: Addresses
    iri: Iri
    triples: tuple[Triple, ...]
    alternates: Mapping[str, str]

    def page(self, template: str, named: Iterable[Iri] = (), **values: Any) -> bytes:  # noqa: ANN401
        """A template filled with values; things in them are called by their names.

        Args:
            template: its name.
            named: the things that are shown beside those the triples speak of.
            values: what it shows.
        """
        spoken = {triple.subject for triple in self.triples} | {
            triple.object for triple in self.triples if not isinstance(triple.object, Literal)
        }
        known = resources.resources(self.view, spoken | set(named))
        names = {iri: found.name for iri, found in known.items()}
        rules = frozenset(standard.name for standard in self.catalog.standards)
        return rendered(
            template,
            Page(self.addresses, names, rules),
            revision=self.catalog.projection.revision,
            alternates=self.alternates,
            **values,
        )


def page(shown: Shown) -> bytes:
    """The page of a thing."""
    if shown.iri == ONTOLOGY:
        return _ontology(shown)
    if shown.iri == SHAPES:
        return shown.page("standards", standards=list(shown.catalog.layers))
    found = resources.resources(shown.view, [shown.iri]).get(shown.iri)
    kind = found.kind if found else Kind.OTHER
    made = _PAGES[kind](shown) if kind in _PAGES else None
    return made or _resource(shown, found)


def _product(shown: Shown) -> bytes | None:
    found = products.product(shown.view, shown.iri)
    if found is None:
        return None
    journal = shown.catalog.journal
    entry = publications.current(journal, [shown.iri]).get(shown.iri)
    level = found.profile.sensitivity
    neighbours = {*found.upstream, *found.downstream, *found.consumers, *([level] if level else [])}
    neighbours |= {part.effective for part in _classified(found) if part.effective}
    reads = (read for port in found.input_ports for read in port.reads)
    neighbours |= {read.provider for read in reads if read.provider}
    bound = sorted({c.polyseme for c in _columns(found) if c.polyseme})
    joins = polysemes.joins(shown.view, shown.iri, bound, first=JOINS_SHOWN)
    for join in joins:
        neighbours |= {path.right.product for path in join.shown} | {join.polyseme}
        neighbours |= {walk for path in join.shown for walk in path.crosswalks}
    return shown.page(
        "product",
        neighbours,
        product=found,
        bound=bound,
        joins=joins,
        entry=entry,
        facts=publications.facts(entry) if entry else (),
    )


def _classified(found: products.Product) -> Iterator[products.Dataset | products.Column]:
    yield from found.datasets
    yield from _columns(found)


def _columns(found: products.Product) -> Iterator[products.Column]:
    for columns in found.columns.values():
        yield from columns


def _domain(shown: Shown) -> bytes | None:
    view, iri = shown.view, shown.iri
    found = domains.domain(view, iri)
    if found is None:
        return None
    parts = domains.sub_domains(view, [iri]).get(iri, ())
    owned = domains.products(view, [iri]).get(iri, ())
    systems = domains.systems(view, [iri]).get(iri, ())
    around = {*parts, *owned, *(system.iri for system in systems)}
    around |= {way.iri for system in systems for way in system.interfaces}
    return shown.page(
        "domain", around, domain=found, sub_domains=parts, products=owned, systems=systems
    )


def _polyseme(shown: Shown) -> bytes | None:
    view, iri = shown.view, shown.iri
    found = polysemes.polyseme(view, iri)
    if found is None:
        return None
    concepts = polysemes.local_concepts(view, [iri]).get(iri, ())
    carriers = polysemes.carriers(view, [iri]).get(iri, ())
    crosswalks = polysemes.crosswalks(view, [iri]).get(iri, ())
    scheme = polysemes.schemes(view, [found.scheme]).get(found.scheme) if found.scheme else None
    around: set[Iri | None] = {carrier.product for carrier in carriers}
    around |= {carrier.scheme for carrier in carriers}
    for concept in concepts:
        around |= {concept.iri, concept.domain, *concept.datasets}
    for walk in crosswalks:
        around |= {walk.iri, walk.from_scheme, walk.to_scheme, walk.product}
    return shown.page(
        "polyseme",
        filter(None, around),
        polyseme=found,
        scheme=scheme,
        concepts=concepts,
        carriers=carriers,
        crosswalks=crosswalks,
    )


def _standard(shown: Shown) -> bytes | None:
    found = standards.at(shown.catalog.layers, shown.iri)
    if found is None:
        return None
    failing = standards.failing(shown.view, [found.iri]).get(found.iri, ())
    tightened = [s.iri for s in standards.tightening(shown.catalog.layers, found)]
    domain = [found.domain] if found.domain else []
    return shown.page(
        "standard",
        {found.owner, found.decision, *failing, *found.tightens, *tightened, *domain},
        standard=found,
        failing=failing,
        tightened=tightened,
        examples=standards.examples(found),
        shape=standards.shape(found),
    )


def _ontology(shown: Shown) -> bytes:
    ours = {triple.subject for triple in shown.triples if triple.subject.startswith(PM.base)}
    terms = resources.resources(shown.view, ours - {Iri(PM.base)})
    return shown.page("ontology", terms=sorted(terms.values(), key=lambda term: term.iri))


def _resource(shown: Shown, found: resources.Resource | None) -> bytes:
    mentions = resources.mentions(shown.view, shown.iri)
    page = Page(shown.addresses)
    return shown.page(
        "resource",
        {mention.subject for mention in mentions},
        iri=shown.iri,
        title=found.name if found else page.name(shown.iri),
        kind=found.kind.value if found else Kind.OTHER.value,
        description=found.description if found else "",
        whole=resources.whole(shown.view, shown.iri),
        statements=[(p, o) for s, p, o in shown.triples if s == shown.iri],
        parts=sorted({s for s, _, _ in shown.triples} - {shown.iri}),
        mentions=mentions,
        more_mentions=len(mentions) == MOST_MENTIONS,
    )


_PAGES: dict[Kind, Callable[[Shown], bytes | None]] = {
    Kind.PRODUCT: _product,
    Kind.DOMAIN: _domain,
    Kind.POLYSEME: _polyseme,
    Kind.STANDARD: _standard,
}
