"""From a contract, version 3, to what it states. README.md has the table of fields."""

from catalog_service.domain.findings import Severity
from catalog_service.harvesting import Document, Faulty, Harvested, Mapping, Names, Statements
from catalog_service.harvesting.bitol import (
    created,
    defined,
    described,
    homed,
    living,
    owned,
    product_iri,
    supported,
    tagged,
)
from catalog_service.harvesting.words import named, say, wrong
from catalog_service.terms import DCAT, DCT, DPROD
from harvesters.odcs import v2
from harvesters.odcs.contract import Contract
from harvesters.odcs.governed import state_governed
from harvesters.odcs.ports import state_ports
from harvesters.odcs.promises import state_promises
from harvesters.odcs.rules import state_rules
from harvesters.odcs.schema import read_datasets, state_datasets

ASIDE = ("kind", "apiVersion", "tenant", "dataProduct", "name", "price", "roles", "context")
"""Keys of a contract that are known and not stated, or stated under another key."""


def harvested(document: Document, names: Names) -> Harvested | Faulty:
    """What the contract in a document states; what it lacks where it cannot be a product.

    Raises:
        Unreadable: the document, or any part of it, is not what the standard asks for. A contract
            with one malformed column is refused whole: half of a contract promises another thing.
    """
    written = document.yaml()
    _expect_version(written)
    old = v2.is_old(written)
    node = v2.translated(written) if old else written
    identifier = node.scalar("id")
    if identifier is None or not identifier.text.strip():
        key = "uuid" if old else "id"
        return Faulty(
            written.origin,
            f"the contract has no `{key}`: its product cannot be named",
            f"add `{key}:` with an identifier that never changes, such as a UUID",
            unread=False,
        )
    name, origin = named(node, "contract", "id")
    if (product := product_iri(names, name)) is None:
        raise wrong(f"id {name[:80]!r} is a malformed address", origin, "mend it, or use a UUID")
    contract = Contract(names, node, product, Statements(product))
    _state(contract)
    if not old:
        _expect_marks(contract)
    contract.said.unread(written)
    return contract.said.harvested(origin, contract=name)


def _expect_version(node: Mapping) -> None:
    """Refuse a major version of the standard that nobody here has read.

    Raises:
        Unreadable: `apiVersion` is stated, and neither 2 nor 3.
    """
    version = node.scalar("apiVersion", "standardVersion")
    if version is None or not version.text.strip():
        return
    if version.text.strip().lower().removeprefix("v").partition(".")[0] not in {"2", "3"}:
        raise wrong(
            f"version {version.text[:20]} of the Open Data Contract Standard is not read",
            version.origin,
            "write the contract in version 3.1.0, with `apiVersion: v3.1.0`",
        )


def _expect_marks(contract: Contract) -> None:
    """Warn where the contract does not say what it is; other readers will not know it for one."""
    for key, value in (("kind", "DataContract"), ("apiVersion", "v3.1.0")):
        if key not in contract.node:
            contract.said.notice(
                "incomplete",
                Severity.WARNING,
                f"the contract has no `{key}`: it is read as version 3 of the standard",
                contract.node.origin,
                fix=f"add `{key}: {value}`",
            )


def _state(contract: Contract) -> None:
    said, product, node = contract.said, contract.product, contract.node
    node.ignore(*ASIDE)
    said.type(product, DPROD.DataProduct, node.where("id"))
    say(said, product, DCT.identifier, node, "id")
    say(said, product, DCT.title, node, "name", "dataProduct")
    say(said, product, DCAT.version, node, "version")
    described(said, product, node)
    living(said, product, node)
    homed(said, product, node)
    created(said, product, node, "contractCreatedTs")
    tagged(said, product, node)
    owned(said, product, contract.names, node)
    supported(said, product, contract.names, node)
    for definition in node.mappings("authoritativeDefinitions"):
        defined(said, product, product, definition)
    read_datasets(contract)
    state_datasets(contract)
    state_ports(contract)
    state_promises(contract)
    state_rules(contract)
    state_governed(contract)
