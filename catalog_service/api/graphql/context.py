"""What a resolver is given: the loaders of its request, and the catalog behind them."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from strawberry.fastapi import BaseContext
from strawberry.types import Info

from catalog_service.api.figures import Figures
from catalog_service.api.graphql.loaders import Loaders
from catalog_service.bootstrap import Catalog
from catalog_service.graph import View

if TYPE_CHECKING:
    from catalog_service.api.graphql.nodes import Nodes


class Context(BaseContext):
    """The context of one request.

    Args:
        catalog: what is asked.
        view: the dataset as the caller may see it.
        figures: the mesh in figures.
        loaders: the questions of this request.
        nodes: finds things by IRI; a noun that needs another asks it, so none imports in a circle.
    """

    def __init__(
        self, catalog: Catalog, view: View, figures: Figures, loaders: Loaders, nodes: "Nodes"
    ) -> None:
        super().__init__()
        self.catalog = catalog
        self.view = view
        self.figures = figures
        self.loaders = loaders
        self.nodes = nodes

    @property
    def today(self) -> date:
        """The day by which waivers end and warnings become violations, in UTC."""
        return datetime.now(UTC).date()


Asked = Info[Context, None]
