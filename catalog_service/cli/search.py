"""polyseme search: find things by words and facets."""

from typing import Any

from catalog_service.cli.findings import plural
from catalog_service.cli.naming import meant
from catalog_service.cli.output import Output
from catalog_service.cli.session import Given
from catalog_service.search import FACETS, Hit, Hits, Index, Kind, Order, Question
from catalog_service.services.discovery import search as found_by


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
    order: Order = Order.RELEVANCE,
    first: int = 20,
    after: str = "",
    explain: bool = False,
    session: Given,
) -> None:
    """Find products, domains, polysemes, standards and columns by words; list all without words.

    Args:
        words: Words in any order; the last may be the beginning of one.
        kind: Only this kind of thing; this and the other filters may be repeated.
        domain: Only what lies in this domain or below it, by IRI or name.
        owner: Only what this person or team answers for, by IRI.
        status: Only what is at this point of its life cycle, such as Active.
        protocol: Only what is served in this way.
        sensitivity: Only what needs this level of protection, such as Confidential.
        polyseme: Only what identifies this polyseme, by IRI or name.
        conformance: Only what the gate said this of: conforms, warnings, waived or violates.
        order: By relevance or by name.
        first: How many to show.
        after: The cursor to go on from.
        explain: Say why each hit was found.
        session: What every verb is given.
    """
    asked = session.writes("text", "json")
    with session.reading() as catalog:
        index = catalog.index
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
            order=order,
            first=first,
            after=after,
            facets=FACETS if asked == "json" else () if kind else ("kind",),
        )
        found = found_by(index, question)
    if asked == "json":
        session.out.json(_record(found))
    else:
        _write(session.out, found, explain=explain)


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
        "score": hit.score,
        "why": list(hit.why),
        "cursor": hit.cursor,
    }


def _write(out: Output, found: Hits, *, explain: bool) -> None:
    for hit in found.hits:
        title = f"   {hit.title}" if hit.title != hit.name else ""
        out.line(f"{hit.kind.value:<9}  ", (hit.name, "bold"), title)
        out.line((f"           {hit.iri}", "dim"))
        for reason in hit.why if explain else ():
            out.line(f"           {reason}")
    told = [f"{len(found.hits):,} of {found.total:,} shown"]
    told += [", ".join(plural(n, kind) for kind, n in facet.counts) for facet in found.facets]
    told.append(f"revision {found.revision}")
    if found.next:
        told.append(f"more: --after {found.next}")
    out.line((" · ".join(filter(None, told)), "bold"))
