"""polyseme waive: write the decision that exempts one resource from one standard."""

import re
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from catalog_service.bootstrap import Catalog, build
from catalog_service.bundled import folder
from catalog_service.cli.naming import meant
from catalog_service.cli.session import Given
from catalog_service.domain.names import short
from catalog_service.domain.rdf import Literal, iri, ntriples, text
from catalog_service.domain.waivers import LONGEST, Waiver
from catalog_service.errors import InvalidRequest, Misconfigured
from catalog_service.governance import kept, layers
from catalog_service.governance.rights import Rights
from catalog_service.governance.standards import Standard
from catalog_service.publishing.decided import decided
from catalog_service.settings import DEFAULT_BASE
from catalog_service.terms import DCT, PM, PROV, XSD, Iri

_FULL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


def waive(
    standard: str,
    product: str,
    *,
    reason: str,
    until: date,
    granted_by: str = "",
    output: Path | None = None,
    session: Given,
) -> None:
    """Write a waiver as a decision of the federation, to be reviewed and then harvested.

    It counts once the decision is published, and if those granted it who may: the federated team or
    a member of it for a standard of the mesh, the team that owns the domain or a member of it for
    one of the domain's own. Nobody waives for a product that they answer for.

    Args:
        standard: The standard, by its name, its short id or its IRI.
        product: The product that is exempt, or better the port, dataset or column: by name or IRI.
        reason: Why, in a sentence.
        until: The last day on which it is live, such as 2026-12-31; at most 90 days ahead.
        granted_by: The IRI of the team or person that grants it; the team that may, by default.
        output: The file to write; one in the current folder by default. None is written over.
        session: What every verb is given.
    """
    session.writes("text", "json")
    today = datetime.now(UTC).date()
    _live(until, today)
    if not reason.strip():
        raise InvalidRequest("the waiver has no reason", hint="say why with --reason")
    settings = session.settings()
    known = layers.read(
        kept.load(folder("shapes"), settings.cache), settings.standards or ()
    ).named(standard)
    if not known.waivable:
        raise InvalidRequest(
            f"nobody can be excused from {known.name}",
            hint=f"meet it: polyseme explain {known.name}",
        )
    with ExitStack() as closing:
        catalog = None
        if (settings.home / "journal.db").is_file():
            catalog = closing.enter_context(build(settings, write=False))
        base = catalog.base_iri if catalog else settings.base_iri or DEFAULT_BASE
        resource = _resource(catalog, product)
        granter, team = _granter(catalog, known, resource, granted_by)
    draft = _Draft(base, known, resource, reason.strip(), granter, team, until, today)
    file = output or Path(f"waiver-{draft.slug}.ttl")
    _write(file, draft.turtle())
    if session.format == "json":
        session.out.json(
            {
                "file": file.as_posix(),
                "waiver": draft.waiver,
                "decision": draft.decision,
                "standard": known.iri,
                "applies_to": resource,
                "granted_by": granter,
                "expires": until.isoformat(),
            }
        )
        return
    session.out.line(f"wrote  {file}")
    session.out.line(
        "next: have it reviewed, put it beside the federation's decisions, and"
        f" polyseme harvest {file}"
    )


@dataclass(frozen=True, slots=True)
class _Draft:
    """The decision that is written."""

    base: str
    standard: Standard
    resource: Iri
    reason: str
    granter: Iri
    team: Iri
    until: date
    today: date

    @property
    def slug(self) -> str:
        """What tells it from other waivers: standard, resource and end."""
        named = re.sub(r"[^A-Za-z0-9.-]+", "-", short(self.resource)).strip("-.")
        mark = sha256(self.resource.encode()).hexdigest()[:6]
        return f"{self.standard.name}-{named}-{mark}-{self.until}"

    @property
    def waiver(self) -> Iri:
        return Iri(f"{self.base}waivers/{self.slug}")

    @property
    def decision(self) -> Iri:
        return Iri(f"{self.base}decisions/waiver-{self.slug}")

    def turtle(self) -> str:
        """The file: one decision that holds one waiver."""
        title = f"Waiver of {self.standard.name} for {short(self.resource)}"
        said = {
            self.decision: [
                (PM.Decision, ""),
                (DCT.title, ntriples(text(title, "en"))),
                (DCT.created, ntriples(Literal(self.today.isoformat(), XSD.date))),
                (PROV.wasAttributedTo, ntriples(self.team)),
            ],
            self.waiver: [
                (PM.Waiver, ""),
                (PM.waives, ntriples(self.standard.iri)),
                (PM.appliesTo, ntriples(self.resource)),
                (PM.rationale, ntriples(text(self.reason))),
                (PM.grantedBy, ntriples(self.granter)),
                (PM.expires, ntriples(Literal(self.until.isoformat(), XSD.date))),
            ],
        }
        blocks = []
        for subject, stated in said.items():
            lines = [
                f"a {_short(p)}" if not value else f"{_short(p)} {value}" for p, value in stated
            ]
            blocks.append(f"{ntriples(subject)} " + " ;\n  ".join(lines) + " .\n")
        return _HEAD + "\n".join(blocks)


