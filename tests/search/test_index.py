import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from catalog_service.errors import (
    CatalogError,
    Conflict,
    HomeInUse,
    InvalidRequest,
    LimitExceeded,
    Misconfigured,
    Unavailable,
)
from catalog_service.search import (
    FACETS,
    Document,
    Hits,
    Index,
    Kind,
    Order,
    Question,
    prior,
    ranking,
)
from catalog_service.search.words import slips
from catalog_service.terms import Iri

GRAPH = Iri("https://mesh.example/products/a")


def thing(name: str, kind: Kind = Kind.PRODUCT, **more: object) -> Document:
    return Document(Iri(f"https://mesh.example/{kind}s/{name}"), kind, name, **more)  # type: ignore[arg-type]


def indexed(documents: Iterable[Document], *, publications: int = 1) -> Index:
    index = Index.open(None)
    listed = list(documents)
    for number in range(publications):
        part = listed[number::publications]
        index.replace({Iri(f"{GRAPH}/{number}"): part}, number + 1)
    return index


def names(found: Hits) -> list[str]:
    return [hit.name for hit in found.hits]


def everything(index: Index, question: Question) -> list[Iri]:
    found: list[Iri] = []
    while True:
        page = index.find(question)
        found += [hit.iri for hit in page.hits]
        if not page.next:
            return found
        question = replace(question, after=page.next)


def test_the_exact_name_is_first_however_often_others_say_it() -> None:
    index = indexed(
        [
            thing("orders-of-orders", title="Orders orders", description="orders " * 50),
            thing("orders"),
            thing("all-orders", aliases=("orders list",), keywords=("orders",)),
        ]
    )
    assert names(index.find(Question("Orders")))[0] == "orders"


@pytest.mark.parametrize(
    "text",
    ["podcast-listeners", "PODCAST-LISTENERS", "Who listens", "hearers", " podcast-listeners "],
)
def test_name_title_and_alias_in_any_case_come_before_every_other_hit(text: str) -> None:
    wanted = thing("podcast-listeners", title="Who listens", aliases=("Hearers",))
    others = [thing(f"podcast-listeners-{i}", description="who listens, hearers") for i in "abc"]
    assert names(indexed([*others, wanted]).find(Question(text)))[0] == "podcast-listeners"


def test_the_last_part_of_an_iri_is_a_name() -> None:
    named = Document(Iri("https://mesh.example/products/p-17"), Kind.PRODUCT, "Track plays")
    index = indexed([thing("about", description="p-17"), named])
    assert names(index.find(Question("p-17")))[0] == "Track plays"
    assert names(index.find(Question(named.iri))) == ["Track plays", "about"]


def test_words_of_a_name_written_otherwise_come_next() -> None:
    index = indexed([thing("PodcastListener"), thing("other", description="a podcast listener")])
    assert names(index.find(Question("podcast listener"))) == ["PodcastListener", "other"]
    assert names(index.find(Question("podcast_listener")))[0] == "PodcastListener"


def test_a_hit_knows_whether_it_is_called_what_was_asked() -> None:
    index = indexed([thing("orders"), thing("Orders-EU", aliases=("orders",)), thing("orders-us")])
    assert {hit.name: hit.named for hit in index.find(Question("orders")).hits} == {
        "orders": True,
        "Orders-EU": True,
        "orders-us": False,
    }
    assert not any(hit.named for hit in index.find(Question()).hits)
    assert not index.find(Question("orders us")).hits[0].named


def test_more_matching_words_rank_higher_and_one_unknown_word_empties_nothing() -> None:
    index = indexed(
        [
            thing("one", description="daily"),
            thing("two", description="daily revenue"),
            thing("three", description="daily revenue by country"),
        ]
    )
    assert names(index.find(Question("daily revenue country"))) == ["three", "two", "one"]
    assert names(index.find(Question("daily revenue zzqx")))[0:2] == ["three", "two"]


