"""The command line: one file for each verb, loaded when it is called."""

import sys

from catalog_service import __version__


def main() -> None:
    """The command `polyseme`."""
    arguments = sys.argv[1:]
    if arguments in (["version"], ["--version"]):
        # Scripts ask this often: it is answered before anything else is imported.
        print(f"polyseme {__version__}")
        return
    from catalog_service.cli.app import run  # noqa: PLC0415 - see above

    sys.exit(run(arguments))
