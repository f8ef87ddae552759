"""DPROD: products in the words of the data product ontology and of the standards it builds on.

What only this catalog's own vocabulary has a word for is left out, and told. Where DPROD has
another word for the same, that is used: the input port of a product is the port it reads from, a
distribution points at the service that gives it, and names are labels.
"""

from collections import defaultdict
from collections.abc import Iterator

from catalog_service.domain.names import short
from catalog_service.domain.rdf import Triple, text
from catalog_service.services.export.stated import Stated
from catalog_service.services.export.surroundings import Surroundings
from catalog_service.terms import DCAT, DCT, DPROD, PM, RDF, RDFS, Iri

_NAMED = (DPROD.outputPort, DPROD.inputPort, DPROD.outputDataset)
_VALUES = frozenset({DPROD.lifecycleStatus, DPROD.informationSensitivityClassification})
"""Properties whose values are words of ours, for which DPROD leaves the choice to the mesh."""


def product(stated: Stated, around: Surroundings) -> Iterator[Triple]:
    """What DPROD can say of a product."""
    yield from _kept(stated)
    for named in (stated.subject, *stated.iris(stated.subject, *_NAMED)):
        yield from (Triple(named, RDFS.label, text(t)) for t in stated.texts(named, DCT.title))
    yield from _values(stated)
    domain = around.domain(stated)
    if domain is not None:
        yield Triple(domain.iri, RDFS.label, text(domain.name))
    for owner in stated.iris(stated.subject, DPROD.dataProductOwner):
        yield Triple(owner, RDFS.label, text(around.agent(owner).name))
    yield from _ports(stated)


def left_out(stated: Stated) -> tuple[Triple, ...]:
    """The statements of a product that need this catalog's own words."""
    return tuple(sorted(stated.triples - _kept(stated), key=str))


def _kept(stated: Stated) -> frozenset[Triple]:
    """The statements in words of others, about the product and what those statements lead to."""
    said: dict[Iri, list[Triple]] = defaultdict(list)
    for triple in stated.triples:
        if not _is_ours(triple):
            said[triple.subject].append(triple)
    kept: set[Triple] = set()
    reached, todo = {stated.subject}, [stated.subject]
    while todo:
        for triple in said[todo.pop()]:
            kept.add(triple)
            if isinstance(triple.object, str) and triple.object not in reached:
                reached.add(triple.object)
                todo.append(triple.object)
    return frozenset(kept)


def _is_ours(triple: Triple) -> bool:
    ours = isinstance(triple.object, str) and triple.object.startswith(PM.base)
    return triple.predicate.startswith(PM.base) or (ours and triple.predicate not in _VALUES)


def _values(stated: Stated) -> Iterator[Triple]:
    """What the values are called that a reader of DPROD cannot know."""
    for _, predicate, value in stated.triples:
        if predicate in _VALUES and isinstance(value, str) and value.startswith(PM.base):
            yield Triple(value, RDFS.label, text(short(value)))
            if predicate == DPROD.informationSensitivityClassification:
                yield Triple(value, RDF.type, DPROD.InformationSensitivityClassification)


def _ports(stated: Stated) -> Iterator[Triple]:
    """The ports that are read as input ports, and the services behind distributions."""
    for port in stated.iris(stated.subject, DPROD.inputPort):
        for source in stated.iris(port, PM.readsFrom):
            yield Triple(stated.subject, DPROD.inputPort, source)
            yield Triple(source, RDF.type, DCAT.DataService)
    for port in stated.iris(stated.subject, DPROD.outputPort):
        where = set(stated.iris(port, DCAT.endpointURL))
        for dataset in stated.iris(port, DCAT.servesDataset):
            for form in stated.iris(dataset, DCAT.distribution):
                if where & set(stated.iris(form, DCAT.accessURL)):
                    yield Triple(form, DCAT.accessService, port)
