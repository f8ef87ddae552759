# ruff: noqa: S608 - the texts are ours, and so is what they are made of
"""The questions about the wholesale company."""

from datetime import datetime

from bench.polymesh.byhand import Company, Fact, Figure, asked
from catalog_service.semantic.question import Grain, Sharing, Window

_TRUE = " JOIN identity i ON i.customer_id = f.customer_id"
_RETURNS = "{returns} f JOIN x ON f.card = x.card JOIN identity i ON i.customer_id = x.customer_id"
_PAIRS = "x AS (SELECT card, customer_id FROM {cards})"
_FIRST = "x AS (SELECT card, min(customer_id) AS customer_id FROM {cards} GROUP BY card)"
_PARTS = (
    "x AS (SELECT card, customer_id, count(*) OVER (PARTITION BY card) AS holders FROM {cards})"
)
WHOLESALE = Company(
    polyseme="Customer",
    key="customer_id",
    dimensions=("segment", "nation"),
    hidden="SELECT customer_id, segment, nation, sha256(lower(name)) AS hashed FROM {customers}",
    true="SELECT customer_id, segment, nation FROM customers",
    figures={
        "OrdersPlaced": Figure("orders", "count", "f.ordered_on"),
        "OrderValue": Figure("orders", "sum", "f.ordered_on", "f.total"),
        "Revenue": Figure("lines", "sum", "f.ordered_on", "f.price"),
        "PartsOrdered": Figure("lines", "distinct", "f.ordered_on", "f.part_id"),
        "ItemsReturned": Figure("returns", "count", "f.received_on"),
        "ItemsReturned split": Figure("returns", "sum", "f.received_on", "1.0::DOUBLE / holders"),
        "Refunds": Figure("returns", "sum", "f.received_on", "f.refund"),
        "Refunds split": Figure(
            "returns", "sum", "f.received_on", "CAST(f.refund AS DOUBLE) / holders"
        ),
    },
    facts={
        "orders": Fact(
            "{orders} f JOIN identity i ON i.hashed = f.customer_hash", "true_orders f" + _TRUE
        ),
        "lines": Fact(
            "(SELECT l.*, o.customer_hash, o.ordered_on FROM {lines} l"
            " JOIN {orders} o ON l.order_id = o.order_id) f"
            " JOIN identity i ON i.hashed = f.customer_hash",
            "true_lines f" + _TRUE,
        ),
        "returns primary": Fact(_RETURNS, "first_returns f" + _TRUE),
        "returns split": Fact(_RETURNS, "shared_returns f" + _TRUE),
        "returns duplicate": Fact(_RETURNS, "shared_returns f" + _TRUE),
    },
    keys={
        "returns primary": _FIRST,
        "returns split": _PARTS,
        "returns duplicate": _PAIRS,
    },
    during="{0} >= DATE '1994-01-01' AND {0} < DATE '1995-01-01'",
    window=Window(datetime(1994, 1, 1), datetime(1995, 1, 1)),  # noqa: DTZ001 - on a zone's clock
)
FACTS = ("OrdersPlaced", "Revenue", "Refunds")
GERMANY = (("nation", ("GERMANY",)),)
NEAR = (("nation", ("GERMANY", "FRANCE", "ROMANIA")),)
BOTH = ("segment", "nation")
FIRST, SPLIT, TWICE = Sharing.PRIMARY, Sharing.SPLIT, Sharing.DUPLICATE
WHOLESALE_QUESTIONS = (
    asked(WHOLESALE, "Q1 one fact, two products", ("OrdersPlaced", "OrderValue"), ("segment",)),
    asked(WHOLESALE, "Q2 distinct counts, three products", ("PartsOrdered",), ("nation",)),
    asked(WHOLESALE, "Q3 three facts, five products", FACTS, ("nation",), (), sharing=FIRST),
    asked(WHOLESALE, "Q4 one nation", FACTS, (), GERMANY, sharing=FIRST, target=0.75),
    asked(
        WHOLESALE, "Q5 one customer", FACTS, (), (("customer_id", (7,)),), sharing=FIRST,
        target=0.5,
    ),
    asked(WHOLESALE, "Q6 for each customer", FACTS, (), (), grain=Grain.IDENTITY, sharing=FIRST),
    asked(
        WHOLESALE, "Q7 shared cards split", ("ItemsReturned", "Refunds"), BOTH, (), sharing=SPLIT
    ),
    asked(
        WHOLESALE, "Q8 shared cards counted twice, three nations", FACTS, ("segment",), NEAR,
        sharing=TWICE, target=0.75,
    ),
)  # fmt: skip
NAIVE = (
    "SELECT c.nation, count(o.order_id) AS OrdersPlaced, coalesce(sum(l.price), 0) AS Revenue,"
    " coalesce(sum(r.refund), 0) AS Refunds FROM {customers} c"
    " LEFT JOIN {orders} o ON o.customer_hash = sha256(lower(c.name))"
    f" AND {WHOLESALE.during.format('o.ordered_on')}"
    " LEFT JOIN {lines} l ON l.order_id = o.order_id"
    " LEFT JOIN {cards} x ON x.customer_id = c.customer_id"
    f" LEFT JOIN {{returns}} r ON r.card = x.card AND {WHOLESALE.during.format('r.received_on')}"
    " GROUP BY c.nation"
)
"""What somebody in a hurry writes for the third question: one join of everything."""
