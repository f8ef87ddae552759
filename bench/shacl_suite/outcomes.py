"""How each test went."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from bench.shacl_suite.cases import Case, case, names
from bench.shacl_suite.reports import Answer
from bench.shacl_suite.shortfalls import inapplicable
from bench.shacl_suite.subjects import SUBJECTS, Subject, answers


class Result(Enum):
    """In the words of the Evaluation and Report Language."""

    PASSED = "passed"
    FAILED = "failed"
    INAPPLICABLE = "inapplicable"


@dataclass(frozen=True)
class Outcome:
    """How one test went with one subject.

    Args:
        subject: what was tested.
        case: the test.
        answer: what the subject said; None where the test was not put to it.
    """

    subject: Subject
    case: Case
    answer: Answer | None

    @property
    def result(self) -> Result:
        """How it went."""
        if self.answer is None:
            return Result.INAPPLICABLE
        return Result.PASSED if self.answer == self.case.expected else Result.FAILED


def outcome(subject: Subject, test: Case) -> Outcome:
    """Put a test to a subject, if it applies."""
    beyond = subject.gate and inapplicable(test)
    return Outcome(subject, test, None if beyond else answers(subject, test))


def outcomes(folder: Path) -> Iterator[Outcome]:
    """Put every test of a folder to every subject."""
    for name in names(folder):
        test = case(folder, name)
        yield from (outcome(subject, test) for subject in SUBJECTS.values())
