"""PolyMesh-Bench at sizes that take seconds: its questions, oracles and rivals still fit together."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("duckdb_extension_tpch", reason="wants the extra `bench`")

from bench.polymesh import beside, evaluator, rules
from bench.polymesh.__main__ import main
from bench.polymesh.measuring import differing, measured, published
from bench.polymesh.meshes import MESHES, Drawn, drawn
from catalog_service.bootstrap import Catalog


@pytest.fixture(scope="module")
def wholesale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Drawn, Catalog]]:
    place = tmp_path_factory.mktemp("wholesale").resolve()
    made = drawn(MESHES["tpch"], 0.002, place / "mesh")
    with published(made.folder, place / "home", made.mesh.base) as catalog:
        yield made, catalog


def test_answers_are_those_over_the_true_identities_and_those_of_python(
    wholesale: tuple[Drawn, Catalog],
) -> None:
    made, catalog = wholesale
    served = evaluator.tables(made.hand, made.files)
    for asked in made.mesh.questions:
        answer = catalog.correlate(asked.question, asker=rules.ASKER).arrow()
        assert answer.num_rows > 0
        assert differing(made.truth, asked.true, answer) == 0, asked.name
        assert evaluator.differing(made.mesh.reading, asked, served, answer) == 0, asked.name


def test_an_oracle_sees_a_wrong_figure(wholesale: tuple[Drawn, Catalog]) -> None:
    made, catalog = wholesale
    served = evaluator.tables(made.hand, made.files)
    one, other = made.mesh.questions[0], made.mesh.questions[2]
    answer = catalog.correlate(one.question, asker=rules.ASKER).arrow()
    less = answer.slice(1)
    assert differing(made.truth, one.true, less) == 1
    assert evaluator.differing(made.mesh.reading, one, served, less) == 1
    shared = catalog.correlate(replace(other.question, sharing="duplicate"), asker=rules.ASKER)
    assert differing(made.truth, other.true, shared.arrow()) > 0


def test_a_cost_is_told_with_what_is_written_by_hand(wholesale: tuple[Drawn, Catalog]) -> None:
    made, catalog = wholesale
    cost = measured(made.mesh.questions[4], catalog, made)
    assert (cost.rows, cost.wrong) == (1, 0)
    assert min(cost.fresh, cost.run, cost.pushed, cost.plain, cost.bound) > 0


def test_what_is_written_by_hand_is_right_and_one_naive_join_is_not(tmp_path: Path) -> None:
    for mesh, size in ((MESHES["media"], 60), (MESHES["tpch"], 0.001)):
        made = drawn(mesh, size, tmp_path.resolve() / mesh.name)
        for asked in mesh.questions:
            for text in (asked.pushed, asked.plain):
                found = made.hand.execute(text.format(**made.files)).to_arrow_table()
                assert differing(made.truth, asked.true, found) == 0, asked.name
        _, rows, wrong, _ = beside.naive(made)
        assert isinstance(wrong, int)
        assert isinstance(rows, int)
        assert wrong > rows / 2


def test_rules_for_shared_cards_hold(wholesale: tuple[Drawn, Catalog], tmp_path: Path) -> None:
    made, catalog = wholesale
    found = rules.kept(catalog, made.truth, made.folder, tmp_path / "promised")
    assert [row[-1] for row in found] == [0, 0, 0], found


@pytest.mark.filterwarnings("default")  # another project's warnings are its own
def test_a_semantic_layer_is_asked_the_same(wholesale: tuple[Drawn, Catalog]) -> None:
    pytest.importorskip("boring_semantic_layer", reason="wants the extra `bench`")
    made, _ = wholesale
    asked = made.mesh.questions[0]
    few = replace(made, mesh=replace(made.mesh, questions=(asked,)))
    ((name, rows, wrong, *_),) = beside.layered(few, {asked.name: 1.0})
    assert (name, rows, wrong) == (asked.name, 5, 0)


def test_an_unknown_mesh_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["--mesh", "nowhere"])
