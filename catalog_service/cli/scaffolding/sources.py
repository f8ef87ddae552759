"""What is known of a product from what its team already has."""

import importlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from catalog_service.cli.scaffolding import Column, Draft, Table
from catalog_service.errors import Misconfigured
from catalog_service.harvesting import Document, Harvested, Names, Refers, Source
from catalog_service.harvesting.registry import harvesters
from catalog_service.terms import DPROD, PM, Iri

_STATED = {
    DPROD.domain: "domain",
    DPROD.purpose: "purpose",
    DPROD.dataProductOwner: "owner",
    PM.codeComponent: "code",
    PM.infrastructureComponent: "infrastructure",
}
_LOGICAL = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "timestamp",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "SMALLINT": "integer",
    "TINYINT": "integer",
    "HUGEINT": "integer",
    "UINTEGER": "integer",
    "UBIGINT": "integer",
    "DECIMAL": "number",
    "DOUBLE": "number",
    "FLOAT": "number",
}


def harvested(kind: str, folder: Path, name: str) -> Draft:
    """A product around the contracts that a harvester finds in a folder.

    Args:
        kind: `odcs` for the contracts there, `dbt` for the models that a manifest exposes.
        folder: where to look.
        name: what to call the product.

    Raises:
        Misconfigured: there is none.
    """
    harvester = harvesters((kind,))[kind]
    documents = [
        document
        for document in _documents(folder, harvester.patterns)
        if harvester.recognises(document)
    ]
    found = [
        part
        for part in harvester.harvest(Source(documents, Names("https://mesh.example/")))
        if isinstance(part, Harvested)
    ]
    contracts = tuple(sorted({part.contract for part in found if part.contract}))
    if not contracts:
        raise Misconfigured(
            f"{folder} holds no {_WANTED[kind]}",
            hint="name the folder that does, or scaffold without --from",
        )
    return Draft(name, contracts, frozenset(_stated(found)), reads=_reads(found))


_WANTED = {
    "odcs": "data contract (ODCS) that can be read",
    "dbt": "manifest.json of a dbt project with a model that is exposed",
}


def duckdb(folder: Path, name: str) -> Draft:
    """A product around the tables of the one DuckDB file in a folder.

    Raises:
        Misconfigured: there is no such file, or more than one, or DuckDB is not installed.
    """
    engine = _duckdb()
    databases = sorted([*folder.glob("*.duckdb"), *folder.glob("*.ddb")])
    if len(databases) != 1:
        raise Misconfigured(
            f"{folder} holds {len(databases) or 'no'} DuckDB files",
            hint="put the one database there, as a file that ends in .duckdb",
        )
    try:
        with engine.connect(str(databases[0]), read_only=True) as connection:
            rows = connection.execute(_COLUMNS).fetchall()
    except engine.Error as fault:
        raise Misconfigured(
            f"{databases[0]} cannot be read: {str(fault).splitlines()[0]}",
            hint="close whoever is writing to it, or name another file",
        ) from fault
    if not rows:
        raise Misconfigured(f"{databases[0]} holds no table", hint="make the tables first")
    where = {"database": databases[0].name, "schema": rows[0][0]}
    return Draft(name, server=("duckdb", where), tables=tuple(_tables(rows)))


_COLUMNS = """
    SELECT c.schema_name, c.table_name, c.column_name, c.data_type, NOT c.is_nullable,
           coalesce(list_contains(k.constraint_column_names, c.column_name), false)
    FROM duckdb_columns() c
    LEFT JOIN duckdb_constraints() k
      ON k.table_oid = c.table_oid AND k.constraint_type = 'PRIMARY KEY'
    WHERE NOT c.internal
    ORDER BY c.schema_name, c.table_name, c.column_index
"""


def _duckdb() -> ModuleType:
    try:
        return importlib.import_module("duckdb")
    except ImportError as fault:
        raise Misconfigured(
            "DuckDB is not installed beside polyseme", hint="pip install duckdb"
        ) from fault


def _tables(rows: Iterable[tuple[Any, ...]]) -> Iterator[Table]:
    tables: dict[str, list[Column]] = {}
    for _, table, column, physical, required, key in rows:
        tables.setdefault(table, []).append(
            Column(column, _logical(physical), physical, required=required, key=key)
        )
    for table, columns in tables.items():
        yield Table(table, tuple(columns))


def _logical(physical: str) -> str:
    """The type that ODCS has for one of DuckDB's."""
    if physical.endswith("]"):
        return "array"
    if physical.startswith(("STRUCT", "MAP", "JSON", "UNION")):
        return "object"
    return _LOGICAL.get(physical.partition("(")[0].partition(" ")[0], "string")


def _documents(folder: Path, patterns: tuple[str, ...]) -> Iterator[Document]:
    seen = {file for pattern in patterns for file in folder.glob(pattern)}
    seen |= {file for pattern in patterns for file in (folder / "target").glob(pattern)}
    for file in sorted(seen):
        yield Document(file, str(file))


def _reads(found: Iterable[Harvested]) -> tuple[str, ...]:
    """What the parts say that they read, by the names they have for it."""
    references = (reference for part in found for reference in part.references)
    return tuple(sorted({told.name for told in references if told.refers is Refers.UPSTREAM}))


def _stated(found: Iterable[Harvested]) -> Iterator[str]:
    for part in found:
        predicates: set[Iri] = {fact.triple.predicate for fact in part.facts}
        predicates |= {r.predicate for r in part.references if r.refers is Refers.DOMAIN}
        yield from (told for predicate, told in _STATED.items() if predicate in predicates)
