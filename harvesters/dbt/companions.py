"""What lies beside a manifest and is read with it: its catalog, its run results, its sources.

A file belongs to the manifest whose name differs from its own in nothing but the word: beside
`manifest_1.12.json`, that is `catalog_1.12.json`.
"""

from collections.abc import Iterator

from catalog_service.domain.findings import Finding, Severity
from catalog_service.domain.rdf import Origin
from catalog_service.errors import Unreadable
from catalog_service.harvesting import Document, Faulty, Source
from harvesters.dbt.artifacts import Artifact, Kind, identify, load
from harvesters.dbt.manifest import NEWEST, OLDEST

VERSIONS = {Kind.CATALOG: (1, 1), Kind.RESULTS: (4, 6), Kind.FRESHNESS: (1, 3)}
"""The schema versions that are read, the oldest and the newest."""
WHAT = {
    Kind.CATALOG: "a catalog of the columns in a warehouse",
    Kind.RESULTS: "the results of a run",
    Kind.FRESHNESS: "the ages of sources",
    Kind.SEMANTICS: "a semantic manifest, metrics and entities for MetricFlow",
}


def beside(source: Source, manifest: Document, kind: Kind) -> Document | Finding | None:
    """The artifact of a kind that belongs to a manifest; None where it is not there.

    A finding where it is there and cannot be read: the manifest says enough without it.
    """
    name = manifest.file.name.replace(Kind.MANIFEST.stem, kind.stem, 1)
    document = source.beside(manifest, name) if name != manifest.file.name else None
    if document is None:
        return None
    try:
        artifact = identify(document)
        load(document)
    except Unreadable as fault:
        message = f"the manifest is read without {name}: {fault.message}"
        found = Finding("unreadable", Severity.WARNING, message, fix=fault.hint)
        return found.at(Origin(document.name, fault.line or 1, fault.column))
    oldest, newest = VERSIONS[kind]
    if artifact is not None and artifact.kind is kind and oldest <= artifact.version <= newest:
        return document
    says = f"{artifact.kind} v{artifact.version}" if artifact is not None else "no artifact of dbt"
    found = Finding(
        "incomplete",
        Severity.WARNING,
        f"the manifest is read without {name}, which is {says}",
        fix=f"write both with one dbt: {kind} v{oldest} to v{newest} is read",
    )
    return found.at(Origin(document.name, 1))


def alone(source: Source, document: Document, artifact: Artifact) -> Iterator[Faulty]:
    """What is wrong with an artifact that is no manifest: nothing, where it belongs to one.

    Raises:
        Unreadable: it does not parse.
    """
    load(document)
    stem = artifact.kind.stem
    name = document.file.name.replace(stem, Kind.MANIFEST.stem, 1)
    manifest = source.beside(document, name) if name != document.file.name else None
    version = _version(manifest) if manifest is not None else None
    if manifest is None or version is None:
        yield Faulty(
            artifact.origin,
            f"{WHAT[artifact.kind]}, and no manifest it belongs to: alone it states no product",
            f"put it beside its manifest.json, and call it {stem}.json",
            unread=False,
        )
    elif not OLDEST <= version <= NEWEST:
        yield Faulty(
            artifact.origin,
            f"{WHAT[artifact.kind]}; {manifest.file.name}, which it belongs to, is not read",
            "mend the manifest first",
            unread=False,
        )


def _version(manifest: Document) -> int | None:
    """The schema version of a manifest; None where it is none."""
    try:
        artifact = identify(manifest)
    except Unreadable:  # that is reported of the file itself
        return 0
    return artifact.version if artifact is not None and artifact.kind is Kind.MANIFEST else None
