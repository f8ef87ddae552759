"""Finding things by words and facets, in one ranking for all doors."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from catalog_service.errors import LimitExceeded
from catalog_service.search import (
    FACETS,
    Facet,
    Hit,
    Hits,
    Index,
    Kept,
    Kind,
    Order,
    Question,
    Suggestion,
)
from catalog_service.search.schema import FACETS as FIELDS

MOST_ON_A_PAGE = 500
MOST_CHARACTERS = 1_000

__all__ = [
    "FACETS",
    "MOST_CHARACTERS",
    "MOST_ON_A_PAGE",
    "Facet",
    "Hit",
    "Hits",
    "Kind",
    "Order",
    "Question",
    "Suggestion",
    "narrowed",
    "search",
    "suggest",
]


def search(index: Index | Kept, question: Question) -> Hits:
    """One page of what the question finds.

    Raises:
        LimitExceeded: the page or the text is longer than is answered.
        InvalidRequest: the cursor belongs to no answer, or to that of another question.
    """
    if question.first > MOST_ON_A_PAGE:
        raise LimitExceeded(
            f"{question.first} were asked for; a page holds at most {MOST_ON_A_PAGE}",
            limit="page-size",
            hint="ask for fewer, and go on with `after`",
        )
    _bounded(question.text)
    return index.find(question)


def narrowed(question: Question, values: Mapping[str, Sequence[str]]) -> Question:
    """The question, narrowed to some values of facets.

    Args:
        question: the question.
        values: the values that are wanted, by facet; those of one facet are alternatives.
    """
    told: dict[str, Any] = {FIELDS[facet]: tuple(those) for facet, those in values.items()}
    return replace(question, **told)


def suggest(index: Index | Kept, text: str, *, first: int = 10) -> tuple[Suggestion, ...]:
    """The names that go on as what is being typed begins.

    Args:
        index: where they are looked up.
        text: what has been typed so far.
        first: how many to tell, up to fifty.

    Raises:
        LimitExceeded: the text is longer than is answered.
    """
    _bounded(text)
    return index.suggest(text, first=first)


def _bounded(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise LimitExceeded(
            f"the text is longer than {MOST_CHARACTERS:,} characters",
            limit="search-text",
            hint="search for fewer words",
        )
