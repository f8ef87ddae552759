"""Contracts of versions 2.2.0 to 2.2.2, said in the keys of version 3.

The mapping is written once, for version 3. Here every known key of version 2 gets its later name,
with its place in the file; a key that is in neither list stays unread, and is reported as such.
"""

from collections.abc import Callable

from catalog_service.harvesting import Mapping, Node, Scalar, Sequence

CONTRACT = {
    "uuid": "id",
    "version": "version",
    "status": "status",
    "quantumName": "name",
    "datasetDomain": "domain",
    "description": "description",
    "tags": "tags",
    "stakeholders": "team",
    "slaDefaultColumn": "slaDefaultElement",
    "contractCreatedTs": "contractCreatedTs",
    "customProperties": "customProperties",
    "authoritativeDefinitions": "authoritativeDefinitions",
}
CONTRACT_ASIDE = (
    *("kind", "apiVersion", "standardVersion", "templateName", "tenant", "type", "price", "roles"),
    *("userConsumptionMode", "datasetKind", "driverVersion", "schedulerAppName", "systemInstance"),
    *("username", "password", "datasetName", "sourcePlatform", "quality"),
)
"""Known and not stated. Credentials never reach the graph."""
TABLE = {
    "table": "name",
    "physicalName": "physicalName",
    "authoritativeDefinitions": "authoritativeDefinitions",
    "dataGranularity": "dataGranularityDescription",
    "tags": "tags",
    "customProperties": "customProperties",
}
COLUMN = {
    "column": "name",
    "businessName": "businessName",
    "description": "description",
    "logicalType": "logicalType",
    "physicalType": "physicalType",
    "isPrimaryKey": "primaryKey",
    "isPrimary": "primaryKey",
    "primary": "primaryKey",
    "isUnique": "unique",
    "classification": "classification",
    "transformSourceTables": "transformSourceObjects",
    "tags": "tags",
    "customProperties": "customProperties",
}
COLUMN_ASIDE = (
    *("primaryKeyPosition", "partitionStatus", "partitionKeyPosition", "clusterStatus"),
    *("clusterKeyPosition", "criticalDataElementStatus", "encryptedColumnName", "transformLogic"),
    *("transformDescription", "sampleValues", "samples"),
)
RULE = {
    "code": "id",
    "templateName": "name",
    "description": "description",
    "dimension": "dimension",
    "customProperties": "customProperties",
}
RULE_ASIDE = (
    *("toolName", "toolRuleName", "type", "severity", "businessImpact", "column", "columns"),
    "scheduleCronExpression",
)
PROMISE = {
    "property": "property",
    "value": "value",
    "valueExt": "valueExt",
    "unit": "unit",
    "column": "element",
    "driver": "driver",
}
CHANNELS = {
    "productDl": "email",
    "productSlackChannel": "slack",
    "productFeedbackUrl": "feedback",
}
"""Keys that became support channels in version 3, and what the channel is called."""
DRIVERS = (
    *("postgresql", "mysql", "oracle", "sqlserver", "snowflake", "bigquery", "redshift", "db2"),
    *("hive", "trino", "presto", "vertica", "databricks", "clickhouse"),
)
"""Server types that a JDBC driver names in its own name."""


def is_old(node: Mapping) -> bool:
    """True of a contract in the keys of version 2."""
    old = ("dataset", "uuid", "quantumName", "datasetName")
    return "schema" not in node and any(key in node for key in old)


def translated(node: Mapping) -> Mapping:
    """The same contract in the keys of version 3, each value with its place in the file.

    Raises:
        Unreadable: a list or mapping that must be gone through is something else.
    """
    found = _renamed(node, CONTRACT, CONTRACT_ASIDE)
    if "name" not in found:
        _put(found, "name", node.get("datasetName"))
    _put(found, "schema", _each(_tables(node), _table, node))
    _put(found, "slaProperties", _each(node.mappings("slaProperties"), _promise, node))
    _put(found, "support", _support(node))
    _put(found, "servers", _servers(node))
    return found


def _renamed(node: Mapping, names: dict[str, str], aside: tuple[str, ...] = ()) -> Mapping:
    node.ignore(*aside)
    found = Mapping({}, {}, node.origin)
    for old, new in names.items():
        if old in node and new not in found:
            _put(found, new, node.get(old))
        node.ignore(old)
    return found


