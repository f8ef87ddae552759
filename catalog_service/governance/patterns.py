"""Which regular expressions take time in proportion to the text, whatever the text is.

pySHACL matches `sh:pattern` by backtracking, and what it matches is product data. A pattern is
accepted only in a form in which backtracking cannot be slow: where a part may match more text or
less, a character that it cannot match has to come before the next such part.
"""

import re
from dataclasses import dataclass, field

_ATOM = re.compile(r"\(\?:|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\]", re.DOTALL)
_REPEAT = re.compile(r"([*+?]|\{\d*,?\d*\})[?+]?")
_FIXED = re.compile(r"\{\d+\}")
_ENDLESS = re.compile(r"[*+]|\{\d*,\}")
_POSITIONS = frozenset(("^", "$", r"\b", r"\B", r"\A", r"\Z"))


@dataclass(slots=True)
class _Group:
    """A bracket that is open, or the pattern as a whole.

    `loose` holds the parts that may match more or less and have met no character since that ends
    them; `before` is what was loose where the group begins, `ended` what is at the end of its
    alternatives so far. `varies` is true of a group that can match one text in several ways.
    """

    before: list[str]
    loose: list[str]
    ended: list[str] = field(default_factory=list)
    varies: bool = False


def why_slow(pattern: str) -> str:
    """Why `pattern` can be slow on some text, or is no pattern; empty where all is well."""
    try:
        re.compile(pattern)
    except re.error as fault:
        return f"it does not compile: {fault}"
    groups = [_Group([], [])]
    anchored = pattern.startswith("^")
    position = 0
    while position < len(pattern):
        atom, repeat, position = _next(pattern, position)
        anchored = anchored and not (atom == "|" and len(groups) == 1)
        if _ENDLESS.fullmatch(repeat) and not anchored:
            return f"{atom}{repeat} is tried from every character: begin the pattern with ^"
        reason = _step(groups, atom, repeat)
        if reason:
            return reason
    return ""


def _next(pattern: str, position: int) -> tuple[str, str, int]:
    """The part at `position`, how often it is repeated, and the position after it."""
    found = _ATOM.match(pattern, position)
    assert found is not None  # noqa: S101 - the pattern compiles, so no backslash ends it
    atom = "(" if found.group() == "(?:" else found.group()
    if atom in "(|":
        return atom, "", found.end()
    repeated = _REPEAT.match(pattern, found.end())
    return (atom, repeated.group(1), repeated.end()) if repeated else (atom, "", found.end())


def _step(groups: list[_Group], atom: str, repeat: str) -> str:
    """Take one part; the reason to refuse the pattern where this part gives one."""
    group = groups[-1]
    if atom == "(":
        groups.append(_Group(list(group.loose), list(group.loose)))
    elif atom == "|":
        group.varies = True
        group.ended += group.loose
        group.loose = list(group.before)
    elif atom == ")":
        return _close(groups, repeat)
    elif atom == "?":
        return "(? looks ahead or behind, or changes how the pattern is read"
    elif re.fullmatch(r"\\[1-9]", atom):
        return f"{atom} refers back to a group"
    elif atom not in _POSITIONS:
        return _single(group, atom, repeat)
    return ""


def _close(groups: list[_Group], repeat: str) -> str:
    inner = groups.pop()
    outer = groups[-1]
    if inner.varies and repeat not in ("", "?"):
        return "a repeated group holds a part that can match in several ways"
    outer.varies = outer.varies or inner.varies or bool(repeat)
    outer.loose = inner.ended + inner.loose
    if repeat == "?":
        outer.loose += inner.before
    elif repeat and not _FIXED.fullmatch(repeat):
        if inner.before:
            return f"{inner.before[-1]} and the group after it may match the same text"
        outer.loose = [r"[\s\S]"]
    return ""


def _single(group: _Group, atom: str, repeat: str) -> str:
    """One character, or a class of them."""
    if repeat and not _FIXED.fullmatch(repeat):
        if group.loose:
            return f"{group.loose[-1]} and {atom}{repeat} may match the same text"
        group.varies = True
        group.loose = [atom]
    elif (letter := _letter(atom)) and not any(_matches(part, letter) for part in group.loose):
        group.loose = []
    return ""


def _matches(part: str, letter: str) -> bool:
    """Whether `part` can match `letter`, whatever the flags."""
    return re.fullmatch(part, letter, re.IGNORECASE | re.DOTALL) is not None


def _letter(atom: str) -> str:
    """The one character that `atom` stands for; empty where it stands for several."""
    if len(atom) == 1:
        return "" if atom == "." else atom
    if re.fullmatch(r"\\[^\w\s]", atom):
        return atom[1]
    inside = re.fullmatch(r"\[([^\\^])\]", atom)
    return inside.group(1) if inside else ""
