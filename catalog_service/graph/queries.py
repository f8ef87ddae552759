"""The questions, each in an `.rq` file beside the function that asks it."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from catalog_service.graph import convert


@cache
def query(package: str, name: str) -> str:
    """The text of `<name>.rq` in a package: `query(__package__, "upstream")`."""
    return (files(package) / f"{name}.rq").read_text(encoding="utf-8")


def many(text: str, variable: str, iris: Iterable[str]) -> str:
    """The same question asked of many subjects at once.

    The `.rq` file holds `VALUES ?variable { UNDEF }`, which any SPARQL client accepts and which
    stands for everything; here it comes to list the subjects, each checked to be an IRI.

    Raises:
        InvalidIri: one of them is none.
        ValueError: the text has no such line.
    """
    slot = f"VALUES ?{variable} {{ UNDEF }}"
    if slot not in text:
        msg = f"the query has no line {slot!r}"
        raise ValueError(msg)
    listed = " ".join(str(convert.node(iri)) for iri in iris)
    return text.replace(slot, f"VALUES ?{variable} {{ {listed} }}")
