"""The forms of an export for a product, a domain and the catalog, read as others read them."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, ClassVar

import jsonschema
import pyshacl
import pytest
import rdflib
import referencing.jsonschema
import yaml
from exporting import BASE, example, product, stored, submissions

from catalog_service.domain.rdf import Triple, text
from catalog_service.errors import UnknownFormat
from catalog_service.graph import Store, View, parse
from catalog_service.services import export
from catalog_service.services.export import FORMS, Form, Kind, Means, Scope
from catalog_service.services.export.backstage import named, tag
from catalog_service.services.export.writing import BATCH
from catalog_service.terms import DCAT, DPROD, PM, RDF, RDFS, Iri

CATALOG = Iri(f"{BASE}catalog")
USERS = Iri(f"{BASE}domains/users")
IDENTITIES = product("users.identities")
WHOLE = [form for form in FORMS.values() if form.means is not Means.BITOL]


def scope(iri: Iri | None = None, view: View | None = None) -> Scope:
    found = export.scope(view or example(), BASE, iri)
    assert found is not None
    return found


def written(iri: Iri | None, name: str, view: View | None = None) -> bytes:
    seen = view or example()
    return b"".join(export.pieces(seen, scope(iri, seen), FORMS[name], BASE))


def triples(body: bytes, form: Form) -> set[Triple]:
    return set(parse(body.decode(), form.syntax))


class TestScope:
    def test_a_domain_holds_its_products_and_the_decision_about_it(self) -> None:
        found = scope(USERS)
        assert found.kind is Kind.DOMAIN
        assert found.products == (IDENTITIES, product("users.profiles"))
        assert found.decisions == (f"{BASE}decisions/users",)

    def test_the_catalog_holds_every_product_and_decision(self) -> None:
        found = scope()
        assert found == scope(CATALOG)
        assert (len(found.products), len(found.decisions)) == (8, 10)

    def test_other_things_are_no_export(self) -> None:
        assert export.scope(example(), BASE, Iri(f"{BASE}polysemes/User")) is None
        assert export.scope(example(), BASE, Iri(f"{BASE}nothing")) is None

    def test_what_may_not_be_seen_is_not_exported(self) -> None:
        store = Store()
        store.replace({found.subject: found.triples for found in submissions()})
        seen = store.view([IDENTITIES, Iri(f"{BASE}decisions/users")])
        assert scope(None, seen).graphs == (f"{BASE}decisions/users", IDENTITIES)
        assert export.scope(seen, BASE, product("users.profiles")) is None
        for form in WHOLE:
            body = b"".join(export.pieces(seen, scope(None, seen), form, BASE))
            assert b"users.profiles" not in body


class TestEveryForm:
    @pytest.mark.parametrize("form", WHOLE, ids=lambda form: form.name)
    @pytest.mark.parametrize("iri", [None, USERS, IDENTITIES], ids=["catalog", "domain", "product"])
    def test_it_is_the_same_byte_for_byte(self, form: Form, iri: Iri | None) -> None:
        other = stored(tuple(reversed(submissions())))
        assert written(iri, form.name) == written(iri, form.name, other)

    @pytest.mark.parametrize("name", ["ttl", "jsonld", "nt"])
    def test_what_is_stated_is_there_whole(self, name: str) -> None:
        for iri in (USERS, IDENTITIES):
            stated = {t for graph in scope(iri).graphs for t in example().graph(graph)}
            assert triples(written(iri, name), FORMS[name]) == stated

    def test_nquads_name_the_graph_of_each_statement(self) -> None:
        lines = written(None, "nq").decode().splitlines()
        assert len(lines) == sum(len(example().graph(graph)) for graph in scope().graphs)
        assert all(line.endswith("> .") for line in lines)
        assert f"<{IDENTITIES}> ." in lines[-1] or f"<{product('users.profiles')}> ." in lines[-1]

    def test_an_unknown_form_is_told_with_those_there_are(self) -> None:
        with pytest.raises(UnknownFormat) as told:
            export.form("xml")
        assert "dcat" in told.value.hint


class TestDcat:
    def test_a_portal_finds_datasets_services_and_their_publisher(self) -> None:
        found = triples(written(None, "dcat"), FORMS["dcat"])
        datasets = {t.object for t in found if t.predicate == DCAT.dataset}
        assert datasets == {
            t.object for p in scope().products for t in example().graph(p)
            if t.predicate == DPROD.outputDataset
        }  # fmt: skip
        assert {t.subject for t in found if t.predicate == DCAT.service} == {CATALOG}

    def test_it_says_what_it_leaves_out(self) -> None:
        assert written(None, "dcat").startswith(b"# DCAT-AP holds datasets")

    @pytest.mark.realdata
    @pytest.mark.parametrize("iri", [None, USERS, IDENTITIES], ids=["catalog", "domain", "product"])
    def test_it_is_valid_against_the_shapes_of_dcat_ap(
        self, iri: Iri | None, realdata: Path
    ) -> None:
        _conforms(rdflib.Graph().parse(data=written(iri, "dcat"), format="turtle"), realdata)

    @pytest.mark.realdata
    def test_a_bare_product_is_valid_too(self, realdata: Path) -> None:
        _conforms(rdflib.Graph().parse(data=written(_X, "dcat", bare()), format="turtle"), realdata)

    @pytest.mark.realdata
    def test_the_shapes_notice_what_is_missing(self, realdata: Path) -> None:
        graph = rdflib.Graph().parse(data=written(None, "dcat"), format="turtle")
        graph.remove((None, rdflib.URIRef("http://purl.org/dc/terms/title"), None))
        with pytest.raises(AssertionError, match="title"):
            _conforms(graph, realdata)


_X = product("x")


def bare() -> View:
    """A mesh of one product that says as little as can be: a dataset behind a port."""
    dataset, port = Iri(f"{_X}/datasets/t"), Iri(f"{_X}/ports/p")
    store = Store()
    store.replace(
        {
            _X: [
                Triple(_X, RDF.type, DPROD.DataProduct),
                Triple(_X, DPROD.outputDataset, dataset),
                Triple(_X, DPROD.outputPort, port),
                Triple(port, DCAT.servesDataset, dataset),
                Triple(dataset, RDF.type, DCAT.Dataset),
            ]
        }
    )
    return store.view()


def _conforms(data: rdflib.Graph, realdata: Path) -> None:
    folder = realdata / "shacl" / "DCAT-AP" / "3.0.1" / "html" / "shacl"
    shapes = rdflib.Graph()
    for name in ("shapes.ttl", "range.ttl"):
        shapes.parse(folder / name)
    conforms, _, told = pyshacl.validate(data, shacl_graph=shapes)
    assert conforms, told


class TestDprod:
    def test_no_word_of_ours_is_used_but_for_values_that_dprod_leaves_open(self) -> None:
        found = triples(written(None, "dprod"), FORMS["dprod"])
        assert not [t for t in found if t.predicate.startswith(PM.base)]
        named = {
            t.predicate for t in found if isinstance(t.object, str) and t.object.startswith(PM.base)
        }
        assert named == {DPROD.lifecycleStatus, DPROD.informationSensitivityClassification}

    def test_an_input_port_is_the_port_that_is_read(self) -> None:
        found = triples(written(product("artists.payments"), "dprod"), FORMS["dprod"])
        inputs = {t.object for t in found if t.predicate == DPROD.inputPort}
        assert f"{BASE}products/streaming.plays/ports/plays" in inputs

    def test_names_are_labels(self) -> None:
        found = triples(written(IDENTITIES, "dprod"), FORMS["dprod"])
        assert Triple(IDENTITIES, RDFS.label, text("User identities")) in found

    def test_both_syntaxes_say_the_same(self) -> None:
        for iri in (None, IDENTITIES):
            one = triples(written(iri, "dprod"), FORMS["dprod"])
            assert one == triples(written(iri, "dprod-ttl"), FORMS["dprod-ttl"])


@pytest.fixture(scope="module")
def entities() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(written(None, "backstage")))


class TestBackstage:
    NAME = re.compile(r"[a-zA-Z0-9]+([-_.][a-zA-Z0-9]+)*")
    ASKED: ClassVar = {
        "Domain": {"owner"}, "System": {"owner"}, "Resource": {"type", "owner"},
        "Component": {"type", "lifecycle", "owner"}, "Group": {"type", "children"},
        "API": {"type", "lifecycle", "owner", "definition"}, "User": {"memberOf"},
    }  # fmt: skip
    POINTS: ClassVar = {
        "owner": "", "system": "system", "domain": "domain", "subdomainOf": "domain",
        "providesApis": "api", "consumesApis": "api", "dependsOn": "", "memberOf": "group",
    }  # fmt: skip

    def test_each_entity_has_what_its_kind_asks_for(self, entities: list[dict[str, Any]]) -> None:
        assert {entity["kind"] for entity in entities} == set(self.ASKED)
        for entity in entities:
            assert entity["apiVersion"] == "backstage.io/v1alpha1"
            assert self.ASKED[entity["kind"]] <= set(entity["spec"])

    def test_names_are_such_as_backstage_takes_and_none_twice(
        self, entities: list[dict[str, Any]]
    ) -> None:
        names = [(entity["kind"], entity["metadata"]["name"]) for entity in entities]
        assert len(names) == len(set(names))
        assert all(self.NAME.fullmatch(name) and len(name) <= 63 for _, name in names)

    def test_every_reference_leads_to_an_entity(self, entities: list[dict[str, Any]]) -> None:
        known = {(e["kind"].lower(), e["metadata"]["name"]) for e in entities}
        count = 0
        for entity in entities:
            for key, kind in self.POINTS.items():
                found = entity["spec"].get(key, [])
                for written_ in [found] if isinstance(found, str) else found:
                    head, colon, name = written_.partition(":")
                    told = (head, name.rpartition("/")[2]) if colon else (kind, written_)
                    assert told in known, (entity["metadata"]["name"], key, written_)
                    count += 1
        assert count > 100

    def test_they_are_valid_against_the_schemas_of_backstage(
        self, entities: list[dict[str, Any]]
    ) -> None:
        """Where the npm package `@backstage/catalog-model` lies unpacked in a folder that is named.

        Its schemas are modules of JavaScript, so node has to read them.
        """
        folder, node = os.environ.get("BACKSTAGE_CATALOG_MODEL"), shutil.which("node")
        if not folder or not node:
            pytest.skip("BACKSTAGE_CATALOG_MODEL names no folder, or there is no node")
        schemas = _schemas(Path(folder) / "dist" / "schema", node)
        registry = referencing.Registry().with_resources(
            (
                schema["$id"],
                referencing.Resource.from_contents(
                    schema, default_specification=referencing.jsonschema.DRAFT7
                ),
            )
            for schema in schemas.values()
        )
        for entity in entities:
            schema = schemas[f"{entity['kind']}.v1alpha1"]
            jsonschema.Draft7Validator(schema, registry=registry).validate(entity)

    def test_odd_names_stay_apart(self) -> None:
        one, two = (named(text, Iri(f"urn:{text}")) for text in ("größe 1", "größe/1"))
        assert one != two
        assert all(self.NAME.fullmatch(name) and len(name) <= 63 for name in (one, two))
        assert self.NAME.fullmatch(named("x" * 100, Iri("urn:x")))
        assert tag("Größe / Käufe") == "gr-e-k-ufe"
        assert tag("日本") == ""


def _schemas(folder: Path, node: str) -> dict[str, Any]:
    files = [file for file in folder.rglob("*.esm.js") if "AiResource" not in file.name]
    script = """
        const found = {};
        for (const file of process.argv.slice(1)) {
          const text = require('fs').readFileSync(file, 'utf8');
          const module = await import('data:text/javascript,' + encodeURIComponent(text));
          found[file.split('/').pop().replace('.schema.json.esm.js', '')] = module.default;
        }
        console.log(JSON.stringify(found));
    """
    command = [node, "-e", f"(async () => {{ {script} }})()", *map(str, files)]
    found: dict[str, Any] = json.loads(subprocess.check_output(command))
    return found


def test_a_large_catalog_is_written_piece_by_piece() -> None:
    products = [
        (iri, Triple(iri, RDF.type, DPROD.DataProduct))
        for iri in (product(f"p{number:04}") for number in range(2 * BATCH + 1))
    ]
    store = Store()
    store.replace({iri: [triple] for iri, triple in products})
    seen = store.view()
    for name in ("ttl", "nq", "jsonld"):
        pieces = list(export.pieces(seen, scope(None, seen), FORMS[name], BASE))
        assert len(pieces) >= 3
        assert max(map(len, pieces)) < 0.6 * sum(map(len, pieces))
    found = triples(written(None, "jsonld", seen), FORMS["jsonld"])
    assert found == {triple for _, triple in products}
