"""polyseme findings: list findings over time; and how every verb tells of findings."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from catalog_service.cli.frame import frame
from catalog_service.cli.output import Output
from catalog_service.cli.session import Given
from catalog_service.domain.findings import Finding, Severity
from catalog_service.domain.rdf import Origin
from catalog_service.domain.tracking import State
from catalog_service.domain.waivers import Waiver
from catalog_service.errors import NotFound
from catalog_service.terms import Iri

if TYPE_CHECKING:  # its import is as long as the rest of a search
    from catalog_service.governance.standard import Standard

STYLES = {Severity.VIOLATION: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


class Known(Protocol):
    """The standards that findings may be of."""

    def named(self, text: str, /) -> "Standard":
        """The standard with this name, short id or IRI.

        Raises:
            NotFound: there is none.
        """
        ...


def findings(
    *,
    state: tuple[State, ...] = (),
    standard: tuple[str, ...] = (),
    domain: tuple[str, ...] = (),
    owner: tuple[str, ...] = (),
    severity: tuple[Severity, ...] = (),
    product: tuple[str, ...] = (),
    since: datetime | None = None,
    first: int | None = None,
    after: str = "",
    fail_on: Literal["violation", "warning"] | None = None,
    output: tuple[str, ...] = (),
    session: Given,
) -> int:
    """List findings of what is published, the gravest first, with what became of them.

    Each of the filters may be repeated; what is given twice may be either.

    Args:
        state: Only what is open, waived, recovering or closed; all but closed by default.
        standard: Only findings of this standard, by name, short id or IRI.
        domain: Only of products in this domain or below it, by IRI or name.
        owner: Only of what this person or team answers for, by IRI or the end of it.
        severity: Only violations, warnings or infos.
        product: Only of this product, by IRI or name; or of this decision, by IRI.
        since: Only what has been in its state since this day or later, such as 2026-03-31, in UTC.
        first: How many to list; all of them by default.
        after: The cursor to go on from, as the page before it ended.
        fail_on: Exit 1 where a finding that is listed, and not waived or closed, weighs so much.
        output: A file to write the list to, as FORMAT:PATH; may be repeated.
        session: What every verb is given.
    """
    from catalog_service.cli import followed  # noqa: PLC0415 - it tells by way of this module

    asked = followed.Asked(state, standard, domain, owner, severity, product, since, first, after)
    return followed.tell(session, asked, output, Severity(fail_on) if fail_on else None)


def written(
    out: Output,
    findings: Iterable[Finding],
    known: Known,
    waivers: Mapping[Iri, Waiver] | None = None,
) -> None:
    """Write findings one after the other, each with the line it is about and what to do.

    Args:
        out: where to.
        findings: the findings.
        known: the standards, for their names.
        waivers: what is known of the waivers that findings name.
    """
    before = None
    for finding in findings:
        standard = standard_of(finding.standard, known)
        place = Origin(finding.file, finding.line, finding.column)
        out.line(
            (str(place) or finding.focus or "", "bold"),
            "  ",
            (finding.severity.value, STYLES[finding.severity]),
            f"  {called(finding.standard, known)}   {finding.message}",
        )
        for line in frame(place) if place != before else ():  # once for all that is wrong there
            out.line((line, "dim"))
        before = place
        named = standard.identifier if standard else finding.standard
        explained = f"polyseme explain {named}"
        fix = f"fix: {finding.fix}" if finding.fix else ""
        if finding.waiver:
            waiver = (waivers or {}).get(finding.waiver)
            why = f" until {waiver.expires.isoformat()}: {waiver.rationale}" if waiver else ""
            out.line(f"     waived by {finding.waiver}{why}")
        else:
            out.line(f"     {'   '.join(filter(None, (fix, explained)))}")


def counted(findings: Sequence[Finding]) -> str:
    """How many findings there are, by weight: `2 violations, 1 warning, 1 waived`."""
    counts = Counter(finding.severity for finding in findings if finding.waiver is None)
    waived = sum(finding.waiver is not None for finding in findings)
    told = [plural(counts[severity], severity.value) for severity in Severity if counts[severity]]
    if waived:
        told.append(f"{waived} waived")
    return ", ".join(told) or "no findings"


def tally(findings: Sequence[Finding]) -> dict[str, int]:
    """The same as figures, for JSON."""
    open_ = [finding for finding in findings if finding.waiver is None]
    return {
        **{
            f"{severity.value}s": sum(finding.severity is severity for finding in open_)
            for severity in Severity
        },
        "waived": len(findings) - len(open_),
    }


def plural(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def standard_of(name: str, known: Known) -> "Standard | None":
    """The standard that a finding names; None of what only a reader can notice."""
    try:
        return known.named(name)
    except NotFound:
        return None


def called(name: str, known: Known) -> str:
    """What a standard is called in output: by its short id and its name, where it has both."""
    standard = standard_of(name, known)
    return f"{standard.identifier} {standard.name}" if standard else name
