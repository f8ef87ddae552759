"""DCAT-AP 3: the datasets, distributions and services of products, as open-data portals read them.

A product becomes a series of its datasets, an output port a data service and a distribution of what
it serves, a domain a theme and its team the publisher. Input ports, columns, objectives, policies
and lineage have no place there.
"""

from collections.abc import Iterable, Iterator

from catalog_service.domain.rdf import Term, Triple, text
from catalog_service.services.export.stated import Stated
from catalog_service.services.export.surroundings import Agent, Domain, Surroundings
from catalog_service.terms import (
    CSVW,
    DCAT,
    DCT,
    DPROD,
    FOAF,
    PM,
    RDF,
    RDFS,
    SKOS,
    VCARD,
    Iri,
)

_RIGHTS = "http://publications.europa.eu/resource/authority/access-right/"
_MEDIA = "https://www.iana.org/assignments/media-types/"
MEDIA_TYPES = {
    "avro": "application/vnd.apache.avro",
    "csv": "text/csv",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xml": "application/xml",
}
"""The registered media types of the formats that contracts name."""


def catalog(iri: Iri, title: str, publisher: Agent) -> Iterator[Triple]:
    """The head of a catalog; each product adds its own datasets and services to it."""
    yield Triple(iri, RDF.type, DCAT.Catalog)
    yield Triple(iri, DCT.title, text(title))
    yield Triple(
        iri, DCT.description, text("Data products, published by the domains that own them.")
    )
    yield Triple(iri, DCT.publisher, publisher.iri)
    yield from _agent(publisher)


def product(iri: Iri, stated: Stated, around: Surroundings) -> Iterator[Triple]:
    """The datasets and services of a product, as parts of the catalog `iri`."""
    whole = _Whole(stated, around)
    datasets = stated.iris(stated.subject, DPROD.outputDataset)
    if datasets:
        yield from whole.series()
    for dataset in datasets:
        yield Triple(iri, DCAT.dataset, dataset)
        yield from whole.dataset(dataset)
    for port in stated.iris(stated.subject, DPROD.outputPort):
        if stated.iris(port, DCAT.endpointURL):  # without an address DCAT-AP knows no service
            yield Triple(iri, DCAT.service, port)
            yield from whole.service(port)


