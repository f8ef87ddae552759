"""What fits how well: one table of points, used to ask the engine and to tell people why.

A hit's score is a whole number: the sum, over the words looked for, of the best way in which each
is found, weighted by how rare the word is; far above that, the points of a whole name. Once the
weights are set, it depends on the hit and the question alone, so that pages fit together.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog_service.search import schema
from catalog_service.search.document import Document, Kind
from catalog_service.search.question import MAX_WEIGHT
from catalog_service.search.words import (
    EXACT,
    STEMMED,
    STOP_WORDS,
    clean,
    keys,
    near,
    stem,
    with_parts,
    words,
)

MAX_WORDS = 24
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_LETTERS_TO_MISTYPE = 4
_LETTERS_TO_BEGIN = 2
_COVER = 200
"""For finding a word at all: one more word found outweighs any better place of the others."""

PLACES = {
    "name": 100,
    "alias": 90,
    "title": 80,
    "keyword": 60,
    "description": 30,
    "words": 20,
}
"""What each field adds."""

WHOLE = {
    "iri": 4_200_000,
    "name": 4_100_000,
    "alias": 4_000_000,
    "title": 4_000_000,
    "words": 3_900_000,
}
"""What a whole name is worth. The engine adds in 24 bits, so all of it stays below 16 million."""

NAMED = WHOLE["alias"]
"""From this score on, a hit is called what the question says."""

PRIOR = {Kind.DOMAIN: 40, Kind.POLYSEME: 40, Kind.PRODUCT: 30, Kind.STANDARD: 20, Kind.COLUMN: 0}
"""What comes first where all else is equal."""


class How(StrEnum):
    """The ways in which a word is found, best first."""

    SAME = "same"
    STEM = "stem"
    BEGINS = "begins"
    NEAR = "near"


BEGUN = ("name", "alias", "title", "keyword", "words")
MISTYPED = ("name", "alias", "title", "keyword")


@dataclass(frozen=True, slots=True)
class Word:
    """One word that is looked for.

    Args:
        text: as it stands in the index.
        stem: its stem.
        last: True of the last word, which may still be being typed.
        weight: from 1 for a word that is everywhere to 8 for one that is nowhere.
    """

    text: str
    stem: str
    last: bool = False
    weight: int = 1

    @property
    def may_begin(self) -> bool:
        """True where a longer word that begins so counts."""
        return self.last and len(self.text) >= _LETTERS_TO_BEGIN

    @property
    def may_be_mistyped(self) -> bool:
        """True where a word one letter away counts; a number is never another number."""
        return len(self.text) >= _LETTERS_TO_MISTYPE and self.text.isalpha()

    def points(self, field: str, how: How) -> int:
        """What finding it so, there, is worth."""
        here = PLACES[field]
        match how:
            case How.SAME:
                return self.weight * (_COVER + here)
            case How.STEM:
                return self.weight * (_COVER + here * 9 // 10)
            case How.BEGINS:
                return min(self.weight, 3) * (_COVER // 2 + here * 7 // 10)
            case How.NEAR:
                return here * 3 // 10

    def ways(self) -> Iterable[tuple[str, How]]:
        """Every way to find it: in which field, and how."""
        for field in PLACES:
            yield field, How.SAME
            yield field, How.STEM
        if self.may_begin:
            yield from ((field, How.BEGINS) for field in BEGUN)
        if self.may_be_mistyped:
            yield from ((field, How.NEAR) for field in MISTYPED)


def looked_for(text: str) -> tuple[Word, ...]:
    """The words of a question: each once, words that say nothing only where there are no others.

    Of an IRI only the last part is looked for; the others are those of its neighbours too.
    """
    if _IRI.fullmatch(text.strip()):
        text = re.split(r"[/#]", text.strip().rstrip("/#"))[-1]
    found = list(dict.fromkeys(words(text)))
    last = next(iter(EXACT.analyze(clean(text))[-1:]), "")
    telling = [word for word in found if word not in STOP_WORDS] or found
    return tuple(Word(word, stem(word), last=word == last) for word in telling[:MAX_WORDS])


def weight(having: int, all_of_them: int) -> int:
    """The weight of a word that `having` of the documents have: one more for every fourth part."""
    rare = ((all_of_them + 1) // (having + 1)).bit_length() // 2
    return max(1, min(MAX_WEIGHT, rare + 1))


def whole_names(text: str) -> dict[str, int]:
    """The keys by which a question names a thing as a whole, and what each is worth."""
    exact, loose = keys(text)
    named = {f"{how}:{exact}": WHOLE[how] for how in ("name", "alias", "title") if exact}
    if loose:
        named[f"words:{loose}"] = WHOLE["words"]
    bare = clean(text).strip()
    if bare and len(bare) <= _LONGEST_IRI:
        named[f"iri:{bare}"] = WHOLE["iri"]
    return named


_LONGEST_IRI = 2048


def judge(
    document: Document, looked: Iterable[Word], named: Mapping[str, int]
) -> tuple[int, tuple[str, ...]]:
    """The score that the engine gives the document, and why: its whole name, or word by word."""
    score = PRIOR[document.kind]
    texts = {
        field: " ".join(with_parts(value) for value in values if value)
        for field, values in schema.texts(document).items()
    }
    same = {field: set(EXACT.analyze(text)) for field, text in texts.items()}
    stems = {field: set(STEMMED.analyze(text)) for field, text in texts.items()}
    why: list[str] = []
    for word in looked:
        ways = [
            (word.points(field, how), field, how)
            for field, how in word.ways()
            if _fits(word, how, same[field], stems[field])
        ]
        if ways:
            points, field, how = max(ways, key=lambda way: way[0])
            score += points
            why.append(_phrase(word, field, how, same[field]))
    whole = _whole(document, named)
    if whole is None:
        return score, tuple(why)
    return score + named[whole], (_named(whole),)


def _whole(document: Document, named: Mapping[str, int]) -> str | None:
    """The best key by which the document is named as a whole."""
    there = {f"{how}:{k}" for how, found in schema.exact_keys(document).items() for k in found}
    return max((k for k in named if k in there), key=lambda k: named[k], default=None)


def _fits(word: Word, how: How, same: set[str], stems: set[str]) -> bool:
    match how:
        case How.SAME:
            return word.text in same
        case How.STEM:
            return word.stem in stems
        case How.BEGINS:
            return any(there.startswith(word.text) for there in same)
        case How.NEAR:
            return any(near(word.text, there) for there in same)


def _named(found: str) -> str:
    how, _, name = found.partition(":")
    match how:
        case "iri":
            return "it is the IRI asked for"
        case "words":
            return f'the words of its name are "{name}"'
        case _:
            return f'{schema.TEXTS[how]} is "{name}"'


def _phrase(word: Word, field: str, how: How, there: set[str]) -> str:
    label = schema.TEXTS[field]
    match how:
        case How.SAME:
            return f'{label} has "{word.text}"'
        case How.STEM:
            like = min((w for w in there if stem(w) == word.stem), default=word.stem)
            return f'{label} has "{like}", like "{word.text}"'
        case How.BEGINS:
            begun = min(w for w in there if w.startswith(word.text))
            return f'{label} has "{begun}", which begins with "{word.text}"'
        case How.NEAR:
            close = min(w for w in there if near(word.text, w))
            return f'{label} has "{close}", close to "{word.text}"'
