"""The conformance suite of harvesters: what every one of them must hold, own or somebody else's.

A harvester ships `samples/<name>/` with the files it reads, `expected.nt` (the facts, sorted, with
the base IRI `https://mesh.example/`) and, where it leaves references, `expected.references.txt`. In
a test of any project:

```python
@pytest.mark.parametrize("claim", claims(MyHarvester(), Path("samples")), ids=str)
def test_my_harvester_keeps_the_contract(claim, tmp_path):
    claim.prove(tmp_path)
```
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from catalog_service.domain.rdf import Fact, line
from catalog_service.harvesting.contract import Faulty, Harvested, Harvester, Names, Source
from catalog_service.harvesting.documents import Document

BASE = "https://mesh.example/"
EXPECTED = ("expected.nt", "expected.references.txt")

HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "blank": b"  \n\t\n",
    "binary": bytes(range(256)) * 8,
    "utf-16": "kind: DataContract".encode("utf-16"),
    "latin-1": "kind: DataContract\nname: \xe9\n".encode("latin-1"),
    "zero byte": b"kind: DataContract\x00\n",
    "deep flow": b"[" * 100_000,
    "deep mapping": b"".join(b" " * depth + b"a:\n" for depth in range(500)),
    "aliases of aliases": b"a: &a [x,x,x,x,x,x,x,x]\n"
    + b"".join(
        b"%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n" % (n, n, *([n - 1] * 8))
        for n in range(ord("b"), ord("k"))
    ),
    "truncated JSON": b'{"metadata": {"dbt_schema_version": ',
    "a list": b"- kind: DataContract\n- kind: DataProduct\n",
    "a number": b"42\n",
    "many documents": b"---\nkind: DataContract\n" * 50,
}


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a harvester must hold; `prove` raises AssertionError where it does not."""

    name: str
    prove: Callable[[Path], None]

    def __str__(self) -> str:
        """The claim's name, as a test's id."""
        return self.name


def claims(harvester: Harvester, samples: Path) -> Iterator[Claim]:
    """Every claim about a harvester, over its samples and over hostile input.

    Args:
        harvester: the one under test.
        samples: the folder with one folder for each sample.
    """
    kind = harvester.kind
    found = sorted(path for path in samples.iterdir() if path.is_dir()) if samples.is_dir() else []
    yield Claim(f"{kind}: has samples", lambda _: _holds(bool(found), f"no sample in {samples}"))
    about_samples: dict[str, Callable[[Harvester, Path, Path], None]] = {
        "states what is expected": _expected,
        "states it again": _again,
        "knows every place": _placed,
        "survives damage": _damaged,
    }
    for sample in found:
        for label, prove in about_samples.items():
            proof = partial(prove, harvester, sample)
            yield Claim(f"{kind}/{sample.name}: {label}", proof)
    for label, content in HOSTILE.items():
        yield Claim(f"{kind}: survives {label}", partial(_hostile, harvester, content))


def read(harvester: Harvester, files: list[Path], folder: Path) -> list[Harvested | Faulty]:
    """What a harvester states of files, called by their names relative to `folder`."""
    documents = [Document(file, str(file.relative_to(folder))) for file in files]
    return list(harvester.harvest(Source(documents, Names(BASE))))


def _files(harvester: Harvester, sample: Path) -> list[Path]:
    candidates = [f for f in sorted(sample.rglob("*")) if f.is_file() and f.name not in EXPECTED]
    return [f for f in candidates if harvester.recognises(Document(f, f.name))]


def _stated(harvester: Harvester, sample: Path) -> list[Harvested]:
    found = read(harvester, _files(harvester, sample), sample)
    faults = [f for f in found if isinstance(f, Faulty)]
    _holds(not faults, f"a sample must be readable, but: {faults}")
    stated = [f for f in found if isinstance(f, Harvested)]
    _holds(bool(stated), "the sample states nothing")
    return stated


def _expected(harvester: Harvester, sample: Path, _: Path) -> None:
    stated = _stated(harvester, sample)
    facts = {line(fact.triple) for part in stated for fact in part.facts}
    references = {
        f"{r.subject} {r.predicate} {r.refers.name} {r.name}"
        for part in stated
        for r in part.references
    }
    for name, found in zip(EXPECTED, (facts, references), strict=True):
        file = sample / name
        wanted = set(file.read_text(encoding="utf-8").splitlines()) if file.is_file() else set()
        missing, surplus = sorted(wanted - found), sorted(found - wanted)
        _holds(wanted == found, f"{name}: missing {missing[:5]}, not expected {surplus[:5]}")


def _again(harvester: Harvester, sample: Path, _: Path) -> None:
    _holds(
        _stated(harvester, sample) == _stated(harvester, sample),
        "the same files must state the same, in the same order",
    )


def _placed(harvester: Harvester, sample: Path, _: Path) -> None:
    names = {str(f.relative_to(sample)) for f in sample.rglob("*") if f.is_file()}
    for part in _stated(harvester, sample):
        lost = [f for f in part.facts if f.origin.file not in names or f.origin.line < 1]
        _holds(not lost, f"a fact without file and line: {lost[:3]}")
        _holds(_about(part), f"a fact about a stranger to {part.subject}")


def _about(part: Harvested) -> bool:
    def own(fact: Fact) -> bool:
        subject = fact.triple.subject
        return (
            part.decision
            or part.observed
            or subject == part.subject
            or subject.startswith((f"{part.subject}/", "mailto:", f"{BASE}agents/"))
        )

    return all(own(fact) for fact in part.facts)


def _damaged(harvester: Harvester, sample: Path, tmp: Path, cuts: int = 25) -> None:
    """Cut the sample short and change bytes in it: it must answer, and never raise."""
    chance = random.Random(0)  # noqa: S311 - the same damage each time
    for file in _files(harvester, sample):
        whole = file.read_bytes()
        for _ in range(cuts):
            at = chance.randrange(len(whole))
            for damaged in (
                whole[:at],
                whole[:at] + bytes([chance.randrange(256)]) + whole[at + 1 :],
            ):
                broken = tmp / file.name
                broken.write_bytes(damaged)
                _only_answers(read(harvester, [broken], tmp))


def _hostile(harvester: Harvester, content: bytes, tmp: Path) -> None:
    for suffix in {pattern.rpartition(".")[2] for pattern in harvester.patterns}:
        file = tmp / f"hostile.{suffix}"
        file.write_bytes(content)
        found = read(harvester, [file], tmp)
        _only_answers(found)
        _holds(bool(found), "a file that cannot be read must be reported")


def _only_answers(found: list[Harvested | Faulty]) -> None:
    for part in found:
        if isinstance(part, Faulty):
            _holds(bool(part.message and part.fix), f"a fault must say what and how: {part}")


def _holds(claim: bool, otherwise: str) -> None:  # noqa: FBT001 - the claim is the subject
    if not claim:
        raise AssertionError(otherwise)
