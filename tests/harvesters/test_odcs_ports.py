"""The servers of a contract: output ports, protocols, addresses, forms, access."""

from collections.abc import Callable
from pathlib import Path

import pytest
from bitol_reading import HEAD, Read, refused, stated

from catalog_service.terms import DCAT, DCT, DPROD, DPV, ODRL, PM, RDF, Iri
from harvesters.odcs import OdcsHarvester

ODCS = OdcsHarvester()
Reader = Callable[[str], Read]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    return lambda body: stated(ODCS, tmp_path, HEAD, body)


@pytest.fixture
def port(tmp_path: Path) -> Callable[[str], tuple[Read, Iri]]:
    """The port `p`, with these keys beside its name."""

    def made(keys: str) -> tuple[Read, Iri]:
        found = stated(ODCS, tmp_path, HEAD, f"servers: [{{server: p, {keys}}}]\n")
        return found, found.part("ports", "p")

    return made


def test_a_server_is_an_output_port_that_serves_every_dataset(read: Reader) -> None:
    found = read(
        """\
        servers:
        - {server: warehouse, type: postgres, description: For SQL., environment: prod}
        - {server: lake, type: s3, location: "s3://b/x", format: parquet, roles: [{role: r}]}
        schema: [{name: a}, {name: b}]
        """
    )
    ports = {found.part("ports", name) for name in ("warehouse", "lake")}
    datasets = {found.part("datasets", name) for name in "ab"}
    assert found.objects(found.product, DPROD.outputPort) == ports
    for port in ports:
        assert found.objects(port, RDF.type) == {DCAT.DataService}
        assert found.objects(port, DCAT.servesDataset) == datasets
    assert found.texts(found.part("ports", "warehouse"), DCT.description) == {"For SQL."}
    form = found.part("datasets", "a", "distributions", "lake")
    assert found.objects(found.part("datasets", "a"), DCAT.distribution) == {form}
    assert found.texts(form, DCT.format) == {"parquet"}
    assert found.objects(form, DCAT.accessURL) == {"s3://b/x"}
    assert found.quiet


@pytest.mark.parametrize(
    ("keys", "address"),
    [
        ("type: api, location: 'https://a.example/v1?x=1&y=2'", "https://a.example/v1?x=1&y=2"),
        (
            "type: athena, stagingDir: 's3://s', schema: s, regionName: eu-west-1",
            "athena://eu-west-1/s",
        ),
        ("type: azure, location: 'az://a/c/*.csv', format: csv", "az://a/c/*.csv"),
        ("type: bigquery, project: p, dataset: d", "bigquery://p/d"),
        ("type: clickhouse, host: h, port: 9000, database: d", "clickhouse://h:9000/d"),
        (
            "type: custom, host: h, port: 1, database: d, stream: s, warehouse: w",
            "custom://h:1/d/s",
        ),
        ("type: custom, endpointUrl: 'https://e.example'", "https://e.example"),
        (
            "type: databricks, host: 'https://dbc.example/', catalog: c, schema: s",
            "databricks://dbc.example/c/s",
        ),
        ("type: databricks, catalog: c, schema: s", "databricks:///c/s"),
        ("type: duckdb, database: ./x.duckdb, schema: main", "duckdb:./x.duckdb?schema=main"),
        ("type: glue, account: 12-34, database: d, location: 's3://b'", "glue://12-34/d"),
        (
            "type: iceberg, catalog: c, catalogUrl: 'https://cat.example'",
            "https://cat.example",
        ),
        ("type: kinesis, region: eu-west-1", "kinesis://eu-west-1"),
        ("type: local, path: ./data/*.csv, format: csv", "file:./data/*.csv"),
        ("type: local, path: /data/x y.csv, format: csv", "file:///data/x%20y.csv"),
        ("type: mysql, host: h, port: 3306, database: d", "mysql://h:3306/d"),
        ("type: oracle, host: h, port: 1521, serviceName: FREE", "oracle://h:1521/FREE"),
        (
            "type: postgres, host: h, port: 5432, database: 'a b', schema: s",
            "postgresql://h:5432/a%20b/s",
        ),
        (
            "type: presto, host: 'localhost:8080', catalog: c, schema: s",
            "presto://localhost:8080/c/s",
        ),
        ("type: pubsub, project: p", "pubsub://p"),
        ("type: redshift, host: h, database: d, schema: s", "redshift://h/d/s"),
        ("type: sftp, location: 'sftp://h/{model}/*.json'", "sftp://h/%7Bmodel%7D/*.json"),
        (
            "type: snowflake, account: a, database: d, schema: s, warehouse: w",
            "snowflake://a/d/s",
        ),
        (
            "type: sqlserver, host: h, port: 1433, database: d, schema: dbo",
            "sqlserver://h:1433/d/dbo",
        ),
        ("type: trino, host: h, port: 80, catalog: c, schema: s", "trino://h:80/c/s"),
        (
            "type: postgresql, host: '${DB_HOST}', port: 5432, database: d",
            "postgresql://$%7BDB_HOST%7D:5432/d",
        ),
    ],
)
def test_each_type_of_server_has_an_address(
    port: Callable[[str], tuple[Read, Iri]], keys: str, address: str
) -> None:
    found, p = port(keys)
    assert found.objects(p, DCAT.endpointURL) == {address}
    assert found.quiet


