"""The gate's answer as facts: a SHACL validation report in a graph of its own."""

from datetime import datetime

from catalog_service.domain.findings import Finding, Severity, Verdict, shape_of
from catalog_service.domain.rdf import Literal, Triple, boolean, text
from catalog_service.terms import DCT, PM, PROV, RDF, SH, XSD, Iri

_SEVERITY = {
    Severity.VIOLATION: SH.Violation,
    Severity.WARNING: SH.Warning,
    Severity.INFO: SH.Info,
}


def graph_of(subject: Iri) -> Iri:
    """The name of the graph that holds the report about a subject."""
    return Iri(f"{subject}/conformance")


def report(verdict: Verdict, time: datetime) -> tuple[Triple, ...]:
    """A verdict as `sh:ValidationReport`; its results are named by their fingerprints."""
    name = graph_of(verdict.subject)
    when = Literal(time.strftime("%Y-%m-%dT%H:%M:%SZ"), XSD.dateTime)
    stated = [
        Triple(name, RDF.type, SH.ValidationReport),
        Triple(name, SH.conforms, boolean(verdict.conforms)),
        Triple(name, DCT.subject, verdict.subject),
        Triple(name, PROV.generatedAtTime, when),
        *(Triple(name, PM.notEvaluated, shape_of(left)) for left in verdict.not_evaluated),
    ]
    for finding in verdict.findings:
        stated.extend(_result(name, finding))
    return tuple(stated)


def _result(report_name: Iri, finding: Finding) -> list[Triple]:
    name = Iri(f"{report_name}/{finding.fingerprint}")
    stated = [
        Triple(report_name, SH.result, name),
        Triple(name, RDF.type, SH.ValidationResult),
        Triple(name, SH.resultSeverity, _SEVERITY[finding.severity]),
        Triple(name, SH.resultMessage, text(finding.message)),
        Triple(name, SH.sourceShape, finding.shape),
    ]
    if finding.focus:
        stated.append(Triple(name, SH.focusNode, finding.focus))
    if finding.value is not None:
        stated.append(Triple(name, SH.value, finding.value))
    if finding.waiver is not None:
        stated.append(Triple(finding.waiver, PM.covers, name))
    return stated
