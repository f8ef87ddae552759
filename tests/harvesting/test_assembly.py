"""Assembly: descriptors take in the contracts they claim, and names become what they stand for."""

from collections.abc import Iterable

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Literal, Origin, Term, Triple
from catalog_service.harvesting import Harvested, Refers, Statements
from catalog_service.harvesting.assembled import Assembled, Part
from catalog_service.harvesting.assembly import assemble
from catalog_service.harvesting.register import Register
from catalog_service.harvesting.resolution import resolve
from catalog_service.terms import (
    CSVW,
    DCAT,
    DCT,
    DPROD,
    PM,
    PROV,
    RDF,
    RDFS,
    SKOS,
    Iri,
)  # fmt: skip

BASE = "https://mesh.example/"
PRODUCT = Iri(f"{BASE}products/shop.orders")
CONTRACT = Iri(f"{BASE}products/c-1")
HERE, THERE = Origin("orders.odps.yaml", 1, 1), Origin("orders.odcs.yaml", 2, 3)
SALES = Iri(f"{BASE}domains/sales")
USER = Iri(f"{BASE}polysemes/User")
SCHEME = Iri(f"{BASE}schemes/user-id")


def part(*path: str, of: Iri = PRODUCT) -> Iri:
    return Iri("/".join((of, *path)))


def descriptor(*facts: tuple[Iri, Iri, Term], claims: str = "c-1") -> Harvested:
    said = Statements(PRODUCT)
    port = part("ports", "orders")
    said.type(PRODUCT, DPROD.DataProduct, HERE)
    said.state(PRODUCT, DCT.identifier, Literal("shop.orders"), HERE)
    said.state(PRODUCT, DPROD.outputPort, port, HERE)
    said.type(port, DCAT.DataService, HERE)
    said.state(port, DCT.title, Literal("Orders port"), HERE)
    said.refer(port, DCT.conformsTo, Refers.CONTRACT, claims, HERE)
    for fact in facts:
        said.state(*fact, HERE)
    return said.harvested(HERE)


def contract(*servers: str, name: str = "c-1", subject: Iri = CONTRACT) -> Harvested:
    said = Statements(subject)
    data, schema = (
        part("datasets", "orders", of=subject),
        part("datasets", "orders", "schema", of=subject),
    )
    column = part("datasets", "orders", "columns", "id", of=subject)
    said.type(subject, DPROD.DataProduct, THERE)
    said.state(subject, DCT.identifier, Literal(name), THERE)
    said.state(subject, DCT.title, Literal("Orders contract"), THERE)
    said.state(subject, DPROD.purpose, Literal("Count orders"), THERE)
    said.state(subject, DPROD.outputDataset, data, THERE)
    said.state(data, DCT.title, Literal("orders"), THERE)
    said.state(data, CSVW.tableSchema, schema, THERE)
    said.state(schema, CSVW.column, column, THERE)
    said.state(column, CSVW.name, Literal("id"), THERE)
    for server in servers:
        port = part("ports", server, of=subject)
        said.state(subject, DPROD.outputPort, port, THERE)
        said.state(port, DCAT.servesDataset, data, THERE)
        said.state(port, DCT.title, Literal(server), THERE)
    return said.harvested(THERE, contract=name)


def together(*found: Harvested, register: Register | None = None) -> dict[Iri, Assembled]:
    known = register or Register()
    made = assemble([Part("odcs" if h.contract else "odps", h) for h in found], known)
    for product in made:
        known.add(product.facts)
    resolve(made, known, domain=None)
    return {product.subject: product for product in made}


def governance() -> Register:
    known = Register()
    known.add(
        [
            Triple(SALES, RDF.type, PM.Domain),
            Triple(SALES, SKOS.prefLabel, Literal("Sales & Orders")),
            Triple(USER, RDF.type, PM.Polyseme),
            Triple(SCHEME, RDF.type, PM.IdentifierScheme),
        ]
    )
    return known


def objects(product: Assembled, subject: Iri, predicate: Iri) -> set[Term]:
    return {t.object for t in product.facts if (t.subject, t.predicate) == (subject, predicate)}


