"""Choosing the form of an answer by what the caller accepts (RFC 9110, section 12.5.1)."""

from collections.abc import Iterator, Sequence

_LONGEST = 4_096


def chosen(accept: str, offers: Sequence[str]) -> str | None:
    """The media type among `offers` that is accepted best; of equals, the first.

    A header that is missing, or so long that it can only be meant to cost time, accepts everything.
    """
    if not accept.strip() or len(accept) > _LONGEST:
        return offers[0]
    ranges = tuple(_ranges(accept))
    best = max(offers, key=lambda offer: _quality(offer, ranges))
    return best if _quality(best, ranges) > 0 else None


def profiles(accept: str) -> list[tuple[str, str]]:
    """The profiles that are asked for, each with its media type, the most welcome first."""
    if len(accept) > _LONGEST:
        return []
    found = []
    for part in accept.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        told = {
            key.strip().lower(): value.strip().strip('"')
            for key, _, value in (parameter.partition("=") for parameter in parameters)
        }
        quality = _number(told.get("q", "1"))
        if quality > 0:
            found += [
                (quality, (profile, name.lower())) for profile in told.get("profile", "").split()
            ]
    return [asked for _, asked in sorted(found, key=lambda told: -told[0])]


def _quality(offer: str, ranges: Sequence[tuple[str, float]]) -> float:
    """How welcome a media type is: what the most exact range that covers it says."""
    kind = offer.partition("/")[0]
    for covering in (offer, f"{kind}/*", "*/*"):
        told = [quality for name, quality in ranges if name == covering]
        if told:
            return max(told)
    return 0.0


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                quality = _number(value)
        yield name.lower(), quality


def _number(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0
