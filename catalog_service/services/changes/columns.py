"""Columns: their type, whether each row has a value, whom they identify, how they are protected."""

from catalog_service.domain.names import short
from catalog_service.domain.rdf import Literal, Term
from catalog_service.services.changes.comparison import Comparison, Pair
from catalog_service.services.changes.datatypes import change_of_type
from catalog_service.services.changes.facts import written
from catalog_service.services.changes.kinds import Kind
from catalog_service.services.changes.sensitivity import personal, sensitivity
from catalog_service.terms import CSVW, PM, PROV, XSD, Iri

_BOUND = (
    (PM.identifies, Kind.BINDING_ADDED, Kind.BINDING_REMOVED, Kind.BINDING_CHANGED),
    (PM.identifierScheme, Kind.SCHEME_ADDED, Kind.SCHEME_REMOVED, Kind.SCHEME_CHANGED),
)
_TRUE = {Literal(lexical, XSD.boolean) for lexical in ("true", "1")}


def named(seen: Comparison, column: Iri, dataset: str) -> str:
    """What to call a column: its name, behind that of its dataset."""
    names = seen.before.values(column, CSVW.name) or seen.after.values(column, CSVW.name)
    return f"{dataset}.{written(names) or short(column)}"


def column(seen: Comparison, column: Iri, name: str) -> None:
    """Compare a column that both graphs have."""
    seen.differ(Kind.COLUMN_RENAMED, column, name, seen.pair(column, CSVW.name))
    datatype = seen.pair(column, CSVW.datatype)
    if datatype.differs:
        seen.differ(_type(datatype), column, name, datatype)
    _required(seen, column, name)
    for predicate, added, removed, changed in _BOUND:
        pair = seen.pair(column, predicate)
        kind = changed if pair.before and pair.after else added if pair.after else removed
        seen.differ(kind, column, name, pair)
    sensitivity(seen, column, name, PM.sensitivity)
    personal(seen, column, name, PM.personalDataCategory)
    seen.differ(Kind.LINEAGE_CHANGED, column, name, seen.pair(column, PROV.wasDerivedFrom))


def _type(pair: Pair) -> Kind:
    if not pair.before:
        return Kind.TYPE_STATED
    if len(pair.before) == len(pair.after) == 1:
        before, after = next(iter(pair.before)), next(iter(pair.after))
        if isinstance(before, str) and isinstance(after, str):
            return change_of_type(before, after)
    return Kind.TYPE_CHANGED


def _required(seen: Comparison, column: Iri, name: str) -> None:
    """Whether each row has a value. Where nothing is stated, a row may be without."""
    pair = seen.pair(column, CSVW.required)
    was, now = _holds(pair.before), _holds(pair.after)
    if was == now:
        seen.differ(Kind.DESCRIBED, column, name, pair)
        return
    kind = Kind.REQUIRED_TIGHTENED if now else Kind.REQUIRED_LOOSENED
    words = ("optional", "required")
    seen.add(kind, column, name, before=words[was], after=words[now])


def _holds(stated: frozenset[Term]) -> bool:
    return bool(stated & _TRUE)
