"""Plans: whom a change breaks, whom it concerns, and whether the version announces it."""

import pytest

from catalog_service.domain.rdf import Literal, Triple
from catalog_service.graph import Store, View
from catalog_service.services.changes import (
    Bump,
    Change,
    Impact,
    Kind,
    Plan,
    Use,
    bump,
    dependants,
    next_version,
    plan,
    uses,
)
from catalog_service.terms import CSVW, DCAT, DCT, DPROD, PM, RDF, XSD, Iri

PRODUCTS = "https://mesh.media.example/products/"
PROFILES = Iri(f"{PRODUCTS}users.profiles")
LISTENERS = Iri(f"{PRODUCTS}podcasts.listeners")
DEMOGRAPHICS = Iri(f"{PRODUCTS}podcasts.demographics")
DATASET = Iri(f"{PROFILES}/datasets/profiles")
PORT = Iri(f"{PROFILES}/ports/sql")
CROSSWALK = Iri(f"{PROFILES}/crosswalks/listener-to-user")


def column(name: str) -> Iri:
    return Iri(f"{DATASET}/columns/{name}")


def gone(view: View, *parts: Iri, version: str = "") -> tuple[Triple, ...]:
    """What is published of the profiles, without some parts, and with another version."""
    left = (t for t in view.graph(PROFILES) if t.subject not in parts and t.object not in parts)
    if not version:
        return tuple(left)
    kept = (t for t in left if t.predicate != DCAT.version)
    return (*kept, Triple(PROFILES, DCAT.version, Literal(version)))


def test_a_column_is_used_by_the_columns_that_come_from_it(view: View) -> None:
    found = uses(view, PROFILES, [column("birth_date")])
    (use,) = found[column("birth_date")]
    assert use.product == LISTENERS
    assert use.place.startswith(f"{LISTENERS}/datasets/")


def test_a_port_is_used_by_every_input_port_that_reads_it(view: View) -> None:
    found = uses(view, PROFILES, [PORT])
    assert {use.product for use in found[PORT]} == {LISTENERS, DEMOGRAPHICS}


def test_a_dataset_is_used_through_its_ports_and_through_its_columns(view: View) -> None:
    places = {use.place for use in uses(view, PROFILES, [DATASET])[DATASET]}
    assert f"{DEMOGRAPHICS}/ports/profiles" in places
    assert any(place.startswith(f"{LISTENERS}/datasets/") for place in places)


def test_a_whole_product_is_used_by_all_that_read_a_port_of_it(view: View) -> None:
    found = uses(view, PROFILES, [PROFILES])
    assert {use.product for use in found[PROFILES]} == {LISTENERS, DEMOGRAPHICS}


def test_a_crosswalk_is_used_by_the_columns_that_it_leads_on() -> None:
    scheme, place = Iri("https://x.example/schemes/cart"), Iri("https://x.example/p/carts/c")
    other, dataset = Iri("https://x.example/p/carts"), Iri("https://x.example/p/carts/d")
    schema, walk = Iri("https://x.example/p/carts/s"), Iri("https://x.example/p/ids/walk")
    store = Store()
    store.replace(
        {
            other: [
                Triple(other, DPROD.outputDataset, dataset),
                Triple(dataset, CSVW.tableSchema, schema),
                Triple(schema, CSVW.column, place),
                Triple(place, PM.identifierScheme, scheme),
            ],
            Iri("https://x.example/p/ids"): [Triple(walk, PM.fromScheme, scheme)],
        }
    )
    found = uses(store.view(), Iri("https://x.example/p/ids"), [walk])
    assert found == {walk: (Use(other, place),)}


def test_a_registered_consumer_without_an_input_port_is_a_user() -> None:
    product, port = Iri("https://x.example/p"), Iri("https://x.example/p/ports/a")
    team, edge = Iri("https://x.example/teams/t"), Iri("https://x.example/c/1")
    store = Store()
    stated = [Triple(edge, PM.consumes, port), Triple(edge, PM.consumer, team)]
    store.replace({product: [Triple(product, DPROD.outputPort, port)], edge: stated})
    assert uses(store.view(), product, [port]) == {port: (Use(team, edge),)}
    (found,) = dependants(store.view(), product, [team])
    assert (found.iri, found.domain, found.owner, found.broken) == (team, None, None, True)


def test_a_removed_column_breaks_who_names_it_and_concerns_who_rests_on_those(view: View) -> None:
    made = plan(view, PROFILES, gone(view, column("birth_date")))
    assert [change.kind for change in made.breaking] == [Kind.COLUMN_REMOVED]
    assert [each.iri for each in made.broken] == [LISTENERS]
    assert [each.iri for each in made.affected] == [DEMOGRAPHICS]
    assert made.affected[0].domain == "https://mesh.media.example/domains/podcasts"
    assert made.affected[0].owner == "https://mesh.media.example/agents/podcasts-team"


