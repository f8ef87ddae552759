"""The page that lists our words, `ontology/README.md`, made from the files of the ontology.

`python -m catalog_service.governance.vocabulary_page FILE` writes it; a test holds it up to date.
"""

import sys
from pathlib import Path

import rdflib

from catalog_service import bundled
from catalog_service.terms import PM, PREFIXES, RDF, RDFS, SKOS

_FILES = ("mesh", "polyseme", "quality", "measure", "governance", "network", "platform")

_HEAD = """\
# The words of Polyseme

The graph speaks in the words of existing standards, by their own IRIs. What none of them has stands
here, in the namespace `{base}` (`pm:`), and each word says which idea of
a data mesh it gives a home to. [`alignments.ttl`](alignments.ttl) relates the words to other
specifications, [`stubs.ttl`](stubs.ttl) lists the words that we read of other standards, and
[`context.jsonld`](context.jsonld) gives them short names for JSON-LD.

This page is made from the files by `make docs`; change them, not it.
"""

Row = tuple[str, str, str, str]


def page() -> str:
    """The page, as Markdown."""
    folder = bundled.folder("ontology")
    parts = [_HEAD.format(base=PM.base)]
    for name in _FILES:
        file = folder / f"{name}.ttl"
        title = file.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        parts.append(f"\n## [`{name}.ttl`]({name}.ttl)\n\n{title}\n\n")
        parts.append(_table(("Word", "Kind", "Super, range or scheme", "Meaning"), _words(file)))
    parts.append("\n## Words of other standards\n\n")
    parts.append(_table(("Prefix", "Namespace", "Words"), _reused(folder / "stubs.ttl")))
    return "".join(parts)


def main(arguments: list[str]) -> None:
    """Write the page to the file that is named, or to the standard output."""
    if arguments:
        Path(arguments[0]).write_text(page(), encoding="utf-8")
    else:
        sys.stdout.write(page())


def _words(file: Path) -> list[Row]:
    """The words of one file, in its order."""
    graph = rdflib.Graph()
    graph.parse(file, format="turtle")
    text = file.read_text(encoding="utf-8")
    words = {str(word) for word in graph.subjects(rdflib.URIRef(RDFS.isDefinedBy))}
    return [
        _row(graph, rdflib.URIRef(word))
        for word in sorted(words, key=lambda word: text.index(f"\npm:{_local(word)} "))
    ]


def _row(graph: rdflib.Graph, word: rdflib.URIRef) -> Row:
    comment = graph.value(word, rdflib.URIRef(RDFS.comment))
    return (
        f"`{_short(word)}`",
        " ".join(f"`{kind}`" for kind in _values(graph, word, RDF.type)),
        "; ".join(
            f"{said} {' '.join(f'`{value}`' for value in values)}"
            for said, values in (
                ("<", _values(graph, word, RDFS.subClassOf)),
                ("<", _values(graph, word, RDFS.subPropertyOf)),
                ("from", _values(graph, word, RDFS.domain)),
                ("to", _values(graph, word, RDFS.range)),
                ("of", _values(graph, word, RDFS.seeAlso)),
                ("in", _values(graph, word, SKOS.inScheme)),
            )
            if values
        ),
        str(comment),
    )


def _reused(stubs: Path) -> list[tuple[str, str, str]]:
    """The words of other standards, by namespace."""
    graph = rdflib.Graph()
    graph.parse(stubs, format="turtle")
    known = {str(word) for word in graph.subjects(rdflib.URIRef(RDFS.isDefinedBy))}
    rows = []
    for prefix, base in PREFIXES.items():
        names = sorted(_local(word) for word in known if word == base + _local(word))
        if names:
            rows.append((f"`{prefix}:`", f"<{base}>", " ".join(f"`{name}`" for name in names)))
    return rows


def _values(graph: rdflib.Graph, word: rdflib.URIRef, predicate: str) -> list[str]:
    return sorted(_short(value) for value in graph.objects(word, rdflib.URIRef(predicate)))


def _short(term: rdflib.term.Node) -> str:
    iri = str(term)
    local = _local(iri)
    for prefix, base in PREFIXES.items():
        if iri == base + local:
            return f"{prefix}:{local}"
    return iri


def _local(iri: str) -> str:
    return iri[max(iri.rfind("#"), iri.rfind("/")) + 1 :]


def _table(head: tuple[str, ...], rows: list[Row] | list[tuple[str, str, str]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    main(sys.argv[1:])
