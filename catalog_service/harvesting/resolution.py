"""Turning the names that documents use into what they stand for, over the whole mesh."""

from collections.abc import Iterable

from catalog_service.domain.findings import Finding, Severity
from catalog_service.domain.rdf import Triple
from catalog_service.graph import is_iri
from catalog_service.harvesting.assembled import Assembled
from catalog_service.harvesting.contract import Reference, Refers
from catalog_service.harvesting.register import Register
from catalog_service.terms import DPROD, PM, Iri


def resolve(assembled: Iterable[Assembled], register: Register, *, domain: Iri | None) -> None:
    """Turn references into facts; what nothing answers to becomes a finding.

    Args:
        assembled: the products and decisions; changed in place.
        register: what the names stand for.
        domain: the domain of products that name none; None to leave them without.
    """
    for product in assembled:
        for reference in product.references:
            _resolve(product, reference, register)
        product.references.clear()
        _drop_what_is_no_iri(product)
        homeless = not product.decision and not product.says(product.subject, DPROD.domain)
        if domain is not None and homeless:
            product.facts[Triple(product.subject, DPROD.domain, domain)] = product.origin


def _drop_what_is_no_iri(product: Assembled) -> None:
    """Take out, and report, facts in which a text stands for an IRI and is none."""
    for triple, origin in list(product.facts.items()):
        for term in triple:
            if isinstance(term, str) and not is_iri(term):
                del product.facts[triple]
                product.findings.append(
                    Finding(
                        "invalid-iri",
                        Severity.VIOLATION,
                        f"{term[:120]!r} is not an absolute IRI",
                        fix="write it in full, such as https://mesh.example/orders, without spaces",
                        focus=triple.subject if is_iri(triple.subject) else product.subject,
                        path=f"<{triple.predicate}>",
                        product=product.subject,
                    ).at(origin)
                )
                break


_SEVERITY = {
    Refers.POLYSEME: Severity.VIOLATION,
    Refers.SCHEME: Severity.VIOLATION,
    Refers.COLUMN: Severity.INFO,
}


def _resolve(product: Assembled, reference: Reference, register: Register) -> None:
    subject, predicate, name = reference.subject, reference.predicate, reference.name
    if reference.refers is Refers.DEFINITION:
        found = _defined(reference, register)
    else:
        found = [(predicate, iri) for iri in register.find(reference.refers, name)]
    ambiguous = len(found) > 1 and reference.refers in (
        Refers.DOMAIN,
        Refers.POLYSEME,
        Refers.SCHEME,
    )
    if found and not ambiguous:
        for stated, iri in found:
            product.facts.setdefault(Triple(subject, stated, iri), reference.origin)
        return
    known = register.known(reference.refers)
    product.findings.append(
        Finding(
            "unknown-reference",
            _SEVERITY.get(reference.refers, Severity.WARNING),
            f"{name!r} answers to several: {', '.join(iri for _, iri in found)}"
            if ambiguous
            else f"nothing is known as {reference.refers.value} {name!r}",
            fix="write the IRI in full" if ambiguous else _remedy(reference.refers, known),
            focus=subject,
            path=f"<{predicate}>",
            product=product.subject,
        ).at(reference.origin)
    )


def _defined(reference: Reference, register: Register) -> list[tuple[Iri, Iri]]:
    """A link: a binding where it leads to a polyseme or scheme, else a link and no more."""
    link = Iri(reference.name)
    match register.is_a(link):
        case Refers.POLYSEME:
            return [(PM.identifies, link)]
        case Refers.SCHEME:
            return [(PM.identifierScheme, link)]
        case _:
            return [(reference.predicate, link)]


def _remedy(refers: Refers, known: tuple[str, ...], most: int = 8) -> str:
    if refers in (Refers.DOMAIN, Refers.POLYSEME, Refers.SCHEME):
        if not known:
            return "none is registered here: harvest decisions first, or check --against the mesh"
        shown = ", ".join(known[:most]) + (", …" if len(known) > most else "")
        return f"use one that is registered ({shown}), or have it decided first"
    if refers is Refers.CONTRACT:
        return "harvest the contract together with its descriptor, or correct the id"
    if refers is Refers.UPSTREAM:
        return "publish what it reads first, or correct the id"
    return "correct the name, or publish the product that has the column"
