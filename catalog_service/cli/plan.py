"""polyseme plan: what publishing a working copy would change, and for whom."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from catalog_service.cli.against import Around, around
from catalog_service.cli.formats import targets
from catalog_service.cli.naming import called
from catalog_service.cli.planned import Planned
from catalog_service.cli.planned_told import FORMATS, write
from catalog_service.cli.session import Given
from catalog_service.domain.publication import Kind
from catalog_service.governance.standard import Stage
from catalog_service.services.changes import Amendment, Plan, amendment
from catalog_service.services.changes import plan as planned

if TYPE_CHECKING:
    from catalog_service.graph import View
    from catalog_service.harvesting.runner import Harvest
    from catalog_service.terms import Iri


def plan(
    *paths: Path,
    against: str = "",
    fail_on: Literal["breaking", "any"] = "breaking",
    output: tuple[str, ...] = (),
    kind: tuple[str, ...] = (),
    session: Given,
) -> int:
    """Tell what publishing files would change, what breaks, and for whom; publish nothing.

    Formats: text, json, and markdown for a comment on a pull request. Only products and decisions
    that the files state are compared: what no file states stays published.

    Args:
        paths: Files and folders; the current folder by default.
        against: What is published: a data directory, a folder with the files of the mesh as it is,
            or the address of a server (asked with the token of the settings, if there is one); the
            data directory of --home by default.
        fail_on: breaking: exit 1 where a change that breaks readers is not announced by a new major
            version, or a decision takes away what products rest on. any: also where another change
            asks for a higher version, or where a product would break, announced or not. What the
            gate would refuse exits 1 in any case.
        output: A file to write the plan to, as FORMAT:PATH; may be repeated.
        kind: Only this kind of source, such as odcs; may be repeated.
        session: What every verb is given.
    """
    session.writes(*FORMATS)
    outputs = targets(output, FORMATS)
    asked = paths or (Path(),)
    with (
        session.out.busy("planning"),
        around(session, asked[0], against, needed=True) as beside,
    ):
        found = beside.mesh.read(asked, kinds=kind)
        told = _told(beside, found, strict=fail_on == "any")
        known = beside.mesh.layers
    return write(session, told, known, outputs)


def _told(beside: Around, found: "Harvest", *, strict: bool) -> Planned:
    """What was read, compared with what is published, and judged as if it were published."""
    view = beside.mesh.view()
    plans = tuple(
        planned(view, submission.subject, submission.triples)
        for submission in found.submissions
        if submission.kind is Kind.PRODUCT
    )
    amendments = _amendments(view, found)
    return Planned(
        plans,
        found.files,
        beside.mesh.check(found, at=Stage.PUBLISH).outcomes,
        called(view, _named(plans, amendments)),
        amendments,
        strict=strict,
        unchecked=beside.missing(found),
    )


def _amendments(view: "View", found: "Harvest") -> tuple[Amendment, ...]:
    """What the decisions that were read would decide otherwise."""
    decisions = {s.subject: s.triples for s in found.submissions if s.kind is Kind.DECISION}
    stated = {at: {triple.subject for triple in triples} for at, triples in decisions.items()}
    return tuple(
        amendment(
            view,
            decision,
            triples,
            elsewhere=set().union(*(stated[other] for other in decisions if other != decision)),
        )
        for decision, triples in decisions.items()
    )


def _named(plans: tuple[Plan, ...], amendments: tuple[Amendment, ...]) -> "set[Iri]":
    """All that is called by a name in what is told."""
    names: set[Iri] = set()
    for each in plans:
        names |= {use.product for uses in each.uses.values() for use in uses}
    dependants = [one for each in plans for one in each.dependants]
    for changed in amendments:
        dependants += [one for ruling in changed.rulings for one in ruling.concerned]
    for dependant in dependants:
        names |= {dependant.iri, *filter(None, (dependant.domain, dependant.owner))}
    return names
