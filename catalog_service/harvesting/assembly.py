"""Making products out of what several documents state: descriptors, contracts, projects.

A descriptor's output port may claim a contract. The contract's ports, datasets and columns then
become parts of the descriptor's product; what the contract says of itself as a whole stays with the
contract, and fills in what the descriptor leaves unsaid. A contract that nobody claims is a product
of its own, and the parts of one project that share a subject are one product.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from catalog_service.domain.findings import Finding, Severity
from catalog_service.domain.rdf import Literal, Triple
from catalog_service.harvesting.assembled import Assembled, Part
from catalog_service.harvesting.contract import Harvested, Names, Reference
from catalog_service.harvesting.register import Register
from catalog_service.terms import DCAT, DCT, DPROD, PM, PROV, RDF, RDFS, Iri

_STRUCTURE = frozenset(
    {
        RDF.type, DPROD.inputPort, DPROD.outputPort, DPROD.outputDataset, PM.codeComponent,
        PM.infrastructureComponent, PM.discoveryPort, PM.observabilityPort, PM.controlPort,
        PROV.wasDerivedFrom, DCAT.contactPoint, DCAT.keyword, RDFS.seeAlso, PM.slo,
    }
)  # fmt: skip
"""What a contract says of its product that its new product says too, beside its own."""

_OF_THE_CONTRACT = frozenset(
    {DCT.title, DCT.description, DCT.identifier, DCAT.version, DPROD.lifecycleStatus}
)
"""What stays true of the contract when a product takes it in."""

_NAMED = frozenset({PM.Measure, PM.DerivedKey})
"""Parts that are known by their name alone, whatever contract of the product states them."""
_ONCE = frozenset({DCT.title, DCT.description, DCAT.version, DPROD.protocol, DCT.created})
"""What a part says once: the descriptor's word goes before the contract's."""


def assemble(parts: Sequence[Part], register: Register) -> tuple[Assembled, ...]:
    """The products and decisions that the parts come to, in order of their IRIs.

    What is stated twice, by two documents of one kind, is refused in both: which of them is right
    nobody here can know. Findings of the kind `stated-twice` say so.
    """
    sound, lost = _stated_once(parts)
    contracts: dict[str, list[Part]] = defaultdict(list)
    wholes: dict[Iri, list[Part]] = defaultdict(list)
    products: dict[Iri, Assembled] = {}
    for part in sound:
        if part.harvested.contract:
            contracts[part.harvested.contract].append(part)
        else:
            wholes[part.harvested.subject].append(part)
            _into(products, part)
    claimed: set[str] = set()
    homes = _homes(products.values(), contracts)
    for product in list(products.values()):
        claimed |= _claim(product, contracts, wholes, homes)
    for part in _unclaimed(contracts, claimed):
        owner = register.product_of(part.harvested.contract)
        if owner is not None and owner != part.harvested.subject:
            lost.append(_belongs_elsewhere(part, owner))
        else:
            _into(products, part)
    for name in claimed:
        for part in contracts[name]:
            _drop_if_empty(products, part.harvested.subject)
    for twice in lost:
        products.setdefault(twice.subject, twice)
    return tuple(products[subject] for subject in sorted(products))


def _unclaimed(contracts: dict[str, list[Part]], claimed: set[str]) -> Iterable[Part]:
    return (part for name, parts in contracts.items() if name not in claimed for part in parts)


def _into(products: dict[Iri, Assembled], part: Part) -> None:
    held = part.harvested
    if held.subject not in products:
        products[held.subject] = Assembled(held.subject, held.origin, held.decision)
    products[held.subject].take(part)


def _stated_once(parts: Sequence[Part]) -> tuple[list[Part], list[Assembled]]:
    """The parts that no other part of their kind contradicts, and the rest as findings."""
    same: dict[tuple[str, Iri, str], list[Part]] = defaultdict(list)
    for part in parts:
        same[(part.kind, part.harvested.subject, part.harvested.contract)].append(part)
    sound, twice = [], []
    for (kind, subject, _), group in same.items():
        if len({_said(part) for part in group}) == 1:
            sound.append(group[0])
            continue
        lost = Assembled(subject, group[0].harvested.origin, kinds={kind})
        places = [str(part.harvested.origin) for part in group]
        for part in group:
            others = ", ".join(p for p in places if p != str(part.harvested.origin))
            lost.findings.append(
                Finding(
                    "stated-twice",
                    Severity.VIOLATION,
                    f"{subject} is also stated, otherwise, in {others}",
                    fix="keep one of the files, or give each an id of its own",
                    focus=subject,
                    product=subject,
                ).at(part.harvested.origin)
            )
        twice.append(lost)
    return sound, twice


def _said(part: Part) -> frozenset[Triple]:
    return frozenset(fact.triple for fact in part.harvested.facts)


def _belongs_elsewhere(part: Part, owner: Iri) -> Assembled:
    held = part.harvested
    lost = Assembled(held.subject, held.origin, kinds={part.kind})
    lost.findings.append(
        Finding(
            "stated-twice",
            Severity.VIOLATION,
            f"contract {held.contract} is part of the published product {owner}",
            fix="harvest it together with the descriptor that claims it",
            focus=held.subject,
            product=held.subject,
        ).at(held.origin)
    )
    return lost


def _homes(products: Iterable[Assembled], contracts: dict[str, list[Part]]) -> dict[Iri, Iri]:
    """Where each dataset of a claimed contract comes to lie, so that others may point at it."""
    homes: dict[Iri, Iri] = {}
    for product in products:
        for claim in product.claims():
            for part in contracts.get(claim.name, ()):
                for old, new in _rehoused(part, product.subject, claim.subject).items():
                    homes.setdefault(old, new)
    return homes


def _rehoused(part: Part, product: Iri, port: Iri) -> dict[Iri, Iri]:
    """The datasets of a contract, and their IRIs behind the port that claims it."""
    below = f"{part.harvested.subject}/datasets/"
    name = port.rpartition("/")[2]
    return {
        value: Iri(f"{product}/datasets/{name}/{value.removeprefix(below)}")
        for (_, predicate, value), _ in part.harvested.facts
        if predicate == DPROD.outputDataset and isinstance(value, str) and value.startswith(below)
    }


def _claim(
    product: Assembled,
    contracts: dict[str, list[Part]],
    wholes: dict[Iri, list[Part]],
    homes: dict[Iri, Iri],
) -> set[str]:
    """Take in the contracts that the product's ports claim; which ones they were."""
    taken = set()
    for claim in product.claims():
        for part in contracts.get(claim.name, ()):
            subject = part.harvested.subject
            # What has the descriptor's own IRI as a whole is in the product already.
            whole = wholes.get(subject, ()) if subject != product.subject else ()
            _take_in(product, claim, [part, *whole], homes)
            taken.add(claim.name)
    return taken


