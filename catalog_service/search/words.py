"""From text to words, in the same way for what is indexed and for what is asked."""

import re
import unicodedata

import tantivy

LONGEST_WORD = 100
LONGEST_KEY = 512

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0\s]+")

STOP_WORDS = frozenset(
    (  # noqa: SIM905 - one a line would be a page
        "a an and are as at be by for from has have how in into is it its of on or our that the "
        "their there these this those to was what when where which who with"
    ).split()
)
"""Words that say little: they are looked for only where the question holds nothing else."""


def clean(text: str) -> str:
    """Text with equal characters written in one way, and without halves of characters."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text.encode("utf-8", "replace").decode("utf-8"))


def key(text: str) -> str:
    """The form in which two names are the same name: case and white space do not count."""
    return _CONTROL.sub(" ", clean(text).casefold()).strip()


def keys(text: str) -> tuple[str, str]:
    """The key of a name, and the key of its words alone: `Podcast-Listener` is `podcast listener`.

    Either is empty where there is nothing to compare by, or more than a name can be.
    """
    start = clean(text[: 4 * LONGEST_KEY])
    return _bounded(key(start)), _bounded(" ".join(EXACT.analyze(parted(start))))


def _bounded(found: str) -> str:
    return found if len(found.encode()) <= LONGEST_KEY else ""


def with_parts(text: str) -> str:
    """The text, and the parts of the words in it that are written in camel case, after it."""
    cleaned = clean(text)
    apart = parted(cleaned)
    return cleaned if apart == cleaned else f"{cleaned} {apart}"


def parted(text: str) -> str:
    """The text, with words in camel case taken apart."""
    return _CAMEL.sub(" ", clean(text))


def _analyzer(*, stemming: bool) -> tantivy.TextAnalyzer:
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(LONGEST_WORD))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )
    if stemming:
        builder = builder.filter(tantivy.Filter.stemmer("english"))
    return builder.build()


EXACT = _analyzer(stemming=False)
"""Words as written, without case and accents."""
STEMMED = _analyzer(stemming=True)
"""Words by their English stems, so that a plural finds its singular."""


def words(text: str) -> list[str]:
    """The words of a text in order, as the index has them."""
    return EXACT.analyze(with_parts(text))


def stem(word: str) -> str:
    """The stem of one word, such as `words` gives; the word itself where it has none."""
    return next(iter(STEMMED.analyze(word)), word)


def slips(one: str, other: str, most: int) -> int:
    """How many slips of the finger lie between two words: letters more, less, other, or swapped.

    Args:
        one: a word.
        other: another.
        most: from where on it is not counted exactly; what is farther apart is `most` and one.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one):
        earlier, before, row = before, row, [i + 1]
        for j, b in enumerate(other):
            cost = min(before[j] + (a != b), before[j + 1] + 1, row[j] + 1)
            if i and j and a == other[j - 1] and b == one[i - 1]:
                cost = min(cost, earlier[j - 1] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
