"""polyseme lineage: what a thing came from, what came from it, and whom a change of it hits."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from catalog_service.cli import impact as impacts
from catalog_service.cli.findings import plural
from catalog_service.cli.naming import called, meant
from catalog_service.cli.output import Output
from catalog_service.cli.session import Given
from catalog_service.errors import NotFound
from catalog_service.services import lineage as lineages
from catalog_service.services.lineage import MOST_STEPS, Edge, Grain, Lineage, Side
from catalog_service.terms import Iri

T = TypeVar("T")


def lineage(
    thing: str,
    *,
    up: int = 1,
    down: int | None = None,
    grain: Grain = Grain.PRODUCT,
    impact: bool = False,
    first: int = 500,
    after: str = "",
    session: Given,
) -> None:
    """Trace what a thing came from and what came from it. Formats: text, json, csv, mermaid, dot.

    Args:
        thing: Its IRI or its name.
        up: How many steps upstream.
        down: How many steps downstream; 1, or with --impact all of them, unless given.
        grain: Whether to trace products, ports or columns.
        impact: List whom a change of it hits, with owners, instead. Formats: text, json, csv.
        first: How many things to show, the nearest first.
        after: The cursor to go on from.
        session: What every verb is given.
    """
    drawn = () if impact else ("mermaid", "dot")
    asked = session.writes("text", "json", "csv", *drawn)
    with session.reading() as catalog:
        view, at = catalog.view(), meant(catalog.index, thing)
        if impact:
            steps = MOST_STEPS if down is None else down
            hit = _known(at, lineages.impact(view, at, down=steps, first=first, after=after))
            impacts.write(session.out, view, hit, asked)
            return
        steps = 1 if down is None else down
        found = _known(
            at,
            lineages.lineage(view, at, up=up, down=steps, grain=grain, first=first, after=after),
        )
        named = called(view, {at, *_things(found)})
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


def _known(at: Iri, found: T | None) -> T:
    if found is None:
        raise NotFound(f"nothing is known of {at}", hint="look for it with `polyseme search`")
    return found


def _things(found: Lineage) -> tuple[Iri, ...]:
    """The nodes, and those of earlier pages that edges lead to."""
    ends = [iri for edge in found.edges for iri in (edge.source, edge.target)]
    return tuple(dict.fromkeys([*(node.iri for node in found.nodes), *ends]))


def _record(found: Lineage, named: Mapping[Iri, str]) -> dict[str, Any]:
    return {
        "root": found.root,
        "grain": found.grain.value,
        "nodes": [
            {
                "iri": node.iri,
                "name": named[node.iri],
                "level": node.level,
                "upstream": _side(node.upstream),
                "downstream": _side(node.downstream),
            }
            for node in found.nodes
        ],
        "edges": [{"source": edge.source, "target": edge.target} for edge in found.edges],
        "shown": found.shown,
        "total": found.total,
        "complete": found.complete,
        "next": found.after or None,
    }


def _side(found: Side) -> dict[str, int]:
    return {"shown": found.shown, "total": found.total}


def _csv(found: Lineage, named: Mapping[Iri, str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["source", "source_name", "target", "target_name"])
    for source, target in ((edge.source, edge.target) for edge in found.edges):
        writer.writerow([source, named[source], target, named[target]])
    return text.getvalue()


def _mermaid(found: Lineage, named: Mapping[Iri, str]) -> Iterator[str]:
    number = {iri: f"n{place}" for place, iri in enumerate(_things(found))}
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
    for iri in _things(found):
        yield f"  {quoted(iri)} [label={quoted(named[iri])}];"
    for edge in found.edges:
        yield f"  {quoted(edge.source)} -> {quoted(edge.target)};"
    yield "}"


def _write(out: Output, found: Lineage, named: Mapping[Iri, str]) -> None:
    """Two trees, up and down from the root; behind a cursor, where there is no root, the edges."""
    out.line((named[found.root], "bold"), f"   {found.root}")
    for line in _edges(found.edges, named) if found.begun else _trees(found, named):
        out.line(line)
    total = f"{found.total:,}" if found.counted else f"at least {found.total:,}"
    told = [f"{found.shown:,} of {total} shown", plural(len(found.edges), "edge")]
    told += [f"more: --after {found.after}"] if found.after else []
    out.line((" · ".join(told), "bold"))


def _edges(edges: Sequence[Edge], named: Mapping[Iri, str]) -> Iterator[str]:
    for source, target in ((edge.source, edge.target) for edge in edges):
        yield f"  {named[source]}   {source}"
        yield f"    → {named[target]}   {target}"


def _trees(found: Lineage, named: Mapping[Iri, str]) -> Iterator[str]:
    above: dict[Iri, list[Iri]] = {}
    below: dict[Iri, list[Iri]] = {}
    for edge in found.edges:
        above.setdefault(edge.target, []).append(edge.source)
        below.setdefault(edge.source, []).append(edge.target)
    upward = {node.iri: node.upstream for node in found.nodes}
    downward = {node.iri: node.downstream for node in found.nodes}
    starts = [node.iri for node in found.nodes if node.level == 0]
    for title, steps, sides in (
        ("comes from", above, upward),
        ("goes into", below, downward),
    ):
        yield title
        tree = _Tree(steps, sides, named, set(starts))
        yield from [line for start in starts for line in tree.below(start)] or ["  nothing"]


class _Tree:
    """One tree; what was drawn above is not drawn again, and what is left out is counted.

    Args:
        steps: what to draw below each thing.
        sides: how much of that side of each thing is shown.
        named: what to call things.
        drawn: what has been drawn.
    """

    def __init__(
        self,
        steps: Mapping[Iri, list[Iri]],
        sides: Mapping[Iri, Side],
        named: Mapping[Iri, str],
        drawn: set[Iri],
    ) -> None:
        self._steps = steps
        self._sides = sides
        self._named = named
        self._drawn = drawn

    def below(self, node: Iri, indent: str = "  ") -> Iterator[str]:
        """The lines below a thing."""
        for after in self._steps.get(node, ()):
            if after in self._drawn:
                yield f"{indent}{self._named[after]}   {after} (above)"
                continue
            self._drawn.add(after)
            yield f"{indent}{self._named[after]}   {after}"
            yield from self.below(after, indent + "  ")
        left = self._sides[node].total - self._sides[node].shown
        if left:
            yield f"{indent}… and {left:,} more"
