"""Narrowing a search on a page: the values of each facet, counted, as links."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from catalog_service.graph import is_iri
from catalog_service.services.discovery import Hits
from catalog_service.terms import Iri

AT_ONCE = 8
"""Values of one facet that are shown at once; the others are unfolded."""
_HEADINGS = {
    "kind": "Kind",
    "domain": "Domain",
    "owner": "Owner",
    "status": "Status",
    "protocol": "Protocol",
    "sensitivity": "Sensitivity",
    "polyseme": "Polyseme",
    "conformance": "Conformance",
    "freshness": "Freshness",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet.

    Args:
        label: what it is called.
        count: how many things have it.
        address: the search with it, or without it where it is chosen.
        chosen: True where the search is narrowed to it.
    """

    label: str
    count: int
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """The values of one facet: those that are shown at once, and the others."""

    heading: str
    shown: tuple[Choice, ...]
    others: tuple[Choice, ...]


def address(words: str, wanted: Mapping[str, Sequence[str]], **more: str) -> str:
    """The address of a search.

    Args:
        words: what is searched for.
        wanted: the values it is narrowed to, by facet.
        more: what else the address says.
    """
    told = {"q": words} if words else {}
    asked = urlencode({**told, **wanted, **more}, doseq=True)
    return f"/?{asked}" if asked else "/"


def choices(
    hits: Hits, words: str, wanted: Mapping[str, Sequence[str]], name: Callable[[Iri], str]
) -> list[Choices]:
    """What a search can be narrowed by: facets of which not all that was found has one value.

    Args:
        hits: what was found, with its facets.
        words: what is searched for.
        wanted: the values it is narrowed to, by facet.
        name: what to call a thing.
    """
    found = []
    for facet in hits.facets:
        told = dict(facet.counts)
        here = list(wanted.get(facet.name, ()))
        told |= {value: 0 for value in here if value not in told}
        if not here and all(count == hits.total for count in told.values()):
            continue
        made = [
            Choice(
                name(Iri(value)) if is_iri(value) else value or "none stated",
                count,
                address(words, _turned(wanted, facet.name, value)),
                value in here,
            )
            for value, count in told.items()
        ]
        made.sort(key=lambda choice: not choice.chosen)
        heading = _HEADINGS[facet.name]
        found.append(Choices(heading, tuple(made[:AT_ONCE]), tuple(made[AT_ONCE:])))
    return found


def _turned(
    wanted: Mapping[str, Sequence[str]], facet: str, value: str
) -> dict[str, Sequence[str]]:
    """The values with one more, or without it where it is among them."""
    here = wanted.get(facet, ())
    kept = [one for one in here if one != value] if value in here else [*here, value]
    return {name: values for name, values in {**wanted, facet: kept}.items() if values}
