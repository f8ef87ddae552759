"""What policies leave of a relation: decided once for each product, before anything is planned.

The compiler is the only guard of rows and columns, so this is all of it: a relation is either
refused, or comes out as a `Guarded`, and nothing else in a plan can be read. A product's policy is
stated as ODRL; what it does not permit for the purpose is prohibited, and a prohibition wins.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from catalog_service.domain.names import short
from catalog_service.domain.rdf import Literal, Term
from catalog_service.errors import Refused
from catalog_service.graph import Row, grouped, is_iri, optional
from catalog_service.semantic import combinations
from catalog_service.semantic.plan import (
    AllOf,
    Compare,
    Constant,
    Guarded,
    Mask,
    Missing,
    Not,
    Predicate,
    Relation,
    Within,
)
from catalog_service.semantic.question import Comparison, Scalar
from catalog_service.semantic.resolve import Stated, StatedDataset
from catalog_service.terms import DPV, ODRL, PM, XSD, Iri

READS = frozenset({ODRL.use, ODRL.read})
"""The actions of a policy that a question takes."""

OPEN = PM.Internal
"""Up to this level data may be read where its port has no policy at all."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and what they may see.

    Args:
        name: how the audit names them.
        clearance: the highest level of sensitivity whose values they are shown.
        identities: whether an answer may have one row for each identity.
        statement: whether they are shown the SQL, which holds the filters of policies.
    """

    name: str = "anonymous"
    clearance: Iri = PM.Internal
    identities: bool = False
    statement: bool = False


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one rule of a policy says."""

    policy: Iri
    rule: Iri
    prohibited: bool
    reads: bool
    purposes: frozenset[str]
    understood: bool


class Policies:
    """The policies of the ports that one question reads.

    Args:
        stated: the graph.
        asker: who asks.
        purpose: what for: a purpose of the Data Privacy Vocabulary, by name or IRI; empty for none.
    """

    def __init__(self, stated: Stated, asker: Asker, purpose: str) -> None:
        self._stated = stated
        self._asker = asker
        self._ranks = stated.ranks()
        self._purpose = purpose if not purpose or is_iri(purpose) else DPV.base + purpose
        self._asked = purpose
        self._rulings: dict[Iri, tuple[Ruling, ...]] = {}
        self._rows: dict[Iri, list[Row]] = {}

    def load(self, ports: Iterable[Iri]) -> None:
        """Read the policies of some ports together."""
        for port, (ruled, rows) in self._stated.rules(ports).items():
            if port not in self._rulings:
                rules = grouped(ruled, "rule").items()
                self._rulings[port] = tuple(_ruling(rule, of) for rule, of in rules)
                self._rows[port] = rows

    def combined(self, used: Iterable[combinations.Used]) -> tuple[Iri, ...]:
        """What is more sensitive together among relations that are joined, and yet permitted.

        Raises:
            Refused: `combination-not-permitted`.
        """
        stated = self._stated.combinations()
        if not stated:
            return ()
        return combinations.permit(
            combinations.met(stated, used, self._stated.view),
            purpose=self._purpose,
            clearance=self._asker.clearance,
            ranks=self._ranks,
        )

    def guard(self, relation: Relation, dataset: StatedDataset) -> Guarded:
        """A relation behind its policy.

        Raises:
            Refused: the purpose is not permitted, or the policy asks what cannot be carried out.
        """
        self.load((relation.port,))
        permitting = self._permitting(relation, dataset)
        rows, rules = self._row_filter(relation)
        return Guarded(
            relation=relation,
            rows=rows,
            masks=self._masks(dataset),
            keys=self._keys(relation),
            because=tuple(dict.fromkeys((*permitting, *rules))),
        )

    def _permitting(self, relation: Relation, dataset: StatedDataset) -> tuple[Iri, ...]:
        rulings = [at for at in self._rulings[relation.port] if at.reads]
        for ruling in rulings:
            if not ruling.understood:
                raise self._denied(
                    relation, ruling.rule, "sets a condition that is not enforced here"
                )
            if ruling.prohibited and self._covers(ruling):
                raise self._denied(relation, ruling.rule, f"prohibits {self._for()}")
        permits = [at for at in rulings if not at.prohibited]
        fitting = tuple(at.policy for at in permits if self._covers(at))
        if permits and not fitting:
            purposes = sorted({short(Iri(one)) for at in permits for one in at.purposes})
            raise self._denied(relation, permits[0].policy, f"permits {', '.join(purposes)} only")
        if not permits and self._rank(dataset.level) > self._ranks.get(OPEN, 0):
            raise Refused(
                f"{short(relation.product)} is {short(dataset.level or PM.Restricted)} and its port"
                f" {short(relation.port)} states no policy that permits {self._for()}",
                code="purpose-not-permitted",
                because=(relation.port,),
                hint="ask its owner to state a policy",
            )
        return fitting

    def _covers(self, ruling: Ruling) -> bool:
        return not ruling.purposes or (bool(self._purpose) and self._purpose in ruling.purposes)

    def _for(self) -> str:
        return f"the purpose {self._asked!r}" if self._asked else "a question without a purpose"

    def _denied(self, relation: Relation, rule: Iri, says: str) -> Refused:
        return Refused(
            f"the policy of {short(relation.product)} {says}, and the question is for"
            f" {self._for()}",
            code="purpose-not-permitted",
            because=(rule,),
            hint="ask for a purpose that the policy permits, or ask the owner",
        )

    def _row_filter(self, relation: Relation) -> tuple[Predicate, tuple[Iri, ...]]:
        rules = grouped([row for row in self._rows[relation.port] if "rule" in row], "rule")
        conditions: list[Predicate] = []
        reasons: list[Iri] = []
        for rule, rows in rules.items():
            purposes = {at for row in rows if (at := optional(row, "purpose"))}
            if purposes and self._purpose not in purposes:
                continue
            conditions.append(_condition(relation, rule, rows))
            reasons.append(rule)
        return AllOf(tuple(conditions)), tuple(reasons)

    def _keys(self, relation: Relation) -> tuple[str, ...]:
        """The columns that the policy of a port permits as keys."""
        permitted = {row.iri("key") for row in self._rows[relation.port] if "key" in row}
        return tuple(at.name for at in relation.columns if at.iri in permitted)

    def _masks(self, dataset: StatedDataset) -> tuple[Mask, ...]:
        shown = self._ranks.get(self._asker.clearance, 0)
        return tuple(
            Mask(at.column.name, at.column.iri)
            for at in dataset.columns
            if self._rank(at.level or dataset.level) > shown
        )

    def _rank(self, level: Iri | None) -> int:
        return 0 if level is None else self._ranks.get(level, max(self._ranks.values(), default=0))


