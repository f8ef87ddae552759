"""Standards: the rules of the mesh, with their examples and with who fails them."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog_service.errors import NotFound
from catalog_service.governance.standards import Stage, Standard, Standards
from catalog_service.graph import View, distinct, grouped, many, query
from catalog_service.terms import STD, Iri

__all__ = ["Example", "Stage", "Standard", "Standards", "at", "examples", "failing", "shape"]


@dataclass(frozen=True, slots=True)
class Example:
    """A small graph that meets a standard (`conforms` is True) or breaks it in one way."""

    name: str
    conforms: bool
    turtle: str


def at(standards: Standards, iri: Iri) -> Standard | None:
    """The standard whose shape has this IRI; None where there is none."""
    if not iri.startswith(STD.base):
        return None
    try:
        return standards.named(iri.removeprefix(STD.base))
    except NotFound:
        return None


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
