"""Versions: how far one rose above another, as semantic versioning counts."""

import re

from catalog_service.services.changes.kinds import Bump

_VERSION = re.compile(
    r"(0|[1-9]\d{0,17})\.(0|[1-9]\d{0,17})\.(0|[1-9]\d{0,17})"
    r"(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?",
    re.ASCII,
)
_DIGITS = 18


def bump(before: str, after: str) -> Bump:
    """The rise from one version to the next; none where it fell, or where either is no version.

    Versions that begin with 0 are no exception: consumers of a product rest on it from the day on
    which it is published.
    """
    old, new = _VERSION.fullmatch(before), _VERSION.fullmatch(after)
    if old is None or new is None:
        return Bump.NONE
    was, now = (tuple(int(found[place]) for place in (1, 2, 3)) for found in (old, new))
    if was == now:
        return Bump.PATCH if _released(old[4], new[4]) else Bump.NONE
    if now < was:
        return Bump.NONE
    return Bump.MAJOR if now[0] > was[0] else Bump.MINOR if now[1] > was[1] else Bump.PATCH


def _released(before: str | None, after: str | None) -> bool:
    """True where a pre-release gave way to a later one, or to the release."""
    if before is None or before == after:
        return False
    return after is None or _order(after) > _order(before)


def _order(release: str) -> list[tuple[bool, int, str]]:
    """Numbers go by their size and before words, as semantic versioning has it."""
    return [
        (False, int(part), "") if part.isdecimal() and len(part) <= _DIGITS else (True, 0, part)
        for part in release.split(".")
    ]


def next_version(before: str, rise: Bump) -> str:
    """The lowest release that is so far above `before`; empty where that is no version."""
    found = _VERSION.fullmatch(before)
    if found is None:
        return ""
    major, minor, patch = (int(found[place]) for place in (1, 2, 3))
    match rise:
        case Bump.MAJOR:
            return f"{major + 1}.0.0"
        case Bump.MINOR:
            return f"{major}.{minor + 1}.0"
        case Bump.PATCH:
            return f"{major}.{minor}.{patch + 1}"
        case Bump.NONE:
            return before
