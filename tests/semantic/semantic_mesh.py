"""A small mesh for questions: what is stated of it, and the rows that it serves."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from catalog_service.domain.asked import Asked
from catalog_service.domain.rdf import Literal, Term, Triple, text
from catalog_service.graph import Store, View
from catalog_service.semantic.answer import Answer
from catalog_service.semantic.correlate import Correlator
from catalog_service.semantic.engines.duckdb import DuckDb
from catalog_service.semantic.policy import Asker
from catalog_service.semantic.question import Question
from catalog_service.semantic.sources.options import Options
from catalog_service.terms import CSVW, DCAT, DCT, DPROD, DPV, ODRL, PM, RDF, SKOS, XSD, Iri

BASE = "https://mesh.example/"
UNIT_MEASURE = Iri("http://purl.org/linked-data/sdmx/2009/attribute#unitMeasure")
TYPES = {
    "VARCHAR": XSD.string,
    "INTEGER": XSD.integer,
    "BIGINT": XSD.integer,
    "DOUBLE": XSD.double,
    "DATE": XSD.date,
    "TIMESTAMP": XSD.dateTime,
    "BOOLEAN": XSD.boolean,
}
INSIDER = Asker("ana", PM.Restricted, identities=True, statement=True)


def iri(*parts: str) -> Iri:
    """An IRI of the mesh."""
    return Iri(BASE + "/".join(parts))


@dataclass(frozen=True)
class Col:
    """A column: its type in SQL, and what it means."""

    type: str
    identifies: str = ""
    scheme: str = ""
    foreign: str = ""
    level: str = ""
    dimension: bool = False
    term: str = ""


@dataclass
class Mesh:
    """Polysemes, products and their rows; `ask` answers over them."""

    folder: Path
    facts: list[Triple] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    minimum_group: int = 1
    _correlator: Correlator | None = None
    _view: View | None = None

    def say(self, subject: Iri, *pairs: tuple[Iri, Term]) -> None:
        """State some facts of one thing."""
        self.facts += [Triple(subject, predicate, value) for predicate, value in pairs]

    def polyseme(self, name: str, scheme: str, domain: str, datatype: Iri = XSD.string) -> None:
        """A polyseme with its global scheme."""
        self.say(
            iri("polysemes", name),
            (RDF.type, PM.Polyseme),
            (SKOS.prefLabel, text(name.lower(), "en")),
            (PM.globalIdentifier, iri("schemes", scheme)),
            (PM.authoritativeDomain, iri("domains", domain)),
        )
        self.say(iri("schemes", scheme), (RDF.type, PM.IdentifierScheme), (PM.datatype, datatype))
        for rank, level in enumerate(("Public", "Internal", "Confidential", "Restricted"), 1):
            self.say(PM[level], (PM.rank, Literal(str(rank), XSD.integer)))

    def dataset(
        self,
        product: str,
        columns: dict[str, Col],
        rows: Iterable[Sequence[Any]],
        grain: Sequence[str],
        *,
        domain: str = "",
        purposes: Sequence[str] = ("ServiceOptimisation",),
        name: str = "",
    ) -> Iri:
        """A product with one dataset, kept as a Parquet file."""
        name = name or product.rpartition(".")[2]
        whole, data = iri("products", product), iri("products", product, "datasets", name)
        port, schema = iri("products", product, "ports", name), Iri(f"{data}/schema")
        file = self.folder / f"{name}.parquet"
        address = Iri(f"file:{file.name}")
        self.say(
            whole,
            (DCT.identifier, text(product)),
            (DPROD.domain, iri("domains", domain or product.partition(".")[0])),
            (DPROD.outputDataset, data),
            (DPROD.outputPort, port),
        )
        self.say(
            port,
            (DCAT.servesDataset, data),
            (DCAT.endpointURL, address),
            (DPROD.protocol, iri("protocols", "local")),
            (ODRL.hasPolicy, Iri(f"{port}/policy")),
        )
        for purpose in purposes:
            rule = Iri(f"{port}/policy/{purpose}")
            self.say(Iri(f"{port}/policy"), (ODRL.permission, rule))
            self.say(rule, (ODRL.action, ODRL.use), (ODRL.constraint, Iri(f"{rule}/when")))
            self.say(
                Iri(f"{rule}/when"),
                (ODRL.leftOperand, ODRL.purpose),
                (ODRL.operator, ODRL.eq),
                (ODRL.rightOperand, Iri(DPV.base + purpose)),
            )
        self.say(
            data,
            (CSVW.tableSchema, schema),
            (DCAT.distribution, Iri(f"{data}/file")),
            (DPROD.informationSensitivityClassification, PM.Internal),
            *((PM.grain, Iri(f"{data}/columns/{column}")) for column in grain),
        )
        self.say(Iri(f"{data}/file"), (DCT["format"], text("parquet")), (DCAT.accessURL, address))
        for column, of in columns.items():
            self._column(data, schema, column, of)
        self._write(file, columns, rows)
        return data

    def _column(self, data: Iri, schema: Iri, name: str, of: Col) -> None:
        at = Iri(f"{data}/columns/{name}")
        kind = TYPES.get(of.type, XSD.decimal)
        self.say(schema, (CSVW.column, at))
        self.say(at, (CSVW.name, text(name)), (CSVW.datatype, kind))
        if of.identifies:
            self.say(at, (PM.identifies, iri("polysemes", of.identifies)))
            self.say(at, (PM.identifierScheme, iri("schemes", of.scheme)))
        if of.foreign:
            self.say(at, (CSVW.foreignKey, iri("products", *of.foreign.split("/"))))
        if of.level:
            self.say(at, (PM.sensitivity, PM[of.level]))
        if of.term:
            self.say(at, (PM.dimensionTerm, iri("terms", of.term)))
        if of.dimension:
            self.say(data, (PM.dimension, at))

    def _write(self, file: Path, columns: dict[str, Col], rows: Iterable[Sequence[Any]]) -> None:
        with duckdb.connect() as connection:
            listed = ", ".join(f'"{name}" {of.type}' for name, of in columns.items())
            connection.execute(f"CREATE TABLE t ({listed})")
            if given := [list(row) for row in rows]:
                places = ", ".join("?" * len(columns))
                connection.executemany(f"INSERT INTO t VALUES ({places})", given)  # noqa: S608
            connection.table("t").write_parquet(str(file))

    def measure(self, name: str, data: Iri, aggregate: str, operand: str = "", **more: str) -> Iri:
        """A measure, complete but for what is left out by `without=`."""
        at = Iri(f"{data.partition('/datasets/')[0]}/measures/{name}")
        clock = more.get("clock", "")
        facts: dict[str, tuple[Iri, Term]] = {
            "aggregate": (PM.aggregate, text(aggregate)),
            "additivity": (PM.additivity, PM[more.get("additivity", "Additive")]),
            "empty": (PM.whenEmpty, PM[more.get("empty", "Zero")]),
        }
        if operand:
            facts["operand"] = (PM.operand, Iri(f"{data}/columns/{operand}"))
        if clock:
            column = (
                iri("products", *clock.split("/")) if "/" in clock else f"{data}/columns/{clock}"
            )
            facts["clock"] = (PM.clock, Iri(column))
            facts["zone"] = (PM.zone, text(more.get("zone", "UTC")))
        if "unit" in more:
            facts["unit"] = (UNIT_MEASURE, text(more["unit"]))
        if "unit_column" in more:
            facts["unit_column"] = (PM.unitColumn, Iri(f"{data}/columns/{more['unit_column']}"))
        if "not_over" in more:
            facts["not_over"] = (PM.notAdditiveOver, Iri(f"{data}/columns/{more['not_over']}"))
        facts.pop(more.get("without", ""), None)
        self.say(at, (RDF.type, PM.Measure), (CSVW.name, text(name)), (PM.countedOn, data))
        self.say(at, *facts.values())
        return at

    def crosswalk(  # noqa: PLR0917 - what a crosswalk states
        self, name: str, data: Iri, schemes: tuple[str, str], columns: tuple[str, str],
        cardinality: str = "ManyToOne", valid: tuple[str, str] | None = None,
    ) -> Iri:  # fmt: skip
        """A crosswalk that a dataset serves."""
        at = Iri(f"{data.partition('/datasets/')[0]}/crosswalks/{name}")
        port = Iri(data.replace("/datasets/", "/ports/"))
        self.say(
            at,
            (RDF.type, PM.Crosswalk),
            (PM.fromScheme, iri("schemes", schemes[0])),
            (PM.toScheme, iri("schemes", schemes[1])),
            (PM.realisedBy, port),
            (PM.fromColumn, Iri(f"{data}/columns/{columns[0]}")),
            (PM.toColumn, Iri(f"{data}/columns/{columns[1]}")),
        )
        if cardinality:
            self.say(at, (PM.cardinality, PM[cardinality]))
        if valid:
            self.say(at, (PM.validFromColumn, Iri(f"{data}/columns/{valid[0]}")))
            self.say(at, (PM.validToColumn, Iri(f"{data}/columns/{valid[1]}")))
        return at

    def derive(self, data: Iri, column: str, scheme: str, transform: str) -> Iri:
        """A key that is made from a column by a rule."""
        at = Iri(f"{data}/derived-keys/{column}-{scheme}")
        self.say(Iri(f"{data}/columns/{column}"), (PM.derivedKey, at))
        self.say(at, (PM.toScheme, iri("schemes", scheme)), (PM.transform, text(transform)))
        return at

    def row_rule(self, data: Iri, column: str, comparator: str, *values: Term) -> Iri:
        """A rule that leaves some rows of a dataset to be read."""
        policy = Iri(data.replace("/datasets/", "/ports/") + "/policy")
        at = Iri(f"{policy}/rows/{column}")
        self.say(policy, (PM.rowRule, at))
        self.say(at, (PM.onColumn, Iri(f"{data}/columns/{column}")))
        self.say(at, (PM.comparator, text(comparator)))
        self.say(at, *((PM.operandValue, value) for value in values))
        return at

    def permit_key(self, data: Iri, column: str) -> None:
        """Let questions join by a column though it is masked for who asks."""
        policy = Iri(data.replace("/datasets/", "/ports/") + "/policy")
        self.say(policy, (PM.permitsKey, Iri(f"{data}/columns/{column}")))

    def view(self) -> View:
        """The graph of the mesh."""
        store = Store()
        store.replace({iri("graph"): self.facts})
        return store.view()

    def correlator(self, **more: Any) -> Correlator:
        """A correlator over the mesh, with DuckDB as its engine."""
        engine = DuckDb(Options(roots=(self.folder,)))
        return Correlator(
            beside=lambda *_: str(self.folder),
            choose=lambda _: (engine, "the default"),
            audit=self.asked.append,
            minimum_group=self.minimum_group,
            **more,
        )

    def answer(
        self,
        *measures: str,
        asker: Asker = INSIDER,
        explain: bool = False,
        **more: Any,
    ) -> Answer:
        """The answer to a question about users."""
        if self._correlator is None or self._view is None:
            self._correlator, self._view = self.correlator(), self.view()
        more.setdefault("polyseme", "user")
        more.setdefault("purpose", "ServiceOptimisation")
        question = Question(measures=measures, **more)
        return self._correlator.answer(question, self._view, 7, asker, explain=explain)

    def ask(self, *measures: str, **more: Any) -> list[dict[str, Any]]:
        """The rows of the answer."""
        return list(self.answer(*measures, **more).arrow().to_pylist())

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """What a statement of one's own says over the files, for the naive answer beside ours."""
        with duckdb.connect() as connection:
            for name in self.folder.glob("*.parquet"):
                connection.execute(f"CREATE VIEW {name.stem} AS FROM '{name}'")
            return connection.execute(statement).fetchall()


