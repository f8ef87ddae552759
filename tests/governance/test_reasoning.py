"""The rules: what follows from what products state, and for which of them."""

from collections.abc import Mapping

import pytest
import rdflib

from catalog_service.domain.rdf import Triple, line
from catalog_service.governance import reasoning
from catalog_service.governance.closure import derivable, ontology
from catalog_service.governance.reasoning import (
    dependants,
    graph_of,
    inferences,
    inferred,
    rules,
    settle,
    strata,
)
from catalog_service.governance.rule import Rule
from catalog_service.graph import Store, parse
from catalog_service.terms import (
    DCT,
    PM,
    PREFIXES,
    PROV,
    RDF,
    RDFS,
    VOID,
    Iri,
)

BASE = "https://mesh.example/"
HEAD = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items()) + (
    f"@prefix m: <{BASE}> .\n"
)
DECISION = """
m:media a pm:Domain . m:audio a pm:Domain ; skos:broader m:media .
m:podcasts a pm:Domain ; skos:broader m:audio .
m:User a pm:Polyseme .
"""
USERS = """
m:users a dprod:DataProduct ; dprod:domain m:media ;
  dprod:outputPort m:users-sql ; dprod:outputDataset m:users-data .
m:users-sql a dcat:DataService ; dcat:servesDataset m:users-data .
m:users-data a dcat:Dataset ; csvw:tableSchema m:users-schema .
m:users-schema csvw:column m:users-born , m:users-id .
m:users-born a csvw:Column ; pm:sensitivity pm:Restricted .
m:users-id a csvw:Column ; pm:sensitivity pm:Internal .
"""
LISTENERS = """
m:listeners a dprod:DataProduct ; dprod:domain m:podcasts ; dprod:inputPort m:listeners-in ;
  dprod:outputPort m:listeners-out ; dprod:outputDataset m:listeners-data .
m:listeners-in pm:readsFrom m:users-sql .
m:listeners-out a dcat:DataService ; dcat:servesDataset m:listeners-data .
m:listeners-data a dcat:Dataset ; pm:about m:Listener ; csvw:tableSchema m:listeners-schema .
m:Listener a pm:LocalConcept ; pm:interprets m:User .
m:listeners-schema csvw:column m:listeners-age , m:listeners-id .
m:listeners-age a csvw:Column ; pm:sensitivity pm:Public ; prov:wasDerivedFrom m:users-born .
m:listeners-id a csvw:Column ; pm:sensitivity pm:Internal ; prov:wasDerivedFrom m:users-id .
"""
REPORTS = """
m:reports a dprod:DataProduct ; dprod:domain m:audio ; dprod:inputPort m:reports-in ;
  dprod:outputDataset m:reports-data .
m:reports-in pm:readsFrom m:listeners-out .
m:reports-data csvw:tableSchema m:reports-schema .
m:reports-schema csvw:column m:reports-age .
m:reports-age prov:wasDerivedFrom m:listeners-age .
"""
PRODUCTS = {"users": USERS, "listeners": LISTENERS, "reports": REPORTS}


def m(name: str) -> Iri:
    return Iri(BASE + name)


def triples(turtle: str) -> tuple[Triple, ...]:
    return parse(HEAD + turtle, "turtle")


def state(store: Store, **graphs: str) -> list[Iri]:
    store.replace({m(name): triples(turtle) for name, turtle in graphs.items()})
    return [m(name) for name in graphs]


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Triple, ...]:
    return parse(ontology(tmp_path_factory.mktemp("cache")).closed, "ntriples")


@pytest.fixture
def store(closed: tuple[Triple, ...]) -> Store:
    store = Store()
    store.replace({Iri(PM.base.rstrip("#")): closed})
    state(store, decision=DECISION)
    return store


@pytest.fixture
def mesh(store: Store) -> Store:
    settle(store, state(store, **PRODUCTS))
    return store


def said(store: Store, subject: str, predicate: Iri) -> set[str]:
    """What is inferred about anything of one product with that predicate, as `node value`."""
    return {
        f"{s.removeprefix(BASE)} {str(o).rpartition('/')[2].rpartition('#')[2]}"
        for s, p, o in store.view().graph(graph_of(m(subject)))
        if p == predicate
    }


