"""The ports of a descriptor: what it reads, what it serves, and how it is managed."""

from collections.abc import Iterator

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Origin, text
from catalog_service.harvesting import Mapping, Names, Refers, Statements
from catalog_service.harvesting.access import Purpose, consume
from catalog_service.harvesting.bitol import (
    component,
    components,
    custom,
    defined,
    own_words,
    tagged,
)
from catalog_service.harvesting.words import (
    doubtful,
    link,
    named,
    once,
    say,
    squeezed,
    term,
    truth,
)
from catalog_service.terms import DCAT, DCT, DPROD, DPV, PM, PROV, Iri

MANAGEMENT = {
    "discoverability": PM.discoveryPort,
    "discovery": PM.discoveryPort,
    "dictionary": PM.discoveryPort,
    "observability": PM.observabilityPort,
    "control": PM.controlPort,
}
"""The port that each content of a management port makes it."""


def state_ports(said: Statements, product: Iri, names: Names, node: Mapping) -> None:
    """State the input, output and management ports of a product.

    Raises:
        Unreadable: two ports of one kind have the same name and version.
    """
    outputs = node.mappings("outputPorts")
    taken = _names(outputs, "output port", "version")
    for port, name in zip(outputs, taken, strict=True):
        _state_output(said, product, names.part(product, "ports", name), port)
    inputs = node.mappings("inputPorts")
    for port, name in zip(inputs, _names(inputs, "input port", "version"), strict=True):
        key = f"{name}@input" if name in taken else name
        _state_input(said, product, names.part(product, "ports", key), port, key)
    managed = node.mappings("managementPorts")
    for port, name in zip(managed, _names(managed, "management port", "content"), strict=True):
        _state_management(said, product, names, names.part(product, "management", name), port)


def _names(ports: tuple[Mapping, ...], what: str, second: str) -> list[str]:
    """A name for each port: its own, with its `second` key behind it where several share it."""
    own = [named(port, what, "name") for port in ports]
    stated = [name for name, _ in own]
    places: dict[str, Origin] = {}
    found = []
    for port, (name, origin) in zip(ports, own, strict=True):
        more = port.text(second)
        key = f"{name}@{more}" if stated.count(name) > 1 and more else name
        once(places, what, key, origin)
        found.append(key)
    return found


def _state_port(said: Statements, product: Iri, port: Iri, node: Mapping) -> None:
    """State what ports of every kind say in the same way."""
    node.ignore("id", "context")
    said.type(port, DCAT.DataService, node.where("name"))
    said.state(port, DCT.title, text(node.text("name")), node.where("name"))
    say(said, port, DCT.description, node, "description")
    tagged(said, port, node)
    components(said, product, node)
    for definition in node.mappings("authoritativeDefinitions"):
        defined(said, product, port, definition)
    if (deprecated := truth(node, "deprecated")) is not None and deprecated[0]:
        said.state(port, DPROD.lifecycleStatus, PM.Deprecated, deprecated[1])


def _state_output(said: Statements, product: Iri, port: Iri, node: Mapping) -> None:
    said.state(product, DPROD.outputPort, port, node.where("name"))
    _state_port(said, product, port, node)
    say(said, port, DCAT.version, node, "version")
    say(said, port, DCT.type, node, "type")
    if contract := node.text("contractId"):
        where = node.where("contractId")
        said.refer(port, DCT.conformsTo, Refers.CONTRACT, contract, where)
    for bill in node.mappings("sbom"):
        bill.ignore("id", "type")
        if url := bill.text("url"):
            component(said, product, url, bill.where("url"), code=True)
    for source in node.mappings("inputContracts"):
        source.ignore("version")
        if contract := source.text("id", "contractId"):
            where = source.where("id" if "id" in source else "contractId")
            said.refer(port, PROV.wasDerivedFrom, Refers.UPSTREAM, contract, where)


def _state_input(said: Statements, product: Iri, port: Iri, node: Mapping, key: str) -> None:
    said.state(product, DPROD.inputPort, port, node.where("name"))
    _state_port(said, product, port, node)
    say(said, port, DCAT.version, node, "version")
    contract, where = node.text("contractId"), node.where("contractId")
    if contract:
        said.refer(port, PM.readsFrom, Refers.UPSTREAM, contract, where)
    for name, entry in custom(node, "purpose"):
        with own_words(said, name, entry):
            consume(said, product, key, (contract, where), tuple(_purposes(said, entry)))


def _purposes(said: Statements, entry: Mapping) -> Iterator[Purpose]:
    """The purposes that a custom property names; a warning for each that is none."""
    for word, origin in entry.texts("value"):
        if (purpose := term(word, DPV)) is not None:
            yield Purpose(word.strip(), purpose, origin)
        else:
            doubtful(said, f"{word[:60]!r} names no purpose", origin, "write a purpose of DPV")


def _state_management(
    said: Statements, product: Iri, names: Names, port: Iri, node: Mapping
) -> None:
    content = node.text("content")
    predicate = MANAGEMENT.get(squeezed(content), PM.managementPort)
    if predicate == PM.managementPort:
        said.notice(
            "unknown-value",
            Severity.WARNING,
            f"content {content[:40]!r} says not which management port this is",
            node.where("content"),
            fix="write discoverability, observability or control",
            focus=port,
        )
    said.state(product, predicate, port, node.where("name"))
    _state_port(said, product, port, node)
    if kind := node.text("type").lower():
        protocol = Names.part(Iri(names.base.rstrip("/")), "protocols", kind)
        said.state(port, DPROD.protocol, protocol, node.where("type"))
    url = node.scalar("url")
    if url is not None and url.text.strip():
        link(said, port, DCAT.endpointURL, url)
    say(said, port, DCT.identifier, node, "channel")
