"""The words of `meta` that the catalog reads on models and on their columns."""

from collections.abc import Iterator

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Origin, text
from catalog_service.harvesting import Names, Refers, Scalar, Statements
from catalog_service.harvesting.words import address, doubtful, sensitivity, squeezed
from catalog_service.terms import DCT, DPROD, PM, SKOS, Iri
from harvesters.dbt.artifacts import Values
from harvesters.dbt.model import Column, Model, some

COLUMN_WORDS = frozenset(
    {
        *("polyseme", "identifier_scheme", "sensitivity", "personal_data", "technical_measure"),
        *("dimension", "dimension_term", "derived_key", "foreign_key"),
    }
)
MODEL_WORDS = frozenset(
    {
        *("exposed", "data_product", "title", "domain", "owner", "purpose", "version", "status"),
        *("sensitivity", "semantic_model", "local_concept", "crosswalk", "slo"),
        *("personal_data", "legal_basis", "processing_purpose", "jurisdiction", "retention"),
        *("technical_measure", "policy", "security_scheme", "input_purpose"),
        *("measures", "dimensions"),
    }
)
CARDINALITIES = {
    squeezed(name): PM[name] for name in ("OneToOne", "ManyToOne", "OneToMany", "ManyToMany")
}


def state_column_words(said: Statements, column: Column) -> None:
    """State what a column identifies, and how sensitive it is."""
    meta, origin = column.meta, column.origin
    if polyseme := meta.text("polyseme"):
        said.refer(column.iri, PM.identifies, Refers.POLYSEME, polyseme, origin)
    if scheme := meta.text("identifier_scheme"):
        said.refer(column.iri, PM.identifierScheme, Refers.SCHEME, scheme, origin)
    _state_sensitivity(said, column.iri, PM.sensitivity, meta, origin)


def state_model_words(model: Model, domain: str) -> None:
    """State what a model says of its dataset and its port, beside what it says of the product.

    Args:
        model: the model.
        domain: the domain of the product, in which its local concepts lie; empty if none is named.
    """
    said, meta, origin = model.said, model.node.meta, model.origin
    held = DPROD.informationSensitivityClassification
    _state_sensitivity(said, model.dataset, held, meta, origin)
    if written := meta.text("semantic_model"):
        if (found := address(written)) is not None:
            said.state(model.dataset, DCT.conformsTo, found, origin)
        else:
            doubt(model, f"`meta.semantic_model` is {written[:60]!r}", "write the model's IRI")
    for concept in objects(meta, "local_concept"):
        _state_concept(model, concept, domain)
    for crosswalk in objects(meta, "crosswalk"):
        _state_crosswalk(model, crosswalk)


def report_unread(model: Model) -> None:
    """Report the keys of `meta` that the catalog does not read, in one finding a model."""
    unread = sorted(model.node.meta.entries.keys() - MODEL_WORDS)
    for column in model.columns.values():
        unread += sorted(f"{column.name}.{k}" for k in column.meta.entries.keys() - COLUMN_WORDS)
    if unread:
        model.said.notice(
            "unread-key",
            Severity.INFO,
            f"keys of `meta` are not read: {some(unread, 12)}",
            model.origin,
            fix="check their spelling; if it is right, the catalog does not use them",
            focus=model.dataset,
        )


def objects(meta: Values, key: str) -> Iterator[Values]:
    """The one object under a key, or the objects listed there."""
    if isinstance(meta.entries.get(key), dict):
        yield meta.values(key)
    else:
        yield from meta.objects(key)


def doubt(model: Model, message: str, fix: str) -> None:
    """Warn of a word of a model that means nothing here."""
    doubtful(model.said, message, model.origin, fix, focus=model.dataset)


def _state_sensitivity(
    said: Statements, subject: Iri, predicate: Iri, meta: Values, origin: Origin
) -> None:
    if level := meta.text("sensitivity"):
        sensitivity(said, subject, predicate, Scalar(level, "string", origin))


def _state_concept(model: Model, concept: Values, domain: str) -> None:
    """State what the rows of a model stand for in its domain."""
    said, origin = model.said, model.origin
    if not (name := concept.text("name")):
        doubt(model, "a `meta.local_concept` has no `name`", "give it one")
        return
    iri = Names.part(model.product, "concepts", name)
    said.state(model.dataset, PM.about, iri, origin)
    said.type(iri, PM.LocalConcept, origin)
    said.state(iri, SKOS.prefLabel, text(concept.text("label") or name), origin)
    if definition := concept.text("definition"):
        said.state(iri, SKOS.definition, text(definition), origin)
    if domain:
        said.refer(iri, PM.inDomain, Refers.DOMAIN, domain, origin)
    for polyseme in concept.texts("interprets"):
        said.refer(iri, PM.interprets, Refers.POLYSEME, polyseme, origin)


def _state_crosswalk(model: Model, crosswalk: Values) -> None:
    """State that the rows of a model are pairs of identifiers, and where each is."""
    said, origin = model.said, model.origin
    name = crosswalk.text("name")
    ends = {key: model.column(crosswalk.text(key)) for key in ("from", "to")}
    if not name or None in ends.values():
        message = (
            f"`meta.crosswalk` {name[:60]!r} lacks a name, or names a column that is not there"
        )
        doubt(model, message, "give it `name`, and in `from` and `to` columns of the model")
        return
    iri = Names.part(model.product, "crosswalks", name)
    said.type(iri, PM.Crosswalk, origin)
    said.state(iri, PM.realisedBy, model.port, origin)
    for key, at, scheme in (
        ("from", PM.fromColumn, PM.fromScheme),
        ("to", PM.toColumn, PM.toScheme),
    ):
        if (column := ends[key]) is not None:
            said.state(iri, at, column.iri, origin)
            if named := column.meta.text("identifier_scheme"):
                said.refer(iri, scheme, Refers.SCHEME, named, origin)
    if written := crosswalk.text("cardinality"):
        if (kind := CARDINALITIES.get(squeezed(written))) is not None:
            said.state(iri, PM.cardinality, kind, origin)
        else:
            fix = "write OneToOne, ManyToOne, OneToMany or ManyToMany"
            doubt(model, f"cardinality {written[:40]!r} is unknown", fix)
