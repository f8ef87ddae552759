"""What GraphQL answers, asked through the door."""

import pytest
from asking import BASE, DEMOGRAPHICS, LISTENERS, PROFILES, USER, Client
from graphql import build_schema, is_introspection_type

from catalog_service.api.graphql import schema


def test_a_product_tells_what_it_is_and_whose(client: Client) -> None:
    found = client.data(
        """query ($iri: IRI!) { product(iri: $iri) {
            id iri name title description purpose version status kind keywords sensitivity
            domain { title } owner { title kind mailbox memberOf { title } } } }""",
        iri=PROFILES,
    )["product"]
    assert found == {
        "id": PROFILES,
        "iri": PROFILES,
        "name": "users.profiles",
        "title": "User profiles",
        "description": "One row for each person with an account",
        "purpose": "Let other domains recognise a user",
        "version": "1.2.0",
        "status": "ACTIVE",
        "kind": "PRODUCT",
        "keywords": ["account", "identity"],
        "sensitivity": "RESTRICTED",
        "domain": {"title": "Users"},
        "owner": {
            "title": "Ana",
            "kind": "PERSON",
            "mailbox": "ana@media.example",
            "memberOf": [{"title": "Users team"}],
        },
    }


def test_a_product_shows_its_ports_and_what_they_promise(client: Client) -> None:
    found = client.data(
        """query ($iri: IRI!) { product(iri: $iri) {
            inputPorts { name readsFrom { source product { title } resource { title kind } } }
            outputPorts { title protocol endpoint contract security sensitivity
              slos { sentence target } policies { iri } datasets { title } }
            managementPorts { role endpoint }
            code { title codeKind source } infrastructure { title } } }""",
        iri=PROFILES,
    )["product"]
    assert found["inputPorts"][0]["readsFrom"] == [
        {
            "source": f"{BASE}systems/accounts",
            "product": None,
            "resource": {"title": "Account service", "kind": "SYSTEM"},
        }
    ]
    (port,) = found["outputPorts"]
    assert (port["title"], port["protocol"]) == ("Profiles by SQL", "postgres")
    assert (port["sensitivity"], port["security"]) == ("RESTRICTED", "oauth2")
    assert [slo["target"] for slo in port["slos"]] == ["0.99", "60"]
    assert port["policies"] == [{"iri": f"{PROFILES}/policies/use"}]
    assert {told["role"] for told in found["managementPorts"]} == {
        "DISCOVERY",
        "OBSERVABILITY",
        "CONTROL",
    }
    assert found["code"][0]["codeKind"] == "Pipeline"
    assert found["infrastructure"] == [{"title": "Warehouse, two nodes"}]


def test_a_dataset_shows_its_columns_with_their_bindings(client: Client) -> None:
    found = client.data(
        """query ($iri: IRI!) { product(iri: $iri) { datasets {
            title sensitivity semanticModel primaryKey about { title domain { title } }
            distributions { mediaType url }
            columns(first: 2) { totalCount pageInfo { hasNextPage endCursor } edges { node {
              name datatype required sensitivity personalData
              binding { polyseme { title } scheme { title issuedBy { title } } column { name } }
            } } } } } }""",
        iri=PROFILES,
    )["product"]
    (dataset,) = found["datasets"]
    assert dataset["about"] == [{"title": "account holder", "domain": {"title": "Users"}}]
    assert dataset["distributions"][0]["mediaType"] == "application/vnd.apache.parquet"
    columns = dataset["columns"]
    assert (columns["totalCount"], columns["pageInfo"]["hasNextPage"]) == (3, True)
    birth, listener = (edge["node"] for edge in columns["edges"])
    assert birth["personalData"] == ["https://w3id.org/dpv/pd#BirthDate"]
    assert birth["binding"] is None
    assert listener["datatype"] == "xsd:integer"
    assert listener["binding"] == {
        "polyseme": {"title": "user"},
        "scheme": {"title": "listener number", "issuedBy": {"title": "Podcasts"}},
        "column": {"name": "listener_no"},
    }


