"""What is asked of the mesh: seeded, so that every size and every engine is asked alike."""

import random
from collections.abc import Iterator

from bench import bulk
from catalog_service.terms import DCT, DPROD, Iri

_TOPICS = (  # noqa: SIM905 - a list would be a page long
    "orders payments customers shipments invoices listens plays episodes artists tracks "
    "campaigns sessions refunds returns tickets contracts prices stock visits reviews"
).split()
_KINDS = "daily history summary country channel snapshot forecast quality".split()  # noqa: SIM905
_OTHERS = "amount quantity note happened thing owner night table domain017 warehouse".split()  # noqa: SIM905

POINT = f"""SELECT ?title ?port WHERE {{
  <ID> <{DCT.title}> ?title ; <{DPROD.outputPort}> ?port }}"""
"""A point query over one product."""

PAGE = """query Page($iri: IRI!) { product(iri: $iri) {
  iri name title description status version purpose sensitivity keywords revision
  domain { iri title } owner { iri title mailbox memberOf { iri title } }
  inputPorts { iri title }
  outputPorts { iri title protocol endpoint contract sensitivity
    slos { indicator target unit sentence } }
  managementPorts { iri title role endpoint }
  datasets { iri title primaryKey semanticModel
    columns { edges { node { iri name datatype required description effectiveSensitivity } } } }
  polysemes { polyseme { iri title } scheme { iri } }
  code { title source } infrastructure { title source }
  upstream { iri title } consumers(first: 20) { totalCount edges { node { iri title } } }
  conformance { conforms since findings { standard severity message state } }
} }"""
"""What the page of one product shows."""

SEARCH = """query Search($text: String!) { search(query: $text, first: 20) {
  totalCount facets { name counts { value count } } edges { score node { iri title kind } } } }"""


def products(number: int, size: int, *, seed: int = 3) -> list[Iri]:
    """So many products of a mesh, by chance."""
    chance = random.Random(seed)
    return [bulk.name_of(chance.randrange(size)) for _ in range(number)]


def texts(number: int, size: int, *, seed: int = 5) -> list[str]:
    """What people type: names and pieces of them, one word to three, now and then with a slip."""
    return list(_texts(number, size, random.Random(seed)))


def _texts(number: int, size: int, chance: random.Random) -> Iterator[str]:
    for _ in range(number):
        how = chance.random()
        words = [chance.choice(_TOPICS), chance.choice(_KINDS)]
        if how < 0.2:
            words = [f"p-{chance.randrange(size)}"]
        elif how < 0.3:
            words = [f"{chance.randrange(size):06d}"]
        elif how < 0.5:
            words = words[:1]
        elif how < 0.6:
            words = [chance.choice(_OTHERS), words[0]]
        text = " ".join(words)
        if chance.random() < 0.1:
            cut = chance.randrange(1, len(text))
            text = text[:cut] + text[cut + 1 :]
        yield text
