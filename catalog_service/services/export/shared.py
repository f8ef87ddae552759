"""The blocks that both Bitol standards share: description, team, support, links, own properties."""

from collections.abc import Iterable
from typing import Any

from catalog_service.harvesting import Names, segment
from catalog_service.services.export.stated import Stated
from catalog_service.services.export.words import LIFECYCLE, one_or_all, user
from catalog_service.services.export.yaml import kept
from catalog_service.terms import DCAT, DCT, DPROD, PM, RDFS, SKOS, VCARD, Iri

_REPOSITORIES = ("http://", "https://", "git://", "ssh://", "git+ssh://", "git+https://")


def description(stated: Stated, subject: Iri) -> dict[str, Any]:
    """What a thing is for, how it is used, and where it ends."""
    return kept(
        purpose=stated.text(subject, DPROD.purpose),
        usage=stated.text(subject, DCT.description),
        limitations=stated.text(subject, SKOS.scopeNote),
    )


def status(stated: Stated, subject: Iri) -> str | None:
    """The step of its life cycle."""
    found = stated.iri(subject, DPROD.lifecycleStatus)
    return LIFECYCLE.get(found) if found else None


def tags(stated: Stated, subject: Iri) -> list[str]:
    """Its keywords."""
    return list(stated.texts(subject, DCAT.keyword))


def team(stated: Stated, product: Iri, names: Names) -> dict[str, Any] | None:
    """The owners of a product; who else is in the team, the catalog does not know."""
    owners = stated.iris(product, DPROD.dataProductOwner)
    members = [{"username": user(names, owner), "role": "owner"} for owner in owners]
    return {"members": members} if members else None


def support(stated: Stated, product: Iri) -> list[dict[str, Any]]:
    """The channels on which its people are reached."""
    return [
        kept(
            channel=stated.text(contact, VCARD.fn),
            url=stated.iri(contact, VCARD.hasURL) or stated.iri(contact, VCARD.hasEmail),
            description=stated.text(contact, DCT.description),
        )
        for contact in stated.iris(product, DCAT.contactPoint)
    ]


def links(urls: Iterable[Iri], kind: str = "reference") -> list[dict[str, Any]]:
    """Authoritative definitions of one type."""
    return [{"type": kind, "url": str(url)} for url in urls]


def definitions(stated: Stated, subject: Iri, *, code: bool = False) -> list[dict[str, Any]]:
    """The pages elsewhere that a thing points at; of a product, also the code that makes it."""
    found = links(stated.iris(subject, RDFS.seeAlso))
    for part in stated.iris(subject, PM.codeComponent) if code else ():
        if _is_pipeline(stated, part):
            url = stated.text(part, DCT.title)
            found.append({"type": "transformationImplementation", "url": url})
    return found


def components(stated: Stated, product: Iri) -> list[dict[str, Any]]:
    """The code and the infrastructure of a product, as custom properties."""
    code = [
        part for part in stated.iris(product, PM.codeComponent) if not _is_pipeline(stated, part)
    ]
    return properties(
        code=one_or_all([stated.text(part, DCT.title) for part in code]),
        infrastructure=one_or_all(
            [stated.text(p, DCT.title) for p in stated.iris(product, PM.infrastructureComponent)]
        ),
    )


def properties(**values: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - whatever YAML can hold
    """Custom properties, in the order given; without those that say nothing."""
    return [{"property": name, "value": value} for name, value in kept(**values).items()]


def replacements(stated: Stated, product: Iri) -> str | list[str] | None:
    """The products that take its place."""
    return one_or_all([str(iri) for iri in stated.iris(product, DCT.isReplacedBy)])


def identified(names: Names, product: Iri, identifier: str) -> str:
    """The id by which a document names a product: its identifier, or its IRI where that is not it.

    A product whose IRI does not come from its identifier is still named so that it reads back.
    """
    if identifier and names.product(identifier) == product:
        return identifier
    own = product.removeprefix(f"{names.base}products/")
    return own if own != product and segment(own) == own else str(product)


def _is_pipeline(stated: Stated, part: Iri) -> bool:
    kinds = stated.iris(part, PM.codeKind)
    return PM.Pipeline in kinds and stated.text(part, DCT.title).startswith(_REPOSITORIES)
