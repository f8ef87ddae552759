"""What a run allows sources to read, and with whose credentials."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self

from catalog_service.semantic.plan import Relation
from catalog_service.settings import Connection, Settings

_OF_S3 = re.compile(r"^s3[an]://", re.IGNORECASE)
"""Other names of one scheme, which programs of the world of Hadoop use."""


class Reading(StrEnum):
    """By which of the two paths a source is read."""

    BEST = "best"
    """By the engine itself where it can, else through Arrow."""
    ENGINE = "engine"
    """By the engine itself; what it cannot read is an error."""
    ARROW = "arrow"
    """Through Arrow: no extension is needed, and what is pushed to the source is our own."""


@dataclass(frozen=True, slots=True)
class Options:
    """What may be read, and how.

    Args:
        roots: the folders below which files may be read; None allows the repository around the
            document that states a port (the nearest folder with `polyseme.toml` or `.git`, else
            its own), which is right only for whoever could read those files anyway.
        connections: how to reach ports whose address in the graph is not enough.
        reading: by which path.
        threads: how many threads an engine in this process may use.
        spill: MiB that it may write to a folder for temporary files.
    """

    roots: tuple[Path, ...] | None = ()
    connections: Mapping[str, Connection] = field(default_factory=dict)
    reading: Reading = Reading.BEST
    threads: int = 2
    spill: int = 4096

    @classmethod
    def of(cls, settings: Settings, *, local: bool) -> Self:
        """The options of a run.

        Args:
            settings: how it was set up.
            local: whether the one who asks is the one whose process this is. A server reads no
                folder that its settings do not name.
        """
        default = None if local else ()
        roots = settings.data_roots
        return cls(
            roots=default if roots is None else tuple(root.resolve() for root in roots),
            connections=settings.connections,
            threads=min(settings.data_threads, os.cpu_count() or 1),
        )

    def connection(self, relation: Relation) -> Connection | None:
        """What the settings say of a port: by its IRI, its product's, or how its address begins."""
        return self.declared(relation)[1]

    def takes_keys(self, relation: Relation) -> bool:
        """Whether the source of a relation may be told keys of identities."""
        connection = self.connection(relation)
        return connection is not None and connection.takes_keys

    def declared(self, relation: Relation) -> tuple[str, Connection | None]:
        """The same, with what the connection is declared for; nothing where there is none."""
        address = _OF_S3.sub("s3://", relation.place.address)
        for iri in (relation.port, relation.product):
            if iri in self.connections:
                return iri, self.connections[iri]
        begins = [key for key in self.connections if _below(address, key)]
        key = max(begins, key=len, default="")
        return key, self.connections.get(key)


def _below(address: str, prefix: str) -> bool:
    """Whether an address is `prefix` or continues it at a boundary: no host merely begins so."""
    if not prefix or not address.startswith(prefix):
        return False
    rest = address[len(prefix) :]
    return not rest or prefix[-1] in "/:" or rest[0] in "/?"
