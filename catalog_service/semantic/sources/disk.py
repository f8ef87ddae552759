"""Files of this machine, below a folder that may be read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit

import pyarrow.fs as pafs

from catalog_service.semantic.sources.patterns import parted
from catalog_service.semantic.sources.storage import File


@dataclass(frozen=True, slots=True)
class Disk:
    """A folder of this machine; links are followed before it is looked where a path lies.

    Args:
        root: the folder, resolved.
    """

    root: Path

    @property
    def filesystem(self) -> pafs.FileSystem:
        """The disk, as Arrow reads it."""
        return pafs.LocalFileSystem()

    def parted(self, written: str) -> tuple[str, str]:
        """The folder before the first wildcard, resolved, and the rest as a pattern."""
        folder, pattern = parted(written)
        return str(Path(folder).resolve()), pattern

    def exists(self, path: str) -> bool:
        """Whether a file or folder is there."""
        return Path(path).exists()

    def resolved(self, path: str) -> str:
        """The path, links followed."""
        return str(Path(path).resolve())

    def find(self, path: str, pattern: str, suffixes: tuple[str, ...]) -> list[str]:
        """The files at a path."""
        return [str(found) for found in _listed(Path(path), pattern, suffixes)]

    def files(self, paths: Sequence[str]) -> list[File]:
        """Files as they are now, where their links lead."""
        return [self._file(Path(path).resolve(strict=True)) for path in paths]

    def _file(self, path: Path) -> File:
        found = path.stat()
        return File(self, str(path), found.st_size, found.st_mtime_ns, found.st_ino)

    def open(self, path: str) -> IO[bytes]:
        """The bytes of a file."""
        return Path(path).open("rb")

    def holds(self, named: str) -> bool:
        """Whether a file, by its path or its `file:` address, lies below the folder."""
        at = urlsplit(named)
        path = unquote(at.path) if at.scheme == "file" else named
        if at.scheme not in ("", "file") or at.netloc not in ("", "localhost"):
            return False
        return Path(path).resolve().is_relative_to(self.root)

    def relative(self, path: str) -> str:
        """A path as it is below the folder."""
        return Path(path).relative_to(self.root).as_posix()

    def address(self, path: str) -> str:
        """The path itself."""
        return path


def _listed(path: Path, pattern: str, suffixes: tuple[str, ...]) -> Iterable[Path]:
    if pattern:
        return (found for found in path.glob(pattern) if found.is_file())
    if path.is_dir():
        return (
            found
            for found in path.rglob("*")
            if found.name.lower().endswith(suffixes) and found.is_file()
        )
    return [path] if path.exists() else []
