"""polyseme validate: the gate, with no server, publishing nothing."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Literal

from catalog_service.bootstrap import build, transient
from catalog_service.cli import baseline as before
from catalog_service.cli.formats import FORMATS, targets
from catalog_service.cli.report import Report
from catalog_service.cli.session import Given, Session
from catalog_service.cli.writing import reasoned, write
from catalog_service.domain.findings import Severity
from catalog_service.errors import Misconfigured
from catalog_service.governance.standard import Stage

if TYPE_CHECKING:
    from catalog_service.bootstrap import Catalog
    from catalog_service.domain.waivers import Waiver

_JOURNAL = "journal.db"


def validate(
    *paths: Path,
    against: Path | None = None,
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
        against: A data directory, or a folder with the files of the mesh around: the standards
            that look beyond one product are then checked as well.
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
    with ExitStack() as closing, session.out.busy("checking"):
        catalog = closing.enter_context(_around(session, asked[0], against, standards))
        copies = _copies(waivers, catalog)

        def check(these: Sequence[Path]) -> Report:
            found = catalog.read(these, kinds=kind)
            outcomes = catalog.check(found, at=at, waivers=copies).outcomes
            report = Report(found.files, outcomes, Severity(fail_on), exit_zero=exit_zero)
            return reasoned(report, catalog, found, copies)

        known = before.fingerprints(baseline, asked, check) if baseline else None
        report = replace(check(asked), known=known)
    return write(session, report, catalog, started=started, outputs=outputs)


def _copies(file: Path | None, catalog: "Catalog") -> "tuple[Waiver, ...]":
    """The waivers in a file."""
    if file is None:
        return ()
    from catalog_service.governance import waiver_files  # noqa: PLC0415 - waivers are rare

    return waiver_files.read(file, catalog.layers)


def _around(
    session: Session, start: Path, against: Path | None, standards: tuple[Path, ...]
) -> "Catalog":
    """What the files are checked beside: a catalog to read, or one in memory."""
    settings = session.settings(start, standards=standards or None)
    if against is not None and not against.is_dir():
        raise Misconfigured(f"{against} is no folder", hint="name a data directory or a folder")
    if against is not None and (against / _JOURNAL).is_file():
        return build(settings.model_copy(update={"home": against}), write=False)
    if against is None and (settings.home / _JOURNAL).is_file():
        return build(settings, write=False)
    catalog = transient(settings)
    if against is not None:
        catalog.publish(catalog.read([against]))
    return catalog
