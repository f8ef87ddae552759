"""polyseme findings: what is open, waived, recovering or closed, in every format, page by page."""

import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import small_mesh
from cli_running import Command
from small_mesh import BASE, CONTROL, DECISION, NOW, OWNER, SALES, product, submission

from catalog_service.bootstrap import build
from catalog_service.cli.formats import FORMATS
from catalog_service.domain.findings import Finding, Severity, Verdict
from catalog_service.domain.tracking import Check, Recovery
from catalog_service.graph import parse
from catalog_service.settings import Settings
from catalog_service.terms import PM, RDF, Iri

ORDERS, RETURNS = Iri(f"{BASE}products/orders"), Iri(f"{BASE}products/returns")
WAIVER = """
<decisions/w> a pm:Decision ; dct:title "A waiver" ; prov:wasAttributedTo <teams/federation> .
<waivers/w> a pm:Waiver ; pm:waives std:owner-named ; pm:appliesTo <products/loans> ;
  pm:rationale "The owner is chosen in March." ; pm:grantedBy <mailto:fay@small.example> ;
  pm:expires "2026-04-15"^^xsd:date .
"""
MORE = """
@prefix std: <https://w3id.org/polyseme/shapes#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a finding in every state; tests only read it.

    The warning about returns is closed, that about orders recovers; loans have no owner, waived.
    """
    home = tmp_path_factory.mktemp("followed") / "home"
    managed = OWNER + CONTROL.format(name="returns")
    small_mesh.publish(
        home,
        submission(f"{BASE}decisions/mesh", DECISION),
        submission(f"{BASE}decisions/w", MORE + WAIVER),
        product("orders"),
        product("returns"),
        product("loans", ""),
        product("stray", ""),
    )
    small_mesh.publish(home, product("returns", managed), now=NOW + timedelta(days=7))
    with build(Settings(home=home)) as catalog:
        swept(catalog.journal.ledger)
    return home


def swept(ledger) -> None:  # noqa: ANN001 - the ledger
    (warning,) = ledger.of(ORDERS)
    ledger.recover(
        Recovery(
            Iri(f"{ORDERS}/recoveries/1"), ORDERS, "harvest again", (warning.fingerprint,), NOW
        )
    )
    late = Finding("slo-met", Severity.VIOLATION, "It is late.", "Mend it.", RETURNS)
    revision = ledger.standings([RETURNS])[RETURNS].conformance.revision
    time = NOW + timedelta(days=8)
    ledger.record([Check(Verdict(RETURNS, (late,)), revision, "runtime", time)])


@pytest.fixture
def found(polyseme: Command, small: Path):  # noqa: ANN201 - a function
    def asked(*options: str) -> list[tuple[str, str, str]]:
        ran = polyseme("--home", small, "--format", "json", "findings", *options)
        assert ran.code == 0, ran.err
        return [
            (f["subject"].rpartition("/")[2], f["standard"], f["state"])
            for f in ran.told["findings"]
        ]

    return asked


LATE = ("returns", "slo-met", "open")
NOBODY = ("loans", "owner-named", "waived")
LOANS = ("loans", "management-ports", "open")
TAKEN = ("orders", "management-ports", "recovering")
DONE = ("returns", "management-ports", "closed")


def test_what_is_not_closed_is_listed_the_gravest_first(found) -> None:  # noqa: ANN001
    assert found() == [NOBODY, LATE, LOANS, TAKEN]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--state", "closed"], [DONE]),
        (["--state", "recovering", "--state", "waived"], [NOBODY, TAKEN]),
        (["--severity", "violation"], [NOBODY, LATE]),
        (["--standard", "SLO-04"], [LATE]),
        (["--standard", "management-ports", "--state", "closed"], [DONE]),
        (["--standard", "unread-key"], []),
        (["--domain", "sales"], [NOBODY, LATE, LOANS, TAKEN]),
        (["--domain", f"{BASE}domains/none"], []),
        (["--owner", "ana"], [LATE, TAKEN]),
        (["--owner", "mailto:ana@small.example", "--product", "returns"], [LATE]),
        (["--product", "orders", "--product", str(RETURNS)], [LATE, TAKEN]),
        (["--since", "2026-02-09"], [LATE]),
        (["--since", "2026-02-09T00:00:01"], []),
    ],
)
def test_findings_are_chosen(found, options: list[str], expected: list) -> None:  # noqa: ANN001
    assert found(*options) == expected


def test_pages_come_to_the_whole_list(polyseme: Command, small: Path, found) -> None:  # noqa: ANN001
    everything = found()
    paged, more = [], [""]
    for number in range(len(everything)):
        after = ("--after", more[-1]) if more[-1] else ()
        ran = polyseme("--home", small, "--format", "json", "findings", "--first", "1", *after)
        assert ran.told["summary"]["total"] == len(everything)
        paged += [f["fingerprint"] for f in ran.told["findings"]]
        more.append(ran.told["next"])
        assert bool(more[-1]) == (number < len(everything) - 1)
    assert len(set(paged)) == len(everything)


