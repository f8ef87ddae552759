"""What `show` writes for a terminal: a page for a product, a domain, a polyseme, anything else."""

from collections.abc import Iterator, Sequence

from catalog_service.cli.findings import STYLES
from catalog_service.cli.naming import called
from catalog_service.cli.network import (
    joinable_on,
    joins_section,
    meanings_section,
    measures_section,
    network_of,
)
from catalog_service.cli.output import Output
from catalog_service.domain.names import compact, short
from catalog_service.domain.publication import Entry
from catalog_service.domain.rdf import Literal, Term, Triple
from catalog_service.graph import View
from catalog_service.services import domains, polysemes
from catalog_service.services.products import Product
from catalog_service.services.resources import Kind, Resource
from catalog_service.terms import Iri

_Rows = list[tuple[str, ...]]


def product_page(out: Output, view: View, product: Product, entry: Entry | None) -> None:
    """A product: what it is, whose, how to reach it, what is in it, and whether it conforms."""
    profile = product.profile
    pointed = (profile.domain, profile.owner, *product.upstream, *product.downstream)
    named = called(view, {iri for iri in pointed if iri})
    out.line((profile.name, "bold"), f"   {profile.iri}")
    for text in filter(None, (profile.description, profile.purpose)):
        out.line(text)
    out.table(
        [
            ("domain", named[profile.domain] if profile.domain else "-"),
            ("owner", named[profile.owner] if profile.owner else "-"),
            ("status", short(profile.status) if profile.status else "-"),
            ("version", profile.version or "-"),
            ("keywords", ", ".join(product.labels.keywords) or "-"),
            ("reads from", ", ".join(named[up] for up in product.upstream) or "-"),
            ("read by", ", ".join(named[down] for down in product.downstream) or "-"),
        ]
    )
    for title, rows in (*_ports(product), *_datasets(product)):
        _section(out, title, rows)
    if entry is not None:
        _standing(out, entry)


def thing_page(
    out: Output, view: View, known: Resource | None, at: Iri, stated: Sequence[Triple]
) -> None:
    """Anything else: what is said of it, and what a domain or a polyseme is there for."""
    kind = f"{known.kind.value} " if known else ""
    out.line(kind, (known.name if known else short(at), "bold"), f"   {at}")
    if known and known.description:
        out.line(known.description)
    whole = any(subject != at for subject, _, _ in stated)
    _section(
        out,
        "what is said of it",
        [((compact(s),) if whole else ()) + (compact(p), _told(o)) for s, p, o in stated],
    )
    if known and known.kind is Kind.DOMAIN:
        _section(out, "products", _named(view, domains.products(view, [at]).get(at, ())))
        measures_section(out, network_of(view, at))
    if known and known.kind is Kind.POLYSEME:
        concepts = polysemes.local_concepts(view, [at]).get(at, ())
        carriers = polysemes.carriers(view, [at]).get(at, ())
        products = called(view, {carrier.product for carrier in carriers})
        _section(
            out,
            "columns that identify it",
            [(products[c.product], c.name, short(c.scheme) if c.scheme else "-") for c in carriers],
        )
        if meanings := polysemes.side_by_side(concepts, carriers):
            meanings_section(out, view, meanings)
        if (joinable := joinable_on(view, at)) is not None:
            joins_section(out, view, joinable)


def _named(view: View, found: Sequence[Iri]) -> _Rows:
    named = called(view, found)
    return [(named[iri], iri) for iri in found]


def _section(out: Output, title: str, rows: _Rows) -> None:
    if rows:
        out.line()
        out.line((title, "bold"))
        out.table(rows)


def _ports(product: Product) -> Iterator[tuple[str, _Rows]]:
    yield (
        "output ports",
        [(p.name, p.protocol or "-", p.endpoint or "-", p.security) for p in product.output_ports],
    )
    yield (
        "objectives",
        [
            (port.name, promise.sentence)
            for port in product.output_ports
            for promise in product.objectives.get(port.iri, ())
        ],
    )
    yield (
        "input ports",
        [(p.name, ", ".join(read.source for read in p.reads) or "-") for p in product.input_ports],
    )
    yield (
        "management ports",
        [(p.name, p.role.value, p.endpoint or "-") for p in product.management_ports],
    )


def _datasets(product: Product) -> Iterator[tuple[str, _Rows]]:
    for dataset in product.datasets:
        yield (
            f"dataset {dataset.name}",
            [
                (
                    column.name,
                    short(column.datatype) if column.datatype else "-",
                    short(column.sensitivity) if column.sensitivity else "-",
                    f"identifies {short(column.polyseme)}" if column.polyseme else "",
                )
                for column in product.columns.get(dataset.iri, ())
            ],
        )


def _standing(out: Output, entry: Entry) -> None:
    out.line()
    for finding in entry.verdict.findings:
        out.line(
            (finding.severity.value, STYLES[finding.severity]),
            f"  {finding.standard}   {finding.message}",
        )
    standing = "conforms" if entry.verdict.conforms else "does not conform"
    by = f"published by {entry.publisher}, {entry.time:%Y-%m-%d %H:%M} UTC"
    out.line((f"{standing} · revision {entry.revision} · {by}", "bold"))


def _told(value: Term) -> str:
    return value.lexical if isinstance(value, Literal) else compact(value)
