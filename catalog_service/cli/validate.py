"""polyseme validate: the gate, with no server, publishing nothing."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Literal

from catalog_service.cli import baseline as before
from catalog_service.cli.against import around
from catalog_service.cli.formats import FORMATS, targets
from catalog_service.cli.measured import measured
from catalog_service.cli.report import Report
from catalog_service.cli.session import Given
from catalog_service.cli.writing import reasoned, write
from catalog_service.domain.findings import Severity
from catalog_service.governance.standard import Stage

if TYPE_CHECKING:
    from catalog_service.domain.waivers import Waiver
    from catalog_service.surroundings import Surroundings


def validate(
    *paths: Path,
    against: str = "",
    baseline: str = "",
    fail_on: Literal["violation", "warning"] = "violation",
    exit_zero: bool = False,
    waivers: Path | None = None,
    standards: tuple[Path, ...] = (),
    output: tuple[str, ...] = (),
    kind: tuple[str, ...] = (),
    session: Given,
) -> int:
    """Check what files state against the standards, and publish nothing.

    What is published in the data directory, if there is one, is what names are looked up in.

    Args:
        paths: Files and folders; the current folder by default.
        against: The mesh around: a data directory, a folder with its files, or the address of a
            server (asked with the token of the settings, if there is one). The standards that look
            beyond one product are then checked as well.
        baseline: What `validate --format json` wrote earlier, or a commit such as origin/main;
            only new findings are shown and count.
        fail_on: The weight from which a finding makes the exit code 1.
        exit_zero: Exit 0 whatever is found; what could not be read or checked still exits 3.
        waivers: A copy of waivers that were granted, in Turtle or YAML.
        standards: A folder of standards that a domain keeps, in the place of those of the settings;
            may be repeated.
        output: A file to write the report to, as FORMAT:PATH; may be repeated.
        kind: Only this kind of source, such as odcs; may be repeated.
        session: What every verb is given.
    """
    session.writes(*FORMATS)
    outputs = targets(output)
    started = perf_counter()
    asked = paths or (Path(),)
    at = Stage.PUBLISH if against else Stage.CI
    with (
        session.out.busy("checking"),
        around(session, asked[0], against, standards=standards) as beside,
    ):
        mesh = beside.mesh
        copies = _copies(waivers, mesh)

        def check(these: Sequence[Path]) -> Report:
            found = mesh.read(these, kinds=kind)
            checked = mesh.check(found, at=at, waivers=copies)
            report = Report(
                checked.harvest.files,
                checked.outcomes,
                Severity(fail_on),
                exit_zero=exit_zero,
                unchecked=beside.missing(found),
                aside=measured(checked),
            )
            return reasoned(report, mesh, found, copies)

        known = before.fingerprints(baseline, asked, check) if baseline else None
        report = replace(check(asked), known=known)
    return write(session, report, mesh, started=started, outputs=outputs)


def _copies(file: Path | None, mesh: "Surroundings") -> "tuple[Waiver, ...]":
    """The waivers in a file."""
    if file is None:
        return ()
    from catalog_service.governance import waiver_files  # noqa: PLC0415 - waivers are rare

    return waiver_files.read(file, mesh.layers)
