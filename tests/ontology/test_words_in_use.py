"""Code, shapes, queries and examples use no word that the ontology does not declare."""

import ast
from pathlib import Path

import pytest

import catalog_service
from catalog_service import bundled, terms
from catalog_service.governance.vocabulary import (
    declared,
    undeclared,
    used_by_query,
    used_by_turtle,
)

ROOT = Path(catalog_service.__file__).parents[1]
NAMED = {name: value for name, value in vars(terms).items() if isinstance(value, terms.Namespace)}
FOLDERS = ("catalog_service", "harvesters", "shapes", "ontology", "examples", "bench", "tests")


def files(pattern: str) -> list[Path]:
    return sorted(file for folder in FOLDERS for file in (ROOT / folder).rglob(pattern))


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("namespace", sorted(NAMED))
def test_each_name_in_terms_is_declared_in_the_ontology(namespace: str) -> None:
    missing = [iri for iri in NAMED[namespace].terms.values() if iri not in declared()]
    assert not missing


def test_each_word_of_ours_in_the_ontology_is_a_name_in_terms() -> None:
    ours = {iri for iri in declared() if iri.startswith(terms.PM.base)}
    assert ours == set(terms.PM.terms.values())


def test_each_namespace_has_one_prefix() -> None:
    assert sorted(terms.PREFIXES.values()) == sorted(space.base for space in terms.NAMESPACES)
    assert {space.base for space in NAMED.values()} == set(terms.PREFIXES.values())


def test_python_code_names_only_terms_that_there_are() -> None:
    wrong = []
    for file in files("*.py"):
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                space = NAMED.get(node.value.id)
                known = space is None or node.attr in space.terms or hasattr(space, node.attr)
                if not known and _from_terms(file, node.value.id):
                    wrong.append(f"{name(file)}:{node.lineno} {node.value.id}.{node.attr}")
    assert not wrong


def _from_terms(file: Path, namespace: str) -> bool:
    """Whether a module imports the namespace from terms, rather than a library's of that name."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "catalog_service.terms"
        and namespace in {alias.name for alias in node.names}
        for node in ast.walk(parsed(file))
    )


@pytest.mark.parametrize("file", files("*.rq"), ids=name)
def test_each_query_names_only_known_terms(file: Path) -> None:
    assert undeclared(used_by_query(file.read_text(encoding="utf-8"))) == ()


@pytest.mark.parametrize("file", files("*.rq"), ids=name)
def test_each_query_uses_the_prefixes_that_are_the_same_everywhere(file: Path) -> None:
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("PREFIX "):
            _, prefix, base = line.split()
            assert terms.PREFIXES.get(prefix.removesuffix(":")) == base.strip("<>"), line


@pytest.mark.parametrize(
    "file",
    [file for file in files("*.ttl") if "dbt_packages" not in file.parts],
    ids=name,
)
def test_each_turtle_file_names_only_known_terms(file: Path) -> None:
    assert undeclared(used_by_turtle(file.read_text(encoding="utf-8"))) == ()


def test_the_ontology_folder_is_the_one_of_the_checkout() -> None:
    assert bundled.folder("ontology") == ROOT / "ontology"
