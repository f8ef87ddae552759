"""polyseme init: scaffold a data product."""

import re
from pathlib import Path
from typing import Literal

from catalog_service.cli.findings import plural
from catalog_service.cli.scaffolding import CONTRACT, DESCRIPTOR, Draft, drafted
from catalog_service.cli.session import Given
from catalog_service.errors import Misconfigured

_LEFT_OPEN = re.compile("<FILL IN [^>]+>")


def init(
    path: Path = Path(),
    *,
    from_: Literal["dbt", "odcs", "postgres", "duckdb"] | None = None,
    session: Given,
) -> None:
    """Scaffold a data product: its descriptor, a contract, a CI file; nothing is written over.

    Args:
        path: The folder of the product; it is made where it is missing.
        from_: What there is already: data contracts (odcs), a dbt project with its manifest
            (dbt), or a DuckDB file (duckdb), each in that folder.
        session: What every verb is given.
    """
    asked = session.writes("text", "json")
    texts = drafted(_draft(path, from_), path.as_posix())
    taken = [path / name for name in (DESCRIPTOR, CONTRACT) if name in texts]
    for file in taken:
        if file.exists():
            raise Misconfigured(
                f"{file} is there already",
                hint="it is not written over; move it, or init elsewhere",
            )
    written, kept = [], []
    for name, text in texts.items():
        file = path / name
        if file.exists():
            kept.append(file)
            continue
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("x", encoding="utf-8") as opened:
                opened.write(text)
        except OSError as fault:
            raise Misconfigured(
                f"{file} cannot be written: {fault.strerror}", hint="name another folder"
            ) from fault
        written.append(file)
    places = sum(len(_LEFT_OPEN.findall(texts[file.name])) for file in taken)
    if asked == "json":
        session.out.json(
            {
                "written": [file.as_posix() for file in written],
                "kept": [file.as_posix() for file in kept],
                "places_to_fill": places,
            }
        )
        return
    for file in written:
        session.out.line(f"wrote  {file}")
    for file in kept:
        session.out.line(f"kept   {file}, which was there already")
    session.out.line(
        f"next: fill in {plural(places, 'place')} marked <FILL IN …>, then"
        f" polyseme validate {path} --against <the data directory or the files of your mesh>"
    )


def _draft(path: Path, source: str | None) -> Draft:
    name = re.sub(r"[^\w.-]+", "-", path.resolve().name).strip("-.") or "product"
    match source:
        case None:
            return Draft(name)
        case "postgres":
            raise Misconfigured(
                "a scaffold from postgres is not available",
                hint="available are --from dbt, --from odcs and --from duckdb",
            )
        case _ if not path.is_dir():
            raise Misconfigured(
                f"{path} is no folder", hint=f"name the folder that holds what there is in {source}"
            )
        case "duckdb":
            from catalog_service.cli.scaffolding import sources  # noqa: PLC0415 - not always read

            return sources.duckdb(path, name)
        case _:
            from catalog_service.cli.scaffolding import sources  # noqa: PLC0415 - not always read

            return sources.harvested(source, path, name)