Build = Callable[[Path], Mesh]

USERS = (
    ("u1", "SE", "Ada@mail.example"),
    ("u2", "SE", "bo@mail.example"),
    ("u3", "DE", "cy@mail.example"),
    ("u4", "DE", None),
    ("u5", None, "eve@mail.example"),
)
ACCOUNTS = (("a1", "u1"), ("a1b", "u1"), ("a2", "u2"), ("a3", "u3"))
PLAYS = (
    ("s1", "a1", "2026-02-01 00:00:00", 100),
    ("s2", "a1", "2026-02-03 10:00:00", 200),
    ("s3", "a1b", "2026-02-04 10:00:00", 50),
    ("s4", "a2", "2026-02-28 23:59:59", 300),
    ("s5", "a2", "2026-03-01 00:00:00", 10),
    ("s6", "a3", "2026-02-10 10:00:00", 70),
    ("s7", "nobody", "2026-02-11 10:00:00", 999),
    ("s8", None, "2026-02-12 10:00:00", 999),
)
PAYMENTS = (
    ("p1", "s1", "0.0040", "EUR", "2026-02-01"),
    ("p2", "s1", "0.0010", "EUR", "2026-02-01"),
    ("p3", "s2", "0.0050", "EUR", "2026-02-03"),
    ("p4", "s4", "0.0070", "EUR", "2026-03-01"),
    ("p5", "s5", "0.0900", "EUR", "2026-03-01"),
    ("p6", "s7", "1.0000", "EUR", "2026-02-11"),
)
LISTENS = (
    ("l1", "ada@mail.example", "pod1", "2026-02-05 08:00:00"),
    ("l2", "ada@mail.example", "pod1", "2026-02-06 08:00:00"),
    ("l3", "ada@mail.example", "pod2", "2026-02-07 08:00:00"),
    ("l4", "bo@mail.example", "pod1", "2026-02-08 08:00:00"),
    ("l5", "stranger@mail.example", "pod3", "2026-02-09 08:00:00"),
)