def test_a_plural_finds_the_singular_and_the_other_way_round() -> None:
    index = indexed([thing("listener"), thing("plays")])
    assert names(index.find(Question("listeners"))) == ["listener"]
    assert names(index.find(Question("play"))) == ["plays"]


def test_the_last_word_may_be_the_beginning_of_one() -> None:
    index = indexed([thing("customers"), thing("cost")])
    assert names(index.find(Question("custo"))) == ["customers"]
    assert names(index.find(Question("custo orders"))) == []


def test_a_typing_error_finds_and_ranks_below_the_word_itself() -> None:
    index = indexed([thing("listener"), thing("listenar", description="sic"), thing("lst")])
    assert names(index.find(Question("listener"))) == ["listener", "listenar"]
    assert names(index.find(Question("lsitener"))) == ["listener"]
    assert names(index.find(Question("lisetnre"))) == ["listener"]
    assert names(index.find(Question("user"))) == []
    assert names(index.find(Question("lxt"))) == []


def test_a_number_is_never_mistaken_for_another() -> None:
    assert names(indexed([thing("year-2023")]).find(Question("2024"))) == []


def listeners() -> Index:
    """Products that are bound to a user, who is a listener in one domain."""
    user, guest = "https://mesh.example/polysemes/User", "https://mesh.example/polysemes/Guest"
    return indexed(
        [
            Document(Iri(user), Kind.POLYSEME, "User", title="user", aliases=("account holder",)),
            Document(Iri(guest), Kind.POLYSEME, "Guest", title="guest"),
            thing("PodcastListener", Kind.CONCEPT, title="podcast listener", polysemes=(user,)),
            thing("profiles", description="who is who", polysemes=(user,)),
            thing("stays", polysemes=(guest,)),
            thing("radio", title="Radio listeners"),
        ]
    )


def test_another_name_of_a_polyseme_finds_what_is_bound_to_it() -> None:
    found = listeners().find(Question("listener"))
    assert {hit.name for hit in found.hits} == {"radio", "PodcastListener", "profiles", "User"}
    assert found.total == 4
    told = {hit.name: hit.why for hit in found.hits}
    assert told["profiles"] == ('bound to User, which is called "podcast listener"',)
    assert told["User"] == ('somewhere it is called "podcast listener"',)
    assert names(found)[:2] == ["PodcastListener", "radio"]
    assert {"profiles", "User"} <= set(names(listeners().find(Question("account holder"))))


def test_the_beginning_of_another_name_is_no_name() -> None:
    assert "profiles" not in names(listeners().find(Question("podcast")))
    assert "profiles" not in names(listeners().find(Question("account")))


def test_counts_hold_what_is_found_by_meaning() -> None:
    found = listeners().find(Question("listeners", facets=("kind",)))
    assert sum(count for _, count in found.facets[0].counts) == found.total == 4


def test_all_words_are_asked_for_where_enough_has_them_all() -> None:
    both = [thing(f"plays-{i}", title="daily plays") for i in range(10)]
    one = [thing(f"visits-{i}", title="daily visits") for i in range(10)]
    found = indexed([*both, *one]).find(Question("daily plays"))
    assert (found.total, found.every) == (10, True)
    fewer = indexed([*both[1:], *one]).find(Question("daily plays"))
    assert (fewer.total, fewer.every) == (19, False)
    assert {hit.name.partition("-")[0] for hit in fewer.hits[:9]} == {"plays"}


def test_filters_that_leave_nothing_with_all_words_do_not_end_the_search() -> None:
    both = [thing(f"plays-{i}", title="daily plays") for i in range(10)]
    index = indexed([*both, thing("plays", Kind.COLUMN)])
    assert names(index.find(Question("daily plays", kinds=("column",)))) == ["plays"]


def test_words_that_nothing_has_are_told_and_narrow_nothing() -> None:
    found = indexed([thing("daily plays"), thing("daily visits")]).find(Question("daily zzqqxx"))
    assert (found.total, found.lost, found.every) == (2, ("zzqqxx",), True)


