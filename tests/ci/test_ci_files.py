"""The hook, the action and the template: they run, and ask only for what the command knows."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog_service.cli.formats import FORMATS
from catalog_service.cli.reference import pages

ROOT = Path(__file__).parents[2]
CI = ROOT / "ci"
MESH = ROOT / "examples" / "media_mesh"
BROKEN = ROOT / "examples" / "broken" / "no-owner.odcs.yaml"
ACTION = ROOT / "action.yml"
TEMPLATE = CI / "gitlab" / "polyseme.gitlab-ci.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"


def read(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a product that does not conform, and the command at hand as CI installs it."""
    for name in [name for name in os.environ if name.startswith(("GIT_", "POLYSEME_", "GITHUB_"))]:
        monkeypatch.delenv(name)
    programs = tmp_path / "polyseme" / "bin"
    programs.mkdir(parents=True)
    command = programs / "polyseme"
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -c'
        ' "from catalog_service.cli import main; main()" "$@"\n'
    )
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    own = Path(sys.executable).parent
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, (programs, own, os.environ["PATH"]))))
    monkeypatch.setenv("RUNNER_TEMP", str(tmp_path))
    checkout = tmp_path / "checkout"
    (checkout / "my products").mkdir(parents=True)
    shutil.copy(BROKEN, checkout / "my products")
    return checkout


