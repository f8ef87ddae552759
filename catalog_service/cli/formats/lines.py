"""Findings as JSON Lines: one finding in each line, for programs that read as it comes."""

import json
from typing import TYPE_CHECKING

from catalog_service.cli.output import FORMAT_VERSION

if TYPE_CHECKING:
    from catalog_service.cli.findings import Known
    from catalog_service.cli.report import Report


def written(report: "Report", _: "Known") -> str:
    """The findings; nothing at all where there are none."""
    records = ({"format_version": FORMAT_VERSION, **f.record()} for f in report.findings)
    return "".join(f"{json.dumps(record)}\n" for record in records)
