"""polyseme plan: what a working copy would change, whom it breaks, and how a run ends."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_running import BROKEN, MESH, Command

BASE = "https://mesh.media.example/"
PROFILES = f"{BASE}products/users.profiles"
DEMOGRAPHICS = f"{BASE}products/podcasts.listener_demographics"
COUNTRY = f"{PROFILES}/datasets/profiles/profiles/columns/country"


class Copy:
    """The files of the users' team, to change."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(shutil.copytree(MESH / "users", folder / "users"))
        self.contract = self.folder / "profiles.odcs.yaml"
        self.descriptor = self.folder / "profiles.odps.yaml"

    def edit(self, file: Path, old: str, new: str) -> None:
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def drop(self, column: str) -> None:
        text = self.contract.read_text(encoding="utf-8")
        start = text.index(f"      - name: {column}\n")
        end = text.index("      - name: ", start + 1)
        self.contract.write_text(text[:start] + text[end:], encoding="utf-8")

    def version(self, version: str) -> None:
        self.edit(self.descriptor, "version: 1.2.0", f"version: {version}")


@pytest.fixture
def users(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def planned(polyseme: Command, home: Path, users: Copy, *more: str) -> dict[str, dict[str, object]]:
    """The products of a plan in JSON, by IRI."""
    ran = polyseme("--home", home, "plan", users.folder, "--format", "json", *more)
    return {product["iri"]: product for product in ran.told["products"]}


def test_what_is_published_as_it_stands_changes_nothing(
    polyseme: Command, home: Path, users: Copy
) -> None:
    ran = polyseme("--home", home, "plan", users.folder, "--fail-on", "any")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("0 products of 2 would change · gate: conforms")


def test_a_removed_column_is_named_with_who_uses_it_and_who_owns_that(
    polyseme: Command, home: Path, users: Copy
) -> None:
    users.drop("country")
    ran = polyseme("--home", home, "plan", users.folder)
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[0] == "product users.profiles  1.2.0 → 1.2.0, asks for 2.0.0 (major)"
    assert lines[1] == (
        "  - profiles.country   BREAKING   column removed"
        "   used by podcasts.listener_demographics.country"
    )
    assert lines[2].startswith("  broken     Podcast listener demographics (podcasts.listener_d")
    assert lines[2].endswith("domain podcasts   owner Bo Ferrand")
    assert f"refused  {PROFILES}  1 violation" in ran.out
    assert "1 breaking · downstream: 1 broken, 0 affected · owners Bo Ferrand" in lines[-1]


def test_json_has_the_change_its_users_and_the_versions(
    polyseme: Command, home: Path, users: Copy
) -> None:
    users.drop("country")
    told = planned(polyseme, home, users)[PROFILES]
    assert told["version"] == {
        "before": "1.2.0", "after": "1.2.0", "rise": "none", "required": "major",
        "announced": False, "needed": "2.0.0",
    }  # fmt: skip
    assert told["conforms"] is False
    assert told["changes"] == [
        {
            "kind": "column-removed",
            "impact": "breaking",
            "why": "Queries that name it fail.",
            "thing": COUNTRY,
            "name": "profiles.country",
            "before": "",
            "after": "",
            "used_by": [
                {
                    "product": DEMOGRAPHICS,
                    "place": f"{DEMOGRAPHICS}/datasets/listener_demographics"
                    "/listener_demographics/columns/country",
                }
            ],
        }
    ]
    assert told["broken"] == [
        {
            "iri": DEMOGRAPHICS,
            "name": "Podcast listener demographics",
            "domain": f"{BASE}domains/podcasts",
            "domain_name": "podcasts",
            "owner": "mailto:bo.ferrand@media.example",
            "owner_name": "Bo Ferrand",
        }
    ]


def test_a_new_major_version_announces_what_breaks(
    polyseme: Command, home: Path, users: Copy
) -> None:
    users.drop("country")
    users.version("2.0.0")
    ran = polyseme("--home", home, "plan", users.folder)
    assert ran.code == 0, ran.out
    assert "product users.profiles  1.2.0 → 2.0.0\n" in ran.out
    assert "BREAKING   column removed   used by podcasts.listener_demographics" in ran.out
    assert polyseme("--home", home, "plan", users.folder, "--fail-on", "any").code == 1


def test_a_compatible_change_fails_only_where_any_may(
    polyseme: Command, home: Path, users: Copy
) -> None:
    users.edit(users.contract, "value: 6\n", "value: 5\n")
    asked = ("--home", home, "plan", users.folder)
    ran = polyseme(*asked)
    assert ran.code == 0
    assert "~ profiles.Freshness   compatible   objective tightened: at most 360 MIN" in ran.out
    assert "asks for 1.3.0 (minor)" in ran.out
    assert polyseme(*asked, "--fail-on", "any").code == 1
    users.version("1.3.0")
    assert polyseme(*asked, "--fail-on", "any").code == 0


def test_reasons_are_told_when_asked_for(polyseme: Command, home: Path, users: Copy) -> None:
    users.drop("country")
    asked = ("--home", home, "plan", users.folder)
    assert "Queries that name it fail." not in polyseme(*asked).out
    assert "      Queries that name it fail.\n" in polyseme(*asked, "-v").out


def test_markdown_lists_changes_and_owners_and_calls_nobody(
    polyseme: Command, home: Path, users: Copy
) -> None:
    users.drop("country")
    users.edit(users.contract, "url: https://models.media.example/users/profile",
               "url: https://models.media.example/users/@bo|<b>")  # fmt: skip
    out = polyseme("--home", home, "plan", users.folder, "--format", "markdown").out
    assert out.startswith("<!-- polyseme plan -->\n**polyseme plan**: ")
    assert (
        "| **breaking** | profiles.country | column removed | Queries that name it fail. |" in out
    )
    assert "| **broken** | Podcast listener demographics | podcasts | Bo Ferrand |" in out
    assert "<b>" not in out
    assert "@bo" not in out


def test_a_folder_of_files_may_stand_for_what_is_published(
    polyseme: Command, tmp_path: Path, users: Copy
) -> None:
    users.drop("country")
    asked = ("--home", tmp_path / "none", "plan", users.folder, "--against", MESH)
    ran = polyseme(*asked)
    assert ran.code == 1
    assert "used by podcasts.listener_demographics.country" in ran.out
    assert not (tmp_path / "none").exists()


def test_what_does_not_conform_in_that_folder_is_no_ground_to_compare_on(
    polyseme: Command, tmp_path: Path, users: Copy
) -> None:
    ran = polyseme("--home", tmp_path / "none", "plan", users.folder, "--against", BROKEN)
    assert ran.code == 3  # one file of the folder cannot be read
    assert "broken-charts does not conform in" in ran.err
    assert "product users.profiles  new 1.2.0" in ran.out


def test_without_anything_published_there_is_nothing_to_compare_with(
    polyseme: Command, tmp_path: Path, users: Copy
) -> None:
    ran = polyseme("--home", tmp_path / "none", "plan", users.folder)
    assert ran.code == 2
    assert "Traceback" not in ran.err
    ran = polyseme("--home", tmp_path, "plan", users.folder, "--against", users.contract)
    assert ran.code == 2
    assert "profiles.odcs.yaml is no folder" in ran.err


def test_what_cannot_be_read_is_told_and_weighs_most(
    polyseme: Command, home: Path, users: Copy
) -> None:
    shutil.copy(BROKEN / "truncated.odcs.yaml", users.folder)
    ran = polyseme("--home", home, "plan", users.folder)
    assert ran.code == 3
    assert "truncated.odcs.yaml:" in ran.out
    assert "1 file not compared" in ran.out
    told = polyseme("--home", home, "plan", users.folder, "--format", "json").told
    assert [row["outcome"] for row in told["lost"]] == ["unreadable"]
    assert told["summary"]["exit"] == 3


def test_what_the_gate_refuses_ends_with_one(polyseme: Command, home: Path, users: Copy) -> None:
    for file in (users.descriptor, users.contract):
        users.edit(file, "role: owner", "role: developer")
    ran = polyseme("--home", home, "plan", users.folder)
    assert ran.code == 1
    assert "informational   owner changed: ana.lindholm@media.example" in ran.out
    assert f"refused  {PROFILES}" in ran.out
    assert "gate: 1 refused" in ran.out


def test_a_decision_as_it_stands_changes_nothing(polyseme: Command, home: Path) -> None:
    ran = polyseme("--home", home, "plan", MESH / "governance")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("0 decisions of 10 would change · 0 products of 0 would change")


def test_a_format_that_a_plan_is_not_written_in_is_refused(polyseme: Command, home: Path) -> None:
    ran = polyseme("--home", home, "plan", "--format", "sarif")
    assert ran.code == 2
    assert "text, json, markdown" in ran.err


@pytest.fixture
def governance(tmp_path: Path) -> Path:
    """The decisions of the federation, to change."""
    folder = Path(shutil.copytree(MESH / "governance", tmp_path / "governance"))
    (folder / "polyseme.toml").write_text(f'base_iri = "{BASE}"\n')
    return folder


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_decision_that_changes_what_products_rest_on_is_told_with_them(
    polyseme: Command, home: Path, governance: Path
) -> None:
    edit(governance / "polyseme-user.ttl", "{64}$", "{32}$")
    edit(governance / "users.ttl", '"Users team"@en', '"The users"@en')
    ran = polyseme("--home", home, "plan", governance)
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[0] == "decision polyseme-user"
    assert lines[1] == (
        "  ~ identifier scheme email-sha256   BREAKING   pm:pattern: ^[0-9a-f]{64}$ → ^[0-9a-f]{32}$"
    )
    assert lines[2].startswith(
        "    broken     Podcast listens (podcasts.listens)   domain podcasts"
    )
    assert lines[2].endswith("owner Bo Ferrand")
    assert "decision users" in lines
    assert "  ~ team users   informational   skos:prefLabel: Users team → The users" in lines
    assert lines[-1].startswith("2 decisions of 10 would change · 0 products of 0 would change")
    told = polyseme("--home", home, "plan", governance, "--format", "json").told
    (changed,) = (each for each in told["decisions"] if each["iri"].endswith("polyseme-user"))
    (ruling,) = changed["changes"]
    assert (ruling["sort"], ruling["change"], ruling["impact"]) == (
        "identifier scheme", "changed", "breaking"
    )  # fmt: skip
    assert {each["owner_name"] for each in ruling["concerned"]} == {"Bo Ferrand", "Ana Lindholm"}
    assert told["summary"]["decisions_changed"] == 2


def test_what_moves_from_one_decision_to_another_is_not_lost(
    polyseme: Command, home: Path, governance: Path
) -> None:
    users = governance / "users.ttl"
    text = users.read_text(encoding="utf-8")
    start = text.index("system:user-registry a pm:OperationalSystem")
    users.write_text(text[:start], encoding="utf-8")
    gone = polyseme("--home", home, "plan", governance)
    assert gone.code == 1
    assert "- operational system user-registry" in gone.out
    artists = governance / "artists.ttl"
    artists.write_text(artists.read_text(encoding="utf-8") + text[: text.index("decision:users")]
                       + text[start:], encoding="utf-8")  # fmt: skip
    moved = polyseme("--home", home, "plan", governance)
    assert "- operational system user-registry" not in moved.out
    assert "+ operational system user-registry" in moved.out


def test_a_new_waiver_is_told_with_the_product_it_excuses(
    polyseme: Command, home: Path, tmp_path: Path
) -> None:
    waiver = tmp_path / "waiver.ttl"
    until = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    made = polyseme("--home", home, "waive", "management-ports", PROFILES, "--reason", "moving",
                    "--until", until, "--output", waiver)  # fmt: skip
    assert made.code == 0, made.err
    ran = polyseme("--home", home, "plan", waiver)
    assert "  new\n" in ran.out
    assert "+ waiver management-ports-" in ran.out
    assert "affected   User profiles (users.profiles)" in ran.out


def test_a_plan_is_written_to_files_as_well(
    polyseme: Command, home: Path, users: Copy, tmp_path: Path
) -> None:
    users.drop("country")
    outputs = [f"{name}:{tmp_path / 'out' / name}" for name in ("markdown", "json", "text")]
    asked = [part for one in outputs for part in ("--output", one)]
    ran = polyseme("--home", home, "plan", users.folder, *asked)
    assert ran.code == 1
    assert (tmp_path / "out" / "markdown").read_text().startswith("<!-- polyseme plan -->")
    assert json.loads((tmp_path / "out" / "json").read_text())["summary"]["breaking"] == 1
    assert "Queries that name it fail." in (tmp_path / "out" / "text").read_text()


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (("sarif:plan.sarif",), "they are text, json, markdown"),
        (("markdown",), "names no file"),
        (("markdown:one", "json:one"), "names one twice"),
        (("markdown:pyproject.toml/plan",), "cannot be written"),
    ],
)
def test_a_plan_that_cannot_be_written_exits_2(
    polyseme: Command, home: Path, users: Copy, output: tuple[str, ...], said: str
) -> None:
    asked = [part for one in output for part in ("--output", one)]
    ran = polyseme("--home", home, "plan", users.folder, *asked)
    assert ran.code == 2
    assert said in ran.err
    over = polyseme("--home", home, "plan", users.folder, "--output", f"json:{users.contract}")
    assert over.code == 2
    assert "would write over" in over.err
