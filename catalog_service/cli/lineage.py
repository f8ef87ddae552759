"""polyseme lineage: what a thing came from, and what came from it."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from catalog_service.cli.findings import plural
from catalog_service.cli.naming import called, meant
from catalog_service.cli.output import Output
from catalog_service.cli.session import Given
from catalog_service.errors import NotFound
from catalog_service.services import lineage as lineages
from catalog_service.services.lineage import Grain, Lineage
from catalog_service.terms import Iri


def lineage(
    thing: str,
    *,
    up: int = 1,
    down: int = 1,
    grain: Grain = Grain.PRODUCT,
    session: Given,
) -> None:
    """Trace what a thing came from and what came from it. Formats: text, json, csv, mermaid, dot.

    Args:
        thing: Its IRI or its name.
        up: How many steps upstream.
        down: How many steps downstream.
        grain: Whether to trace products, ports or columns.
        session: What every verb is given.
    """
    asked = session.writes("text", "json", "csv", "mermaid", "dot")
    with session.reading() as catalog:
        at = meant(catalog.index, thing)
        found = lineages.lineage(catalog.view(), at, up=up, down=down, grain=grain)
        if found is None:
            raise NotFound(f"nothing is known of {at}", hint="look for it with `polyseme search`")
        named = called(catalog.view(), {at, *(node.iri for node in found.nodes)})
    match asked:
        case "json":
            session.out.json(_record(found, named))
        case "csv":
            session.out.raw(_csv(found, named).encode())
        case "mermaid" | "dot":
            for line in _mermaid(found, named) if asked == "mermaid" else _dot(found, named):
                session.out.line(line)
        case _:
            _write(session.out, found, named)


def _record(found: Lineage, named: Mapping[Iri, str]) -> dict[str, Any]:
    return {
        "root": found.root,
        "grain": found.grain.value,
        "nodes": [
            {"iri": node.iri, "name": named[node.iri], "level": node.level} for node in found.nodes
        ],
        "edges": [{"source": edge.source, "target": edge.target} for edge in found.edges],
        "shown": found.shown,
        "total": found.total,
        "complete": found.complete,
    }


def _csv(found: Lineage, named: Mapping[Iri, str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["source", "source_name", "target", "target_name"])
    for source, target in ((edge.source, edge.target) for edge in found.edges):
        writer.writerow([source, named[source], target, named[target]])
    return text.getvalue()


def _mermaid(found: Lineage, named: Mapping[Iri, str]) -> Iterator[str]:
    number = {node.iri: f"n{place}" for place, node in enumerate(found.nodes)}
    yield "flowchart LR"
    for iri, short in number.items():
        label = named[iri].replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        yield f'  {short}["{label}"]'
    for edge in found.edges:
        yield f"  {number[edge.source]} --> {number[edge.target]}"


def _dot(found: Lineage, named: Mapping[Iri, str]) -> Iterator[str]:
    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    yield "digraph lineage {"
    yield "  rankdir=LR;"
    for node in found.nodes:
        yield f"  {quoted(node.iri)} [label={quoted(named[node.iri])}];"
    for edge in found.edges:
        yield f"  {quoted(edge.source)} -> {quoted(edge.target)};"
    yield "}"


def _write(out: Output, found: Lineage, named: Mapping[Iri, str]) -> None:
    """Two trees, up and down from the root; what was drawn above is not drawn again."""
    above: dict[Iri, list[Iri]] = {}
    below: dict[Iri, list[Iri]] = {}
    for edge in found.edges:
        above.setdefault(edge.target, []).append(edge.source)
        below.setdefault(edge.source, []).append(edge.target)
    out.line((named[found.root], "bold"), f"   {found.root}")
    starts = [node.iri for node in found.nodes if node.level == 0]
    for title, steps in (("comes from", above), ("goes into", below)):
        out.line(title)
        drawn = set(starts)
        lines = [line for start in starts for line in _tree(start, steps, named, drawn, "  ")]
        for line in lines or ["  nothing"]:
            out.line(line)
    total = f"{found.total:,}" if found.counted else f"at least {found.total:,}"
    out.line((f"{found.shown:,} of {total} shown · {plural(len(found.edges), 'edge')}", "bold"))


def _tree(
    node: Iri,
    steps: Mapping[Iri, list[Iri]],
    named: Mapping[Iri, str],
    drawn: set[Iri],
    indent: str,
) -> Iterator[str]:
    for after in steps.get(node, ()):
        again = " (above)" if after in drawn else ""
        yield f"{indent}{named[after]}   {after}{again}"
        if not again:
            drawn.add(after)
            yield from _tree(after, steps, named, drawn, indent + "  ")
