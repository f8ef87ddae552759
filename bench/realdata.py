"""What becomes of each file that others wrote: harvested, refused with a reason, or quarantined.

`python -m bench.realdata FOLDER`, a folder with the subfolders `odcs`, `odps-bitol` and `dbt`. Each
file is harvested by itself into a catalog that has decided nothing, so what conforms only in its
own mesh is quarantined here, with the number of its violations.
"""

import sys
from collections import Counter
from pathlib import Path

from bench.machine import table
from catalog_service.bootstrap import transient
from catalog_service.settings import Settings

KINDS = ("odcs", "odps-bitol", "dbt")


def main(folder: Path) -> None:
    """Print a row for each file, and how many came to what."""
    files = [f for kind in KINDS for f in sorted((folder / kind).rglob("*")) if f.is_file()]
    rows = []
    with transient(Settings()) as catalog:
        for file in files:
            found = catalog.read([file])
            report = found.files[0]
            done = catalog.check(found)
            facts = sum(len(submission.facts) for submission in found.submissions)
            blocking = sum(f.blocks for o in done.outcomes for f in o.verdict.findings)
            outcome = report.outcome
            if outcome == "harvested" and blocking:
                outcome = "quarantined"
            elif outcome == "harvested" and not facts:
                outcome = "read with its manifest"
            said = next((f for f in report.findings if f.blocks), None)
            reason = (
                f"line {said.line}: {said.message}"
                if outcome in ("refused", "unreadable") and said
                else f"{blocking} violations"
                if blocking
                else ""
            )
            rows.append((str(file.relative_to(folder)), report.kind, outcome, facts, reason[:110]))
    table("Files that others wrote", ("file", "kind", "outcome", "facts", "why"), rows)
    print(
        "\n" + ", ".join(f"{n} {what}" for what, n in sorted(Counter(r[2] for r in rows).items()))
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
