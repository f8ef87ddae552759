"""Models that lie outside of the warehouse: dbt-duckdb's materialisation `external`."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from catalog_service.domain.rdf import Origin
from catalog_service.harvesting.words import address
from catalog_service.terms import Iri
from harvesters.dbt.manifest import Manifest, Node


@dataclass(frozen=True, slots=True)
class External:
    """The file that a model is written to.

    Args:
        address: where it lies; a relative path begins at the folder of the project.
        protocol: `local` for a file, else the scheme of its address, such as `s3`.
        format: how it is written.
        origin: the file of the project, beside which relative paths begin.
    """

    address: Iri
    protocol: str
    format: str
    origin: Origin


def external(manifest: Manifest, node: Node) -> External | None:
    """Where a model lies outside of the warehouse; None where it does not, or nobody can tell.

    A relative location counts from the folder of `dbt_project.yml`; where that file is not near,
    nobody can tell.
    """
    config = node.values.values("config")
    location = config.text("location")
    if config.text("materialized") != "external" or not location:
        return None
    remote = "://" in location
    local = PurePosixPath(location.replace("\\", "/"))
    if not (remote or local.is_absolute() or manifest.places.found):
        return None
    where = address(location if remote else f"file:{'//' if local.is_absolute() else ''}{local}")
    if where is None:
        return None
    named = config.text("format") or config.values("options").text("format")
    named = named or local.suffix.lstrip(".")
    protocol = location.partition("://")[0].lower() if remote else "local"
    return External(where, protocol, named.lower() or "parquet", manifest.places.project)
