"""Ports: where a product serves data, and where it takes it."""

from catalog_service.domain.names import short
from catalog_service.services.changes.comparison import Comparison
from catalog_service.services.changes.facts import written
from catalog_service.services.changes.kinds import Kind
from catalog_service.services.changes.objectives import objectives
from catalog_service.services.changes.policies import policy
from catalog_service.terms import DCAT, DPROD, PM, Iri

_REACHED = (
    (DPROD.protocol, Kind.PROTOCOL_CHANGED),
    (DCAT.endpointURL, Kind.ENDPOINT_CHANGED),
    (DPROD.securitySchemaType, Kind.GUARD_CHANGED),
)


def ports(seen: Comparison) -> None:
    """Compare output ports and input ports."""
    outputs = seen.things(seen.product, DPROD.outputPort)
    for port in sorted(seen.came((Kind.PORT_ADDED, Kind.PORT_REMOVED), {}, outputs)):
        _output(seen, port, short(port))
    inputs = seen.things(seen.product, DPROD.inputPort)
    for port in sorted(seen.came((Kind.INPUT_ADDED, Kind.INPUT_REMOVED), {}, inputs)):
        seen.differ(Kind.INPUT_CHANGED, port, short(port), seen.pair(port, PM.readsFrom))


def _output(seen: Comparison, port: Iri, name: str) -> None:
    for predicate, kind in _REACHED:
        seen.differ(kind, port, name, seen.pair(port, predicate))
    _served(seen, port, name)
    policy(seen, port, name)
    objectives(seen, port, name)


def _served(seen: Comparison, port: Iri, name: str) -> None:
    """The datasets that a port serves; those that came or went altogether are told as datasets."""
    links = seen.pair(port, DCAT.servesDataset)
    whole = seen.before.values(seen.product, DPROD.outputDataset) ^ seen.after.values(
        seen.product, DPROD.outputDataset
    )
    for value in sorted((links.after - links.before) - whole, key=str):
        seen.add(Kind.DATASET_SERVED, port, name, after=written({value}))
    for value in sorted((links.before - links.after) - whole, key=str):
        seen.add(Kind.DATASET_UNSERVED, port, name, before=written({value}))
