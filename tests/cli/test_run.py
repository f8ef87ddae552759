"""What every verb has in common: help, wrong command lines, exit codes, how a run ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli_running import ROOT, Command, process

from catalog_service import __version__, bootstrap, errors
from catalog_service.cli import exits
from catalog_service.cli.app import VERBS
from catalog_service.cli.output import plain
from catalog_service.domain.findings import Finding, Severity
from catalog_service.terms import Iri


def test_help_lists_every_verb_with_a_sentence(polyseme: Command) -> None:
    for arguments in ((), ("--help",), ("-h",)):
        ran = polyseme(*arguments)
        assert ran.code == 0
        for verb in VERBS:
            assert f" {verb} " in ran.out


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_a_verb_shows_its_usage_and_explains_its_options(
    polyseme: Command, verb: str
) -> None:
    ran = polyseme(verb, "--help")
    assert ran.code == 0
    assert f"Usage: polyseme {VERBS[verb].usage.split(' [')[0]}" in ran.out
    assert "--home" in ran.out
    assert "session" not in ran.out.lower()


def test_version_in_both_formats(polyseme: Command) -> None:
    assert polyseme("version", "--no-color").out == f"polyseme {__version__}\n"
    told = polyseme("version", "--format", "json").told
    assert (told["format_version"], told["version"]) == (1, __version__)


def test_version_is_answered_before_anything_heavy_is_imported() -> None:
    code = (
        "import sys; sys.argv = ['polyseme', 'version']\n"
        "from catalog_service.cli import main; main()\n"
        "print(*(m for m in ('cyclopts', 'rich', 'pyoxigraph', 'rdflib', 'tantivy', 'json')"
        " if m in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == f"polyseme {__version__}\n\n"


def test_an_unknown_verb_is_named_with_one_that_comes_close(polyseme: Command) -> None:
    ran = polyseme("searchh", "orders")
    assert ran.code == 2
    assert ran.err.startswith("polyseme: there is no verb 'searchh'; did you mean search?\n")
    assert "usage: polyseme init|harvest|" in ran.err
    assert ran.out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("harvest", "--nope"), "unknown option: --nope"),
        (("search", "--first", "many"), "invalid value for --first"),
        (("lineage",), "requires an argument"),
        (("lineage", "x", "--grain", "colour"), "invalid value"),
        (("validate", "--fail-on", "info"), "invalid value"),
        (("show", "x", "--as", "pdf"), "invalid value"),
        (("version", "--format"), "requires an argument"),
    ],
)
def test_a_wrong_command_line_exits_2_with_the_usage_line(
    polyseme: Command, arguments: tuple[str, ...], said: str
) -> None:
    ran = polyseme(*arguments)
    assert (ran.code, ran.out) == (2, "")
    first, second = ran.err.splitlines()
    assert said in first
    assert second.startswith(f"usage: polyseme {VERBS[arguments[0]].usage}")


def test_a_format_that_is_not_written_is_refused_with_those_that_are(polyseme: Command) -> None:
    ran = polyseme("version", "--format", "yaml")
    assert ran.code == 2
    assert ran.err.splitlines() == [
        "polyseme: --format yaml is not written here",
        "hint: the formats are text, json",
    ]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (errors.InvalidRequest, 2),
        (errors.Misconfigured, 2),
        (errors.HomeInUse, 2),
        (errors.NotFound, 2),
        (errors.ServiceNotAllowed, 2),
        (errors.Unavailable, 3),
        (errors.QueryTimeout, 3),
        (errors.JournalDamaged, 3),
        (errors.HarvesterUnavailable, 3),
        (errors.Unreadable, 3),
    ],
)
def test_an_error_is_3_where_trying_again_may_help_and_2_where_it_must_be_mended(
    fault: type[errors.CatalogError], code: int
) -> None:
    assert exits.of(fault("x")) == code


def test_what_could_not_be_read_weighs_more_than_what_does_not_conform() -> None:
    warning = Finding("described", Severity.WARNING, "m")
    violation = Finding("described", Severity.VIOLATION, "m")
    waived = Finding("described", Severity.VIOLATION, "m", waiver=Iri("urn:w"))
    assert exits.judged([], unread=False) == 0
    assert exits.judged([warning, waived], unread=False) == 0
    assert exits.judged([warning], unread=False, fail_on=Severity.WARNING) == 1
    assert exits.judged([violation], unread=False) == 1
    assert exits.judged([violation], unread=True) == 3
    assert exits.judged([], unread=True) == 3


def test_a_fault_of_ours_is_one_sentence_and_a_traceback_only_when_asked_for(
    polyseme: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        msg = "the cat sat on it"
        raise RuntimeError(msg)

    monkeypatch.setattr(bootstrap, "build", broken)
    ran = polyseme("--home", tmp_path, "search", "x")
    assert ran.code == 3
    assert ran.err.splitlines() == [
        "polyseme: a fault of ours: RuntimeError: the cat sat on it",
        "hint: run it again with -v and report what it prints",
    ]
    assert "Traceback" in polyseme("--home", tmp_path, "-v", "search", "x").err


def test_an_interrupted_run_ends_with_130_and_says_nothing(
    polyseme: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "build", interrupted)
    ran = polyseme("--home", tmp_path, "search", "x")
    assert (ran.code, ran.out, ran.err) == (130, "", "")


def test_a_reader_that_goes_away_is_no_fault() -> None:
    read, write = os.pipe()
    os.close(read)
    started = subprocess.Popen(
        [sys.executable, "-c", "from catalog_service.cli import main; main()", "explain", "--all"],
        stdout=write,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    os.close(write)
    _, said = started.communicate(timeout=60)
    assert (started.returncode, said) == (141, b"")


def test_a_home_without_a_catalog_is_told_how_to_get_one(polyseme: Command, tmp_path: Path) -> None:
    for arguments in (("search", "x"), ("show", "x"), ("lineage", "x")):
        ran = polyseme("--home", tmp_path / "none", *arguments)
        assert ran.code == 2
        assert "there is no catalog in" in ran.err
        assert "polyseme harvest" in ran.err
    assert not (tmp_path / "none").exists()


def test_the_home_comes_from_the_environment_where_no_option_names_it(home: Path) -> None:
    ran = process("search", "podcasts.listens", "--first", "1", POLYSEME_HOME=str(home))
    assert ran.code == 0
    assert "podcasts.listens" in ran.out


def test_a_wrong_setting_is_named_and_exits_2(
    polyseme: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("POLYSEME_PORT", "many")
    ran = polyseme("--home", tmp_path, "search", "x")
    assert ran.code == 2
    assert "POLYSEME_PORT" in ran.err


def test_what_is_piped_holds_no_colours(polyseme: Command, home: Path) -> None:
    ran = polyseme("--home", home, "show", "podcasts.listens")
    assert "\x1b" not in ran.out + ran.err


def test_text_from_files_cannot_steer_a_terminal() -> None:
    assert plain("a\x1b[2Jb\x07\u202ec\nd\te") == "a\\x1b[2Jb\\x07\\u202ec\nd\te"
