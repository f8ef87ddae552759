"""Property paths, from SHACL's triples to the text that SPARQL writes for them."""

import rdflib
from rdflib.term import Node

from catalog_service.governance.lint import SHACL

_REPEATED = {
    str(SHACL.zeroOrMorePath): "*",
    str(SHACL.oneOrMorePath): "+",
    str(SHACL.zeroOrOnePath): "?",
}


def written(shapes: rdflib.Graph, path: Node) -> str:
    """A path in its one canonical form, with full IRIs; both engines write it alike.

    Sequences and alternatives stand in brackets, and so does whatever is repeated.
    """
    if isinstance(path, rdflib.URIRef):
        return f"<{path}>"
    if (path, rdflib.RDF.first, None) in shapes:
        return _joined(shapes, path, "/")
    for predicate, value in shapes.predicate_objects(path):
        if predicate == SHACL.alternativePath:
            return _joined(shapes, value, "|")
        if predicate == SHACL.inversePath:
            return f"^{written(shapes, value)}"
        if str(predicate) in _REPEATED:
            return f"({written(shapes, value)}){_REPEATED[str(predicate)]}"
    msg = f"{path} is no property path"
    raise ValueError(msg)


def _joined(shapes: rdflib.Graph, head: Node, sign: str) -> str:
    return f"({sign.join(written(shapes, part) for part in shapes.items(head))})"
