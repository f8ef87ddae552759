"""What a report can be written as: one module for each format, loaded when it is asked for."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from catalog_service.errors import InvalidRequest, Misconfigured, UnknownFormat

if TYPE_CHECKING:
    from catalog_service.cli.findings import Known
    from catalog_service.cli.report import Report

_MODULES = {
    "text": "text",
    "json": "whole",
    "jsonl": "lines",
    "junit": "junit",
    "sarif": "sarif",
    "github": "github",
    "gitlab": "gitlab",
    "markdown": "markdown",
    "rdf": "rdf",
}
FORMATS = tuple(_MODULES)
"""The names of the formats, as `--format` and `--output` take them."""


def written(name: str, report: "Report", known: "Known") -> str:
    """The report in a format.

    Args:
        name: one of `FORMATS`.
        report: the report.
        known: the standards, for their names and what they ask.
    """
    module = import_module(f"{__name__}.{_MODULES[name]}")
    return str(module.written(report, known))


@dataclass(frozen=True, slots=True)
class Target:
    """A file to write a report to, and the format to write it in."""

    format: str
    path: Path

    @classmethod
    def read(cls, text: str, known: Sequence[str] = FORMATS) -> "Target":
        """The target that `FORMAT:PATH` names.

        Args:
            text: what was given.
            known: the names of the formats that there are.

        Raises:
            InvalidRequest: it names no path.
            UnknownFormat: it names no format.
        """
        name, colon, path = text.partition(":")
        if name not in known:
            raise UnknownFormat(
                f"--output {text} begins with no format", hint=f"they are {', '.join(known)}"
            )
        if not colon or not path:
            raise InvalidRequest(
                f"--output {text} names no file",
                hint=f"write the file behind a colon: --output {name}:report.{name}",
            )
        return cls(name, Path(path))

    def spare(self, files: Container[Path]) -> None:
        """See to it that nothing is written over what was read.

        Args:
            files: what was read, by full paths.

        Raises:
            InvalidRequest: the target is one of them.
        """
        if self.path.resolve() in files:
            raise InvalidRequest(
                f"--output would write over {self.path}, which was read",
                hint="name another file for the report",
            )

    def write(self, text: str) -> None:
        """Write the file, with the folders above it.

        Raises:
            Misconfigured: it cannot be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_bytes(encoded(text))
        except OSError as fault:
            raise Misconfigured(
                f"{self.path} cannot be written: {fault.strerror}",
                hint="name a file that can be written",
            ) from fault


def targets(given: Sequence[str], known: Sequence[str] = FORMATS) -> tuple[Target, ...]:
    """The targets that `--output` names, each file once.

    Args:
        given: what was given.
        known: the names of the formats that there are.

    Raises:
        InvalidRequest: one of them names no file, no format, or the file of another.
    """
    found = tuple(Target.read(each, known) for each in given)
    paths = [target.path.resolve() for target in found]
    for target in found:
        if paths.count(target.path.resolve()) > 1:
            raise InvalidRequest(
                f"--output names {target.path} twice", hint="write each format to its own file"
            )
    return found


def encoded(text: str) -> bytes:
    """The text as bytes; what of a file name is no Unicode is written out, not refused."""
    return text.encode("utf-8", "backslashreplace")