def _ruling(rule: Iri, rows: list[Row]) -> Ruling:
    operands = {at for row in rows if (at := optional(row, "operand"))}
    operators = {at for row in rows if (at := optional(row, "operator"))}
    first = rows[0]
    return Ruling(
        policy=first.iri("policy"),
        rule=rule,
        prohibited=first.text("prohibited") == "true",
        reads=any(optional(row, "action") in READS for row in rows),
        purposes=frozenset(row.text("value") for row in rows if "value" in row),
        understood=operands <= {ODRL.purpose} and operators <= {ODRL.eq},
    )


def _condition(relation: Relation, rule: Iri, rows: list[Row]) -> Predicate:
    column = next(
        (at.name for at in relation.columns if at.iri == optional(rows[0], "column")), None
    )
    word = rows[0].text("comparator")
    if column is None or word not in set(Comparison):
        raise Refused(
            f"a row rule of {short(relation.product)} cannot be carried out",
            code="policy-not-enforceable",
            because=(rule,),
            hint="let it compare a column of the dataset that the port serves",
        )
    values = tuple(
        Constant(value)
        for value in dict.fromkeys(scalar(row["value"]) for row in rows if "value" in row)
    )
    comparison = Comparison(word)
    if comparison is Comparison.IS_NULL:
        return Missing(column)
    if comparison is Comparison.IS_NOT_NULL:
        return Not(Missing(column))
    if comparison is Comparison.IN:
        return Within(column, values)
    if len(values) != 1:
        raise Refused(
            f"a row rule of {short(relation.product)} compares with {len(values)} values",
            code="policy-not-enforceable",
            because=(rule,),
            hint="state one value, or compare with `in`",
        )
    return Compare(column, comparison, values[0])


def scalar(term: Term) -> Scalar:  # noqa: PLR0911 - one for each datatype
    """The value of a term: that of a literal by its datatype, the text of an IRI."""
    if not isinstance(term, Literal):
        return str(term)
    kind = term.datatype
    if kind in {XSD.integer, XSD.int, XSD.long}:
        return int(term.lexical)
    if kind in {XSD.decimal, XSD.double, XSD.float}:
        return Decimal(term.lexical)
    if kind == XSD.boolean:
        return term.lexical in {"true", "1"}
    if kind == XSD.date:
        return date.fromisoformat(term.lexical)
    if kind == XSD.dateTime:
        return datetime.fromisoformat(term.lexical)
    return term.lexical
