"""Finding things by words and facets, in one ranking for all doors."""

from catalog_service.errors import LimitExceeded
from catalog_service.search import Hits, Index, Kind, Order, Question

MOST_ON_A_PAGE = 500
MOST_CHARACTERS = 1_000

__all__ = ["MOST_CHARACTERS", "MOST_ON_A_PAGE", "Hits", "Kind", "Order", "Question", "search"]


def search(index: Index, question: Question) -> Hits:
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
    if len(question.text) > MOST_CHARACTERS:
        raise LimitExceeded(
            f"the text is longer than {MOST_CHARACTERS:,} characters",
            limit="search-text",
            hint="search for fewer words",
        )
    return index.find(question)
