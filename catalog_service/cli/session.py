"""What one command was given beside its own arguments, and the catalog it works on."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from catalog_service.cli.output import Output
from catalog_service.errors import UnknownFormat

if TYPE_CHECKING:
    from catalog_service.bootstrap import Catalog
    from catalog_service.settings import Settings


@dataclass(frozen=True, slots=True)
class Session:
    """The options every verb takes.

    Args:
        home: the data directory; None to leave it to environment, file and default.
        format: what to write; each verb says what it can.
        quiet: leave out what is not a result.
        verbose: tell more.
        color: whether colours are wanted at all.
    """

    home: Path | None = None
    format: str = "text"
    quiet: bool = False
    verbose: bool = False
    color: bool = True
    out: Output = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "out", Output(quiet=self.quiet, color=self.color))
        level = logging.INFO if self.verbose else logging.ERROR if self.quiet else logging.WARNING
        logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s", force=True)

    def writes(self, *known: str) -> str:
        """The format to write, one of those the verb knows.

        Raises:
            UnknownFormat: it is another.
        """
        if self.format not in known:
            raise UnknownFormat(
                f"--format {self.format} is not written here",
                hint=f"the formats are {', '.join(known)}",
            )
        return self.format

    def settings(self, start: Path | None = None, **flags: Any) -> "Settings":  # noqa: ANN401
        """The settings for work that begins at `start`, flags first.

        Raises:
            Misconfigured: one of them is wrong.
        """
        from catalog_service import settings  # noqa: PLC0415 - not every verb reads settings

        return settings.read(start, home=self.home, **flags)

    @contextmanager
    def writing(self, start: Path | None = None) -> Iterator["Catalog"]:
        """The catalog, to publish to.

        Raises:
            HomeInUse: another process writes to it.
        """
        from catalog_service.bootstrap import build  # noqa: PLC0415 - imports every engine

        with build(self.settings(start)) as catalog:
            yield catalog

    @contextmanager
    def reading(self, **flags: Any) -> Iterator["Catalog"]:  # noqa: ANN401 - as the settings are
        """The catalog, to ask; `flags` are settings of this command.

        Raises:
            NotFound: there is none.
        """
        from catalog_service.bootstrap import build  # noqa: PLC0415 - imports every engine

        with build(self.settings(**flags), write=False) as catalog:
            yield catalog


Given = Annotated[Session, Parameter(parse=False)]
"""How a verb asks for the session."""