def test_where_some_words_will_do_a_common_one_alone_does_not() -> None:
    noise = [thing(f"daily-{i}") for i in range(300)]
    found = indexed([*noise, thing("isrc"), thing("refunds")]).find(Question("daily isrc refunds"))
    assert sorted(names(found)) == ["isrc", "refunds"]


def test_what_is_used_and_conforms_comes_first_where_words_fit_alike() -> None:
    index = indexed(
        [
            thing("plays-a"),
            thing("plays-b", conformance="conforms"),
            thing("plays-c", conformance="conforms", uses=40),
            thing("plays-d", conformance="conforms", uses=40, status="Deprecated"),
        ]
    )
    found = index.find(Question("plays"))
    assert names(found) == ["plays-c", "plays-b", "plays-a", "plays-d"]
    assert found.hits[0].why == ('name has "plays"', "40 products are made from it", "conforms")
    assert found.hits[3].why[-1] == "ranked lower: deprecated"


def test_however_much_it_is_used_a_mention_does_not_outrank_a_name() -> None:
    index = indexed(
        [
            thing("orders-eu"),
            thing("hub", description="orders", uses=1 << 40, conformance="conforms"),
        ]
    )
    assert names(index.find(Question("order"))) == ["orders-eu", "hub"]


def test_completion_goes_on_from_what_is_typed() -> None:
    index = indexed(
        [
            thing("p1", title="Podcast listeners", uses=3),
            thing("p2", title="Listener demographics"),
            thing("p3", description="listeners"),
            *(Document(Iri(f"urn:c:{i}"), Kind.COLUMN, "listener_id") for i in range(3)),
            Document(Iri("urn:c:x"), Kind.COLUMN, "listened_at"),
        ]
    )
    told = [(s.text, s.kind, s.count) for s in index.suggest("LISTE")]
    assert told == [
        ("Podcast listeners", "product", 1),
        ("Listener demographics", "product", 1),
        ("listener_id", "column", 3),
        ("listened_at", "column", 1),
    ]
    assert [s.text for s in index.suggest("podcast li")] == ["Podcast listeners"]
    assert [s.iri for s in index.suggest("listener dem")] == ["https://mesh.example/products/p2"]
    assert [s.text for s in index.suggest("podcsat")] == ["Podcast listeners"]
    assert index.suggest("liste", first=1)[0].text == "Podcast listeners"
    for nothing in ("", " ", "((", "zzqqxx", "x" * 5000):
        assert index.suggest(nothing) == ()


@pytest.mark.parametrize(
    ("one", "other", "away"),
    [
        ("plays", "plays", 0),
        ("plays", "play", 1),
        ("plays", "palys", 1),
        ("plays", "plaxs", 1),
        ("plays", "pxayx", 2),
        ("plays", "zzzzz", 3),
        ("ab", "ba", 1),
        ("", "abc", 3),
    ],
)
def test_slips_of_the_finger_are_counted(one: str, other: str, away: int) -> None:
    assert slips(one, other, 2) == slips(other, one, 2) == away


def test_words_that_say_nothing_count_only_when_alone() -> None:
    index = indexed([thing("one", description="the state of the art"), thing("orders")])
    assert names(index.find(Question("the orders"))) == ["orders"]
    assert names(index.find(Question("the of"))) == ["one"]


def test_a_hit_says_why() -> None:
    found = indexed([thing("plays", description="every listener", keywords=("streaming",))]).find(
        Question("plays listeners stream zzqqxx")
    )
    assert found.hits[0].why == (
        'name has "plays"',
        'description has "listener", like "listeners"',
        'keyword has "streaming", like "stream"',
    )
    assert found.words == ("plays", "listeners", "stream", "zzqqxx")


