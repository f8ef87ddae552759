"""Contracts and descriptors that others wrote: each gives a product, or the reason why not."""

from pathlib import Path

import pyoxigraph
import pytest

from catalog_service.domain.findings import Finding
from catalog_service.domain.rdf import line
from catalog_service.errors import Unreadable
from catalog_service.harvesting import (
    Document,
    Faulty,
    Harvested,
    Harvester,
    Mapping,
    Names,
    Node,
    Sequence,
    Source,
)
from catalog_service.harvesting.runner import harvest
from harvesters.odcs import OdcsHarvester
from harvesters.odps import OdpsHarvester

pytestmark = pytest.mark.realdata
SET_ASIDE = {f"*.{key}" for key in ("price", "logicalTypeOptions", "arguments", "implementation")}
SET_ASIDE |= {
    f"{key}.customProperties"
    for key in ("description", "team", "members", "support", "relationships")
}
"""Keys that are known and set aside with all that is in them, as the READMEs say."""
KINDS: tuple[tuple[str, Harvester], ...] = (
    ("odcs", OdcsHarvester()),
    ("odps-bitol", OdpsHarvester()),
    ("odps-opendataproducts", OdpsHarvester()),
)


def files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.suffix in {".yaml", ".yml", ".json"})


def harvested(harvester: Harvester, file: Path, folder: Path) -> Harvested | Faulty:
    documents = [Document(file, str(file.relative_to(folder)))]
    (found,) = harvester.harvest(Source(documents, Names("https://mesh.example/")))
    return found


@pytest.fixture(params=KINDS, ids=[kind for kind, _ in KINDS])
def kind(request: pytest.FixtureRequest, realdata: Path) -> tuple[Path, Harvester]:
    name, harvester = request.param
    return realdata / name, harvester


def test_every_file_is_answered(kind: tuple[Path, Harvester]) -> None:
    folder, harvester = kind
    assert files(folder)
    for file in files(folder):
        found = harvested(harvester, file, folder)
        if isinstance(found, Faulty):
            assert found.message, file
            assert found.fix, file
            assert found.origin.line > 0, file


def test_every_fact_has_its_line_and_is_one_that_the_store_takes(
    kind: tuple[Path, Harvester],
) -> None:
    folder, harvester = kind
    for file in files(folder):
        found = harvested(harvester, file, folder)
        if isinstance(found, Faulty):
            continue
        assert all(fact.origin.line > 0 for fact in found.facts), file
        assert all(r.origin.line > 0 for r in found.references), file
        text = "\n".join(line(fact.triple) for fact in found.facts)
        parsed = list(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_TRIPLES))
        assert len(parsed) == len(found.facts), file


def test_no_key_is_skipped_in_silence(kind: tuple[Path, Harvester], tmp_path: Path) -> None:
    """A key that nobody knows, put into any mapping that is read, is reported with its line."""
    folder, harvester = kind
    for file in files(folder):
        found = harvested(harvester, file, folder)
        if file.stat().st_size > 20_000 or isinstance(found, Faulty):
            continue
        unread = {f.message.split("`")[1] for f in found.findings if f.standard == "unread-key"}
        lines = file.read_text(encoding="utf-8").split("\n")
        document = Document(file, file.name).yaml()
        for number, column in mappings(document, unread | SET_ASIDE):
            start = lines[number - 1]
            before, after = start[: column - 1], start[column - 1 :]
            if after.startswith("{"):
                continue
            changed = [*lines]
            changed[number - 1 : number] = [f"{before}zzNew: 1", " " * (column - 1) + after]
            broken = tmp_path / "file.yaml"
            broken.write_text("\n".join(changed), encoding="utf-8")
            told = [f.line for f in noticed(harvester, broken) if "zzNew" in f.message]
            assert told == [number], (file, number, start)


def noticed(harvester: Harvester, file: Path) -> tuple[Finding, ...]:
    found = harvested(harvester, file, file.parent)
    assert isinstance(found, Harvested), file
    return found.findings


def mappings(node: Node, aside: set[str], key: str = "", above: str = "") -> list[tuple[int, int]]:
    """The places of all mappings, but of those set aside by their key or by key and parent."""
    if isinstance(node, Sequence):
        return [place for item in node for place in mappings(item, aside, key, above)]
    if not isinstance(node, Mapping) or {key, f"*.{key}", f"{above}.{key}"} & aside:
        return []
    here = [(node.origin.line, node.origin.column)]
    inside = [mappings(value, aside, name, key) for name, value in node.entries.items()]
    return here + [place for places in inside for place in places]


def test_files_are_known_for_what_they_are(kind: tuple[Path, Harvester]) -> None:
    """What states a product is recognised; and no contract is taken for a descriptor."""
    folder, harvester = kind
    others = [OdcsHarvester(), OdpsHarvester()]
    for file in files(folder):
        document = Document(file, file.name)
        try:
            known = [h.kind for h in others if h.recognises(document)]
        except Unreadable:
            known = []
        if isinstance(harvested(harvester, file, folder), Harvested):
            assert known == [harvester.kind], file


def test_a_run_over_the_folder_leaves_no_file_of_its_kind_unanswered(
    kind: tuple[Path, Harvester],
) -> None:
    """What a harvester answers when asked, it is asked in a run; its marks let every file through."""
    folder, harvester = kind
    run = harvest([folder], {harvester.kind: harvester}, base="https://mesh.example/")
    ignored = {Path(row.file) for row in run.files if row.outcome == "ignored"}
    for file in files(folder):
        document = Document(file, file.name)
        try:
            ours = harvester.recognises(document)
        except Unreadable:
            ours = True
        assert (file in ignored) is not ours, file
