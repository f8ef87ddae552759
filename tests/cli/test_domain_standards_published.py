"""A domain's standards on the write path: the server says what the team's own check said."""

from pathlib import Path

import pytest
import small_mesh
from cli_running import Command
from small_mesh import BASE, SALES
from test_domain_standards import CONTRACT

KEYWORDS = f"{SALES}/standards/keywords"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "repository"
    place.mkdir()
    (place / "orders.odcs.yaml").write_text(CONTRACT, encoding="utf-8")
    (place / "mesh.ttl").write_text(small_mesh.HEAD + small_mesh.DECISION, encoding="utf-8")
    (place / "polyseme.toml").write_text(f'base_iri = "{BASE}"', encoding="utf-8")
    small_mesh.layer(place)
    monkeypatch.setenv("POLYSEME_HOME", str(tmp_path / "home"))
    return place


def of_sales(told: dict[str, list[dict[str, list[dict[str, object]]]]]) -> list[dict[str, object]]:
    """The findings of the domain's own standards, each with all its fields."""
    return [
        finding
        for product in told["products"]
        for finding in product["findings"]
        if finding["standard"] == KEYWORDS
    ]


def test_harvest_refuses_with_the_findings_that_validate_told(
    polyseme: Command, repository: Path
) -> None:
    given = ("--standards", repository / "standards", "--format", "json")
    checked = polyseme("validate", repository, *given)
    (repository / "polyseme.toml").write_text(
        f'base_iri = "{BASE}"\nstandards = ["standards"]', encoding="utf-8"
    )
    published = polyseme("harvest", repository, "--format", "json")
    assert (checked.code, published.code) == (1, 1)
    assert of_sales(checked.told) == of_sales(published.told) != []
    orders = next(row for row in published.told["products"] if row["iri"].endswith("orders"))
    assert orders["outcome"] == "quarantined"


def test_without_the_setting_neither_knows_of_them(polyseme: Command, repository: Path) -> None:
    checked = polyseme("validate", repository, "--format", "json")
    published = polyseme("harvest", repository, "--format", "json")
    assert of_sales(checked.told) == of_sales(published.told) == []
