"""The servers of a contract as output ports: their protocols and their addresses."""

from urllib.parse import quote

from catalog_service.domain.rdf import Origin, text
from catalog_service.harvesting import Mapping, Names, Scalar
from catalog_service.harvesting.words import address, link, named, once, say
from catalog_service.terms import DCAT, DCT, DPROD, Iri
from harvesters.odcs.contract import Contract

URLS = ("location", "endpointUrl", "catalogUrl")
"""Keys that hold a whole address, the first that is there counts."""
AUTHORITIES = {
    "athena": ("regionName", "region"),
    "bigquery": ("project",),
    "glue": ("account",),
    "kinesis": ("region",),
    "pubsub": ("project",),
    "redshift": ("host", "account"),
    "snowflake": ("account", "host"),
}
"""What names the server, where it is not its `host`."""
HOSTLESS = frozenset({"athena", "databricks", "redshift"})
"""Types whose servers the standard lets go unnamed: catalog or database and schema are enough."""
PARTS = ("catalog", "database", "dataset", "schema", "serviceName", "namespace", "stream")
"""What lies on a server, from the widest to the narrowest: the path of its address."""
FILES = {"local": "path", "duckdb": "database"}
"""Types that lie in a file, and the key that holds its path."""
SPELLINGS = {"postgres": "postgresql"}

_ASIDE = (
    *("id", "environment", "roles", "delimiter", "encoding", "stagingDir", "warehouse"),
    *("customProperties", "format", "port", "path", "host", "account", "project", "region"),
    *("regionName", *URLS, *PARTS),
)


def state_ports(contract: Contract) -> None:
    """State an output port for each server; each serves all datasets of the contract.

    Raises:
        Unreadable: two servers have the same name.
    """
    said, product = contract.said, contract.product
    places: dict[str, Origin] = {}
    for server in contract.node.mappings("servers"):
        name, origin = named(server, "server", "server", "id")
        once(places, "server", name, origin)
        port = contract.names.part(product, "ports", name)
        contract.ports[name] = port
        server.ignore("server", *_ASIDE)
        said.state(product, DPROD.outputPort, port, origin)
        said.type(port, DCAT.DataService, origin)
        said.state(port, DCT.title, text(name), origin)
        say(said, port, DCT.description, server, "description")
        kind = _kind(server)
        if kind:
            protocol = Names.part(Iri(contract.names.base.rstrip("/")), "protocols", kind)
            said.state(port, DPROD.protocol, protocol, server.where("type"))
        where = addresses(server, kind)
        for written in where:
            link(said, port, DCAT.endpointURL, written)
        for dataset in contract.datasets.values():
            said.state(port, DCAT.servesDataset, dataset.iri, origin)
        _state_distributions(contract, name, server, where)


def _kind(server: Mapping) -> str:
    kind = server.text("type").lower()
    return SPELLINGS.get(kind, kind)


def addresses(server: Mapping, kind: str) -> tuple[Scalar, ...]:
    """The addresses of a server, none where what the standard asks for is not stated.

    Several only for Kafka, whose brokers are listed in one `host`.
    """
    whole = next((found for key in URLS if (found := server.scalar(key)) is not None), None)
    if whole is not None and kind != "glue":
        return (whole,)
    if kind in FILES:
        return _file(server, kind)
    keys = AUTHORITIES.get(kind, ("host",))
    host = server.scalar(*keys)
    hosts = [part.strip() for part in host.text.split(",")] if host is not None else [""]
    if not any(hosts) and (kind not in HOSTLESS or not _path(server)):
        return (whole,) if whole is not None else ()
    origin = host.origin if host is not None else server.origin
    port = server.text("port")
    return tuple(
        Scalar(f"{kind or 'server'}://{_authority(each, port)}{_path(server)}", "string", origin)
        for each in hosts
    )


def _file(server: Mapping, kind: str) -> tuple[Scalar, ...]:
    found = server.scalar(FILES[kind])
    if found is None or not found.text.strip():
        return ()
    path = found.text.strip()
    scheme = "file" if kind == "local" else kind
    schema = server.text("schema")
    query = f"?schema={quote(schema, safe='')}" if schema else ""
    start = f"{scheme}://" if path.startswith("/") else f"{scheme}:"
    return (Scalar(f"{start}{quote(path, safe='/*')}{query}", "string", found.origin),)


def _authority(host: str, port: str) -> str:
    """`host:port`, whether or not the host is written as a URL or with the port in it."""
    bare = host.partition("://")[2] or host
    bare = bare.rstrip("/")
    return f"{bare}:{port}" if port and ":" not in bare else bare


def _path(server: Mapping) -> str:
    parts = [server.text(key) for key in PARTS]
    return "".join(f"/{quote(part, safe='')}" for part in parts if part)


def _state_distributions(
    contract: Contract, name: str, server: Mapping, where: tuple[Scalar, ...]
) -> None:
    """State the form in which a server of files or messages gives each dataset."""
    form = server.scalar("format")
    if form is None or not form.text.strip():
        return
    said = contract.said
    for dataset in contract.datasets.values():
        distribution = contract.names.part(dataset.iri, "distributions", name)
        said.state(dataset.iri, DCAT.distribution, distribution, form.origin)
        said.type(distribution, DCAT.Distribution, form.origin)
        said.state(distribution, DCT.format, text(form.text.strip()), form.origin)
        for written in where:
            if (found := address(written.text)) is not None:
                said.state(distribution, DCAT.accessURL, found, written.origin)
