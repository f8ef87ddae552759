"""What `init` writes: the first files of a product, with what only its team knows left open."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from string import Template

CONTRACT = "contract.odcs.yaml"
DESCRIPTOR = "product.odps.yaml"
SETTINGS = "polyseme.toml"
WORKFLOW = ".github/workflows/polyseme.yml"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table that is there already."""

    name: str
    logical: str
    physical: str
    required: bool = False
    key: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is there already."""

    name: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of a product before anybody has described it.

    Args:
        name: its identifier.
        contracts: the contracts its output ports serve; one is drafted where there are none.
        stated: what those contracts state, which the descriptor then leaves to them: any of
            `domain`, `purpose`, `owner`, `code`, `infrastructure`.
        server: the type of the server, and the keys that say where it is.
        tables: the tables of the drafted contract.
        reads: what it reads: the names of contracts and operational systems.
    """

    name: str
    contracts: tuple[str, ...] = ()
    stated: frozenset[str] = frozenset()
    server: tuple[str, dict[str, str]] = field(
        default_factory=lambda: ("local", {"path": "<FILL IN the path of the data>"})
    )
    tables: tuple[Table, ...] = ()
    reads: tuple[str, ...] = ()

    @property
    def contract(self) -> str:
        """The id of the contract that is drafted; the product has an id of its own."""
        return f"{self.name}-contract"

    @property
    def title(self) -> str:
        """Its name as people would write it."""
        return " ".join(re.split(r"[\W_]+", self.name)).strip().capitalize() or self.name


def drafted(draft: Draft, path: str) -> dict[str, str]:
    """The files of a draft: their text by name.

    Args:
        draft: the product.
        path: the folder they will lie in, as the CI job is to name it.
    """
    texts = {DESCRIPTOR: _descriptor(draft)}
    if not draft.contracts:
        texts[CONTRACT] = _contract(draft)
    texts[SETTINGS] = _template(SETTINGS).template
    texts[WORKFLOW] = _template("polyseme.yml").substitute(path=path)
    return texts


def _descriptor(draft: Draft) -> str:
    return _template(DESCRIPTOR).substitute(
        id=_quoted(draft.name),
        title=_quoted(draft.title),
        version="0.1.0",
        head=_head(draft),
        reads=_reads(draft.reads),
        ports=_ports(draft.contracts or (draft.contract,)),
        foot=_foot(draft),
    )


def _head(draft: Draft) -> str:
    parts = []
    if "domain" not in draft.stated:
        parts.append("domain: <FILL IN the registered name of your domain>\n")
    if "purpose" not in draft.stated:
        parts.append(
            "\ndescription:\n"
            "  purpose: <FILL IN what work or decision it serves>\n"
            "  usage: <FILL IN how it is meant to be used>\n"
        )
    return "".join(parts)


def _reads(names: Sequence[str]) -> str:
    """The input ports: whoever reads another product registers the use with its purpose."""
    if not names:
        return ""
    ports = (
        f"  - name: {_quoted(name)}\n    version: 0.1.0\n    contractId: {_quoted(name)}\n"
        "    customProperties:\n      - property: purpose\n"
        "        value: <FILL IN the purpose of reading it, such as ServiceProvision>\n"
        for name in names
    )
    return "\ninputPorts:\n" + "".join(ports)


def _ports(contracts: Sequence[str]) -> str:
    names = [contract.rpartition(".")[2].removesuffix("-contract") for contract in contracts]
    told = names if len(set(names)) == len(names) else list(contracts)
    return "\n".join(
        f"  - name: {_quoted(name)}\n    version: 0.1.0\n    contractId: {_quoted(contract)}"
        for name, contract in zip(told, contracts, strict=True)
    )


def _foot(draft: Draft) -> str:
    parts = []
    if "owner" not in draft.stated:
        parts.append(
            "\nteam:\n  members:\n"
            "    - username: <FILL IN the mail address of who answers for it>\n      role: owner\n"
        )
    if "code" not in draft.stated:
        parts.append(
            "\nauthoritativeDefinitions:\n  - type: transformationImplementation\n"
            "    url: <FILL IN the address of the code that makes it>\n"
        )
    if "infrastructure" not in draft.stated:
        parts.append(
            "\ncustomProperties:\n  - property: infrastructure\n"
            "    value: <FILL IN what it runs on>\n"
        )
    return "".join(parts).rstrip("\n")


_UNKNOWN = Table(
    "<FILL IN the name of the table>", (Column("id", "string", "", required=True, key=True),)
)


def _contract(draft: Draft) -> str:
    kind, where = draft.server
    return _template(CONTRACT).substitute(
        id=_quoted(draft.contract),
        title=_quoted(draft.title),
        server="main",
        type=kind,
        location="\n".join(f"    {key}: {_quoted(value)}" for key, value in where.items()),
        schema="\n".join(_table(table) for table in draft.tables or (_UNKNOWN,)),
    )


def _table(table: Table) -> str:
    return (
        f"  - name: {_quoted(table.name)}\n"
        "    description: <FILL IN what one row stands for>\n"
        "    authoritativeDefinitions:\n"
        "      - type: businessDefinition\n"
        "        url: <FILL IN the address of the model that says what it means>\n"
        "    customProperties:\n"
        "      - property: sensitivity\n"
        "        value: <FILL IN public, internal, confidential or restricted>\n"
        "    properties:\n" + "\n".join(_column(column) for column in table.columns)
    )


def _column(column: Column) -> str:
    lines = [f"      - name: {_quoted(column.name)}", f"        logicalType: {column.logical}"]
    if column.physical:
        lines.append(f"        physicalType: {_quoted(column.physical)}")
    lines.append("        description: <FILL IN what it says>")
    if column.required:
        lines.append("        required: true")
    if column.key:
        lines.append("        primaryKey: true")
    lines.append("        classification: <FILL IN public, internal, confidential or restricted>")
    return "\n".join(lines)


_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ./_-]*|<FILL IN [^:#]*>")


def _quoted(text: str) -> str:
    """A text as a YAML value, in quotes where YAML could take it for something else."""
    reserved = text.lower() in {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
    return text if _PLAIN.fullmatch(text) and not reserved else json.dumps(text)


def _template(name: str) -> Template:
    return Template((files(__package__) / name).read_text(encoding="utf-8"))
