"""Reads dbt projects from the artifacts that dbt writes into `target/`.

A project is a product; each model that it exposes is an output port with a dataset.
"""

from collections.abc import Iterator

from catalog_service.domain.findings import Finding
from catalog_service.domain.rdf import Origin
from catalog_service.errors import Unreadable
from catalog_service.harvesting import Document, Faulty, Harvested, Source
from harvesters.dbt.artifacts import Artifact, Kind, identify, load
from harvesters.dbt.catalog import Catalog
from harvesters.dbt.companions import VERSIONS, alone, beside
from harvesters.dbt.manifest import NEWEST, OLDEST, Manifest
from harvesters.dbt.results import Results


class DbtHarvester:
    """Reads the artifacts of dbt."""

    kind: str = "dbt"
    patterns: tuple[str, ...] = ("*.json",)
    marks: tuple[str, ...] = ("schemas.getdbt.com/dbt/",)

    def recognises(self, document: Document) -> bool:
        """True for the artifacts of dbt, by the schema version they state or by their structure."""
        return identify(document) is not None

    def harvest(self, source: Source) -> Iterator[Harvested | Faulty]:
        """The product of each manifest, and what is wrong with the other files."""
        for document in source.documents():
            try:
                yield from _read(source, document)
            except Unreadable as fault:
                yield Faulty.of(document, fault)


def _read(source: Source, document: Document) -> Iterator[Harvested | Faulty]:
    artifact = identify(document)
    if artifact is None:
        yield Faulty(
            Origin(document.name, 1),
            "it is none of dbt's artifacts",
            "name the manifest.json that dbt writes into `target/`",
        )
    elif artifact.kind is not Kind.MANIFEST:
        yield from alone(source, document, artifact)
    elif OLDEST <= artifact.version <= NEWEST:
        yield from _project(source, document)
    else:
        yield _unsupported(document, artifact)


def _unsupported(document: Document, artifact: Artifact) -> Faulty:
    """A manifest of a version that is not read.

    Raises:
        Unreadable: it does not even parse.
    """
    metadata = load(document).get("metadata")
    written = metadata.get("dbt_version") if isinstance(metadata, dict) else None
    by = f", written by dbt {written[:20]}," if isinstance(written, str) else ""
    if artifact.version > NEWEST:
        fix = f"write it with a dbt that writes v{NEWEST}, or update the catalog"
    else:
        fix = (
            "write it again with dbt 1.3 or later: `dbt compile`, then harvest target/manifest.json"
        )
    version = f"schema version v{artifact.version}" if artifact.version else "no schema version"
    return Faulty(
        artifact.origin,
        f"a manifest of {version}{by} is not read; v{OLDEST} to v{NEWEST} are",
        fix,
        unread=False,
    )


def _project(source: Source, document: Document) -> Iterator[Harvested | Faulty]:
    manifest = Manifest(document)
    if not manifest.project:
        yield Faulty(
            Origin(document.name, 1),
            "it does not say which project it belongs to: it has no `metadata.project_name`, and "
            "its nodes are of no package, or of several",
            "write it again with dbt 1.6 or later (`dbt parse`), which names the project",
            unread=False,
        )
        return
    found = {kind: beside(source, document, kind) for kind in VERSIONS}
    read = {kind: each for kind, each in found.items() if isinstance(each, Document)}
    # It imports a parser of SQL, which nobody without a dbt project should wait for.
    from harvesters.dbt.mapping import Project, stated  # noqa: PLC0415 - see above

    project = Project(
        manifest,
        Catalog(read.get(Kind.CATALOG)),
        Results(read.get(Kind.RESULTS)),
        Results(read.get(Kind.FRESHNESS)),
        tuple(each for each in found.values() if isinstance(each, Finding)),
    )
    yield from stated(project, source.names)
