"""A view of the graph that another process serves, asked over its SPARQL door."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, NoReturn, Self, cast
from urllib.parse import quote

from catalog_service.domain.rdf import Lines, Literal, Term, Triple
from catalog_service.errors import LimitExceeded, Unavailable, Unreadable
from catalog_service.graph import convert
from catalog_service.graph.exchange import Bounds, Exchange, Reply
from catalog_service.graph.formats import parse
from catalog_service.graph.queries import many
from catalog_service.graph.view import Row, View
from catalog_service.terms import PM, RDF, SD, XSD, Iri

if TYPE_CHECKING:
    import pyoxigraph as ox

_ROWS = "application/sparql-results+json"
_TRIPLES = "application/n-triples"
_TAG = re.compile(r'"(?P<version>[^"]+?)-(?P<revision>\d+)-[a-z][^"]*"')
_PROBE = f"/resource.nt?iri={quote(PM.Active, safe='')}"
"""The address of what every catalog knows: a word of the ontology."""
_GRAPHS = "SELECT ?g ?s ?p ?o WHERE { VALUES ?g { UNDEF } GRAPH ?g { ?s ?p ?o } }"
_AT_ONCE = 200
"""Graphs in one question, which has a length that the door takes."""
_PROBLEM = "application/problem+json"
_FINE, _UNCHANGED = 200, 304
_REFUSED = frozenset({401, 403})
_MOVED = range(300, 400)


class RemoteView(View):
    """Questions asked of a server; each is asked once, and its answer remembered.

    What it is asked is read at one revision: `confirm` says so at the end, or that it was not.

    Args:
        address: where the server is.
        token: the bearer token to send; empty for none.
        bounds: what it may take up.

    Raises:
        Misconfigured: the address is none.
        Unavailable: it cannot be reached, or is no catalog.
    """

    def __init__(self, address: str, token: str = "", bounds: Bounds | None = None) -> None:
        super().__init__(cast("ox.Store", _Elsewhere(address)))
        self._exchange = Exchange(address, token, bounds or Bounds())
        self._address = address
        self._known: dict[str, list[Row]] = {}
        self._stated: dict[Iri, tuple[Triple, ...]] = {}
        try:
            self.base_iri = self._base()
            self.version, self.revision, self._tag = self._state()
        except BaseException:
            self.close()
            raise

    def select(self, query: str, **terms: Term) -> list[Row]:
        """As `View.select`, with the terms written behind the query."""
        text = _bound(query, terms)
        if text not in self._known:
            told = self._json(text)
            try:
                self._known[text] = [_row(row) for row in told["results"]["bindings"]]
            except (KeyError, TypeError, AttributeError) as fault:
                raise self._odd("its answer holds no rows") from fault
        return self._known[text]

    def each(self, query: str, **terms: Term) -> Iterator[Row]:
        """As `View.each`; the server's answer comes as a whole."""
        return iter(self.select(query, **terms))

    def ask(self, query: str, **terms: Term) -> bool:
        """As `View.ask`."""
        told = self._json(_bound(query, terms)).get("boolean")
        if not isinstance(told, bool):
            raise self._odd("its answer is neither yes nor no")
        return told

    def construct(self, query: str, **terms: Term) -> tuple[Triple, ...]:
        """As `View.construct`."""
        found = self._triples(self._queried(_bound(query, terms), _TRIPLES))
        return tuple(sorted(set(found), key=str))

    def objects(self, subject: Iri, predicate: Iri, *, graph: Iri | None = None) -> tuple[Iri, ...]:
        """As `View.objects`."""
        place = f"GRAPH {convert.node(graph)}" if graph else ""
        text = (
            f"SELECT DISTINCT ?found WHERE {{ {place} {{ {convert.node(subject)}"
            f" {convert.node(predicate)} ?found }} FILTER(isIRI(?found)) }}"
        )
        return tuple(row.iri("found") for row in self.select(text))

    def subjects(self, predicate: Iri, value: Iri) -> tuple[Iri, ...]:
        """As `View.subjects`."""
        pattern = f"?found {convert.node(predicate)} {convert.node(value)}"
        rows = self.select(f"SELECT DISTINCT ?found WHERE {{ {pattern} }}")
        return tuple(row.iri("found") for row in rows)

    def holding(self, value: Iri, *predicates: Iri, type_: Iri) -> tuple[Iri, ...]:
        """As `View.holding`."""
        by = " ".join(str(convert.node(predicate)) for predicate in predicates)
        text = (
            f"SELECT DISTINCT ?found WHERE {{ VALUES ?by {{ {by} }}"
            f" GRAPH ?found {{ ?subject ?by {convert.node(value)} }}"
            f" FILTER EXISTS {{ ?found a {convert.node(type_)} }} }} ORDER BY ?found"
        )
        return tuple(row.iri("found") for row in self.select(text))

    def linked(
        self, nodes: Iterable[Iri], predicate: Iri, *, type_: Iri, back: bool = False
    ) -> Iterator[tuple[Iri, Iri]]:
        """As `View.linked`, with one question."""
        by, pair = convert.node(predicate), ("?other", "?one") if back else ("?one", "?other")
        text = (
            f"SELECT DISTINCT ?one ?other WHERE {{ VALUES ?one {{ UNDEF }}"
            f" {pair[0]} {by} {pair[1]} . ?other a {convert.node(type_)} }} ORDER BY ?one ?other"
        )
        some = tuple(nodes)
        if some:
            for row in self.select(many(text, "one", some)):
                yield row.iri("one"), row.iri("other")

    def describes(self, subject: Iri, *, type_: Iri | None = None) -> bool:
        """As `View.describes`."""
        said = f"a {convert.node(type_)}" if type_ else "?property ?value"
        return self.ask(f"ASK {{ {convert.node(subject)} {said} }}")

    def graph(self, name: Iri) -> tuple[Triple, ...]:
        """As `View.graph`."""
        if name not in self._stated:
            self.fetch([name])
        return self._stated[name]

    def text(self, name: Iri) -> str:
        """As `View.text`."""
        return Lines().of(self.graph(name))

    def sees(self, graph: Iri) -> bool:
        """As `View.sees`; no graph is empty."""
        return bool(self.graph(graph))

    def graphs(self) -> Iterator[Iri]:
        """As `View.graphs`."""
        rows = self.select("SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }")
        yield from (row.iri("graph") for row in rows)

    def fetch(self, names: Iterable[Iri]) -> None:
        """Read graphs with one question, so that `graph` need not ask for each."""
        due = iter(sorted({name for name in names if name not in self._stated}))
        while some := list(islice(due, _AT_ONCE)):
            text = many(_GRAPHS, "g", some)
            found: dict[Iri, list[Triple]] = {name: [] for name in some}
            for row in self.select(text):
                found[row.iri("g")].append(Triple(row.iri("s"), row.iri("p"), row["o"]))
            del self._known[text]
            self._stated |= {name: tuple(triples) for name, triples in found.items()}

    def confirm(self) -> None:
        """See to it that everything was read at one revision.

        Raises:
            Unavailable: something was published meanwhile.
        """
        if self._exchange.get(_PROBE, If_None_Match=self._tag).status == _UNCHANGED:
            return
        version, revision, _ = self._state()
        if (version, revision) != (self.version, self.revision):
            raise Unavailable(
                f"{self._address} went from revision {self.revision} to {revision} while it was"
                " read, so what was read may not go together",
                hint="run it again",
            )

    def close(self) -> None:
        """Let go of the connection."""
        self._exchange.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _base(self) -> str:
        """What the IRIs of the mesh begin with, by what the door says of itself."""
        reply = self._fine(self._exchange.get("/sparql", Accept=_TRIPLES))
        said = self._triples(reply)
        ends = [o for _, p, o in said if p == SD.endpoint and isinstance(o, str)]
        if len(ends) != 1 or not ends[0].endswith("sparql"):
            raise self._odd("it describes no SPARQL door")
        return ends[0].removesuffix("sparql")

    def _state(self) -> tuple[str, int, str]:
        """The version of the server and its revision, as the tag of any of its answers has them."""
        reply = self._fine(self._exchange.get(_PROBE, Accept=_TRIPLES))
        tag = reply.headers.get("etag", "")
        found = _TAG.fullmatch(tag)
        if found is None:
            raise self._odd("it does not say at which revision it is")
        return found["version"], int(found["revision"]), tag

    def _triples(self, reply: Reply) -> tuple[Triple, ...]:
        try:
            return parse(reply.body.decode(), "ntriples")
        except (UnicodeDecodeError, Unreadable, LimitExceeded) as fault:
            raise self._odd("its answer does not parse") from fault

    def _json(self, text: str) -> dict[str, Any]:
        try:
            told = json.loads(self._queried(text, _ROWS).body)
        except (ValueError, RecursionError) as fault:
            raise self._odd("its answer does not parse") from fault
        if not isinstance(told, dict):
            raise self._odd("its answer is no result of a query")
        return told

    def _queried(self, text: str, accept: str) -> Reply:
        return self._fine(
            self._exchange.post(
                "/sparql",
                text.encode(),
                Accept=accept,
                Content_Type="application/sparql-query",
            )
        )

    def _fine(self, reply: Reply) -> Reply:
        """A reply that is what was asked for.

        Raises:
            Unavailable: it is not.
        """
        if reply.status == _FINE:
            return reply
        if reply.status in _MOVED:
            raise self._odd(f"it sends on to {reply.headers.get('location', 'nowhere')[:200]}")
        if reply.headers.get("content-type", "").partition(";")[0] != _PROBLEM:
            raise self._odd(f"it answers with status {reply.status}")
        detail, hint = _problem(reply.body)
        if reply.status in _REFUSED:
            hint = "set the token of the catalog as POLYSEME_TOKEN"
        raise Unavailable(f"{self._address} refuses: {detail}", hint=hint)

    def _odd(self, why: str) -> Unavailable:
        return Unavailable(
            f"{self._address} is no catalog of Polyseme: {why}",
            hint="name the address that `polyseme serve` prints",
        )


