"""A report as Turtle: the SHACL validation report of each product and of what is not read."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from catalog_service.cli.formats import encoded
from catalog_service.domain.findings import Finding, Verdict
from catalog_service.domain.rdf import Origin, Triple, iri, text
from catalog_service.errors import InvalidIri
from catalog_service.graph import serialize
from catalog_service.publishing import conformance
from catalog_service.terms import DCT, PM, RDF, RDFS, SH, Iri

if TYPE_CHECKING:
    from catalog_service.cli.findings import Known
    from catalog_service.cli.report import Report


def written(report: "Report", _: "Known") -> str:
    """The reports, as the catalog publishes them, each result with its place and its remedy."""
    now = datetime.now(UTC)
    stated: list[Triple] = []
    for verdict in _verdicts(report):
        stated.extend(conformance.report(verdict, now))
        name = conformance.graph_of(verdict.subject)
        for finding in verdict.findings:
            stated.extend(_about(Iri(f"{name}/{finding.fingerprint}"), finding))
    return serialize(stated, "turtle").decode()


def _verdicts(report: "Report") -> Iterator[Verdict]:
    """The verdict on each product, and one on each file of which something is wrong."""
    for outcome in report.outcomes:
        yield _sayable(outcome.subject, report.told(outcome.verdict.findings))
    told = {found for outcome in report.outcomes for found in outcome.verdict.findings}
    for file in report.files:
        own = report.told(found for found in file.findings if found not in told)
        if own:
            yield _sayable(Iri(Path(file.file).absolute().as_uri()), own)


def _sayable(subject: Iri, findings: Iterable[Finding]) -> Verdict:
    """A verdict whose words RDF can hold, whatever the names of files are made of."""
    told = (replace(f, message=_unicode(f.message), fix=_unicode(f.fix)) for f in findings)
    return Verdict(subject, tuple(told))


def _unicode(said: str) -> str:
    return encoded(said).decode()


def _about(name: Iri, finding: Finding) -> Iterable[Triple]:
    """What the published report leaves out: it is kept with the product, this one is handed on."""
    state = PM.Waived if finding.waiver else PM.Open
    yield Triple(name, RDF.type, PM.Finding)
    yield Triple(name, PM.fingerprint, text(finding.fingerprint))
    yield Triple(name, PM.findingState, state)
    if finding.fix:
        yield Triple(name, RDFS.comment, text(finding.fix))
    if place := str(Origin(finding.file, finding.line, finding.column)):
        yield Triple(name, DCT.source, text(_unicode(place)))
    if finding.product:
        yield Triple(name, DCT.subject, finding.product)
    if finding.waiver:
        yield Triple(name, DCT.references, finding.waiver)
    if path := _property(finding.path):
        yield Triple(name, SH.resultPath, path)


def _property(path: str) -> Iri | None:
    """The one property of a path; None of a path with several steps."""
    try:
        return iri(path.removeprefix("<").removesuffix(">"))
    except InvalidIri:
        return None
