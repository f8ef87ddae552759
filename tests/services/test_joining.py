"""Which products join on a polyseme, against looking at every pair of columns."""

from hypothesis import given
from networks import PERCENT, Made, at, measured, meshes

from catalog_service.domain.rdf import Triple
from catalog_service.graph import Store, View
from catalog_service.services import polysemes
from catalog_service.terms import Iri

THING = at("polysemes", 0)
HALF = 0.5


def paths(view: View, polyseme: Iri = THING) -> tuple[polysemes.JoinPath, ...]:
    return polysemes.joinable(view, [polyseme])[polyseme].paths(100)


@given(meshes())
def test_the_pairs_are_those_found_by_looking_at_all(made: Made) -> None:
    view = made.view()
    known = polysemes.polysemes(view)
    for number in (0, 1):
        expected = {
            tuple(sorted((at("products", one), at("products", other))))
            for one, other in made.pairs(number)
        }
        found = polysemes.joinable(view, [at("polysemes", number)])
        if at("polysemes", number) not in known:
            assert found == {}
            continue
        joinable = found[at("polysemes", number)]
        listed = [path.pair for path in joinable.paths(1000)]
        assert listed == sorted(expected)
        assert joinable.total == len(expected)


@given(meshes())
def test_pages_put_together_are_the_whole_list(made: Made) -> None:
    for joinable in polysemes.joinable(made.view(), [THING]).values():
        pages: list[polysemes.JoinPath] = []
        while more := joinable.paths(2, pages[-1].pair if pages else None):
            pages += more
        assert tuple(pages) == joinable.paths(1000)


def test_the_path_with_the_fewest_crosswalks_is_told() -> None:
    made = Made(
        homes=(0, 1),
        keys=(((0, 1), (0, 2)), ((0, 3), (0, 2))),
        hubs={0: 0},
        walks=((1, 0, True), (3, 0, True)),
    )
    (path,) = paths(made.view())
    assert (path.left.scheme, path.right.scheme, path.crosswalks) == (
        at("schemes", 2), at("schemes", 2), (),
    )  # fmt: skip


def test_a_crosswalk_that_nobody_serves_joins_nothing() -> None:
    made = Made(homes=(0, 1), keys=(((0, 1),), ((0, 0),)), hubs={0: 0}, walks=((1, 0, False),))
    assert paths(made.view()) == ()


def test_a_crosswalk_that_may_not_be_seen_joins_nothing() -> None:
    made = Made(
        homes=(0, 1, 2), keys=((), ((0, 1),), ((0, 0),)), hubs={0: 0}, walks=((1, 0, True),)
    )
    whole = made.view()
    assert len(paths(whole)) == 1
    store = Store()
    store.replace({graph: whole.graph(graph) for graph in whole.graphs()})
    seen = store.view(
        [at("decisions", "mesh"), at("products", 1), at("products", 2)]
    )  # product 0 serves the crosswalk
    assert paths(seen) == ()


WALKED = Made(homes=(0, 1), keys=(((0, 1),), ((0, 0),)), hubs={0: 0}, walks=((1, 0, True),))
WALK = at("products", 0, "crosswalks", 0)


def covered(*told: Triple) -> float | None:
    whole = WALKED.view()
    store = Store()
    store.replace({graph: whole.graph(graph) for graph in whole.graphs()})
    store.replace({at("products", 0, "observed"): told})
    (path,) = paths(store.view())
    return path.coverage


def test_coverage_is_unknown_where_nobody_measured_it() -> None:
    assert covered() is None


def test_coverage_is_the_latest_share_that_was_measured() -> None:
    told = [*measured(WALK, "97", PERCENT, 1), *measured(WALK, "50", PERCENT, 2)]
    assert covered(*told) == HALF
    assert covered(*measured(WALK, "0.5", None, 1)) == HALF


def test_what_is_no_share_is_no_coverage() -> None:
    assert covered(*measured(WALK, "12", None, 1)) is None


def test_two_crosswalks_were_measured_apart() -> None:
    made = Made(
        homes=(0, 1),
        keys=(((0, 1),), ((0, 2),)),
        hubs={0: 0},
        walks=((1, 0, True), (2, 0, True)),
    )
    (path,) = paths(made.view())
    assert (len(path.crosswalks), path.coverage) == (2, None)


def test_each_domain_has_its_meaning_beside_the_others() -> None:
    made = Made(homes=(0, 1, None), keys=(((0, 1),), ((0, 0), (0, 1)), ((0, 0),)))
    view = made.view()
    found = polysemes.side_by_side(
        polysemes.local_concepts(view, [THING]).get(THING, ()),
        polysemes.carriers(view, [THING])[THING],
    )
    assert [(meaning.domain, meaning.schemes) for meaning in found] == [
        (at("domains", 0), (at("schemes", 1),)),
        (at("domains", 1), (at("schemes", 0), at("schemes", 1))),
        (None, (at("schemes", 0),)),
    ]


def test_a_concept_that_names_no_domain_is_of_the_domain_whose_data_is_about_it() -> None:
    made = Made(homes=(0, 1), keys=(((0, 1),), ((0, 0),)))
    view = made.view()
    (column, *_) = polysemes.carriers(view, [THING])[THING]
    concept = polysemes.LocalConcept(
        at("concepts", "c"), "c", "", None, (THING,), (column.dataset,)
    )
    found = polysemes.side_by_side((concept,), polysemes.carriers(view, [THING])[THING])
    assert [meaning.concepts for meaning in found] == [(concept,), ()]
