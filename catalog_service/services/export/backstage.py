"""Backstage: domains, products, ports and datasets as entities of a software catalog.

A product is a System with one Component of type `data-product`, which provides its output ports as
APIs and consumes those it reads; its datasets are Resources. Teams and owners are Groups and Users.
"""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from catalog_service.domain.names import short
from catalog_service.services.export.shared import status
from catalog_service.services.export.stated import Stated, last
from catalog_service.services.export.surroundings import Agent, Domain, Surroundings
from catalog_service.services.export.yaml import kept
from catalog_service.terms import CSVW, DCAT, DCT, DPROD, PM, RDFS, Iri

VERSION = "backstage.io/v1alpha1"
ANNOTATION = "w3id.org/polyseme-iri"
"""The annotation that holds the IRI of what an entity stands for."""
LIFECYCLES = {
    "proposed": "experimental",
    "draft": "experimental",
    "active": "production",
    "deprecated": "deprecated",
    "retired": "deprecated",
}
UNKNOWN = "unknown"
"""What stands where Backstage asks for a value that the catalog does not know."""

_APART = re.compile(r"[^A-Za-z0-9]+")
_TAG = re.compile(r"[^a-z0-9+#]+")
_NAME = re.compile(r"[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*")
_LONGEST = 63


def named(text: str, iri: Iri) -> str:
    """A name that Backstage takes; with a hash of the IRI where the text itself is none."""
    if len(text) <= _LONGEST and _NAME.fullmatch(text):
        return text
    stem = _APART.sub("-", text).strip("-")[: _LONGEST - 9].rstrip("-") or "x"
    return f"{stem}-{sha256(iri.encode()).hexdigest()[:8]}"


def tag(text: str) -> str:
    """A keyword as a tag; empty where nothing of it can be one."""
    return _TAG.sub("-", text.lower()).strip("-")[:_LONGEST].rstrip("-")


def product(stated: Stated, around: Surroundings) -> Iterator[dict[str, Any]]:
    """The entities of a product: its system, its component, its ports and its datasets."""
    yield from _Product(stated, around).entities()


def domain(found: Domain, around: Surroundings) -> dict[str, Any]:
    """The entity of a domain."""
    team = around.agent(found.team) if found.team else None
    return _entity(
        "Domain",
        named(short(found.iri), found.iri),
        found.iri,
        title=found.name,
        description=found.definition,
        spec=kept(
            owner=_group(team.iri) if team else UNKNOWN,
            subdomainOf=named(short(found.parent), found.parent) if found.parent else None,
        ),
    )


def agents(around: Surroundings) -> Iterator[dict[str, Any]]:
    """The teams that own domains as groups, everybody else as users."""
    teams = {found.team for found in around.domains.values() if found.team}
    teams |= {team for agent in around.agents.values() for team in agent.teams}
    for iri in sorted(teams | set(around.agents)):
        yield _agent(around.agent(iri), group=iri in teams)


def _agent(agent: Agent, *, group: bool) -> dict[str, Any]:
    if group:
        return _entity(
            "Group",
            _called(agent.iri),
            agent.iri,
            title=agent.name,
            spec={"type": "team", "children": []},
        )
    mail = agent.iri.removeprefix("mailto:")
    profile = kept(displayName=agent.name, email=mail if mail != agent.iri else None)
    return _entity(
        "User",
        _called(agent.iri),
        agent.iri,
        spec={"profile": profile, "memberOf": [_called(team) for team in agent.teams]},
    )