def everything(store: Store) -> Mapping[Iri, frozenset[Triple]]:
    view = store.view()
    return {name: frozenset(view.graph(name)) for name in view.graphs()}


# The files


def test_each_rule_says_in_a_sentence_what_it_derives() -> None:
    assert {rule.name for rule in rules()} == {
        "lineage",
        "sub-domain",
        "sub-class",
        "dataset-polyseme",
        "exposure",
        "sensitivity",
    }
    for rule in rules():
        assert rule.says[0].isupper()
        assert rule.says.endswith(".")


def test_no_rule_reads_what_its_own_or_a_later_stratum_concludes() -> None:
    done: set[str] = set()
    for stratum in strata():
        assert all(set(rule.after) <= done for rule in stratum)
        done |= {rule.name for rule in stratum}
    assert len({rule.concludes for rule in rules()}) == len(rules())


@pytest.mark.parametrize(
    "text",
    [
        "CONSTRUCT { ?a pm:about ?b }\nWHERE { ?a pm:about ?b }\n",
        "# Derives two things.\nCONSTRUCT { ?a pm:about ?b . ?b pm:about ?a }\nWHERE { }\n",
    ],
    ids=["no sentence", "two kinds of triple"],
)
def test_a_file_that_has_not_the_form_of_a_rule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"odd\.rq"):
        Rule.read("odd", text)


# What follows


def test_a_product_is_derived_from_the_product_whose_port_it_reads(mesh: Store) -> None:
    assert said(mesh, "listeners", PROV.wasDerivedFrom) == {"listeners users"}


@pytest.mark.parametrize(
    "stated",
    [
        "m:other-schema csvw:column m:other-c . m:other-c prov:wasDerivedFrom m:users-born .",
        "m:other dprod:outputPort m:other-out . m:other-out prov:wasDerivedFrom m:users-sql .",
        "m:other dprod:outputDataset m:other-d . m:other-d prov:wasDerivedFrom m:users-data .",
    ],
    ids=["column", "port", "dataset"],
)
def test_a_product_is_derived_from_the_product_that_its_parts_come_from(
    stated: str, store: Store
) -> None:
    other = f"m:other a dprod:DataProduct . {stated}"
    settle(store, state(store, users=USERS, other=other))
    assert said(store, "other", PROV.wasDerivedFrom) == {"other users"}
    assert dependants(store.view(), [m("users")]) == (m("other"),)


def test_columns_of_one_product_do_not_derive_it_from_itself(store: Store) -> None:
    inside = USERS + "m:users-id prov:wasDerivedFrom m:users-born ."
    settle(store, state(store, users=inside))
    assert said(store, "users", PROV.wasDerivedFrom) == set()


def test_lineage_is_one_step_and_longer_ways_are_a_path(mesh: Store) -> None:
    assert said(mesh, "reports", PROV.wasDerivedFrom) == {"reports listeners"}
    query = f"SELECT ?product ?all WHERE {{ ?product <{PROV.wasDerivedFrom}>+ ?all }}"
    rows = mesh.view().select(query, product=m("reports"))
    assert {row.iri("all") for row in rows} == {m("listeners"), m("users")}


def test_a_product_that_reads_itself_is_derived_from_itself(store: Store) -> None:
    loop = USERS + "m:users dprod:inputPort m:users-in . m:users-in pm:readsFrom m:users-sql ."
    settle(store, state(store, users=loop))
    assert said(store, "users", PROV.wasDerivedFrom) == {"users users"}


def test_a_product_is_in_its_domain_and_in_all_above(mesh: Store) -> None:
    assert said(mesh, "listeners", PM.inDomain) == {
        "listeners podcasts",
        "listeners audio",
        "listeners media",
    }