def company(folder: Path) -> Mesh:
    """Five products of a media company that share no key: users, accounts, plays, payments, listens."""
    mesh = Mesh(folder)
    mesh.polyseme("User", "user-id", "users")
    profiles = mesh.dataset(
        "users.profiles",
        {
            "user_id": Col("VARCHAR", "User", "user-id"),
            "country": Col("VARCHAR", dimension=True),
            "email": Col("VARCHAR", level="Confidential"),
        },
        USERS,
        ["user_id"],
    )
    mesh.derive(profiles, "email", "email-sha256", "sha256_ascii_lower")
    accounts = mesh.dataset(
        "users.accounts",
        {
            "account_uri": Col("VARCHAR", "User", "account-uri"),
            "user_id": Col("VARCHAR", "User", "user-id"),
        },
        ACCOUNTS,
        ["account_uri"],
    )
    mesh.crosswalk("account", accounts, ("account-uri", "user-id"), ("account_uri", "user_id"))
    plays = mesh.dataset(
        "streaming.plays",
        {
            "play_id": Col("VARCHAR"),
            "account_uri": Col("VARCHAR", "User", "account-uri"),
            "played_at": Col("TIMESTAMP"),
            "seconds": Col("INTEGER", dimension=True),
        },
        PLAYS,
        ["play_id"],
    )
    mesh.measure("StreamsPlayed", plays, "count", clock="played_at")
    mesh.measure("SecondsPlayed", plays, "sum", "seconds", clock="played_at", unit="s")
    mesh.measure(
        "AverageSeconds", plays, "average", "seconds", clock="played_at", unit="s",
        additivity="NonAdditive", empty="Null",
    )  # fmt: skip
    payments = mesh.dataset(
        "artists.payments",
        {
            "payment_id": Col("VARCHAR"),
            "play_id": Col("VARCHAR", foreign="streaming.plays/datasets/plays/columns/play_id"),
            "amount": Col("DECIMAL(9,4)"),
            "currency": Col("VARCHAR", dimension=True),
            "booked_on": Col("DATE"),
        },
        PAYMENTS,
        ["payment_id"],
    )
    mesh.measure(
        "ArtistPayments", payments, "sum", "amount", unit="EUR", unit_column="currency",
        clock="streaming.plays/datasets/plays/columns/played_at",
    )  # fmt: skip
    mesh.measure("PaymentsBooked", payments, "sum", "amount", unit="EUR", clock="booked_on")
    listens = mesh.dataset(
        "podcasts.listens",
        {
            "listen_id": Col("VARCHAR"),
            "listener": Col("VARCHAR", "User", "email-sha256"),
            "podcast_id": Col("VARCHAR"),
            "listened_at": Col("TIMESTAMP"),
        },
        [(at, sha256(mail.encode()).hexdigest(), pod, when) for at, mail, pod, when in LISTENS],
        ["listen_id"],
    )
    mesh.measure("PodcastListens", listens, "count", clock="listened_at")
    mesh.measure(
        "PodcastsListened", listens, "count-distinct", "podcast_id", clock="listened_at",
        additivity="NonAdditive",
    )  # fmt: skip
    return mesh
