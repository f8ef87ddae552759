"""Servers that speak Spark Connect, each in a process of its own: Sail, and Spark itself."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


class Absent(Exception):
    """The server is not installed; tells how to install it."""


@dataclass(frozen=True)
class Server:
    """A server that runs.

    Args:
        url: its address.
        pid: its process.
    """

    url: str
    pid: int

    def spent(self) -> float:
        """The processor time that it has taken so far, in seconds, by hundredths."""
        told = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / _TICKS


@contextmanager
def sail() -> Iterator[Server]:
    """A Sail.

    Raises:
        Absent: it is not installed.
    """
    program = Path(sys.executable).with_name("sail")
    if not program.exists() or find_spec("pyspark") is None:
        raise Absent("pysail and pyspark are not installed (pip install 'polyseme[dev]')")
    port = _port()
    with _running([str(program), "spark", "server", "--port", str(port)], port, {}) as server:
        yield server


@contextmanager
def spark() -> Iterator[Server]:
    """A Spark of one core.

    Raises:
        Absent: pyspark or Java is not installed.
    """
    spec = find_spec("pyspark")
    java = next(iter(sorted(Path("/usr/lib/jvm").glob("java-*17*/bin/java"))), None)
    found = java or shutil.which("java")
    if spec is None or spec.origin is None or found is None:
        raise Absent("pyspark, or Java 17, is not installed")
    home, port = Path(spec.origin).parent, _port()
    settings = {
        "connect.grpc.binding.port": str(port),
        "connect.grpc.binding.address": "127.0.0.1",
        "driver.bindAddress": "127.0.0.1",
        "driver.host": "127.0.0.1",
        "ui.enabled": "false",
        "sql.shuffle.partitions": "1",
    }
    stated = [
        part for key, value in settings.items() for part in ("--conf", f"spark.{key}={value}")
    ]
    command = [
        str(home / "bin" / "spark-submit"), "--master", "local[1]", "--driver-memory", "2g",
        "--class", "org.apache.spark.sql.connect.service.SparkConnectServer", *stated,
    ]  # fmt: skip
    roots = {"JAVA_HOME": str(Path(found).resolve().parents[1]), "SPARK_HOME": str(home)}
    with _running(command, port, roots) as server:
        yield server


@contextmanager
def _running(command: Sequence[str], port: int, roots: Mapping[str, str]) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="polyseme-spark-") as folder:
        log = Path(folder, "log")
        with log.open("w") as out:
            process = subprocess.Popen(
                command, stdout=out, stderr=subprocess.STDOUT, cwd=folder,
                env={**os.environ, "RUST_LOG": "error", **roots},
            )  # fmt: skip
            try:
                _await(port, process, log)
                yield Server(f"sc://127.0.0.1:{port}", process.pid)
            finally:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def _await(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.2)
    msg = f"the server does not answer: {log.read_text(errors='replace')[-2000:]}"
    raise RuntimeError(msg)


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
