"""Damaged contracts and descriptors are answered, whatever the damage; none raises."""

from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_service.domain.rdf import line
from catalog_service.harvesting import Document, Faulty, Harvested, Harvester, Names, Source, plain
from harvesters.odcs import OdcsHarvester
from harvesters.odps import OdpsHarvester

ROOT = Path(__file__).parents[2] / "harvesters"
SAMPLES: tuple[tuple[Harvester, Path], ...] = (
    (OdcsHarvester(), ROOT / "odcs/samples/version-3/listens.odcs.yaml"),
    (OdcsHarvester(), ROOT / "odcs/samples/version-2/royalties.yaml"),
    (OdpsHarvester(), ROOT / "odps/samples/descriptor/listens.odps.yaml"),
)
ODD: tuple[Any, ...] = (
    None, "", " ", "x", "a b", "a/b#c", "%zz", "https://x/%zz", "[0]", 0, -1, 1.5, True,
    [], ["x"], [["x"]], [{}], {}, {"a": {"b": 1}}, [None], "9" * 600, "\u0000", "P1D", "2026-01-31",
)  # fmt: skip


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside a document."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    found = []
    for key, value in items:
        found.append((*path, key))
        if isinstance(value, dict | list):
            found += places(value, (*path, key))
    return found


def changed(node: Any, path: tuple[Any, ...], value: Any, *, gone: bool) -> Any:
    """A document with one value replaced, or taken out."""
    key, *rest = path
    copy = dict(node) if isinstance(node, dict) else list(node)
    if rest:
        copy[key] = changed(node[key], tuple(rest), value, gone=gone)
    elif gone:
        del copy[key]
    else:
        copy[key] = value
    return copy


def answered(harvester: Harvester, file: Path) -> Harvested | Faulty:
    """The one answer to a file: well formed, whichever it is."""
    (found,) = harvester.harvest(Source([Document(file, file.name)], Names("https://m.example/")))
    if isinstance(found, Faulty):
        assert found.message
        assert found.fix
        return found
    facts = "\n".join(line(fact.triple) for fact in found.facts)
    assert list(pyoxigraph.parse(facts, format=pyoxigraph.RdfFormat.N_TRIPLES))
    assert all(fact.origin.line for fact in found.facts)
    assert all(fact.triple.subject.startswith(found.subject) for fact in found.facts)
    return found


@pytest.mark.parametrize(("harvester", "sample"), SAMPLES, ids=[s.stem for _, s in SAMPLES])
@settings(max_examples=80)
@given(data=st.data())
def test_no_change_of_a_value_is_beyond_an_answer(
    harvester: Harvester,
    sample: Path,
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    document = plain(Document(sample, sample.name).yaml())
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(document)))
        odd = data.draw(st.sampled_from(ODD))
        document = changed(document, path, odd, gone=data.draw(st.booleans()))
    file = tmp_path_factory.getbasetemp() / "damaged.yaml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    answered(harvester, file)


@pytest.mark.parametrize(("harvester", "sample"), SAMPLES, ids=[s.stem for _, s in SAMPLES])
def test_a_file_cut_short_after_any_line_is_answered(
    harvester: Harvester, sample: Path, tmp_path: Path
) -> None:
    lines = sample.read_text(encoding="utf-8").splitlines(keepends=True)
    file = tmp_path / "cut.yaml"
    for count in range(1, len(lines), 3):
        file.write_text("".join(lines[:count]) + lines[count][:3], encoding="utf-8")
        answered(harvester, file)


def test_a_contract_of_two_hundred_tables_is_read_whole(tmp_path: Path) -> None:
    columns = "".join(f"  - {{name: c{n}, logicalType: string}}\n" for n in range(20))
    tables = "".join(f"- name: t{n}\n  properties:\n{columns}" for n in range(200))
    file = tmp_path / "wide.yaml"
    file.write_text(f"kind: DataContract\napiVersion: v3.1.0\nid: wide\nschema:\n{tables}")
    found = answered(OdcsHarvester(), file)
    assert isinstance(found, Harvested)
    assert sum(fact.triple.predicate.endswith("#column") for fact in found.facts) == 4000
