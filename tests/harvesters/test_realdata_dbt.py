"""dbt artifacts that others wrote: each gives a product, or the reason why not."""

from collections.abc import Iterator
from pathlib import Path
from time import process_time

import pytest

from catalog_service.domain.rdf import iri
from catalog_service.errors import Unreadable
from catalog_service.harvesting import Document, Faulty, Harvested, Names, Source
from catalog_service.terms import DCT, DPROD, Iri
from harvesters.dbt import DbtHarvester
from harvesters.dbt.artifacts import Kind, identify
from harvesters.dbt.manifest import NEWEST, OLDEST

pytestmark = pytest.mark.realdata
FOLDERS = ("dbt", "catalog-openmetadata/OpenMetadata/dbt")


def files(realdata: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted((realdata / folder).rglob("*.json"))


def harvested(file: Path, realdata: Path) -> list[Harvested | Faulty]:
    document = Document(file, str(file.relative_to(realdata)))
    return list(DbtHarvester().harvest(Source([document], Names("https://mesh.example/"))))


def test_every_file_is_known_and_answered(realdata: Path) -> None:
    assert list(files(realdata))
    for file in files(realdata):
        artifact = identify(Document(file, file.name))
        assert artifact is not None, file
        found = harvested(file, realdata)
        for fault in (part for part in found if isinstance(part, Faulty)):
            assert fault.message, file
            assert fault.fix, file
            assert fault.origin.line >= 1, file
        manifest = artifact.kind is Kind.MANIFEST
        if manifest and OLDEST <= artifact.version <= NEWEST:
            assert all(isinstance(part, Harvested) for part in found), found
            assert found, file
        elif manifest:
            assert len(found) == 1, file
        else:
            assert not any(isinstance(part, Harvested) for part in found), file


def test_every_fact_has_its_place_and_is_well_formed(realdata: Path) -> None:
    for file in files(realdata):
        for part in harvested(file, realdata):
            if isinstance(part, Faulty):
                continue
            for (subject, _, value), origin in part.facts:
                assert origin.line >= 1, origin
                assert (realdata / origin.file).is_file(), origin
                assert subject == part.subject or subject.startswith(f"{part.subject}/")
                for term in (subject, value):
                    if isinstance(term, str):
                        iri(term)


def test_a_manifest_of_a_megabyte_is_read_in_well_under_a_second(realdata: Path) -> None:
    folder = realdata / "dbt" / "dbt-artifacts-parser" / "manifest" / "v12" / "jaffle_shop"
    started = process_time()
    parts = harvested(folder / "manifest_1.12.json", realdata)
    assert len(parts) == 14
    assert process_time() - started < 1


def test_the_public_models_of_a_real_project_are_its_ports(realdata: Path) -> None:
    folder = realdata / "dbt" / "generated" / "chinook_media_dbt1.11.16"
    parts = [p for p in harvested(folder / "manifest.json", realdata) if isinstance(p, Harvested)]
    product = Iri("https://mesh.example/products/chinook_media")
    triples = {fact.triple for part in parts for fact in part.facts}
    ports = {t.object for t in triples if t[:2] == (product, DPROD.outputPort)}
    names = ("artist_revenue.v1", "artist_revenue.v2", "fct_track_sales")
    assert ports == {Iri(f"{product}/ports/{name}") for name in names}
    owner = {t.object for t in triples if t.predicate == DPROD.dataProductOwner}
    assert owner == {Iri("mailto:sales@example.org")}
    assert not {t for t in triples if t[:2] == (product, DCT.description)}


def test_other_files_are_not_taken_for_dbts(realdata: Path) -> None:
    others = [f for f in realdata.rglob("*.json") if "dbt" not in f.relative_to(realdata).parts]
    assert others
    taken = set()
    for file in others:
        try:
            if DbtHarvester().recognises(Document(file, file.name)):
                taken.add(str(file.relative_to(realdata)))
        except Unreadable:
            continue
    assert not taken
