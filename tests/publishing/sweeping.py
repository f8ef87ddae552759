"""A mesh of three products under a few standards, for sweeps: a reads b, and c reads nothing."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from test_publisher import BASE, GOVERNANCE, iri, product, reads, submission

from catalog_service import bundled
from catalog_service.bootstrap import Catalog, build
from catalog_service.domain.measurement import Measured, Measurement
from catalog_service.domain.publication import Outcome, Submission
from catalog_service.domain.rdf import number
from catalog_service.governance.standards import Standards, load
from catalog_service.publishing.sweep import Swept
from catalog_service.settings import Settings
from catalog_service.terms import PM, UNIT, Iri

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
NAMES = {
    "owner-named", "described", "versioned", "input-resolves", "no-cycle", "breaking-is-major",
    "slo-measured", "slo-met", "waiver-live", "finding-handled", "management-ports",
}  # fmt: skip
FEDERATION = """
<https://mesh.example/teams/federation> a pm:FederatedTeam .
<mailto:fay@mesh.example> org:memberOf <https://mesh.example/teams/federation> .
"""
DECIDED = GOVERNANCE + FEDERATION


@cache
def some() -> Standards:
    """A few standards of each gate."""
    mesh = load(bundled.folder("shapes"))
    kept = [standard for standard in mesh if standard.name in NAMES]
    return mesh.beside(kept, {standard.name: mesh.shape(standard.name) for standard in kept})


def opened(home: Path) -> Catalog:
    """The catalog of a home, under those standards."""
    catalog = build(Settings(home=home, base_iri=BASE))
    catalog.__dict__["standards"] = some()
    return catalog


def publish(catalog: Catalog, *submissions: Submission) -> tuple[Outcome, ...]:
    return catalog.publisher.publish(submissions, publisher="ana", now=NOW)


def mesh(home: Path) -> Catalog:
    """The mesh, published and never swept."""
    catalog = opened(home)
    publish(
        catalog,
        submission(DECIDED),
        submission(product("a", more=reads("a", "b")), "a"),
        submission(product("b"), "b"),
        submission(product("c"), "c"),
    )
    return catalog


def measure(
    catalog: Catalog, name: str, hours: float, time: datetime = NOW, up: float = 99.9
) -> None:
    """Measure both objectives of a product."""
    port = Iri(f"{iri(name)}/ports/sql")
    catalog.publisher.observe(
        [
            Measured(Measurement(port, PM.Freshness, number(hours), time, UNIT.HR)),
            Measured(Measurement(port, PM.Availability, number(up), time, UNIT.PERCENT)),
        ],
        now=time,
    )


def told(swept: Swept) -> dict[str, list[str]]:
    """The standards that each product's findings are of, by short name."""
    return {
        outcome.subject.rpartition("/")[2]: sorted(f.standard for f in outcome.verdict.findings)
        for outcome in swept.outcomes
    }
