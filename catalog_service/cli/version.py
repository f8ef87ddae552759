"""polyseme version."""

import platform

from catalog_service import __version__
from catalog_service.cli.session import Given


def version(*, session: Given) -> None:
    """Print the version."""
    if session.writes("text", "json") == "json":
        session.out.json({"version": __version__, "python": platform.python_version()})
    else:
        session.out.line(f"polyseme {__version__}")
