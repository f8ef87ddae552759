"""polyseme validate: the gate, with no server, publishing nothing."""

import json
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Literal

from catalog_service.bootstrap import build, transient
from catalog_service.cli.report import Report
from catalog_service.cli.session import Given, Session
from catalog_service.domain.findings import Severity
from catalog_service.errors import Misconfigured
from catalog_service.governance.standards import Stage

if TYPE_CHECKING:
    from catalog_service.bootstrap import Catalog

_JOURNAL = "journal.db"


def validate(
    *paths: Path,
    against: Path | None = None,
    baseline: Path | None = None,
    fail_on: Literal["violation", "warning"] = "violation",
    kind: tuple[str, ...] = (),
    session: Given,
) -> int:
    """Check what files state against the standards, and publish nothing.

    What is published in the data directory, if there is one, is what names are looked up in.

    Args:
        paths: Files and folders; the current folder by default.
        against: A data directory, or a folder with the files of the mesh around: the standards
            that look beyond one product are then checked as well.
        baseline: What `validate --format json` wrote earlier; only new findings count.
        fail_on: The weight from which a finding makes the exit code 1.
        kind: Only this kind of source, such as odcs; may be repeated.
        session: What every verb is given.
    """
    session.writes("text", "json")
    started = perf_counter()
    known = _fingerprints(baseline) if baseline else frozenset()
    asked = paths or (Path(),)
    with ExitStack() as closing, session.out.busy("checking"):
        catalog = closing.enter_context(_around(session, asked[0], against))
        found = catalog.read(asked, kinds=kind)
        checked = catalog.check(found, at=Stage.PUBLISH if against else Stage.CI)
    report = Report(found.files, checked.outcomes, Severity(fail_on), known)
    return report.write(session, catalog.standards, started)


def _around(session: Session, start: Path, against: Path | None) -> "Catalog":
    """What the files are checked beside: a catalog to read, or one in memory."""
    settings = session.settings(start)
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


def _fingerprints(baseline: Path) -> frozenset[str]:
    """The findings that an earlier report knows."""
    try:
        told = json.loads(baseline.read_text(encoding="utf-8"))
        rows = [*told["files"], *told["products"]]
        return frozenset(found["fingerprint"] for row in rows for found in row["findings"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise Misconfigured(
            f"{baseline} is no report to compare with: {fault}",
            hint="write one with `polyseme validate --format json > baseline.json`",
        ) from fault