def test_each_broker_of_a_kafka_cluster_is_an_address(
    port: Callable[[str], tuple[Read, Iri]],
) -> None:
    found, p = port("type: kafka, host: 'a:9092, b:9092', format: avro")
    assert found.objects(p, DCAT.endpointURL) == {"kafka://a:9092", "kafka://b:9092"}


@pytest.mark.parametrize("keys", ["type: postgres, database: d", "type: s3", "type: kinesis"])
def test_a_server_without_an_address_gets_none(
    port: Callable[[str], tuple[Read, Iri]], keys: str
) -> None:
    found, p = port(keys)
    assert found.objects(p, DCAT.endpointURL) == set()


@pytest.mark.parametrize(
    "keys", ["type: oracle, host: h, port: __PORT__, serviceName: x", "type: s3, location: bucket"]
)
def test_a_malformed_address_is_left_out_with_a_warning(
    port: Callable[[str], tuple[Read, Iri]], keys: str
) -> None:
    found, p = port(keys)
    assert found.objects(p, DCAT.endpointURL) == set()
    (finding,) = found.noticed("unknown-value")
    assert finding.focus == p


def test_a_password_never_reaches_the_graph(port: Callable[[str], tuple[Read, Iri]]) -> None:
    found, p = port("type: sftp, location: 'sftp://joe:hunter2@h/x'")
    assert found.objects(p, DCAT.endpointURL) == {"sftp://h/x"}
    (finding,) = found.noticed("unknown-value")
    assert "hunter2" not in finding.message


def test_the_type_of_a_server_is_its_protocol(port: Callable[[str], tuple[Read, Iri]]) -> None:
    found, p = port("type: Postgres, host: h")
    assert found.objects(p, DPROD.protocol) == {"https://mesh.example/protocols/postgresql"}


def test_two_servers_of_one_name_are_refused(tmp_path: Path) -> None:
    body = "servers:\n- {server: p, type: s3}\n- {server: p, type: kafka}\n"
    fault = refused(ODCS, tmp_path, HEAD, body)
    assert fault.origin.line == 8
    assert "first on line 7" in fault.message


def test_a_policy_permits_each_purpose_apart_on_each_port(read: Reader) -> None:
    found = read(
        """\
        servers: [{server: a, type: s3}, {server: b, type: s3}]
        customProperties:
        - {property: policy, value: {purpose: [Marketing, "dpv:ServiceProvision"], action: read}}
        - {property: securityScheme, value: oauth2}
        """
    )
    for name in "ab":
        port = found.part("ports", name)
        offer = found.part("ports", name, "policy")
        assert found.objects(port, ODRL.hasPolicy) == {offer}
        assert found.objects(offer, RDF.type) == {ODRL.Offer}
        purposes = set()
        for permission in found.objects(offer, ODRL.permission):
            assert isinstance(permission, str)
            assert found.objects(Iri(permission), ODRL.action) == {ODRL.read}
            (constraint,) = found.objects(Iri(permission), ODRL.constraint)
            assert isinstance(constraint, str)
            assert found.objects(Iri(constraint), ODRL.leftOperand) == {ODRL.purpose}
            assert found.objects(Iri(constraint), ODRL.operator) == {ODRL.eq}
            purposes |= found.objects(Iri(constraint), ODRL.rightOperand)
        assert purposes == {DPV.Marketing, DPV.ServiceProvision}
        scheme = "https://mesh.example/security-schemes/oauth2"
        assert found.objects(port, DPROD.securitySchemaType) == {scheme}


def test_a_server_may_have_a_policy_and_components_of_its_own(read: Reader) -> None:
    found = read(
        """\
        servers:
        - server: a
          type: s3
          customProperties:
          - {property: policy, value: {action: use}}
          - {property: infrastructure, value: bucket}
        - {server: b, type: s3}
        """
    )
    assert len(found.objects(found.part("ports", "a"), ODRL.hasPolicy)) == 1
    assert found.objects(found.part("ports", "b"), ODRL.hasPolicy) == set()
    bucket = found.part("infrastructure", "bucket")
    assert found.objects(found.product, PM.infrastructureComponent) == {bucket}


@pytest.mark.parametrize(
    "value", ["anyone", "{action: sell}", "{purpose: [two words]}", "{purpose: {a: b}}"]
)
def test_a_policy_of_the_teams_own_is_left_out_with_a_warning(read: Reader, value: str) -> None:
    found = read(
        f"""\
        servers: [{{server: a, type: s3}}]
        customProperties: [{{property: policy, value: {value}}}]
        """
    )
    assert found.objects(found.part("ports", "a"), ODRL.hasPolicy) == set()
    (finding,) = found.noticed("unknown-value")
    assert finding.line == 7
    assert "call it something else" in finding.fix
