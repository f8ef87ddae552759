"""Descriptors in Bitol's Open Data Product Standard, version 1.0."""

from typing import Any
from urllib.parse import unquote

from catalog_service.harvesting import Names, segment
from catalog_service.services.export import shared
from catalog_service.services.export.division import Division
from catalog_service.services.export.references import Sources
from catalog_service.services.export.stated import Stated, entitled, last
from catalog_service.services.export.words import local, one_or_all, under
from catalog_service.services.export.yaml import kept
from catalog_service.terms import DCAT, DCT, DPROD, DPV, PM, PROV, Iri

VERSION = "v1.0.0"
CONTENTS = {
    PM.discoveryPort: "discoverability",
    PM.observabilityPort: "observability",
    PM.controlPort: "control",
}


def descriptor(division: Division, names: Names, sources: Sources) -> dict[str, Any]:
    """A descriptor as the standard writes it.

    Args:
        division: the documents that its product comes to.
        names: the IRIs that are minted for names.
        sources: what the ports and systems that it reads answer to.
    """
    stated, product = division.stated, division.stated.subject
    return kept(
        apiVersion=VERSION,
        kind="DataProduct",
        id=division.identifier,
        name=stated.text(product, DCT.title),
        version=stated.text(product, DCAT.version),
        status=shared.status(stated, product),
        domain=stated.iri(product, DPROD.domain),
        tags=shared.tags(stated, product),
        description=shared.description(stated, product),
        productCreatedTs=stated.text(product, DCT.created),
        inputPorts=[
            _input(stated, port, sources) for port in stated.iris(product, DPROD.inputPort)
        ],
        outputPorts=[
            _output(stated, name, port, contract, sources)
            for name, port, contract in division.ports
        ],
        managementPorts=[
            _managed(stated, port, content, names)
            for predicate, content in CONTENTS.items()
            for port in stated.iris(product, predicate)
        ],
        team=shared.team(stated, product, names),
        support=shared.support(stated, product),
        authoritativeDefinitions=shared.definitions(stated, product, code=True),
        customProperties=[
            *shared.components(stated, product),
            *shared.properties(
                endOfLife=stated.text(product, PM.endOfLife),
                replacedBy=shared.replacements(stated, product),
            ),
        ],
    )


def _input(stated: Stated, port: Iri, sources: Sources) -> dict[str, Any]:
    return kept(
        name=_plainly(stated, port),
        version=stated.text(port, DCAT.version),
        contractId=sources.name(stated.iris(port, PM.readsFrom)),
        tags=shared.tags(stated, port),
        authoritativeDefinitions=shared.definitions(stated, port),
        customProperties=shared.properties(purpose=_purpose(stated, port)),
    )


def _purpose(stated: Stated, port: Iri) -> str | list[str] | None:
    """What the product uses the input for, by the consumption that has the name of the port."""
    consumption = Iri(f"{stated.subject}/consumptions/{port.rpartition('/')[2]}")
    return one_or_all(local(stated.iris(consumption, DPV.hasPurpose), DPV))


def _output(
    stated: Stated, name: str, port: Iri, contract: str, sources: Sources
) -> dict[str, Any]:
    derived = sources.names(stated.iris(port, PROV.wasDerivedFrom))
    return kept(
        name=name,
        description=stated.text(port, DCT.description),
        type=stated.text(port, DCT.type),
        version=stated.text(port, DCAT.version),
        contractId=contract,
        inputContracts=[kept(id=name, version=sources.versions.get(name)) for name in derived],
        tags=shared.tags(stated, port),
        authoritativeDefinitions=shared.definitions(stated, port),
    )


def _managed(stated: Stated, port: Iri, content: str, names: Names) -> dict[str, Any]:
    protocol = stated.iri(port, DPROD.protocol)
    return kept(
        name=entitled(stated, port, DCT.title),
        content=content,
        type=under(names, "protocols", protocol) if protocol else None,
        url=stated.iri(port, DCAT.endpointURL),
        channel=stated.text(port, DCT.identifier),
        description=stated.text(port, DCT.description),
        tags=shared.tags(stated, port),
        authoritativeDefinitions=shared.definitions(stated, port),
    )


def _plainly(stated: Stated, port: Iri) -> str:
    """The name of an input port, which reading it again tells apart in the same way."""
    title = stated.text(port, DCT.title)
    here = port.rpartition("/")[2]
    if title and (here == segment(title) or here.startswith(f"{segment(title)}@")):
        return title
    return unquote(last(port).removesuffix("@input"))