HOSTILE = {
    "parentheses": "(" * 10_000,
    "nested": "(" * 5_000 + "orders" + ")" * 5_000,
    "quotes": '"""' * 500 + "'",
    "operators": "AND OR NOT + - ~ ^ * ? : [ TO ] { } \\ /",
    "field": "name:orders kind:product iri:* OR *:*",
    "stop words": "the a of and to in is",
    "emoji": "🎧🎤👩‍👩‍👧",
    "right to left": "مستمعو البودكاست שלום",
    "controls": "orders\x00\x01\x1f\x7f",
    "half a character": "orders\ud800",
    "one long word": "x" * 65_536,
    "64 KB of words": "orders plays listeners " * 2_850,
    "many words": " ".join(f"w{i}" for i in range(10_000)),
    "combining": "o" + "\u0301" * 5_000,
    "wild": ".*" * 1_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_is_syntax_and_none_fails(text: str) -> None:
    index = indexed([thing("orders", description="the art of orders"), thing("other")])
    found = index.find(Question(text))
    assert found.total == len(everything(index, Question(text, first=1)))
    assert len(found.words) <= 24
    if "orders" in text:
        assert names(found)[0] == "orders"


def test_text_in_any_script_finds_what_is_written_so() -> None:
    index = indexed([thing("🎧"), thing("مستمعو"), thing("Ärzte"), thing("再生")])
    for text in ("🎧", "مستمعو", "ärzte", "arzte", "再生"):
        assert index.find(Question(text)).total == 1, text


def test_text_that_holds_no_words_finds_nothing_and_white_space_finds_all() -> None:
    index = indexed([thing("orders")])
    assert index.find(Question("((((")).total == 0
    assert index.find(Question(" \n\t")).total == 1


def test_without_text_everything_is_listed_by_name() -> None:
    index = indexed([thing("b"), thing("A"), thing("c", sort_key="aa")], publications=3)
    assert names(index.find(Question())) == ["A", "c", "b"]


def test_hits_alike_in_everything_are_in_one_order_wherever_they_lie() -> None:
    documents = [
        Document(Iri(f"https://mesh.example/{i}/{name}"), Kind.COLUMN, name, words=("play",))
        for i in range(30)
        for name in ("b", "a")
    ]
    orders = [
        everything(indexed(documents, publications=n), Question("play", first=7)) for n in (1, 4, 9)
    ]
    assert orders[0] == orders[1] == orders[2]
    assert sorted(orders[0]) == sorted(document.iri for document in documents)


def test_a_filter_by_domain_takes_what_lies_below_it() -> None:
    index = indexed(
        [
            thing("a", domain="urn:d:eu", domains=("urn:d:eu", "urn:d:sales")),
            thing("b", domain="urn:d:sales", domains=("urn:d:sales",)),
            thing("c", domain="urn:d:hr", domains=("urn:d:hr",)),
        ]
    )
    found = index.find(Question(domains=("urn:d:sales",), facets=("domain", "kind")))
    assert names(found) == ["a", "b"]
    domain, kind = found.facets
    assert domain.counts == (("urn:d:sales", 2), ("urn:d:eu", 1), ("urn:d:hr", 1))
    assert kind.counts == (("product", 2),)


def test_a_facet_with_more_values_than_the_engine_aggregates_is_counted_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index = indexed([thing(f"p{i}", owner=f"urn:o:{i % 7}") for i in range(20)])
    whole = index.find(Question("p1", facets=("owner", "kind"))).facets
    monkeypatch.setattr("catalog_service.search.facets._MOST_VALUES", 2)
    assert index.find(Question("p1", facets=("owner", "kind"))).facets == whole


def test_publishing_again_replaces_what_was_published_before() -> None:
    index = indexed([thing("orders"), thing("plays")])
    index.replace({Iri(f"{GRAPH}/0"): [thing("tracks")], GRAPH: [thing("users")]}, 2)
    assert names(index.find(Question())) == ["tracks", "users"]
    index.replace({GRAPH: []}, 3)
    assert names(index.find(Question())) == ["tracks"]
    assert (index.revision, len(index)) == (3, 1)


def test_a_failed_replacement_changes_nothing() -> None:
    index = indexed([thing("orders")])
    broken = replace(thing("plays"), words=(3,))  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        index.replace({Iri(f"{GRAPH}/0"): [broken]}, 2)
    assert (names(index.find(Question())), index.revision) == (["orders"], 1)
    index.replace({GRAPH: [thing("users")]}, 3)
    assert names(index.find(Question())) == ["orders", "users"]


def test_a_cleared_index_has_no_revision_and_no_documents() -> None:
    index = indexed([thing("orders")])
    index.clear()
    assert (index.revision, index.find(Question()).total, len(index)) == (-1, 0, 0)


def test_a_reopened_index_keeps_its_documents_and_revision(tmp_path: Path) -> None:
    first = Index.open(tmp_path / "search")
    assert first.revision == -1
    first.replace({GRAPH: [thing("orders")]}, 7)
    first.close()
    again = Index.open(tmp_path / "search")
    assert (again.revision, names(again.find(Question("order")))) == (7, ["orders"])


def test_a_reader_sees_what_the_writer_commits(tmp_path: Path) -> None:
    writer = Index.open(tmp_path / "search")
    writer.replace({GRAPH: [thing("orders")]}, 1)
    reader = Index.open(tmp_path / "search", write=False)
    assert names(reader.find(Question())) == ["orders"]
    for revision in range(2, 15):
        writer.replace({GRAPH: [thing(f"plays-{revision}")]}, revision)
        assert reader.revision == revision
        assert names(reader.find(Question())) == [f"plays-{revision}"]


def test_a_reader_never_writes_and_never_keeps_the_writer_out(tmp_path: Path) -> None:
    Index.open(tmp_path / "search").replace({GRAPH: [thing("orders")]}, 1)
    reader = Index.open(tmp_path / "search", write=False)
    with pytest.raises(Conflict):
        reader.replace({}, 2)
    with pytest.raises(Conflict):
        reader.clear()
    other = (
        "import sys; from pathlib import Path; from catalog_service.search import Index\n"
        "Index.open(Path(sys.argv[1])).replace({}, 9)"
    )
    subprocess.run([sys.executable, "-c", other, str(tmp_path / "search")], check=True)
    assert reader.revision == 9


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    first = Index.open(tmp_path / "search")
    first.replace({GRAPH: [thing("orders")]}, 1)
    with pytest.raises(HomeInUse, match="another process"):
        Index.open(tmp_path / "search").replace({}, 2)
    first.close()
    Index.open(tmp_path / "search").replace({}, 2)


def test_a_reader_of_no_index_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be read: there is none") as told:
        Index.open(tmp_path / "search", write=False)
    assert "polyseme rebuild" in told.value.hint
    assert not (tmp_path / "search").exists()


@pytest.mark.parametrize("damage", ["meta", "cut", "gone"])
def test_a_damaged_index_is_reported_to_readers_and_begun_anew_by_the_writer(
    tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "search"
    writer = Index.open(folder)
    writer.replace({GRAPH: [thing("orders")]}, 1)
    writer.close()
    if damage == "meta":
        (folder / "meta.json").write_text("{not json")
    for file in folder.glob("*.store"):
        if damage == "cut":
            file.write_bytes(file.read_bytes()[:10])
        elif damage == "gone":
            file.unlink()
    with pytest.raises(Unavailable, match="cannot be read"):
        Index.open(folder, write=False)
    begun = Index.open(folder)
    assert begun.revision == -1
    begun.replace({GRAPH: [thing("plays")]}, 1)
    assert names(begun.find(Question())) == ["plays"]


def test_a_folder_that_is_no_index_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "search").write_text("mine")
    with pytest.raises(Misconfigured, match="is no search index"):
        Index.open(tmp_path / "search")
    assert (tmp_path / "search").read_text() == "mine"


@pytest.mark.parametrize(
    "after", ["x", "AAAA", "W10", "!!!", "bnVsbA", "🎧", "WzEsMiwzLDQsWzVdXQ", "[" * 5000]
)
def test_a_cursor_that_is_none_is_refused(after: str) -> None:
    with pytest.raises(InvalidRequest, match="cursor"):
        indexed([thing("orders")]).find(Question(after=after))


def test_a_cursor_of_another_question_is_refused() -> None:
    index = indexed([thing("orders"), thing("orders-b")])
    cursor = index.find(Question("orders", first=1)).next
    with pytest.raises(InvalidRequest, match="another question"):
        index.find(Question("order", after=cursor))
    with pytest.raises(InvalidRequest, match="another question"):
        index.find(Question("orders", kinds=("domain",), after=cursor))


def test_bad_sizes_and_facets_are_refused() -> None:
    index = indexed([thing("orders")])
    for wrong in ({"first": -1}, {"first": 10_001}, {"facets": ("colour",)}):
        with pytest.raises(CatalogError) as told:
            index.find(Question(**wrong))  # type: ignore[arg-type]
        assert told.value.hint
    with pytest.raises(LimitExceeded) as limited:
        Question(first=10_001)
    assert limited.value.limit == "page-size"
    assert index.find(Question(first=0)).total == 1
    assert index.find(Question(first=0)).next == ""


def test_pages_of_hits_that_all_tie_hold_each_once_across_many_segments() -> None:
    documents = [
        Document(Iri(f"https://mesh.example/{i:03}/id"), Kind.COLUMN, "id") for i in range(300)
    ]
    index = indexed(documents, publications=9)
    everything_there = sorted(document.iri for document in documents)
    assert sorted(everything(index, Question("id", first=7))) == everything_there
    assert everything(index, Question(first=7)) == everything_there


def test_hits_that_share_a_score_to_the_last_digit_are_merged_from_all_segments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("catalog_service.search.schema.weighed", lambda _: 0.0)
    documents = [
        Document(Iri(f"https://mesh.example/{i:03}/id"), Kind.COLUMN, "id") for i in range(300)
    ]
    index = indexed(documents, publications=9)
    found = everything(index, Question("id", first=7))
    assert found == sorted(document.iri for document in documents)


def test_later_pages_are_of_the_revision_of_the_first() -> None:
    index = indexed([thing(f"play-{i:02}") for i in range(30)], publications=3)
    before = everything(index, Question("play"))
    first = index.find(Question("play", first=10))
    index.replace({Iri("urn:x:noise"): [thing(f"play play-{i}") for i in range(40)]}, 4)
    index.replace({Iri(f"{GRAPH}/1"): []}, 5)
    second = index.find(Question("play", first=10, after=first.next))
    assert (second.revision, second.total) == (3, 30)
    rest = everything(index, Question("play", first=10, after=first.next))
    assert [hit.iri for hit in first.hits] + rest == before
    assert index.find(Question("play")).revision == 5


def test_paging_goes_on_behind_the_same_hit_when_the_revision_is_no_longer_kept() -> None:
    index = indexed(
        [thing(f"play-{i:02}", keywords=("play",) * (i % 2)) for i in range(30)], publications=3
    )
    before = everything(index, Question("play"))
    first = index.find(Question("play", first=10))
    for revision in range(4, 20):
        noise = [thing(f"play play-{revision}-{i}", description="play") for i in range(4)]
        index.replace({Iri(f"urn:x:noise{revision}"): noise}, revision)
    rest = everything(index, Question("play", first=10, after=first.next))
    old = [iri for iri in rest if iri in set(before)]
    assert [hit.iri for hit in first.hits] + old == before
    assert len(rest) == len(set(rest))
    assert index.find(Question("play", first=10, after=first.next)).revision == 19


WORDS = ["play", "plays", "listener", "listeners", "lstener", "the", "user", "User", "userTrack"]
some = st.lists(st.sampled_from(WORDS), max_size=3)
documents = st.lists(
    st.builds(
        lambda number, kind, name, title, alias, words, owner, domains, status: Document(
            Iri(f"https://mesh.example/{number}"),
            kind,
            " ".join(name) or "x",
            title=" ".join(title),
            aliases=tuple(alias),
            words=tuple(words),
            description=" ".join(words[:1]),
            owner=owner,
            domain=domains[0] if domains else "",
            domains=tuple(domains),
            status=status,
        ),
        st.integers(0, 99),
        st.sampled_from(Kind),
        some,
        some,
        some,
        some,
        st.sampled_from(["", "urn:o:1", "urn:o:2"]),
        st.lists(st.sampled_from(["urn:d:1", "urn:d:2", "urn:d:3"]), unique=True, max_size=3),
        st.sampled_from(["Active", "Draft"]),
    ),
    max_size=25,
    unique_by=lambda document: document.iri,
)
questions = st.builds(
    Question,
    text=some.map(" ".join),
    owners=st.sampled_from([(), ("urn:o:1",), ("urn:o:1", "urn:o:2")]),
    domains=st.sampled_from([(), ("urn:d:1",)]),
    statuses=st.sampled_from([(), ("Active",)]),
    kinds=st.sampled_from([(), ("product", "column")]),
    first=st.integers(1, 4),
    order=st.sampled_from(Order),
)


def passes(document: Document, question: Question, but: str = "") -> bool:
    has = {
        "owner": (document.owner,),
        "domain": document.domains,
        "status": (document.status,),
        "kind": (document.kind.value,),
    }
    return all(
        name == but or set(has[name]) & set(values) for name, values in question.filters().items()
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents, questions, st.integers(1, 4))
def test_answers_hold_against_plain_python(
    held: list[Document], question: Question, publications: int
) -> None:
    index = indexed(held, publications=publications)
    found = index.find(question)
    paged = everything(index, question)
    assert len(paged) == len(set(paged)) == found.total
    by_iri = {document.iri: document for document in held}
    assert all(passes(by_iri[iri], question) for iri in paged)
    if not question.text.strip():
        assert set(paged) == {d.iri for d in held if passes(d, question)}
    alike = replace(question, first=100, **dict.fromkeys(("owners", "domains", "statuses"), ()))
    unfiltered = index.find(replace(alike, kinds=()))
    assume(unfiltered.every == found.every)  # filters may leave nothing that has all the words
    matching = {hit.iri for hit in unfiltered.hits}
    for facet in found.facets:
        counted = Counter(
            value
            for document in held
            if document.iri in matching and passes(document, question, but=facet.name)
            for value in {
                "owner": [document.owner],
                "domain": document.domains,
                "status": [document.status],
                "kind": [document.kind.value],
            }.get(facet.name, [])
            if value
        )
        assert dict(facet.counts) == counted, facet.name
    assert [facet.name for facet in found.facets] == list(FACETS)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents, some.filter(bool).map(" ".join), st.integers(1, 4))
