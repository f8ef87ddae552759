"""A process killed at any moment: what it acknowledged is there, and nothing is half there."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from catalog_service.bootstrap import build
from catalog_service.search import Question
from catalog_service.settings import Settings

HELPER = Path(__file__).with_name("publish_until_killed.py")
ROUNDS = 8


@pytest.mark.timeout(240)
def test_nothing_acknowledged_is_lost_and_nothing_is_half_there(tmp_path: Path) -> None:
    home = tmp_path / "home"
    acknowledged: dict[str, int] = {}
    warned: dict[str, int] = {}
    for turn in range(ROUNDS):
        process = subprocess.Popen(
            [sys.executable, HELPER, home, str(turn)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        time.sleep(0.05 + 0.07 * turn)
        heard = ""
        while turn == ROUNDS - 1 and not heard.endswith("!\n"):  # however slow the machine is
            heard += process.stdout.readline()
        process.kill()
        said, _ = process.communicate()
        for told in (heard + said).splitlines():
            if told.endswith("."):  # a line that the kill cut short is no acknowledgement
                subject, revision = told.rstrip(".").split()
                acknowledged[subject] = int(revision)
            elif told.endswith("!"):
                subject, revision = told.rstrip("!").split()
                warned[subject] = int(revision)
        with build(Settings(home=home)) as catalog:
            count = catalog.journal.verify()
            current = {e.subject: e for e in catalog.journal.current()}
            for subject, revision in acknowledged.items():
                assert current[subject].revision >= revision  # type: ignore[index]
            stands = catalog.journal.ledger.standings()
            assert {s: t.conformance.revision for s, t in stands.items()} == {
                s: e.revision for s, e in current.items()
            }
            for entry in current.values():
                shown = catalog.view().graph(entry.subject)
                assert len(shown) == entry.nquads.count("\n")
                stood = stands[entry.subject].conformance
                assert (stood.violations, stood.infos, stood.waived) == (0, 0, 0)
                assert stood.warnings or warned.get(entry.subject) != entry.revision
            assert catalog.index.revision == count
            found = catalog.index.find(Question(conformance=("warnings",), kinds=("product",)))
            assert found.total == sum(t.conformance.warnings > 0 for t in stands.values())
            assert catalog.projection.revision == count
    assert acknowledged, "the process was killed before it acknowledged anything"
    assert warned, "the process was killed before it acknowledged anything unchanged"