class _Elsewhere:
    """Stands where other views have their store: what is not asked of the server has no answer.

    An empty store would answer it, and a lineage that could not be read would look like none.

    Args:
        address: where the graph is.
    """

    def __init__(self, address: str) -> None:
        self._address = address

    def __getattr__(self, question: str) -> NoReturn:
        raise Unavailable(
            f"{question} cannot be asked of {self._address}: its graph is read by queries alone",
            hint="ask where the catalog is, with --home, or read its graphs with fetch",
        )


def _bound(query: str, terms: Mapping[str, Term]) -> str:
    """The query with its variables bound: a table of one row behind it is joined with its rows."""
    if not terms:
        return query
    names = " ".join(f"?{name}" for name in terms)
    values = " ".join(str(convert.outward(term)) for term in terms.values())
    return f"{query}\nVALUES ({names}) {{ ({values}) }}\n"


def _row(told: Mapping[str, Mapping[str, str]]) -> Row:
    return Row((name, _term(value)) for name, value in told.items())


def _term(told: Mapping[str, str]) -> Term:
    value = told["value"]
    if told["type"] == "uri":
        return Iri(value)
    if told["type"] == "bnode":
        return Iri(f"_:{value}")
    if language := told.get("xml:lang"):
        return Literal(value, RDF.langString, language)
    return Literal(value, Iri(told.get("datatype", XSD.string)))


def _problem(body: bytes) -> tuple[str, str]:
    """What a problem says is wrong, and what to do."""
    try:
        told = json.loads(body)
        return str(told["detail"])[:500], str(told.get("hint", ""))[:500]
    except (ValueError, KeyError, TypeError, AttributeError):
        return "it does not say why", ""
