"""polyseme harvest: read, check, publish what conforms, quarantine the rest."""

from pathlib import Path
from time import perf_counter

from catalog_service.cli.formats import FORMATS, targets
from catalog_service.cli.measured import measured
from catalog_service.cli.report import Report
from catalog_service.cli.session import Given
from catalog_service.cli.writing import reasoned, write
from catalog_service.domain.rdf import iri
from catalog_service.errors import InvalidRequest
from catalog_service.governance.standards import Stage


def harvest(
    *paths: Path,
    kind: tuple[str, ...] = (),
    domain: str = "",
    dry_run: bool = False,
    output: tuple[str, ...] = (),
    session: Given,
) -> int:
    """Read files, check what they state, publish what conforms and quarantine the rest.

    Args:
        paths: Files and folders; the kind of each file is told by its content.
        kind: Only this kind of source, such as odcs; may be repeated.
        domain: The domain of products that name none, by IRI.
        dry_run: Check as if publishing, and publish nothing.
        output: A file to write the report to, as FORMAT:PATH; may be repeated.
        session: What every verb is given.
    """
    session.writes(*FORMATS)
    outputs = targets(output)
    if not paths:
        raise InvalidRequest("there is nothing to harvest", hint="name a file or a folder")
    started = perf_counter()
    whose = iri(domain) if domain else None
    with session.writing(paths[0]) as catalog, session.out.busy("harvesting"):
        found = catalog.read(paths, kinds=kind, domain=whose)
        published = catalog.check(found, at=Stage.PUBLISH) if dry_run else catalog.publish(found)
        read = Report(published.harvest.files, published.outcomes, aside=measured(published))
        report = reasoned(read, catalog, found)
    return write(session, report, catalog, started=started, outputs=outputs)