def _put(node: Mapping, key: str, value: Node | None) -> None:
    if value is not None:
        node.entries[key] = value
        node.keys[key] = value.origin


def _each(
    nodes: tuple[Mapping, ...], rewrite: Callable[[Mapping], Mapping], parent: Mapping
) -> Sequence | None:
    if not nodes:
        return None
    return Sequence(tuple(rewrite(node) for node in nodes), parent.origin)


def _tables(node: Mapping) -> tuple[Mapping, ...]:
    """The tables: listed under `dataset`, or under `dataset.tables` as some tools wrote them."""
    if isinstance(found := node.get("dataset"), Mapping):
        return found.mappings("tables")
    return node.mappings("dataset")


def _table(node: Mapping) -> Mapping:
    found = _renamed(node, TABLE, ("priorTableName",))
    _put(found, "description", _joined(node.get("description")))
    _put(found, "properties", _each(node.mappings("columns"), _column, node))
    _put(found, "quality", _each(node.mappings("quality"), _rule, node))
    return found


def _joined(description: Node | None) -> Node | None:
    """A description as one text: the schema of 2.2.1 wanted a list of them."""
    if not isinstance(description, Sequence):
        return description
    items = [item for item in description if isinstance(item, Scalar)]
    texts = [item.text for item in items if item.type != "null"]
    return Scalar("\n".join(texts), "string", description.origin)


def _column(node: Mapping) -> Mapping:
    found = _renamed(node, COLUMN, COLUMN_ASIDE)
    nullable = node.scalar("isNullable", "nullable")
    if nullable is not None:
        opposite = {"true": "false", "false": "true"}.get(nullable.text.strip().lower())
        kind = "boolean" if opposite else nullable.type
        _put(found, "required", Scalar(opposite or nullable.text, kind, nullable.origin))
    node.ignore("isNullable", "nullable")
    definitions = node.get("authoritativeDefinitions")
    if isinstance(definitions, Scalar):
        # The schema of 2.2.1 typed this list as one text.
        link = Mapping({"url": definitions}, {"url": definitions.origin}, definitions.origin)
        definitions = Sequence((link,), definitions.origin)
    _put(found, "authoritativeDefinitions", definitions)
    _put(found, "properties", _each(node.mappings("columns"), _column, node))
    _put(found, "quality", _each(node.mappings("quality"), _rule, node))
    return found


def _rule(node: Mapping) -> Mapping:
    return _renamed(node, RULE, RULE_ASIDE)


def _promise(node: Mapping) -> Mapping:
    return _renamed(node, PROMISE)


def _support(node: Mapping) -> Sequence | None:
    channels: list[Node] = []
    for key, tool in CHANNELS.items():
        found = node.scalar(key)
        if found is None or not found.text.strip():
            continue
        channel = Mapping({}, {}, found.origin)
        text = found.text.strip()
        _put(channel, "channel", Scalar(tool if "://" in text else text, "string", found.origin))
        if "://" in text:
            _put(channel, "url", found)
        elif "@" in text:
            _put(channel, "url", Scalar(f"mailto:{text}", "string", found.origin))
        channels.append(channel)
    return Sequence(tuple(channels), node.origin) if channels else None


def _servers(node: Mapping) -> Sequence | None:
    """The one server of a contract, from keys that stood side by side at its top."""
    host, system = node.scalar("server"), node.scalar("sourceSystem")
    database, driver = node.scalar("database"), node.scalar("driver")
    project = node.scalar("project", "datasetProject")
    node.ignore("project", "datasetProject")
    name = next((s for s in (host, system, driver, database) if s and s.text.strip()), None)
    if name is None:
        return None
    server = Mapping({}, {}, name.origin)
    _put(server, "server", name)
    kind = system.text.strip().lower() if system else _driven(driver)
    if kind:
        _put(server, "type", Scalar(kind, "string", (system or driver or name).origin))
    _put(server, "host", host)
    _put(server, "project", project)
    _put(server, "dataset", node.get("datasetName") if kind == "bigquery" else None)
    _put(server, "database", database if kind != "bigquery" else None)
    return Sequence((server,), name.origin)


def _driven(driver: Scalar | None) -> str:
    written = driver.text.lower() if driver is not None else ""
    return next((kind for kind in DRIVERS if kind in written), "")
