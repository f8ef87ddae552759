"""Findings over time as `polyseme findings` lists them: what is asked, and what is found."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from catalog_service.cli import followed_told as told
from catalog_service.cli.exits import FINDINGS, FINE
from catalog_service.cli.formats import FORMATS, encoded, targets
from catalog_service.cli.naming import meant
from catalog_service.domain.findings import NOTICES, Severity
from catalog_service.domain.names import short
from catalog_service.domain.rdf import iri
from catalog_service.domain.tracking import State, Tracked
from catalog_service.errors import InvalidRequest, NotFound
from catalog_service.journal import Filter, Key, key
from catalog_service.search import Kind
from catalog_service.services import findings
from catalog_service.terms import Iri

if TYPE_CHECKING:
    from catalog_service.bootstrap import Catalog
    from catalog_service.cli.session import Session

_LISTS = ("text", "json", "jsonl", "rdf")
"""The formats that have a place for what is closed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for; the fields are its options."""

    state: Sequence[State] = ()
    standard: Sequence[str] = ()
    domain: Sequence[str] = ()
    owner: Sequence[str] = ()
    severity: Sequence[Severity] = ()
    product: Sequence[str] = ()
    since: datetime | None = None
    first: int | None = None
    after: str = ""

    @property
    def narrow(self) -> bool:
        """True where something is kept out beside what is closed."""
        kept = (self.state, self.standard, self.domain, self.owner, self.severity, self.product)
        return any(kept) or self.since is not None


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of findings.

    Args:
        findings: the findings.
        states: how many there are in all, by state.
        severities: how many there are in all, by severity.
        next: the cursor to go on from; empty where nothing follows.
        refused: the subjects of what lies in quarantine, where nothing was found and nothing kept
            out: that a product was refused is no finding of what is published.
        published: False where nothing is published at all.
    """

    findings: Sequence[Tracked]
    states: Counter[State] = field(default_factory=Counter)
    severities: Counter[Severity] = field(default_factory=Counter)
    next: str = ""
    refused: Sequence[Iri] = ()
    published: bool = True

    @property
    def total(self) -> int:
        """How many findings there are in all."""
        return self.states.total()


def tell(session: "Session", asked: Asked, output: Sequence[str], fail_on: Severity | None) -> int:
    """List what is asked for, in the session's format and to files; the exit code.

    Raises:
        InvalidRequest: the page is none, or closed findings are asked for in a format of open ones.
        NotFound: nothing has one of the names.
    """
    asked_in = session.writes(*FORMATS)
    outputs = targets(output)
    if asked.first is not None and asked.first < 0:
        raise InvalidRequest(
            f"--first {asked.first} is no number of findings", hint="give 0 or more"
        )
    lists = {asked_in, *(target.format for target in outputs)} <= set(_LISTS)
    if State.CLOSED in asked.state and not lists:
        raise InvalidRequest(
            "reports for other programs tell what is to be done, and nothing of what is closed",
            hint=f"list what is closed as {', '.join(_LISTS)}",
        )
    with session.reading() as catalog:
        listed = _listed(catalog, asked)
        for target in outputs:
            target.write(told.written(target.format, listed, catalog))
        if asked_in == "text":
            told.write(session.out, listed, catalog, narrow=asked.narrow)
        else:
            session.out.raw(encoded(told.written(asked_in, listed, catalog)))
    return FINDINGS if fail_on and any(_weighs(f, fail_on) for f in listed.findings) else FINE


def _listed(catalog: "Catalog", asked: Asked) -> Listed:
    view, ledger = catalog.view(), catalog.journal.ledger
    wanted = _wanted(catalog, asked)
    after = Key.read(asked.after) if asked.after else None
    page = findings.page(view, ledger, wanted, after=after, first=asked.first)
    counts = findings.counts(view, ledger, wanted, "state", "weight")
    states: Counter[State] = Counter()
    severities: Counter[Severity] = Counter()
    weights: dict[object, Severity] = {severity.weight: severity for severity in Severity}
    for (state, weight), number in counts.items():
        states[State(str(state))] += number
        severities[weights[weight]] += number
    return Listed(
        page.findings,
        states,
        severities,
        key(page.findings[-1]).cursor if page.more and page.findings else "",
        tuple(q.subject for q in catalog.journal.quarantined())
        if not (counts or asked.narrow)
        else (),
        published=catalog.journal.revision() > 0,
    )


def _wanted(catalog: "Catalog", asked: Asked) -> Filter:
    since = asked.since
    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=UTC)
    return Filter(
        subjects=tuple(meant(catalog.index, n, kinds=(Kind.PRODUCT,)) for n in asked.product),
        states=tuple(asked.state) or findings.STANDING,
        severities=tuple(asked.severity),
        standards=tuple(_standard(catalog, name) for name in asked.standard),
        domains=tuple(meant(catalog.index, n, kinds=(Kind.DOMAIN,)) for n in asked.domain),
        owners=tuple(_owner(catalog, name) for name in asked.owner),
        since=since,
    )


def _standard(catalog: "Catalog", name: str) -> str:
    """What findings call a standard, or what no standard can see."""
    if name in NOTICES:
        return name
    try:
        return catalog.layers.named(name).key
    except NotFound:  # one that is no longer in force may still have findings
        counts = findings.counts(catalog.view(), catalog.journal.ledger, Filter(), "standard")
        if (name,) not in counts:
            raise
        return name


def _owner(catalog: "Catalog", name: str) -> Iri:
    if ":" in name:
        return iri(name)
    counts = findings.counts(catalog.view(), catalog.journal.ledger, Filter(), "owner")
    owners = sorted(Iri(str(owner)) for (owner,) in counts if owner)
    known = [owner for owner in owners if name in {short(owner), short(owner).partition("@")[0]}]
    if not known:
        listed = ", ".join(owners[:5])
        raise NotFound(
            f"nobody called {name!r} answers for anything with a finding",
            hint=f"those who do are {listed}" if listed else "there are no findings at all",
        )
    if len(known) > 1:
        raise InvalidRequest(
            f"{name!r} is the name of {len(known)} owners",
            hint=f"name one by its IRI: {', '.join(known[:5])}",
        )
    return known[0]


def _weighs(tracked: Tracked, fail_on: Severity) -> bool:
    handled = tracked.state in {State.CLOSED, State.WAIVED}
    return not handled and tracked.finding.severity.weight >= fail_on.weight
