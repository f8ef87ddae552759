"""What one graph states, looked up by subject and property."""

from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import unquote

from catalog_service.domain.rdf import Literal, Term, Triple, ntriples
from catalog_service.harvesting import segment
from catalog_service.terms import Iri


class Stated:
    """The statements of one product; every answer in the same order for the same statements.

    Args:
        subject: the product.
        triples: what its graph states.
    """

    def __init__(self, subject: Iri, triples: Iterable[Triple]) -> None:
        self.subject = subject
        self.triples = frozenset(triples)
        self._said: dict[Iri, dict[Iri, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for about, predicate, value in sorted(self.triples, key=_in_order):
            self._said[about][predicate].append(value)

    def values(self, subject: Iri, predicate: Iri) -> tuple[Term, ...]:
        """Everything that is said of a subject by a property."""
        return tuple(self._said.get(subject, {}).get(predicate, ()))

    def iris(self, subject: Iri, *predicates: Iri) -> tuple[Iri, ...]:
        """The things that a subject points at by any of some properties."""
        return tuple(
            value
            for predicate in predicates
            for value in self.values(subject, predicate)
            if isinstance(value, str)
        )

    def iri(self, subject: Iri, predicate: Iri) -> Iri | None:
        """The first of the things that a subject points at; None where there is none."""
        return next(iter(self.iris(subject, predicate)), None)

    def texts(self, subject: Iri, predicate: Iri) -> tuple[str, ...]:
        """The texts of a subject, in the order of the alphabet."""
        return tuple(v.lexical for v in self.values(subject, predicate) if isinstance(v, Literal))

    def text(self, subject: Iri, *predicates: Iri) -> str:
        """The first text under the first property that has one; empty where none has."""
        found = (text for predicate in predicates for text in self.texts(subject, predicate))
        return next(found, "")

    def subjects(self) -> tuple[Iri, ...]:
        """Everything of which something is said, in order."""
        return tuple(sorted(self._said))

    def below(self, folder: str) -> tuple[Iri, ...]:
        """The parts of the product in one folder, such as `contracts`."""
        start = f"{self.subject}/{folder}/"
        return tuple(s for s in self.subjects() if s.startswith(start))


def last(iri: Iri) -> str:
    """The last segment of an IRI, as it was before it was encoded."""
    return unquote(iri.rpartition("/")[2])


def entitled(stated: Stated, part: Iri, title: Iri) -> str:
    """The name of a part: its title where its IRI was made of it, else the end of its IRI."""
    here = part.rpartition("/")[2]
    for found in stated.texts(part, title):
        if here == segment(found) or here.startswith(f"{segment(found)}@"):
            return found
    return last(part)


def _in_order(triple: Triple) -> tuple[str, str, str]:
    return triple.subject, triple.predicate, ntriples(triple.object)