def test_a_column_that_a_crosswalk_leads_to_is_missed_by_who_goes_that_way(view: View) -> None:
    made = plan(view, PROFILES, gone(view, column("user_id")))
    kinds = {change.kind: change for change in made.breaking}
    assert set(kinds) == {Kind.COLUMN_REMOVED, Kind.CROSSWALK_CHANGED}
    assert {use.product for use in made.uses[kinds[Kind.CROSSWALK_CHANGED]]} == {LISTENERS}
    assert kinds[Kind.COLUMN_REMOVED] not in made.uses


def test_what_nobody_names_breaks_nobody(view: View) -> None:
    was = Triple(column("user_id"), CSVW.datatype, XSD.string)
    left = [triple for triple in view.graph(PROFILES) if triple != was]
    made = plan(view, PROFILES, [*left, was._replace(object=XSD.date)])
    assert [change.kind for change in made.breaking] == [Kind.TYPE_CHANGED]
    assert not made.broken
    assert {each.iri for each in made.affected} == {LISTENERS, DEMOGRAPHICS}


def test_words_concern_nobody(view: View) -> None:
    stated = Triple(PROFILES, DCT.description, Literal("Another word"))
    made = plan(view, PROFILES, (*view.graph(PROFILES), stated))
    assert [change.impact for change in made.changes] == [Impact.INFORMATIONAL]
    assert made.dependants == ()


def test_a_new_product_concerns_nobody_and_asks_for_no_version(view: View) -> None:
    new = Iri(f"{PRODUCTS}new")
    made = plan(view, new, [Triple(new, RDF.type, DPROD.DataProduct)])
    assert [change.kind for change in made.changes] == [Kind.PRODUCT_ADDED]
    assert (made.required, made.announced, made.dependants) == (Bump.NONE, True, ())


def test_a_product_that_would_be_gone_breaks_all_its_readers(view: View) -> None:
    made = plan(view, PROFILES, [])
    assert {each.iri for each in made.broken} == {LISTENERS, DEMOGRAPHICS}
    assert not made.announced


def test_nothing_changed_is_no_change_however_a_number_is_written(view: View) -> None:
    target = Triple(Iri(f"{PORT}/slo/freshness"), PM.target, Literal("60.000", XSD.decimal))
    written = [t for t in view.graph(PROFILES) if t[:2] != target[:2]]
    assert plan(view, PROFILES, [*written, target]).changes == ()


@pytest.mark.parametrize("version", ["2.0.0", "2.0.0-rc.1", "3.1.4"])
def test_a_breaking_change_is_announced_by_a_major_version(view: View, version: str) -> None:
    made = plan(view, PROFILES, gone(view, column("birth_date"), version=version))
    assert made.required is Bump.MAJOR
    assert made.announced


@pytest.mark.parametrize("version", ["", "1.3.0", "1.0.0", "two"])
def test_no_other_version_announces_it(view: View, version: str) -> None:
    made = plan(view, PROFILES, gone(view, column("birth_date"), version=version))
    assert not made.announced
    assert made.needed == "2.0.0"


def test_a_compatible_change_asks_for_a_minor_version_and_words_for_a_patch() -> None:
    def of(kind: Kind) -> Plan:
        change = Change(kind, PROFILES, "p")
        return Plan(PROFILES, "1.2.3", "1.2.4", (change,), {}, ())

    assert (of(Kind.COLUMN_ADDED).needed, of(Kind.COLUMN_ADDED).announced) == ("1.3.0", False)
    assert (of(Kind.DESCRIBED).needed, of(Kind.DESCRIBED).announced) == ("1.2.4", True)
    assert (of(Kind.VERSION_CHANGED).needed, of(Kind.VERSION_CHANGED).announced) == ("1.2.3", True)


@pytest.mark.parametrize(
    ("before", "after", "rise"),
    [
        ("1.2.3", "2.0.0", Bump.MAJOR),
        ("0.9.0", "1.0.0", Bump.MAJOR),
        ("0.1.0", "0.2.0", Bump.MINOR),
        ("1.9.0", "1.10.0", Bump.MINOR),
        ("1.2.3", "1.2.4", Bump.PATCH),
        ("1.2.3", "1.2.3", Bump.NONE),
        ("1.2.3", "1.2.3+build.2", Bump.NONE),
        ("2.0.0", "1.9.9", Bump.NONE),
        ("2.0.0-rc.1", "2.0.0", Bump.PATCH),
        ("2.0.0-rc.2", "2.0.0-rc.10", Bump.PATCH),
        ("2.0.0-rc.2", "2.0.0-rc.1", Bump.NONE),
        ("2.0.0", "2.0.0-rc.1", Bump.NONE),
        ("1.0", "2.0", Bump.NONE),
        ("", "1.0.0", Bump.NONE),
        ("1.0.0", "٢.0.0", Bump.NONE),
    ],
)
def test_versions_rise_as_semantic_versioning_counts(before: str, after: str, rise: Bump) -> None:
    assert bump(before, after) is rise


def test_there_is_no_next_version_of_what_is_none() -> None:
    assert next_version("latest", Bump.MAJOR) == ""
    assert next_version("0.3.1", Bump.MAJOR) == "1.0.0"
