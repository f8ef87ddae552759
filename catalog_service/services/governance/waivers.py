"""Waivers: who is excused from what, until when, and whether the excuse has any effect."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from catalog_service.domain import waivers as rules
from catalog_service.domain.rdf import Triple
from catalog_service.governance import waivers as weighing
from catalog_service.governance.layers import Layers
from catalog_service.governance.standards import Stage, Standard
from catalog_service.graph import Row, View, distinct, grouped, many, query
from catalog_service.terms import Iri


class Effect(StrEnum):
    """What a waiver does on a day."""

    LIVE = "live"
    EXPIRED = "expired"
    WITHOUT_EFFECT = "without effect"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A waiver, with what it comes to.

    Args:
        stated: what the decision states.
        decision: the decision.
        standard: the standard it exempts from; None where there is none of that IRI here.
        product: the product that it applies to, or to a part of; None where none is published.
        effect: whether it is live.
        why: why it has no effect; empty where it has, or had while it lasted.
        covers: the fingerprints of what it covers now, by the product's last report.
    """

    stated: rules.Waiver
    decision: Iri
    standard: Standard | None
    product: Iri | None
    effect: Effect
    why: str
    covers: tuple[str, ...]

    @property
    def iri(self) -> Iri:
        """Its name."""
        return self.stated.iri

    def ends_within(self, days: int, today: date) -> bool:
        """True where it is live, and its last day is at most so many days away."""
        return self.effect is Effect.LIVE and (self.stated.expires - today).days <= days


def waivers(
    view: View, standards: Layers, *, today: date, iris: Iterable[Iri] | None = None
) -> dict[Iri, Waiver]:
    """The waivers that decisions state in full, those that end first before the others.

    Args:
        view: the dataset as the caller may see it.
        standards: the standards.
        today: the day to judge on, in UTC.
        iris: only those of these names; all by default.
    """
    text = query(__package__, "waivers")
    rows = view.select(text if iris is None else many(text, "waiver", iris))
    stated = weighing.stated(_triple(row, "waiver") for row in rows)
    if not stated:
        return {}
    decisions = {at: found[0].iri("decision") for at, found in grouped(rows, "waiver").items()}
    known = {standard.iri: standard for standard in standards}
    rights = [_triple(row, "agent") for row in view.select(query(__package__, "rights"))]
    weighed = weighing.Waivers(rights, known, at=Stage.RUNTIME, today=today)
    answering = _answering(view, stated.values())
    covered = view.select(many(query(__package__, "covered"), "waiver", stated))
    covers = {at: distinct(found, "result") for at, found in grouped(covered, "waiver").items()}
    found = {}
    for waiver in sorted(stated.values(), key=lambda one: (one.expires, one.iri)):
        product = next((p for p in _wholes(waiver.applies_to) if p in answering), None)
        why = weighed.hindrance(waiver, product, answering.get(product, ()) if product else ())
        found[waiver.iri] = Waiver(
            stated=waiver,
            decision=decisions[waiver.iri],
            standard=known.get(waiver.standard),
            product=product,
            effect=_effect(waiver, why, today),
            why=why,
            covers=tuple(result.rpartition("/")[2] for result in covers.get(waiver.iri, ())),
        )
    return found


def _effect(waiver: rules.Waiver, why: str, today: date) -> Effect:
    if not waiver.in_force(today):
        return Effect.EXPIRED
    return Effect.WITHOUT_EFFECT if why else Effect.LIVE


def _answering(view: View, stated: Iterable[rules.Waiver]) -> Mapping[Iri, list[Triple]]:
    """What the products that waivers apply to state of domain and owner, by product."""
    asked = {whole for waiver in stated for whole in _wholes(waiver.applies_to)}
    rows = view.select(many(query(__package__, "answering"), "product", sorted(asked)))
    return {
        product: [_triple(row, "product") for row in told]
        for product, told in grouped(rows, "product").items()
    }


def _wholes(node: Iri) -> list[Iri]:
    """A node and the nodes that it may be a part of, told by its IRI; the nearest first."""
    found = [node]
    at = node.partition("#")[0]
    if at != node:
        found.append(Iri(at))
    for _ in range(at.partition("://")[2].count("/") - 1):
        at = at.rpartition("/")[0]
        found.append(Iri(at))
    return found


def _triple(row: Row, subject: str) -> Triple:
    return Triple(row.iri(subject), row.iri("property"), row["value"])
