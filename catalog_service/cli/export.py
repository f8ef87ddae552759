"""polyseme export: a product, a domain or the catalog in the words of other standards."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from catalog_service.cli.findings import plural
from catalog_service.cli.naming import meant
from catalog_service.cli.output import Output
from catalog_service.cli.session import Given
from catalog_service.errors import InvalidRequest, NotFound
from catalog_service.services import export as exports
from catalog_service.services.export import Form, Kind, Means, Scope


def export(
    thing: str | None = None,
    *,
    as_: str = "ttl",
    into: Annotated[Path | None, Parameter(help="A folder to write files to.")] = None,
    session: Given,
) -> None:
    """Write a product, a domain with its products, or the whole catalog in another form.

    Forms: ttl, jsonld, nt and nq hold everything that is stated; dcat and dcat-jsonld are DCAT-AP,
    dprod and dprod-ttl the data product ontology; odps is a descriptor with its contracts, odcs the
    contracts alone; r2rml maps rows to statements, ossie is a semantic model; backstage is a stream
    of entities. What a form cannot hold is told.

    Args:
        thing: Its IRI or its name; the whole catalog where none is given.
        as_: The form to write.
        into: A folder to write files to, one for each document; standard output by default.
        session: What every verb is given.
    """
    session.writes("text")
    form = exports.form(as_)
    with session.reading() as catalog:
        view = catalog.view()
        at = meant(catalog.index, thing) if thing is not None else None
        scope = exports.scope(view, catalog.base_iri, at)
        if scope is None:
            raise NotFound(
                f"{at} is neither a product nor a domain",
                hint="export one of those, or nothing in particular for the whole catalog;"
                " `polyseme show IRI --as ttl` writes any other thing",
            )
        if form.means is Means.BITOL:
            files = exports.bitol(view, scope, form, catalog.base_iri)
            lost, count = _documents(session.out, files, into)
            if not count:
                raise InvalidRequest(
                    f"there is nothing in {scope.iri} that {form.name} could hold",
                    hint="export it as odps, or as ttl",
                )
            if lost:
                session.out.note(
                    f"{plural(lost, 'statement')} of {plural(len(scope.products), 'product')}"
                    f" cannot be held by {form.name}; the files name them in their first lines"
                )
            return
        _whole(exports.pieces(view, scope, form, catalog.base_iri), into, scope, form)
        if form.leaves:
            session.out.note(form.leaves)


def _documents(
    out: Output, files: Iterator[tuple[str, bytes, int]], into: Path | None
) -> tuple[int, int]:
    """Write files, or a stream of them; how many statements they lost, and how many they are."""
    lost = count = 0
    for name, body, missing in files:
        lost += missing
        if into is not None:
            _write(into / name, (body,))
        else:
            head = "---\n" if count else ""
            out.raw(f"{head}# file: {name}\n".encode() + body)
        count += 1
    return lost, count


def _whole(pieces: Iterator[bytes], into: Path | None, scope: Scope, form: Form) -> None:
    if into is not None:
        name = "catalog" if scope.kind is Kind.CATALOG else scope.iri.rpartition("/")[2]
        _write(into / f"{name}.{form.suffix}", pieces)
        return
    sys.stdout.flush()
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def _write(file: Path, pieces: "Iterator[bytes] | tuple[bytes, ...]") -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as opened:
            opened.writelines(pieces)
    except OSError as fault:
        raise InvalidRequest(
            f"{file} cannot be written: {fault.strerror or fault}",
            hint="give --into a folder that can be written to",
        ) from fault