def test_columns_go_on_behind_a_cursor(client: Client) -> None:
    query = """query ($iri: IRI!, $after: String) { product(iri: $iri) { datasets {
        columns(first: 2, after: $after) {
          pageInfo { hasNextPage hasPreviousPage endCursor } edges { node { name } } } } } }"""
    first = client.data(query, iri=PROFILES)["product"]["datasets"][0]["columns"]
    after = first["pageInfo"]["endCursor"]
    second = client.data(query, iri=PROFILES, after=after)["product"]["datasets"][0]["columns"]
    names = [edge["node"]["name"] for page in (first, second) for edge in page["edges"]]
    assert names == ["birth_date", "listener_no", "user_id"]
    assert second["pageInfo"]["hasPreviousPage"]
    assert not second["pageInfo"]["hasNextPage"]


def test_a_verdict_names_file_line_and_fix(client: Client) -> None:
    found = client.data(
        """query ($iri: IRI!) { product(iri: $iri) { revision conformance { conforms notEvaluated
            findings { standard severity message fix focus file line column fingerprint } } } }""",
        iri=LISTENERS,
    )["product"]
    verdict = found["conformance"]
    assert verdict["conforms"]
    assert verdict["notEvaluated"] == ["slo-met"]
    assert [told["standard"] for told in verdict["findings"]] == ["unread-key", "discovery-port"]
    first = verdict["findings"][1]
    assert (first["standard"], first["severity"]) == ("discovery-port", "WARNING")
    assert (first["file"], first["line"], first["column"]) == ("listeners.ttl", 7, 2)
    assert (first["fix"], first["focus"]) == ("state one", LISTENERS)
    assert len(first["fingerprint"]) == 64
    assert found["revision"] > 0


def test_every_statement_says_where_it_was_read(client: Client) -> None:
    found = client.data(
        """query ($iri: IRI!) { product(iri: $iri) {
            provenance { subject predicate object file line column } } }""",
        iri=LISTENERS,
    )["product"]["provenance"]
    assert {fact["file"] for fact in found} == {"listeners.ttl"}
    assert [fact["line"] for fact in found] == list(range(1, len(found) + 1))
    assert any(fact["object"] == '"Podcast listeners"@en' for fact in found)


def test_revisions_are_told_the_latest_first(client: Client) -> None:
    found = client.data(
        """query ($iri: IRI!) { product(iri: $iri) { revision
            versions { revision publisher time contentHash conforms } } }""",
        iri=LISTENERS,
    )["product"]
    (only,) = found["versions"]
    assert only["revision"] == found["revision"]
    assert only["contentHash"].startswith("sha256:")
    assert only["publisher"] == "podcasts-team"


def test_upstream_downstream_and_consumers(client: Client) -> None:
    found = client.data(
        """query ($iri: IRI!) { product(iri: $iri) { upstream { iri } downstream { iri }
            consumers(first: 1) { totalCount edges { node { iri } } } } }""",
        iri=LISTENERS,
    )["product"]
    assert found["upstream"] == [{"iri": PROFILES}]
    assert found["downstream"] == [{"iri": DEMOGRAPHICS}]
    assert found["consumers"] == {"totalCount": 1, "edges": [{"node": {"iri": DEMOGRAPHICS}}]}


def test_products_come_by_name_page_by_page(client: Client) -> None:
    query = """query ($after: String) { products(first: 2, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } edges { cursor node { name } } } }"""
    first = client.data(query)["products"]
    second = client.data(query, after=first["pageInfo"]["endCursor"])["products"]
    names = [edge["node"]["name"] for page in (first, second) for edge in page["edges"]]
    assert names == ["podcasts.demographics", "podcasts.listeners", "users.profiles"]
    assert (first["totalCount"], second["totalCount"]) == (3, 3)
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


