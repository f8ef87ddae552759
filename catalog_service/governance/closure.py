"""The ontology as N-Triples: what its files assert, and what OWL 2 RL derives from that.

The rules and the shapes read classes, levels and hierarchies from here. The closure depends on
nothing but `ontology/`, so it is computed once for each state of those files and kept in a cache.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import owlrl
import rdflib

from catalog_service import bundled
from catalog_service.governance import sealed
from catalog_service.terms import OWL, RDF, RDFS, XSD

# Otherwise a literal such as "01"^^xsd:integer is judged in another form than it was stated in.
rdflib.NORMALIZE_LITERALS = False

Statement = tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]

_LANGUAGES = (OWL.base, RDF.base, RDFS.base, XSD.base)
_ANNOTATIONS = {rdflib.URIRef(iri) for iri in (RDFS.isDefinedBy, RDFS.seeAlso)}
"""Nothing follows from these, and each of them costs time."""
_LEFT_OUT = {rdflib.URIRef(iri) for iri in (OWL.sameAs, RDFS.domain, RDFS.range)}
"""No identity is ever derived; wider domains and ranges are read by no shape and no rule."""
_RULES_VERSION = "1"
"""Raised when the choice of what is kept changes, so that older caches are not read."""


@dataclass(frozen=True, slots=True)
class Ontology:
    """Two texts of sorted N-Triples that have no triple in common."""

    asserted: str
    derived: str

    @property
    def closed(self) -> str:
        """Both together."""
        return self.asserted + self.derived


def closed_ontology(cache: Path | None = None, *, source: Path | None = None) -> str:
    """The ontology and everything useful that follows from it, as N-Triples.

    Args:
        cache: a directory in which the closure is kept between processes; created where missing.
        source: the folder of Turtle files; the bundled `ontology/` unless given.
    """
    return ontology(cache, source=source).closed


def asserted_ontology(cache: Path | None = None, *, source: Path | None = None) -> str:
    """What the files of the ontology state, as N-Triples."""
    return ontology(cache, source=source).asserted


def derived_ontology(cache: Path | None = None, *, source: Path | None = None) -> str:
    """What follows from the ontology and is not stated in it, as N-Triples."""
    return ontology(cache, source=source).derived


def ontology(cache: Path | None = None, *, source: Path | None = None) -> Ontology:
    """Asserted and derived triples, from the cache where it holds them undamaged."""
    files = sorted((source or bundled.folder("ontology")).glob("*.ttl"))
    if cache is None:
        return _computed(files)
    kept = cache / f"ontology-{_key(files)}.nt"
    found = _read(kept)
    if found is None:
        found = _computed(files)
        _write(kept, found)
    return found


def derivable(asserted: rdflib.Graph) -> set[Statement]:
    """What OWL 2 RL derives between named terms, without what is trivially true of anything."""
    graph = rdflib.Graph()
    for subject, predicate, value in asserted:
        if isinstance(value, rdflib.URIRef) and predicate not in _ANNOTATIONS:
            graph.add((subject, predicate, value))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return {statement for statement in graph if _useful(statement)} - set(asserted)


def _useful(statement: Statement) -> bool:
    """True unless it is reflexive, speaks of the ontology language itself, or has no name."""
    subject, predicate, value = statement
    if not (isinstance(subject, rdflib.URIRef) and isinstance(value, rdflib.URIRef)):
        return False
    speaks_of_language = any(str(name).startswith(_LANGUAGES) for name in (subject, value))
    return subject != value and not speaks_of_language and predicate not in _LEFT_OUT


def _computed(files: list[Path]) -> Ontology:
    graph = rdflib.Graph()
    for file in files:
        graph.parse(file, format="turtle")
    return Ontology(_text(graph), _text(derivable(graph)))


def _text(statements: Iterable[Statement]) -> str:
    graph = rdflib.Graph()
    for statement in statements:
        graph.add(statement)
    lines = graph.serialize(format="nt").split("\n")
    return "".join(f"{line}\n" for line in sorted(lines) if line)


def _key(files: list[Path]) -> str:
    """What the closure depends on, as one hash."""
    state = sha256(f"{_RULES_VERSION} {owlrl.__version__}".encode())
    for file in files:
        state.update(f"\n{file.name} {sha256(file.read_bytes()).hexdigest()}".encode())
    return state.hexdigest()


_DERIVED = "# derived\n"


def _read(kept: Path) -> Ontology | None:
    """The ontology in a file of the cache; None where there is none or it is damaged."""
    body = sealed.read(kept)
    if body is None:
        return None
    asserted, _, derived = body.decode().partition(_DERIVED)
    return Ontology(asserted, derived)


def _write(kept: Path, found: Ontology) -> None:
    """Keep `found` in a file of the cache."""
    sealed.write(kept, (found.asserted + _DERIVED + found.derived).encode())
