"""Files that a table's own log names: they too have to lie below what may be read."""

from collections.abc import Iterable

from catalog_service.semantic.plan import Relation
from catalog_service.semantic.sources.places import forbidden
from catalog_service.semantic.sources.storage import Storage


def confined(relation: Relation, storage: Storage, named: Iterable[str]) -> None:
    """See that files lie in a storage, links followed.

    Raises:
        SourceUnavailable: one does not; what a log names is no more to be trusted than its owner.
    """
    if not all(storage.holds(written) for written in named):
        raise forbidden(relation)
