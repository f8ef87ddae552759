"""Which patterns are accepted in shapes, whatever text they will meet."""

import re
import time

import pytest

from catalog_service.governance.patterns import why_slow


@pytest.mark.parametrize(
    "pattern",
    [
        r"\S",
        r"^[0-9]+$",
        r"^[0-9a-f-]{36}$",
        r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$",
        r"^https?://[^{}]*[{]id[}]$",
        r"^[^@]+@[^@]+$",
        r"^(?:ab)*c$",
        r"draft|final",
        r"^\[[^\]]*\]$",
    ],
)
def test_a_pattern_that_each_text_matches_in_one_way_is_accepted(pattern: str) -> None:
    assert not why_slow(pattern)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"^(a+)+$", "several ways"),
        (r"^(a|aa)+$", "several ways"),
        (r"^((a?){9}){9}$", "several ways"),
        (r"^(a*)*$", "several ways"),
        (r"^([a-z]+\.?)*$", "may match the same text"),
        (r"^.*.*$", "may match the same text"),
        (r"^.*x.*$", "may match the same text"),
        (r"^[0-9]*[0-9][0-9]*$", "may match the same text"),
        (r"^[0-9]*(-a)?[0-9]*$", "may match the same text"),
        (r"^a?a?a?aaa$", "may match the same text"),
        (r"^(a*|b*)c*$", "may match the same text"),
        (r"^(ab)*(ba)*$", "may match the same text"),
        (r"^[a-z]+A[a-z]+$", "may match the same text"),
        (r"a+$", "begin the pattern with"),
        (r"^a|b+$", "begin the pattern with"),
        (r"^(a)\1$", "refers back"),
        (r"^(?=a)b$", "looks ahead"),
        (r"(?i)abc", "changes how"),
        (r"(a", "does not compile"),
    ],
)
def test_a_pattern_that_a_text_may_match_in_many_ways_is_refused(pattern: str, reason: str) -> None:
    assert reason in why_slow(pattern)


@pytest.mark.parametrize("text", ["1" * 200_000, "1." * 100_000, "1.1.1" + "-a.b" * 50_000 + "~"])
def test_what_is_accepted_is_quick_on_the_text_that_was_made_to_stall_it(text: str) -> None:
    pattern = (
        r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$"
    )
    assert not why_slow(pattern)
    began = time.process_time()
    assert not re.search(pattern, text)
    assert time.process_time() - began < 2
