"""The door in the words of SPARQL 1.1 Service Description, and the dataset in those of VoID."""

from collections.abc import Iterable, Sequence

from fastapi import Request, Response

from catalog_service.api.sparql.answering import VARY, accepted, compressed, negotiated
from catalog_service.domain.rdf import Literal, Triple
from catalog_service.graph.formats import FORMATS, serialize
from catalog_service.graph.querygate import Form
from catalog_service.graph.results import FORMAT_IRIS, OFFERS, TRIPLES_IRIS
from catalog_service.terms import (
    CSVW,
    DCAT,
    DCT,
    DPROD,
    DQV,
    FOAF,
    ODRL,
    ORG,
    PM,
    PROV,
    RDF,
    SD,
    SKOS,
    VOID,
    XSD,
    Iri,
)

_VOCABULARIES = (PM, DPROD, DCAT, DCT, PROV, ODRL, SKOS, CSVW, ORG, DQV)


def described(
    request: Request, description: Sequence[Triple], headers: dict[str, str] | None = None
) -> Response:
    """A description as a response, written as the client likes it best."""
    names = {kind.media_type: name for name, kind in FORMATS.items()}
    browser = ", text/turtle;q=0.1" if "text/html" in accepted(request) else ""
    media_type = negotiated(request, OFFERS[Form.DESCRIBE], more=browser)
    body = serialize(description, names[media_type])
    response = Response(body, 200, {**VARY, **(headers or {})}, media_type)
    return compressed(request, response)


def service(endpoint: Iri, dataset: Iri) -> tuple[Triple, ...]:
    """The service at an endpoint, over a dataset that VoID describes."""
    here, graph = (Iri(f"{endpoint}#{part}") for part in ("service", "union"))
    return (
        Triple(here, RDF.type, SD.Service),
        Triple(here, SD.endpoint, endpoint),
        Triple(here, SD.supportedLanguage, SD.SPARQL11Query),
        Triple(here, SD.feature, SD.UnionDefaultGraph),
        *(Triple(here, SD.resultFormat, Iri(kind)) for kind in FORMAT_IRIS),
        Triple(here, SD.defaultDataset, dataset),
        Triple(dataset, RDF.type, SD.Dataset),
        Triple(dataset, SD.defaultGraph, graph),
        Triple(graph, RDF.type, SD.Graph),
    )


def dataset(
    iri: Iri, *, base: str, title: str, endpoint: Iri, dump: Iri, kinds: Iterable[tuple[Iri, int]]
) -> tuple[Triple, ...]:
    """The graph of the catalog as a dataset.

    Args:
        iri: what it is called.
        base: what the IRIs of the mesh begin with.
        title: what people call it.
        endpoint: where it answers SPARQL.
        dump: where the whole of it is read.
        kinds: how many things there are of each class.
    """
    about = Iri(iri.partition("#")[0])
    told = [
        Triple(about, RDF.type, VOID.DatasetDescription),
        Triple(about, FOAF.primaryTopic, iri),
        Triple(iri, RDF.type, VOID.Dataset),
        Triple(iri, DCT.title, Literal(title)),
        Triple(iri, FOAF.homepage, Iri(base)),
        Triple(iri, VOID.uriSpace, Literal(base)),
        Triple(iri, VOID.sparqlEndpoint, endpoint),
        Triple(iri, VOID.dataDump, dump),
        *(Triple(iri, VOID.feature, Iri(kind)) for kind in TRIPLES_IRIS),
        *(Triple(iri, VOID.vocabulary, Iri(words.base)) for words in _VOCABULARIES),
    ]
    for number, (kind, count) in enumerate(kinds):
        part = Iri(f"{iri}-{number}")
        told += [
            Triple(iri, VOID.classPartition, part),
            Triple(part, VOID["class"], kind),
            Triple(part, VOID.entities, Literal(str(count), XSD.integer)),
        ]
    return tuple(told)
