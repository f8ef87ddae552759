"""The tests of the suite: which data, which shapes, and what has to be answered."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import rdflib
from rdflib.term import Node

from bench.shacl_suite.reports import Answer, Refusal, Report

SUITE = Path(__file__).parents[3] / "shared" / "realdata" / "shacl" / "data-shapes" / "tests"
"""Where the suite lies beside a checkout, if it does."""

BASE = "https://w3c.github.io/data-shapes/data-shapes-test-suite/tests/"
"""Where the suite is published, and where its relative IRIs lead."""

_MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
_SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")


@dataclass(frozen=True, slots=True)
class Case:
    """One test.

    Args:
        name: its place in the suite, such as `core/node/and-001`.
        folder: where the suite lies.
        data: the file of the data, below that folder.
        shapes: the file of the shapes, often the same.
        expected: what the suite says has to be answered.
    """

    name: str
    folder: Path
    data: str
    shapes: str
    expected: Answer

    @property
    def part(self) -> str:
        """The half of the suite that it belongs to: `core` or `sparql`."""
        return self.name.partition("/")[0]

    def data_text(self) -> str:
        """The data, in Turtle."""
        return (self.folder / self.data).read_text(encoding="utf-8")

    def data_graph(self) -> rdflib.Graph:
        """The data, read anew: engines add to what they are given."""
        return _graph(self.folder, self.data)

    def shapes_graph(self) -> rdflib.Graph:
        """The shapes, read anew."""
        return _graph(self.folder, self.shapes)


def names(folder: Path) -> tuple[str, ...]:
    """The name of every test in a folder, in order; it is that of its file.

    Files are looked for instead of followed from manifest to manifest, because one manifest leaves
    out a test that lies beside it.
    """
    return tuple(
        sorted(
            file.relative_to(folder).with_suffix("").as_posix()
            for file in folder.rglob("*.ttl")
            if "mf:entries" in file.read_text(encoding="utf-8")
        )
    )


def case(folder: Path, name: str) -> Case:
    """The test of that name."""
    graph = _graph(folder, f"{name}.ttl")
    test = rdflib.URIRef(BASE + name)
    action, result = graph.value(test, _MF.action), graph.value(test, _MF.result)
    if result is None:
        msg = f"{name}.ttl does not say what is expected of <{test}>"
        raise ValueError(msg)
    return Case(
        name=name,
        folder=folder,
        data=_below(graph.value(action, _SHT.dataGraph)),
        shapes=_below(graph.value(action, _SHT.shapesGraph)),
        expected=Refusal() if result == _SHT.Failure else Report.read(graph, result),
    )


@contextmanager
def as_written() -> Iterator[None]:
    """While this lasts, rdflib keeps literals as they are written, and is silent about bad ones.

    The suite has many that are not of their datatype, and expects them in results unchanged.
    """
    before = logging.root.manager.disable
    rdflib.NORMALIZE_LITERALS = False  # pySHACL leaves it on behind each run; the gate wants it off
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def _below(node: Node | None) -> str:
    return str(node).removeprefix(BASE)


def _graph(folder: Path, name: str) -> rdflib.Graph:
    with as_written():
        return rdflib.Graph().parse(folder / name, format="turtle", publicID=BASE + name)
