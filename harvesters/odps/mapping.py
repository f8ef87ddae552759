"""From a descriptor to what it states. README.md has the table of fields."""

from catalog_service.domain.findings import Severity
from catalog_service.harvesting import Faulty, Harvested, Mapping, Names, Statements
from catalog_service.harvesting.bitol import (
    components,
    created,
    custom,
    defined,
    described,
    homed,
    living,
    own_words,
    owned,
    product_iri,
    replaced,
    supported,
    tagged,
)
from catalog_service.harvesting.words import day, doubtful, named, say, truth, wrong
from catalog_service.terms import DCAT, DCT, DPROD, PM, Iri
from harvesters.odps.ports import state_ports

ASIDE = ("kind", "apiVersion", "tenant", "name", "context")
"""Keys of a descriptor that are known and not stated, or stated under another key."""


def harvested(node: Mapping, names: Names) -> Harvested | Faulty:
    """What a descriptor states, or what it lacks where it can be no product.

    Raises:
        Unreadable: any part of it is not what the standard asks for.
    """
    _expect_version(node)
    identifier = node.scalar("id")
    if identifier is None or not identifier.text.strip():
        return Faulty(
            node.origin,
            "the descriptor has no `id`: its product cannot be named",
            "add `id:` with an identifier that never changes, such as a UUID",
            unread=False,
        )
    name, origin = named(node, "descriptor", "id")
    if (product := product_iri(names, name)) is None:
        raise wrong(f"id {name[:80]!r} is a malformed address", origin, "mend it, or use a UUID")
    said = Statements(product)
    said.type(product, DPROD.DataProduct, origin)
    _state(said, product, names, node)
    _expect_marks(said, node)
    said.unread(node)
    return said.harvested(origin)


def _expect_version(node: Mapping) -> None:
    """Refuse a major version of the standard that nobody here has read.

    Raises:
        Unreadable: `apiVersion` is stated, and neither 0 nor 1.
    """
    version = node.scalar("apiVersion")
    if version is None or not version.text.strip():
        return
    if version.text.strip().lower().removeprefix("v").partition(".")[0] not in {"0", "1"}:
        raise wrong(
            f"version {version.text[:20]} of the Open Data Product Standard is not read",
            version.origin,
            "write the descriptor in version 1.0.0, with `apiVersion: v1.0.0`",
        )


def _expect_marks(said: Statements, node: Mapping) -> None:
    for key, value in (("kind", "DataProduct"), ("apiVersion", "v1.0.0")):
        if key not in node:
            said.notice(
                "incomplete",
                Severity.WARNING,
                f"the descriptor has no `{key}`: it is read as version 1 of the standard",
                node.origin,
                fix=f"add `{key}: {value}`",
            )


def _state(said: Statements, product: Iri, names: Names, node: Mapping) -> None:
    node.ignore(*ASIDE)
    say(said, product, DCT.identifier, node, "id")
    say(said, product, DCAT.version, node, "version")
    say(said, product, DCT.type, node, "type")
    described(said, product, node)
    _live(said, product, node)
    homed(said, product, node)
    created(said, product, node, "productCreatedTs")
    tagged(said, product, node)
    owned(said, product, names, node)
    supported(said, product, names, node)
    for definition in node.mappings("authoritativeDefinitions"):
        defined(said, product, product, definition)
    components(said, product, node)
    _entitle(said, product, node)
    _end(said, product, node)
    replaced(said, product, names, node)
    state_ports(said, product, names, node)


def _live(said: Statements, product: Iri, node: Mapping) -> None:
    """State the status; `deprecated: true` (since 1.1) goes before what the status says."""
    deprecated = truth(node, "deprecated")
    if deprecated is None or not deprecated[0]:
        living(said, product, node)
        return
    node.ignore("status")
    said.state(product, DPROD.lifecycleStatus, PM.Deprecated, deprecated[1])


def _entitle(said: Statements, product: Iri, node: Mapping) -> None:
    """State the title: a custom property of that name goes before the descriptor's `name`."""
    for name, entry in custom(node, "title"):
        with own_words(said, name, entry):
            if entry.text("value"):
                say(said, product, DCT.title, entry, "value")
                return
    say(said, product, DCT.title, node, "name")


def _end(said: Statements, product: Iri, node: Mapping) -> None:
    """State the last day of a product that ends."""
    for name, entry in custom(node, "endOfLife"):
        with own_words(said, name, entry):
            written = entry.scalar("value")
            if written is None:
                continue
            if (date := day(written.text)) is not None:
                said.state(product, PM.endOfLife, date, written.origin)
            else:
                message = f"{written.text[:40]!r} is no date: the end of life is not stated"
                doubtful(said, message, written.origin, "write it as 2026-01-31")
