"""What asks an engine."""

from collections.abc import Callable
from typing import Any

Ask = Callable[[str], list[tuple[Any, ...]]]
"""The rows of a SELECT with two columns, `n` and `v`."""