class _Whole:
    """One product, with what all of its datasets and services share."""

    def __init__(self, stated: Stated, around: Surroundings) -> None:
        self._stated = stated
        self._iri = stated.subject
        self._title = stated.text(self._iri, DCT.title, DCT.identifier)
        self._domain = around.domain(stated)
        self._publisher = around.publisher(stated)
        self._description = stated.text(self._iri, DCT.description, DPROD.purpose)

    def series(self) -> Iterator[Triple]:
        """The product itself."""
        yield Triple(self._iri, RDF.type, DCAT.DatasetSeries)
        yield Triple(self._iri, DCT.title, text(self._title or self._iri))
        yield Triple(
            self._iri, DCT.description, text(self._description or self._title or self._iri)
        )
        yield from self._shared(self._iri)

    def dataset(self, iri: Iri) -> Iterator[Triple]:
        """One dataset, with a distribution for each port that serves it."""
        stated = self._stated
        title = stated.text(iri, CSVW.title, DCT.title) or self._title or iri
        yield Triple(iri, RDF.type, DCAT.Dataset)
        yield Triple(iri, DCT.title, text(title))
        told = stated.text(iri, DCT.description, RDFS.comment) or self._description
        yield Triple(iri, DCT.description, text(told or f"{title}, of the product {self._title}"))
        yield Triple(iri, DCAT.inSeries, self._iri)
        yield from _each(iri, DCT.identifier, map(text, stated.texts(iri, DCT.identifier)))
        words = {*stated.texts(iri, DCAT.keyword), *stated.texts(self._iri, DCAT.keyword)}
        yield from _each(iri, DCAT.keyword, map(text, sorted(words)))
        yield from _each(iri, DCAT.version, map(text, stated.texts(self._iri, DCAT.version)[:1]))
        yield from _typed(iri, DCT.conformsTo, stated.iris(iri, DCT.conformsTo), DCT.Standard)
        pages = (*stated.iris(iri, RDFS.seeAlso), *stated.iris(self._iri, RDFS.seeAlso))
        yield from _typed(iri, FOAF.page, pages, FOAF.Document)
        yield from self._shared(iri)
        yield from self._rights(iri, iri)
        if self._domain is not None:
            yield Triple(iri, DCAT.theme, self._domain.iri)
            yield from _theme(self._domain)
        for port in stated.iris(self._iri, DPROD.outputPort):
            if iri in stated.iris(port, DCAT.servesDataset):
                yield from self._distribution(iri, port)

    def service(self, port: Iri) -> Iterator[Triple]:
        """One output port."""
        stated = self._stated
        yield Triple(port, RDF.type, DCAT.DataService)
        yield Triple(port, DCT.title, text(stated.text(port, DCT.title) or self._title or port))
        yield from _each(port, DCT.description, map(text, stated.texts(port, DCT.description)[:1]))
        yield from _each(port, DCAT.endpointURL, stated.iris(port, DCAT.endpointURL))
        served = stated.iris(port, DCAT.servesDataset)
        mine = stated.iris(self._iri, DPROD.outputDataset)
        yield from _each(port, DCAT.servesDataset, [d for d in served if d in mine])
        yield from _typed(port, DCT.conformsTo, stated.iris(port, DCT.conformsTo), DCT.Standard)
        yield from self._shared(port)
        for dataset in served[:1]:
            yield from self._rights(port, dataset)

    def _distribution(self, dataset: Iri, port: Iri) -> Iterator[Triple]:
        """What one port gives of a dataset; where no address is known, the page of the port is."""
        stated = self._stated
        where = stated.iris(port, DCAT.endpointURL)
        forms = [
            form
            for form in stated.iris(dataset, DCAT.distribution)
            if set(stated.iris(form, DCAT.accessURL)) & set(where)
        ]
        name = port.rpartition("/")[2]
        for iri in forms or [Iri(f"{dataset}/distributions/{name}")]:
            yield Triple(dataset, DCAT.distribution, iri)
            yield Triple(iri, RDF.type, DCAT.Distribution)
            yield Triple(iri, DCT.title, text(stated.text(port, DCT.title) or name))
            access = stated.iris(iri, DCAT.accessURL) or where or (port,)
            yield from _each(iri, DCAT.accessURL, access)
            if where:
                yield Triple(iri, DCAT.accessService, port)
            media = MEDIA_TYPES.get(stated.text(iri, DCT.format).lower())
            known = (Iri(_MEDIA + media),) if media else ()
            yield from _typed(iri, DCAT.mediaType, known, DCT.MediaType)

    def _shared(self, iri: Iri) -> Iterator[Triple]:
        """Who publishes a thing, and whom to ask."""
        if self._publisher is not None:
            yield Triple(iri, DCT.publisher, self._publisher.iri)
            yield from _agent(self._publisher)
        for contact in self._stated.iris(self._iri, DCAT.contactPoint):
            yield Triple(iri, DCAT.contactPoint, contact)
            yield Triple(contact, RDF.type, VCARD.Kind)
            for predicate in (VCARD.fn, VCARD.hasEmail, VCARD.hasURL):
                yield from _each(contact, predicate, self._stated.values(contact, predicate))

    def _rights(self, iri: Iri, dataset: Iri) -> Iterator[Triple]:
        """Who may have access, where the sensitivity of the data says so."""
        level = self._stated.iri(dataset, DPROD.informationSensitivityClassification)
        if level is not None:
            right = Iri(_RIGHTS + ("PUBLIC" if level == PM.Public else "NON_PUBLIC"))
            yield from _typed(iri, DCT.accessRights, (right,), DCT.RightsStatement)


def _each(subject: Iri, predicate: Iri, values: Iterable[Term]) -> Iterator[Triple]:
    return (Triple(subject, predicate, value) for value in values)


def _typed(subject: Iri, predicate: Iri, values: Iterable[Iri], cls: Iri) -> Iterator[Triple]:
    for value in values:
        yield Triple(subject, predicate, value)
        yield Triple(value, RDF.type, cls)


def _agent(agent: Agent) -> Iterator[Triple]:
    yield Triple(agent.iri, RDF.type, FOAF.Agent)
    yield Triple(agent.iri, FOAF.name, text(agent.name))


def _theme(domain: Domain) -> Iterator[Triple]:
    yield Triple(domain.iri, RDF.type, SKOS.Concept)
    yield Triple(domain.iri, SKOS.prefLabel, text(domain.name))
