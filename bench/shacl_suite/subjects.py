"""What is put to the test: both engines by themselves, and both as the gate drives them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version

import pyshacl
import rdflib
import shacl
from pyshacl.errors import ReportableRuntimeError, ValidationFailure

from bench.shacl_suite.cases import BASE, Case, as_written
from bench.shacl_suite.reports import Answer, Found, Refusal, Report
from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import ntriples
from catalog_service.governance.engines.fast import FastEngine
from catalog_service.governance.engines.reference import ReferenceEngine
from catalog_service.governance.engines.result import Result
from catalog_service.governance.lint import SHACL
from catalog_service.graph.formats import parse
from catalog_service.terms import SH, Iri

_SEVERITY = {
    Severity.VIOLATION: f"<{SH.Violation}>",
    Severity.WARNING: f"<{SH.Warning}>",
    Severity.INFO: f"<{SH.Info}>",
}


@dataclass(frozen=True)
class Subject:
    """Something that answers tests.

    Args:
        name: what it is called on the pages.
        how: the call that is made.
        package: the library that does the work.
        answer: what it says to a test.
        gate: True where the gate's own module stands between the test and the library.
    """

    name: str
    how: str
    package: str
    answer: Callable[[Case], Answer]
    gate: bool = False

    @property
    def version(self) -> str:
        """The version of the library that is installed."""
        return version(self.package)


def _pyshacl(case: Case) -> Answer:
    """It reads the shapes itself, since it has rules of its own for what is true in them."""
    try:
        _, report, _ = pyshacl.validate(
            case.data_graph(),
            shacl_graph=str(case.folder / case.shapes),
            shacl_graph_format="turtle",
        )
    except (ReportableRuntimeError, NotImplementedError) as fault:
        return Refusal(str(fault))
    if isinstance(report, ValidationFailure):  # it is returned where others are raised
        return Refusal(report.message)
    return Report.only(report)


def _shacl(case: Case) -> Answer:
    try:
        shapes = shacl.Shapes.from_text(case.shapes_graph().serialize(format="nt"), "ntriples")
        report = shapes.validate_text(case.data_graph().serialize(format="nt"), "ntriples")
    except ValueError as fault:
        return Refusal(str(fault))
    return Report.only(rdflib.Graph().parse(data=report.serialize("ntriples"), format="nt"))


def _by_the_gate(engine: type[ReferenceEngine | FastEngine]) -> Callable[[Case], Answer]:
    """The engine among nothing, judging every node of the data and every node that is targeted."""

    def answer(case: Case) -> Answer:
        shapes = case.shapes_graph()
        data = parse(case.data_text(), "turtle", base=BASE + case.data)
        nodes = {triple.subject for triple in data}
        nodes |= {triple.object for triple in data if isinstance(triple.object, str)}
        targets = shapes.objects(None, SHACL.targetNode)
        nodes |= {Iri(str(node)) for node in targets if isinstance(node, rdflib.URIRef)}
        try:
            results = engine(shapes, ()).among(())(data, nodes)
        except (ValidationFailure, NotImplementedError, ValueError) as fault:
            return Refusal(str(fault))
        return Report.of(not results, map(_told, results))

    return answer


def _told(result: Result) -> Found:
    return Found(
        focus=ntriples(result.focus),
        path=result.path,
        value="" if result.value is None else ntriples(result.value),
        severity=_SEVERITY[result.severity],
        component=f"<{SH.base}{result.component}>",
    )


def answers(subject: Subject, case: Case) -> Answer:
    """What a subject says to a test."""
    with as_written():
        return subject.answer(case)


SUBJECTS: Mapping[str, Subject] = {
    subject.name: subject
    for subject in (
        Subject("pySHACL", "`pyshacl.validate`", "pyshacl", _pyshacl),
        Subject("shacl", "`Shapes.validate_text`", "shacl", _shacl),
        Subject(
            "the gate's reference", "`ReferenceEngine`", "pyshacl", _by_the_gate(ReferenceEngine),
            gate=True,
        ),
        Subject(
            "the gate's fast engine", "`FastEngine`", "shacl", _by_the_gate(FastEngine), gate=True
        ),
    )
}  # fmt: skip
"""By name."""
