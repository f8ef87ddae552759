"""From a dbt project to the facts of a data product."""

from dataclasses import dataclass

from catalog_service.domain.findings import Finding, Severity
from catalog_service.domain.rdf import Origin, Term, iri
from catalog_service.errors import InvalidIri
from catalog_service.harvesting import Harvested, Names, Statements
from catalog_service.terms import DPROD
from harvesters.dbt.catalog import Catalog
from harvesters.dbt.dataset import state_dataset, state_port
from harvesters.dbt.governed import state_governed
from harvesters.dbt.lineage import Lineage
from harvesters.dbt.manifest import Manifest, Node
from harvesters.dbt.measures import state_measures
from harvesters.dbt.meta import report_unread, state_model_words
from harvesters.dbt.model import Model, columns_of, some
from harvesters.dbt.product import (
    SHARED,
    Word,
    Words,
    product_iri,
    state_product,
    state_word,
    words_of,
)
from harvesters.dbt.promises import state_promises
from harvesters.dbt.quality import data_tests, state_tests
from harvesters.dbt.results import Results
from harvesters.dbt.upstream import state_derivation, state_inputs, unused

MOST = 50
"""How many values of the wrong type are reported one by one."""


@dataclass(frozen=True, slots=True)
class Project:
    """A manifest and what lies beside it.

    Args:
        manifest: the project.
        catalog: its tables in the warehouse.
        results: what its tests gave.
        freshness: how old its sources were.
        noticed: what the reader of the files noticed, and could go on from.
    """

    manifest: Manifest
    catalog: Catalog
    results: Results
    freshness: Results
    noticed: tuple[Finding, ...] = ()


def stated(project: Project, names: Names) -> list[Harvested]:
    """What a project states: of itself as a whole, and of each model that it exposes."""
    manifest = project.manifest
    words = words_of(manifest)
    product = product_iri(manifest, words, names)
    lineage = Lineage(manifest, project.catalog)
    tests = data_tests(manifest)
    models = []
    for node in manifest.exposed:
        model = Model(manifest, node, names, product, Statements(product))
        found = columns_of(manifest, node, model.dataset, project.catalog, lineage)
        model.columns.update({column.name: column for column in found})
        models.append(model)
    columns = {
        model.node.id: {name.casefold(): column.iri for name, column in model.columns.items()}
        for model in models
    }
    state_measures(models)
    for model in models:
        _state_model(model, words, project.freshness)
        state_derivation(model, lineage, columns)
        state_tests(model, tests.get(model.node.id, []), project.results)
        report_unread(model)
    whole = Statements(product)
    state_product(whole, manifest, words, names)
    if project.results.document is None and any(model.node.id in tests for model in models):
        whole.notice(
            "incomplete",
            Severity.INFO,
            "there are tests, and no run_results.json beside the manifest says what they gave",
            Origin(manifest.document.name, 1),
            fix="run `dbt test` or `dbt build`, and harvest its run_results.json with the manifest",
        )
    _report(whole, project)
    whole.findings.extend(project.noticed)
    for said in (whole, *(model.said for model in models)):
        _leave_out_overlong(said)
    return [
        whole.harvested(manifest.places.project),
        *(model.said.harvested(model.origin, contract=model.node.id) for model in models),
    ]


def _state_model(model: Model, words: Words, freshness: Results) -> None:
    """State an exposed model: what it serves, what it reads, what it says of the product."""
    model.said.type(model.product, DPROD.DataProduct, model.origin)
    state_port(model)
    state_dataset(model)
    state_model_words(model, words.value("domain"))
    state_governed(model)
    state_promises(model)
    for key in SHARED:
        own = model.node.meta.text(key)
        if own and own == words.value(key):
            state_word(model.said, key, Word(own, model.origin), model.names)
    state_inputs(model, freshness)


def _report(said: Statements, project: Project) -> None:
    """Report what was decided for want of a word, what is left out, and what has the wrong type."""
    manifest = project.manifest
    place = Origin(manifest.document.name, 1)
    if not manifest.chosen and manifest.exposed:
        said.notice(
            "incomplete",
            Severity.INFO,
            f"no model says `access: public`: all {len(manifest.exposed)} models of the project are"
            " taken as exposed",
            place,
            fix="set `access: public` (dbt 1.5 or later), or `exposed: true` in `meta`, on some",
        )
    read = {
        source.id
        for node in manifest.exposed
        for source in manifest.inputs(node)
        if isinstance(source, Node)
    }
    if idle := unused(manifest, read):
        said.notice(
            "incomplete",
            Severity.INFO,
            f"no exposed model reads the sources {some(idle)}: they are no inputs",
            place,
            fix="nothing, if that is so; else check `access` and the models in between",
        )
    for read_from in (manifest, project.catalog, project.results, project.freshness):
        if read_from.document is not None:
            _report_odd(said, read_from.values.odd, Origin(read_from.document.name, 1))


def _leave_out_overlong(said: Statements) -> None:
    """Leave out what has a name too long for an IRI, and tell how much that is."""
    places = [place for triple, place in said.facts.items() if not _sound(*triple)]
    places += [each.origin for each in said.references if not _sound(each.subject)]
    if places:
        said.facts = {triple: place for triple, place in said.facts.items() if _sound(*triple)}
        said.references = [each for each in said.references if _sound(each.subject)]
        message = (
            f"{len(places)} statements are left out: they name things of thousands of characters"
        )
        said.notice(
            "unknown-value", Severity.WARNING, message, places[0], fix="give them shorter names"
        )


def _sound(*terms: Term) -> bool:
    try:
        return all(iri(term) for term in terms if isinstance(term, str))
    except InvalidIri:
        return False


def _report_odd(said: Statements, odd: dict[str, str], place: Origin) -> None:
    for path, what in sorted(odd.items())[:MOST]:
        said.notice(
            "unknown-value",
            Severity.WARNING,
            f"`{path[:120]}` {what}: it is not read",
            place,
            fix="write the file again with dbt",
        )
    if len(odd) > MOST:
        message = f"{len(odd) - MOST} more values have the wrong type, and are not read"
        said.notice(
            "unknown-value", Severity.WARNING, message, place, fix="write it again with dbt"
        )
