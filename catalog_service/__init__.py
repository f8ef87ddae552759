"""Polyseme: a data-mesh catalog in which the knowledge graph is the product."""

__version__ = "0.1.0"
