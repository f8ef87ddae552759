"""Standards: the rules of the mesh, with their examples and with who fails them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from catalog_service.governance.layers import Layers
from catalog_service.governance.standards import Stage, Standard
from catalog_service.graph import View, distinct, grouped, many, query
from catalog_service.terms import Iri

__all__ = [
    "Example",
    "Layers",
    "Stage",
    "Standard",
    "at",
    "binding",
    "examples",
    "failing",
    "shape",
    "tightening",
]


@dataclass(frozen=True, slots=True)
class Example:
    """A small graph that meets a standard (`conforms` is True) or breaks it in one way."""

    name: str
    conforms: bool
    turtle: str


def at(standards: Layers, iri: Iri) -> Standard | None:
    """The standard whose shape has this IRI; None where there is none."""
    return next((standard for standard in standards if standard.iri == iri), None)


def binding(standards: Layers, domains: Collection[Iri]) -> tuple[Standard, ...]:
    """The standards that hold for products that lie in all of these domains: the mesh's first."""
    return tuple(s for s in standards if s.domain is None or s.domain in domains)


def tightening(standards: Layers, standard: Standard) -> tuple[Standard, ...]:
    """The standards of domains that make a standard of the mesh stricter."""
    return tuple(other for other in standards if standard.iri in other.tightens)


def shape(standard: Standard) -> str:
    """The shape of a standard, as its file has it."""
    return standard.file.read_text(encoding="utf-8")


def examples(standard: Standard) -> tuple[Example, ...]:
    """The graphs that prove a standard, those that conform first."""
    told = [(file, True) for file in standard.good] + [(file, False) for file in standard.bad]
    return tuple(
        Example(
            file.name.removesuffix(".ttl").partition(".")[2].replace("-", " "),
            conforms,
            file.read_text(encoding="utf-8"),
        )
        for file, conforms in told
    )


def failing(view: View, standards: Iterable[Iri]) -> dict[Iri, tuple[Iri, ...]]:
    """The products and decisions with a finding of each of `standards` when last published."""
    rows = view.select(many(query(__package__, "failing"), "standard", standards))
    return {at: distinct(found, "subject") for at, found in grouped(rows, "standard").items()}


def layered(view: View, domains: Iterable[Iri]) -> tuple[Iri, ...]:
    """Those of `domains`, and of the domains above them, that keep standards of their own."""
    rows = view.select(many(query(__package__, "layered"), "domain", domains))
    return distinct(rows, "keeper")
