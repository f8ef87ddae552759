"""What a change of standards comes to, as text and as JSON."""

from collections.abc import Sequence
from typing import Any

from catalog_service.cli.findings import plural
from catalog_service.cli.session import Session
from catalog_service.domain.findings import Finding
from catalog_service.governance.changes import Change
from catalog_service.publishing.replay import Effect, Replay


def record(
    differs: Sequence[Change], replayed: Replay, unchecked: Sequence[Finding] = ()
) -> dict[str, Any]:
    """The difference as JSON has it.

    Args:
        differs: the standards that differ.
        replayed: what comes of it.
        unchecked: what of the mesh could not be read, so that it was not replayed.
    """
    return {
        "standards": [
            {
                "iri": change.iri,
                "name": change.name,
                "identifier": change.identifier,
                "change": change.kind.value,
                "details": list(change.details),
            }
            for change in differs
        ],
        "products": [
            {
                "iri": effect.product,
                "domain": effect.domain,
                "owner": effect.owner,
                "published": effect.published,
                "conforms": effect.before.conforms,
                "would_conform": effect.after.conforms,
                "appearing": [finding.record() for finding in effect.appearing],
                "vanishing": [finding.record() for finding in effect.vanishing],
            }
            for effect in replayed.effects
        ],
        "unchecked": [finding.record() for finding in unchecked],
        "summary": {
            "judged": replayed.judged,
            "newly_failing": len(replayed.failing),
            "newly_passing": len(replayed.passing),
        },
    }


def write(session: Session, differs: Sequence[Change], replayed: Replay) -> None:
    """The difference for people: what fails and passes, and with -v whatever differs."""
    out = session.out
    for change in differs:
        out.line(
            (f"{change.kind.value:<8}", "bold"),
            f" {change.identifier} {change.name}   {'; '.join(change.details)}",
        )
    if differs:
        out.line()
    shown = [effect for effect in replayed.effects if session.verbose or effect.fails]
    shown += [effect for effect in replayed.passing if effect not in shown]
    for effect in shown:
        _write_effect(session, effect)
    parts = (
        plural(len(differs), "standard") + " changed",
        plural(replayed.judged, "product") + " judged",
        f"{len(replayed.failing)} would newly fail",
        f"{len(replayed.passing)} would newly pass",
        f"{len(replayed.effects)} would have another verdict",
    )
    out.line((" · ".join(parts), "bold"))


def _write_effect(session: Session, effect: Effect) -> None:
    kind = "fails" if effect.fails else "passes" if effect.passes else "differs"
    style = {"fails": "bold red", "passes": "green", "differs": ""}[kind]
    where = "" if effect.published else "  (in quarantine)"
    session.out.line((f"{kind:<8}", style), f" {effect.product}{where}")
    session.out.line(f"         domain {effect.domain or '-'}   owner {effect.owner or '-'}")
    for finding in effect.appearing:
        session.out.line(f"         + {finding.severity.value}  {finding.message}")
    for finding in effect.vanishing:
        session.out.line(f"         - {finding.severity.value}  {finding.message}")
