"""The pages on conformance: Markdown for people, EARL for machines."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from bench.shacl_suite.outcomes import Outcome, Result
from bench.shacl_suite.shortfalls import SHORTFALLS, inapplicable
from bench.shacl_suite.subjects import SUBJECTS, Subject

_HEAD = """\
# Conformance to SHACL

How the two engines do in the W3C's test suite (`data-shapes-test-suite`, Core and SPARQL). The page
is made by `python -m bench.shacl_suite FOLDER`, where the folder holds the suite's `tests`; a test
compares it with a run. The outcomes, test by test, are in
[shacl-conformance.ttl](shacl-conformance.ttl) in EARL.

A test passes where the verdict is the expected one and so are the results, each as often as it is
expected: focus node, path, value, severity and constraint component. A blank node counts as equal
to any other, and a message is not compared. A test that expects the shapes to be refused passes
where they are.

Each engine is asked by itself, through its library's own entrance, and once more as the gate drives
it. The gate holds less than SHACL allows: its nodes have IRIs, and much is refused when a shape is
loaded. Tests of what it cannot hold are not put to it; the others are, and are compared alike.
"""


def page(run: Sequence[Outcome]) -> str:
    """The page for people."""
    return "".join((_HEAD, _totals(run), _differing(run), _not_asked(run)))


def _totals(run: Sequence[Outcome]) -> str:
    parts = sorted({outcome.case.part for outcome in run})
    rows = [
        "\n## Totals\n\n",
        f"| | asked through | version | {' | '.join(map(_titled, parts))} |\n",
        f"|---|---|---|{'---|' * len(parts)}\n",
    ]
    for subject in SUBJECTS.values():
        cells = (_total(run, subject, part) for part in parts)
        rows.append(
            f"| {subject.name} | {subject.how} | {subject.package} {subject.version}"
            f" | {' | '.join(cells)} |\n"
        )
    return "".join(rows)


def _titled(part: str) -> str:
    return {"core": "Core", "sparql": "SPARQL"}[part]


def _total(run: Sequence[Outcome], subject: Subject, part: str) -> str:
    found = Counter(
        outcome.result
        for outcome in run
        if outcome.subject is subject and outcome.case.part == part
    )
    asked = found[Result.PASSED] + found[Result.FAILED]
    aside = f", {found[Result.INAPPLICABLE]} not asked" if found[Result.INAPPLICABLE] else ""
    return f"{found[Result.PASSED]} of {asked}{aside}"


def _differing(run: Sequence[Outcome]) -> str:
    rows = ["\n## Where an answer differs\n\n| test | | what it does |\n|---|---|---|\n"]
    for outcome in run:
        if outcome.result is Result.FAILED:
            name, test = outcome.subject.name, outcome.case.name
            reason = SHORTFALLS.get((name, test), "not known yet")
            rows.append(f"| `{test}` | {name} | {reason} |\n")
    return "".join(rows)


def _not_asked(run: Sequence[Outcome]) -> str:
    aside = {o.case.name: inapplicable(o.case) for o in run if o.result is Result.INAPPLICABLE}
    rows = ["\n## What the gate is not asked\n\n| because | tests |\n|---|---|\n"]
    for reason, tests in groupby(sorted(aside, key=lambda name: (aside[name], name)), aside.get):
        rows.append(f"| {reason} | {', '.join(f'`{test}`' for test in tests)} |\n")
    return "".join(rows)


_PREFIXES = """\
# Made by python -m bench.shacl_suite: how each test of the W3C's SHACL suite went.
@prefix doap: <http://usefulinc.com/ns/doap#> .
@prefix earl: <http://www.w3.org/ns/earl#> .

<#run> a earl:Assertor , earl:Software ; doap:name "bench.shacl_suite" .
"""


def earl(run: Sequence[Outcome]) -> str:
    """The page for machines, in Turtle; tests have the IRIs by which such reports name them."""
    return "".join((_PREFIXES, *_software(), *map(_assertion, run)))


def _software() -> Iterator[str]:
    for subject in SUBJECTS.values():
        yield (
            f'{_iri(subject)} a earl:Software , earl:TestSubject ; doap:name "{subject.name}" ;\n'
            f'  doap:release [ doap:name "{subject.package}" ;'
            f' doap:revision "{subject.version}" ] .\n'
        )


def _assertion(outcome: Outcome) -> str:
    return (
        f"[] a earl:Assertion ; earl:assertedBy <#run> ; earl:subject {_iri(outcome.subject)} ;\n"
        f"  earl:test <urn:x-shacl-test:/{outcome.case.name}> ; earl:mode earl:automatic ;\n"
        f"  earl:result [ a earl:TestResult ; earl:outcome earl:{outcome.result.value} ] .\n"
    )


def _iri(subject: Subject) -> str:
    return f"<#{subject.name.replace(' ', '-').replace(chr(39), '')}>"
