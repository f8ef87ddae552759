"""The files behind a port: which they are, and by what their state is told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import file_digest, sha256

import pyarrow.fs as pafs

from catalog_service.semantic.answer import Snapshot
from catalog_service.semantic.plan import Relation
from catalog_service.semantic.sources.disk import Disk
from catalog_service.semantic.sources.faults import unavailable
from catalog_service.semantic.sources.patterns import WILD
from catalog_service.semantic.sources.places import Located, forbidden
from catalog_service.semantic.sources.storage import File, Storage

_FOOTER = 8
"""The last bytes of a Parquet file: the length of its footer, and four letters."""


@dataclass(frozen=True, slots=True)
class Files:
    """All files of one dataset, in order of their paths."""

    files: tuple[File, ...]
    storage: Storage

    @property
    def paths(self) -> list[str]:
        """Where they lie."""
        return [file.path for file in self.files]

    @property
    def addresses(self) -> list[str]:
        """How an engine names them."""
        return [file.address for file in self.files]

    @property
    def filesystem(self) -> pafs.FileSystem:
        """What Arrow reads them from."""
        return self.storage.filesystem

    @property
    def local(self) -> bool:
        """Whether they lie on this machine."""
        return isinstance(self.storage, Disk)

    @property
    def bytes(self) -> int:
        """How long they are together."""
        return sum(file.size for file in self.files)

    @property
    def partitions(self) -> tuple[str, ...]:
        """The columns whose values folders between them say: `country=SE`."""
        parts = (
            part.partition("=")
            for path in self.paths
            for part in self.storage.relative(path).split("/")[:-1]
        )
        return tuple(sorted({name for name, equal, _ in parts if equal and name}))

    def snapshot(self, digest: Callable[[File], str]) -> Snapshot:
        """What names their state: a hash over each one's name, length and content.

        An object store tells by a tag what state an object is in, so that it need not be read.
        """
        pin = sha256()
        for file in self.files:
            name = self.storage.relative(file.path)
            pin.update(f"{name}\0{file.size}\0{file.tag or digest(file)}\n".encode())
        newest = max(file.changed for file in self.files)
        count = len(self.files)
        label = f"{count} file{'s' if count > 1 else ''}, {self.bytes} bytes"
        return Snapshot(
            f"{label}, sha256:{pin.hexdigest()}", datetime.fromtimestamp(newest / 1e9, UTC)
        )

    def same(self) -> bool:
        """Whether none of them has changed since."""
        try:
            return self.storage.files(self.paths) == list(self.files)
        except OSError:
            return False


def files(relation: Relation, place: Located, suffixes: Iterable[str]) -> Files:
    """The files of a place, those below a folder that end in one of `suffixes`.

    Raises:
        SourceUnavailable: there are none, or one leads out of what may be read.
    """
    storage = place.held
    try:
        found = sorted(storage.find(place.path, place.pattern, tuple(suffixes)))
        if any(not storage.holds(path) for path in found):
            raise forbidden(relation)
        listed = tuple(storage.files(found)) if found else ()
    except OSError as fault:
        raise unavailable(relation, "its files cannot be opened") from fault
    if any(sign in file.path for file in listed for sign in WILD):
        raise unavailable(
            relation,
            "the path of a file of it holds one of * ? [ and would be taken for a pattern",
            hint="rename the file or folder",
        )
    if not listed:
        raise unavailable(relation, "no file of it is there")
    return Files(listed, storage)


@lru_cache(maxsize=4096)
def whole(file: File) -> str:
    """The hash of a file's bytes; computed once for each state of it."""
    with file.open() as stream:
        return file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]


@lru_cache(maxsize=4096)
def footer(file: File) -> str:
    """The hash of a Parquet file's footer, which lists place, length and bounds of every chunk."""
    with file.open() as stream:
        stream.seek(max(0, file.size - _FOOTER))
        length = int.from_bytes(stream.read(4), "little")
        stream.seek(max(0, file.size - _FOOTER - length))
        return sha256(stream.read()).hexdigest()