@pytest.mark.parametrize(
    ("narrowing", "names"),
    [
        (f'{{domains: ["{BASE}domains/audio"]}}', ["podcasts.demographics", "podcasts.listeners"]),
        ("{statuses: [DRAFT]}", ["podcasts.demographics"]),
        ('{owners: ["mailto:ana@media.example"]}', ["users.profiles"]),
        ('{protocols: ["parquet"]}', ["podcasts.listeners"]),
        ("{sensitivities: [CONFIDENTIAL]}", []),
        (f'{{polysemes: ["{USER}"]}}', ["podcasts.listeners", "users.profiles"]),
        ('{text: "demographics"}', ["podcasts.demographics"]),
        (f'{{statuses: [DRAFT], domains: ["{BASE}domains/users"]}}', []),
    ],
)
def test_a_filter_narrows_the_products(client: Client, narrowing: str, names: list[str]) -> None:
    found = client.data(f"{{ products(filter: {narrowing}) {{ edges {{ node {{ name }} }} }} }}")
    assert [edge["node"]["name"] for edge in found["products"]["edges"]] == names


def test_search_counts_facets_and_says_why(client: Client) -> None:
    found = client.data(
        """{ search(query: "podcast listeners", first: 2) {
            totalCount revision facets { name counts { value count } }
            edges { score why node { __typename title kind } } pageInfo { hasNextPage } } }"""
    )["search"]
    best = found["edges"][0]
    assert best["node"] == {
        "__typename": "DataProduct",
        "title": "Podcast listeners",
        "kind": "PRODUCT",
    }
    assert best["why"]
    assert found["totalCount"] > 2
    assert found["pageInfo"]["hasNextPage"]
    kinds = next(facet for facet in found["facets"] if facet["name"] == "kind")
    assert sum(count["count"] for count in kinds["counts"]) == found["totalCount"]


def test_a_search_is_narrowed_by_kind(client: Client) -> None:
    found = client.data(
        """{ search(query: "", filter: {kinds: [POLYSEME, DOMAIN]}) {
            edges { node { __typename title } } } }"""
    )["search"]
    assert {edge["node"]["__typename"] for edge in found["edges"]} == {"Domain", "Polyseme"}


def test_a_search_finds_standards_and_columns_too(client: Client) -> None:
    found = client.data(
        """{ standards: search(query: "owner-named") { edges { node { __typename name } } }
             columns: search(query: "age_band", filter: {kinds: [COLUMN]}) {
               edges { node { name ... on Column { product { name } } } } } }"""
    )
    assert found["standards"]["edges"][0]["node"] == {
        "__typename": "Standard",
        "name": "owner-named",
    }
    carried = {edge["node"]["product"]["name"] for edge in found["columns"]["edges"]}
    assert carried == {"podcasts.demographics", "podcasts.listeners"}


def test_domains_nest_and_hold_products_and_systems(client: Client) -> None:
    found = client.data(
        """{ domains { totalCount edges { node { title owner { title } parent { title }
            subDomains { title } products { totalCount edges { node { name } } }
            systems { title interfaces { title endpoint } } } } } }"""
    )["domains"]
    by_title = {edge["node"]["title"]: edge["node"] for edge in found["edges"]}
    assert found["totalCount"] == 3
    assert by_title["Audio"]["subDomains"] == [{"title": "Podcasts"}]
    assert by_title["Podcasts"]["parent"] == {"title": "Audio"}
    assert by_title["Audio"]["products"]["totalCount"] == 2
    assert by_title["Users"]["owner"] == {"title": "Users team"}
    assert by_title["Users"]["systems"][0]["interfaces"] == [
        {"title": "Accounts API", "endpoint": "https://accounts.media.example/v1"}
    ]


def test_a_polyseme_shows_who_carries_it(client: Client) -> None:
    found = client.data(
        """query ($iri: IRI!) { polyseme(iri: $iri) { title authoritativeDomain { title }
            scheme { title pattern datatype iriTemplate }
            localConcepts { title domain { title } datasets { title } interprets { title } }
            columns { totalCount edges { node { name product { name } } } }
            products { edges { node { name } } }
            crosswalks { fromScheme { title } toScheme { title } cardinality product { name }
              port { title } fromColumn { name } toColumn { name } } } }""",
        iri=USER,
    )["polyseme"]
    assert found["authoritativeDomain"] == {"title": "Users"}
    assert found["scheme"]["datatype"] == "xsd:string"
    assert {told["title"] for told in found["localConcepts"]} == {
        "podcast listener",
        "account holder",
    }
    assert found["columns"]["totalCount"] == 3
    assert [edge["node"]["name"] for edge in found["products"]["edges"]] == [
        "podcasts.listeners",
        "users.profiles",
    ]
    assert found["crosswalks"] == [
        {
            "fromScheme": {"title": "listener number"},
            "toScheme": {"title": "user id"},
            "cardinality": "ONE_TO_ONE",
            "product": {"name": "users.profiles"},
            "port": {"title": "Profiles by SQL"},
            "fromColumn": {"name": "listener_no"},
            "toColumn": {"name": "user_id"},
        }
    ]


