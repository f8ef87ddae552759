"""The documents of products, their columns and local concepts, for one batch of products."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog_service.domain.names import short
from catalog_service.domain.rdf import Literal
from catalog_service.graph import Row, View, many, query
from catalog_service.publishing.said import NAMES, Said, above, folded, parts, things
from catalog_service.publishing.standing import freshness, uses
from catalog_service.search import Document, Kind
from catalog_service.terms import CSVW, DCAT, DCT, DPROD, PM, SH, SKOS, XSD, Iri

_LEVELS = (
    PM.effectiveSensitivity,
    PM.sensitivity,
    DPROD.informationSensitivityClassification,
)


def product_documents(view: View, products: Sequence[Iri]) -> dict[Iri, tuple[Document, ...]]:
    """The documents of each product, its columns and local concepts after it.

    What is no product has none.

    Args:
        view: what is published.
        products: the batch; the number of questions does not depend on how many there are.
    """
    told = _Told.of(view, products)
    return {product: tuple(told.documents(product)) for product in told.products}


@dataclass(frozen=True, slots=True)
class _Told:
    """What the graph says around one batch of products."""

    products: Mapping[Iri, Said]
    parts: Mapping[Iri, Sequence[Said]]
    columns: Mapping[Iri, Sequence[Said]]
    concepts: Mapping[Iri, Sequence[Said]]
    things: Mapping[Iri, Said]
    above: Mapping[Iri, tuple[Iri, ...]]
    conformance: Mapping[Iri, str]
    freshness: Mapping[Iri, str]
    uses: Mapping[Iri, int]

    @classmethod
    def of(cls, view: View, products: Sequence[Iri]) -> "_Told":
        def asked(name: str) -> list[Row]:
            return view.select(many(query(__package__, name), "product", products))

        said = folded(asked("product_words"), "product")
        beside, columns, concepts = map(
            parts, map(asked, ("part_words", "column_words", "concept_words"))
        )
        domains = {domain for one in said.values() for domain in one.iris(DPROD.domain)}
        higher = above(view, sorted(domains))
        named = {
            *domains,
            *(owner for one in said.values() for owner in one.iris(DPROD.dataProductOwner)),
            *(
                thing
                for one in (*said.values(), *_all(beside), *_all(columns), *_all(concepts))
                for thing in one.iris(PM.identifies, PM.interprets, *_LEVELS)
            ),
        }
        return cls(
            said,
            beside,
            columns,
            concepts,
            things(view, sorted(named)),
            higher,
            conformance(view, products),
            freshness(asked("promised_freshness")),
            uses(view, products),
        )

    def documents(self, product: Iri) -> Iterable[Document]:
        """The product's document, and those of its columns and local concepts."""
        whole = self._product(product)
        yield whole
        for column in self.columns.get(product, ()):
            yield self._column(column, whole)
        for concept in self.concepts.get(product, ()):
            yield self._concept(concept, whole)

    def _product(self, product: Iri) -> Document:
        said = self.products[product]
        columns, concepts = self.columns.get(product, ()), self.concepts.get(product, ())
        beside = self.parts.get(product, ())
        domain = said.iri(DPROD.domain) or ""
        owner = said.iri(DPROD.dataProductOwner) or ""
        polysemes = _distinct(
            thing for part in (*columns, *concepts) for thing in part.iris(*_BINDS)
        )
        title, *titles = said.texts(DCT.title) or ("",)
        return Document(
            iri=product,
            kind=Kind.PRODUCT,
            name=said.text(DCT.identifier) or short(product),
            title=title,
            description="\n".join(
                _distinct(said.text(p) for p in (DCT.description, DPROD.purpose))
            ),
            domain=domain,
            domains=(domain, *self.above.get(Iri(domain), ())) if domain else (),
            owner=owner,
            status=_local(said.iri(DPROD.lifecycleStatus)),
            protocols=_distinct(
                [
                    *(p for part in beside for p in part.texts(DPROD.protocol)),
                    *(_local(p) for part in beside for p in part.iris(DPROD.protocol)),
                ]
            ),
            sensitivity=self._highest(said, *beside, *columns),
            polysemes=polysemes,
            conformance=self.conformance.get(product, ""),
            freshness=self.freshness.get(product, ""),
            uses=self.uses.get(product, 0),
            keywords=said.texts(DCAT.keyword),
            aliases=(*titles, *said.texts(SKOS.altLabel)),
            words=_distinct(
                [
                    *(text for part in beside for text in part.texts(DCT.title)),
                    *(text for column in columns for text in column.texts(CSVW.name, CSVW.title)),
                    *(text for c in concepts for text in c.texts(*NAMES, SKOS.definition)),
                    *(
                        text
                        for thing in (*polysemes, domain, owner)
                        for text in self._called(thing)
                    ),
                ]
            ),
        )

    def _column(self, column: Said, product: Document) -> Document:
        name = column.text(CSVW.name) or short(column.thing)
        polysemes = column.iris(PM.identifies)
        return Document(
            iri=column.thing,
            kind=Kind.COLUMN,
            name=name,
            title=column.text(CSVW.title),
            description=column.text(DCT.description),
            domain=product.domain,
            domains=product.domains,
            owner=product.owner,
            status=product.status,
            protocols=product.protocols,
            sensitivity=self._highest(column),
            polysemes=polysemes,
            conformance=product.conformance,
            freshness=product.freshness,
            uses=product.uses,
            words=_distinct(text for thing in polysemes for text in self._called(thing)),
            sort_key=f"{name} {product.name}",
        )

    def _concept(self, concept: Said, product: Document) -> Document:
        title, *titles = concept.texts(SKOS.prefLabel) or ("",)
        return Document(
            iri=concept.thing,
            kind=Kind.CONCEPT,
            name=short(concept.thing),
            title=title,
            description=concept.text(SKOS.definition),
            domain=product.domain,
            domains=product.domains,
            owner=product.owner,
            status=product.status,
            polysemes=concept.iris(PM.interprets),
            conformance=product.conformance,
            aliases=(*titles, *concept.texts(SKOS.altLabel)),
        )

    def _called(self, thing: str) -> tuple[str, ...]:
        """What a governed thing is called: its labels, in every language."""
        said = self.things.get(Iri(thing))
        return said.texts(*NAMES) if said else ()

    def _highest(self, *said: Said) -> str:
        """The name of the highest level that any of them has, by the ranks of the ladder."""
        levels = [level for one in said for level in one.iris(*_LEVELS)]
        return _local(max(levels, key=lambda level: (self._rank(level), level), default=None))

    def _rank(self, level: Iri) -> int:
        rank = self.things[level].text(PM.rank) if level in self.things else ""
        return int(rank) if rank.isdecimal() else -1


_BINDS = (PM.identifies, PM.interprets)


def _local(iri: Iri | None) -> str:
    return short(iri) if iri else ""


def _all(found: Mapping[Iri, Sequence[Said]]) -> list[Said]:
    return [said for part in found.values() for said in part]


def _distinct(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, found)))


def conformance(view: View, products: Sequence[Iri]) -> dict[Iri, str]:
    """What the last report comes to: `violates`, `waived`, `warnings` or `conforms`."""
    conforms: dict[Iri, bool] = {}
    severities: dict[Iri, set[Iri]] = defaultdict(set)
    for row in view.select(many(query(__package__, "last_reports"), "product", products)):
        conforms[row.iri("product")] = row["conforms"] == Literal("true", XSD.boolean)
        if "severity" in row:
            severities[row.iri("product")].add(row.iri("severity"))
    return {p: _verdict(good, severities[p]) for p, good in conforms.items()}


def _verdict(conforms: bool, severities: set[Iri]) -> str:  # noqa: FBT001 - as the report has it
    if not conforms:
        return "violates"
    if SH.Violation in severities:
        return "waived"
    return "warnings" if SH.Warning in severities else "conforms"
