"""What a SPARQL port is asked, what leaves it, and where it may be."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import songs
import sparql_service
from sparql_service import Service

from catalog_service.errors import SourceUnavailable
from catalog_service.semantic.execution import Limits
from catalog_service.semantic.plan import AllOf, Compare, Constant, Relation, Within
from catalog_service.semantic.question import Comparison
from catalog_service.semantic.sources import Budget, Options, opened
from catalog_service.settings import Connection

SWEDISH = Compare("country", Comparison.EQ, Constant("SE"))


@pytest.fixture
def service() -> Iterator[Service]:
    with sparql_service.service() as running:
        yield running


def _relation(service: Service) -> Relation:
    return songs.relation(
        service.address, Path("/nowhere"), protocol="sparql", table=sparql_service.TABLE
    )


def _options(service: Service, **said: object) -> Options:
    connection = Connection(**{"loopback": True, **said})  # type: ignore[arg-type]
    return Options(connections={service.address: connection})


def test_rows_that_a_policy_forbids_never_leave_the_service(service: Service) -> None:
    source = opened(_relation(service), _options(service))
    found = source.arrow(
        songs.wanted(source.relation, "id", "country", where=SWEDISH), Budget(Limits())
    )
    assert sorted(found["id"].to_pylist()) == [1, 3]
    (answer,) = service.answers
    bindings = json.loads(answer)["results"]["bindings"]
    assert len(bindings) == 2
    assert b"DE" not in answer
    assert "title" not in service.asked[0]


def test_a_long_list_of_values_goes_in_batches(service: Service) -> None:
    source = opened(_relation(service), _options(service))
    listed = Within("id", tuple(Constant(number) for number in range(1, 1202)))
    wanted = songs.wanted(source.relation, "id", where=AllOf((listed, SWEDISH)))
    found = source.arrow(wanted, Budget(Limits()))
    assert sorted(found["id"].to_pylist()) == [1, 3]
    assert len(service.asked) == 3
    assert all("VALUES ?listed" in query for query in service.asked)


def test_a_value_cannot_end_the_query(service: Service) -> None:
    source = opened(_relation(service), _options(service))
    evil = Compare("title", Comparison.EQ, Constant('x") } SERVICE <http://127.0.0.1/> { } #\n'))
    found = source.arrow(songs.wanted(source.relation, "id", where=evil), Budget(Limits()))
    assert found.num_rows == 0


def test_this_machine_is_asked_only_where_the_settings_say_so(service: Service) -> None:
    source = opened(_relation(service), _options(service, loopback=False))
    with pytest.raises(SourceUnavailable, match="may not be asked"):
        source.arrow(songs.wanted(source.relation, "id"), Budget(Limits()))
    assert not service.asked


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "0.0.0.0", "[::]"])  # noqa: S104
def test_addresses_of_the_link_are_never_asked(host: str) -> None:
    address = f"http://{host}/query"
    relation = songs.relation(address, Path("/x"), protocol="sparql", table=sparql_service.TABLE)
    options = Options(connections={address: Connection(loopback=True)})
    with pytest.raises(SourceUnavailable, match="may not be asked"):
        opened(relation, options).arrow(songs.wanted(relation, "id"), Budget(Limits()))


def test_a_token_comes_from_the_environment_and_is_shown_to_nobody(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SONGS_TOKEN", "sesame")
    source = opened(_relation(service), _options(service, token_env="SONGS_TOKEN"))  # noqa: S106
    source.arrow(songs.wanted(source.relation, "id"), Budget(Limits()))
    assert service.tokens == ["Bearer sesame"]
    assert "sesame" not in repr(source)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"secret trouble"),
        (302, b""),
        (200, b"<html>secret</html>"),
        (200, b'{"results": {"bindings": [{"c0": {"value": "secret"}}]}}'),
        (200, b'{"results": {"bindings": [{"c0"'),
        (200, b"[]"),
    ],
)
def test_an_answer_that_is_none_is_told_without_its_words(
    status: int, body: bytes, service: Service
) -> None:
    service.status, service.body = status, body
    source = opened(_relation(service), _options(service))
    with pytest.raises(SourceUnavailable) as raised:
        source.arrow(songs.wanted(source.relation, "id"), Budget(Limits()))
    assert "secret" not in raised.value.message
    assert "127.0.0.1" not in raised.value.message


def test_a_table_that_is_no_address_and_a_grain_that_is_not_stated_are_refused(
    service: Service,
) -> None:
    relation = _relation(service)
    nameless = replace(relation, place=replace(relation.place, table="songs"))
    with pytest.raises(SourceUnavailable, match="no address"):
        opened(nameless, _options(service)).arrow(songs.wanted(nameless, "id"), Budget(Limits()))
    grainless = replace(relation, unique_on=())
    with pytest.raises(SourceUnavailable, match="grain"):
        opened(grainless, _options(service)).arrow(songs.wanted(grainless, "id"), Budget(Limits()))