@pytest.mark.parametrize(
    ("stated", "concluded"),
    [
        ('m:users dprod:domain "media" .', PM.inDomain),
        ('m:users-data pm:about m:User . m:User pm:interprets "user" .', DCT.subject),
        (
            'm:users-schema csvw:column m:users-id . m:users-id prov:wasDerivedFrom "x" .',
            PM.exposes,
        ),
    ],
)
def test_nothing_follows_from_mere_text(stated: str, concluded: Iri, store: Store) -> None:
    settle(store, state(store, users=stated))
    assert said(store, "users", concluded) == set()


def test_a_dataset_about_a_local_concept_is_about_its_polyseme(mesh: Store) -> None:
    assert said(mesh, "listeners", DCT.subject) == {"listeners-data User"}


def test_what_is_of_a_class_is_of_every_class_above(mesh: Store) -> None:
    assert {
        "listeners Resource",
        "listeners-data Resource",
        "listeners-out Resource",
        "Listener Concept",
    } == said(mesh, "listeners", RDF.type)


def test_the_rule_for_classes_agrees_with_owlrl(store: Store, closed: tuple[Triple, ...]) -> None:
    own = LISTENERS + "m:walk a pm:Crosswalk . m:deal a odrl:Offer . m:use a pm:Consumption ."
    settle(store, state(store, listeners=own))
    oracle = rdflib.Graph()
    for triple in (*closed, *triples(own)):
        if triple.predicate in {RDF.type, RDFS.subClassOf}:
            oracle.parse(data=line(triple), format="nt")
    nodes = {subject for subject, _, _ in triples(own)}
    expected = {
        (str(s), str(o)) for s, p, o in derivable(oracle) if str(p) == RDF.type and str(s) in nodes
    }
    found = {(s, o) for s, p, o in store.view().graph(graph_of(m("listeners"))) if p == RDF.type}
    assert found == expected
    assert {(m("walk"), VOID.Linkset), (m("walk"), VOID.Dataset)} <= found


def test_a_decision_infers_classes_too(store: Store) -> None:
    settle(store, [m("decision")])
    assert "User Concept" in said(store, "decision", RDF.type)


# Sensitivity along lineage


def test_a_column_exposes_what_it_was_derived_from(mesh: Store) -> None:
    assert said(mesh, "listeners", PM.exposes) == {
        "listeners-age users-born",
        "listeners-id users-id",
    }


def test_a_column_is_as_sensitive_as_what_it_exposes(mesh: Store) -> None:
    assert said(mesh, "listeners", PM.effectiveSensitivity) == {
        "listeners-age Restricted",
        "listeners-id Internal",
        "listeners-data Restricted",
        "listeners-out Restricted",
        "listeners Restricted",
    }


def test_sensitivity_reaches_over_several_products(mesh: Store) -> None:
    assert said(mesh, "reports", PM.effectiveSensitivity) == {
        "reports-age Restricted",
        "reports-data Restricted",
        "reports Restricted",
    }


def test_a_product_is_as_sensitive_as_what_its_ports_serve(store: Store) -> None:
    served = USERS.replace(" ; dprod:outputDataset m:users-data", "")
    settle(store, state(store, users=served))
    assert "users Restricted" in said(store, "users", PM.effectiveSensitivity)


def test_a_technical_measure_protects_what_comes_after_it(store: Store) -> None:
    safe = LISTENERS + "m:listeners-age dpv:hasTechnicalMeasure dpv:Deidentification ."
    settle(store, state(store, users=USERS, listeners=safe, reports=REPORTS))
    assert said(store, "listeners", PM.exposes) == {"listeners-id users-id"}
    assert "listeners-age Public" in said(store, "listeners", PM.effectiveSensitivity)
    assert "reports-age Public" in said(store, "reports", PM.effectiveSensitivity)


def test_sensitivity_passes_through_columns_of_the_same_product(store: Store) -> None:
    chain = USERS + (
        "m:users-schema csvw:column m:users-year , m:users-band ."
        "m:users-year prov:wasDerivedFrom m:users-born ."
        "m:users-band prov:wasDerivedFrom m:users-year ; pm:sensitivity pm:Public ."
    )
    settle(store, state(store, users=chain))
    assert {"users-year Restricted", "users-band Restricted"} <= said(
        store, "users", PM.effectiveSensitivity
    )


