"""When columns of two schemes come together."""

from catalog_service.domain.identity import Walk, Walks
from catalog_service.terms import Iri

A, B, C, HUB = (Iri(f"urn:scheme:{name}") for name in ("a", "b", "c", "hub"))


def walk(name: str, start: Iri, goal: Iri) -> Walk:
    return Walk(Iri(f"urn:walk:{name}"), start, goal)


def test_one_scheme_needs_no_crosswalk() -> None:
    assert Walks([]).path(A, A, None) == ()


def test_one_crosswalk_between_two_schemes_is_taken_either_way() -> None:
    walks = Walks([walk("1", A, B)])
    assert walks.path(A, B, None) == walks.path(B, A, HUB) == ("urn:walk:1",)


def test_each_side_may_take_one_crosswalk_to_the_global_scheme() -> None:
    walks = Walks([walk("1", A, HUB), walk("2", B, HUB)])
    assert walks.path(A, B, HUB) == ("urn:walk:1", "urn:walk:2")
    assert walks.path(A, HUB, HUB) == ("urn:walk:1",)
    assert walks.path(A, B, None) is None


def test_no_column_takes_two() -> None:
    walks = Walks([walk("1", A, B), walk("2", B, C), walk("3", C, HUB)])
    assert walks.path(A, C, HUB) is None
    assert walks.path(A, HUB, HUB) is None


def test_a_crosswalk_away_from_the_global_scheme_leads_nowhere_else() -> None:
    walks = Walks([walk("1", HUB, A), walk("2", B, HUB)])
    assert walks.path(A, HUB, HUB) == ("urn:walk:1",)
    assert walks.path(A, B, HUB) is None


def test_of_several_between_two_schemes_the_first_is_taken() -> None:
    several = [walk("2", A, B), walk("1", A, B)]
    assert Walks(several).path(A, B, None) == Walks(several[::-1]).path(A, B, None)
    assert Walks(several).path(A, B, None) == ("urn:walk:1",)
