"""The forms of an export, and what each leaves out."""

from dataclasses import dataclass
from enum import StrEnum

from catalog_service.errors import UnknownFormat


class Means(StrEnum):
    """What a form is made of."""

    STATED = "everything that is stated"
    DCAT = "what portals read"
    DPROD = "what the data product ontology has words for"
    BITOL = "descriptors and contracts"
    BACKSTAGE = "entities of a software catalog"
    R2RML = "mappings from rows to statements"
    OSSIE = "a semantic model"


@dataclass(frozen=True, slots=True)
class Form:
    """One form of an export.

    Args:
        name: what it is called on the command line.
        suffix: how its files and addresses end.
        media_type: what it is on the wire.
        means: what it is made of.
        syntax: the format of RDF it is written in; empty for YAML.
        leaves: what it cannot hold, for people; empty where it holds everything. The two Bitol
            standards tell it statement by statement instead.
    """

    name: str
    suffix: str
    media_type: str
    means: Means = Means.STATED
    syntax: str = ""
    leaves: str = ""


_PORTAL = (
    "DCAT-AP holds datasets, their distributions and services; input and management ports,"
    " columns, objectives, policies, lineage and polysemes are left out"
)
_PRODUCTS = (
    "DPROD has no words for what this catalog's own vocabulary says: columns' bindings,"
    " objectives, management ports, components, local concepts and crosswalks are left out"
)
_ENTITIES = (
    "Backstage holds domains, products, ports, datasets and owners; columns, objectives,"
    " policies, polysemes, management ports and components are left out"
)
_MAPPINGS = (
    "R2RML holds what columns identify and what they state, for datasets whose rows are told apart;"
    " measures, ports, policies and objectives are left out"
)
_MODEL = (
    "Ossie holds datasets, what leads from one to another, dimensions and measures; ports,"
    " policies, objectives, lineage and keys by rule are left out"
)
_YAML = "application/yaml"
_TURTLE, _JSON = "text/turtle", "application/ld+json"

FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        Form("ttl", "ttl", _TURTLE, syntax="turtle"),
        Form("jsonld", "jsonld", _JSON, syntax="jsonld"),
        Form("nt", "nt", "application/n-triples", syntax="ntriples"),
        Form("nq", "nq", "application/n-quads", syntax="nquads"),
        Form("dcat", "dcat.ttl", _TURTLE, Means.DCAT, "turtle", _PORTAL),
        Form("dcat-jsonld", "dcat.jsonld", _JSON, Means.DCAT, "jsonld", _PORTAL),
        Form("dprod", "dprod.jsonld", _JSON, Means.DPROD, "jsonld", _PRODUCTS),
        Form("dprod-ttl", "dprod.ttl", _TURTLE, Means.DPROD, "turtle", _PRODUCTS),
        Form("odps", "odps.yaml", _YAML, Means.BITOL),
        Form("odcs", "odcs.yaml", _YAML, Means.BITOL),
        Form("r2rml", "r2rml.ttl", _TURTLE, Means.R2RML, "turtle", _MAPPINGS),
        Form("ossie", "ossie.yaml", _YAML, Means.OSSIE, leaves=_MODEL),
        Form("backstage", "backstage.yaml", _YAML, Means.BACKSTAGE, leaves=_ENTITIES),
    )
}
"""Every form, by its name."""


def form(name: str) -> Form:
    """The form of a name.

    Raises:
        UnknownFormat: there is none.
    """
    if name not in FORMS:
        raise UnknownFormat(
            f"{name!r} is no form of an export", hint=f"the forms are {', '.join(FORMS)}"
        )
    return FORMS[name]
