"""The page about scorecards, `docs/reference/scorecard.md`, made from the checks themselves."""

from itertools import groupby

from catalog_service.services.governance.usability import CHECKS

_HEAD = """\
# Scorecard

This page is made from the code by `make docs`; change that, not it.

How usable a data product is, told as named checks under eight qualities. A check is decided by the
[standard](../../shapes/README.md) of its name, by the last check of the product, or by what the
product states; its answer is met, not met, or unknown where nobody could decide it, and says why.
The share of a quality is what is met of all its checks, the unknown ones among them. It is a
figure to work with, and no seal: a product is certified by nobody.

GraphQL answers it as `scorecard` of a product, and added up as `scorecard` of a domain.
"""
_TABLE = "| Check | Asks | Decided by | Otherwise |\n|---|---|---|---|\n"


def page() -> str:
    """The page, in Markdown."""
    parts = [_HEAD]
    for quality, checks in groupby(CHECKS, key=lambda check: check.quality):
        rows = "".join(
            f"| `{check.name}` | {check.asks} | {_decided(check.standard)} | {check.fix} |\n"
            for check in checks
        )
        parts.append(f"\n## {quality.value.capitalize()}\n\n{_TABLE}{rows}")
    return "".join(parts)


def _decided(standard: str) -> str:
    if not standard:
        return "what it states"
    return f"[`{standard}`](../../shapes/{standard}/shape.ttl)"
