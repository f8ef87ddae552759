"""How large the mesh is."""

from dataclasses import dataclass

from catalog_service.graph import View, query


@dataclass(frozen=True, slots=True)
class Counts:
    """How large the mesh is, and how far its products hang together.

    Args:
        products: data products.
        domains: domains.
        polysemes: polysemes.
        output_ports: output ports.
        columns: columns of datasets.
        bound_columns: columns that identify a polyseme.
        edges: pairs of products of which one reads from the other.
        cross_domain_edges: those of them whose products lie in different domains.
    """

    products: int
    domains: int
    polysemes: int
    output_ports: int
    columns: int
    bound_columns: int
    edges: int
    cross_domain_edges: int


def counts(view: View) -> Counts:
    """The figures, counted anew."""
    row = view.select(query(__package__, "counts"))[0]
    return Counts(
        products=int(row.text("products")),
        domains=int(row.text("domains")),
        polysemes=int(row.text("polysemes")),
        output_ports=int(row.text("outputPorts")),
        columns=int(row.text("columns")),
        bound_columns=int(row.text("bound")),
        edges=int(row.text("edges")),
        cross_domain_edges=int(row.text("crossing", "0")),
    )
