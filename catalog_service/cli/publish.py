"""polyseme publish: a team publishes its own products through the gate."""

from pathlib import Path
from time import perf_counter

from catalog_service.cli.exits import FINE
from catalog_service.cli.formats import FORMATS
from catalog_service.cli.report import Report
from catalog_service.cli.session import Given
from catalog_service.cli.writing import reasoned, write
from catalog_service.errors import InvalidRequest
from catalog_service.governance.standards import Stage


def publish(*paths: Path, kind: tuple[str, ...] = (), session: Given) -> int:
    """Publish what the files state: all of it, or nothing where any of it is refused.

    Args:
        paths: The files and folders of the products.
        kind: Only this kind of source, such as odcs; may be repeated.
        session: What every verb is given.
    """
    session.writes(*FORMATS)
    if not paths:
        raise InvalidRequest("there is nothing to publish", hint="name a file or a folder")
    started = perf_counter()
    with session.writing(paths[0]) as catalog, session.out.busy("publishing"):
        found = catalog.read(paths, kinds=kind)
        checked = catalog.check(found, at=Stage.PUBLISH)
        report = Report(found.files, checked.outcomes)
        if report.code == FINE:
            report = Report(found.files, catalog.publish(found).outcomes)
        report = reasoned(report, catalog, found)
    code = write(session, report, catalog, started=started)
    if code != FINE:
        session.out.note("nothing was published: all of it conforms, or none of it is published")
    return code
