"""A synthetic mesh as search documents: seeded, fed straight to the index, with realistic names.

Of a hundred documents, some fifteen are products and nearly all others their columns. Words occur
as unevenly as in a real catalog: a few are in every third name, most are rare.
"""

import random
from collections.abc import Iterator
from typing import Any

from catalog_service.search import Document, Kind
from catalog_service.terms import Iri

BASE = "https://mesh.bench.example/"
_SUBJECTS = (  # noqa: SIM905 - a list would be a page long
    "order payment customer shipment invoice listen play episode artist track campaign session "
    "refund return ticket contract price stock visit review account subscription claim policy "
    "premium loan mortgage card transaction merchant supplier warehouse route vehicle driver "
    "booking flight hotel guest patient prescription trial sensor meter outage tariff employee "
    "salary applicant course student exam donor grant asset machine part defect recipe menu"
).split()
_FORMS = (  # noqa: SIM905
    "daily history summary snapshot forecast quality events master latest hourly monthly "
    "aggregates features scores segments cohort funnel anomalies balances ledger"
).split()
_BY = ["", *(f"by {b}" for b in "country channel store device region product hour age".split())]  # noqa: SIM905
_COLUMNS = (  # noqa: SIM905
    "id created_at updated_at country channel amount currency quantity status source "
    "valid_from valid_to device region note score version is_test"
).split()
_VERBS = "counts lists joins cleans enriches forecasts reconciles audits".split()  # noqa: SIM905
_STATUS = ["Active"] * 16 + ["Draft", "Deprecated", "Proposed", "Retired"]
_CONFORMS = ["conforms"] * 12 + ["warnings"] * 6 + ["waived"]
_LEVELS = ["Public", "Internal", "Internal", "Confidential", "Restricted"]
_PROTOCOLS = ["postgres", "kafka", "rest", "parquet", "s3", "iceberg"]
_FRESH = ["", "within an hour", "within a day", "within a day", "within a week"]


def documents(number: int, *, seed: int = 11) -> Iterator[tuple[Iri, list[Document]]]:
    """So many documents, publication by publication."""
    chance = random.Random(seed)
    domains = [Iri(f"{BASE}domains/{s}s") for s in _SUBJECTS]
    given = 0
    yield Iri(f"{BASE}decisions/mesh"), list(_governed(domains))
    given += 2 * len(_SUBJECTS)
    while given < number:
        product, *columns = _product(chance, given, domains)
        part = [product, *columns][: number - given]
        given += len(part)
        yield product.iri, part


def _governed(domains: list[Iri]) -> Iterator[Document]:
    for number, (subject, domain) in enumerate(zip(_SUBJECTS, domains, strict=True)):
        above = domains[number // 8 * 8]
        yield Document(
            domain, Kind.DOMAIN, f"{subject}s", title=f"{subject.capitalize()}s",
            domain=above, domains=(above,), owner=f"{domain}/team",
        )  # fmt: skip
        yield Document(
            Iri(f"{BASE}polysemes/{subject.capitalize()}"), Kind.POLYSEME, subject.capitalize(),
            title=subject, description=f"A {subject}, wherever it appears", domain=domain,
            domains=(domain, above), aliases=(f"{subject} record",),
        )  # fmt: skip


def _product(chance: random.Random, number: int, domains: list[Iri]) -> list[Document]:
    place = _often(chance)
    subject, other = _SUBJECTS[place], chance.choice(_SUBJECTS)
    form, by = chance.choice(_FORMS), chance.choice(_BY)
    iri = Iri(f"{BASE}products/{subject}s.{form}_{number}")
    common: dict[str, Any] = {
        "domain": domains[place],
        "domains": (domains[place], domains[place // 8 * 8]),
        "owner": f"{domains[place]}/team",
        "status": chance.choice(_STATUS),
        "conformance": chance.choice(_CONFORMS),
        "freshness": chance.choice(_FRESH),
        "protocols": tuple(chance.sample(_PROTOCOLS, chance.choice((1, 1, 1, 2)))),
        "uses": int(chance.paretovariate(0.9)) - 1,
    }
    polyseme = f"{BASE}polysemes/{subject.capitalize()}"
    columns = [f"{subject}_id", *chance.sample(_COLUMNS, 5)]
    name = f"{subject}s.{form}_{number}"
    product = Document(
        iri, Kind.PRODUCT, name, title=f"{subject.capitalize()} {form} {by}".strip(),
        description=f"What the team {chance.choice(_VERBS)} about each {subject} and its {other}, "
        f"made anew for whoever plans {chance.choice(_SUBJECTS)}s",
        keywords=(subject, chance.choice(_FORMS)), words=(*columns, f"{subject}s"),
        sensitivity=chance.choice(_LEVELS), polysemes=(polyseme,), **common,
    )  # fmt: skip
    return [product, *(_column(chance, product, column, common) for column in columns)]


def _column(
    chance: random.Random, product: Document, name: str, common: dict[str, Any]
) -> Document:
    bound = product.polysemes if name.endswith("_id") else ()
    return Document(
        Iri(f"{product.iri}/columns/{name}"), Kind.COLUMN, name,
        description=f"The {name.replace('_', ' ')} of the {product.title.lower()}",
        sensitivity=chance.choice(_LEVELS), polysemes=bound, sort_key=f"{name} {product.name}",
        **common,
    )  # fmt: skip


def _often(chance: random.Random) -> int:
    """A subject, the first ones more often: one in ten is of the first."""
    return chance.choices(range(len(_SUBJECTS)), [1 / (i + 2) for i in range(len(_SUBJECTS))])[0]


def questions(number: int, *, seed: int = 5) -> list[str]:
    """What people type: names and pieces of them, one word to four, now and then with a slip."""
    chance = random.Random(seed)
    asked = []
    for _ in range(number):
        place = _often(chance)
        words = [_SUBJECTS[place], chance.choice(_FORMS), chance.choice(_BY)]
        words = words[: chance.choice((1, 1, 2, 2, 2, 3))]
        if chance.random() < 0.2:
            words = [chance.choice(_COLUMNS).replace("_", " "), *words[:1]]
        text = " ".join(words).strip()
        if chance.random() < 0.1:
            cut = chance.randrange(1, len(text))
            text = text[:cut] + text[cut + 1 :]
        if chance.random() < 0.1:
            text = text[: max(3, len(text) - 2)]
        asked.append(text)
    return asked