def test_a_claimed_contract_becomes_part_of_the_product() -> None:
    made = together(descriptor(), contract("prod"))
    assert set(made) == {PRODUCT}
    product = made[PRODUCT]
    data = part("datasets", "orders", "orders")
    assert objects(product, PRODUCT, DPROD.outputDataset) == {data}
    assert objects(product, part("ports", "orders"), DCAT.servesDataset) == {data}
    assert objects(product, part("datasets", "orders", "orders", "columns", "id"), CSVW.name)


def test_facts_keep_the_file_they_were_read_in() -> None:
    product = together(descriptor(), contract("prod"))[PRODUCT]
    assert product.facts[Triple(PRODUCT, DPROD.purpose, Literal("Count orders"))] == THERE
    assert product.facts[Triple(PRODUCT, DCT.identifier, Literal("shop.orders"))] == HERE


def test_the_descriptor_goes_first_and_the_contract_fills_in() -> None:
    titled = descriptor((PRODUCT, DCT.title, Literal("Orders")))
    product = together(titled, contract("prod"))[PRODUCT]
    assert objects(product, PRODUCT, DCT.title) == {Literal("Orders")}
    assert objects(product, PRODUCT, DCT.identifier) == {Literal("shop.orders")}
    assert objects(product, PRODUCT, DPROD.purpose) == {Literal("Count orders")}
    assert objects(product, part("ports", "orders"), DCT.title) == {Literal("Orders port")}


def test_what_a_contract_says_of_itself_stays_on_the_contract() -> None:
    product = together(descriptor(), contract("prod"))[PRODUCT]
    held = part("contracts", "c-1")
    assert objects(product, part("ports", "orders"), DCT.conformsTo) == {held}
    assert objects(product, held, DCT.title) == {Literal("Orders contract")}
    assert objects(product, held, DCT.identifier) == {Literal("c-1")}


def test_several_servers_of_a_contract_are_several_ports() -> None:
    product = together(descriptor(), contract("dev", "prod"))[PRODUCT]
    ports = {part("ports", "orders-dev"), part("ports", "orders-prod")}
    assert objects(product, PRODUCT, DPROD.outputPort) == ports
    for port in ports:
        assert objects(product, port, DCT.title) == {Literal("Orders port")}
        assert objects(product, port, DCT.conformsTo) == {part("contracts", "c-1")}
        assert objects(product, port, DCAT.servesDataset)


def test_a_contract_without_servers_is_served_by_the_port_that_claims_it() -> None:
    product = together(descriptor(), contract())[PRODUCT]
    assert objects(product, part("ports", "orders"), DCAT.servesDataset) == {
        part("datasets", "orders", "orders")
    }


def measured(name: str, dataset: str) -> Harvested:
    """A contract with a measure that is called as that of another may be."""
    subject, file = Iri(f"{BASE}products/{name}"), Origin(f"{name}.odcs.yaml", 3, 1)
    said = Statements(subject)
    data, measure = part("datasets", dataset, of=subject), part("measures", "Rows", of=subject)
    said.type(subject, DPROD.DataProduct, file)
    said.state(subject, DPROD.outputDataset, data, file)
    said.type(measure, PM.Measure, file)
    said.state(measure, PM.countedOn, data, file)
    said.refer(measure, PM.clock, Refers.COLUMN, f"{name}#{dataset}.at", file)
    return said.harvested(file, contract=name)


def claims_of(*ports: tuple[str, str]) -> Harvested:
    said = Statements(PRODUCT)
    said.type(PRODUCT, DPROD.DataProduct, HERE)
    for name, contract_id in ports:
        said.state(PRODUCT, DPROD.outputPort, part("ports", name), HERE)
        said.refer(part("ports", name), DCT.conformsTo, Refers.CONTRACT, contract_id, HERE)
    return said.harvested(HERE)


