"""Writing a report: to the terminal, and to as many files as were asked for."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from catalog_service.cli.formats import FORMATS, Target, encoded, text, written
from catalog_service.cli.report import from_here
from catalog_service.domain.waivers import Waiver

if TYPE_CHECKING:
    from catalog_service.cli.report import Report
    from catalog_service.cli.session import Session
    from catalog_service.harvesting.runner import Harvest
    from catalog_service.surroundings import Surroundings
    from catalog_service.terms import Iri


def write(
    session: "Session",
    report: "Report",
    mesh: "Surroundings",
    *,
    started: float,
    outputs: Sequence[Target] = (),
) -> int:
    """Write a report in the session's format and in those of `outputs`; the exit code.

    Args:
        session: how to write.
        report: the report.
        mesh: what was checked beside, for what its standards are called.
        started: when the work began, by `perf_counter`.
        outputs: the files to write as well.
    """
    read = {Path(row.file).resolve() for row in report.files}
    for target in outputs:
        target.spare(read)
    report = report.renamed(from_here)
    known = mesh.layers
    for target in outputs:
        target.write(written(target.format, report, known))
    name = session.writes(*FORMATS)
    if name == "text":
        seconds = perf_counter() - started
        text.write(session.out, report, known, verbose=session.verbose, seconds=seconds)
    else:
        session.out.raw(encoded(written(name, report, known)))
    return report.code


def reasoned(
    report: "Report", mesh: "Surroundings", found: "Harvest", copies: Sequence[Waiver] = ()
) -> "Report":
    """The report with the waivers that its findings name.

    Args:
        report: the report.
        mesh: what was checked beside, for the decisions that are published.
        found: what was harvested, for those in files.
        copies: the waivers that were read from a file.
    """
    named = {finding.waiver for finding in report.findings if finding.waiver}
    if not named:
        return report
    from catalog_service.domain.publication import Kind  # noqa: PLC0415 - waivers are rare
    from catalog_service.governance.waivers import stated  # noqa: PLC0415 - the same
    from catalog_service.publishing.decided import decided  # noqa: PLC0415 - the same

    run = {s.subject: s.triples for s in found.submissions if s.kind is Kind.DECISION}
    waivers: dict[Iri, Waiver] = {waiver.iri: waiver for waiver in copies}
    waivers |= stated(decided(mesh.view(), run))
    return replace(report, waivers={i: w for i, w in waivers.items() if i in named})
