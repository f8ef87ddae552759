"""polyseme show: what joins with what, and the network effect in figures."""

from pathlib import Path

import pytest
from cli_running import Command

BASE = "https://mesh.media.example/"
LISTENS, PLAYS = f"{BASE}products/podcasts.listens", f"{BASE}products/streaming.plays"


def test_a_polyseme_tells_what_joins_and_how(polyseme: Command, home: Path) -> None:
    lines = polyseme("--home", home, "show", "user").out.splitlines()
    assert any(line.startswith("can be joined: ") for line in lines)
    told = polyseme("--home", home, "show", "user", "--format", "json").told["joinable"]
    (path,) = [
        path for path in told["paths"]
        if {path["left"]["product"], path["right"]["product"]} == {LISTENS, PLAYS}
    ]  # fmt: skip
    crosswalks = [iri.rpartition("/")[2] for iri in path["crosswalks"]]
    assert crosswalks == ["email-to-user", "account-to-user"]
    assert path["coverage"] is None
    assert told["total"] == len(told["paths"])


def test_a_polyseme_tells_each_domain_beside_the_others(polyseme: Command, home: Path) -> None:
    lines = polyseme("--home", home, "show", "user").out.splitlines()
    start = lines.index("in each domain") + 1
    assert lines[start].split() == ["domain", "means", "identified", "by", "carried", "by"]
    rows = [line.split("  ")[0] for line in lines[start + 1 :] if line]
    assert {"podcasts", "streaming", "users"} <= set(rows)


def test_a_domain_tells_what_it_is_worth_to_others(polyseme: Command, home: Path) -> None:
    assert "network effect" in polyseme("--home", home, "show", f"{BASE}domains/users").out
    told = polyseme("--home", home, "show", f"{BASE}domains/users", "--format", "json").told
    assert told["network"]["possible_pairs"] == 2 * 6
    assert told["network"]["joined_pairs"] > 0
    assert told["network"]["composition_depth"] is None


def test_the_mesh_is_told_where_nothing_is_named(polyseme: Command, home: Path) -> None:
    told = polyseme("--home", home, "show", "--format", "json").told
    assert told["counts"]["products"] == 8
    network = told["network"]
    assert network["joinable_pairs"] == pytest.approx(
        network["joined_pairs"] / network["possible_pairs"]
    )
    page = polyseme("--home", home, "show").out
    assert f"{network['joined_pairs']} of {network['possible_pairs']} · " in page
    assert "products on the longest chain" in page
