"""What was found before: in an earlier report, or in the files as a commit has them."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from catalog_service.cli.output import FORMAT_VERSION
from catalog_service.cli.report import Report, from_here
from catalog_service.errors import Misconfigured

_MOST_BYTES = 256 << 20
Check = Callable[[Sequence[Path]], Report]
"""What checks paths, as `validate` does."""


def fingerprints(baseline: str, paths: Sequence[Path], check: Check) -> frozenset[str]:
    """The findings that a baseline knows.

    Args:
        baseline: a file that `validate --format json` wrote, or a commit, by any name that git has
            for it. A file goes first.
        paths: what is checked now; the same is checked as the commit has it.
        check: how to check it.

    Raises:
        Misconfigured: it is no such file and no commit, or the paths lie outside the repository.
    """
    if Path(baseline).is_file():
        return _told(Path(baseline))
    repository = Repository.here()
    commit = repository.commit(baseline)
    with repository.tree(commit, [repository.within(path) for path in paths]) as tree:
        there = [tree.at(path) for path in paths]
        report = check([path for path in there if path.exists()])
        found = report.renamed(tree.name).findings
    return frozenset(finding.fingerprint for finding in found)


def _told(file: Path) -> frozenset[str]:
    """The findings that an earlier report tells of."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise _no_report(file, f"it has more than {_MOST_BYTES >> 20} MiB")
        told = json.loads(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as fault:
        raise _no_report(file, "it is not UTF-8") from fault
    except ValueError as fault:
        raise _no_report(file, f"it is no JSON ({fault})") from fault
    except RecursionError as fault:
        raise _no_report(file, "it nests too deep") from fault
    except OSError as fault:
        raise _no_report(file, f"it cannot be read ({fault.strerror})") from fault
    version = told.get("format_version") if isinstance(told, dict) else None
    if version is None:
        sarif = isinstance(told, dict) and "runs" in told
        raise _no_report(file, "it is SARIF" if sarif else "it has no format_version")
    if version != FORMAT_VERSION:
        raise _no_report(file, f"it has the form {version!r}, and {FORMAT_VERSION} is read here")
    try:
        rows = [*told["files"], *told["products"]]
        return frozenset(str(found["fingerprint"]) for row in rows for found in row["findings"])
    except (KeyError, TypeError) as fault:
        raise _no_report(file, "it is the result of another command, or not whole") from fault


def _no_report(file: Path, why: str) -> Misconfigured:
    return Misconfigured(
        f"{file} is no report to compare with: {why}",
        hint="write one with `polyseme validate --format json > baseline.json`",
    )


@dataclass(frozen=True, slots=True)
class Tree:
    """Files as a commit has them, in a folder of their own.

    Args:
        root: where the root of the repository is.
        here: where the current folder is.
        repository: the root of the repository itself.
    """

    root: Path
    here: Path
    repository: Path

    def at(self, path: Path) -> Path:
        """Where a path of today is in the tree."""
        if path.is_absolute():
            return self.root / path.resolve().relative_to(self.repository)
        return self.here / path

    def name(self, file: str) -> str:
        """What a file of the tree is called when it is read where it belongs."""
        path = Path(file)
        if path.is_relative_to(self.here):
            return str(path.relative_to(self.here))
        return from_here(str(self.repository / path.relative_to(self.root)))


@dataclass(frozen=True, slots=True)
class Repository:
    """The git repository around the current folder.

    Args:
        root: its root.
        prefix: the way from there to the current folder.
    """

    root: Path
    prefix: Path

    @classmethod
    def here(cls) -> "Repository":
        """The repository.

        Raises:
            Misconfigured: there is none, or git is not installed.
        """
        told = _git("rev-parse", "--show-toplevel", "--show-prefix")
        if told is None:
            raise Misconfigured(
                "--baseline names no file, and the current folder is in no git repository",
                hint="name a report that `polyseme validate --format json` wrote,"
                " or run in a checkout",
            )
        root, _, prefix = told.partition("\n")
        return cls(Path(root).resolve(), Path(prefix.removesuffix("\n")))

    def commit(self, name: str) -> str:
        """The hash of the commit that git knows by a name.

        Raises:
            Misconfigured: it knows none.
        """
        told = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if told is None:
            raise Misconfigured(
                f"--baseline {name} is neither a file nor a commit that git knows",
                hint=f"fetch it (git fetch origin {name}); a shallow clone holds few commits",
            )
        return told.strip()

    def within(self, path: Path) -> str:
        """A path as seen from the root.

        Raises:
            Misconfigured: it lies outside.
        """
        if path.is_absolute():
            found = os.path.relpath(path.resolve(), self.root)
        else:
            found = os.path.normpath(self.prefix / path)
        if Path(found).parts[:1] == (os.pardir,):
            raise Misconfigured(
                f"{path} lies outside the repository {self.root}, so no commit holds it",
                hint="compare with a report instead: --baseline baseline.json",
            )
        return found

    @contextmanager
    def tree(self, commit: str, paths: Sequence[str]) -> Iterator[Tree]:
        """What a commit holds at some paths; the checkout and its index stay as they are."""
        with TemporaryDirectory(prefix="polyseme-baseline-") as folder:
            root = Path(folder).resolve() / "tree"
            here = root / self.prefix
            here.mkdir(parents=True)
            index = {"GIT_INDEX_FILE": str(Path(folder).resolve() / "index")}
            at = ("-C", str(self.root))
            chosen = [] if "." in paths else ["--", *paths]
            names = _done(*at, "ls-tree", "-r", "-z", "--name-only", commit, *chosen)
            _done(*at, "read-tree", commit, env=index)
            _done(
                *at, "checkout-index", "-z", "--stdin", f"--prefix={root}/", env=index, given=names
            )
            yield Tree(root, here, self.root)


def _done(*arguments: str, env: dict[str, str] | None = None, given: str = "") -> str:
    told = _git(*arguments, env=env, given=given)
    if told is None:
        raise Misconfigured(
            f"git {' '.join(arguments[2:3])} failed",
            hint="see that the repository is whole: git fsck",
        )
    return told


def _git(*arguments: str, env: dict[str, str] | None = None, given: str = "") -> str | None:
    """What git answers; None where it refuses."""
    try:
        done = subprocess.run(  # noqa: S603 - names of commits stand behind --end-of-options
            ["git", *arguments],  # noqa: S607 - the git that the person uses
            env=os.environ | (env or {}),
            input=given,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
    except FileNotFoundError as fault:
        raise Misconfigured(
            "git is not installed, and --baseline names no file",
            hint="install git, or name a report that `polyseme validate --format json` wrote",
        ) from fault
    return done.stdout if done.returncode == 0 else None
