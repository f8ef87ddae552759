"""Asking the data of a catalog in SPARQL, whoever asks and by whatever door."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime

from catalog_service.domain.asked import Asked
from catalog_service.errors import CatalogError, Refused
from catalog_service.graph import View
from catalog_service.graph.querygate import Admitted
from catalog_service.semantic.execution import Engine, Limits
from catalog_service.semantic.plan import Guarded
from catalog_service.semantic.policy import Asker
from catalog_service.semantic.resolve import Beside, Stated
from catalog_service.semantic.sparql import syntax, triples
from catalog_service.semantic.sparql.answering import (
    NOTHING,
    DataAnswer,
    Row,
    answered,
    compiled,
)
from catalog_service.semantic.sparql.identities import Discretion
from catalog_service.semantic.sparql.parsing import Parser
from catalog_service.semantic.sparql.readable import Readable, readable
from catalog_service.terms import RDF, Iri

Choose = Callable[[Sequence[Guarded]], tuple[Engine, str]]
_KEPT = 16
_Key = tuple[int, str, Asker, str]


class DataQueries:
    """Answers SPARQL over data, for one catalog. Its methods may be called from any thread.

    Args:
        beside: where the relative paths of a product begin.
        choose: which engine runs a statement over some relations, and why that one.
        audit: keeps what was asked.
        limits: what one answer may cost.
        minimum_group: groups of fewer identities are withheld; 1 withholds none.
    """

    def __init__(
        self,
        *,
        beside: Beside,
        choose: Choose,
        audit: Callable[[Asked], None],
        limits: Limits | None = None,
        minimum_group: int = 1,
    ) -> None:
        self._beside = beside
        self._choose = choose
        self._audit = audit
        self._limits = limits or Limits()
        self._minimum_group = minimum_group
        self._parser = Parser()
        self._readable: OrderedDict[_Key, Readable] = OrderedDict()
        self._lock = threading.Lock()

    def ask(
        self,
        query: Admitted,
        view: View,
        revision: int,
        asker: Asker,
        *,
        purpose: str = "",
        base: str = "",
        audience: str = "",
    ) -> DataAnswer:
        """The answer to a query that has passed the gate.

        Args:
            query: what is asked.
            view: the graph as the asker may see it.
            revision: what it is a view of.
            asker: who asks.
            purpose: what for, as for any question across products.
            base: what relative IRIs are relative to.
            audience: names what the view shows; views of one audience and revision are the same.

        Raises:
            QuerySyntax: it does not parse.
            Refused: it uses what is not answered over data, or reads what may not be read.
            SourceUnavailable: a source that it needs cannot be read.
            LimitExceeded, QueryTimeout: it took too long, or too much memory or rows.
        """
        asked = Asked(
            datetime.now(UTC), asker.name, purpose, "", (), (), "answered", revision
        )  # fmt: skip
        told = _Told()
        try:
            key = revision, audience, asker, purpose
            found = self._answer(self._parser.parse(query, base), view, key, told)
        except CatalogError as fault:
            asked = replace(asked, products=tuple(sorted(told.products)))
            code = fault.code if isinstance(fault, Refused) else fault.slug
            self._audit(replace(asked, outcome=code))
            raise
        products = tuple(sorted(told.products))
        self._audit(replace(asked, products=products, digest=found.digest, rows=found.size))
        return found

    def close(self) -> None:
        """End the worker that reads queries."""
        self._parser.close()

    def _answer(self, tree: syntax.Query, view: View, key: _Key, told: "_Told") -> DataAnswer:
        data = self._data(view, key)
        if tree.described is not None:
            rows: tuple[Row, ...] = ()
            if tree.variables:
                rows = self._rows(triples.limited(tree), view, data, key, told).rows
            return self._description(triples.resources(tree.described, rows), view, key, told)
        if tree.template is None:
            return self._rows(tree, view, data, key, told)
        found = self._rows(triples.limited(tree), view, data, key, told)
        return found.told(triples.constructed(tree.template, tree.variables, found.rows))

    def _description(
        self, resources: tuple[Iri, ...], view: View, key: _Key, told: "_Told"
    ) -> DataAnswer:
        data = self._data(view, key)
        masked = triples.masked(data.mapped, resources)
        shown = replace(data, mapped=triples.unmasked(data.mapped))
        tree = triples.description(shown.mapped, resources)
        if tree is None:
            return replace(NOTHING, policies=masked)
        found = self._rows(tree, None, shown, key, told)
        made = triples.constructed(tree.template or (), tree.variables, found.rows, "DESCRIBE")
        return replace(found.told(made), policies=(*found.policies, *masked))

    def _rows(
        self, tree: syntax.Query, view: View | None, data: Readable, key: _Key, told: "_Told"
    ) -> DataAnswer:
        try:
            made = compiled(tree, data.mapped, view, self._discretion(data, key))
        except Refused as refused:
            if refused.code in ("unknown-property", "unknown-class"):
                for word in _words(tree):
                    if word in data.denied:
                        raise data.denied[word] from refused
            raise
        relations = tuple(guarded for guarded, _ in made.reads.values())
        told.products |= {guarded.relation.product for guarded in relations}
        data.policies.combined((guarded.relation, names) for guarded, names in made.reads.values())
        engine, why = self._choose(relations)
        return replace(answered(made, engine, self._limits), engine=f"{engine.name}: {why}")

    def _discretion(self, data: Readable, key: _Key) -> Discretion | None:
        _, _, asker, _ = key
        if asker.identities:
            return None
        return Discretion(data.mapped.identifying, self._minimum_group)

    def _data(self, view: View, key: _Key) -> Readable:
        """What the asker may read: the same for as long as the catalog is."""
        with self._lock:
            if key in self._readable:
                self._readable.move_to_end(key)
                return self._readable[key]
        _, _, asker, purpose = key
        found = readable(Stated(view, self._beside), asker, purpose)
        with self._lock:
            self._readable[key] = found
            if len(self._readable) > _KEPT:
                self._readable.popitem(last=False)
        return found


@dataclass(slots=True)
class _Told:
    """What is known of a question while it is answered: the products that it reads."""

    products: set[Iri] = field(default_factory=set)


def _words(part: object) -> Iterator[Iri]:
    """The properties and classes that a query names."""
    if isinstance(part, syntax.TriplePattern):
        yield part.predicate
        if part.predicate == RDF.type and isinstance(part.object, str):
            yield part.object
    elif isinstance(part, tuple):
        for one in part:
            yield from _words(one)
    elif is_dataclass(part):
        for at in fields(part):
            yield from _words(getattr(part, at.name))