def _take_in(
    product: Assembled, claim: Reference, parts: Sequence[Part], homes: dict[Iri, Iri]
) -> None:
    """Make the parts of a contract parts of the product, behind the port that claims it."""
    held = parts[0].harvested
    product.references.remove(claim)
    contract = Names.part(product.subject, "contracts", claim.name)
    ports = sorted(
        {
            value
            for part in parts
            for (subject, predicate, value), _ in part.harvested.facts
            if subject == held.subject and predicate == DPROD.outputPort and isinstance(value, str)
        }
    )
    served = _spread(product, claim.subject, ports)
    datasets = homes | _rehoused(parts[0], product.subject, claim.subject)
    moved = _Moved(held.subject, product.subject, served, datasets)
    for port in served.values():
        product.facts.setdefault(Triple(port, DCT.conformsTo, contract), claim.origin)
    for part in parts:
        _merge(product, part, moved, contract)
    if not ports:
        _promise(product, claim.subject, moved, held)
        for (_, predicate, value), origin in held.facts:
            if predicate == DPROD.outputDataset and isinstance(value, str):
                product.facts.setdefault(
                    Triple(claim.subject, DCAT.servesDataset, moved.iri(value)), origin
                )
        product.facts.setdefault(Triple(claim.subject, DCT.conformsTo, contract), claim.origin)


def _promise(product: Assembled, port: Iri, moved: "_Moved", held: Harvested) -> None:
    """Let the port keep what a contract without servers could only promise as a whole."""
    for (subject, predicate, value), origin in held.facts:
        if subject == moved.old and predicate == PM.slo and isinstance(value, str):
            product.facts.pop(Triple(product.subject, PM.slo, moved.iri(value)), None)
            product.facts.setdefault(Triple(port, PM.slo, moved.iri(value)), origin)