def bash(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A script as CI runs it: it ends at the first failure."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("github-actions", ACTION),
        ("github-workflows", CI / "github" / "polyseme.yml"),
        ("gitlab-ci", TEMPLATE),
        ("gitlab-ci", CI / "gitlab" / ".gitlab-ci.yml"),
    ],
    ids=lambda given: given.name if isinstance(given, Path) else given,
)
def test_a_file_is_as_the_schema_of_its_reader_has_it(kind: str, file: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{kind}"]
    done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", [ACTION, TEMPLATE, HOOKS, *CI.rglob(".pre-commit-config.yaml")])
def test_only_options_that_exist_are_asked_for(file: Path) -> None:
    (known,) = re.findall(
        r"## validate\n(.*?)\n## ", pages()["docs/reference/commands.md"], re.DOTALL
    )
    asked = set(re.findall(r"--[a-z][a-z-]+", file.read_text(encoding="utf-8")))
    asked -= {"--quiet"} | {"--format"}  # of pip, and of every verb
    assert asked <= set(re.findall(r"--[a-z][a-z-]+", known))
    formats = set(re.findall(r"--output=([a-z]+):", file.read_text(encoding="utf-8")))
    assert formats <= set(FORMATS)


def checked(place: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The step of the action that checks, with inputs as GitHub hands them over."""
    action = read(ACTION)
    step = action["runs"]["steps"][-1]
    given = {name: str(stated["default"]) for name, stated in action["inputs"].items()} | inputs
    handed = {}
    for variable, expression in step["env"].items():
        named = re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", expression)
        assert named is not None, expression
        handed[variable] = given[named[1]]
    return bash(step["run"], place, **handed)


def test_the_action_annotates_the_line_and_fails_the_step(place: Path) -> None:
    summary = place.parent / "summary.md"
    step = checked(
        place,
        path="my products\n",
        output="sarif:out/polyseme.sarif\njunit:out/junit.xml\n",
    )
    assert step.returncode == 1, step.stderr
    assert "::error file=my products/no-owner.odcs.yaml,line=4" in step.stdout
    assert json.loads((place / "out" / "polyseme.sarif").read_text())["version"] == "2.1.0"
    assert (place / "out" / "junit.xml").is_file()
    assert not summary.exists()
    assert checked(place, **{"exit-zero": "true"}).returncode == 0


def test_the_action_writes_the_summary_of_the_run(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(place.parent / "summary.md"))
    assert checked(place).returncode == 1
    assert "| violation |" in (place.parent / "summary.md").read_text()


def test_the_action_writes_the_plan_as_a_comment(place: Path) -> None:
    inputs = {"path": "my products", "against": str(MESH), "plan": "markdown:plan.md"}
    assert checked(place, **inputs).returncode == 1
    assert (place / "plan.md").read_text().startswith("<!-- polyseme plan -->")
    assert checked(place, **inputs, **{"exit-zero": "true"}).returncode == 0
    assert checked(place, **inputs | {"plan": "pdf:plan.pdf"}).returncode == 2


def test_an_input_is_never_read_as_code(place: Path) -> None:
    for given in ("$(touch owned)", "`touch owned`", '"; touch owned; "', "x\ntouch owned"):
        assert checked(place, path=given, baseline=given).returncode == 2
    assert not (place / "owned").exists()
    texts = [step["run"] for step in read(ACTION)["runs"]["steps"]]
    assert not [text for text in texts if "${{" in text]


def test_every_input_of_the_action_is_used() -> None:
    action = read(ACTION)
    used = re.findall(r"inputs\.([a-z-]+)", ACTION.read_text(encoding="utf-8"))
    assert set(used) == action["inputs"].keys()
    (step,) = [
        step
        for step in read(CI / "github" / "polyseme.yml")["jobs"]["validate"]["steps"]
        if "polyseme@" in step.get("uses", "")
    ]
    assert step["with"].keys() <= action["inputs"].keys()


def test_the_template_writes_the_reports_it_hands_over(place: Path) -> None:
    job = read(TEMPLATE)["polyseme"]
    (script,) = job["script"]
    variables = {name: str(value) for name, value in job["variables"].items()}
    done = bash(script, place, **variables | {"CHECK_PATH": "my products"})
    assert done.returncode == 1, done.stderr
    for report in job["artifacts"]["reports"].values():
        assert (place / report).is_file()
    quality = json.loads((place / job["artifacts"]["reports"]["codequality"]).read_text())
    assert {issue["location"]["path"] for issue in quality} == {"my products/no-owner.odcs.yaml"}
    assert bash(script, place, **variables | {"CHECK_BASELINE": "gone"}).returncode == 2


def test_the_template_reads_every_variable_it_has() -> None:
    job = read(TEMPLATE)["polyseme"]
    script = "\n".join((*job["before_script"], *job["script"]))
    assert set(re.findall(r"CHECK_\w+", script)) == job["variables"].keys()
    stated = read(CI / "gitlab" / ".gitlab-ci.yml")
    assert stated["polyseme"]["variables"].keys() <= job["variables"].keys()
    assert (ROOT / stated["include"][0]["file"]) == TEMPLATE


def repository(place: Path) -> Path:
    """The folder as a git repository with everything staged."""
    for arguments in (("init", "-q"), ("add", ".")):
        subprocess.run(["git", *arguments], cwd=place, check=True)
    return place


def hooked(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pre_commit", *arguments]
    home = {"PRE_COMMIT_HOME": str(place.parent / "pre-commit")}
    return subprocess.run(
        command, cwd=place, env=os.environ | home, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_hook_stops_a_commit_that_does_not_conform(place: Path) -> None:
    """The real pre-commit; it takes the command that is installed, to spare a build by the network."""
    (hook,) = read(HOOKS)
    asked = hook | {"language": "system", "args": ["my products"]}
    config = {"repos": [{"repo": "local", "hooks": [asked]}]}
    (place / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    (place / "notes.txt").write_text("nothing of ours")
    repository(place)
    refused = hooked(place, "run")
    assert refused.returncode == 1, refused.stderr
    assert "DOM-03 owner-named" in refused.stdout
    assert hooked(place, "run", "--files", "notes.txt").stdout.count("Skipped") == 1
    (place / "my products" / BROKEN.name).write_text("nothing: of ours\n")
    subprocess.run(["git", "add", "."], cwd=place, check=True)
    passed = hooked(place, "run")
    assert passed.returncode == 0, passed.stdout


def published(folder: Path) -> Path:
    """The files that make up the hook, as a repository of their own: what pre-commit clones."""
    for name in ("catalog_service", "harvesters", "ontology", "shapes"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE", HOOKS.name):
        shutil.copy(ROOT / name, folder)
    repository(folder)
    author = ("-c", "user.name=t", "-c", "user.email=t@mesh.example")
    subprocess.run(["git", *author, "commit", "-q", "-m", "one"], cwd=folder, check=True)
    return folder


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_hook_is_built_from_the_repository_and_stops_a_commit(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a team uses it: pre-commit clones the repository, builds and installs it, and runs it.

    What it rests on is lent by this environment instead of fetched, so that no network is asked.
    """
    for name in ("PIP_NO_INDEX", "PIP_NO_DEPS", "VIRTUALENV_NO_DOWNLOAD"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("PIP_NO_BUILD_ISOLATION", "0")  # pip reads it as the option's own name: off
    monkeypatch.setenv("PYTHONPATH", sysconfig.get_path("purelib"))
    config = {
        "repos": [
            {
                "repo": str(published(place.parent / "published")),
                "rev": "HEAD",
                "hooks": [{"id": "polyseme-validate", "args": ["my products"]}],
            }
        ]
    }
    (place / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    repository(place)
    refused = hooked(place, "run", "--all-files", "--verbose")
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert "DOM-03 owner-named" in refused.stdout
    assert "exit code: 1" in refused.stdout
    (built,) = (place.parent / "pre-commit").glob("repo*/py_env-*/bin/polyseme")
    assert built.is_file()


def test_the_hook_is_asked_for_by_its_name() -> None:
    (hook,) = read(HOOKS)
    (stated,) = read(CI / "pre-commit" / ".pre-commit-config.yaml")["repos"]
    assert [asked["id"] for asked in stated["hooks"]] == [hook["id"]]
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(HOOKS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
