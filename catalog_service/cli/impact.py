"""Telling whom a change hits: a list first, and who to tell last."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from catalog_service.cli.findings import plural
from catalog_service.cli.naming import called
from catalog_service.cli.output import Output
from catalog_service.graph import View
from catalog_service.services.lineage import Impact
from catalog_service.terms import Iri

_NOBODY = "nobody"


def write(out: Output, view: View, found: Impact, form: str) -> None:
    """Write an impact.

    Args:
        out: where to.
        view: where names are looked up.
        found: whom a change hits.
        form: text, json or csv.
    """
    things = {found.root, *(one.iri for one in found.affected)}
    things |= {
        iri for one in found.affected for iri in (one.owner, one.domain, *one.columns) if iri
    }
    named = called(view, things | {told.owner for told in found.owners if told.owner})
    match form:
        case "json":
            out.json(_record(found, named))
        case "csv":
            out.raw(_csv(found, named).encode())
        case _:
            _text(out, found, named)


def _record(found: Impact, named: Mapping[Iri, str]) -> dict[str, Any]:
    return {
        "root": found.root,
        "affected": [
            {
                "iri": one.iri,
                "name": named[one.iri],
                "level": one.level,
                "owner": one.owner,
                "domain": one.domain,
                "columns": list(one.columns),
            }
            for one in found.affected
        ],
        "owners": [
            {
                "owner": told.owner,
                "name": named[told.owner] if told.owner else None,
                "count": told.count,
            }
            for told in found.owners
        ],
        "shown": found.shown,
        "total": found.total,
        "complete": found.complete,
        "next": found.after or None,
    }


def _csv(found: Impact, named: Mapping[Iri, str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["steps", "affected", "name", "owner", "owner_name", "domain", "columns"])
    for one in found.affected:
        owner = named[one.owner] if one.owner else ""
        writer.writerow([one.level, one.iri, named[one.iri], one.owner or "", owner,
                         one.domain or "", " ".join(one.columns)])  # fmt: skip
    return text.getvalue()


def _text(out: Output, found: Impact, named: Mapping[Iri, str]) -> None:
    out.line((named[found.root], "bold"), f"   {found.root}")
    rows = [
        (
            str(one.level),
            named[one.iri],
            named[one.owner] if one.owner else _NOBODY,
            named[one.domain] if one.domain else "",
            ", ".join(named[column] for column in one.columns),
        )
        for one in found.affected
    ]
    out.table(rows, head=("steps", "affected", "owner", "domain", "columns"))
    if found.owners:
        owners = (f"{named[t.owner] if t.owner else _NOBODY} ({t.count:,})" for t in found.owners)
        out.line(f"to tell: {', '.join(owners)}")
    total = f"{found.total:,}" if found.counted else f"at least {found.total:,}"
    told = [f"{found.shown:,} of {total} shown", plural(len(found.owners), "owner")]
    told += [f"more: --after {found.after}"] if found.after else []
    out.line((" · ".join(told), "bold"))
