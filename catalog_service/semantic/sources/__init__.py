"""Sources: where the rows of a port lie, in which state they are, and how they are read.

A source is opened in one state and names it. Its rows come by one of two paths: the engine reads
them itself, or the source hands over an Arrow table of what is wanted. Both give the same rows.
"""

from collections.abc import Callable, Mapping

from catalog_service.semantic.plan import Relation
from catalog_service.semantic.sources import (
    delimited,
    delta,
    duckdb_file,
    events,
    iceberg,
    parquet,
    postgres,
    sparql,
)
from catalog_service.semantic.sources.beside import Beside
from catalog_service.semantic.sources.budget import Budget
from catalog_service.semantic.sources.options import Options, Reading
from catalog_service.semantic.sources.places import Located, located
from catalog_service.semantic.sources.source import Source

__all__ = ["Beside", "Budget", "Located", "Options", "Reading", "Source", "located", "opened"]

_KINDS: Mapping[str, Callable[[Relation, Located], Source]] = {
    "parquet": parquet.opened,
    "csv": delimited.opened,
    "tsv": delimited.opened,
    "duckdb": duckdb_file.opened,
    "postgresql": postgres.opened,
    "iceberg": iceberg.opened,
    "delta": delta.opened,
    "jsonl": events.opened,
    "avro": events.opened,
    "sparql": sparql.opened,
}


def opened(relation: Relation, options: Options) -> Source:
    """The source behind a relation, in the state in which it is now.

    Raises:
        SourceUnavailable: it is not there, or may not be read; names port and product.
    """
    place = located(relation, options)
    return _KINDS[place.kind](relation, place)
