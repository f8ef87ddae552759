"""Questions across products, as the schema has them."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, NewType

import strawberry
from starlette.concurrency import run_in_threadpool
from strawberry.types.scalar import ScalarDefinition

from catalog_service.api.correlations import address
from catalog_service.api.graphql.context import Asked, asks_for
from catalog_service.api.graphql.fields import (
    answer,
    described,
    described_input,
    given,
    listed,
    narrowing,
    told,
)
from catalog_service.errors import InvalidRequest, LimitExceeded
from catalog_service.semantic.answer import Answer
from catalog_service.semantic.question import (
    Comparison,
    Condition,
    Grain,
    Question,
    Scalar,
    Sharing,
    Window,
)
from catalog_service.terms import Iri

MOST_ROWS = 10_000
"""Rows of one page; a larger answer is read as a stream."""
MOST_WORDS = 64
"""Measures, dimensions, conditions, products or paths of one question."""
MOST_VALUES = 1_000
"""Values of one condition."""

listed(Grain, name="AnswerGrain")
listed(Sharing)

CorrelationRow = NewType("CorrelationRow", dict)  # type: ignore[type-arg]
"""One row of an answer."""

ROW: ScalarDefinition = strawberry.scalar(
    name="CorrelationRow",
    description="One row: an object with a value for each column, by its name. Decimals, days and"
    " moments are strings, so that none is changed on the way.",
    serialize=lambda row: {name: _plain(value) for name, value in row.items()},
    parse_value=lambda _: None,
)

AttributeValue = NewType("AttributeValue", object)
"""One value that an attribute is compared with."""


def _read(value: object) -> AttributeValue:
    if isinstance(value, bool | int | str):
        return AttributeValue(value)
    if isinstance(value, float):
        return AttributeValue(Decimal(repr(value)))
    raise InvalidRequest(f"{value!r} is no value", hint="write a string, a number or a boolean")


VALUE: ScalarDefinition = strawberry.scalar(
    name="AttributeValue",
    description="A string, a number or a boolean. A decimal, a day or a moment may be written as a"
    " string.",
    serialize=lambda value: value,
    parse_value=_read,
)


@described_input
class CorrelationCondition:
    """A condition on one attribute; what is given of it has to hold together."""

    attribute: str = told("The name of a dimension; `dataset.column` where several bear the name.")
    eq: AttributeValue | None = narrowing("It equals this.")
    ne: AttributeValue | None = narrowing("It is known, and not this.")
    lt: AttributeValue | None = narrowing("It is less than this.")
    lte: AttributeValue | None = narrowing("It is at most this.")
    gt: AttributeValue | None = narrowing("It is more than this.")
    gte: AttributeValue | None = narrowing("It is at least this.")
    in_: list[AttributeValue] | None = strawberry.field(
        default=None, name="in", description="It is one of these."
    )
    is_null: bool | None = narrowing("Whether it is unknown.")

    def conditions(self) -> list[Condition]:
        """What is given, one condition for each."""
        found = [
            Condition(self.attribute, comparison, (_scalar(value),))
            for comparison, value in (
                (Comparison.EQ, self.eq),
                (Comparison.NE, self.ne),
                (Comparison.LT, self.lt),
                (Comparison.LTE, self.lte),
                (Comparison.GT, self.gt),
                (Comparison.GTE, self.gte),
            )
            if value is not None
        ]
        if self.in_ is not None:
            _bounded("values", self.in_, MOST_VALUES)
            values = tuple(_scalar(value) for value in self.in_)
            found.append(Condition(self.attribute, Comparison.IN, values))
        if self.is_null is not None:
            null = Comparison.IS_NULL if self.is_null else Comparison.IS_NOT_NULL
            found.append(Condition(self.attribute, null))
        if not found:
            raise InvalidRequest(
                f"the condition on {self.attribute} compares it with nothing",
                hint="give eq, ne, lt, lte, gt, gte, in or isNull",
            )
        return found


@described_input
class TimeWindow:
    """A period, its start included and its end not; open where one is left out."""

    from_: str | None = strawberry.field(
        default=None, name="from", description="When it begins, such as 2026-02-01."
    )
    to: str | None = narrowing("When it ends, such as 2026-03-01.")
    zone: str = strawberry.field(
        default="UTC",
        description="The time zone of both, and of the days and months of the answer, by IANA"
        " name.",
    )

    def window(self) -> Window:
        """The period."""
        start = _moment(self.from_) if self.from_ is not None else None
        return Window(start, _moment(self.to) if self.to is not None else None, self.zone)


@described
class CorrelationColumn:
    """Where one column of an answer comes from."""

    name: str = told("Its name in the rows.")
    datatype: str = told("The XML Schema type of its values.")
    polyseme: Iri | None = told("The polyseme whose identities it holds.")
    measure: Iri | None = told("The measure that it tells.")
    unit: str | None = told("The unit of its figures.")
    product: Iri | None = told("The product it comes from.")
    port: Iri | None = told("The port it was read at.")
    column: Iri | None = told("The column that it is, or that was aggregated.")
    transform: str | None = told("The rule by which its product's key was made into the identity.")


@described
class CorrelationProduct:
    """A product that an answer rests on."""

    product: Iri = told("The product.")
    port: Iri = told("The port it was read at.")
    snapshot: str | None = told("The state that was read, as its source names it.")
    as_of: datetime | None = told("The moment of that state, where the source tells it.")
    left_out: str = told("Why it was left out; empty where it was read.")


@described
class CorrelationPolicy:
    """A policy that had an effect on an answer."""

    product: Iri | None = told("Whose policy it is; none for the catalog's own.")
    rule: Iri | None = told("The policy or its rule.")
    effect: str = told("`purpose`, `rows`, `masked`, `combined` or `withheld`.")


@described
class CorrelationCoverage:
    """How much of a fact leads to an identity."""

    product: Iri = told("Whose rows were counted.")
    fact: str = told("The aggregation, by its name in the plan.")
    matched: int = told("Rows that lead to an identity.")
    unmatched: int = told("Rows that lead to none.")


@described
class CorrelationPage:
    """Where a page of rows stands in an answer; all its pages are of one state of the data."""

    has_next_page: bool = told("Whether there is more behind this page.")
    end_cursor: str | None = told("What to go on from; none where the page is empty.")


@described
class CorrelationResult:
    """The answer to a question across products."""

    columns: list[CorrelationColumn] = told("The columns of its rows, in order.")
    rows: list[CorrelationRow] = told("A page of its rows; none where it was only explained.")
    page_info: CorrelationPage = told("Where the page stands.")
    total: int = told("How many rows the answer has.")
    arrow_url: str | None = told("Where all of its rows are, as one Arrow stream, for a while.")
    sql: str | None = told("The statement, for callers who may see the filters of policies.")
    plan: str = told("How it was, or would be, answered.")
    engine: str = told("What ran it, and why that.")
    products: list[CorrelationProduct] = told("What it rests on.")
    policies: list[CorrelationPolicy] = told("Which policies had an effect.")
    coverage: list[CorrelationCoverage] = told(
        "How much of each fact leads to an identity; counted only where the first page selects it."
    )
    warnings: list[str] = told("What a reader has to know.")
    revision: int = told("The revision of the catalog whose words it was asked in.")
    as_of: datetime | None = told("The oldest moment among the states that were read.")

    @classmethod
    def of(
        cls, found: Answer, *, name: str | None, page: tuple[int, int], statement: bool
    ) -> "CorrelationResult":
        """A page of an answer."""
        start, first = page
        total = found.table.num_rows if found.table is not None else 0
        rows = found.table.slice(start, first).to_pylist() if found.table is not None else []
        ends = start + len(rows)
        return cls(
            columns=[CorrelationColumn(**_fields(at)) for at in found.columns],
            rows=rows,
            page_info=CorrelationPage(
                has_next_page=ends < total, end_cursor=f"{name}:{ends}" if rows else None
            ),
            total=total,
            arrow_url=address(name) if name else None,
            sql=found.sql if statement else None,
            plan=found.plan,
            engine=found.engine,
            products=[
                CorrelationProduct(
                    product=at.product,
                    port=at.port,
                    snapshot=at.snapshot.pin if at.snapshot else None,
                    as_of=at.snapshot.as_of if at.snapshot else None,
                    left_out=at.left_out,
                )
                for at in found.products
            ],
            policies=[CorrelationPolicy(**_fields(at)) for at in found.policies],
            coverage=[
                CorrelationCoverage(
                    product=at.product, fact=at.fact, matched=at.matched, unmatched=at.unmatched
                )
                for at in found.coverage
            ],
            warnings=list(found.warnings),
            revision=found.revision,
            as_of=found.as_of,
        )


@described
class CorrelationQuery:
    """Questions across products."""

    @answer
    async def correlate(  # noqa: PLR0917 - what a question has
        self,
        info: Asked,
        polyseme: Annotated[str, given("Whose identities products are joined by: label or IRI.")],
        measures: Annotated[list[str], given("The figures to tell, by name or IRI.")],
        purpose: Annotated[str, given("What for, as the policies of products name it.")],
        dimensions: Annotated[
            list[str] | None, given("Dimensions to group by, and spans such as `month`.")
        ] = None,
        where: Annotated[
            list[CorrelationCondition] | None, given("Conditions that all have to hold.")
        ] = None,
        time: Annotated[TimeWindow | None, given("The period; all times by default.")] = None,
        grain: Annotated[Grain, given("What one row stands for.")] = Grain.GROUPED,
        products: Annotated[
            list[str] | None, given("The only products that may be read; any by default.")
        ] = None,
        paths: Annotated[
            list[Iri] | None,
            given("Crosswalks, columns or datasets to take where several lead to the identity."),
        ] = None,
        sharing: Annotated[
            Sharing, given("What becomes of keys that lead to several identities.")
        ] = Sharing.REJECT,
        first: Annotated[int, given(f"Rows of a page, up to {MOST_ROWS}.")] = 1_000,
        after: Annotated[str | None, given("The `endCursor` of the page before.")] = None,
        *,
        partial: Annotated[
            bool, given("Leave out products that may not or cannot be read, instead of refusing.")
        ] = False,
        unattributed: Annotated[bool, given("Add a row of what leads to no identity.")] = False,
        explain: Annotated[bool, given("Compile and check only; read nothing.")] = False,
    ) -> CorrelationResult:
        """One question across products, answered from their data."""
        if not 0 <= first <= MOST_ROWS:
            raise LimitExceeded(
                f"first is {first:,}; a page holds 0 to {MOST_ROWS:,} rows",
                limit="page-size",
                hint="go on with `after`, or read `arrowUrl`",
            )
        for name, of in (
            ("measures", measures),
            ("dimensions", dimensions),
            ("where", where),
            ("products", products),
            ("paths", paths),
        ):
            _bounded(name, of or [], MOST_WORDS)
        question = Question(
            polyseme=polyseme,
            measures=tuple(measures),
            dimensions=tuple(dimensions or ()),
            where=tuple(one for at in where or () for one in at.conditions()),
            time=time.window() if time else None,
            grain=grain,
            purpose=purpose,
            products=tuple(products or ()),
            paths=tuple(paths or ()),
            sharing=sharing,
            partial=partial,
            unattributed=unattributed,
            coverage=asks_for(info, "coverage"),
        )
        catalog = info.context.catalog
        asker = catalog.asker("http")
        if after is not None:
            name, start = _place(after)
            found = catalog.answers.find(name)
            page = (start, first)
            return CorrelationResult.of(found, name=name, page=page, statement=asker.statement)
        found = await run_in_threadpool(catalog.correlate, question, asker=asker, explain=explain)
        kept = None if explain else catalog.answers.keep(found)
        return CorrelationResult.of(found, name=kept, page=(0, first), statement=asker.statement)


def _bounded(name: str, given_: list[Any], most: int) -> None:
    if len(given_) > most:
        raise LimitExceeded(
            f"{len(given_)} {name} are given; at most {most} are taken",
            limit=f"correlation-{name}",
            hint="give fewer",
        )


def _place(cursor: str) -> tuple[str, int]:
    name, _, start = cursor.rpartition(":")
    if not name or not (start.isascii() and start.isdigit()):
        raise InvalidRequest(f"{cursor!r} is no cursor", hint="use the `endCursor` of a page")
    return name, int(start)


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidRequest(f"{text!r} is no moment", hint="write 2026-02-01") from None
    if found.tzinfo is not None:
        raise InvalidRequest(
            f"{text!r} has an offset of its own", hint="leave it out, and name the `zone`"
        )
    return found


def _scalar(value: object) -> Scalar:
    assert isinstance(value, bool | int | str | Decimal)  # noqa: S101 - as it was read
    return value


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _fields(found: object) -> dict[str, Any]:
    return {name: getattr(found, name) for name in type(found).__dataclass_fields__}  # type: ignore[attr-defined]
