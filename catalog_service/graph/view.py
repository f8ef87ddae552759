"""A view: the dataset as one principal may see it, of which every question is asked."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, cast

import pyoxigraph as ox

from catalog_service.domain.rdf import Literal, Term, Triple
from catalog_service.errors import QuerySyntax
from catalog_service.graph import convert
from catalog_service.graph.lookups import FOLLOWED, Lookups, into, out
from catalog_service.terms import RDF, Iri


class Row(dict[str, Term]):
    """One solution of a query: the bound variables by name; what is unbound is absent."""

    def iri(self, name: str) -> Iri:
        """The IRI bound to `name`.

        Raises:
            KeyError: it is unbound; the query promises otherwise.
            TypeError: it is a literal.
        """
        found = self[name]
        if isinstance(found, Literal):
            msg = f"?{name} is a literal"
            raise TypeError(msg)
        return found

    def text(self, name: str, default: str = "") -> str:
        """The text of what is bound to `name`, IRI or literal; `default` where it is unbound."""
        found = self.get(name)
        if found is None:
            return default
        return found.lexical if isinstance(found, Literal) else found


class View:
    """Questions asked of some graphs of a store.

    Args:
        store: the store; made by `Store.view`, never by hand.
        graphs: the graphs that may be seen; None for all of them. The two lists that the engine
            takes are always given together: with one alone, other graphs leak.
        lookups: what was looked up in all graphs and still holds; only where all may be seen.
    """

    def __init__(
        self,
        store: ox.Store,
        graphs: tuple[Iri, ...] | None = None,
        lookups: Lookups | None = None,
    ) -> None:
        self._store = store
        self._graphs: list[ox.NamedNode] | None = (
            None if graphs is None else [convert.node(graph) for graph in graphs]
        )
        self._seen = None if self._graphs is None else frozenset(self._graphs)
        self._lookups = lookups if graphs is None else None

    def select(self, query: str, **terms: Term) -> list[Row]:
        """All solutions of a SELECT, with `terms` bound to the variables of those names.

        Raises:
            QuerySyntax: the text does not parse.
        """
        return list(self.each(query, **terms))

    def each(self, query: str, **terms: Term) -> Iterator[Row]:
        """The same solutions one by one, for a question that all of the mesh answers.

        They are those of the state in which the first was asked for.

        Raises:
            QuerySyntax: the text does not parse.
        """
        found = self._asked(query, terms)
        if not isinstance(found, ox.QuerySolutions):
            raise QuerySyntax("the query is no SELECT", hint="ask with ask() or construct()")
        names = [variable.value for variable in found.variables]
        for solution in found:
            yield Row(
                (name, convert.inward(value))
                for name, value in zip(names, solution, strict=True)
                if value is not None
            )

    def ask(self, query: str, **terms: Term) -> bool:
        """The answer of an ASK.

        Raises:
            QuerySyntax: the text does not parse.
        """
        found = self._asked(query, terms)
        if not isinstance(found, ox.QueryBoolean):
            raise QuerySyntax("the query is no ASK", hint="ask with select() or construct()")
        return bool(found)

    def construct(self, query: str, **terms: Term) -> tuple[Triple, ...]:
        """The distinct triples of a CONSTRUCT or DESCRIBE, sorted.

        Raises:
            QuerySyntax: the text does not parse.
        """
        found = self._asked(query, terms)
        if not isinstance(found, ox.QueryTriples):
            raise QuerySyntax("the query builds no triples", hint="ask with select() or ask()")
        return tuple(sorted({convert.triple(triple) for triple in found}, key=str))

    def objects(self, subject: Iri, predicate: Iri, *, graph: Iri | None = None) -> tuple[Iri, ...]:
        """What `subject` points at by one property: looked up, where a query would be too slow.

        Args:
            subject: what points.
            predicate: the property.
            graph: the one graph to look in, instead of all that may be seen.
        """
        if self._lookups is not None and graph is None and predicate in FOLLOWED:
            return self._lookups.find(
                out(subject, predicate), lambda: self._objects(subject, predicate, None)
            )
        return self._objects(subject, predicate, graph)

    def _objects(self, subject: Iri, predicate: Iri, graph: Iri | None) -> tuple[Iri, ...]:
        named = None if graph is None else convert.node(graph)
        about, by = convert.node(subject), convert.property_node(predicate)
        quads = self._shown(self._store.quads_for_pattern(about, by, None, named))
        found = {at.value: None for quad in quads if isinstance(at := quad.object, ox.NamedNode)}
        return cast("tuple[Iri, ...]", tuple(found))

    def subjects(self, predicate: Iri, value: Iri) -> tuple[Iri, ...]:
        """The things that point at `value` by one property, looked up likewise."""
        if self._lookups is not None and predicate in FOLLOWED:
            return self._lookups.find(
                into(predicate, value), lambda: self._subjects(predicate, value)
            )
        return self._subjects(predicate, value)

    def _subjects(self, predicate: Iri, value: Iri) -> tuple[Iri, ...]:
        by, to = convert.property_node(predicate), convert.node(value)
        quads = self._shown(self._store.quads_for_pattern(None, by, to))
        found = {at.value: None for quad in quads if isinstance(at := quad.subject, ox.NamedNode)}
        return cast("tuple[Iri, ...]", tuple(found))

    def holding(self, value: Iri, *predicates: Iri, type_: Iri) -> tuple[Iri, ...]:
        """The graphs in which something points at `value` by one of some properties.

        Args:
            value: what is pointed at.
            predicates: the properties.
            type_: only graphs whose name is of this type.
        """
        to = convert.node(value)
        found = {
            quad.graph_name.value
            for by in predicates
            for quad in self._shown(
                self._store.quads_for_pattern(None, convert.property_node(by), to)
            )
            if isinstance(quad.graph_name, ox.NamedNode)
        }
        return tuple(sorted(g for name in found if self.describes(g := Iri(name), type_=type_)))

    def linked(
        self, nodes: Iterable[Iri], predicate: Iri, *, type_: Iri, back: bool = False
    ) -> Iterator[tuple[Iri, Iri]]:
        """Each of some nodes with what it points at by one property, or what points at it.

        Args:
            nodes: the nodes.
            predicate: the property.
            type_: only others of this type.
            back: True for what points at them.
        """
        for one in nodes:
            others = self.subjects(predicate, one) if back else self.objects(one, predicate)
            yield from ((one, other) for other in others if self.describes(other, type_=type_))

    def describes(self, subject: Iri, *, type_: Iri | None = None) -> bool:
        """True where something is said of a thing: that it is of a type, or anything at all."""
        if type_ is not None and self._lookups is not None:
            return type_ in self.objects(subject, RDF.type)
        by = convert.property_node(RDF.type) if type_ else None
        of = convert.node(type_) if type_ else None
        quads = self._shown(self._store.quads_for_pattern(convert.node(subject), by, of))
        return next(iter(quads), None) is not None

    def graph(self, name: Iri) -> tuple[Triple, ...]:
        """The triples of one graph; none where it is absent or may not be seen."""
        if not self.sees(name):
            return ()
        quads = self._store.quads_for_pattern(None, None, None, convert.node(name))
        return tuple(convert.triple(quad) for quad in quads)

    def text(self, name: Iri) -> str:
        """One graph as N-Triples, without a word between its statements; empty where it is absent.

        Faster than `graph`, where nobody needs the terms.
        """
        if not self.sees(name):
            return ""
        told = self._store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=convert.node(name))
        return (told or b"").decode()

    def fetch(self, names: Iterable[Iri]) -> None:
        """Be told of graphs that are about to be asked for; a view of a store has them at hand."""

    @property
    def whole(self) -> bool:
        """True where all graphs may be seen."""
        return self._graphs is None

    def sees(self, graph: Iri) -> bool:
        """True where the graph is there and may be seen."""
        name = convert.node(graph)
        if self._graphs is not None and name not in self._graphs:
            return False
        return self._store.contains_named_graph(name)

    def graphs(self) -> Iterator[Iri]:
        """The names of the graphs that may be seen."""
        for name in self._store.named_graphs():
            if isinstance(name, ox.NamedNode) and (self._graphs is None or name in self._graphs):
                yield Iri(name.value)

    def _shown(self, quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
        """Those of some quads that may be seen."""
        seen = self._seen
        return quads if seen is None else (quad for quad in quads if quad.graph_name in seen)

    def _asked(self, query: str, terms: dict[str, Term]) -> Any:  # noqa: ANN401 - three kinds
        bound: dict[ox.Variable, convert.OxTerm] = {
            ox.Variable(name): convert.outward(term) for name, term in terms.items()
        }
        try:
            if self._graphs is None:
                return self._store.query(
                    query, use_default_graph_as_union=True, substitutions=bound
                )
            return self._store.query(
                query,
                default_graph=list(self._graphs),
                named_graphs=list(self._graphs),
                substitutions=bound,
            )
        except SyntaxError as fault:
            raise syntax(str(fault)) from fault


_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


def syntax(complaint: str) -> QuerySyntax:
    """The engine's complaint about a query; the place stands only in its text."""
    found = _PLACE.match(complaint)
    if found is None:
        return QuerySyntax(f"the query does not parse: {complaint}", hint="mend the syntax there")
    line, column, expected = found.groups()
    if "Prefix not found" in expected:
        expected, hint = "a prefix is not declared", "declare it with PREFIX"
    else:
        hint = "mend the syntax there or just before"
    return QuerySyntax(
        f"the query does not parse: {expected}", line=int(line), column=int(column), hint=hint
    )