def test_lineage_says_how_much_of_it_is_shown(client: Client) -> None:
    found = client.data(
        """query ($iri: IRI!) { lineage(iri: $iri, up: 2, down: 1) { root { title }
            nodes { iri title level resource { kind } } edges { source target }
            shown total complete } }""",
        iri=LISTENERS,
    )["lineage"]
    assert found["root"] == {"title": "Podcast listeners"}
    assert (found["shown"], found["total"], found["complete"]) == (4, 4, True)
    assert {node["title"]: node["level"] for node in found["nodes"]} == {
        "Podcast listeners": 0,
        "User profiles": -1,
        "Listener demographics": 1,
        "Account service": -2,
    }
    assert {"source": PROFILES, "target": LISTENERS} in found["edges"]


def test_lineage_goes_on_behind_its_cursor(client: Client) -> None:
    query = """query ($iri: IRI!, $after: String) {
        lineage(iri: $iri, up: 2, first: 3, after: $after) { after shown total complete
            nodes { iri upstream { shown total } downstream { shown total } } } }"""
    first = client.data(query, iri=LISTENERS)["lineage"]
    assert (first["shown"], first["total"], first["complete"]) == (3, 4, False)
    assert first["nodes"][0]["downstream"] == {"shown": 1, "total": 1}
    rest = client.data(query, iri=LISTENERS, after=first["after"])["lineage"]
    assert (rest["shown"], rest["after"]) == (1, None)
    assert rest["nodes"][0]["iri"] not in {node["iri"] for node in first["nodes"]}


def test_impact_names_products_columns_and_whom_to_tell(client: Client) -> None:
    found = client.data(
        """query ($iri: IRI!) { impact(iri: $iri, first: 1) { root { title } shown total after
            affected { level resource { title } owner { title } domain { title }
              columns { name } } owners { count owner { title } } } }""",
        iri=f"{PROFILES}/datasets/profiles/columns/birth_date",
    )["impact"]
    assert (found["root"]["title"], found["shown"]) == ("birth_date", 1)
    assert found["total"] > 1
    assert found["after"]
    assert sum(one["count"] for one in found["owners"]) == found["total"]
    nearest = found["affected"][0]
    assert nearest["level"] == 1
    assert nearest["resource"]["title"] == "Listener demographics"
    assert [column["name"] for column in nearest["columns"]] == ["age_band"]


def test_column_lineage(client: Client) -> None:
    found = client.data(
        """query ($iri: IRI!) { lineage(iri: $iri, grain: COLUMN) { nodes { title } }
            resource(iri: $iri) { ... on Column { upstream { name product { name } }
              downstream { name } } } }""",
        iri=f"{LISTENERS}/datasets/listeners/columns/age_band",
    )
    assert [node["title"] for node in found["lineage"]["nodes"]] == [
        "age_band",
        "birth_date",
        "age_band",
    ]
    assert found["resource"]["upstream"] == [
        {"name": "birth_date", "product": {"name": "users.profiles"}}
    ]


def test_what_is_read_and_not_published_is_shown_by_its_name(client: Client) -> None:
    found = client.data(
        """query ($iri: IRI!) { lineage(iri: $iri, down: 0) {
            nodes { title iri resource { title } } } }""",
        iri=DEMOGRAPHICS,
    )["lineage"]["nodes"]
    gone = next(node for node in found if "retired" in node["iri"])
    assert gone["resource"] is None
    assert gone["title"] == "sql"


