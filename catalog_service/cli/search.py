"""polyseme search: find things by words and facets."""

from collections.abc import Sequence
from typing import Any

from catalog_service.cli.findings import plural
from catalog_service.cli.naming import meant
from catalog_service.cli.output import Output
from catalog_service.cli.session import Given
from catalog_service.search import (
    FACETS,
    Hit,
    Hits,
    Index,
    Kind,
    Order,
    Question,
    Suggestion,
)
from catalog_service.services.discovery import search as found_by
from catalog_service.services.discovery import suggest


def search(
    *words: str,
    kind: tuple[Kind, ...] = (),
    domain: tuple[str, ...] = (),
    owner: tuple[str, ...] = (),
    status: tuple[str, ...] = (),
    protocol: tuple[str, ...] = (),
    sensitivity: tuple[str, ...] = (),
    polyseme: tuple[str, ...] = (),
    conformance: tuple[str, ...] = (),
    freshness: tuple[str, ...] = (),
    order: Order = Order.RELEVANCE,
    first: int = 20,
    after: str = "",
    facets: bool = False,
    explain: bool = False,
    complete: bool = False,
    session: Given,
) -> None:
    """Find products, columns, domains, polysemes and standards by words; list all without words.

    Args:
        words: Words in any order; where too few things have one, what is like it is found too.
        kind: Only this kind of thing; this and the other filters may be repeated.
        domain: Only what lies in this domain or below it, by IRI or name.
        owner: Only what this person or team answers for, by IRI.
        status: Only what is at this point of its life cycle, such as Active.
        protocol: Only what is served in this way.
        sensitivity: Only what needs this level of protection, such as Confidential.
        polyseme: Only what identifies this polyseme, by IRI or name.
        conformance: Only what the gate said this of: conforms, warnings, waived or violates.
        freshness: Only what promises to be so fresh, such as "within a day".
        order: By relevance or by name.
        first: How many to show.
        after: The cursor to go on from.
        facets: Count what was found by kind, domain, owner and so on.
        explain: Say why each hit was found, and why it stands where it does.
        complete: Complete what is being typed instead: tell the names that go on so.
        session: What every verb is given.
    """
    asked = session.writes("text", "json")
    with session.reading() as catalog:
        index = catalog.index
        if complete:
            _tell_names(session.out, asked, suggest(index, " ".join(words), first=first))
            return
        question = Question(
            " ".join(words),
            kinds=kind,
            domains=_meant(index, domain, Kind.DOMAIN),
            owners=owner,
            statuses=status,
            protocols=protocol,
            sensitivities=sensitivity,
            polysemes=_meant(index, polyseme, Kind.POLYSEME),
            conformance=conformance,
            freshness=freshness,
            order=order,
            first=first,
            after=after,
            facets=FACETS if facets or asked == "json" else () if kind else ("kind",),
        )
        found = found_by(index, question)
    if asked == "json":
        session.out.json(_record(found))
    else:
        _write(session.out, found, explain=explain, facets=facets)


def _meant(index: Index, named: tuple[str, ...], kind: Kind) -> tuple[str, ...]:
    return tuple(meant(index, name, kinds=(kind,)) for name in named)


def _record(found: Hits) -> dict[str, Any]:
    return {
        "total": found.total,
        "revision": found.revision,
        "hits": [_hit(hit) for hit in found.hits],
        "facets": [
            {
                "name": facet.name,
                "counts": [{"value": value, "count": count} for value, count in facet.counts],
            }
            for facet in found.facets
        ],
        "next": found.next or None,
        "words": list(found.words),
        "lost": list(found.lost),
        "every": found.every,
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "iri": hit.iri,
        "kind": hit.kind.value,
        "name": hit.name,
        "title": hit.title,
        "description": hit.document.description,
        "domain": hit.document.domain or None,
        "owner": hit.document.owner or None,
        "status": hit.document.status or None,
        "conformance": hit.document.conformance or None,
        "freshness": hit.document.freshness or None,
        "uses": hit.document.uses,
        "score": hit.score,
        "why": list(hit.why),
        "cursor": hit.cursor,
    }


def _write(out: Output, found: Hits, *, explain: bool, facets: bool) -> None:
    for hit in found.hits:
        title = f"   {hit.title}" if hit.title != hit.name else ""
        out.line(f"{hit.kind.value:<9}  ", (hit.name, "bold"), title)
        out.line((f"           {hit.iri}", "dim"))
        for reason in hit.why if explain else ():
            out.line(f"           {reason}")
    if facets:
        _write_facets(out, found)
    told = [f"{len(found.hits):,} of {found.total:,} shown"]
    kinds = [facet for facet in found.facets if facet.name == "kind"]
    told += [", ".join(plural(n, kind) for kind, n in facet.counts) for facet in kinds]
    told += [f'nothing has "{word}"' for word in found.lost]
    told += [] if found.every else ["few have all the words, these have some"]
    told.append(f"revision {found.revision}")
    if found.next:
        told.append(f"more: --after {found.next}")
    out.line((" · ".join(filter(None, told)), "bold"))


_VALUES_SHOWN = 10


def _write_facets(out: Output, found: Hits) -> None:
    for facet in found.facets:
        out.line((facet.name, "bold"))
        for value, count in facet.counts[:_VALUES_SHOWN]:
            out.line(f"{count:>9,}  {value}")
        left = len(facet.counts) - _VALUES_SHOWN
        if left > 0:
            out.line(f"           {left:,} more values; --format json tells all")


def _tell_names(out: Output, asked: str, found: Sequence[Suggestion]) -> None:
    if asked == "json":
        out.json(
            {
                "suggestions": [
                    {"text": one.text, "kind": one.kind.value, "iri": one.iri, "count": one.count}
                    for one in found
                ]
            }
        )
        return
    for one in found:
        many = f"   {one.count:,} of them" if one.count > 1 else ""
        out.line(f"{one.kind.value:<9}  ", (one.text, "bold"), many)
