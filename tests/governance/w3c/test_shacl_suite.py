"""Both engines against the W3C's tests of SHACL, and the page that tells of it."""

from functools import cache
from pathlib import Path

import pytest
import rdflib
from _pytest.mark import ParameterSet

pytest.importorskip("shacl", reason="there is no wheel of the fast engine for this machine")

from bench.shacl_suite.cases import SUITE, case, names
from bench.shacl_suite.outcomes import Outcome, Result, outcome
from bench.shacl_suite.pages import earl, page
from bench.shacl_suite.reports import Found, Refusal, Report
from bench.shacl_suite.shortfalls import SHORTFALLS, inapplicable
from bench.shacl_suite.subjects import SUBJECTS

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "shacl-conformance.md"
EARL = rdflib.Namespace("http://www.w3.org/ns/earl#")
NAMES = names(SUITE)

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not NAMES, reason="the W3C's tests of SHACL are not beside this checkout"),
]


@cache
def ran(subject: str, name: str) -> Outcome:
    return outcome(SUBJECTS[subject], case(SUITE, name))


def run() -> tuple[Outcome, ...]:
    return tuple(ran(subject, name) for name in NAMES for subject in SUBJECTS)


def put(subject: str, name: str) -> ParameterSet:
    """A test for a subject; where it is known to fall short, it has to."""
    reason = SHORTFALLS.get((subject, name))
    marks = [pytest.mark.xfail(reason=reason, raises=AssertionError)] if reason else []
    return pytest.param(subject, name, marks=marks, id=f"{subject}-{name}")


@pytest.mark.parametrize(
    ("subject", "name"), [put(subject, name) for name in NAMES for subject in SUBJECTS]
)
def test_a_test_is_answered_as_the_suite_expects(subject: str, name: str) -> None:
    found = ran(subject, name)
    if found.result is Result.INAPPLICABLE:
        pytest.skip(inapplicable(found.case))
    assert found.answer == found.case.expected


def test_the_suite_is_there_in_full() -> None:
    parts = [name.partition("/")[0] for name in NAMES]
    assert (parts.count("core"), parts.count("sparql")) == (98, 23)


def test_the_page_says_what_a_run_found() -> None:
    said = PAGE.read_text(encoding="utf-8")
    assert said == page(run()), "run `python -m bench.shacl_suite`"
    assert PAGE.with_suffix(".ttl").read_text(encoding="utf-8") == earl(run())


def test_the_page_for_machines_has_one_assertion_for_each_test_and_subject() -> None:
    graph = rdflib.Graph().parse(PAGE.with_suffix(".ttl"))
    told = {
        (graph.value(node, EARL.subject), graph.value(node, EARL.test))
        for node in graph.subjects(rdflib.RDF.type, EARL.Assertion)
    }
    assert len(told) == len(NAMES) * len(SUBJECTS)
    assert {str(test) for _, test in told} == {f"urn:x-shacl-test:/{name}" for name in NAMES}


FOUND = Found("<urn:a>", "<urn:p>", '"1"', "<urn:s>", "<urn:c>")


@pytest.mark.parametrize(
    "other",
    [
        Report.of(conforms=True, results=()),
        Report.of(conforms=True, results=(FOUND, FOUND)),
        Report.of(conforms=False, results=(FOUND,)),
        *(
            Report.of(conforms=False, results=(FOUND, FOUND._replace(**{part: "<urn:other>"})))
            for part in Found._fields
        ),
        Refusal("no"),
    ],
)
def test_an_answer_that_differs_in_any_part_is_another_answer(other: Report | Refusal) -> None:
    assert other != Report.of(conforms=False, results=(FOUND, FOUND))
