"""Storage: what holds files, be it a disk of this machine or a bucket of an object store."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Protocol

import pyarrow.fs as pafs


@dataclass(frozen=True, slots=True)
class File:
    """A file in the state in which it was found.

    Args:
        storage: what holds it.
        path: where it lies there, links followed.
        size: its length in bytes.
        changed: when it was written, in nanoseconds.
        inode: what tells a file of a disk from one that was put in its place.
        tag: what an object store calls its state, be it a version or an entity tag.
    """

    storage: "Storage"
    path: str
    size: int
    changed: int
    inode: int = 0
    tag: str = ""

    @property
    def address(self) -> str:
        """How an engine names it."""
        return self.storage.address(self.path)

    def open(self) -> IO[bytes]:
        """Its bytes.

        Raises:
            OSError: they cannot be read.
        """
        return self.storage.open(self.path)


class Storage(Protocol):
    """Files below one folder, and no others."""

    @property
    def filesystem(self) -> pafs.FileSystem:
        """The same, as Arrow reads it."""
        ...

    def parted(self, written: str) -> tuple[str, str]:
        """A path as it is kept here, and the pattern that it ends in, which may be empty."""
        ...

    def exists(self, path: str) -> bool:
        """Whether a file or folder is there.

        Raises:
            OSError: nobody can tell.
        """
        ...

    def resolved(self, path: str) -> str:
        """The path that counts, links followed."""
        ...

    def find(self, path: str, pattern: str, suffixes: tuple[str, ...]) -> list[str]:
        """The files at a path: itself, those below it with these suffixes, or by a pattern.

        Raises:
            OSError: nobody can tell.
        """
        ...

    def files(self, paths: Sequence[str]) -> list[File]:
        """Files in the states in which they are now.

        Raises:
            OSError: one is not there.
        """
        ...

    def open(self, path: str) -> IO[bytes]:
        """The bytes of a file."""
        ...

    def holds(self, named: str) -> bool:
        """Whether a file, as the log of a table names it, lies below the folder."""
        ...

    def relative(self, path: str) -> str:
        """A path as it is below the folder."""
        ...

    def address(self, path: str) -> str:
        """How an engine names a path."""
        ...
