"""The gate's answer as facts: a SHACL validation report in a graph of its own.

Beside the report stand the findings over time, those that are closed among them: the report links
only to what stands.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from catalog_service.domain.findings import Finding, Severity, Verdict, shape_of
from catalog_service.domain.publication import Entry
from catalog_service.domain.rdf import Literal, Triple, boolean, text
from catalog_service.domain.tracking import Recovery, Standing, Tracked, finding_iri, report_iri
from catalog_service.terms import DCT, PM, PROV, RDF, SH, XSD, Iri

_SEVERITY = {
    Severity.VIOLATION: SH.Violation,
    Severity.WARNING: SH.Warning,
    Severity.INFO: SH.Info,
}


def graph_of(subject: Iri) -> Iri:
    """The name of the graph that holds the report about a subject."""
    return report_iri(subject)


def facts(entry: Entry, standing: Standing | None) -> tuple[Triple, ...]:
    """How a subject stands, as facts.

    Args:
        entry: its current entry.
        standing: how it stands; where it is of another revision, or not known, as it may be
            while another process writes, the verdict of the entry stands in for it.
    """
    if standing is None or standing.conformance.revision != entry.revision:
        return report(entry.verdict, entry.time)
    return of(standing)


def of(standing: Standing) -> tuple[Triple, ...]:
    """The report on what stands, every finding with its state and its times, and the recoveries."""
    stated = list(report(standing.verdict, standing.conformance.since))
    for tracked in standing.findings:
        stated.extend(_tracked(tracked))
    for recovery in standing.recoveries:
        stated.extend(_recovery(recovery))
    return tuple(stated)


def report(verdict: Verdict, time: datetime) -> tuple[Triple, ...]:
    """A verdict as `sh:ValidationReport`; its results are named by their fingerprints."""
    name = graph_of(verdict.subject)
    stated = [
        Triple(name, RDF.type, SH.ValidationReport),
        Triple(name, SH.conforms, boolean(verdict.conforms)),
        Triple(name, DCT.subject, verdict.subject),
        Triple(name, PROV.generatedAtTime, _moment(time)),
        *(Triple(name, PM.notEvaluated, shape_of(left)) for left in verdict.not_evaluated),
    ]
    for finding in verdict.findings:
        result = finding_iri(verdict.subject, finding.fingerprint)
        stated.append(Triple(name, SH.result, result))
        stated.extend(_result(result, finding))
    return tuple(stated)


def _result(name: Iri, finding: Finding) -> Iterator[Triple]:
    yield Triple(name, RDF.type, SH.ValidationResult)
    yield Triple(name, SH.resultSeverity, _SEVERITY[finding.severity])
    yield Triple(name, SH.resultMessage, text(finding.message))
    yield Triple(name, SH.sourceShape, finding.shape)
    if finding.focus:
        yield Triple(name, SH.focusNode, finding.focus)
    if finding.value is not None:
        yield Triple(name, SH.value, finding.value)
    if finding.waiver is not None:
        yield Triple(finding.waiver, PM.covers, name)


def _tracked(tracked: Tracked) -> Iterator[Triple]:
    name = tracked.iri
    if not tracked.stands:  # the report tells those that stand; this one no waiver need cover
        yield from _result(name, replace(tracked.finding, waiver=None))
    yield Triple(name, RDF.type, PM.Finding)
    yield Triple(name, DCT.subject, tracked.subject)
    yield Triple(name, PM.fingerprint, text(tracked.fingerprint))
    yield Triple(name, PM.findingState, tracked.state.iri)
    yield Triple(name, DCT.modified, _moment(tracked.changed))
    yield Triple(name, PROV.generatedAtTime, _moment(tracked.opened))
    yield Triple(name, PM.firstRevision, _count(tracked.opened_revision))
    yield Triple(name, PM.lastRevision, _count(tracked.last_revision))
    if tracked.closed is not None:
        yield Triple(name, PROV.invalidatedAtTime, _moment(tracked.closed))
    if tracked.reopened:
        yield Triple(name, PM.reopened, _count(tracked.reopened))


def _recovery(recovery: Recovery) -> Iterator[Triple]:
    name = recovery.iri
    yield Triple(name, RDF.type, PM.Recovery)
    yield Triple(name, DCT.subject, recovery.subject)
    yield Triple(name, DCT.title, text(recovery.action))
    yield Triple(name, PROV.startedAtTime, _moment(recovery.started))
    for fingerprint in recovery.findings:
        yield Triple(name, PROV.used, finding_iri(recovery.subject, fingerprint))
    if recovery.ended is not None:
        yield Triple(name, PROV.endedAtTime, _moment(recovery.ended))
    if recovery.outcome:
        yield Triple(name, DCT.description, text(recovery.outcome))


def _moment(time: datetime) -> Literal:
    return Literal(time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), XSD.dateTime)


def _count(number: int) -> Literal:
    return Literal(str(number), XSD.integer)
