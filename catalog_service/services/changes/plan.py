"""A plan: what publishing a working copy of a product would change, and for whom."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog_service.domain.rdf import Literal, Triple
from catalog_service.graph import View
from catalog_service.services.changes.change import Change
from catalog_service.services.changes.comparing import changes
from catalog_service.services.changes.dependants import Dependant, Use, dependants, uses
from catalog_service.services.changes.kept import kept
from catalog_service.services.changes.kinds import Bump
from catalog_service.services.changes.versions import bump, next_version
from catalog_service.terms import DCAT, Iri


@dataclass(frozen=True, slots=True)
class Plan:
    """What would change of one product.

    Args:
        product: the product.
        before: the version that is published; empty where none is.
        after: the version that the working copy states.
        changes: what differs, what breaks readers first.
        uses: where the part that a breaking change is about is read.
        dependants: whom it concerns, those that it breaks first.
    """

    product: Iri
    before: str
    after: str
    changes: tuple[Change, ...]
    uses: dict[Change, tuple[Use, ...]]
    dependants: tuple[Dependant, ...]

    @property
    def breaking(self) -> tuple[Change, ...]:
        """The changes that may stop a reader."""
        return tuple(change for change in self.changes if change.breaking)

    @property
    def broken(self) -> tuple[Dependant, ...]:
        """Those that read what a breaking change is about."""
        return tuple(each for each in self.dependants if each.broken)

    @property
    def affected(self) -> tuple[Dependant, ...]:
        """Those that rest on the product otherwise, however far below it."""
        return tuple(each for each in self.dependants if not each.broken)

    @property
    def required(self) -> Bump:
        """How far the version must rise, for the change that reaches furthest."""
        return max((change.bump for change in self.changes), default=Bump.NONE)

    @property
    def rise(self) -> Bump:
        """How far the version does rise."""
        return bump(self.before, self.after)

    @property
    def announced(self) -> bool:
        """True where the version rises as far as the changes ask."""
        return self.rise >= self.required

    @property
    def needed(self) -> str:
        """The lowest version that announces the changes; empty where none can be told."""
        return next_version(self.before, self.required)


def plan(view: View, product: Iri, after: Iterable[Triple]) -> Plan:
    """What publishing `after` would change of a product, and for whom.

    Args:
        view: what is published.
        product: the product.
        after: all that the working copy states of it; nothing where it would be gone.
    """
    before, stated = view.graph(product), kept(product, after)
    found = changes(product, before, stated)
    breaking = [change for change in found if change.breaking]
    read = uses(view, product, (change.thing for change in breaking)) if breaking else {}
    used = {change: read[change.thing] for change in breaking if change.thing in read}
    broken = {use.product for places in used.values() for use in places}
    return Plan(
        product,
        _version(product, before),
        _version(product, stated),
        found,
        used,
        dependants(view, product, broken) if any(change.felt for change in found) else (),
    )


def _version(product: Iri, stated: Iterable[Triple]) -> str:
    versions = (
        value.lexical
        for subject, predicate, value in stated
        if subject == product and predicate == DCAT.version and isinstance(value, Literal)
    )
    return min(versions, default="")
