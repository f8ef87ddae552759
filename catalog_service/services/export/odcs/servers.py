"""The servers of a contract, from the ports that stand for them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from catalog_service.harvesting import Names, segment
from catalog_service.services.export.division import Contract
from catalog_service.services.export.odcs.measures import rows
from catalog_service.services.export.shared import properties
from catalog_service.services.export.stated import Stated, last
from catalog_service.services.export.words import ACTIONS, local, one_or_all, under
from catalog_service.services.export.yaml import kept
from catalog_service.terms import DCAT, DCT, DPROD, DPV, ODRL, PM, Iri

PLACES: dict[str, tuple[str, ...]] = {
    "bigquery": ("dataset",),
    "cloudsql": ("database", "schema"),
    "databricks": ("catalog", "schema"),
    "kafka": (),
    "mysql": ("database",),
    "oracle": ("serviceName",),
    "postgresql": ("database", "schema"),
    "presto": ("catalog", "schema"),
    "redshift": ("database", "schema"),
    "snowflake": ("database", "schema"),
    "sqlserver": ("database", "schema"),
    "trino": ("catalog", "schema"),
    "vertica": ("database", "schema"),
}
"""The parts of a server's address, for each type that has its own keys for them."""
HOSTLESS = frozenset({"databricks", "redshift"})
"""Types whose servers may go unnamed."""
HOSTS = {"bigquery": "project", "snowflake": "account"}
"""The key that names the server, where it is not `host`."""


def servers(
    stated: Stated, contract: Contract, names: Names, known: Mapping[Iri, str]
) -> list[dict[str, Any]]:
    """The servers of a contract; `known` is how columns are referred to."""
    return [
        _server(stated, contract, name, names)
        | kept(customProperties=_access(stated, port, names, known))
        for name, port in sorted(contract.servers.items())
    ]


def _server(stated: Stated, contract: Contract, name: str, names: Names) -> dict[str, Any]:
    port = contract.servers[name]
    protocol = stated.iri(port, DPROD.protocol)
    kind = under(names, "protocols", protocol) if protocol else ""
    return kept(
        server=name,
        type=kind,
        description=stated.text(port, DCT.description) if contract.alone else None,
        **_address(kind, stated.iris(port, DCAT.endpointURL)),
        format=_format(stated, contract, name),
    )


def _access(
    stated: Stated, port: Iri, names: Names, known: Mapping[Iri, str]
) -> list[dict[str, Any]]:
    """Who may read what of a port, and how callers prove who they are."""
    schemes = stated.iris(port, DPROD.securitySchemaType)
    return properties(
        policy=_policies(stated, port, known),
        securityScheme=one_or_all([under(names, "security-schemes", each) for each in schemes]),
    )


def _address(kind: str, urls: tuple[Iri, ...]) -> dict[str, Any]:
    """The keys that come to the addresses of a server."""
    if not urls:
        return {}
    if kind == "kafka" and all(_is_of(url, kind) for url in urls):
        return {"host": ",".join(urlsplit(url).netloc for url in urls)}
    if kind == "local" and urls[0].startswith("file:"):
        return {"path": unquote(urls[0].removeprefix("file://").removeprefix("file:"))}
    if kind in PLACES and _is_of(urls[0], kind):
        return _parts(kind, urls[0]) or {"location": str(urls[0])}
    return {"location": str(urls[0])}


def _is_of(url: Iri, kind: str) -> bool:
    parts = urlsplit(url)
    named = bool(parts.netloc) or kind in HOSTLESS
    return parts.scheme == kind and named and not parts.query and not parts.fragment


def _parts(kind: str, url: Iri) -> dict[str, Any]:
    """`type://host:port/a/b` by the keys of its type; nothing where they do not fit it."""
    found = urlsplit(url)
    path = [unquote(step) for step in found.path.split("/")[1:]]
    if len(path) != len(PLACES[kind]) or "@" in found.netloc or not all(path):
        return {}
    host, colon, port = found.netloc.partition(":")
    if (colon and not port.isdigit()) or (kind in HOSTS and colon):
        return {}
    where = kept(**{HOSTS.get(kind, "host"): host, "port": int(port) if port else None})
    return where | dict(zip(PLACES[kind], path, strict=True))


def _format(stated: Stated, contract: Contract, name: str) -> str:
    """The form in which a server gives its datasets."""
    for dataset in contract.datasets:
        for form in stated.iris(dataset.iri, DCAT.distribution):
            if form == f"{dataset.iri}/distributions/{segment(name)}":
                return stated.text(form, DCT.format)
    return ""


def _policies(stated: Stated, port: Iri, known: Mapping[Iri, str]) -> dict[str, Any] | None:
    """The policy of a port, where it is the one that the custom property can say."""
    policy = stated.iri(port, ODRL.hasPolicy)
    if policy is None:
        return None
    permissions = stated.iris(policy, ODRL.permission)
    actions = {ACTIONS.get(a, "") for p in permissions for a in stated.iris(p, ODRL.action)}
    purposes = [_purpose(stated, p) for p in permissions if stated.iris(p, ODRL.constraint)]
    if len(actions) != 1 or "" in actions:
        return None
    return kept(
        action=next(iter(actions)),
        purpose=one_or_all([p for p in purposes if p]),
        rows=rows(stated, policy, known),
        keys=sorted(known[at] for at in stated.iris(policy, PM.permitsKey) if at in known),
    )


def _purpose(stated: Stated, permission: Iri) -> str:
    """The purpose of a permission, by the word that its IRI was made of."""
    for constraint in stated.iris(permission, ODRL.constraint):
        for purpose in stated.iris(constraint, ODRL.rightOperand):
            word = last(permission)
            known = (purpose, *local([purpose], DPV), f"dpv:{local([purpose], DPV)[0]}")
            return word if word in known else known[1]
    return ""