def test_a_dataset_is_at_least_as_sensitive_as_it_says(store: Store) -> None:
    stated = (
        "m:users dprod:outputDataset m:users-data ; dprod:outputPort m:users-sql ."
        "m:users-sql dcat:servesDataset m:users-data ."
        "m:users-data dprod:informationSensitivityClassification pm:Confidential ;"
        " csvw:tableSchema m:users-schema . m:users-schema csvw:column m:users-id ."
        "m:users-id pm:sensitivity pm:Internal ."
    )
    settle(store, state(store, users=stated))
    assert said(store, "users", PM.effectiveSensitivity) == {
        "users-id Internal",
        "users-data Confidential",
        "users-sql Confidential",
        "users Confidential",
    }


def test_columns_that_derive_from_each_other_come_to_an_end(store: Store) -> None:
    circle = USERS + (
        "m:users-born prov:wasDerivedFrom m:users-id . m:users-id prov:wasDerivedFrom m:users-born ."
    )
    settle(store, state(store, users=circle))
    assert {"users-born Restricted", "users-id Restricted"} <= said(
        store, "users", PM.effectiveSensitivity
    )


def test_nothing_is_guessed_where_no_level_is_known(store: Store) -> None:
    settle(store, state(store, users="m:users-schema csvw:column m:users-id ."))
    assert said(store, "users", PM.effectiveSensitivity) == set()


# What holds of all of it


def test_what_a_product_states_is_never_inferred(store: Store) -> None:
    stated = LISTENERS + (
        "m:listeners prov:wasDerivedFrom m:users ; pm:inDomain m:audio ; a dcat:Resource ."
        "m:listeners-data dct:subject m:User . m:listeners-age pm:exposes m:users-born ."
        "m:listeners-id pm:effectiveSensitivity pm:Internal ."
    )
    settle(store, state(store, users=USERS, listeners=stated))
    found = store.view().graph(graph_of(m("listeners")))
    assert found
    assert not set(found) & set(triples(stated))


def test_each_inferred_triple_can_say_why_it_holds(mesh: Store) -> None:
    found = inferences(mesh.view(), m("listeners"))
    because = {inferred.triple: inferred.rule for inferred in found}
    reason = because[Triple(m("listeners"), PROV.wasDerivedFrom, m("users"))]
    assert reason.name == "lineage"
    assert "reads" in reason.says
    assert set(because) == set(mesh.view().graph(graph_of(m("listeners"))))
    assert inferred(mesh.view(), m("listeners")) == tuple(because)


def test_each_rule_run_once_in_order_is_the_fixpoint(mesh: Store) -> None:
    subjects = [m(name) for name in PRODUCTS]
    settled = everything(mesh)
    again = Store()
    again.replace({name: facts for name, facts in settled.items() if "/inferred" not in name})
    for _ in range(10):
        before = everything(again)
        again.replace({graph_of(s): inferred(again.view(), s) for s in subjects})
        if everything(again) == before:
            break
    assert everything(again) == settled


def test_asking_about_all_at_once_gives_what_asking_about_each_gives(mesh: Store) -> None:
    view = mesh.view()
    for rule in rules():
        rows = view.select(rule.everywhere)
        for subject in (*(m(name) for name in PRODUCTS), m("decision")):
            each = set(view.construct(rule.query, product=subject))
            at_once = {rule.conclusion(row) for row in rows if row["product"] == subject}
            assert at_once == each, (rule.name, subject)


