"""Publishing: the one way in. Check, append to the journal, project."""

from catalog_service.publishing.projection import Follower, Projection
from catalog_service.publishing.publisher import Publisher

__all__ = ["Follower", "Projection", "Publisher"]
