"""Discovery at the size of a large mesh: `python -m bench.discovery [--in FOLDER] [SIZE…]`.

Each size is measured in two processes, one after the other: the one that holds the mesh, where the
baseline is asked too, and a server. With `--in`, meshes are kept in a folder and used again.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import bulk
from bench.machine import table

_Figures = dict[str, Any]
_ROWS = (
    ("search: a page of 20, the count and nine facets", "search", ""),
    ("completion of four letters", "completion", ""),
    ("lineage of 1,000, for the first time", "first lineage of 1,000", "lineage of 1,000, engine"),
    ("lineage of 1,000", "lineage of 1,000", "lineage of 1,000, engine"),
    ("lineage of 13,500, for the first time", "first lineage of 13,500",
     "lineage of 13,500, engine"),
    ("lineage of 13,500", "lineage of 13,500", "lineage of 13,500, engine"),
    ("the last hundred entries of the change feed", "change feed, last 100", ""),
    ("publishing one product", "publish", ""),
    ("publishing what 1,000 come from", "publish the root of 1,000", ""),
    ("publishing what 13,500 come from", "publish the root of 13,500", ""),
    ("HTTP: a request that asks nothing", "live", ""),
    ("HTTP: a product's page by GraphQL", "product page", ""),
    ("HTTP: search by GraphQL, facets included", "search over HTTP", ""),
    ("HTTP: a SPARQL point query", "sparql", "point query, engine"),
)  # fmt: skip


def main(sizes: tuple[int, ...] = (10_000, 100_000), folder: Path | None = None) -> None:
    """Fill, measure and print each size."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            home = (folder or Path(scratch)) / f"mesh-{size}"
            if not (home / "journal.db").is_file():
                bulk.fill(home, size)
            inside = _measured("inside", home, size)
            printed(size, inside, _measured("served", home, size))


def printed(size: int, inside: _Figures, served: _Figures) -> None:
    """Print the tables of one size."""
    figures = {**inside, **{k: v for k, v in served.items() if k != "memory"}}
    table(
        f"Discovery at {size:,} products: ms",
        ("asked", "p50", "p99", "p50 of the processor", "p99 of the processor",
         "pyoxigraph, same question, p50", "ours / pyoxigraph"),
        [_row(figures, *row) for row in _ROWS if row[1] in figures],
    )  # fmt: skip
    server = sum(served["memory"].values())
    print(f"\n{inside['quads']:,} quads, {inside['documents']:,} documents of search in"
          f" {inside['segments']} segments; facets are {inside['facets']},"
          f" {inside['listed'][0]:,} of {inside['listed'][1]:,} products listed page by page,"
          f" pages of 500 in {inside['first pages of 500']:.0f} ms at first and"
          f" {inside['last pages of 500']:.0f} ms at last; the exact name is not first for"
          f" {inside['not first by name']} of 20.")  # fmt: skip
    print(f"Start: {inside['start'][0]:.0f} s by the clock, {inside['start'][1]:.0f} s of the"
          f" processor; a server is ready after {served['ready']:.0f} s.")  # fmt: skip
    print(f"Memory: {inside['memory']:,.0f} MiB with graph and index, {server:,.0f} MiB for a"
          f" server with its query workers: {server * 1024 / size:,.0f} KiB for a product."
          f" On disk: {inside['journal']:,.0f} MiB of journal and"
          f" {inside['search index']:,.0f} MiB of search index.")  # fmt: skip


def _row(figures: _Figures, title: str, name: str, baseline: str) -> tuple[object, ...]:
    ours, theirs = figures[name], figures.get(baseline)
    spent = ours.get("server cpu")
    processor = (spent, "") if spent is not None else (ours["cpu50"], ours["cpu99"])
    beside = (theirs["p50"], ours["p50"] / theirs["p50"]) if theirs else ("", "")
    return title, ours["p50"], ours["p99"], *processor, *beside


def _measured(part: str, home: Path, size: int) -> _Figures:
    """What one part tells, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", f"bench.discovery.{part}", str(home), str(size)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    told: _Figures = json.loads(done.stdout)
    return told


if __name__ == "__main__":
    given = sys.argv[1:]
    place = Path(given[given.index("--in") + 1]) if "--in" in given else None
    main(tuple(int(one) for one in given if one.isdecimal()) or (10_000, 100_000), place)
