"""One question of a scorecard, and the ways in which it is answered."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from catalog_service.domain.findings import shape_of
from catalog_service.services.governance.board import Held, Standing
from catalog_service.services.governance.facts import Facts


class Quality(StrEnum):
    """What makes a data product usable."""

    DISCOVERABLE = "discoverable"
    ADDRESSABLE = "addressable"
    UNDERSTANDABLE = "understandable"
    TRUSTWORTHY = "trustworthy"
    NATIVELY_ACCESSIBLE = "natively accessible"
    INTEROPERABLE = "interoperable"
    VALUABLE_ON_ITS_OWN = "valuable on its own"
    SECURE = "secure"


@dataclass(frozen=True, slots=True)
class Judged:
    """The answer to one check: `met` is None where nothing could be decided; `why` says why."""

    met: bool | None
    why: str


Decide = Callable[[Facts, Held], Judged]


@dataclass(frozen=True, slots=True)
class Check:
    """One question of a scorecard.

    Args:
        name: what it is called everywhere.
        quality: the quality that it counts for.
        asks: what has to be so.
        fix: what to do where it is not.
        decide: how it is answered.
        standard: the standard that decides it; empty where the product's own statements do.
    """

    name: str
    quality: Quality
    asks: str
    fix: str
    decide: Decide
    standard: str = ""


def kept(quality: Quality, standard: str, asks: str, fix: str) -> Check:
    """A check that the standard of the same name decides."""
    shape = shape_of(standard)

    def decide(_facts: Facts, held: Held) -> Judged:
        standing = held.to(shape)
        met = None if standing is Standing.NOT_EVALUATED else standing is Standing.MET
        return Judged(met, f"{_STANDINGS[standing]}: {standard}.")

    return Check(standard, quality, asks, fix, decide, standard)


_STANDINGS = {
    Standing.MET: "The standard is met",
    Standing.WARNED: "The standard warns",
    Standing.WAIVED: "The standard is waived, not met",
    Standing.VIOLATED: "The standard is violated",
    Standing.NOT_EVALUATED: "The last check could not decide the standard",
}


def stated(says: Callable[[Facts], bool], what: str) -> Decide:
    """Met where a product states something."""

    def decide(facts: Facts, _held: Held) -> Judged:
        met = says(facts)
        return Judged(met, f"It states {what}." if met else f"It does not state {what}.")

    return decide


def every(count: Callable[[Facts], tuple[int, int]], what: str, which: str) -> Decide:
    """Met where all parts of a product are so; undecided where it has none of them.

    Args:
        count: how many of them are so, and how many there are.
        what: what they are called.
        which: what those are that are so.
    """

    def decide(facts: Facts, _held: Held) -> Judged:
        good, total = count(facts)
        if not total:
            return Judged(None, f"It has no {what}.")
        return Judged(good == total, f"{good} of {total} {what} {which}.")

    return decide


def ways(facts: Facts, _held: Held) -> Judged:
    """Met where the data is served by several protocols or in several media types."""
    found = {port.protocol for port in facts.ports.values() if port.protocol}
    found |= {form for form in facts.forms.values() if form}
    return Judged(len(found) > 1, f"It is served in {len(found)} way{'s' * (len(found) != 1)}.")


def identified(facts: Facts, _held: Held) -> Judged:
    """Met where a column identifies a polyseme."""
    if not facts.columns:
        return Judged(None, "It has no columns.")
    bound = facts.identifying
    return Judged(bound > 0, f"{bound} of {facts.columns} columns identify a polyseme.")


def consumed(facts: Facts, _held: Held) -> Judged:
    """Met where somebody uses it."""
    who = "Another product reads" if facts.consumed else "No other product reads"
    return Judged(facts.consumed, f"{who} from it, or is registered as its consumer.")


def addressed(facts: Facts) -> tuple[int, int]:
    """How many output ports have a whole address, and how many there are."""
    ports = facts.ports.values()
    return sum(_ADDRESS.fullmatch(port.endpoint) is not None for port in ports), len(ports)


def telling(facts: Facts) -> tuple[int, int]:
    """How many datasets have a column that is no identifier, and how many there are."""
    datasets = facts.datasets
    return sum(found.columns > found.identifying for found in datasets), len(datasets)


_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
