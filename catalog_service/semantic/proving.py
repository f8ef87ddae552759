"""That keys are as unique as the graph says, counted in the data once for each state of it."""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from catalog_service.domain.names import short
from catalog_service.errors import Refused
from catalog_service.semantic import emit, transforms
from catalog_service.semantic.execution import Bound, Session
from catalog_service.semantic.plan import Cardinality, Crosswalk, Guarded, Plan
from catalog_service.semantic.template import Template
from catalog_service.terms import Iri

KEPT = 4096
"""So many proofs are kept."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that the data has to bear out: `count` counts by how many rows it does not."""

    guarded: Guarded
    count: Template
    refusal: str
    code: str
    because: tuple[Iri, ...]


class Prover:
    """Proves what a plan rests on; a proof is kept for as long as the state it was made of."""

    def __init__(self) -> None:
        self._proven: OrderedDict[tuple[object, ...], None] = OrderedDict()
        self._lock = threading.Lock()

    def prove(
        self, claims: tuple[Claim, ...], bound: Mapping[str, Bound], session: Session
    ) -> None:
        """Count what does not bear out the claims of a plan.

        Raises:
            Refused: `not-unique` or `periods-overlap`; says by how many rows.
        """
        for claim in claims:
            many = self._count(claim, bound, session)
            if many:
                raise Refused(
                    claim.refusal.format(many),
                    code=claim.code,
                    because=claim.because,
                    hint="its owner has to mend the data, or what is declared of it",
                )

    def _count(self, claim: Claim, bound: Mapping[str, Bound], session: Session) -> int:
        relation = claim.guarded.relation
        at = bound[relation.name]
        key = (relation.port, relation.dataset, claim.count.pieces, at.snapshot.pin)
        with self._lock:
            if key in self._proven:
                return 0
        (row,) = session.run(claim.count.fill({relation.name: at.table}, {})).to_pylist()
        many = int(row["repeated"])
        if not many and at.snapshot.pin:
            with self._lock:
                self._proven[key] = None
                while len(self._proven) > KEPT:
                    self._proven.popitem(last=False)
        return many


def claims(plan: Plan, dialect: str) -> tuple[Claim, ...]:
    """What a plan rests on: that spine, derived keys, parents and crosswalks are unique."""
    return tuple(_claims(plan, dialect))


def _claims(plan: Plan, dialect: str) -> Iterator[Claim]:
    spine = plan.spine
    yield _unique(spine.relation, _named(spine.key), dialect, spine.polyseme)
    for derived in spine.derived:
        key = _named(derived.column)
        for one in derived.transforms:
            key = transforms.apply(one, key, dialect)
        at = spine.relation.relation.column(derived.column).iri
        yield _unique(spine.relation, key, dialect, at)
    for fact in plan.facts:
        if parent := fact.parent:
            at = parent.relation.relation.column(parent.parent_column).iri
            yield _unique(parent.relation, _named(parent.parent_column), dialect, at)
        for lookup in fact.lookups:
            at = lookup.relation.relation.column(lookup.parent_column).iri
            yield _unique(lookup.relation, _named(lookup.parent_column), dialect, at)
        if walk := fact.path.crosswalk:
            yield from _walk(walk, dialect)


def _walk(walk: Crosswalk, dialect: str) -> Iterator[Claim]:
    if walk.validity:
        yield Claim(
            walk.relation,
            emit.overlapping(walk, dialect),
            f"{{}} periods of the crosswalk {short(walk.iri)} overlap: one key would lead to two"
            " identities at one time",
            "periods-overlap",
            (walk.iri,),
        )
    elif walk.cardinality in {Cardinality.ONE_TO_ONE, Cardinality.MANY_TO_ONE}:
        yield _unique(walk.relation, _named(walk.from_column), dialect, walk.iri)


def _unique(guarded: Guarded, key: exp.Expr, dialect: str, because: Iri) -> Claim:
    return Claim(
        guarded,
        emit.repeated(guarded, key, dialect),
        f"{{}} rows of {guarded.relation.name} repeat a key that is declared unique",
        "not-unique",
        (because, guarded.relation.dataset),
    )


def _named(name: str) -> exp.Expr:
    return exp.column(exp.to_identifier(name, quoted=True))
