"""The heat table: how the products of each domain stand to each standard, in counts."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from catalog_service.governance.standards import Standard
from catalog_service.services.governance.board import Board, Held, Standing
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Counts:
    """How many products stand how.

    Args:
        met: nothing was found.
        warned: something was found that does not block: a warning or an info.
        waived: what was found, waivers cover.
        violated: a violation stands.
        not_evaluated: the last check could not decide it.
    """

    met: int = 0
    warned: int = 0
    waived: int = 0
    violated: int = 0
    not_evaluated: int = 0

    @property
    def products(self) -> int:
        """How many are held to it in all."""
        return self.met + self.warned + self.waived + self.violated + self.not_evaluated

    @classmethod
    def of(cls, standings: Iterable[Standing]) -> "Counts":
        """The counts of these."""
        found = Counter(standings)
        return cls(
            met=found[Standing.MET],
            warned=found[Standing.WARNED],
            waived=found[Standing.WAIVED],
            violated=found[Standing.VIOLATED],
            not_evaluated=found[Standing.NOT_EVALUATED],
        )


@dataclass(frozen=True, slots=True)
class Warmth:
    """One row: the products of one domain, those of its sub-domains included.

    Args:
        domain: the domain; None for the mesh as a whole.
        products: how many products it has.
        conforming: how many of them were checked, and have no violation that is not waived.
        cells: how they stand to each standard, in the order of the columns.
    """

    domain: Iri | None
    products: int
    conforming: int
    cells: tuple[Counts, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """The table: a column for each standard, a row for the mesh and for each domain."""

    columns: tuple[Standard, ...]
    rows: tuple[Warmth, ...]


def heat(
    board: Board, *, domain: Iri | None = None, columns: Sequence[Standard] | None = None
) -> Heat:
    """The table of a board.

    Args:
        board: how products stand to standards.
        domain: only the rows of this domain and of the domains below it.
        columns: only these standards; all by default.
    """
    wanted = tuple(board.standards) if columns is None else tuple(columns)
    if domain is None:
        rows = [warmth(board, None, board.products.values(), wanted)]
        within = board.domains()
    else:
        rows = []
        within = (domain, *(d for d in board.domains() if d != domain and domain in board.above[d]))
    lying = board.lying()
    rows += [warmth(board, each, lying.get(each, ()), wanted) for each in within]
    return Heat(wanted, tuple(rows))


def warmth(
    board: Board, domain: Iri | None, products: Collection[Held], columns: Iterable[Standard]
) -> Warmth:
    """One row of the table: of these products, which are those of the domain."""
    tally = Counter(
        (standard, standing) for held in products for standard, standing in held.apart.items()
    )
    return Warmth(
        domain,
        len(products),
        sum(held.conforms for held in products),
        tuple(
            Counts.of(held.to(one.iri) for held in products if board.binds(one, held))
            if one.domain
            else _tallied(tally, one.iri, len(products))
            for one in columns
        ),
    )


def counts(board: Board, standard: Standard) -> Counts:
    """How the products of the whole mesh stand to one standard."""
    return Counts.of(held.to(standard.iri) for held in board.held_to(standard))


def _tallied(tally: Counter[tuple[Iri, Standing]], standard: Iri, products: int) -> Counts:
    """The counts of a standard of the mesh, which everything is held to."""
    warned, waived, violated, left = (
        tally[standard, standing]
        for standing in (
            Standing.WARNED,
            Standing.WAIVED,
            Standing.VIOLATED,
            Standing.NOT_EVALUATED,
        )
    )
    met = products - warned - waived - violated - left
    return Counts(met, warned, waived, violated, left)
