"""Refused submissions, asked through GraphQL after they were put."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asking import BASE, LISTENERS, PROFILES, Client, catalog_of, draft, mesh

from catalog_service.api.app import create_app
from catalog_service.bootstrap import Catalog
from catalog_service.domain.findings import Finding, Severity, Verdict
from catalog_service.graph import Store, View
from catalog_service.journal import Quarantined
from catalog_service.services import refusals
from catalog_service.services.refusals import Wanted
from catalog_service.terms import DPROD, Iri

EARLY = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATE = datetime(2026, 5, 3, 12, tzinfo=UTC)
ANA = Iri(f"{BASE}people/ana")
NEW = Iri(f"{BASE}products/podcasts.new")


def kept(subject: Iri, at: datetime, standard: str, number: int) -> Quarantined:
    finding = Finding(
        standard,
        Severity.VIOLATION,
        "nobody answers for it",
        fix="name an owner",
        focus=subject,
        product=subject,
        file="product.yaml",
        line=number,
    )
    said = f"<{subject}> <{DPROD.dataProductOwner}> <{ANA}> <{subject}> .\n" if number > 1 else "\n"
    return Quarantined(subject, said, Verdict(subject, (finding,)), "turtle", at)


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    with catalog_of(tmp_path_factory.mktemp("home"), mesh()) as catalog:
        catalog.journal.keep_in_quarantine(
            [
                kept(LISTENERS, EARLY, "owner-named", 1),
                kept(LISTENERS, LATE, "described", 2),
                kept(NEW, LATE, "owner-named", 3),
            ]
        )
        yield catalog


@pytest.fixture(scope="module")
def asked(refused: Catalog) -> Client:
    return Client(create_app(refused))


def nodes(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in told["refusedSubmissions"]["edges"]]


def test_what_was_refused_is_told_with_its_findings(asked: Client) -> None:
    told = asked.data(
        f"""{{ refusedSubmissions(filter: {{ products: ["{NEW}"] }}) {{ totalCount edges {{ node {{
          subject source time owners notEvaluated
          findings {{ standard severity message fix focus file line }} }} }} }} }}"""
    )
    assert nodes(told) == [
        {
            "subject": NEW,
            "source": "turtle",
            "time": LATE.isoformat(),
            "owners": [ANA],
            "notEvaluated": [],
            "findings": [
                {
                    "standard": "owner-named",
                    "severity": "VIOLATION",
                    "message": "nobody answers for it",
                    "fix": "name an owner",
                    "focus": NEW,
                    "file": "product.yaml",
                    "line": 3,
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("narrowing", "subjects"),
    [
        ("{}", [LISTENERS, LISTENERS, NEW]),
        (f'{{ products: ["{LISTENERS}"] }}', [LISTENERS, LISTENERS]),
        (f'{{ products: ["{PROFILES}"] }}', []),
        (f'{{ owners: ["{ANA}"] }}', [LISTENERS, NEW]),
        ('{ standards: ["DOM-03"] }', [LISTENERS, NEW]),
        ('{ standards: ["described"] }', [LISTENERS]),
        ('{ since: "2026-05-02T00:00:00Z" }', [LISTENERS, NEW]),
        ('{ since: "2026-05-02T00:00:00", standards: ["owner-named"] }', [NEW]),
    ],
)
def test_refused_submissions_are_narrowed(
    asked: Client, narrowing: str, subjects: list[Iri]
) -> None:
    told = asked.data(
        f"{{ refusedSubmissions(filter: {narrowing}) {{ totalCount edges {{ node {{ subject }} }} }} }}"
    )
    assert [node["subject"] for node in nodes(told)] == subjects
    assert told["refusedSubmissions"]["totalCount"] == len(subjects)


def test_refused_submissions_come_page_by_page(asked: Client) -> None:
    query = """query ($after: String) { refusedSubmissions(first: 2, after: $after) {
        pageInfo { hasNextPage endCursor } edges { node { subject time } } } }"""
    first = asked.data(query)
    second = asked.data(query, after=first["refusedSubmissions"]["pageInfo"]["endCursor"])
    times = [datetime.fromisoformat(node["time"]) for node in nodes(first)]
    assert times == [EARLY, LATE]
    assert first["refusedSubmissions"]["pageInfo"]["hasNextPage"]
    assert [node["subject"] for node in nodes(second)] == [NEW]


@pytest.mark.parametrize("standard", ["no-such-standard", " "])
def test_an_unknown_standard_is_no_empty_answer(asked: Client, standard: str) -> None:
    answer = asked.graphql(
        f'{{ refusedSubmissions(filter: {{ standards: ["{standard}"] }}) {{ totalCount }} }}'
    )
    assert answer["errors"]


def test_a_product_that_conforms_again_is_refused_no_longer(tmp_path: Path) -> None:
    with catalog_of(tmp_path, ()) as catalog:
        catalog.journal.keep_in_quarantine([kept(LISTENERS, EARLY, "owner-named", 1)])
        client = Client(create_app(catalog))
        query = "{ refusedSubmissions { totalCount } }"
        assert client.data(query)["refusedSubmissions"]["totalCount"] == 1
        catalog.journal.append([draft(*told) for told in mesh()], now=LATE)
        assert client.data(query)["refusedSubmissions"]["totalCount"] == 0


def test_nobody_is_told_what_was_refused_of_a_product_they_do_not_see(refused: Catalog) -> None:
    def told(view: View) -> list[Iri]:
        return [one.subject for one in refusals.refused(view, refused.journal, Wanted())]

    assert told(refused.view()) == [LISTENERS, LISTENERS, NEW]
    assert told(Store().view()) == [NEW]
