"""What files are read and compared with: a data directory, a folder of files, or a server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from catalog_service import __version__
from catalog_service.domain.findings import Finding, Severity
from catalog_service.domain.publication import Fate
from catalog_service.errors import Misconfigured
from catalog_service.services import standards as rules
from catalog_service.surroundings import FilesAround, ServerAround, Surroundings
from catalog_service.terms import DPROD, Iri

if TYPE_CHECKING:
    from catalog_service.cli.session import Session
    from catalog_service.harvesting.runner import Harvest
    from catalog_service.settings import Settings

_JOURNAL = "journal.db"


@dataclass(frozen=True, slots=True)
class Around:
    """The mesh that files are read and compared with.

    Args:
        mesh: what is published there.
        unread: what of it could not be read.
    """

    mesh: Surroundings
    unread: tuple[Finding, ...] = ()

    def missing(self, found: "Harvest") -> tuple[Finding, ...]:
        """What keeps files from being checked whole.

        Args:
            found: what was read of them.
        """
        return self.unread + tuple(
            Finding(
                "not-checked",
                Severity.VIOLATION,
                f"the domain <{domain}> keeps standards of its own, which are not at hand",
                "name their folder with --standards",
                focus=domain,
            )
            for domain in self._unjudged(found)
        )

    def _unjudged(self, found: "Harvest") -> tuple[Iri, ...]:
        """The domains of what was read whose own standards only the server has."""
        if not isinstance(self.mesh, ServerAround):
            return ()
        domains = {
            value
            for submission in found.submissions
            for subject, predicate, value in submission.triples
            if (subject, predicate) == (submission.subject, DPROD.domain) and isinstance(value, str)
        }
        known = {layer.domain for layer in self.mesh.layers.domains}
        kept = rules.layered(self.mesh.view(), sorted(domains)) if domains else ()
        return tuple(domain for domain in kept if domain not in known)


@contextmanager
def around(
    session: "Session",
    start: Path,
    against: str,
    *,
    standards: tuple[Path, ...] = (),
    needed: bool = False,
) -> Iterator[Around]:
    """The mesh that `--against` names; where it names none, the one in the data directory.

    What a server served is confirmed to belong together when the work with it is done, so nothing
    may be told before.

    Args:
        session: what the verb was given.
        start: where the files begin, whose settings count.
        against: a data directory, a folder, or the address of a server; empty for none.
        standards: folders of standards that domains keep, instead of those of the settings.
        needed: whether to refuse to work beside nothing.

    Raises:
        Misconfigured: it names neither.
        NotFound: nothing is published where something is needed.
        Unavailable: the server cannot be reached, is none of ours, or changed meanwhile.
    """
    settings = session.settings(start, standards=standards or None)
    if "://" in against:
        with _served(session, settings, against) as served:
            yield Around(served)
            served.seen.confirm()
        return
    named = Path(against) if against else None
    if named is not None and not named.is_dir():
        raise Misconfigured(
            f"{against} is {'no folder' if named.exists() else 'not there'}",
            hint="name a data directory, a folder, or the address of a server: https://…",
        )
    home = settings.home if named is None else named
    if (home / _JOURNAL).is_file() or (named is None and needed):
        from catalog_service.bootstrap import build  # noqa: PLC0415 - imports the database

        with build(settings.model_copy(update={"home": home}), write=False) as catalog:
            yield Around(catalog)
        return
    with FilesAround(settings) as files:
        yield Around(files, _taken(session, files, named) if named is not None else ())


def _taken(session: "Session", mesh: FilesAround, folder: Path) -> tuple[Finding, ...]:
    """Count what a folder states as published; what of it could not be read."""
    found = mesh.read([folder])
    for outcome in mesh.take(found).outcomes:
        if outcome.fate is Fate.QUARANTINED:
            session.out.note(
                f"{outcome.subject} does not conform in {folder}, so it is not compared with"
            )
    return tuple(
        Finding(
            "not-checked",
            Severity.VIOLATION,
            f"a file of the mesh around cannot be read: {told.message}",
            told.fix,
            file=told.file,
            line=told.line,
            column=told.column,
        )
        for row in found.files
        if row.outcome == "unreadable"
        for told in row.findings
    )


@contextmanager
def _served(session: "Session", settings: "Settings", address: str) -> Iterator[ServerAround]:
    from catalog_service.graph.remote import RemoteView  # noqa: PLC0415 - few ask a server

    token = settings.token.get_secret_value() if settings.token else ""
    seen = RemoteView(address, token)
    with ServerAround(settings, seen) as served:
        if settings.base_iri and settings.base_iri != seen.base_iri:
            raise Misconfigured(
                f"{address} serves a mesh whose IRIs begin with {seen.base_iri}, and not with the"
                f" base_iri {settings.base_iri}",
                hint="set the base_iri of that mesh, or name its server",
            )
        if seen.version != __version__:
            session.out.note(
                f"{address} runs version {seen.version}, and this is {__version__}:"
                " it may hold products to other standards"
            )
        yield served
