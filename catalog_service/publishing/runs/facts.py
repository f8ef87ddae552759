"""Runs as facts: activities that used datasets and made others, and what came from what.

They stand in a graph of their own, `{product}/runs`, since they were observed and not stated. No
gate looks there: what a job says of itself excuses no product from anything.
"""

from collections.abc import Iterable, Iterator, Mapping

from catalog_service.domain.rdf import Literal, Triple, text
from catalog_service.domain.runs import Run, State
from catalog_service.harvesting.contract import Names
from catalog_service.publishing.runs.addresses import Place
from catalog_service.publishing.runs.meant import Meant, column_edges
from catalog_service.terms import DCT, PM, PROV, RDF, XSD, Iri

STATES: Mapping[State, Iri] = {
    State.START: PM.RunStarted,
    State.RUNNING: PM.RunStarted,
    State.OTHER: PM.RunStarted,
    State.COMPLETE: PM.RunCompleted,
    State.FAIL: PM.RunFailed,
    State.ABORT: PM.RunAborted,
}


def graph_of(product: Iri) -> Iri:
    """The name of the graph that holds what runs told of a product."""
    return Iri(f"{product}/runs")


def facts(product: Iri, runs: Iterable[Run], meant: Meant) -> tuple[Triple, ...]:
    """What runs told of a product: each fact once.

    Args:
        product: the product.
        runs: the last runs of each job that writes it.
        meant: what they speak of.
    """
    told: dict[Triple, None] = {}
    ways: dict[tuple[Iri, Iri], set[bool]] = {}
    for run in runs:
        for output in run.outputs:
            place = meant.place(output)
            if place is not None and place.product == product:
                told |= dict.fromkeys(_run(run, place, meant, ways))
    masked = (Triple(column, PM.maskedFrom, of) for (column, of), each in ways.items() if all(each))
    return (*told, *masked)


def _run(
    run: Run, made: Place, meant: Meant, ways: dict[tuple[Iri, Iri], set[bool]]
) -> Iterator[Triple]:
    plan = Names.part(made.product, "jobs", f"{run.job.namespace}/{run.job.name}")
    yield Triple(plan, RDF.type, PROV.Plan)
    yield Triple(plan, DCT.title, text(run.job.name))
    if run.id:
        yield from _activity(run, made, plan, meant)
    if run.state not in {State.FAIL, State.ABORT}:
        yield from _derived(run, made, meant, ways)


def _activity(run: Run, made: Place, plan: Iri, meant: Meant) -> Iterator[Triple]:
    activity = Names.part(made.product, "runs", run.id)
    yield Triple(activity, RDF.type, PROV.Activity)
    yield Triple(activity, DCT.identifier, text(run.id))
    yield Triple(activity, PROV.hadPlan, plan)
    yield Triple(activity, PM.runState, STATES[run.state])
    yield Triple(activity, PROV.startedAtTime, _time(run.started.isoformat()))
    if run.ended is not None:
        yield Triple(activity, PROV.endedAtTime, _time(run.ended.isoformat()))
    for source in run.inputs:
        if (place := meant.place(source)) is not None:
            yield Triple(activity, PROV.used, place.dataset)
    if run.state is State.COMPLETE:
        yield Triple(made.dataset, PROV.wasGeneratedBy, activity)


def _derived(
    run: Run, made: Place, meant: Meant, ways: dict[tuple[Iri, Iri], set[bool]]
) -> Iterator[Triple]:
    """What came from what: products, datasets and columns. Nothing comes from itself.

    Whether columns came masked is noted in `ways`: one run that did not mask outweighs all others.
    """
    for source in run.inputs:
        place = meant.place(source)
        if place is not None and place.dataset != made.dataset:
            yield Triple(made.dataset, PROV.wasDerivedFrom, place.dataset)
            if place.product != made.product:
                yield Triple(made.product, PROV.wasDerivedFrom, place.product)
    for output in run.outputs:
        if meant.place(output) != made:
            continue
        for edge in column_edges(output):
            place = meant.place(edge.source)
            target = meant.column(made, edge.name)
            origin = meant.column(place, edge.column) if place is not None else None
            if target is not None and origin is not None and target != origin:
                yield Triple(target, PROV.wasDerivedFrom, origin)
                ways.setdefault((target, origin), set()).add(edge.masked)


def _time(written: str) -> Literal:
    return Literal(written.replace("+00:00", "Z"), XSD.dateTime)
