"""polyseme plan: what publishing a working copy would change, and for whom."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from catalog_service.bootstrap import build, transient
from catalog_service.cli.findings import plural
from catalog_service.cli.naming import called
from catalog_service.cli.planned import Planned
from catalog_service.cli.planned_told import FORMATS, write
from catalog_service.cli.session import Given, Session
from catalog_service.domain.publication import Kind
from catalog_service.errors import Misconfigured
from catalog_service.governance.standard import Stage
from catalog_service.services.changes import plan as planned

if TYPE_CHECKING:
    from catalog_service.bootstrap import Catalog
    from catalog_service.harvesting.runner import Harvest
    from catalog_service.terms import Iri

_JOURNAL = "journal.db"


def plan(
    *paths: Path,
    against: Path | None = None,
    fail_on: Literal["breaking", "any"] = "breaking",
    kind: tuple[str, ...] = (),
    session: Given,
) -> int:
    """Tell what publishing files would change, what breaks, and for whom; publish nothing.

    Formats: text, json, and markdown for a comment on a pull request. Only products that the files
    state are compared: what no file states stays published.

    Args:
        paths: Files and folders; the current folder by default.
        against: What is published: a data directory, or a folder with the files of the mesh as it
            is; that of --home by default.
        fail_on: breaking: exit 1 where a change that breaks readers is not announced by a new major
            version. any: also where another change asks for a higher version, or where a product
            would break, announced or not. What the gate would refuse exits 1 in any case.
        kind: Only this kind of source, such as odcs; may be repeated.
        session: What every verb is given.
    """
    session.writes(*FORMATS)
    asked = paths or (Path(),)
    with ExitStack() as closing, session.out.busy("planning"):
        catalog, unread = _published(session, asked[0], against)
        closing.enter_context(catalog)
        found = catalog.read(asked, kinds=kind)
        decisions = sum(one.kind is Kind.DECISION for one in found.submissions)
        if decisions:
            session.out.note(f"{plural(decisions, 'decision')} checked, and not compared")
        told = _told(catalog, found, fail_on, unread=unread)
        return write(session, told, catalog.layers)


def _told(catalog: "Catalog", found: "Harvest", fail_on: str, *, unread: bool) -> Planned:
    """What was read, compared with what is published, and judged as if it were published."""
    view = catalog.view()
    plans = tuple(
        planned(view, submission.subject, submission.triples)
        for submission in found.submissions
        if submission.kind is Kind.PRODUCT
    )
    names: set[Iri] = set()
    for each in plans:
        names |= {use.product for uses in each.uses.values() for use in uses}
        for dependant in each.dependants:
            names |= {dependant.iri, *filter(None, (dependant.domain, dependant.owner))}
    return Planned(
        plans,
        found.files,
        catalog.check(found, at=Stage.PUBLISH).outcomes,
        called(view, names),
        strict=fail_on == "any",
        unread=unread or found.unread,
    )


def _published(session: Session, start: Path, against: Path | None) -> "tuple[Catalog, bool]":
    """What is published, and whether a part of it could not be read.

    Raises:
        NotFound: nothing is published where it is looked for.
        Misconfigured: `against` is no folder.
    """
    settings = session.settings(start)
    if against is None:
        return build(settings, write=False), False
    if not against.is_dir():
        raise Misconfigured(f"{against} is no folder", hint="name a data directory or a folder")
    if (against / _JOURNAL).is_file():
        return build(settings.model_copy(update={"home": against}), write=False), False
    catalog = transient(settings)
    found = catalog.read([against])
    refused = [o.subject for o in catalog.publish(found).outcomes if not o.verdict.conforms]
    for subject in refused:
        session.out.note(f"{subject} does not conform in {against}, so it is not compared with")
    return catalog, found.unread
