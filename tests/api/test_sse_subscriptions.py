"""The feed of changes over server-sent events, with stock clients on a real server."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from asking import BASE
from feeding import SUBSCRIPTION, Served, feeding, iri, until
from httpx_sse import EventSource, ServerSentEvent, connect_sse

from catalog_service.api.graphql import eventstream
from catalog_service.graph import View

STREAM = {"Accept": "text/event-stream"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with feeding(tmp_path_factory.mktemp("home")) as served:
        yield served


@contextmanager
def following(
    served: Served,
    query: str = SUBSCRIPTION,
    headers: dict[str, str] | None = None,
    **variables: Any,
) -> Iterator[EventSource]:
    body = {"query": query, "variables": variables}
    before = served.following
    with (
        httpx.Client(timeout=20) as client,
        connect_sse(client, "POST", served.url, json=body, headers=headers or {}) as source,
    ):
        yield source
    until(lambda: served.following <= before)


def take(events: Iterator[ServerSentEvent], count: int) -> list[dict[str, Any]]:
    """What some events tell of; each says its cursor as its id and beside its data."""
    found = []
    for _ in range(count):
        event = next(events)
        assert event.event == "next"
        told = json.loads(event.data)
        assert "errors" not in told, told["errors"]
        assert event.id == told["data"]["changes"]["cursor"] == told["extensions"]["cursor"]
        found.append(told["data"]["changes"])
    return found


def fault(events: Iterator[ServerSentEvent]) -> dict[str, Any]:
    """The error with which a stream ends."""
    (error,) = json.loads(next(events).data)["errors"]
    assert next(events).event == "complete"
    found: dict[str, Any] = error
    return found


def test_what_is_published_from_now_on_is_told(served: Served) -> None:
    with following(served) as source:
        assert source.response.headers["content-type"].startswith("text/event-stream")
        assert source.response.headers["cache-control"] == "no-cache, no-transform"
        served.followed_by(1)
        (revision,) = served.publish("fresh", title="Fresh")
        assert take(source.iter_sse(), 1) == [
            {
                "cursor": str(revision),
                "revision": revision,
                "previous": None,
                "subject": iri("fresh"),
                "kind": "PRODUCT",
                "resource": {"title": "Fresh"},
            }
        ]


def test_an_event_is_told_when_every_question_sees_it(served: Served) -> None:
    with following(served) as source:
        served.followed_by(1)
        events = source.iter_sse()
        for title in ("One", "Two"):
            served.publish("again", title=title)
            (told,) = take(events, 1)
            assert told["resource"] == {"title": title}
    assert told["previous"] == told["revision"] - 1


def test_a_client_that_comes_back_misses_nothing_and_gets_nothing_twice(served: Served) -> None:
    begun, seen, cursor = served.revision, [], str(served.revision)
    for part in range(4):
        served.publish(*(f"part{part}.{n}" for n in range(5)))
        with following(served, after=cursor) as source:
            events = source.iter_sse()
            served.publish(f"late{part}")
            told = take(events, 4)  # and breaks off with two or more still to come
        seen += [change["revision"] for change in told]
        cursor = told[-1]["cursor"]
    with following(served, after=cursor) as source:
        left = take(source.iter_sse(), served.revision - int(cursor))
    seen += [change["revision"] for change in left]
    assert seen == list(range(begun + 1, served.revision + 1))


def test_the_header_of_a_browser_that_comes_back_goes_before_where_it_began(served: Served) -> None:
    served.publish("header1", "header2")
    latest = served.revision
    back = {"Last-Event-ID": str(latest - 1)}
    with following(served, headers=back, after=0) as source:
        assert [told["revision"] for told in take(source.iter_sse(), 1)] == [latest]
    back = {"Last-Event-ID": "1"}
    with following(served, headers=back, after=latest - 1) as source:
        assert [told["revision"] for told in take(source.iter_sse(), 1)] == [latest]


def test_zero_is_the_beginning_and_a_number_does_as_well_as_text(served: Served) -> None:
    with following(served, after=0) as source:
        assert [told["revision"] for told in take(source.iter_sse(), 3)] == [1, 2, 3]
    literal = "subscription { changes(after: 2) { cursor } }"
    with following(served, literal) as source:
        assert take(source.iter_sse(), 1) == [{"cursor": "3"}]


def test_a_browser_may_ask_by_get(served: Served) -> None:
    params = {"query": "subscription { changes(after: 0) { cursor } }"}
    with httpx.Client() as client, connect_sse(client, "GET", served.url, params=params) as source:
        assert take(source.iter_sse(), 1) == [{"cursor": "1"}]


def test_changes_are_narrowed(served: Served) -> None:
    begun = served.revision
    served.publish("ours", domain="podcasts")
    served.publish("theirs", domain="users")
    served.publish("named", domain="users")
    above = f"{BASE}domains/audio"
    with following(served, after=begun, filter={"domains": [above]}) as source:
        assert [told["subject"] for told in take(source.iter_sse(), 1)] == [iri("ours")]
    with following(served, after=begun, filter={"subjects": [iri("named")]}) as source:
        assert [told["subject"] for told in take(source.iter_sse(), 1)] == [iri("named")]
    with following(served, after=0, filter={"kinds": ["DECISION"]}) as source:
        assert [told["kind"] for told in take(source.iter_sse(), 1)] == ["DECISION"]


def test_nobody_is_told_of_what_they_may_not_see(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden: set[str] = {iri("secret")}
    store = served.catalog.store

    def view() -> View:
        return store.view(tuple(graph for graph in store.view().graphs() if graph not in hidden))

    monkeypatch.setattr(served.catalog, "view", view)
    begun = served.revision
    with following(served, after=begun) as source:
        served.followed_by(1)
        events = source.iter_sse()
        served.publish("secret", "shown")
        assert [told["subject"] for told in take(events, 1)] == [iri("shown")]
        hidden.add(iri("shown"))  # the rights of the caller change while they listen
        served.publish("shown", "other")
        assert [told["subject"] for told in take(events, 1)] == [iri("other")]


def test_a_stream_that_waits_is_kept_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eventstream, "KEEP_ALIVE_SECONDS", 0.05)
    with feeding(tmp_path) as quiet, httpx.Client(timeout=20) as client:
        body = {"query": SUBSCRIPTION}
        with client.stream("POST", quiet.url, json=body, headers=STREAM) as answer:
            lines = (line for line in answer.iter_lines() if line)
            assert [next(lines) for _ in range(3)] == [": ping"] * 3


@pytest.mark.parametrize(
    ("after", "says"),
    [
        ("soon", "is no cursor"),
        ("-1", "is no cursor"),
        ("9999999", "ahead"),
        ("9" * 40, "is no cursor"),
    ],
)
def test_a_cursor_that_is_none_is_told_in_words(served: Served, after: str, says: str) -> None:
    with following(served, after=after) as source:
        told = fault(source.iter_sse())
    assert says in told["message"]
    assert told["extensions"]["code"] == "invalid-request"
    assert told["extensions"]["hint"]


def test_a_query_may_be_streamed_as_well(served: Served) -> None:
    with following(served, "{ mesh { domains } }") as source:
        first, last = source.iter_sse()
    assert (first.event, json.loads(first.data)) == ("next", {"data": {"mesh": {"domains": 3}}})
    assert (last.event, last.data) == ("complete", "")


def test_what_is_wrong_with_a_query_is_told_in_the_stream(served: Served) -> None:
    with following(served, "subscription { nothing }") as source:
        assert "Cannot query field" in fault(source.iter_sse())["message"]


def test_a_client_that_takes_both_is_streamed_only_what_goes_on(served: Served) -> None:
    accept = {"Accept": "application/json, text/event-stream"}
    answer = httpx.post(served.url, json={"query": "{ mesh { domains } }"}, headers=accept)
    assert answer.headers["content-type"] == "application/json"
    body = {"query": "subscription { changes(after: 0) { cursor } }"}
    with httpx.stream("POST", served.url, json=body, headers=accept) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")


def test_a_subscription_is_not_answered_at_once(served: Served) -> None:
    answer = httpx.post(served.url, json={"query": SUBSCRIPTION})
    assert answer.status_code == 406
    assert "text/event-stream" in answer.json()["errors"][0]["message"]


def test_the_feed_is_read_page_by_page_too(served: Served) -> None:
    query = """query ($after: Revision) { changes(after: $after, first: 2) { revision
        edges { cursor node { revision } } pageInfo { hasNextPage endCursor } } }"""
    after, seen = None, []
    while True:
        body = {"query": query, "variables": {"after": after}}
        page = httpx.post(served.url, json=body).json()["data"]["changes"]
        seen += [edge["node"]["revision"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == list(range(1, served.revision + 1))
    assert page["revision"] == served.revision == int(after)


def test_a_server_that_ends_lets_its_clients_come_back(tmp_path: Path) -> None:
    with httpx.Client(timeout=20) as client, feeding(tmp_path) as ending:
        body = {"query": "subscription { changes(after: 3) { cursor } }"}
        with connect_sse(client, "POST", ending.url, json=body) as source:
            events = source.iter_sse()
            (told,) = take(events, 1)
            ending.stop()
            assert list(events) == []  # and no `complete`, after which a client would stay away
    assert told == {"cursor": "4"}