def test_every_kind_of_thing_is_fetched_by_its_id(client: Client) -> None:
    types = {
        PROFILES: "DataProduct",
        f"{PROFILES}/ports/sql": "OutputPort",
        f"{PROFILES}/ports/accounts": "InputPort",
        f"{PROFILES}/management/control": "ManagementPort",
        f"{PROFILES}/ports/sql/slo/freshness": "ServiceLevelObjective",
        f"{PROFILES}/policies/use": "Policy",
        f"{PROFILES}/datasets/profiles": "Dataset",
        f"{PROFILES}/datasets/profiles/columns/user_id": "Column",
        f"{PROFILES}/datasets/profiles/distributions/1": "Distribution",
        f"{PROFILES}/code/pipeline": "CodeComponent",
        f"{PROFILES}/infrastructure/warehouse": "InfrastructureComponent",
        f"{PROFILES}/concepts/account": "LocalConcept",
        f"{PROFILES}/crosswalks/listener-to-user": "Crosswalk",
        f"{BASE}domains/users": "Domain",
        f"{BASE}agents/users-team": "Agent",
        "mailto:ana@media.example": "Agent",
        f"{BASE}systems/accounts": "OperationalSystem",
        f"{BASE}systems/accounts/api": "OperationalInterface",
        USER: "Polyseme",
        f"{BASE}schemes/user-id": "IdentifierScheme",
        f"{BASE}decisions/identity": "Thing",
        "https://w3id.org/polyseme/shapes#owner-named": "Standard",
        "https://w3id.org/polyseme/ns#Polyseme": "Thing",
    }
    found = client.data(
        "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=list(types)
    )["nodes"]
    assert {node["id"]: node["__typename"] for node in found} == types


def test_nothing_is_fetched_by_the_id_of_nothing(client: Client) -> None:
    nothing = f"{BASE}nothing"
    found = client.data(
        """query ($id: ID!, $iri: IRI!) { node(id: $id) { id } nodes(ids: [$id]) { id }
            resource(iri: $iri) { id } product(iri: $iri) { id } domain(iri: $iri) { id }
            polyseme(iri: $iri) { id } standard(name: "nothing") { id } }""",
        id=nothing,
        iri=nothing,
    )
    assert found.pop("nodes") == [None]
    assert set(found.values()) == {None}


def test_standards_come_with_reasons_and_examples(client: Client) -> None:
    found = client.data(
        """{ standards { name } standard(name: "DOM-03") { name title description severity gate
            waivable since messages shape examples { name conforms turtle }
            failing { iri } owner { iri } }
            failed: standard(name: "discovery-port") { failing { iri } } }"""
    )
    standard = found["standard"]
    assert standard["name"] == "owner-named"
    assert (standard["severity"], standard["gate"]) == ("VIOLATION", "CI")
    assert {example["conforms"] for example in standard["examples"]} == {True, False}
    assert "std:owner-named" in standard["shape"]
    assert standard["failing"] == []
    assert found["failed"]["failing"] == [{"iri": LISTENERS}]
    assert {"name": "owner-named"} in found["standards"]


def test_the_mesh_in_figures(client: Client) -> None:
    found = client.data("{ mesh { revision products domains polysemes crossDomainEdges } }")
    assert found["mesh"] == {
        "revision": 4,
        "products": 3,
        "domains": 3,
        "polysemes": 1,
        "crossDomainEdges": 2,
    }


def test_the_committed_schema_is_the_schema() -> None:
    assert schema.FILE.read_text(encoding="utf-8") == schema.text(), (
        "write it anew: python -m catalog_service.api.graphql.schema"
    )


def test_everything_in_the_schema_is_described() -> None:
    bare = []
    for name, told in build_schema(schema.text()).type_map.items():
        if is_introspection_type(told) or name in {"Boolean", "Int", "Float", "String", "ID"}:
            continue
        bare += [] if told.description else [name]
        for field, inside in getattr(told, "fields", {}).items():
            bare += [] if inside.description else [f"{name}.{field}"]
            for argument, given in getattr(inside, "args", {}).items():
                bare += [] if given.description else [f"{name}.{field}({argument})"]
    assert bare == []
