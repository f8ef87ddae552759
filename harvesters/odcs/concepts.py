"""The custom properties `localConcept` and `crosswalk`: what data is about, what ids it maps."""

from catalog_service.domain.rdf import Origin
from catalog_service.harvesting import Mapping, Names, Refers
from catalog_service.harvesting.bitol import custom, own_words, values
from catalog_service.harvesting.words import doubtful, named, once, say, squeezed, wrong
from catalog_service.terms import PM, SKOS, Iri
from harvesters.odcs.contract import Column, Contract, Dataset

CARDINALITIES = {
    squeezed(name): PM[name] for name in ("OneToOne", "ManyToOne", "OneToMany", "ManyToMany")
}
_ENDS = (
    ("from", PM.fromColumn, PM.fromScheme),
    ("to", PM.toColumn, PM.toScheme),
    ("validFrom", PM.validFromColumn, None),
    ("validTo", PM.validToColumn, None),
)


def state_concepts(contract: Contract, dataset: Dataset, holder: Mapping) -> None:
    """State the local concepts that a dataset is about."""
    for name, entry in custom(holder, "localConcept"):
        with own_words(contract.said, name, entry):
            for value in values(entry):
                _state_concept(contract, dataset, value)


def _state_concept(contract: Contract, dataset: Dataset, value: Mapping) -> None:
    said = contract.said
    word, origin = named(value, "local concept", "name")
    concept = Names.part(contract.product, "concepts", word)
    said.state(dataset.iri, PM.about, concept, origin)
    said.type(concept, PM.LocalConcept, origin)
    say(said, concept, SKOS.prefLabel, value, "label", "name")
    say(said, concept, SKOS.definition, value, "definition")
    if domain := contract.node.text("domain"):
        where = contract.node.where("domain")
        said.refer(concept, PM.inDomain, Refers.DOMAIN, domain, where)
    for polyseme, place in value.texts("interprets"):
        said.refer(concept, PM.interprets, Refers.POLYSEME, polyseme.strip(), place)


def state_crosswalks(contract: Contract) -> None:
    """State the crosswalks that the ports of the contract serve."""
    places: dict[str, Origin] = {}
    holders = [(contract.node, None), *((d.node, d) for d in contract.datasets.values())]
    for holder, dataset in holders:
        for name, entry in custom(holder, "crosswalk"):
            with own_words(contract.said, name, entry):
                for value in values(entry):
                    _state_crosswalk(contract, value, dataset, places)


def _state_crosswalk(
    contract: Contract, value: Mapping, dataset: Dataset | None, places: dict[str, Origin]
) -> None:
    said = contract.said
    word, origin = named(value, "crosswalk", "name")
    ends = {
        key: _end(contract, value, key, dataset)
        for key, _, scheme in _ENDS
        if scheme is not None or value.text(key)
    }
    once(places, "crosswalk", word, origin)
    crosswalk = Names.part(contract.product, "crosswalks", word)
    said.type(crosswalk, PM.Crosswalk, origin)
    for port in contract.ports.values():
        said.state(crosswalk, PM.realisedBy, port, origin)
    for key, at, scheme in _ENDS:
        if (column := ends.get(key)) is None:
            continue
        said.state(crosswalk, at, column.iri, value.where(key))
        if scheme is not None and (found := contract.schemes.get(column.iri)):
            said.refer(crosswalk, scheme, Refers.SCHEME, found, value.where(key))
    _state_cardinality(contract, crosswalk, value)


def _end(contract: Contract, value: Mapping, key: str, dataset: Dataset | None) -> Column:
    reference = value.text(key)
    if (column := contract.column(reference, dataset)) is None:
        message = f"`{key}: {reference[:60]}` of the crosswalk names no column of this contract"
        raise wrong(message, value.where(key), "write `column`, or `dataset.column`")
    return column


def _state_cardinality(contract: Contract, crosswalk: Iri, value: Mapping) -> None:
    written = value.scalar("cardinality")
    if written is None:
        return
    if (kind := CARDINALITIES.get(squeezed(written.text))) is not None:
        contract.said.state(crosswalk, PM.cardinality, kind, written.origin)
        return
    doubtful(
        contract.said,
        f"cardinality {written.text[:40]!r} is unknown",
        written.origin,
        "write OneToOne, ManyToOne, OneToMany or ManyToMany",
        focus=crosswalk,
    )
