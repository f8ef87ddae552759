"""Paths with wildcards, as addresses of ports have them: `plays/*.parquet`, `plays/**/*.csv`."""

from fnmatch import fnmatchcase
from pathlib import PurePosixPath

WILD = "*?["
"""What makes a path a pattern."""


def parted(path: str) -> tuple[str, str]:
    """The folder before the first wildcard, and the rest as a pattern; empty without one."""
    parts = PurePosixPath(path).parts
    for at, part in enumerate(parts):
        if any(sign in part for sign in WILD):
            return str(PurePosixPath(*parts[:at])), "/".join(parts[at:])
    return path, ""


def matches(path: str, pattern: str) -> bool:
    """Whether a relative path is one of a pattern; `**` stands for any number of folders."""
    return _matches(tuple(path.split("/")), tuple(pattern.split("/")))


def _matches(path: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    if not pattern:
        return not path
    first, *rest = pattern
    if first == "**":
        return any(_matches(path[at:], tuple(rest)) for at in range(len(path) + 1))
    return bool(path) and fnmatchcase(path[0], first) and _matches(path[1:], tuple(rest))
