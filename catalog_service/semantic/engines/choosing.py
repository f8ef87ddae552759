"""Choosing the engine of a question, and saying why that one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from catalog_service.domain.names import short
from catalog_service.errors import Refused, SourceUnavailable, Unavailable
from catalog_service.semantic.execution import Engine
from catalog_service.semantic.plan import Guarded, Plan, Relation
from catalog_service.semantic.sources import Options, opened

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


@dataclass(frozen=True, slots=True)
class Chooser:
    """Chooses DuckDB, unless a port declares its engine or the data is too much for one machine.

    Args:
        default: the engine in this process.
        distributed: the engine for more than that, if one is set up.
        options: what may be read; connections in it may declare the engine of a port.
        limit: the most bytes that the default engine is given to read.
    """

    default: Engine
    distributed: Engine | None
    options: Options
    limit: int

    def __call__(self, plan: Plan) -> tuple[Engine, str]:
        """The engine for a plan, and a sentence that says why that one.

        Raises:
            Refused, Unavailable: as `over` does.
        """
        return self.over(plan.relations())

    def over(self, guarded: Sequence[Guarded]) -> tuple[Engine, str]:
        """The engine for what reads some relations, and a sentence that says why that one.

        Raises:
            Refused: two ports declare different engines.
            Unavailable: a port declares an engine that is not set up.
        """
        relations = [one.relation for one in guarded]
        if declared := dict(self._declared(relations)):
            return self._by_declaration(declared)
        if self.distributed is None:
            return self.default, "no other engine is set up"
        size = self._measured(guarded)
        rest = f", and {size.untold} of {len(relations)} ports do not tell" if size.untold else ""
        about = f"a scan reads about {_sized(size.bytes)}{rest}"
        if size.bytes > self.limit:
            return self.distributed, f"{about}: more than the {_sized(self.limit)} of scan_limit"
        return self.default, f"{about}: no more than the {_sized(self.limit)} of scan_limit"

    def _declared(self, relations: Iterable[Relation]) -> Iterator[tuple[str, Relation]]:
        for relation in relations:
            connection = self.options.connection(relation)
            if connection is not None and connection.engine:
                yield connection.engine, relation

    def _by_declaration(self, declared: Mapping[str, Relation]) -> tuple[Engine, str]:
        if len(declared) > 1:
            told = " and ".join(
                f"{short(relation.port)} {name}" for name, relation in sorted(declared.items())
            )
            raise Refused(
                f"the connections of the ports name different engines: {told}",
                code="engines-differ",
                because=tuple(relation.port for relation in declared.values()),
                hint="ask about them one by one, or let one engine read both",
            )
        ((name, relation),) = declared.items()
        engine = next((one for one in self._engines() if one.name == name), None)
        if engine is None:
            raise Unavailable(
                f"port {short(relation.port)} is to be read by {name}, which is not set up",
                hint=f"set `{name}_url`",
            )
        return engine, f"the connection of port {short(relation.port)} names it"

    def _engines(self) -> tuple[Engine, ...]:
        return (self.default, self.distributed) if self.distributed else (self.default,)

    def _measured(self, relations: Iterable[Guarded]) -> "_Size":
        size = _Size()
        for guarded in relations:
            found = self._bytes(guarded.relation)
            size.bytes += found or 0
            size.untold += found is None
        return size

    def _bytes(self, relation: Relation) -> int | None:
        try:
            source = opened(relation, self.options)
        except SourceUnavailable:
            return None  # whoever opens it to read it says so
        try:
            return source.bytes
        finally:
            source.close()


@dataclass(slots=True)
class _Size:
    """What a plan's sources tell of their lengths."""

    bytes: int = field(default=0)
    untold: int = field(default=0)


def _sized(count: int) -> str:
    size, unit = float(count), 0
    while size >= 1024 and unit < len(_UNITS) - 1:  # noqa: PLR2004 - as the units have it
        size, unit = size / 1024, unit + 1
    return f"{size:.3g} {_UNITS[unit]}" if unit else f"{count} bytes"
