"""The blocks that both Bitol standards share, data contracts and data products alike.

Their harvesters may not import each other, so that what the two standards word the same way is read
here: description, status, domain, team, support channels, tags, links and custom properties.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from catalog_service.domain.rdf import Origin, text
from catalog_service.errors import Unreadable
from catalog_service.harvesting.contract import Names, Refers, Statements
from catalog_service.harvesting.nodes import Mapping, Scalar, Sequence
from catalog_service.harvesting.words import (
    address,
    doubtful,
    lifecycle,
    link,
    moment,
    say,
    say_each,
    squeezed,
    without_password,
)
from catalog_service.terms import DCAT, DCT, DPROD, PM, RDFS, SKOS, VCARD, Iri

OWNERS = frozenset({"owner", "dataproductowner", "productowner"})
PIPELINES = frozenset({"transformationimplementation"})
CODE = PIPELINES | {"implementation"}
"""Types of authoritative definition behind which code lies, as `squeezed` spells them."""
_REPOSITORIES = ("http://", "https://", "git://", "ssh://", "git+ssh://", "git+https://")
_MEMBER_ASIDE = (
    *("id", "name", "description", "comment", "dateIn", "replacedByUsername", "tags"),
    *("customProperties", "authoritativeDefinitions"),
)
_TEAM_ASIDE = ("id", "name", "description", "tags", "customProperties", "authoritativeDefinitions")
_SUPPORT_ASIDE = (
    *("id", "scope", "invitationUrl", "tags", "customProperties", "authoritativeDefinitions"),
)


def custom(node: Mapping, *names: str) -> Iterator[tuple[str, Mapping]]:
    """The custom properties of a thing that are called one of `names`; the others are its own."""
    for entry in node.mappings("customProperties"):
        entry.ignore("id", "description", "vendor", "value")
        name = entry.text("property")
        if name in names:
            yield name, entry


@contextmanager
def own_words(said: Statements, name: str, entry: Mapping) -> Iterator[None]:
    """Take a custom property whose value has another shape than ours as the team's own: warn only.

    Anyone may have a custom property `policy`; a contract is not refused for it.
    """
    try:
        yield
    except Unreadable as fault:
        doubtful(
            said,
            f"custom property `{name}` is left out: {fault.message}",
            Origin(entry.origin.file, fault.line, fault.column),
            f"{fault.hint}; if the property is your own, call it something else",
        )


def product_iri(names: Names, identifier: str) -> Iri | None:
    """The product with this identifier; None where it is an address no IRI can be made of."""
    return address(names.product(identifier))


def described(said: Statements, subject: Iri, node: Mapping) -> None:
    """State the description: one text, or its purpose, usage and limitations apart."""
    found = node.get("description")
    if not isinstance(found, Mapping):
        say(said, subject, DCT.description, node, "description")
        return
    say(said, subject, DPROD.purpose, found, "purpose")
    say(said, subject, DCT.description, found, "usage")
    say(said, subject, SKOS.scopeNote, found, "limitations")
    found.ignore("customProperties")
    for definition in found.mappings("authoritativeDefinitions"):
        defined(said, subject, subject, definition)


def living(said: Statements, product: Iri, node: Mapping) -> None:
    """State the step of its life cycle that the product is in."""
    if (status := node.scalar("status")) is not None and status.text.strip():
        lifecycle(said, product, status)


def homed(said: Statements, product: Iri, node: Mapping) -> None:
    """Leave the domain to be resolved: only the mesh knows which IRI its name has."""
    if domain := node.text("domain"):
        said.refer(product, DPROD.domain, Refers.DOMAIN, domain, node.where("domain"))


def created(said: Statements, subject: Iri, node: Mapping, key: str) -> None:
    """State when the thing came to be; warn where the time is none."""
    if (found := node.scalar(key)) is None:
        return
    if (when := moment(found.text)) is not None:
        said.state(subject, DCT.created, when, found.origin)
        return
    message = f"`{key}` is {found.text[:40]!r}, which is no time"
    doubtful(said, message, found.origin, "write it as 2026-01-31T09:30:00Z", focus=subject)


def tagged(said: Statements, subject: Iri, node: Mapping) -> None:
    """State the tags as keywords, and the synonyms as other labels."""
    say_each(said, subject, DCAT.keyword, node, "tags")
    for synonym in node.mappings("synonyms"):
        say(said, subject, SKOS.altLabel, synonym, "synonym")
        synonym.ignore("id", "description", "locale", "source", "status", "customProperties")


def owned(said: Statements, product: Iri, names: Names, node: Mapping) -> None:
    """State who owns the product: the members of the team who are its owners today.

    Who has a `dateOut` has left, whatever day it is: a harvest does not depend on its clock.
    """
    team = node.get("team")
    if isinstance(team, Mapping):
        team.ignore(*_TEAM_ASIDE)
        members = team.mappings("members")
    else:
        members = node.mappings("team")
    for member in members:
        member.ignore(*_MEMBER_ASIDE)
        role, left = member.text("role"), member.text("dateOut")
        user = member.scalar("username")
        if squeezed(role) not in OWNERS or left:
            continue
        agent = None
        if user is not None and user.text.strip():
            agent = address(names.agent(user.text.strip()))
        if user is None or agent is None:
            doubtful(
                said,
                "the owner has no `username` to know them by",
                member.origin,
                "give the team member a `username`: an e-mail address, an IRI or an account name",
            )
            continue
        said.state(product, DPROD.dataProductOwner, agent, user.origin)


def supported(said: Statements, product: Iri, names: Names, node: Mapping) -> None:
    """State the channels on which the product's people can be reached, one contact a channel."""
    for entry in node.mappings("support"):
        entry.ignore(*_SUPPORT_ASIDE)
        url, tool = entry.scalar("url"), entry.text("tool")
        channel = entry.text("channel") or tool or without_password(url.text.strip() if url else "")
        if not channel:
            continue
        contact = names.part(product, "support", channel)
        said.state(product, DCAT.contactPoint, contact, entry.origin)
        said.type(contact, VCARD.Kind, entry.origin)
        said.state(contact, VCARD.fn, text(channel), entry.where("channel"))
        say(said, contact, DCT.description, entry, "description")
        if url is not None and url.text.strip():
            email = url.text.strip().lower().startswith("mailto:")
            link(said, contact, VCARD.hasEmail if email else VCARD.hasURL, url)


