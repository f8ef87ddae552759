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
        # The report tells of those that stand; others need no waiver to cover them.
        stated.extend(_over_time(tracked) if tracked.stands else finding(tracked))
    for taken in standing.recoveries:
        stated.extend(recovery(taken))
    return tuple(stated)


def finding(tracked: Tracked) -> Iterator[Triple]:
    """One finding, with its state and its times."""
    found = tracked.finding
    yield from _result(tracked.iri, found if tracked.stands else replace(found, waiver=None))
    yield from _over_time(tracked)


def recovery(taken: Recovery) -> Iterator[Triple]:
    """The work that is to end findings."""
    name = taken.iri
    yield Triple(name, RDF.type, PM.Recovery)
    yield Triple(name, DCT.subject, taken.subject)
    yield Triple(name, DCT.title, text(taken.action))
    yield Triple(name, PROV.startedAtTime, _moment(taken.started))
    for fingerprint in taken.findings:
        yield Triple(name, PROV.used, finding_iri(taken.subject, fingerprint))
    if taken.ended is not None:
        yield Triple(name, PROV.endedAtTime, _moment(taken.ended))
    if taken.outcome:
        yield Triple(name, DCT.description, text(taken.outcome))


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
    for found in verdict.findings:
        result = finding_iri(verdict.subject, found.fingerprint)
        stated.append(Triple(name, SH.result, result))
        stated.extend(_result(result, found))
    return tuple(stated)


def _result(name: Iri, found: Finding) -> Iterator[Triple]:
    yield Triple(name, RDF.type, SH.ValidationResult)
    yield Triple(name, SH.resultSeverity, _SEVERITY[found.severity])
    yield Triple(name, SH.resultMessage, text(found.message))
    yield Triple(name, SH.sourceShape, found.shape)
    if found.focus:
        yield Triple(name, SH.focusNode, found.focus)
    if found.value is not None:
        yield Triple(name, SH.value, found.value)
    if found.waiver is not None:
        yield Triple(found.waiver, PM.covers, name)


def _over_time(tracked: Tracked) -> Iterator[Triple]:
    name = tracked.iri
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


def _moment(time: datetime) -> Literal:
    return Literal(time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), XSD.dateTime)


def _count(number: int) -> Literal:
    return Literal(str(number), XSD.integer)
