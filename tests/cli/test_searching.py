"""search over the example mesh: what is understood, counted, explained and completed."""

from pathlib import Path

from cli_running import Command

USER = "https://mesh.media.example/polysemes/User"


def test_a_listener_finds_what_is_bound_to_a_user_and_says_why(
    polyseme: Command, home: Path
) -> None:
    told = polyseme("--home", home, "search", "listener", "--first", "100", "--format", "json").told
    why = {hit["iri"]: hit["why"] for hit in told["hits"]}
    assert 'somewhere it is called "' in why[USER][0]
    profiles = why["https://mesh.media.example/products/users.profiles"]
    assert profiles[0].startswith('bound to User, which is called "')


def test_a_slip_of_the_finger_and_an_unknown_word_empty_nothing(
    polyseme: Command, home: Path
) -> None:
    ran = polyseme("--home", home, "search", "podcsat", "zzqqxx", "--kind", "product")
    assert "podcasts.listens" in ran.out
    assert 'nothing has "zzqqxx"' in ran.out.splitlines()[-1]


def test_facets_are_counted_in_text_when_asked(polyseme: Command, home: Path) -> None:
    assert "freshness" not in polyseme("--home", home, "search", "plays").out
    lines = polyseme("--home", home, "search", "--kind", "product", "--facets").out.splitlines()
    assert {"domain", "freshness", "protocol", "polyseme"} <= set(lines)
    assert lines[lines.index("freshness") + 1].split(maxsplit=1)[1] == "within a day"


def test_a_search_is_narrowed_by_promised_freshness(polyseme: Command, home: Path) -> None:
    asked = ("--home", home, "search", "--kind", "product", "--format", "json")
    counts = next(f for f in polyseme(*asked).told["facets"] if f["name"] == "freshness")["counts"]
    for count in counts:
        found = polyseme(*asked, "--freshness", count["value"]).told
        assert found["total"] == count["count"]


def test_what_is_being_typed_is_completed(polyseme: Command, home: Path) -> None:
    ran = polyseme("--home", home, "search", "--complete", "podc")
    assert ran.code == 0
    assert "Podcast listens" in ran.out
    told = polyseme(
        "--home", home, "search", "--complete", "user_", "--first", "2", "--format", "json"
    ).told
    assert len(told["suggestions"]) == 2
    assert {"text", "kind", "iri", "count"} == set(told["suggestions"][0])


def test_what_many_products_are_made_from_says_so(polyseme: Command, home: Path) -> None:
    out = polyseme("--home", home, "search", "artists.catalog", "--explain", "--first", "1").out
    assert "1 product is made from it" in out