def component(said: Statements, product: Iri, written: str, origin: Origin, *, code: bool) -> Iri:
    """State a piece of code or infrastructure of the product, by its name or its address."""
    folder = "code" if code else "infrastructure"
    name = without_password(written)
    where = address(name) if "://" in name else None
    part = Names.part(product, folder, name.partition("://")[2].rstrip("/") or name)
    said.state(product, PM.codeComponent if code else PM.infrastructureComponent, part, origin)
    said.type(part, PM.CodeComponent if code else PM.InfrastructureComponent, origin)
    said.state(part, DCT.title, text(name), origin)
    if where is not None:
        said.state(part, RDFS.seeAlso, where, origin)
    return part


def components(said: Statements, product: Iri, node: Mapping) -> None:
    """State the code and the infrastructure that custom properties name."""
    for name, entry in custom(node, "code", "infrastructure"):
        with own_words(said, name, entry):
            for written, origin in entry.texts("value"):
                component(said, product, written.strip(), origin, code=name == "code")


def replaced(said: Statements, product: Iri, names: Names, node: Mapping) -> None:
    """State which product takes the place of this one, by its id or its IRI."""
    for name, entry in custom(node, "replacedBy"):
        with own_words(said, name, entry):
            for written, origin in entry.texts("value"):
                if (successor := product_iri(names, written.strip())) is not None:
                    said.state(product, DCT.isReplacedBy, successor, origin)
                else:
                    message = f"{written[:80]!r} is a malformed address: it is left out"
                    doubtful(said, message, origin, "write the id of a product, or its IRI")


def defined(said: Statements, product: Iri, subject: Iri, definition: Mapping) -> None:
    """State one authoritative definition as a link, or as code where its type says so."""
    url = definition_url(definition)
    if url is None:
        return
    kind = squeezed(definition.text("type"))
    if kind in CODE and url.text.strip().startswith(_REPOSITORIES):
        part = component(said, product, url.text.strip(), url.origin, code=True)
        if kind in PIPELINES:
            said.state(part, PM.codeKind, PM.Pipeline, url.origin)
        return
    link(said, subject, RDFS.seeAlso, url)


def definition_url(definition: Mapping) -> Scalar | None:
    """The address of an authoritative definition; None where it has none."""
    definition.ignore("id", "description", "type")
    url = definition.scalar("url")
    return url if url is not None and url.text.strip() else None


def values(entry: Mapping) -> tuple[Mapping, ...]:
    """The mappings under `value` of a custom property: one, or a list of them."""
    if isinstance(entry.get("value"), Sequence):
        return entry.mappings("value")
    found = entry.mapping("value")
    return () if found is None else (found,)
