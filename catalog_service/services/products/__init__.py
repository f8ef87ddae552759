"""Data products: what they say of themselves, their parts, and their neighbours.

Functions answer for many products at once, in one question to the store; `product` puts the answers
for one product together.
"""

from catalog_service.services.products.components import Component, components, components_at
from catalog_service.services.products.datasets import (
    Binding,
    Column,
    Dataset,
    Distribution,
    bindings,
    column_sources,
    column_uses,
    columns,
    columns_at,
    datasets,
    datasets_at,
    distributions,
    distributions_at,
)
from catalog_service.services.products.neighbours import consumers, downstream, upstream
from catalog_service.services.products.ports import (
    InputPort,
    ManagementPort,
    Objective,
    OutputPort,
    Read,
    Role,
    input_ports,
    input_ports_at,
    management_ports,
    management_ports_at,
    objectives,
    objectives_at,
    output_ports,
    output_ports_at,
)
from catalog_service.services.products.product import Product, product
from catalog_service.services.products.profiles import Labels, Profile, labels, profiles

__all__ = [
    "Binding",
    "Column",
    "Component",
    "Dataset",
    "Distribution",
    "InputPort",
    "Labels",
    "ManagementPort",
    "Objective",
    "OutputPort",
    "Product",
    "Profile",
    "Read",
    "Role",
    "bindings",
    "column_sources",
    "column_uses",
    "columns",
    "columns_at",
    "components",
    "components_at",
    "consumers",
    "datasets",
    "datasets_at",
    "distributions",
    "distributions_at",
    "downstream",
    "input_ports",
    "input_ports_at",
    "labels",
    "management_ports",
    "management_ports_at",
    "objectives",
    "objectives_at",
    "output_ports",
    "output_ports_at",
    "product",
    "profiles",
    "upstream",
]
