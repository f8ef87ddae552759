"""polyseme standards: list them, prove them by their examples, see whom a change would break."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from catalog_service.bundled import folder
from catalog_service.cli import difference
from catalog_service.cli.against import around
from catalog_service.cli.exits import FINDINGS, FINE, UNCHECKED
from catalog_service.cli.findings import plural, written
from catalog_service.cli.session import Given, Session
from catalog_service.errors import InvalidRequest
from catalog_service.governance import kept, layers
from catalog_service.governance.changes import changes
from catalog_service.governance.layers import Layers
from catalog_service.governance.proving import Flaw, Proof
from catalog_service.governance.standards import Standard, Standards, load

_SHARED = "prefixes.ttl"


def standards(
    asked: Literal["list", "test", "diff"],
    *folders: Path,
    against: str = "",
    on: date | None = None,
    session: Given,
) -> int:
    """List the standards, test a folder of them, or see what a change of them would do.

    A folder holds one folder for each standard: all standards of a mesh, or those that domains
    keep for their own products.

    Args:
        asked: list: those in force. test: whether each is proved by the graphs beside it, on both
            engines. diff: what differs, and which products would newly fail or pass.
        folders: For test, the folder. For diff, the folder as it was and as it would be; or only
            the latter, which is then compared with what is in force.
        against: For diff, the mesh: a data directory, a folder with its files, or the address of a
            server, of which what is in quarantine is not seen.
        on: For diff, the day to judge on, such as 2027-01-31; today by default.
        session: What every verb is given.
    """
    session.writes("text", "json")
    match asked:
        case "list":
            _expect(folders, (0,), "polyseme standards list")
            return _list(session)
        case "test":
            _expect(folders, (1,), "polyseme standards test DIR")
            return _test(session, folders[0])
        case "diff":
            _expect(folders, (1, 2), "polyseme standards diff [OLD] NEW")
            return _diff(session, folders, against, on)


def _expect(folders: Sequence[Path], numbers: tuple[int, ...], usage: str) -> None:
    if len(folders) not in numbers:
        raise InvalidRequest(f"{plural(len(folders), 'folder')} given", hint=f"write {usage}")


def _in_force(session: Session) -> Layers:
    """The standards of the mesh, and those of the setting `standards`."""
    settings = session.settings()
    return layers.read(kept.load(folder("shapes"), settings.cache), settings.standards or ())


def _list(session: Session) -> int:
    found = list(_in_force(session))
    if session.format == "json":
        session.out.json({"standards": [_record(standard) for standard in found]})
        return FINE
    rows = [
        (
            standard.identifier,
            standard.name,
            standard.severity.value,
            standard.gate.name.lower(),
            standard.domain or "",
            standard.label,
        )
        for standard in found
    ]
    session.out.table(rows, head=("id", "standard", "severity", "gate", "domain", "asks"))
    session.out.line((plural(len(found), "standard"), "bold"))
    return FINE


def _record(standard: Standard) -> dict[str, Any]:
    due = standard.becomes_violation_on
    return {
        "name": standard.name,
        "identifier": standard.identifier,
        "iri": standard.iri,
        "domain": standard.domain,
        "label": standard.label,
        "severity": standard.severity.value,
        "becomes_violation_on": due.isoformat() if due else None,
        "gate": standard.gate.name.lower(),
        "since": standard.since,
        "owner": standard.owner,
        "waivable": standard.waivable,
        "tightens": list(standard.tightens),
    }


def _test(session: Session, path: Path) -> int:
    mesh = kept.load(folder("shapes"), session.settings().cache)
    flaws: list[Flaw] = []
    tested = 0
    for found, over in _sets(path, mesh):
        proof = Proof(found, over)
        for standard in found:
            tested += 1
            flaws += proof.flaws(standard)
    told = {
        "tested": tested,
        "flaws": [
            {
                "standard": flaw.standard.key,
                "file": str(flaw.file),
                "reason": flaw.reason,
                "fix": flaw.fix,
            }
            for flaw in flaws
        ],
    }
    if session.format == "json":
        session.out.json(told)
        return FINDINGS if flaws else FINE
    for flaw in flaws:
        session.out.line((str(flaw.file), "bold"), f"  {flaw.standard.name}   {flaw.reason}")
        session.out.line(f"     fix: {flaw.fix}")
    line = f"{plural(tested, 'standard')} tested, {plural(len(flaws), 'flaw')}"
    session.out.line((line, "bold"))
    return FINDINGS if flaws else FINE


def _sets(path: Path, mesh: Standards) -> list[tuple[Standards, Standards | None]]:
    """The sets of standards in a folder, each with those that it stands beside."""
    if (path / _SHARED).is_file():
        return [(load(path), None)]
    return [(layer.standards, mesh) for layer in layers.load(path, mesh)]


def _diff(session: Session, folders: Sequence[Path], against: str, on: date | None) -> int:
    force = _in_force(session)
    before = _with(force, folders[0]) if len(folders) > 1 else force
    after = _with(before, folders[-1])
    differs = changes(before, after)
    with (
        session.out.busy("replaying"),
        around(session, Path(), against, needed=True) as beside,
    ):
        replayed = beside.mesh.replay(before, after, today=on)
    if session.format == "json":
        session.out.json(difference.record(differs, replayed, beside.unread))
    else:
        written(session.out, beside.unread, after)
        difference.write(session, differs, replayed)
    return UNCHECKED if beside.unread else FINDINGS if replayed.failing else FINE


def _with(force: Layers, path: Path) -> Layers:
    """What is in force, with the standards of a folder in the place of their like."""
    if (path / _SHARED).is_file():
        mesh = load(path)
        anew = [layers.load(layer.folder, mesh) for layer in force.domains]
        return Layers(mesh, tuple(layer for found in anew for layer in found))
    added = layers.load(path, force.mesh)
    domains = {layer.domain for layer in added}
    return Layers(
        force.mesh, (*(one for one in force.domains if one.domain not in domains), *added)
    )
