"""Writing YAML: the same text for the same values, whatever library parses it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import yaml as pyyaml

from catalog_service.domain.rdf import Triple, line

_BREAKS = {code: f"\\u{code:04X}" for code in (0x0A, 0x0D, 0x85, 0x2028, 0x2029)}
"""What ends a line in YAML, and with it a comment."""


class _Dumper(pyyaml.SafeDumper):
    """PyYAML's own dumper, lists indented below their key; no aliases, so that files read well."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Indent lists too."""
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002 - as PyYAML has it
        """Write everything out."""
        return True


def _text(dumper: pyyaml.SafeDumper, value: str) -> pyyaml.ScalarNode:
    """A text of several lines as a block, where YAML can."""
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def document(value: Mapping[str, Any], comments: Iterable[str] = ()) -> bytes:
    """One YAML document; comments stand above it."""
    said = "".join(f"# {comment.translate(_BREAKS)}\n" for comment in comments)
    body = pyyaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, indent=2
    )
    return (said + body).encode()


def stream(documents: Iterable[bytes]) -> bytes:
    """Several documents as one stream."""
    return b"---\n".join(documents)


def kept(**entries: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever YAML can hold
    """The entries that say something; without those that are None, empty text or an empty list."""
    return {name.rstrip("_"): value for name, value in entries.items() if _says(value)}


def plain(number: str) -> int | float | str:
    """A decimal as YAML writes it: an integer where it is one, and never a rounded number."""
    exact = Decimal(number)
    if exact == exact.to_integral_value():
        return int(exact)
    near = float(exact)
    return near if Decimal(repr(near)) == exact else format(exact, "f")


def remarks(lost: Iterable[Triple], added: Iterable[Triple]) -> tuple[str, ...]:
    """What a document says above itself of what it cannot hold, as comments."""
    gone, come = sorted(map(line, lost)), sorted(map(line, added))
    told = [f"This format cannot hold {len(gone)} of the statements:"] if gone else []
    told += [f"  {statement}" for statement in gone]
    told += [f"Read back, it states {len(come)} that the catalog does not:"] if come else []
    return (*told, *(f"  {statement}" for statement in come))


def _says(value: Any) -> bool:  # noqa: ANN401 - the same
    return value is not None and value != "" and value not in ([], {}, ())