@pytest.mark.parametrize("way", [0, 1000], ids=["each", "all at once"])
def test_both_ways_settle_the_same(way: int, mesh: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    settled = everything(mesh)
    mesh.replace({graph_of(m(name)): () for name in PRODUCTS})
    monkeypatch.setattr(reasoning, "_GRAPHS_PER_SUBJECT", way)
    settle(mesh, [m(name) for name in PRODUCTS])
    assert everything(mesh) == settled


def test_filling_a_new_store_infers_what_settling_does(mesh: Store) -> None:
    settled = everything(mesh)
    mesh.replace({graph_of(m(name)): () for name in PRODUCTS})
    reasoning.fill(mesh, [m(name) for name in PRODUCTS])
    assert everything(mesh) == settled


def test_filling_infers_nothing_about_others(mesh: Store) -> None:
    mesh.replace({graph_of(m(name)): () for name in PRODUCTS})
    reasoning.fill(mesh, [m("users")])
    there = set(everything(mesh))
    assert graph_of(m("users")) in there
    assert graph_of(m("listeners")) not in there


def test_the_order_in_which_products_settle_does_not_matter(
    mesh: Store, closed: tuple[Triple, ...]
) -> None:
    other = Store()
    other.replace({Iri(PM.base.rstrip("#")): closed})
    state(other, decision=DECISION)
    for name in reversed(PRODUCTS):
        (subject,) = state(other, **{name: PRODUCTS[name]})
        settle(other, (subject, *dependants(other.view(), [subject])))
    assert everything(other) == everything(mesh)


def test_settling_twice_changes_nothing(mesh: Store) -> None:
    assert settle(mesh, [m(name) for name in PRODUCTS]) == {}


def test_settling_one_product_touches_no_other(mesh: Store) -> None:
    before = everything(mesh)
    state(mesh, users=USERS.replace("pm:Restricted", "pm:Public"))
    assert set(settle(mesh, [m("users")])) == {graph_of(m("users"))}
    after = everything(mesh)
    assert after[graph_of(m("listeners"))] == before[graph_of(m("listeners"))]


def test_a_product_that_is_gone_infers_nothing(mesh: Store) -> None:
    mesh.replace({m("reports"): ()})
    assert settle(mesh, [m("reports")]) == {graph_of(m("reports")): ()}
    assert not mesh.view().sees(graph_of(m("reports")))


# Who has to be settled again


def test_readers_and_those_who_expose_its_columns_depend_on_a_product(mesh: Store) -> None:
    assert dependants(mesh.view(), [m("users")]) == (m("listeners"), m("reports"))
    assert dependants(mesh.view(), [m("listeners")]) == (m("reports"),)
    assert dependants(mesh.view(), [m("reports")]) == ()


def test_nobody_depends_on_columns_past_a_protective_measure(store: Store) -> None:
    safe = (
        "m:listeners-age dpv:hasTechnicalMeasure dpv:Deidentification ."
        "m:listeners-id dpv:hasTechnicalMeasure dpv:Deidentification ."
    )
    settle(store, state(store, users=USERS, listeners=LISTENERS + safe, reports=REPORTS))
    assert dependants(store.view(), [m("users")]) == (m("listeners"),)


def test_products_in_or_below_its_domains_depend_on_a_decision(mesh: Store) -> None:
    below = (m("listeners"), m("reports"), m("users"))
    assert dependants(mesh.view(), [m("decision")]) == below


def test_a_product_is_not_its_own_dependant(mesh: Store) -> None:
    assert dependants(mesh.view(), [m("users"), m("listeners")]) == (m("reports"),)


@pytest.mark.parametrize(
    "change",
    [
        USERS.replace("pm:Restricted", "pm:Public"),
        USERS.replace("dprod:outputPort m:users-sql ;", ""),
        USERS.replace("m:users-born ,", ""),
        "",
    ],
    ids=["a lower level", "a port gone", "a column gone", "all gone"],
)
def test_after_a_change_the_mesh_is_as_if_it_had_always_been_so(
    change: str, mesh: Store, closed: tuple[Triple, ...]
) -> None:
    due = dependants(mesh.view(), [m("users")])
    state(mesh, users=change)
    settle(mesh, {m("users"), *due, *dependants(mesh.view(), [m("users")])})
    fresh = Store()
    fresh.replace({Iri(PM.base.rstrip("#")): closed})
    settle(fresh, state(fresh, decision=DECISION, **PRODUCTS | {"users": change}))
    fresh.replace({graph_of(m("decision")): ()})
    assert everything(mesh) == everything(fresh)
