"""What can be found: a document for each product, column, local concept, domain and so on."""

import json
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from catalog_service.search.words import key
from catalog_service.terms import Iri


class Kind(StrEnum):
    """What kind of thing a document tells of."""

    PRODUCT = "product"
    DOMAIN = "domain"
    POLYSEME = "polyseme"
    STANDARD = "standard"
    COLUMN = "column"
    CONCEPT = "concept"


@dataclass(frozen=True, slots=True)
class Document:
    """One thing of the mesh, as search sees it.

    Args:
        iri: what it is called everywhere.
        kind: what kind of thing it is.
        name: the short name people type: an identifier, a column's name.
        title: the name people read.
        description: what it is, in sentences.
        domain: the domain it belongs to; empty where it belongs to none.
        domains: that domain and all domains above it, so that a domain's facet counts what lies in
            its sub-domains.
        owner: who answers for it.
        status: where in its life cycle it is, such as `Active`.
        protocols: how its output ports speak.
        sensitivity: the highest level of protection that it needs, such as `Confidential`.
        polysemes: the polysemes that its columns identify or its concepts interpret.
        conformance: what the gate last said of it, such as `conforms`.
        freshness: how old what it serves may be by its promise, such as `within a day`.
        uses: how many products are made from it; those of its product for what lies in one.
        keywords: words its owner chose for it.
        aliases: other names; each finds it as surely as its own.
        words: other text: names of columns and datasets, labels of polysemes, definitions.
        sort_key: what listings order it by; its name unless given.
    """

    iri: Iri
    kind: Kind
    name: str
    title: str = ""
    description: str = ""
    domain: str = ""
    domains: tuple[str, ...] = ()
    owner: str = ""
    status: str = ""
    protocols: tuple[str, ...] = ()
    sensitivity: str = ""
    polysemes: tuple[str, ...] = ()
    conformance: str = ""
    freshness: str = ""
    uses: int = 0
    keywords: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    sort_key: str = ""

    @property
    def order(self) -> str:
        """Its place in every listing: by name, then by IRI. No two documents share one."""
        return f"{key(self.sort_key or self.name or self.title)[:_LONGEST]}\x1f{self.iri}"

    @property
    def segment(self) -> str:
        """The last part of its IRI, which people know as its name."""
        return self.iri.rstrip("/#").rpartition("#" if "#" in self.iri else "/")[2]

    def to_bytes(self) -> bytes:
        """The document as the index keeps it."""
        kept = {f.name: value for f in fields(self) if (value := getattr(self, f.name))}
        return json.dumps(kept, ensure_ascii=True, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, kept: bytes) -> "Document":
        """The document that `to_bytes` wrote."""
        stated: dict[str, Any] = json.loads(kept)
        for name in _SEVERAL & stated.keys():
            stated[name] = tuple(stated[name])
        stated["kind"] = Kind(stated["kind"])
        return cls(**stated)


_SEVERAL = {f.name for f in fields(Document) if f.type == tuple[str, ...]}
_LONGEST = 256
