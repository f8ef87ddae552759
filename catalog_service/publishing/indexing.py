"""What search is told: the documents of products and decisions, read from the graph in batches."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from catalog_service.domain.names import short
from catalog_service.governance.standards import GROUPS, Standard
from catalog_service.graph import Row, View, many, query
from catalog_service.publishing.product_documents import conformance, product_documents
from catalog_service.publishing.said import NAMES, Said, above, things
from catalog_service.search import Document, Kind
from catalog_service.terms import DCT, PM, RDFS, SKOS, Iri

BATCH = 500
"""Subjects to one round of questions: their number does not grow with that of the subjects."""

_Item = TypeVar("_Item")


def documents(view: View, subjects: Iterable[Iri]) -> dict[Iri, tuple[Document, ...]]:
    """The documents of each subject; none for one that is no longer published.

    A decision names the things that products are found by: where one changes, the products that
    rest on it are told anew, and are among the keys.

    Args:
        view: what is published.
        subjects: products and decisions.
    """
    asked = list(dict.fromkeys(subjects))
    found: dict[Iri, tuple[Document, ...]] = dict.fromkeys(asked, ())
    decided = list(_rows(view, "decided_things", "decision", asked))
    stated = dict.fromkeys(row.iri("thing") for row in decided)
    resting = _rows(view, "resting_on", "thing", stated)
    for batch in _batches(dict.fromkeys([*asked, *(row.iri("product") for row in resting)])):
        found |= product_documents(view, batch)
    for rows in _batches(decided):
        for decision, document in _governed(view, rows):
            found[decision] = (*found[decision], document)
    return found


def everything(view: View, subjects: Iterable[Iri]) -> Iterator[Mapping[Iri, tuple[Document, ...]]]:
    """The same documents where `subjects` are all there are: part by part, as few as need be held.

    Args:
        view: what is published.
        subjects: every product and every decision.
    """
    for batch in _batches(dict.fromkeys(subjects)):
        yield product_documents(view, batch)
        told: dict[Iri, tuple[Document, ...]] = {}
        for rows in _batches(_rows(view, "decided_things", "decision", batch)):
            for decision, document in _governed(view, rows):
                told[decision] = (*told.get(decision, ()), document)
        yield told


def conformances(view: View, products: Iterable[Iri]) -> dict[Iri, str]:
    """What the last report on each product comes to, in the words that search has for it."""
    return {
        product: told
        for batch in _batches(products)
        for product, told in conformance(view, batch).items()
    }


def standard_documents(standards: Iterable[Standard]) -> tuple[Document, ...]:
    """The documents of the standards: found by name, by short id, and by what they ask and why."""
    return tuple(
        Document(
            iri=standard.iri,
            kind=Kind.STANDARD,
            name=standard.name,
            title=standard.label,
            description=standard.why,
            domain=standard.domain or "",
            domains=(standard.domain,) if standard.domain else (),
            owner=standard.owner,
            aliases=(standard.identifier,),
            keywords=(GROUPS[standard.group],) if standard.group in GROUPS else (),
            words=standard.messages,
        )
        for standard in standards
    )


def _governed(view: View, rows: Sequence[Row]) -> Iterator[tuple[Iri, Document]]:
    """The documents of the domains and polysemes that decisions state."""
    said = things(view, [row.iri("thing") for row in rows])
    beside = things(view, sorted(set(_pointed(said, PM.ownedBy, PM.globalIdentifier))))
    higher = above(view, sorted(set(_pointed(said, SKOS.broader, PM.authoritativeDomain))))
    for row in rows:
        about = said.get(row.iri("thing"), Said(row.iri("thing")))
        kind = Kind.DOMAIN if row.iri("type") == PM.Domain else Kind.POLYSEME
        yield row.iri("decision"), _document(kind, about, beside, higher)


def _document(
    kind: Kind, about: Said, beside: Mapping[Iri, Said], higher: Mapping[Iri, tuple[Iri, ...]]
) -> Document:
    domain = about.iri(SKOS.broader if kind is Kind.DOMAIN else PM.authoritativeDomain)
    title, *others = about.texts(SKOS.prefLabel, RDFS.label, DCT.title) or ("",)
    return Document(
        iri=about.thing,
        kind=kind,
        name=short(about.thing),
        title=title,
        description=about.text(SKOS.definition, DCT.description),
        domain=domain or "",
        domains=(domain, *higher.get(domain, ())) if domain else (),
        owner=about.iri(PM.ownedBy) or "",
        aliases=(*others, *about.texts(SKOS.altLabel)),
        words=tuple(
            text
            for other in about.iris(PM.ownedBy, PM.globalIdentifier)
            if other in beside
            for text in beside[other].texts(*NAMES)
        ),
    )


def _pointed(said: Mapping[Iri, Said], *properties: Iri) -> Iterator[Iri]:
    return (thing for one in said.values() for thing in one.iris(*properties))


def _rows(view: View, name: str, variable: str, asked: Iterable[Iri]) -> Iterator[Row]:
    for batch in _batches(asked):
        yield from view.select(many(query(__package__, name), variable, batch))


def _batches(items: Iterable[_Item]) -> Iterator[Sequence[_Item]]:
    left = iter(items)
    while batch := tuple(islice(left, BATCH)):
        yield batch
