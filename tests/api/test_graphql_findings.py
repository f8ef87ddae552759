"""Findings and conformance over time, asked through GraphQL."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from asking import BASE, DEMOGRAPHICS, LISTENERS, PROFILES, Client, draft, mesh

from catalog_service.api.app import create_app
from catalog_service.bootstrap import Catalog, build
from catalog_service.domain.findings import Finding, Severity, Verdict
from catalog_service.domain.tracking import Check, Recovery
from catalog_service.publishing.following import follow, show
from catalog_service.publishing.introduced import introduced
from catalog_service.settings import Settings
from catalog_service.terms import Iri

PUBLISHED = datetime(2026, 5, 1, 12, tzinfo=UTC)
SWEPT = datetime(2026, 5, 3, 12, tzinfo=UTC)
MENDED = datetime(2026, 5, 5, 12, tzinfo=UTC)
SLOW = Finding(
    "slo-met",
    Severity.VIOLATION,
    "data is 9 hours old",
    fix="load it sooner",
    focus=Iri(f"{LISTENERS}/ports/sql"),
    product=LISTENERS,
)
PODCASTS = f"{BASE}domains/podcasts"
AUDIO = f"{BASE}domains/audio"
RECOVERY = Iri(f"{LISTENERS}/recoveries/1")


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    """Listeners fall out in a sweep and a recovery begins; demographics loses its only finding."""
    home = tmp_path_factory.mktemp("home")
    with build(Settings(home=home, base_iri=BASE)) as catalog:
        introduced(catalog.journal, catalog.layers, now=PUBLISHED, write=True)
        catalog.journal.append([draft(*told) for told in mesh()], now=PUBLISHED)
        entry = catalog.journal.latest_of([LISTENERS, DEMOGRAPHICS])

        def checked(subject: Iri, *findings: Finding, at: datetime) -> Check:
            return Check(Verdict(subject, findings), entry[subject].revision, "runtime", at)

        listeners = entry[LISTENERS].verdict.findings
        odd = replace(SLOW, product=DEMOGRAPHICS, focus=DEMOGRAPHICS)
        first = [
            checked(LISTENERS, SLOW, *listeners, at=SWEPT),
            checked(DEMOGRAPHICS, odd, at=SWEPT),
        ]
        follow(catalog.journal, catalog.projection, first)
        catalog.journal.ledger.recover(
            Recovery(RECOVERY, LISTENERS, "harvest again", (SLOW.fingerprint,), SWEPT)
        )
        show(catalog.journal, catalog.projection, [LISTENERS])
        later = [checked(DEMOGRAPHICS, at=MENDED)]
        follow(catalog.journal, catalog.projection, later)
        yield catalog


@pytest.fixture(scope="module")
def asked(followed: Catalog) -> Client:
    return Client(create_app(followed))


def found(told: dict[str, Any]) -> list[tuple[str, str]]:
    return [(edge["node"]["standard"], edge["node"]["state"]) for edge in told["findings"]["edges"]]


@pytest.mark.parametrize(
    ("narrowing", "answers"),
    [
        (
            "",
            [
                ("slo-met", "CLOSED"),
                ("slo-met", "RECOVERING"),
                ("discovery-port", "OPEN"),
                ("unread-key", "OPEN"),
            ],
        ),
        ("filter: { states: [CLOSED] }", [("slo-met", "CLOSED")]),
        ('filter: { standards: ["SLO-04"], states: [RECOVERING] }', [("slo-met", "RECOVERING")]),
        ('filter: { standards: ["unread-key"] }', [("unread-key", "OPEN")]),
        ("filter: { severities: [WARNING] }", [("discovery-port", "OPEN")]),
        (f'filter: {{ products: ["{DEMOGRAPHICS}"] }}', [("slo-met", "CLOSED")]),
        (f'filter: {{ domains: ["{AUDIO}"], severities: [INFO] }}', [("unread-key", "OPEN")]),
        (f'filter: {{ domains: ["{BASE}domains/users"] }}', []),
        ('filter: { since: "2026-05-04T00:00:00Z" }', [("slo-met", "CLOSED")]),
    ],
)
def test_findings_are_narrowed(asked: Client, narrowing: str, answers: list[Any]) -> None:
    asking = f"({narrowing})" if narrowing else ""
    told = asked.data(
        f"{{ findings{asking} {{ totalCount edges {{ node {{ standard state }} }} }} }}"
    )
    assert found(told) == answers
    assert told["findings"]["totalCount"] == len(answers)


def test_findings_come_page_by_page(asked: Client) -> None:
    query = """query ($after: String) { findings(first: 3, after: $after) { totalCount
        pageInfo { hasNextPage hasPreviousPage endCursor } edges { node { standard state } } } }"""
    first = asked.data(query)
    second = asked.data(query, after=first["findings"]["pageInfo"]["endCursor"])
    assert len(found(first)) == 3
    assert found(second) == [("unread-key", "OPEN")]
    assert second["findings"]["totalCount"] == 4
    assert first["findings"]["pageInfo"]["hasNextPage"]
    assert not second["findings"]["pageInfo"]["hasNextPage"]
    assert second["findings"]["pageInfo"]["hasPreviousPage"]


@pytest.mark.parametrize("after", ["nonsense", "W10", ""])
def test_a_cursor_of_findings_that_is_none_is_refused(asked: Client, after: str) -> None:
    fault = asked.fault(f'{{ findings(after: "{after}") {{ totalCount }} }}')
    assert fault["extensions"]["code"] == "invalid-request"


def test_a_page_of_findings_has_a_limit(asked: Client) -> None:
    fault = asked.fault("{ findings(first: 501) { totalCount } }")
    assert fault["extensions"]["code"] == "limit-exceeded"


def test_a_finding_tells_its_state_its_standard_and_its_recovery(asked: Client) -> None:
    told = asked.data(
        """{ findings(filter: { states: [RECOVERING] }) { edges { node {
          iri standard severity message fix focus product fingerprint state changed opened
          openedRevision lastSeen closed closedRevision reopened waiver
          subject { title kind } rule { identifier }
          recovery { iri action agent started ended outcome } } } } }"""
    )
    (edge,) = told["findings"]["edges"]
    node = edge["node"]
    assert node.pop("openedRevision") > 0
    assert node == {
        "iri": f"{LISTENERS}/conformance/{SLOW.fingerprint}",
        "standard": "slo-met",
        "severity": "VIOLATION",
        "message": "data is 9 hours old",
        "fix": "load it sooner",
        "focus": f"{LISTENERS}/ports/sql",
        "product": LISTENERS,
        "fingerprint": SLOW.fingerprint,
        "state": "RECOVERING",
        "changed": "2026-05-03T12:00:00+00:00",
        "opened": "2026-05-03T12:00:00+00:00",
        "lastSeen": "2026-05-03T12:00:00+00:00",
        "closed": None,
        "closedRevision": None,
        "reopened": 0,
        "waiver": None,
        "subject": {"title": "Podcast listeners", "kind": "PRODUCT"},
        "rule": {"identifier": "SLO-04"},
        "recovery": {
            "iri": RECOVERY,
            "action": "harvest again",
            "agent": "polyseme",
            "started": "2026-05-03T12:00:00+00:00",
            "ended": None,
            "outcome": None,
        },
    }


def test_findings_are_counted_by_state_weight_standard_and_domain(asked: Client) -> None:
    told = asked.data(
        """{ findingCounts(filter: { standards: ["slo-met"] }) {
          state severity standard domain count } }"""
    )["findingCounts"]
    shared = {"severity": "VIOLATION", "standard": "slo-met", "domain": PODCASTS, "count": 1}
    assert told == [{"state": "CLOSED", **shared}, {"state": "RECOVERING", **shared}]


def test_one_finding_tells_every_change_of_its_state(asked: Client) -> None:
    query = """query ($product: IRI!, $fingerprint: String!) {
        finding(product: $product, fingerprint: $fingerprint) {
          finding { standard } turns { time state by } } }"""
    told = asked.data(query, product=LISTENERS, fingerprint=SLOW.fingerprint)["finding"]
    assert told["finding"] == {"standard": "slo-met"}
    assert [(turn["state"], turn["by"]) for turn in told["turns"]] == [
        ("OPEN", None),
        ("RECOVERING", RECOVERY),
    ]
    assert asked.data(query, product=PROFILES, fingerprint="0" * 64)["finding"] is None


def test_a_product_that_fell_out_is_marked(asked: Client) -> None:
    query = """query ($iri: IRI!) { product(iri: $iri) { conformance {
        conforms fallenOut recovering stage checked since findings { standard state }
        recoveries { action } } } }"""
    assert asked.data(query, iri=LISTENERS)["product"]["conformance"] == {
        "conforms": False,
        "fallenOut": True,
        "recovering": True,
        "stage": "RUNTIME",
        "checked": "2026-05-03T12:00:00+00:00",
        "since": "2026-05-03T12:00:00+00:00",
        "findings": [
            {"standard": "slo-met", "state": "RECOVERING"},
            {"standard": "unread-key", "state": "OPEN"},
            {"standard": "discovery-port", "state": "OPEN"},
        ],
        "recoveries": [{"action": "harvest again"}],
    }
    mended = asked.data(query, iri=DEMOGRAPHICS)["product"]["conformance"]
    assert (mended["conforms"], mended["fallenOut"], mended["findings"]) == (True, False, [])


def test_a_product_tells_how_it_stood_over_time(asked: Client) -> None:
    query = """query ($iri: IRI!, $since: DateTime) { product(iri: $iri) {
        conformanceHistory(since: $since) { since ended stage conforms violations } } }"""

    def spans(since: str | None = None) -> list[tuple[str, str | None, bool]]:
        told = asked.data(query, iri=DEMOGRAPHICS, since=since)["product"]["conformanceHistory"]
        return [(span["since"][:10], span["ended"], span["conforms"]) for span in told]

    assert [span[::2] for span in spans()] == [
        ("2026-05-01", True),
        ("2026-05-03", False),
        ("2026-05-05", True),
    ]
    assert spans()[-1][1] is None
    assert [span[0] for span in spans("2026-05-04T00:00:00Z")] == ["2026-05-03", "2026-05-05"]


DAYS = '(since: "2026-05-01", until: "2026-05-05") { day products conforming violations }'


def test_the_mesh_and_its_domains_tell_how_they_stood_day_by_day(asked: Client) -> None:
    told = asked.data(
        f"""query ($iri: IRI!) {{ conformanceDays{DAYS}
          domain(iri: $iri) {{ conformanceDays{DAYS} }} }}""",
        iri=AUDIO,
    )
    mesh_days = [(d["products"], d["conforming"]) for d in told["conformanceDays"]]
    assert mesh_days == [(3, 3), (3, 3), (3, 1), (3, 1), (3, 2)]
    domain_days = [(d["products"], d["conforming"]) for d in told["domain"]["conformanceDays"]]
    assert domain_days == [(2, 2), (2, 2), (2, 0), (2, 0), (2, 1)]
    alone = asked.data(
        """query ($iri: IRI!) {
          conformanceDays(domain: $iri, since: "2026-05-03", until: "2026-05-03") {
            day products conforming violations } }""",
        iri=PODCASTS,
    )["conformanceDays"]
    assert alone == [{"day": "2026-05-03", "products": 2, "conforming": 0, "violations": 2}]


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [
        ("2026-05-02", "2026-05-01", "invalid-request"),
        ("2020-01-01", "2026-05-01", "limit-exceeded"),
    ],
)
def test_days_that_cannot_be_told_are_refused(
    asked: Client, since: str, until: str, code: str
) -> None:
    fault = asked.fault(f'{{ conformanceDays(since: "{since}", until: "{until}") {{ day }} }}')
    assert fault["extensions"]["code"] == code


def test_days_are_the_last_thirty_unless_told(asked: Client) -> None:
    assert len(asked.data("{ conformanceDays { day } }")["conformanceDays"]) == 31


def test_the_heat_table_follows_the_sweep(asked: Client) -> None:
    told = asked.data(
        """{ standard(name: "slo-met") { standings { violated met notEvaluated }
          products(standing: [VIOLATED]) { edges { node { findings { message state } } } } } }"""
    )["standard"]
    assert told["standings"] == {"violated": 1, "met": 1, "notEvaluated": 1}
    (edge,) = told["products"]["edges"]
    assert edge["node"]["findings"] == [{"message": "data is 9 hours old", "state": "RECOVERING"}]
