"""Standards kept between processes: read and proved sound once for each state of their files.

To read the shapes and to look through their queries takes longer than a check. What is kept is
found again only while nothing has changed of what it rests on: the shapes and the names of their
examples, the ontology whose words they may use, and the code that reads them.
"""

import json
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from catalog_service import bundled
from catalog_service.domain.findings import Severity
from catalog_service.governance import sealed, standards
from catalog_service.governance.shape import Shape
from catalog_service.governance.standard import Stage, Standard
from catalog_service.governance.standards import Standards
from catalog_service.terms import Iri


def load(folder: Path, cache: Path | None) -> Standards:
    """The standards in a folder, from the cache where it holds them as they are.

    Args:
        folder: the folder; see `standards.load`.
        cache: a directory in which they are kept; created where missing.

    Raises:
        Misconfigured: a file cannot be read, or holds what a standard may not.
    """
    if cache is None:
        return standards.load(folder)
    try:
        kept = cache / f"standards-{_key(folder)}.json"
        body = sealed.read(kept)
    except OSError:  # a cache or a folder that cannot be read: the loader says what is wrong
        return standards.load(folder)
    if body is not None:
        return _restored(folder, json.loads(body))
    found = standards.load(folder)
    try:
        sealed.write(kept, json.dumps(_record(folder, found)).encode())
    except OSError:  # a cache that cannot be used is no reason to stop
        return found
    return found


def _key(folder: Path) -> str:
    """What the standards depend on, as one hash."""
    state = sha256()
    rests_on = (
        (folder, sorted(folder.rglob("*.ttl"))),
        (bundled.folder("ontology"), sorted(bundled.folder("ontology").glob("*.ttl"))),
        (Path(__file__).parent, sorted(Path(__file__).parent.glob("*.py"))),
    )
    for root, files in rests_on:
        for file in files:
            example = file.name.startswith(("conforms.", "violates."))
            content = b"" if example else file.read_bytes()
            name = file.relative_to(root).as_posix()
            state.update(f"{name} {sha256(content).hexdigest()}\n".encode())
    return state.hexdigest()


def _record(folder: Path, found: Standards) -> dict[str, Any]:
    return {
        "prefixes": dict(found.prefixes),
        "common": found.common.record(),
        "standards": [
            {"about": _said(folder, standard), "shape": found.shaped(standard.name).record()}
            for standard in found
        ],
    }


def _said(folder: Path, standard: Standard) -> dict[str, Any]:
    """A standard of the mesh as JSON; its files by their places in the folder."""

    def place(path: Path) -> str:
        return path.relative_to(folder).as_posix()

    due = standard.becomes_violation_on
    return asdict(standard) | {
        "severity": standard.severity.value,
        "gate": int(standard.gate),
        "becomes_violation_on": due.isoformat() if due else None,
        "file": place(standard.file),
        "good": [place(path) for path in standard.good],
        "bad": [place(path) for path in standard.bad],
    }


def _restored(folder: Path, record: dict[str, Any]) -> Standards:
    prefixes = record["prefixes"]
    found = [_standard(folder, row["about"]) for row in record["standards"]]
    shapes = {
        standard.name: Shape(standard.iri, prefixes, kept=row["shape"])
        for standard, row in zip(found, record["standards"], strict=True)
    }
    common = Shape(standards.COMMON, prefixes, kept=record["common"])
    return Standards(found, common, shapes, prefixes)


def _standard(folder: Path, said: dict[str, Any]) -> Standard:
    due = said["becomes_violation_on"]
    return Standard(
        **said
        | {
            "severity": Severity(said["severity"]),
            "gate": Stage(said["gate"]),
            "owner": Iri(said["owner"]),
            "decision": Iri(said["decision"]),
            "becomes_violation_on": date.fromisoformat(due) if due else None,
            "messages": tuple(said["messages"]),
            "file": folder / said["file"],
            "good": tuple(folder / place for place in said["good"]),
            "bad": tuple(folder / place for place in said["bad"]),
            "tightens": tuple(map(Iri, said["tightens"])),
        }
    )
