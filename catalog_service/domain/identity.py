"""When two columns that identify one polyseme join, and by which crosswalks.

Columns in one identifier scheme join as they are. Columns in two schemes join where a served
crosswalk leads from one scheme to the other, or where one leads from each of them to the global
scheme of the polyseme. No column takes more than one crosswalk: chains lose identities unseen.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True, order=True)
class Walk:
    """A crosswalk, by the schemes that it leads from and to."""

    crosswalk: Iri
    start: Iri
    goal: Iri


class Walks:
    """The served crosswalks of a mesh, found by their schemes.

    Args:
        walks: the crosswalks; of several between two schemes, the first by IRI is taken.
    """

    def __init__(self, walks: Iterable[Walk]) -> None:
        self._between: dict[tuple[Iri, Iri], Iri] = {}
        for walk in sorted(walks):
            self._between.setdefault((walk.start, walk.goal), walk.crosswalk)

    def path(self, left: Iri, right: Iri, hub: Iri | None) -> tuple[Iri, ...] | None:
        """The crosswalks by which values of two schemes come together; None where none do.

        Args:
            left: a scheme.
            right: a scheme.
            hub: the global scheme of the polyseme that both identify.
        """
        if left == right:
            return ()
        between = self._between.get((left, right)) or self._between.get((right, left))
        if between is not None:
            return (between,)
        if hub is None:
            return None
        first, second = self._between.get((left, hub)), self._between.get((right, hub))
        return (first, second) if first and second else None
