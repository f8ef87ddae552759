"""Reading a text: which words are looked for, how much each counts, and what else it may mean.

A text is read once, against one snapshot. Every later page is told how it was read, by its cursor:
so all pages are ranked alike, whatever is published meanwhile.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import tantivy

from catalog_service.search.document import Document, Kind
from catalog_service.search.query import called_alike, mistyped
from catalog_service.search.ranking import MISTYPED, Alike, Synonym, Word, whole_names
from catalog_service.search.schema import named_words, stored
from catalog_service.search.words import (
    EXACT,
    STEMMED,
    STOP_WORDS,
    clean,
    parted,
    slips,
    stem,
    words,
)
from catalog_service.terms import Iri

MAX_WORDS = 24
MAX_WEIGHT = 8
ENOUGH = 10
"""So many things with all the words are enough; with fewer, some of the words will do."""

_FEW = 5
"""A word that fewer things have may be mistyped, or unfinished."""

_MOST_ALIKE = 20

_MOST_LOOKED_AT = 20
_MOST_SYNONYMS = 3
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text is understood.

    Args:
        words: the words that are looked for.
        lost: those of them that nothing has, nor anything like them.
        named: the keys by which the text may name a thing as a whole, and what each is worth.
        every: True where a thing must have every word that is not lost; else the rarest will do.
    """

    words: tuple[Word, ...]
    lost: frozenset[str]
    named: dict[str, int]
    every: bool = True

    @property
    def sought(self) -> tuple[Word, ...]:
        """The words that can be found."""
        return tuple(word for word in self.words if word.text not in self.lost)

    @property
    def may_loosen(self) -> bool:
        """True where asking for fewer words could find more."""
        return self.every and len(self.sought) > 1

    def loosened(self) -> "Reading":
        """The same, with the rarest words alone being asked for."""
        return replace(self, every=False)

    def kept(self) -> list[Any]:
        """What a cursor keeps of it."""
        told = [
            [w.weight, w.text in self.lost, [[a.text, a.away] for a in w.alike],
             [[s.polyseme, s.whole, s.name] for s in w.synonyms]]
            for w in self.words
        ]  # fmt: skip
        return [self.every, told]

    @classmethod
    def recalled(cls, text: str, kept: list[Any]) -> "Reading":
        """The reading of which a cursor kept this.

        Raises:
            ValueError: it is not what `kept` gave for this text.
            TypeError: nor even like it.
        """
        every, told = kept
        pairs = list(zip(_looked_for(text), told, strict=True))
        looked = tuple(_recalled(word, *of_it) for word, of_it in pairs)
        lost = frozenset(word.text for word, (_, lost, _, _) in pairs if lost)
        return cls(looked, lost, whole_names(text), bool(every))


def _recalled(word: Word, weight: Any, _lost: Any, alike: Any, synonyms: Any) -> Word:  # noqa: ANN401
    """A word as a cursor tells of it, which may have been tampered with."""
    return replace(
        word,
        weight=min(MAX_WEIGHT, max(1, int(weight))),
        alike=tuple(Alike(str(text), int(away) % len(MISTYPED)) for text, away in alike),
        synonyms=tuple(Synonym(Iri(str(p)), bool(w), str(n)) for p, w, n in synonyms),
    )


def read(searcher: tantivy.Searcher, text: str) -> Reading:
    """How a text is understood, given what there is."""
    bare = _looked_for(text)
    synonyms = _synonyms(searcher, {word.stem for word in bare})
    looked: list[Word] = []
    lost: set[str] = set()
    for word in bare:
        having = searcher.doc_freq("any", word.stem)
        alike = _alike(searcher, word) if having < _FEW else ()
        tied = synonyms.get(word.stem, ())
        weight = _weight(having, searcher.num_docs)
        looked.append(replace(word, weight=weight, alike=alike, synonyms=tied))
        if not (having or alike or tied):
            lost.add(word.text)
    return Reading(tuple(looked), frozenset(lost), whole_names(text))


def _looked_for(text: str) -> tuple[Word, ...]:
    """The words of a text: each once, words that say nothing only where there are no others.

    Of an IRI only the last part is looked for; the others are those of its neighbours too.
    """
    if _IRI.fullmatch(text.strip()):
        text = re.split(r"[/#]", text.strip().rstrip("/#"))[-1]
    found = list(dict.fromkeys(words(text)))
    last = next(iter(EXACT.analyze(clean(text))[-1:]), "")
    telling = [word for word in found if word not in STOP_WORDS] or found
    first: dict[str, str] = {}
    for word in telling:
        first.setdefault(stem(word), word)
    kept = list(first.items())[:MAX_WORDS]
    return tuple(Word(word, stemmed, last=word == last) for stemmed, word in kept)


def _weight(having: int, all_of_them: int) -> int:
    """The weight of a word that so many documents have: one more for every fourth part."""
    rare = ((all_of_them + 1) // (having + 1)).bit_length() // 2
    return max(1, min(MAX_WEIGHT, rare + 1))


def _alike(searcher: tantivy.Searcher, word: Word) -> tuple[Alike, ...]:
    """The words of names and keywords that begin with this one, or are close to it.

    Two slips of the finger are thought of only where nothing is one away.
    """
    found: dict[str, Alike] = {}
    if word.may_begin:
        begun = searcher.terms_with_prefix("forms", word.text, limit=_MOST_ALIKE + 1)
        found = {text: Alike(text) for text, _ in begun if text != word.text}
    for away in range(1, word.may_slip + 1):
        close = _close(searcher, word, away)
        if close:
            found = {text: Alike(text, away) for text in close} | found
            break
    return tuple(found.values())[:_MOST_ALIKE]


def _close(searcher: tantivy.Searcher, word: Word, away: int) -> list[str]:
    """The words that are so many slips away, of what is worth most."""
    hits = searcher.search(
        mistyped(word, away), _MOST_LOOKED_AT, count=False, weight_by_field="weight"
    ).hits
    forms = (form for _, address in hits for form in named_words(stored(searcher, address)))
    return [form for form in dict.fromkeys(forms) if 0 < slips(word.text, form, away) <= away]


def _synonyms(searcher: tantivy.Searcher, stems: set[str]) -> dict[str, tuple[Synonym, ...]]:
    """The polysemes that are called what the words say, by the stem at the end of the name."""
    if not stems:
        return {}
    hits = searcher.search(
        called_alike((Kind.POLYSEME, Kind.CONCEPT), stems),
        _MOST_LOOKED_AT,
        count=False,
        weight_by_field="weight",
    ).hits
    found: dict[str, dict[Iri, Synonym]] = {}
    for _, address in hits:
        for end, synonym in _names(stored(searcher, address), stems):
            known = found.setdefault(end, {})
            there = known.setdefault(synonym.polyseme, synonym)
            if synonym.whole and not there.whole:
                known[synonym.polyseme] = synonym
    return {end: _best(known.values()) for end, known in found.items()}


def _best(known: Iterable[Synonym]) -> tuple[Synonym, ...]:
    return tuple(sorted(known, key=lambda s: (not s.whole, s.polyseme))[:_MOST_SYNONYMS])


def _names(document: Document, stems: set[str]) -> Iterator[tuple[str, Synonym]]:
    """The names of a document that end in one of the words, each as a name of its polysemes."""
    polysemes = (document.iri,) if document.kind is Kind.POLYSEME else document.polysemes
    for name in filter(None, (document.title, *document.aliases, document.name)):
        said = STEMMED.analyze(parted(name))
        if said and said[-1] in stems:
            for polyseme in polysemes:
                yield said[-1], Synonym(Iri(polyseme), stems.issuperset(said), name)
