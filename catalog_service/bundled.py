"""Where `ontology/` and `shapes/` lie: inside the wheel, or beside the packages in a checkout."""

from pathlib import Path

from catalog_service.errors import Misconfigured

_HERE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `name` (`ontology` or `shapes`) that came with this installation.

    Raises:
        Misconfigured: the installation lacks it, which only a broken package can cause.
    """
    for place in (_HERE / "_bundled" / name, _HERE.parent / name):
        if place.is_dir():
            return place
    raise Misconfigured(
        f"this installation has no {name}/ folder",
        hint="install polyseme again: its wheel carries ontology/ and shapes/",
    )