def test_what_is_told_of_a_score_is_what_the_engine_counted(
    held: list[Document], text: str, publications: int
) -> None:
    index = indexed(held, publications=publications)
    hits = index.find(Question(text, first=100)).hits
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in hits:
        points, why = ranking.judge(hit.document, hit.reading.words, hit.reading.named)
        assert hit.score == pytest.approx(points * prior.weight(hit.document), rel=1e-6)
        assert hit.why == why
        assert hit.why
    keys = [(-hit.score, hit.document.order) for hit in hits]
    assert keys == sorted(keys)


def test_refilling_leaves_nothing_of_what_was_there() -> None:
    index = indexed([thing("orders"), thing("payments")])
    parts = [{GRAPH: [thing("listens")]}, {Iri(f"{GRAPH}/else"): [thing("plays")]}]
    index.refill(parts, 7)
    hits = index.find(Question("", first=10, facets=()))
    assert [hit.document.name for hit in hits.hits] == ["listens", "plays"]
    assert (index.revision, len(index)) == (7, 2)


def test_a_refill_that_breaks_off_changes_nothing() -> None:
    index = indexed([thing("orders")])

    def broken() -> Iterator[dict[Iri, list[Document]]]:
        yield {GRAPH: [thing("listens")]}
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - the one that was raised
        index.refill(broken(), 7)
    assert [hit.document.name for hit in index.find(Question("")).hits] == ["orders"]
