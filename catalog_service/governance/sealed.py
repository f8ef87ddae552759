"""Files of the cache: what one process worked out and the next need not."""

from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile


def read(kept: Path) -> bytes | None:
    """What was kept in a file; None where there is none or it is damaged."""
    try:
        seal, _, body = kept.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    return body if seal == _seal(body) else None


def write(kept: Path, body: bytes) -> None:
    """Keep `body`, so that a reader sees all of it or nothing."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=kept.parent, prefix=f"{kept.name}.", delete=False) as file:
        file.write(_seal(body) + b"\n" + body)
    Path(file.name).replace(kept)


def _seal(body: bytes) -> bytes:
    return f"# sha256 {sha256(body).hexdigest()}".encode()
