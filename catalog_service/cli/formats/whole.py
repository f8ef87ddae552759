"""A report as one JSON object: files, products, their findings, and the summary."""

import json
from typing import TYPE_CHECKING

from catalog_service.cli.output import FORMAT_VERSION

if TYPE_CHECKING:
    from catalog_service.cli.findings import Known
    from catalog_service.cli.report import Report


def written(report: "Report", _: "Known") -> str:
    """The report; the version of its form comes first."""
    record = {"format_version": FORMAT_VERSION, **report.record()}
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"
