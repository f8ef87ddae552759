"""What runs of dbt measured: results of tests, and the age of sources."""

from dataclasses import dataclass

from catalog_service.domain.rdf import Literal, Origin
from catalog_service.harvesting import Document
from catalog_service.harvesting.words import moment
from harvesters.dbt.artifacts import Values, load
from harvesters.dbt.places import Text

MEASURED = frozenset({"pass", "fail", "warn"})
"""States of a test that ran; `error`, `skipped` and `no-op` measured nothing."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one test, or one look at a source, gave.

    Args:
        status: dbt's word for it.
        value: failing rows, or seconds since the last row came in; None where nothing was measured.
        at: when, as written; and as a literal, or None where it is no time.
        origin: where it stands.
    """

    status: str
    value: float | None
    at: str
    time: Literal | None
    origin: Origin


class Results:
    """The results in a `run_results.json` or `sources.json`, by unique id.

    Args:
        document: the file; None where there is none, and then nothing was measured.

    Raises:
        Unreadable: it does not parse.
    """

    def __init__(self, document: Document | None) -> None:
        self.document = document
        self.values = Values(load(document) if document is not None else {})
        self._text = Text(document) if document is not None else None
        self._rows = {row.text("unique_id"): row for row in self.values.objects("results")}

    def of(self, unique_id: str) -> Result | None:
        """What a run gave for a test or source; None where it did not run it."""
        row = self._rows.get(unique_id)
        if row is None or self._text is None:
            return None
        status = row.text("status")
        finished = [
            step.text("completed_at")
            for step in row.objects("timing")
            if step.text("name") == "execute"
        ]
        written = self.values.values("metadata").text("generated_at")
        at = next(filter(None, (row.text("snapshotted_at"), *finished, written)), "")
        value = row.number("max_loaded_at_time_ago_in_s")
        if status in MEASURED and value is None:
            value = row.number("failures")
        return Result(status, value, at, moment(at), self._text.node(unique_id))
