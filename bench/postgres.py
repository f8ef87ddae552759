"""A PostgreSQL of one's own: on loopback, in a folder of its own, telling its log all it does."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "sesame-%'\" open"  # noqa: S105 - of a server that lives for a few tests
"""With all that somebody might forget to quote."""
_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
log_destination = 'stderr'
logging_collector = off
log_statement = 'all'
log_line_prefix = '%u '
shared_preload_libraries = 'auto_explain'
auto_explain.log_min_duration = 0
auto_explain.log_analyze = on
auto_explain.log_timing = off
fsync = off
TimeZone = 'America/New_York'
"""


class Absent(Exception):
    """The server is not installed; tells how to install it."""


@dataclass(frozen=True)
class Server:
    """A server that runs.

    Args:
        port: where it listens.
        log: what it tells.
        psql: its client.
    """

    port: int
    log: Path
    psql: str

    def run(self, sql: str) -> str:
        """What psql says, as the owner of all."""
        return subprocess.run(
            [self.psql, "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1",
             "-p", str(self.port), "-U", "librarian", "-d", "postgres"],
            input=sql, env={**os.environ, "PGPASSWORD": PASSWORD}, capture_output=True, text=True,
            check=True, timeout=30,
        ).stdout  # fmt: skip

    def told(self, since: int = 0) -> str:
        """What its log has said since a length, once it has settled."""
        time.sleep(0.2)
        return self.log.read_text(encoding="utf-8", errors="replace")[since:]


def _program(name: str) -> str:
    found = shutil.which(name) or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))), ""
    )
    if not found:
        raise Absent(f"{name} of PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return found


def _user() -> str | None:
    """Somebody else where we are root, whom PostgreSQL refuses to run for."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def server() -> Iterator[Server]:
    """A server, until it is left.

    Raises:
        Absent: PostgreSQL is not installed.
    """
    initdb, postgres, psql = _program("initdb"), _program("postgres"), _program("psql")
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="polyseme-postgres-"))
    try:
        secret = folder / "password"
        secret.write_text(PASSWORD)
        log = folder / "log"
        if user:
            for path in (folder, secret):
                shutil.chown(path, user)
        subprocess.run(
            [initdb, "-D", str(folder / "data"), "-U", "librarian", "-A", "scram-sha-256", "-N",
             "--pwfile", str(secret), "-E", "UTF8", "--locale", "C"],
            user=user, check=True, capture_output=True, timeout=60, cwd=folder,
        )  # fmt: skip
        with (folder / "data" / "postgresql.conf").open("a") as stream:
            stream.write(_SETTINGS)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with log.open("w") as out:
            process = subprocess.Popen(
                [postgres, "-D", str(folder / "data"), "-p", str(port)],
                user=user, stdout=out, stderr=out, cwd=folder,
            )  # fmt: skip
        try:
            running = Server(port, log, psql)
            _await(running, process)
            yield running
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _await(running: Server, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        try:
            running.run("SELECT 1")
        except subprocess.CalledProcessError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
        else:
            return
    msg = f"PostgreSQL does not answer: {running.told()}"
    raise RuntimeError(msg)
