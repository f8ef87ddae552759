"""Run the suite and write the pages: `python -m bench.shacl_suite [FOLDER]`."""

import sys
from pathlib import Path

from bench.shacl_suite.cases import SUITE, names
from bench.shacl_suite.outcomes import outcomes
from bench.shacl_suite.pages import earl, page

_ROOT = Path(__file__).parents[2]
_PAGE = _ROOT / "docs" / "reference" / "shacl-conformance.md"


def main(arguments: list[str]) -> int:
    """Run the suite in the folder that is named, or where the tests look for it."""
    folder = Path(arguments[0]) if arguments else SUITE
    found = names(folder)
    if not found:
        print(f"{folder} holds no tests; name the folder tests of data-shapes-test-suite")
        return 3
    run = tuple(outcomes(folder))
    _PAGE.write_text(page(run), encoding="utf-8")
    _PAGE.with_suffix(".ttl").write_text(earl(run), encoding="utf-8")
    print(f"{len(found)} tests; written to {_PAGE.relative_to(_ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
