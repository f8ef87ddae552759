"""SPARQL over data is held to what the federation says of joins."""

from pathlib import Path
from urllib.parse import quote

from asking import Client, catalog_of

from bench import gtfs
from bench.gtfs.tables import BASE as MESH
from catalog_service.api.app import create_app
from catalog_service.domain.rdf import line

PREFIXES = """PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX gtfs: <http://vocab.gtfs.org/terms#>
"""
JOIN = """SELECT ?name { ?trip gtfs:route ?route .
  ?route gtfs:agency ?agency . ?agency foaf:name ?name }"""
APART = "SELECT ?name { ?agency a gtfs:Agency ; foaf:name ?name }"


def test_a_join_that_is_more_sensitive_than_its_parts_wants_its_purpose(tmp_path: Path) -> None:
    home = tmp_path.resolve()
    gtfs.written(gtfs.feed(12), home)
    graphs = {name: "\n".join(map(line, triples)) for name, triples in gtfs.files(home).items()}
    parts = (f"<{MESH}products/{name}>" for name in ("operators", "timetable"))
    decided = f"""@prefix pm: <https://w3id.org/polyseme/ns#> .
        <{MESH}decisions/together> a pm:Decision ; <http://purl.org/dc/terms/title> "Together" .
        <{MESH}policies/together> a pm:SensitiveCombination ;
          pm:combines {", ".join(parts)} ; pm:permittedFor <https://w3id.org/dpv#Marketing> ."""
    told = [(f"{name}.ttl", text) for name, text in {**graphs, "together": decided}.items()]
    with catalog_of(home / "home", told, data_roots=(home,), identities=True) as catalog:
        door = Client(create_app(catalog))
        assert _asked(door, JOIN) == (400, "combination-not-permitted")
        assert _asked(door, JOIN, purpose="&purpose=Marketing") == (200, "")
        assert _asked(door, APART) == (200, "")


def _asked(door: Client, query: str, purpose: str = "") -> tuple[int, str]:
    address = f"/sparql/data?query={quote(PREFIXES + query)}{purpose}"
    response = door.get(address, "application/sparql-results+json")
    return response.status_code, response.json().get("code", "")
