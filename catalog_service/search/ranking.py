"""What fits how well: one table of points, used to ask the engine and to tell people why.

The points of a hit are a whole number: the sum, over the words looked for, of the best way in
which each is found, times how rare the word is; far above that, the points of a whole name. Its
score is these points times its weight (`prior`). Once a text has been read (`reading`), the score
depends on the hit alone, so that pages fit together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter

from catalog_service.search import schema
from catalog_service.search.document import Document
from catalog_service.search.prior import CONFORMANCE, WITHDRAWN
from catalog_service.search.schema import PLACES
from catalog_service.search.words import EXACT, clean, keys, stem, with_parts
from catalog_service.terms import Iri

COVER = 100
"""For finding a word at all: finding one more outweighs a better place of another."""

POINTS = {"called": 100, "tagged": 60, "holds": 40, "says": 30}
"""What each place adds."""

AS_WRITTEN = 20
"""What a name adds that has the word as it was written, not only its stem."""

BEGUN = 120
"""What a longer word is worth that begins with the one looked for."""

MISTYPED = (0, 80, 50)
"""What a word is worth that lies one slip of the finger away, or two."""

IN_KEYWORD = 20
"""What is taken off where it is a keyword that is only like the word, and not a name."""

BOUND = (COVER + 35, COVER + 15)
"""What is worth a tie to a polyseme that is called so: by its whole name, by the end of it."""

MEANT = 60
"""What the polyseme itself is worth beyond what is tied to it."""

MOST_WIDENED = 3
"""How rare a word counts at most where something like it is found instead."""

_WHOLE = 1 << 17
WHOLE = {
    "iri": 5 * _WHOLE,
    "name": 3 * _WHOLE,
    "alias": 2 * _WHOLE,
    "title": 3 * _WHOLE,
    "words": _WHOLE,
}
"""What a whole name is worth: more than all words can be, whatever the weights."""

NAMED = WHOLE["alias"]
"""From this score on, a hit is called what the question says."""


@dataclass(frozen=True, slots=True)
class Synonym:
    """A polyseme that is called what a text says.

    Args:
        polyseme: the polyseme.
        whole: True where the text has its whole name; else it has the end of it.
        name: the name in question.
    """

    polyseme: Iri
    whole: bool
    name: str

    @property
    def points(self) -> int:
        """What being tied to it is worth."""
        return BOUND[0 if self.whole else 1]


@dataclass(frozen=True, slots=True)
class Alike:
    """A word of the index that is like the one looked for.

    Args:
        text: as it stands in the index.
        away: how many slips of the finger away; 0 where it begins with the one looked for.
    """

    text: str
    away: int = 0

    @property
    def points(self) -> int:
        """What finding it instead is worth."""
        return MISTYPED[self.away] if self.away else BEGUN


_LETTERS_TO_BEGIN = 2
_LETTERS_TO_MISTYPE = 4
_LETTERS_TO_MISTYPE_TWICE = 8


@dataclass(frozen=True, slots=True)
class Word:
    """One word that is looked for.

    Args:
        text: as it stands in the index.
        stem: its stem.
        last: True of the last word, which may still be being typed.
        weight: from 1 for a word that is everywhere to 8 for one that is nowhere.
        alike: words like it, where so little has the word itself that they count too.
        synonyms: polysemes that are called so.
    """

    text: str
    stem: str
    last: bool = False
    weight: int = 1
    alike: tuple[Alike, ...] = ()
    synonyms: tuple[Synonym, ...] = ()

    @property
    def may_begin(self) -> bool:
        """True where a longer word that begins so counts."""
        return self.last and len(self.text) >= _LETTERS_TO_BEGIN

    @property
    def may_slip(self) -> int:
        """How many slips of the finger are forgiven; a number is never another number."""
        if not self.text.isalpha() or len(self.text) < _LETTERS_TO_MISTYPE:
            return 0
        return 2 if len(self.text) >= _LETTERS_TO_MISTYPE_TWICE else 1

    def found(self, place: str) -> int:
        """The points for having its stem there."""
        return self.weight * (COVER + POINTS[place])

    @property
    def as_written(self) -> int:
        """The points for a name that has the very word."""
        return self.weight * AS_WRITTEN

    def tied(self, synonym: Synonym) -> int:
        """The points for being tied to a polyseme that is called so."""
        return self.weight * synonym.points

    def meant(self, synonym: Synonym) -> int:
        """The points for being the polyseme that is called so."""
        return self.weight * (synonym.points + MEANT)

    def like(self, alike: Alike, *, keyword: bool) -> int:
        """The points for a word that is like it, in a name or in a keyword."""
        return min(self.weight, MOST_WIDENED) * (alike.points - (IN_KEYWORD if keyword else 0))


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
    document: Document, looked: tuple[Word, ...], named: Mapping[str, int]
) -> tuple[int, tuple[str, ...]]:
    """The points that the engine gives the document, and what they are for."""
    texts = {
        field: " ".join(with_parts(value) for value in values if value)
        for field, values in schema.texts(document).items()
    }
    there = {field: dict.fromkeys(EXACT.analyze(text)) for field, text in texts.items()}
    points = 0
    why: list[str] = []
    for word in looked:
        best, phrase = max(_ways(word, document, there), key=itemgetter(0), default=(0, ""))
        points += best
        why += [phrase] if phrase else []
    whole = _whole(document, named)
    if whole is not None:
        points += named[whole]
        why = [_named(whole)]
    return points, (*why, *_standing(document))


def _whole(document: Document, named: Mapping[str, int]) -> str | None:
    """The best key by which the document is named as a whole."""
    there = {f"{how}:{k}" for how, found in schema.exact_keys(document).items() for k in found}
    return max((k for k in named if k in there), key=lambda k: named[k], default=None)


_Texts = Mapping[str, Mapping[str, None]]


def _ways(word: Word, document: Document, there: _Texts) -> Iterator[tuple[int, str]]:
    """The ways in which a word is found in a document: what each is worth, and its phrase."""
    for place, fields in PLACES.items():
        found = [(f, w) for f in fields for w in there[f] if stem(w) == word.stem]
        if found:
            field, like = next((one for one in found if one[1] == word.text), found[0])
            as_written = word.as_written if place == "called" and like == word.text else 0
            yield word.found(place) + as_written, _has(field, like, word.text)
            break
    for synonym in word.synonyms:
        if synonym.polyseme == document.iri:
            yield word.meant(synonym), f'somewhere it is called "{synonym.name}"'
        if synonym.polyseme in document.polysemes:
            yield (
                word.tied(synonym),
                f'bound to {_short(synonym)}, which is called "{synonym.name}"',
            )
    for field in (*PLACES["called"], *PLACES["tagged"]):
        for alike in word.alike:
            if alike.text in there[field]:
                how = "close to" if alike.away else "which begins with"
                points = word.like(alike, keyword=field in PLACES["tagged"])
                yield points, f'{schema.TEXTS[field]} has "{alike.text}", {how} "{word.text}"'


def _has(field: str, found: str, asked: str) -> str:
    like = "" if found == asked else f', like "{asked}"'
    return f'{schema.TEXTS[field]} has "{found}"{like}'


def _short(synonym: Synonym) -> str:
    return synonym.polyseme.rstrip("/#").rpartition("/")[2]


def _named(found: str) -> str:
    how, _, name = found.partition(":")
    match how:
        case "iri":
            return "it is the IRI asked for"
        case "words":
            return f'the words of its name are "{name}"'
        case _:
            return f'{schema.TEXTS[how]} is "{name}"'


def _standing(document: Document) -> list[str]:
    """What of its weight is worth telling."""
    told = []
    if document.status in WITHDRAWN:
        return [f"ranked lower: {document.status.lower()}"]
    if document.uses:
        products = "product is" if document.uses == 1 else "products are"
        told.append(f"{document.uses:,} {products} made from it")
    if CONFORMANCE.get(document.conformance, 0) == max(CONFORMANCE.values()):
        told.append("conforms")
    return told