def test_two_contracts_of_a_product_that_name_a_measure_alike_are_told() -> None:
    both = claims_of(("a", "c-a"), ("b", "c-b"))
    product = together(both, measured("c-a", "x"), measured("c-b", "y"))[PRODUCT]
    rows = part("measures", "Rows")
    assert objects(product, rows, PM.countedOn) == {part("datasets", "a", "x")}
    unknown = [f.message for f in product.findings if f.standard == "unknown-reference"]
    assert len(unknown) == 1
    assert "c-a#x.at" in unknown[0]
    (finding,) = [f for f in product.findings if f.standard == "stated-twice"]
    assert (finding.severity, finding.focus, finding.file) == (
        Severity.VIOLATION,
        rows,
        "c-b.odcs.yaml",
    )
    assert "c-a.odcs.yaml" in finding.message


def test_one_contract_behind_two_ports_has_its_measure_once() -> None:
    both = claims_of(("a", "c-a"), ("b", "c-a"))
    product = together(both, measured("c-a", "x"))[PRODUCT]
    assert objects(product, part("measures", "Rows"), PM.countedOn) == {part("datasets", "a", "x")}
    assert not [f for f in product.findings if f.standard == "stated-twice"]


def test_a_contract_that_nobody_claims_is_a_product() -> None:
    made = together(contract("prod"))
    assert objects(made[CONTRACT], CONTRACT, DCT.title) == {Literal("Orders contract")}


def test_a_claim_that_nothing_answers_is_told_at_its_line() -> None:
    product = together(descriptor(claims="c-9"))[PRODUCT]
    (finding,) = product.findings
    assert (finding.standard, finding.line, finding.file) == ("unknown-reference", 1, HERE.file)
    assert "'c-9'" in finding.message


def test_one_contract_in_two_files_is_refused_in_both() -> None:
    other = Statements(CONTRACT)
    other.state(CONTRACT, DCT.title, Literal("Something else"), Origin("copy.yaml", 1, 1))
    made = together(contract("prod"), other.harvested(Origin("copy.yaml", 1, 1), contract="c-1"))
    assert not made[CONTRACT].facts
    assert {f.file for f in made[CONTRACT].findings} == {"copy.yaml", THERE.file}
    assert {f.standard for f in made[CONTRACT].findings} == {"stated-twice"}


def test_the_same_words_in_two_files_are_one_statement() -> None:
    made = together(contract("prod"), contract("prod"))
    assert made[CONTRACT].facts
    assert not made[CONTRACT].findings


def test_the_models_of_a_project_unite_with_it() -> None:
    project = Iri(f"{BASE}products/shop")
    whole = Statements(project)
    whole.state(project, DCT.title, Literal("shop"), HERE)
    one = contract("a", name="model.shop.a", subject=project)
    two = Statements(project)
    two.state(project, DPROD.outputPort, part("ports", "b", of=project), THERE)
    made = together(whole.harvested(HERE), one, two.harvested(THERE, contract="model.shop.b"))
    assert set(made) == {project}
    assert len(objects(made[project], project, DPROD.outputPort)) == 2


def test_a_project_whose_models_are_all_claimed_is_no_product_itself() -> None:
    project = Iri(f"{BASE}products/shop")
    whole = Statements(project)
    whole.state(project, PM.codeComponent, part("code", "dbt", of=project), HERE)
    model = contract("a", name="model.shop.a", subject=project)
    made = together(descriptor(claims="model.shop.a"), model, whole.harvested(HERE))
    assert set(made) == {PRODUCT}
    assert objects(made[PRODUCT], PRODUCT, PM.codeComponent) == {part("code", "dbt")}


def model(name: str, *derived_from: str) -> Harvested:
    project = Iri(f"{BASE}products/shop")
    said = Statements(project)
    data = part("datasets", name, of=project)
    port = part("ports", name, of=project)
    said.state(project, DPROD.outputDataset, data, THERE)
    said.state(project, DPROD.outputPort, port, THERE)
    said.state(port, DCAT.servesDataset, data, THERE)
    for other in derived_from:
        source = part("datasets", other, "columns", "id", of=project)
        said.state(
            part("datasets", name, "columns", "id", of=project), PROV.wasDerivedFrom, source, THERE
        )
    return said.harvested(THERE, contract=f"model.shop.{name}")


def claiming(product: str, name: str) -> Harvested:
    subject = Iri(f"{BASE}products/{product}")
    said = Statements(subject)
    port = part("ports", "out", of=subject)
    said.state(subject, DPROD.outputPort, port, HERE)
    said.refer(port, DCT.conformsTo, Refers.CONTRACT, f"model.shop.{name}", HERE)
    return said.harvested(HERE)


