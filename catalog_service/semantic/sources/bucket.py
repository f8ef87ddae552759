"""Objects of a bucket, below a prefix that may be read: what `s3:` addresses name.

Which service holds the bucket, and with whose rights it is read, the settings say and nobody else:
no variable of the environment, file of the home or service of the machine is asked for either.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import IO, cast
from urllib.parse import unquote, urlsplit

import pyarrow.fs as pafs

from catalog_service.semantic.sources.patterns import matches, parted
from catalog_service.semantic.sources.storage import File

SCHEMES = ("s3", "s3a", "s3n")
_REGION = "us-east-1"
"""What services that are not Amazon's take for theirs."""
_CONNECT_SECONDS = 5
_ANSWER_SECONDS = 30
_TRIES = 2
_AT_ONCE = 16
"""Objects whose states are asked for at a time."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service that speaks the protocol of S3.

    Args:
        endpoint: its address, as `https://host:9000`; empty for Amazon's own.
        region: its region; empty for the usual one.
        key: the id of the access key; empty to ask without any.
        secret: what belongs to the key; never shown, nor written anywhere.
        token: the token of a session, where the key is one of a session.
    """

    endpoint: str = ""
    region: str = ""
    key: str = ""
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """The region that requests are signed for."""
        return self.region or _REGION

    @property
    def host(self) -> str:
        """Host and port of its address; empty for Amazon's own."""
        return urlsplit(self.endpoint).netloc

    @property
    def encrypted(self) -> bool:
        """Whether it is asked over TLS."""
        return urlsplit(self.endpoint).scheme != "http"

    def delta(self) -> dict[str, str]:
        """The same in the words of the reader of Delta tables."""
        said = {
            "AWS_REGION": self.place,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ALLOW_HTTP": "" if self.encrypted else "true",
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_SESSION_TOKEN": self.token,
            "AWS_SKIP_SIGNATURE": "" if self.key else "true",
        }
        return {name: value for name, value in said.items() if value}

    def engine(self) -> tuple[tuple[str, str], ...]:
        """The same in the words of DuckDB's secrets."""
        said = {
            "REGION": self.place,
            "ENDPOINT": self.host,
            "URL_STYLE": "path" if self.endpoint else "",
            "USE_SSL": "" if self.encrypted else "false",
            "KEY_ID": self.key,
            "SECRET": self.secret,
            "SESSION_TOKEN": self.token,
        }
        return tuple((name, value) for name, value in said.items() if value)


@dataclass(frozen=True, slots=True)
class Bucket:
    """The objects below a prefix.

    Args:
        service: what holds them.
        root: the bucket, and the prefix in it, without a slash at the end.
    """

    service: Service
    root: str

    @property
    def filesystem(self) -> pafs.FileSystem:
        """The service, as Arrow reads it."""
        return _filesystem(self.service)

    def parted(self, written: str) -> tuple[str, str]:
        """Bucket and key before the first wildcard, and the rest as a pattern."""
        return parted(written)

    def exists(self, path: str) -> bool:
        """Whether there is such an object, or one below."""
        return bool(self.filesystem.get_file_info(path).type != pafs.FileType.NotFound)

    def resolved(self, path: str) -> str:
        """The key itself: an object store has no links."""
        return path

    def find(self, path: str, pattern: str, suffixes: tuple[str, ...]) -> list[str]:
        """The objects at a key, below it with these suffixes, or by a pattern."""
        if not pattern and self.filesystem.get_file_info(path).is_file:
            return [path]
        below = pafs.FileSelector(path, recursive=True, allow_not_found=True)
        found = (each.path for each in self.filesystem.get_file_info(below) if each.is_file)
        if pattern:
            return [each for each in found if matches(each.removeprefix(f"{path}/"), pattern)]
        return [each for each in found if each.lower().endswith(suffixes)]

    def files(self, paths: Sequence[str]) -> list[File]:
        """Objects as they are now; many are asked about at once."""
        if len(paths) == 1:
            return [self._file(paths[0])]
        with ThreadPoolExecutor(_AT_ONCE) as asking:
            return list(asking.map(self._file, paths))

    def _file(self, path: str) -> File:
        with self.filesystem.open_input_file(path) as found:  # asks for nothing but its state
            told = {name: bytes(value).decode() for name, value in found.metadata().items()}
            return File(self, path, found.size(), _moment(told), tag=_tag(told))

    def open(self, path: str) -> IO[bytes]:
        """The bytes of an object; only those that are read are fetched."""
        return cast("IO[bytes]", self.filesystem.open_input_file(path))

    def holds(self, named: str) -> bool:
        """Whether an object, by its address or by bucket and key, lies below the prefix.

        Steps upwards are no steps to an object store, but clients take them for such.
        """
        at = urlsplit(named)
        if at.scheme and (at.scheme not in SCHEMES or at.query or at.fragment):
            return False
        path = f"{at.netloc}{at.path}" if at.scheme else named
        plain = unquote(path)
        if any(part in ("", ".", "..") for part in plain.rstrip("/").split("/")):
            return False
        return f"{path}/".startswith(f"{self.root}/") and f"{plain}/".startswith(f"{self.root}/")

    def relative(self, path: str) -> str:
        """A key as it is below the prefix."""
        return path.removeprefix(f"{self.root}/")

    def address(self, path: str) -> str:
        """The address with its scheme."""
        return f"s3://{path}"


def _moment(told: Mapping[str, str]) -> int:
    try:
        found = datetime.fromisoformat(told.get("Last-Modified", ""))
    except ValueError:
        return 0
    return round(found.replace(tzinfo=UTC).timestamp()) * 1_000_000_000


def _tag(told: Mapping[str, str]) -> str:
    return told.get("VersionId") or told.get("ETag", "").strip('"')


@lru_cache(maxsize=64)
def _filesystem(service: Service) -> pafs.FileSystem:
    credentials = (
        {
            "access_key": service.key,
            "secret_key": service.secret,
            "session_token": service.token or None,
        }
        if service.key
        else {"anonymous": True}
    )
    return pafs.S3FileSystem(
        **credentials,
        region=service.place,
        endpoint_override=service.host or None,
        scheme="https" if service.encrypted else "http",
        connect_timeout=_CONNECT_SECONDS,
        request_timeout=_ANSWER_SECONDS,
        retry_strategy=pafs.AwsStandardS3RetryStrategy(max_attempts=_TRIES),
    )