def test_people_read_the_state_the_time_and_what_to_do(polyseme: Command, small: Path) -> None:
    ran = polyseme("--home", small, "findings")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].split()[:4] == ["waived", "violation", "DOM-03", "owner-named"]
    assert f"     {BASE}products/loans  read from small.ttl" in lines
    assert "     waived since 2026-02-01 00:00 · revision 5" in lines
    waiver = f"     waived by {BASE}waivers/w until 2026-04-15: The owner is chosen in March."
    assert waiver in lines
    assert "     harvest again: under way since 2026-02-01 00:00" in lines
    assert "     fix: Mend it.   polyseme explain SLO-04" in lines
    assert lines[-1] == ("4 findings · 2 violations, 2 warnings · 2 open, 1 waived, 1 recovering")


def test_what_is_closed_says_what_closed_it(polyseme: Command, small: Path) -> None:
    ran = polyseme("--home", small, "findings", "--state", "closed")
    assert (
        "     closed since 2026-02-08 00:00 · first found 2026-02-01 00:00"
        " · revision 4 · closed by revision 6" in ran.out
    )
    assert "fix:" not in ran.out


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 0),
        (("--fail-on", "violation"), 1),
        (("--fail-on", "violation", "--standard", "owner-named"), 0),
        (("--fail-on", "violation", "--severity", "warning"), 0),
        (("--fail-on", "warning", "--severity", "warning"), 1),
        (("--fail-on", "warning", "--state", "closed"), 0),
    ],
)
def test_findings_fail_a_run_only_where_asked(
    polyseme: Command, small: Path, options: tuple[str, ...], code: int
) -> None:
    assert polyseme("--home", small, "findings", *options).code == code


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written_to_the_screen_and_to_a_file(
    polyseme: Command, small: Path, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "told"
    ran = polyseme("--home", small, "--format", name, "findings", "--output", f"{name}:{file}")
    assert ran.code == 0, ran.err
    assert file.read_text(encoding="utf-8") == ran.out
    assert "It is late." in ran.out


def test_lines_of_json_have_the_fields_of_every_door(polyseme: Command, small: Path) -> None:
    ran = polyseme("--home", small, "--format", "jsonl", "findings")
    first, *_, last = (json.loads(line) for line in ran.out.splitlines())
    assert first["waiver"] == f"{BASE}waivers/w"
    assert (first["domain"], first["owner"], first["kind"]) == (SALES, None, "product")
    assert last["recovery"]["action"] == "harvest again"
    assert last["opened"] == datetime(2026, 2, 1, tzinfo=UTC).isoformat()


def test_facts_say_the_state(polyseme: Command, small: Path) -> None:
    ran = polyseme("--home", small, "--format", "rdf", "findings", "--state", "closed")
    facts = parse(ran.out, "turtle")
    (finding,) = (t.subject for t in facts if (t.predicate, t.object) == (RDF.type, PM.Finding))
    assert finding.startswith(f"{RETURNS}/conformance/")
    assert any(t.object == PM.Closed for t in facts)


def test_other_programs_count_what_is_waived_apart(polyseme: Command, small: Path) -> None:
    ran = polyseme("--home", small, "--format", "junit", "findings", "--severity", "violation")
    suites = ET.fromstring(ran.out)  # noqa: S314 - written by us
    assert (suites.attrib["failures"], suites.attrib["skipped"]) == ("1", "1")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--format", "junit", "findings", "--state", "closed"), "nothing of what is closed"),
        (("findings", "--state", "closed", "--output", "sarif:x"), "nothing of what is closed"),
        (("findings", "--first", "-1"), "--first -1"),
        (("findings", "--after", "nonsense"), "is no cursor"),
        (("findings", "--standard", "no-such"), "there is no standard 'no-such'"),
        (("findings", "--product", "no-such"), "nothing is called 'no-such'"),
        (("findings", "--owner", "eve"), "nobody called 'eve'"),
        (("findings", "--state", "gone"), "gone"),
        (("findings", "--since", "yesterday"), "yesterday"),
        (("--format", "pdf", "findings"), "--format pdf"),
        (("findings", "--output", "pdf:x"), "--output pdf:x"),
    ],
)
def test_what_cannot_be_asked_is_told(
    polyseme: Command, small: Path, options: tuple[str, ...], message: str
) -> None:
    ran = polyseme("--home", small, *options)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert "Traceback" not in ran.err


def test_a_home_that_is_not_there_is_told(polyseme: Command, tmp_path: Path) -> None:
    ran = polyseme("--home", tmp_path / "none", "findings")
    assert ran.code == 2
    assert "polyseme harvest" in ran.err


def test_an_empty_list_says_why(polyseme: Command, small: Path, tmp_path: Path) -> None:
    ran = polyseme("--home", small, "findings", "--standard", "unread-key")
    assert ran.out.splitlines() == [
        "no finding is like that; without filters, all that is not closed is listed",
        "0 findings",
    ]
    build(Settings(home=tmp_path / "new")).close()
    ran = polyseme("--home", tmp_path / "new", "findings")
    assert ran.out.splitlines()[0] == "nothing is published yet: polyseme harvest PATH"
    decided = submission(f"{BASE}decisions/mesh", DECISION)
    small_mesh.publish(tmp_path / "clean", decided, product("stray", ""))
    ran = polyseme("--home", tmp_path / "clean", "findings")
    assert ran.out.splitlines() == [
        "all that is published meets the standards, as far as it was checked: polyseme sweep",
        f"1 submission in quarantine, not published: {BASE}products/stray",
        "0 findings",
    ]