def test_lineage_between_models_follows_them_to_the_products_that_claim_them() -> None:
    made = together(
        claiming("one", "a"), claiming("two", "b"), model("a"), model("b", "a", "c"), model("c")
    )
    two = made[Iri(f"{BASE}products/two")]
    column = part("datasets", "out", "b", "columns", "id", of=Iri(f"{BASE}products/two"))
    assert objects(two, column, PROV.wasDerivedFrom) == {
        part("datasets", "out", "a", "columns", "id", of=Iri(f"{BASE}products/one")),
        part("datasets", "c", "columns", "id", of=Iri(f"{BASE}products/shop")),
    }


def refer(refers: Refers, name: str, predicate: Iri = DPROD.domain) -> Harvested:
    said = Statements(PRODUCT)
    said.type(PRODUCT, DPROD.DataProduct, HERE)
    said.refer(PRODUCT, predicate, refers, name, HERE)
    return said.harvested(HERE)


def test_a_domain_answers_to_its_iri_its_last_segment_and_its_label() -> None:
    for name in (SALES, "sales", "Sales", "sales & orders"):
        product = together(refer(Refers.DOMAIN, name), register=governance())[PRODUCT]
        assert objects(product, PRODUCT, DPROD.domain) == {SALES}


def test_a_name_that_is_not_registered_is_told_with_those_that_are() -> None:
    product = together(refer(Refers.DOMAIN, "slaes"), register=governance())[PRODUCT]
    assert not objects(product, PRODUCT, DPROD.domain)
    assert "sales" in product.findings[0].fix


def test_a_name_that_two_things_answer_to_is_not_guessed() -> None:
    known = governance()
    known.add([Triple(Iri(f"{BASE}eu/sales"), RDF.type, PM.Domain)])
    product = together(refer(Refers.DOMAIN, "sales"), register=known)[PRODUCT]
    assert not objects(product, PRODUCT, DPROD.domain)
    assert "several" in product.findings[0].message


def test_an_unknown_polyseme_blocks() -> None:
    product = together(
        refer(Refers.POLYSEME, f"{BASE}polysemes/Usr", PM.identifies), register=governance()
    )[PRODUCT]
    assert product.findings[0].severity is Severity.VIOLATION


def test_a_link_binds_where_it_leads_to_a_polyseme_or_scheme_and_is_a_link_elsewhere() -> None:
    def linked(target: str) -> Iterable[Iri]:
        made = together(refer(Refers.DEFINITION, target, RDFS.seeAlso), register=governance())
        return {t.predicate for t in made[PRODUCT].facts if t.object == target}

    assert linked(USER) == {PM.identifies}
    assert linked(SCHEME) == {PM.identifierScheme}
    assert linked("https://wiki.example/user") == {RDFS.seeAlso}


def test_a_link_that_is_no_iri_is_told_and_not_stated() -> None:
    product = together(refer(Refers.DEFINITION, "see the wiki", RDFS.seeAlso))[PRODUCT]
    assert [f.standard for f in product.findings] == ["invalid-iri"]
    assert not objects(product, PRODUCT, RDFS.seeAlso)


def test_an_input_port_finds_the_ports_of_a_contract_of_the_same_run() -> None:
    reader = Iri(f"{BASE}products/report")
    said = Statements(reader)
    said.refer(part("inputs", "orders", of=reader), PM.readsFrom, Refers.UPSTREAM, "c-1", HERE)
    said.refer(
        part("datasets", "r", "columns", "o", of=reader),
        PROV.wasDerivedFrom,
        Refers.COLUMN,
        "c-1#orders.ID",
        HERE,
    )
    made = together(said.harvested(HERE), descriptor(), contract("prod"))[reader]
    assert objects(made, part("inputs", "orders", of=reader), PM.readsFrom) == {
        part("ports", "orders")
    }
    assert objects(made, part("datasets", "r", "columns", "o", of=reader), PROV.wasDerivedFrom) == {
        part("datasets", "orders", "orders", "columns", "id")
    }
