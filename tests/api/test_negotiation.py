"""Choosing the form of an answer."""

import pytest

from catalog_service.api.negotiation import chosen

OFFERS = ("text/html", "text/turtle", "application/ld+json")


@pytest.mark.parametrize(
    ("accept", "choice"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        ("text/turtle", "text/turtle"),
        ("Text/Turtle ; Q=0.4 , application/ld+json;q=0.5", "application/ld+json"),
        ("text/html;level=1", "text/html"),
        ("text/*;q=0.3, application/*;q=0.4", "application/ld+json"),
        ("*/*;q=0.1, text/turtle;q=0", "text/html"),
        ("text/html;q=0, */*", "text/turtle"),
        ("text/html;q=nonsense, text/turtle;q=0.1", "text/turtle"),
        ("image/png", None),
        ("text/html;q=0", None),
        (", ;;, /", None),
    ],
)
def test_the_best_accepted_form_is_chosen(accept: str, choice: str | None) -> None:
    assert chosen(accept, OFFERS) == choice


def test_a_header_that_is_meant_to_cost_time_accepts_everything() -> None:
    assert chosen("image/png," * 10_000, OFFERS) == "text/html"
