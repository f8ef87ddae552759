"""Servers that speak Spark Connect, on loopback: Sail in every run, Spark itself where it is asked for."""

import glob
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

os.environ.setdefault("RUST_LOG", "error")


@contextmanager
def sail() -> Iterator[str]:
    """The address of a Sail that runs in this process."""
    from pysail.spark import SparkConnectServer  # noqa: PLC0415 - slow to load

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    try:
        yield f"sc://{host}:{port}"
    finally:
        server.stop()


@contextmanager
def spark() -> Iterator[str]:
    """The address of a Spark of its own; wants Java and the jars of pyspark."""
    pyspark = Path(pytest.importorskip("pyspark").__file__).parent
    java = next(iter(sorted(glob.glob("/usr/lib/jvm/java-*17*/bin/java"))), shutil.which("java"))  # noqa: PTH207
    if java is None:
        pytest.skip("no Java is installed (Debian: apt-get install openjdk-17-jre-headless)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="polyseme-spark-"))
    log = (folder / "log").open("w")
    process = subprocess.Popen(
        [str(pyspark / "bin" / "spark-submit"), "--master", "local[1]",
         "--class", "org.apache.spark.sql.connect.service.SparkConnectServer",
         "--conf", f"spark.connect.grpc.binding.port={port}",
         "--conf", "spark.connect.grpc.binding.address=127.0.0.1",
         "--conf", "spark.driver.bindAddress=127.0.0.1", "--conf", "spark.driver.host=127.0.0.1",
         "--conf", "spark.ui.enabled=false", "--conf", "spark.sql.shuffle.partitions=1",
         "--conf", f"spark.sql.warehouse.dir={folder}/warehouse",
         "--driver-memory", "1g"],
        env={**os.environ, "JAVA_HOME": str(Path(java).resolve().parent.parent), "SPARK_HOME": str(pyspark)},
        stdout=log, stderr=subprocess.STDOUT, cwd=folder,
    )  # fmt: skip
    try:
        _await(port, process, folder / "log")
        yield f"sc://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _await(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, log.read_text()[-2000:]
        time.sleep(0.2)
    pytest.fail(f"Spark does not answer: {log.read_text()[-2000:]}")