def _spread(product: Assembled, port: Iri, servers: Sequence[Iri]) -> dict[Iri, Iri]:
    """The product's port for each server of a contract: one stays one, several are told apart."""
    if len(servers) <= 1:
        return dict.fromkeys(servers, port)
    served = {server: Iri(f"{port}-{server.rpartition('/')[2]}") for server in servers}
    about = [(t, o) for t, o in product.facts.items() if port in (t.subject, t.object)]
    for triple, _ in about:
        del product.facts[triple]
    for triple, origin in about:
        for new in served.values():
            subject = new if triple.subject == port else triple.subject
            value = new if triple.object == port else triple.object
            product.facts.setdefault(Triple(subject, triple.predicate, value), origin)
    return served


@dataclass(frozen=True, slots=True)
class _Moved:
    """Where the IRIs of a contract come to lie in the product that takes it in."""

    old: Iri
    new: Iri
    served: dict[Iri, Iri]
    datasets: dict[Iri, Iri]

    def iri(self, iri: Iri) -> Iri:
        if iri == self.old:
            return self.new
        if not iri.startswith(f"{self.old}/"):
            return iri
        for server, port in self.served.items():
            if iri == server or iri.startswith(f"{server}/"):
                return Iri(port + iri.removeprefix(server))
        below = iri.removeprefix(self.old)
        if below.startswith("/datasets/"):
            dataset = Iri(f"{self.old}/datasets/{below.split('/')[2]}")
            # A dataset of the same project that nobody claims stays where it is.
            return Iri(self.datasets.get(dataset, dataset) + iri.removeprefix(dataset))
        return Iri(self.new + below)


def _merge(product: Assembled, part: Part, moved: _Moved, contract: Iri) -> None:
    product.kinds.add(part.kind)
    product.findings.extend(
        replace(
            finding,
            focus=finding.focus and moved.iri(finding.focus),
            product=product.subject,
        )
        for finding in part.harvested.findings
    )
    said = {(t.subject, t.predicate) for t in product.facts} | {
        (r.subject, r.predicate) for r in product.references
    }
    taken = _named_twice(product, part, moved)
    for (subject, predicate, value), origin in part.harvested.facts:
        there = value if isinstance(value, Literal) else moved.iri(value)
        at = moved.iri(subject)
        if at in taken or there in taken:
            continue
        if subject == moved.old:
            if predicate in _OF_THE_CONTRACT:
                product.facts.setdefault(Triple(contract, predicate, there), origin)
            if predicate not in _STRUCTURE and (at, predicate) in said:
                continue
        elif predicate in _ONCE and (at, predicate) in said:
            continue
        product.facts.setdefault(Triple(at, predicate, there), origin)
    for reference in part.harvested.references:
        at = moved.iri(reference.subject)
        if at in taken:
            continue
        if reference.subject == moved.old and (at, reference.predicate) in said:
            continue
        product.references.append(replace(reference, subject=at))


def _named_twice(product: Assembled, part: Part, moved: _Moved) -> frozenset[Iri]:
    """The measures and keys of a part whose names another contract of the product has taken.

    United they would be one thing that counts two datasets. The same contract behind a second port
    is no other one: what it says is said already.
    """
    known = {t: o for t, o in product.facts.items() if t.object in _NAMED}
    found = set()
    for (subject, predicate, value), origin in part.harvested.facts:
        if predicate != RDF.type or value not in _NAMED:
            continue
        first = known.get(Triple(moved.iri(subject), RDF.type, value))
        if first is None:
            continue
        found.add(moved.iri(subject))
        if first.file != origin.file:
            product.findings.append(
                Finding(
                    "stated-twice",
                    Severity.VIOLATION,
                    f"{moved.iri(subject)} is also stated in {first}",
                    fix="give one of the two another name: it has to be unique in the product",
                    focus=moved.iri(subject),
                    product=product.subject,
                ).at(origin)
            )
    return frozenset(found)


def _drop_if_empty(products: dict[Iri, Assembled], subject: Iri) -> None:
    """Forget a project all of whose models were taken in: nothing of it is left to serve."""
    left = products.get(subject)
    if left is not None and not left.says(subject, DPROD.outputPort):
        del products[subject]
