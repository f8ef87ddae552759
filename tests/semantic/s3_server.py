"""An object store on loopback: moto's, which speaks the protocol of S3 and keeps its objects in memory.

It counts what it hands over and tells whose key signed a request; it does not check signatures.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import pyarrow.fs as pafs
from werkzeug.serving import WSGIRequestHandler, make_server

from catalog_service.settings import Connection

SECRET = "sesame/+open= 'now'"  # noqa: S105 - of a server that lives for a few tests
_KEY = re.compile(r"Credential=([^/]+)/")


@dataclass
class Request:
    method: str
    path: str
    part: str
    """The range that was asked for."""
    key: str
    """Whose access key signed it."""
    sent: int = 0


@dataclass
class Store:
    address: str
    requests: list[Request] = field(default_factory=list)
    refusing: bool = False
    """Whether it answers everything with 403."""

    @property
    def connection(self) -> Connection:
        """How the tests reach it; the secret lies in the environment."""
        return Connection(
            endpoint=self.address,
            user="librarian",
            password_env="LAKE_SECRET",  # noqa: S106 - a name
            loopback=True,
        )

    @property
    def filesystem(self) -> pafs.FileSystem:
        return pafs.S3FileSystem(
            access_key="librarian", secret_key=SECRET, scheme="http", allow_bucket_creation=True,
            endpoint_override=self.address.removeprefix("http://"), region="us-east-1",
        )  # fmt: skip

    @property
    def for_iceberg(self) -> dict[str, str]:
        return {
            "s3.endpoint": self.address, "s3.access-key-id": "librarian", "s3.region": "us-east-1",
            "s3.secret-access-key": SECRET, "s3.force-virtual-addressing": "false",
        }  # fmt: skip

    def upload(self, folder: Path, bucket: str) -> None:
        """Put a folder into a bucket of its own."""
        self.filesystem.create_dir(bucket)
        for path in folder.rglob("*"):
            if path.is_file():
                self.put(f"{bucket}/{path.relative_to(folder).as_posix()}", path.read_bytes())

    def put(self, key: str, content: bytes) -> None:
        with self.filesystem.open_output_stream(key) as stream:
            stream.write(content)

    def sent(self, suffix: str) -> int:
        """Bytes of bodies of objects whose keys end so."""
        return sum(
            each.sent
            for each in self.requests
            if each.path.endswith(suffix) and each.method == "GET"
        )


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: Any) -> None:
        """Nothing: what failed is seen by the test."""


@contextmanager
def store() -> Iterator[Store]:
    from moto.server import DomainDispatcherApplication, create_backend_app  # noqa: PLC0415 - slow

    moto = DomainDispatcherApplication(create_backend_app)
    running = Store("")

    def counted(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        signed = _KEY.search(environ.get("HTTP_AUTHORIZATION", ""))
        asked = Request(
            environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("HTTP_RANGE", ""),
            signed[1] if signed else "",
        )  # fmt: skip
        running.requests.append(asked)
        if running.refusing:
            start_response("403 Forbidden", [("Content-Length", "0")])
            return [b""]
        parts = list(moto(environ, start_response))
        asked.sent = sum(len(part) for part in parts)
        return parts

    server = make_server("127.0.0.1", 0, counted, threaded=True, request_handler=_Quiet)
    running.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
