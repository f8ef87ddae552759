"""Files that a table's own log names: they too have to lie below the folder that may be read."""

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from catalog_service.semantic.plan import Relation
from catalog_service.semantic.sources.places import forbidden


def confined(relation: Relation, root: Path, named: Iterable[str]) -> None:
    """See that files lie on this machine and below a folder, links followed.

    Raises:
        SourceUnavailable: one does not; what a log names is no more to be trusted than its owner.
    """
    for written in named:
        at = urlsplit(written)
        path = unquote(at.path) if at.scheme == "file" else written
        elsewhere = at.scheme not in ("", "file") or at.netloc not in ("", "localhost")
        if elsewhere or not Path(path).resolve().is_relative_to(root):
            raise forbidden(relation)
