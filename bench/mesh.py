"""A synthetic mesh, as files that teams would write: seeded, so that every run reads the same.

Each product is a descriptor and a contract, comes to some 150 triples, and reads from up to two
earlier ones. Three in a hundred have a defect that a standard refuses.
"""

import random
from pathlib import Path

BASE = "https://mesh.bench.example/"
DEFECTS = 0.03
_WORDS = (  # noqa: SIM905 - a list would be a page long
    "orders payments customers shipments invoices listens plays episodes artists tracks "
    "campaigns sessions refunds returns tickets contracts prices stock visits reviews"
).split()
_KINDS = "daily history summary by_country by_channel snapshot forecast quality".split()  # noqa: SIM905


def write(folder: Path, products: int, *, seed: int = 7) -> None:
    """Write a mesh of so many products: `governance/`, and a folder for each domain."""
    chance = random.Random(seed)
    domains = max(3, min(200, products // 20))
    _governance(folder / "governance", domains)
    sound: list[int] = []  # what reads a refused product would be refused as well
    for number in range(products):
        domain = f"domain{number % domains:03d}"
        name = f"{chance.choice(_WORDS)}_{chance.choice(_KINDS)}_{number:06d}"
        team = folder / domain
        team.mkdir(parents=True, exist_ok=True)
        upstream = sorted({chance.choice(sound) for _ in range(2)}) if number > 2 else []
        broken = number > 2 and chance.random() < DEFECTS
        sound += [] if broken else [number]
        (team / f"{name}.odps.yaml").write_text(_descriptor(number, name, domain, upstream, broken))
        (team / f"{name}.odcs.yaml").write_text(_contract(number, name, domain, chance))


def _governance(folder: Path, domains: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    said = [
        "@prefix pm: <https://w3id.org/polyseme/ns#> .",
        "@prefix dct: <http://purl.org/dc/terms/> .",
        "@prefix org: <http://www.w3.org/ns/org#> .",
        "@prefix prov: <http://www.w3.org/ns/prov#> .",
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .",
        f'<{BASE}decisions/mesh> a pm:Decision ; dct:title "The mesh" ;',
        f"  prov:wasAttributedTo <{BASE}teams/federation> .",
        f"<{BASE}teams/federation> a pm:FederatedTeam .",
    ]
    for number in range(domains):
        name = f"domain{number:03d}"
        said += [
            f'<{BASE}domains/{name}> a pm:Domain ; skos:prefLabel "{name}"@en ;',
            f"  pm:ownedBy <{BASE}teams/{name}> .",
            f'<{BASE}teams/{name}> a org:OrganizationalUnit ; skos:prefLabel "Team {name}"@en .',
            f"<mailto:owner-{name}@bench.example> org:memberOf <{BASE}teams/{name}> .",
        ]
    for number in range(10):
        said += [
            f'<{BASE}polysemes/Thing{number}> a pm:Polyseme ; skos:prefLabel "thing {number}"@en ;',
            f'  skos:definition "Something that crosses domains ({number})"@en ;',
            f"  pm:authoritativeDomain <{BASE}domains/domain000> ;",
            f"  pm:globalIdentifier <{BASE}schemes/thing{number}-id> .",
            f"<{BASE}schemes/thing{number}-id> a pm:IdentifierScheme ;",
            "  pm:datatype xsd:string ;",
            f'  pm:pattern "^[0-9a-f]{{8}}$" ; pm:issuedBy <{BASE}domains/domain000> ;',
            f'  pm:iriTemplate "https://id.bench.example/thing{number}/{{id}}" .',
        ]
    (folder / "mesh.ttl").write_text("\n".join(said) + "\n")


def _descriptor(number: int, name: str, domain: str, upstream: list[int], broken: bool) -> str:  # noqa: FBT001
    topic = name.partition("_")[0]
    inputs = "".join(
        f"\n  - {{name: in{other}, version: 1.0.0, contractId: c-{other}, customProperties:"
        " [{property: purpose, value: ServiceOptimisation}]}"
        for other in upstream
    )
    owner = (
        ""
        if broken
        else f"""
team:
  name: {domain}
  members:
    - {{username: owner-{domain}@bench.example, name: Owner of {domain}, role: owner}}"""
    )
    return f"""apiVersion: v1.0.0
kind: DataProduct
id: p-{number}
name: {name.replace("_", " ").capitalize()}
version: 1.0.0
status: active
domain: {domain}
description:
  purpose: Answer questions about {topic} without asking {domain}.
  usage: One row for each of the {topic}, made anew every night.
tags: [{topic}, bench]
inputPorts:{inputs or " []"}
outputPorts:
  - name: {topic}
    description: The {topic} as tables.
    type: tables
    version: 1.0.0
    contractId: c-{number}
managementPorts:
  - {{name: dictionary, content: discoverability, type: rest, url: "https://bench.example/{number}/dictionary"}}
  - {{name: control, content: control, type: rest, url: "https://bench.example/{number}/control"}}
  - {{name: measures, content: observability, type: rest, url: "https://bench.example/{number}/measures"}}{owner}
customProperties:
  - {{property: infrastructure, value: "https://bench.example/warehouse"}}
  - {{property: code, value: "https://bench.example/repos/{name}"}}
"""


def _contract(number: int, name: str, domain: str, chance: random.Random) -> str:
    topic, thing = name.partition("_")[0], chance.randrange(10)
    columns = "".join(
        f"""
      - name: {column}
        logicalType: {kind}
        classification: {level}
        description: The {column.replace("_", " ")} of one of the rows."""
        for column, kind, level in (
            ("happened_at", "date", "internal"),
            ("country", "string", "internal"),
            ("channel", "string", "public"),
            ("amount", "number", "internal"),
            ("quantity", "integer", "internal"),
            (f"note_{number % 7}", "string", "internal"),
        )
    )
    return f"""apiVersion: v3.1.0
kind: DataContract
id: c-{number}
name: {name}
version: 1.0.0
status: active
domain: {domain}
servers:
  - server: warehouse
    type: postgres
    host: warehouse.bench.example
    port: 5432
    database: mesh
    schema: {domain}
schema:
  - name: {name}
    physicalType: table
    description: One row for each.
    authoritativeDefinitions:
      - {{type: businessDefinition, url: "https://bench.example/models/{topic}"}}
    customProperties:
      - {{property: sensitivity, value: internal}}
    properties:
      - name: thing_id
        logicalType: string
        primaryKey: true
        required: true
        classification: internal
        authoritativeDefinitions:
          - {{type: polyseme, url: "{BASE}polysemes/Thing{thing}"}}
          - {{type: identifierScheme, url: "{BASE}schemes/thing{thing}-id"}}{columns}
slaProperties:
  - {{property: latency, value: 24, unit: h, valueExt: P1D}}
  - {{property: availability, value: 99.5, unit: percent, valueExt: P30D}}
"""
