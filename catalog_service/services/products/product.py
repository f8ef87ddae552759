"""One data product as a whole: everything its page shows."""

from dataclasses import dataclass

from catalog_service.graph import View
from catalog_service.services.products.components import Component, components
from catalog_service.services.products.datasets import (
    Binding,
    Column,
    Dataset,
    Distribution,
    bindings,
    columns,
    datasets,
    distributions,
)
from catalog_service.services.products.neighbours import consumers, downstream, upstream
from catalog_service.services.products.ports import (
    InputPort,
    ManagementPort,
    Objective,
    OutputPort,
    input_ports,
    management_ports,
    objectives,
    output_ports,
)
from catalog_service.services.products.profiles import Labels, Profile, labels, profiles
from catalog_service.terms import Iri


@dataclass(frozen=True, slots=True)
class Product:
    """A data product with all its parts.

    Args:
        profile: what it says of itself.
        labels: its keywords and further pages.
        input_ports: where it takes data.
        output_ports: where it serves data.
        management_ports: where it can be asked about itself, watched or steered.
        objectives: what each output port promises, by the port's IRI.
        datasets: what it serves.
        distributions: the forms of each dataset, by the dataset's IRI.
        columns: the columns of each dataset, by the dataset's IRI.
        components: its code and its infrastructure.
        bindings: the columns that identify a polyseme.
        upstream: the products it reads from.
        downstream: the products that read from it.
        consumers: who registered a consumption.
    """

    profile: Profile
    labels: Labels
    input_ports: tuple[InputPort, ...]
    output_ports: tuple[OutputPort, ...]
    management_ports: tuple[ManagementPort, ...]
    objectives: dict[Iri, tuple[Objective, ...]]
    datasets: tuple[Dataset, ...]
    distributions: dict[Iri, tuple[Distribution, ...]]
    columns: dict[Iri, tuple[Column, ...]]
    components: tuple[Component, ...]
    bindings: tuple[Binding, ...]
    upstream: tuple[Iri, ...]
    downstream: tuple[Iri, ...]
    consumers: tuple[Iri, ...]


def product(view: View, iri: Iri) -> Product | None:
    """The data product of this IRI; None where none is published under it."""
    profile = profiles(view, [iri]).get(iri)
    if profile is None:
        return None
    ports = output_ports(view, [iri]).get(iri, ())
    served = datasets(view, [iri]).get(iri, ())
    content = [dataset.iri for dataset in served]
    return Product(
        profile=profile,
        labels=labels(view, [iri]).get(iri, Labels()),
        input_ports=input_ports(view, [iri]).get(iri, ()),
        output_ports=ports,
        management_ports=management_ports(view, [iri]).get(iri, ()),
        objectives=objectives(view, [port.iri for port in ports]),
        datasets=served,
        distributions=distributions(view, content),
        columns=columns(view, content),
        components=components(view, [iri]).get(iri, ()),
        bindings=bindings(view, [iri]).get(iri, ()),
        upstream=upstream(view, [iri]).get(iri, ()),
        downstream=downstream(view, [iri]).get(iri, ()),
        consumers=consumers(view, [iri]).get(iri, ()),
    )
