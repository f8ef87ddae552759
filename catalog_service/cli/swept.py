"""What a sweep came to, as a report that every format can tell."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from catalog_service.cli.findings import plural
from catalog_service.cli.report import Aside, Report
from catalog_service.domain.findings import Finding, Severity

if TYPE_CHECKING:
    from catalog_service.bootstrap import Catalog
    from catalog_service.domain.tracking import Recovery
    from catalog_service.publishing.consumers import Consumer
    from catalog_service.publishing.sweep import Fallen, Swept


def report(
    swept: "Swept", catalog: "Catalog", fail_on: Severity, *, exit_zero: bool = False
) -> Report:
    """The report of a sweep.

    Args:
        swept: the sweep.
        catalog: the catalog, for the waivers that its decisions state.
        fail_on: the weight from which a finding fails the run.
        exit_zero: findings fail nothing.
    """
    from catalog_service.governance.waivers import stated  # noqa: PLC0415 - slow to import
    from catalog_service.publishing.decided import decided  # noqa: PLC0415 - the same

    named = {f.waiver for o in swept.outcomes for f in o.verdict.findings if f.waiver}
    waivers = stated(decided(catalog.view(), {})) if named else {}
    return Report(
        (),
        swept.outcomes,
        fail_on,
        exit_zero=exit_zero,
        waivers={iri: waiver for iri, waiver in waivers.items() if iri in named},
        unchecked=tuple(_unchecked(swept)),
        aside=Aside(
            tuple(_lines(swept)), tuple(_summary(swept)), {"sweep": record(swept)}, brief=True
        ),
    )


def record(swept: "Swept") -> dict[str, Any]:
    """What is told of a sweep beside its verdicts, for JSON."""
    return {
        "judged": swept.judged,
        "carried_over": swept.carried,
        "left": swept.left,
        "fallen": [
            {
                "product": fallen.product,
                "revision": fallen.revision,
                "owner": fallen.owner,
                "findings": [finding.fingerprint for finding in fallen.findings],
                "recovered": fallen.recovered,
                "consumers": [
                    {"iri": user.iri, "owner": user.owner, "registered": user.registered}
                    for user in fallen.consumers
                ],
                "recoveries": [_recovery(recovery) for recovery in fallen.recoveries],
            }
            for fallen in swept.fallen
        ],
    }


def _recovery(recovery: "Recovery") -> dict[str, Any]:
    return {
        "iri": recovery.iri,
        "action": recovery.action,
        "started": recovery.started.isoformat(),
        "ended": recovery.ended.isoformat() if recovery.ended else None,
        "outcome": recovery.outcome,
    }


def _lines(swept: "Swept") -> Iterator[str]:
    for fallen in swept.fallen:
        yield from _told(fallen)
    if swept.left:
        yield (
            f"stopped: {swept.judged:,} were judged and are kept, {swept.left:,} are left;"
            " the next sweep goes on with them"
        )


def _told(fallen: "Fallen") -> Iterator[str]:
    why = ", ".join(sorted({finding.standard for finding in fallen.findings}))
    owner = f", owner {fallen.owner}" if fallen.owner else ""
    yield f"fallen out   {fallen.product}  revision {fallen.revision}{owner}: {why}"
    for user in fallen.consumers:
        yield f"     used by {_user(user)}"
    for recovery in fallen.recoveries:
        yield f"     {recovery.action}: {recovery.outcome}"
    if fallen.recovered is None:
        yield "     it stays published as it is, and is marked as not conforming"


def _user(user: "Consumer") -> str:
    owner = f", owner {user.owner}" if user.owner else ""
    return f"{user.iri}{owner}" + ("" if user.registered else " (not registered)")


def _summary(swept: "Swept") -> Iterator[str]:
    yield f"{swept.judged:,} judged, {swept.carried:,} carried over"
    if swept.fallen:
        mended = sum(fallen.recovered is not None for fallen in swept.fallen)
        told = f", {mended:,} recovered" if mended else ""
        yield f"{plural(len(swept.fallen), 'product')} fallen out{told}"


def _unchecked(swept: "Swept") -> Iterator[Finding]:
    for subject in swept.lost:
        yield Finding(
            "not-checked",
            Severity.VIOLATION,
            f"<{subject}> could not be judged: the process that did it was lost",
            "sweep again with --processes 1, and with more memory",
            focus=subject,
            product=subject,
        )
