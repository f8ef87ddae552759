"""Whether a token may publish what is submitted with it."""

from collections.abc import Iterable

from catalog_service.domain.publication import Submission
from catalog_service.domain.rdf import Triple
from catalog_service.domain.tokens import Token
from catalog_service.errors import Forbidden
from catalog_service.governance.layers import hierarchy
from catalog_service.graph import View
from catalog_service.publishing.decided import decided
from catalog_service.terms import DPROD, Iri


def authorise(token: Token, submission: Submission, view: View) -> None:
    """See to it that a token covers the product: as it is published, and as it is to be.

    What counts is the whole mesh, whatever the holder of the token may see of it.

    Args:
        token: a valid token.
        submission: what is to be published.
        view: all that is published.

    Raises:
        Forbidden: the product is not, or would not stay, in a domain of the token.
    """
    product = submission.subject
    broader = hierarchy(decided(view, {}))
    stated = _domains(product, submission.triples)
    for domain in stated | _domains(product, view.graph(product)):
        if not token.covers(product, _with_those_above(domain, broader)):
            raise Forbidden(
                f"token {token.id} does not publish {product} in {domain}",
                hint="use a token of the domain that owns the product",
            )
    if not stated:
        raise Forbidden(
            f"{product} names no domain, so nobody can tell whose it is",
            hint="name its domain with dprod:domain",
        )


class Coverage:
    """Which published products tokens cover.

    Args:
        view: all that is published.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._broader = hierarchy(decided(view, {}))
        self._known: dict[Iri, set[Iri]] = {}

    def of(self, token: Token, product: Iri) -> bool:
        """True where a token covers a product in every domain that it is in."""
        if product not in self._known:
            self._known[product] = _domains(product, self._view.graph(product))
        domains = self._known[product]
        return bool(domains) and all(
            token.covers(product, _with_those_above(domain, self._broader)) for domain in domains
        )


def _domains(product: Iri, triples: Iterable[Triple]) -> set[Iri]:
    """The domains that a graph says its product is in; a domain that is no IRI is nobody's."""
    return {
        value if isinstance(value, str) else Iri(value.lexical)
        for subject, predicate, value in triples
        if (subject, predicate) == (product, DPROD.domain)
    }


def _with_those_above(domain: Iri, broader: dict[Iri, set[Iri]]) -> set[Iri]:
    found, waiting = {domain}, [domain]
    while waiting:
        for above in broader.get(waiting.pop(), set()) - found:
            found.add(above)
            waiting.append(above)
    return found
