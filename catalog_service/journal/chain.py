"""The chain of hashes that makes every change to a written entry show."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from catalog_service.journal import codec


def sealed(row: Mapping[str, Any]) -> str:
    """The hash over a row as it is stored, with the hash of the row before in it.

    It covers the stored text and not what a later release makes of it, so that entries stay proved
    when the way of writing them changes.

    Args:
        row: the columns of the row; its own `entry_hash` does not count.
    """
    said = [
        row["revision"],
        row["subject"],
        row["kind"],
        row["version"],
        row["content_hash"],
        row["previous_hash"],
        row["publisher"],
        row["time"].isoformat(timespec="microseconds"),
        row["verdict"],
        sha256(row["origins"]).hexdigest(),
        row["source"],
    ]
    return hashed(json.dumps(said, ensure_ascii=False))


def whole(row: Mapping[str, Any], number: int, previous: str) -> bool:
    """True where a row is what was written as the entry of that number after `previous`.

    Raises:
        ZstdError: its content cannot even be unpacked.
    """
    written = {
        "revision": number,
        "previous_hash": previous,
        "content_hash": hashed(codec.unpacked(row["content"])),
        "entry_hash": sealed(row),
    }
    return all(row[column] == value for column, value in written.items())


def hashed(text: str) -> str:
    """SHA-256 of a text: `sha256:` and 64 hexadecimal digits."""
    return "sha256:" + sha256(text.encode()).hexdigest()
