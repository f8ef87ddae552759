import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.semantic.sparql.templates import Template, Unfit, template

STOPS, _ = template("https://t.example/stops/{id}")


@given(st.tuples(st.text(), st.text()))
def test_what_a_template_made_it_takes_apart_again(values: tuple[str, str]) -> None:
    made, _ = template("https://t.example/{a}/of/{b}")
    assert made.take_apart(made.fill(values)) == values


def test_a_value_that_is_written_otherwise_is_none_of_the_template() -> None:
    assert STOPS.take_apart("https://t.example/stops/a%20b") == ("a b",)
    assert STOPS.take_apart("https://t.example/stops/%61") is None
    assert STOPS.take_apart("https://t.example/stops/a/b") is None
    assert STOPS.take_apart("https://t.example/stops/%FF") is None


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("https://t.example/stops/{id}", "https://t.example/stops/{other}", True),
        ("https://t.example/stops/{id}", "https://t.example/routes/{id}", False),
        ("https://t.example/{a}", "https://t.example/stops/{id}", False),
        ("https://t.example/{a}", "https://t.example/s{id}", True),
        ("https://t.example/{a}/x", "https://t.example/{a}/y", False),
        ("https://t.example/stops/7", "https://t.example/stops/{id}", True),
        ("https://t.example/routes/7", "https://t.example/stops/{id}", False),
    ],
)
def test_templates_clash_where_no_iri_is_of_both(one: str, other: str, *, meet: bool) -> None:
    left, right = template(one)[0], template(other)[0]
    assert (left.may_meet(right), right.may_meet(left)) == (meet, meet)


@pytest.mark.parametrize(
    "text", ["http://x/{a}{b}", "http://x/{a}-{b}", "http://x/{+a}", "http://x/{a"]
)
def test_a_template_that_cannot_be_taken_apart_is_not_used(text: str) -> None:
    with pytest.raises(Unfit):
        template(text)


def test_a_template_of_no_slot_is_one_iri() -> None:
    assert template("https://t.example/Stop") == (Template(("https://t.example/Stop",)), ())
