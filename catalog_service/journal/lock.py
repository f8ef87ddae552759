"""The lock that makes one process the writer of a home."""

import fcntl
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from catalog_service.errors import HomeInUse


class WriterLock:
    """Held by the one process that writes to a home; the system frees it when that process ends.

    Args:
        home: the folder; it is made where it is absent.
    """

    def __init__(self, home: Path) -> None:
        self._file = home / "writer.lock"
        self._handle: int | None = None

    def acquire(self) -> Self:
        """Take the lock, or say who has it.

        Raises:
            HomeInUse: another process writes to this home.
        """
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            holder = os.read(handle, 200).decode(errors="replace").strip() or "another process"
            os.close(handle)
            raise HomeInUse(
                f"the catalog in {self._file.parent} is in use by {holder}",
                hint="stop that process, or name another folder with --home",
            ) from fault
        os.ftruncate(handle, 0)
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:150]
        os.write(handle, f"process {os.getpid()} ({command})\n".encode())
        self._handle = handle
        return self

    def release(self) -> None:
        """Give the lock back; harmless where it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> Self:
        return self.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
