"""What `show` tells of the mesh as a network: its measures, and what joins with what."""

from typing import Any

from catalog_service.cli.naming import called
from catalog_service.cli.output import Output
from catalog_service.domain.names import short
from catalog_service.graph import View
from catalog_service.services import mesh, polysemes
from catalog_service.services.mesh import Counts, Measures
from catalog_service.services.polysemes import Joinable, JoinPath, Meaning
from catalog_service.terms import Iri

SHOWN = 20
"""Pairs of products that a page lists; GraphQL goes on from there."""
_UNKNOWN = "unknown"


def mesh_page(out: Output, counts: Counts, measures: Measures) -> None:
    """The mesh: how large it is, and how far its products hang together."""
    out.line(("the mesh", "bold"))
    out.table(
        [
            (name.replace("_", " "), f"{value:,}")
            for name, value in mesh_record(counts, measures)["counts"].items()
        ]
    )
    measures_section(out, measures)


def measures_section(out: Output, measures: Measures) -> None:
    """The measures of the network effect."""
    pairs = measures.pairs
    out.line()
    out.line(("network effect", "bold"))
    out.table(
        [
            ("joinable pairs", f"{pairs.joinable:,} of {pairs.total:,} · {_percent(pairs.share)}"),
            ("polyseme coverage", _percent(measures.polyseme_coverage)),
            ("consumptions", f"{measures.consumption_edges:,}"),
            ("of them across domains", f"{measures.cross_domain_edges:,}"),
            ("active consumers", f"{measures.active_consumers:,}"),
            ("products upstream, on average", _average(measures.reachable_products)),
        ]
    )
    if measures.composition_depth is not None:
        out.table([("products on the longest chain", f"{measures.composition_depth:,}")])


def meanings_section(out: Output, view: View, meanings: tuple[Meaning, ...]) -> None:
    """A polyseme in each domain, side by side."""
    named = called(view, {meaning.domain for meaning in meanings if meaning.domain})
    out.line()
    out.line(("in each domain", "bold"))
    out.table(
        [
            (
                named[meaning.domain] if meaning.domain else "-",
                "; ".join(c.definition or c.name for c in meaning.concepts) or "no word of its own",
                ", ".join(short(scheme) for scheme in meaning.schemes) or "-",
                f"{len(meaning.columns)} columns" if len(meaning.columns) != 1 else "1 column",
            )
            for meaning in meanings
        ],
        head=("domain", "means", "identified by", "carried by"),
    )


def joins_section(out: Output, view: View, joinable: Joinable) -> None:
    """The products that join on a polyseme, pair by pair."""
    paths = joinable.paths(SHOWN)
    if not paths:
        return
    named = called(view, {product for path in paths for product in path.pair})
    out.line()
    out.line((f"can be joined: {len(paths):,} of {joinable.total:,} pairs shown", "bold"))
    out.table(
        [
            (
                f"{named[path.left.product]}.{path.left.name}",
                f"{named[path.right.product]}.{path.right.name}",
                _by(path),
                _percent(path.coverage),
            )
            for path in paths
        ],
        head=("", "", "by", "coverage"),
    )


def mesh_record(counts: Counts, measures: Measures) -> dict[str, Any]:
    """The mesh as one JSON object."""
    return {
        "counts": {
            "products": counts.products,
            "domains": counts.domains,
            "polysemes": counts.polysemes,
            "output_ports": counts.output_ports,
            "columns": counts.columns,
            "bound_columns": counts.bound_columns,
            "edges": counts.edges,
            "cross_domain_edges": counts.cross_domain_edges,
        },
        "network": measures_record(measures),
    }


def measures_record(measures: Measures) -> dict[str, Any]:
    """The measures as JSON; null where there is nothing to measure."""
    return {
        "joinable_pairs": measures.pairs.share,
        "joined_pairs": measures.pairs.joinable,
        "possible_pairs": measures.pairs.total,
        "polyseme_coverage": measures.polyseme_coverage,
        "consumption_edges": measures.consumption_edges,
        "cross_domain_edges": measures.cross_domain_edges,
        "active_consumers": measures.active_consumers,
        "reachable_products": measures.reachable_products,
        "composition_depth": measures.composition_depth,
    }


def joins_record(joinable: Joinable) -> dict[str, Any]:
    """The pairs as JSON; coverage is null where nobody measured it."""
    return {
        "total": joinable.total,
        "paths": [
            {
                "left": {"product": path.left.product, "column": path.left.column},
                "right": {"product": path.right.product, "column": path.right.column},
                "crosswalks": list(path.crosswalks),
                "coverage": path.coverage,
            }
            for path in joinable.paths(SHOWN)
        ],
    }


def network_of(view: View, domain: Iri) -> Measures:
    """The measures of a domain."""
    return mesh.network(view).domain(domain)


def joinable_on(view: View, polyseme: Iri) -> Joinable | None:
    """What joins on a polyseme; None where none is registered under the IRI."""
    return polysemes.joinable(view, [polyseme]).get(polyseme)


def _by(path: JoinPath) -> str:
    if not path.crosswalks:
        return f"the same scheme, {short(path.left.scheme)}" if path.left.scheme else "-"
    return " and ".join(f"crosswalk {short(crosswalk)}" for crosswalk in path.crosswalks)


def _percent(share: float | None) -> str:
    return _UNKNOWN if share is None else f"{share:.1%}"


def _average(number: float | None) -> str:
    return _UNKNOWN if number is None else f"{number:.1f}"
