"""A synthetic mesh, as files that teams would write: seeded, so that every run reads the same.

Each product is a descriptor and a contract, comes to some 150 triples, and reads from up to two
earlier ones. Three in a hundred have a defect that a standard refuses.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

BASE = "https://mesh.bench.example/"
DEFECTS = 0.03
_WORDS = (  # noqa: SIM905 - a list would be a page long
    "orders payments customers shipments invoices listens plays episodes artists tracks "
    "campaigns sessions refunds returns tickets contracts prices stock visits reviews"
).split()
_KINDS = "daily history summary by_country by_channel snapshot forecast quality".split()  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Planned:
    """One product, before it is written.

    Args:
        number: its number, from 0.
        name: its technical name.
        domain: the name of its domain.
        reads: the numbers of the products whose ports it reads.
        thing: which polyseme its rows are about.
        broken: True where a standard refuses it.
    """

    number: int
    name: str
    domain: str
    reads: tuple[int, ...]
    thing: int
    broken: bool = False

    @property
    def topic(self) -> str:
        """What it is about, which is also what its port is called."""
        return self.name.partition("_")[0]


def planned(products: int, *, seed: int = 7, defects: float = DEFECTS) -> Iterator[Planned]:
    """The products of a mesh of so many, in order of their numbers."""
    chance = random.Random(seed)
    domains = domains_of(products)
    sound: list[int] = []  # what reads a refused product would be refused as well
    for number in range(products):
        domain = f"domain{number % domains:03d}"
        name = f"{chance.choice(_WORDS)}_{chance.choice(_KINDS)}_{number:06d}"
        reads = sorted({chance.choice(sound) for _ in range(2)}) if number > 2 else []
        broken = number > 2 and chance.random() < defects
        sound += [] if broken else [number]
        thing = chance.randrange(10)
        yield Planned(number, name, domain, tuple(reads), thing, broken)


def write(folder: Path, products: int, *, seed: int = 7) -> None:
    """Write a mesh of so many products: `governance/`, and a folder for each domain."""
    write_governance(folder, products)
    write_products(folder, planned(products, seed=seed))


def write_products(folder: Path, products: Iterator[Planned] | Sequence[Planned]) -> None:
    """Write the descriptor and the contract of each product, in the folder of its domain."""
    for product in products:
        team = folder / product.domain
        team.mkdir(parents=True, exist_ok=True)
        (team / f"{product.name}.odps.yaml").write_text(_descriptor(product))
        (team / f"{product.name}.odcs.yaml").write_text(_contract(product))


def write_governance(folder: Path, products: int) -> None:
    """Write the decisions that a mesh of so many products rests on."""
    _governance(folder / "governance", domains_of(products))


def domains_of(products: int) -> int:
    """How many domains share so many products."""
    return max(3, min(200, products // 20))


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


def _descriptor(product: Planned) -> str:
    number, name, domain, topic = product.number, product.name, product.domain, product.topic
    inputs = "".join(
        f"\n  - {{name: in{other}, version: 1.0.0, contractId: c-{other}, customProperties:"
        " [{property: purpose, value: ServiceOptimisation}]}"
        for other in product.reads
    )
    owner = (
        ""
        if product.broken
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


def _contract(product: Planned) -> str:
    number, name, domain, topic = product.number, product.name, product.domain, product.topic
    thing = product.thing
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
