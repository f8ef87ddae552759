"""How the statements of a product divide into documents: its descriptor, and its contracts."""

from collections import defaultdict
from dataclasses import dataclass

from catalog_service.harvesting import segment
from catalog_service.services.export.stated import Stated, entitled, last
from catalog_service.terms import CSVW, DCAT, DCT, DPROD, PM, Iri

_READING = (DPROD.inputPort, PM.discoveryPort, PM.observabilityPort, PM.controlPort)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset of a contract, by the name it has there."""

    iri: Iri
    name: str
    columns: tuple[Iri, ...]


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract of a product.

    Args:
        identifier: its id.
        node: what is said of the contract as a whole; the product itself where it is all of it.
        claim: the name of the descriptor's port that claims it; empty where none does.
        servers: its ports, by the name of the server that each is.
        bearer: who makes its promises where it names no server.
        datasets: what it describes.
    """

    identifier: str
    node: Iri
    claim: str
    servers: dict[str, Iri]
    bearer: Iri
    datasets: tuple[Dataset, ...]

    @property
    def alone(self) -> bool:
        """True where no descriptor's port claims it: it speaks for the product."""
        return not self.claim

    @property
    def bearers(self) -> tuple[Iri, ...]:
        """Who makes its promises: its ports, or whoever stands for them."""
        return tuple(self.servers.values()) or (self.bearer,)


@dataclass(frozen=True, slots=True)
class Division:
    """A product as documents.

    Args:
        stated: what its graph states.
        identifier: the id of the product.
        contracts: its contracts, by id.
        ports: the output ports of its descriptor: the name of each, and what its facts stand on.
        described: True where a descriptor is needed; a contract that says it all needs none.
    """

    stated: Stated
    identifier: str
    contracts: tuple[Contract, ...]
    ports: tuple[tuple[str, Iri, str], ...]
    described: bool


def divided(stated: Stated, identifier: str) -> Division:
    """The documents that the statements of a product come to."""
    product = stated.subject
    claimed: dict[Iri, list[Iri]] = defaultdict(list)
    free: list[Iri] = []
    for port in stated.iris(product, DPROD.outputPort):
        node = next(
            (c for c in stated.iris(port, DCT.conformsTo) if c.startswith(f"{product}/contracts/")),
            None,
        )
        if node is None:
            free.append(port)
        else:
            claimed[node].append(port)
    contracts, ports = [], []
    for node, served in sorted(claimed.items()):
        contract, port = _claimed(stated, node, served)
        contracts.append(contract)
        ports.append((contract.claim, port, contract.identifier))
    if own := _own(stated, identifier, free):
        contracts.append(own)
    taken = set(own.servers.values()) if own else set()
    ports += [(entitled(stated, p, DCT.title), p, "") for p in free if p not in taken]
    described = bool(claimed or ports or own is None or stated.iris(product, *_READING))
    return Division(stated, identifier, tuple(contracts), tuple(sorted(ports)), described)


def _claimed(stated: Stated, node: Iri, ports: list[Iri]) -> tuple[Contract, Iri]:
    """A contract that a descriptor's port claims, and that port."""
    product = stated.subject
    datasets = _datasets(stated, ports)
    folders = {d.removeprefix(f"{product}/datasets/").partition("/")[0] for d in datasets}
    claim = next(iter(folders)) if len(folders) == 1 else ports[0].rpartition("/")[2]
    names = {port: port.rpartition("/")[2] for port in ports}
    if len(ports) > 1 and all(name.startswith(f"{claim}-") for name in names.values()):
        servers = {last(Iri(f"/{names[p].removeprefix(f'{claim}-')}")): p for p in ports}
    else:
        servers = {_server(stated, p, datasets): p for p in ports if _is_served(stated, p)}
    title = entitled(stated, ports[0], DCT.title) if len(ports) == 1 else ""
    name = title if segment(title) == claim else last(Iri(f"/{claim}"))
    found = tuple(_dataset(stated, iri) for iri in datasets)
    return Contract(last(node), node, name, servers, ports[0], found), ports[0]


def _own(stated: Stated, identifier: str, ports: list[Iri]) -> Contract | None:
    """The contract that is the product itself: ports and datasets that no claim stands over."""
    product = stated.subject
    servers = {entitled(stated, p, DCT.title): p for p in ports if _is_served(stated, p)}
    served = set(_datasets(stated, list(servers.values())))
    loose = [
        dataset
        for dataset in stated.iris(product, DPROD.outputDataset)
        if "/" not in dataset.removeprefix(f"{product}/datasets/")
    ]
    datasets = tuple(_dataset(stated, iri) for iri in sorted(served | set(loose)))
    if not servers and not datasets:
        return None
    return Contract(identifier, product, "", servers, product, datasets)


def _is_served(stated: Stated, port: Iri) -> bool:
    """True of a port that a server of a contract stands behind."""
    return bool(
        stated.iris(port, DPROD.protocol, DCAT.endpointURL)
        or any(stated.iris(d, DCAT.distribution) for d in stated.iris(port, DCAT.servesDataset))
    )


def _server(stated: Stated, port: Iri, datasets: tuple[Iri, ...]) -> str:
    """The name of a contract's one server: what its distributions are called, else the port."""
    forms = {last(form) for d in datasets for form in stated.iris(d, DCAT.distribution)}
    return next(iter(forms)) if len(forms) == 1 else entitled(stated, port, DCT.title)


def _datasets(stated: Stated, ports: list[Iri]) -> tuple[Iri, ...]:
    return tuple(sorted({d for port in ports for d in stated.iris(port, DCAT.servesDataset)}))


def _dataset(stated: Stated, iri: Iri) -> Dataset:
    schemas = stated.iris(iri, CSVW.tableSchema)
    columns = tuple(column for schema in schemas for column in stated.iris(schema, CSVW.column))
    return Dataset(iri, entitled(stated, iri, DCT.title), columns)
