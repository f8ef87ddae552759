"""polyseme publish: a team publishes its own products through the gate."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from catalog_service.cli.exits import FINE
from catalog_service.cli.formats import FORMATS
from catalog_service.cli.measured import measured
from catalog_service.cli.report import Report
from catalog_service.cli.session import Given, Session
from catalog_service.cli.writing import reasoned, write
from catalog_service.domain.publication import Fate
from catalog_service.errors import InvalidRequest, Misconfigured
from catalog_service.governance.standards import Stage

if TYPE_CHECKING:
    from catalog_service.domain.publication import Outcome
    from catalog_service.surroundings import Published


def publish(
    *paths: Path,
    kind: tuple[str, ...] = (),
    to: str = "",
    idempotency_key: str = "",
    session: Given,
) -> int:
    """Publish what the files state: all of it, or nothing where any of it is refused.

    With `--to`, a server publishes them: products are checked here first, beside what it serves,
    and sent one after the other, each after those that it reads. The token is taken from
    POLYSEME_PUBLISH_TOKEN.

    Args:
        paths: The files and folders of the products.
        kind: Only this kind of source, such as odcs; may be repeated.
        to: The address of the server that publishes them, such as https://mesh.example/.
        idempotency_key: What makes two runs one, such as the id of a pipeline's run; by default
            what is sent, so that the same products sent again are the same request.
        session: What every verb is given.
    """
    session.writes(*FORMATS)
    if not paths:
        raise InvalidRequest("there is nothing to publish", hint="name a file or a folder")
    if to:
        return _sent(session, paths, kind, to, idempotency_key)
    if idempotency_key:
        raise InvalidRequest(
            "--idempotency-key is for --to", hint="here, publishing twice is harmless anyway"
        )
    started = perf_counter()
    with session.writing(paths[0]) as catalog, session.out.busy("publishing"):
        found = catalog.read(paths, kinds=kind)
        checked = catalog.check(found, at=Stage.PUBLISH)
        report = _report(checked)
        if report.code == FINE:
            report = _report(catalog.publish(found))
        report = reasoned(report, catalog, found)
    code = write(session, report, catalog, started=started)
    if code != FINE:
        session.out.note("nothing was published: all of it conforms, or none of it is published")
    return code


def _report(published: "Published") -> Report:
    return Report(published.harvest.files, published.outcomes, aside=measured(published))


def _sent(session: Session, paths: Sequence[Path], kind: tuple[str, ...], to: str, key: str) -> int:
    from catalog_service.cli.against import around  # noqa: PLC0415 - few publish to a server
    from catalog_service.cli.sending import send  # noqa: PLC0415 - the same
    from catalog_service.graph.exchange import Exchange  # noqa: PLC0415 - the same

    secret = session.settings(paths[0]).publish_token
    if secret is None:
        raise Misconfigured(
            "there is no token to publish with",
            hint="set POLYSEME_PUBLISH_TOKEN to one that `polyseme token create` made",
        )
    if "://" not in to:
        raise Misconfigured(
            f"{to} is no address of a server", hint="write it as https://mesh.example/"
        )
    started = perf_counter()
    outcomes: list[Outcome] = []
    with session.out.busy("publishing"), around(session, paths[0], to) as beside:
        found = beside.mesh.read(paths, kinds=kind)
        checked = beside.mesh.check(found, at=Stage.PUBLISH)
        report = Report(found.files, checked.outcomes, unchecked=beside.missing(found))
        fine = report.code == FINE
        report = reasoned(report, beside.mesh, found)
        base = beside.mesh.base_iri
    if fine:
        with closing(Exchange(to, secret.get_secret_value())) as server:
            outcomes.extend(send(server, base, found.submissions, key))
        report = Report(found.files, outcomes)
    code = write(session, report, beside.mesh, started=started)
    done = sum(outcome.fate is not Fate.QUARANTINED for outcome in outcomes)
    if code != FINE:
        left = len(found.submissions) - done
        session.out.note(f"{done or 'nothing'} published · {left} not: mend them, and run it again")
    return code
