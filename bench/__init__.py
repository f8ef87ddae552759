"""Measurements behind the figures that the README and the docs claim."""
