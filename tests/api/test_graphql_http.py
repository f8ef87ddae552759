"""The audit that the people behind GraphQL over HTTP keep, against the running server."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from asking import catalog_of, mesh
from node_packages import PACKAGES, run
from test_server import served

from catalog_service.api.app import create_app

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "graphql-http.md"
AUDIT = """
const { auditServer } = require('graphql-http');
auditServer({ url: process.argv[1] }).then((results) => {
  const told = results.map(({ id, name, status, reason }) => ({ id, name, status, reason }));
  console.log(JSON.stringify(told));
});
"""
LEVELS = ("MUST", "SHOULD", "MAY")


class Audited(NamedTuple):
    id: str
    name: str
    status: str

    @property
    def level(self) -> str:
        return self.name.split()[0]


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> list[Audited]:
    home = tmp_path_factory.mktemp("served")
    with catalog_of(home, mesh()) as catalog, served(create_app(catalog)) as address:
        results = json.loads(run(AUDIT, f"{address}/graphql"))
    return [Audited(told["id"], told["name"], told["status"]) for told in results]


def test_every_audit_passes(audited: list[Audited]) -> None:
    assert [audit for audit in audited if audit.status != "ok"] == []
    assert len(audited) == 61


def test_the_page_tells_what_was_audited(audited: list[Audited]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\w+) (.+) \| (\w+) \|$", page, re.MULTILINE)
    assert [Audited(id_, f"{level} {rest}", status) for id_, level, rest, status in rows] == audited
    counts = Counter(audit.level for audit in audited)
    for level in LEVELS:
        assert f"| {level} | {counts[level]} of {counts[level]} |" in page
    (version,) = (told for told in PACKAGES if told.startswith("graphql-http@"))
    assert f"`{version}`" in page
