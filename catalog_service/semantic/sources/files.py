"""The files behind a port: which they are, and by what their state is told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import file_digest, sha256
from pathlib import Path

from catalog_service.semantic.answer import Snapshot
from catalog_service.semantic.plan import Relation
from catalog_service.semantic.sources.faults import unavailable
from catalog_service.semantic.sources.places import WILD, Located, forbidden

_FOOTER = 8
"""The last bytes of a Parquet file: the length of its footer, and four letters."""


@dataclass(frozen=True, slots=True, order=True)
class File:
    """A file in the state in which it was found."""

    path: str
    size: int
    changed: int
    inode: int

    @classmethod
    def at(cls, path: Path) -> "File":
        """The file as it is now."""
        found = path.stat()
        return cls(str(path), found.st_size, found.st_mtime_ns, found.st_ino)


@dataclass(frozen=True, slots=True)
class Files:
    """All files of one dataset, in order of their paths."""

    files: tuple[File, ...]
    root: Path

    @property
    def paths(self) -> list[str]:
        """Where they lie."""
        return [file.path for file in self.files]

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
            for part in Path(path).relative_to(self.root).parts[:-1]
        )
        return tuple(sorted({name for name, equal, _ in parts if equal and name}))

    def snapshot(self, digest: Callable[[File], str]) -> Snapshot:
        """What names their state: a hash over each one's name, length and content."""
        pin = sha256()
        for file in self.files:
            name = Path(file.path).relative_to(self.root).as_posix()
            pin.update(f"{name}\0{file.size}\0{digest(file)}\n".encode())
        newest = max(file.changed for file in self.files)
        count = len(self.files)
        label = f"{count} file{'s' if count > 1 else ''}, {self.bytes} bytes"
        return Snapshot(
            f"{label}, sha256:{pin.hexdigest()}", datetime.fromtimestamp(newest / 1e9, UTC)
        )

    def same(self) -> bool:
        """Whether none of them has changed since."""
        try:
            return all(File.at(Path(file.path)) == file for file in self.files)
        except OSError:
            return False


def files(relation: Relation, place: Located, suffixes: Iterable[str]) -> Files:
    """The files of a place, those below a folder that end in one of `suffixes`.

    Raises:
        SourceUnavailable: there are none, or one leads out of what may be read.
    """
    assert place.path is not None and place.root is not None  # noqa: S101, PT018 - a place of files
    found = sorted(_listed(place.path, place.pattern, tuple(suffixes)))
    try:
        resolved = [path.resolve(strict=True) for path in found]
        if any(not path.is_relative_to(place.root) for path in resolved):
            raise forbidden(relation)
        listed = tuple(File.at(path) for path in resolved)
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
    return Files(listed, place.root)


def _listed(path: Path, pattern: str, suffixes: tuple[str, ...]) -> Iterable[Path]:
    if pattern:
        return [found for found in path.glob(pattern) if found.is_file()]
    if path.is_dir():
        return [
            found
            for found in path.rglob("*")
            if found.name.lower().endswith(suffixes) and found.is_file()
        ]
    return [path] if path.exists() else []


@lru_cache(maxsize=4096)
def whole(file: File) -> str:
    """The hash of a file's bytes; computed once for each state of it."""
    with Path(file.path).open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


@lru_cache(maxsize=4096)
def footer(file: File) -> str:
    """The hash of a Parquet file's footer, which lists place, length and bounds of every chunk."""
    with Path(file.path).open("rb") as stream:
        stream.seek(max(0, file.size - _FOOTER))
        length = int.from_bytes(stream.read(4), "little")
        stream.seek(max(0, file.size - _FOOTER - length))
        return sha256(stream.read()).hexdigest()