_PREFIXES = {"pm": PM.base, "dct": DCT.base, "prov": PROV.base}
_HEAD = (
    "# An exemption of one resource from one standard; it ends by itself on the day it names.\n"
    + "".join(f"@prefix {name}: <{base}> .\n" for name, base in _PREFIXES.items())
    + "\n"
)


def _short(term: Iri) -> str:
    name, base = next((n, b) for n, b in _PREFIXES.items() if term.startswith(b))
    return f"{name}:{term.removeprefix(base)}"


def _live(until: date, today: date) -> None:
    if until < today:
        raise InvalidRequest(f"{until} is over", hint="name a day to come with --until")
    ahead = until - today
    if ahead > LONGEST:
        raise InvalidRequest(
            f"{until} is {ahead.days} days ahead; a waiver lasts at most {LONGEST.days} days",
            hint=f"name a day up to {today + LONGEST}; what takes longer is decided again",
        )


def _resource(catalog: Catalog | None, named: str) -> Iri:
    if catalog is not None:
        return meant(catalog.index, named)
    if not _FULL.fullmatch(named):
        raise InvalidRequest(
            f"{named!r} is no IRI, and there is no catalog to look it up in",
            hint="name the product by its IRI, or the data directory with --home",
        )
    return iri(named)


def _granter(
    catalog: Catalog | None, standard: Standard, resource: Iri, named: str
) -> tuple[Iri, Iri]:
    """Who grants the waiver, and the team whose decision it is."""
    rights = Rights.among(decided(catalog.view(), {})) if catalog else None
    teams = sorted(rights.granters(standard)) if rights else []
    if not named:
        if len(teams) != 1:
            raise InvalidRequest(
                f"{len(teams) or 'no'} teams are known here that may waive {standard.name}",
                hint="name who grants the waiver with --granted-by",
            )
        return teams[0], teams[0]
    granter = iri(named)
    if rights is None or catalog is None:
        return granter, granter
    mine = [team for team in teams if rights.belongs(granter, [team])]
    if not mine:
        raise InvalidRequest(
            f"<{granter}> may not waive {standard.name}: the waiver would have no effect",
            hint="it is granted by " + (", ".join(teams) or "nobody known here") + " or a member",
        )
    asked = Waiver(granter, standard.iri, resource, "", frozenset({granter}), date.max)
    product = _product(catalog, resource)
    own = standard.domain is not None
    if not own and rights.excuses_itself(asked, product, catalog.view().graph(product)):
        raise InvalidRequest(
            f"<{granter}> answers for <{product}>, so the waiver would have no effect",
            hint="let somebody grant it who does not answer for the product",
        )
    return granter, mine[0]


def _product(catalog: Catalog, resource: Iri) -> Iri:
    """The published product that the resource is, or is a part of; itself where there is none."""
    view = catalog.view()
    whole = resource
    while "/" in whole.partition("://")[2]:
        if view.sees(whole):
            return whole
        whole = Iri(whole.rpartition("/")[0])
    return resource


def _write(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError as fault:
        raise Misconfigured(
            f"{file} is there already", hint="it is not written over; name another with --output"
        ) from fault
    except OSError as fault:
        raise Misconfigured(
            f"{file} cannot be written: {fault.strerror}", hint="name another with --output"
        ) from fault
