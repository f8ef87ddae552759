"""IRI templates: how values become an IRI, and how an IRI is taken apart again.

A value is percent-encoded, all but letters, digits and `-._~`, so that it holds no character that
could be taken for the text around it. Two IRIs of one template are therefore equal just if their
values are, and are compared value by value, without writing them.
"""

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote, unquote_to_bytes

_SLOT = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[A-Za-z0-9_.%-]+")
_VALUE = r"((?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*)"
_PLAIN = re.compile(r"[A-Za-z0-9._~%-]*")
_FREE = re.compile(r"[A-Za-z0-9._~%-]+")


class Unfit(ValueError):
    """A text that is no template that can be taken apart; says why."""


@dataclass(frozen=True, slots=True)
class Template:
    """The texts around the slots: one more than there are slots."""

    texts: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many slots it has."""
        return len(self.texts) - 1

    def fill(self, values: tuple[str, ...]) -> str:
        """The IRI of some values."""
        parts = [self.texts[0]]
        for value, text in zip(values, self.texts[1:], strict=True):
            parts += [encoded(value), text]
        return "".join(parts)

    def take_apart(self, iri: str) -> tuple[str, ...] | None:
        """The values of an IRI; None where it is none of the template's."""
        found = _pattern(self.texts).fullmatch(iri)
        if found is None:
            return None
        try:
            values = tuple(unquote_to_bytes(text).decode() for text in found.groups())
        except UnicodeDecodeError:
            return None
        return values if self.fill(values) == iri else None  # `%41` is not how `A` is written

    def may_meet(self, other: "Template") -> bool:
        """False where no IRI is of both: they clash."""
        if self.texts == other.texts:
            return True
        if not self.size:
            return other.take_apart(self.texts[0]) is not None
        if not other.size:
            return self.take_apart(other.texts[0]) is not None
        heads = self.texts[0], other.texts[0]
        tails = self.texts[-1], other.texts[-1]
        if not (heads[0].startswith(heads[1]) or heads[1].startswith(heads[0])):
            return False
        if not (tails[0].endswith(tails[1]) or tails[1].endswith(tails[0])):
            return False
        return _FREE.sub("", "".join(self.texts)) == _FREE.sub("", "".join(other.texts))


def template(text: str) -> tuple[Template, tuple[str, ...]]:
    """A template and the names in its slots: `https://x.example/{a}` has one, `a`.

    Raises:
        Unfit: a slot is none of a plain name, or two of them are parted by nothing that could not
            be part of a value.
    """
    pieces = _SLOT.split(text)
    texts, names = tuple(pieces[::2]), tuple(pieces[1::2])
    for name in names:
        if not _NAME.fullmatch(name):
            msg = f"{{{name}}} is no plain name of a column"
            raise Unfit(msg)
    for between in texts[1:-1]:
        if _PLAIN.fullmatch(between):
            msg = f"two values with {between!r} between them cannot be told apart"
            raise Unfit(msg)
    if any("{" in part or "}" in part for part in texts):
        msg = "a brace stands alone"
        raise Unfit(msg)
    return Template(texts), names


def encoded(value: str) -> str:
    """A value as it stands in an IRI."""
    return quote(value, safe="")


@cache
def _pattern(texts: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(_VALUE.join(map(re.escape, texts)))