class _Product:
    """One product, with what all of its entities share."""

    def __init__(self, stated: Stated, around: Surroundings) -> None:
        self._stated = stated
        self._iri = stated.subject
        self._name = named(stated.text(self._iri, DCT.identifier) or last(self._iri), self._iri)
        self._domain = around.domain(stated)
        self._owner = self._owned_by(around)
        self._lifecycle = LIFECYCLES.get(status(stated, self._iri) or "", UNKNOWN)

    def _owned_by(self, around: Surroundings) -> str:
        owner = self._stated.iri(self._iri, DPROD.dataProductOwner)
        teams = {found.team for found in around.domains.values()}
        if owner is None:
            team = self._domain.team if self._domain else None
            return _group(team) if team else UNKNOWN
        return _group(owner) if owner in teams else f"user:default/{_called(owner)}"

    def entities(self) -> Iterator[dict[str, Any]]:
        stated = self._stated
        ports = stated.iris(self._iri, DPROD.outputPort)
        yield self._head("System", kept(owner=self._owner, domain=self._in_domain()))
        yield self._head(
            "Component",
            kept(
                type="data-product",
                lifecycle=self._lifecycle,
                owner=self._owner,
                system=self._name,
                providesApis=[self._port(port) for port in ports],
                consumesApis=list(self._consumed()),
                dependsOn=[
                    f"resource:{self._dataset(dataset)}"
                    for dataset in stated.iris(self._iri, DPROD.outputDataset)
                ],
            ),
        )
        for port in ports:
            yield self._api(port)
        for dataset in stated.iris(self._iri, DPROD.outputDataset):
            yield self._resource(dataset)

    def _head(self, kind: str, spec: dict[str, Any]) -> dict[str, Any]:
        stated = self._stated
        tags = {tag(word) for word in stated.texts(self._iri, DCAT.keyword)}
        return _entity(
            kind,
            self._name,
            self._iri,
            title=stated.text(self._iri, DCT.title),
            description=stated.text(self._iri, DPROD.purpose, DCT.description),
            tags=sorted(filter(None, tags)),
            links=_links(stated.iris(self._iri, RDFS.seeAlso)),
            spec=spec,
        )

    def _in_domain(self) -> str | None:
        return named(short(self._domain.iri), self._domain.iri) if self._domain else None

    def _consumed(self) -> Iterator[str]:
        """The ports of other products that it reads, as their own entities are called."""
        for port in self._stated.iris(self._iri, DPROD.inputPort):
            for source in self._stated.iris(port, PM.readsFrom):
                whole, part, _ = source.rpartition("/ports/")
                if part and whole != self._iri:
                    yield _part(Iri(whole), last(Iri(whole)), source)

    def _port(self, port: Iri) -> str:
        return _part(self._iri, last(self._iri), port)

    def _dataset(self, dataset: Iri) -> str:
        return _part(self._iri, last(self._iri), dataset)

    def _api(self, port: Iri) -> dict[str, Any]:
        stated = self._stated
        protocol = stated.iri(port, DPROD.protocol)
        told = [
            f"{name}: {value}"
            for name, values in (
                ("endpoint", stated.iris(port, DCAT.endpointURL)),
                ("contract", stated.iris(port, DCT.conformsTo)),
                ("dataset", stated.iris(port, DCAT.servesDataset)),
            )
            for value in values
        ]
        return _entity(
            "API",
            self._port(port),
            port,
            title=stated.text(port, DCT.title),
            description=stated.text(port, DCT.description),
            spec={
                "type": last(protocol) if protocol else UNKNOWN,
                "lifecycle": self._lifecycle,
                "owner": self._owner,
                "system": self._name,
                "definition": "\n".join([f"port: {port}", *told]) + "\n",
            },
        )

    def _resource(self, dataset: Iri) -> dict[str, Any]:
        stated = self._stated
        return _entity(
            "Resource",
            self._dataset(dataset),
            dataset,
            title=stated.text(dataset, CSVW.title, DCT.title),
            description=stated.text(dataset, DCT.description),
            spec={"type": "dataset", "owner": self._owner, "system": self._name},
        )


def _part(product: Iri, name: str, part: Iri) -> str:
    """The name of a part of a product: the same, whoever refers to it."""
    inside = part.removeprefix(f"{product}/").partition("/")[2]
    return named(f"{name}.{inside.replace('/', '.')}", part)


def _group(team: Iri) -> str:
    return f"group:default/{_called(team)}"


def _called(agent: Iri) -> str:
    return named(short(agent).replace("@", "_at_") if "@" in agent else short(agent), agent)


def _links(urls: Iterable[Iri]) -> list[dict[str, str]]:
    return [{"url": str(url)} for url in urls if url.startswith(("https://", "http://"))]


def _entity(
    kind: str,
    name: str,
    iri: Iri,
    *,
    spec: dict[str, Any],
    title: str = "",
    description: str = "",
    tags: Iterable[str] = (),
    links: Iterable[dict[str, str]] = (),
) -> dict[str, Any]:
    return {
        "apiVersion": VERSION,
        "kind": kind,
        "metadata": kept(
            name=name,
            title=title,
            description=description,
            annotations={ANNOTATION: str(iri)},
            tags=list(tags),
            links=list(links),
        ),
        "spec": spec,
    }
