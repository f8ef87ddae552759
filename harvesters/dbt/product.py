"""What a project says of itself as a whole: the product that its exposed models make up.

`dbt_project.yml` is not in a manifest. The words about the product stand in `meta.data_product` of
a model or group, or in the `meta` that the exposed models share.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from catalog_service.domain.findings import Severity
from catalog_service.domain.rdf import Origin, text
from catalog_service.harvesting import Names, Refers, Scalar, Statements
from catalog_service.harvesting.words import address, doubtful, lifecycle
from catalog_service.terms import DCAT, DCT, DPROD, PM, RDFS, Iri
from harvesters.dbt.manifest import Manifest

SHARED = ("domain", "owner", "purpose", "version", "status")
"""Words of the product that the exposed models may say each for themselves, if they agree."""
PORTS = {
    "discovery_port": PM.discoveryPort,
    "control_port": PM.controlPort,
    "observability_port": PM.observabilityPort,
}
WORDS = ("id", "title", "description", *SHARED, *PORTS)


@dataclass(frozen=True, slots=True)
class Word:
    """Something said of the product, and where."""

    value: str
    origin: Origin


@dataclass(slots=True)
class Words:
    """What is said of the product, from the most particular source that says it.

    Args:
        settled: the value of each word on which all agree.
        disputed: the words on which they do not, with what is said.
    """

    settled: dict[str, Word] = field(default_factory=dict)
    disputed: dict[str, list[Word]] = field(default_factory=dict)
    infrastructure: list[Word] = field(default_factory=list)
    unread: dict[str, Origin] = field(default_factory=dict)
    shapeless: list[Origin] = field(default_factory=list)

    def settle(self, key: str, said: Iterable[Word]) -> None:
        """Take in what is said, unless something more particular has been said before."""
        words = list(said)
        if not words or key in self.settled or key in self.disputed:
            return
        if len({word.value for word in words}) == 1:
            self.settled[key] = words[0]
        else:
            self.disputed[key] = words

    def value(self, key: str) -> str:
        """What is said; empty where nothing is, or where the models disagree."""
        return self.settled[key].value if key in self.settled else ""


def words_of(manifest: Manifest) -> Words:
    """What a project says of its product."""
    words = Words()
    declared = []
    for node in (*manifest.exposed, *manifest.groups.values()):
        stated = node.meta.entries.get("data_product")
        if isinstance(stated, dict):
            declared.append((node.meta.values("data_product"), manifest.where(node)))
        elif stated is not None:
            words.shapeless.append(manifest.where(node))
    for key in WORDS:
        said = ((values.text(key), origin) for values, origin in declared)
        words.settle(key, (Word(value, origin) for value, origin in said if value))
    for key in SHARED:
        own = ((node.meta.text(key), manifest.where(node)) for node in manifest.exposed)
        words.settle(key, (Word(value, origin) for value, origin in own if value))
    words.settle("owner", _group_owners(manifest))
    for values, origin in declared:
        words.infrastructure += [Word(name, origin) for name in values.texts("infrastructure")]
        words.unread |= dict.fromkeys(values.entries.keys() - {*WORDS, "infrastructure"}, origin)
    return words


def product_iri(manifest: Manifest, words: Words, names: Names) -> Iri:
    """The product that the project makes: by the id it is given, else by the project's name."""
    identifier = words.value("id")
    given = address(names.product(identifier)) if identifier else None
    return given or names.product(manifest.project)


def _group_owners(manifest: Manifest) -> Iterator[Word]:
    """The owners of the groups that the exposed models are in."""
    for node in manifest.exposed:
        named = node.values.text("group") or node.values.values("config").text("group")
        group = manifest.groups.get(named)
        if group is not None:
            owner = group.values.values("owner")
            if name := owner.text("email") or owner.text("name"):
                yield Word(name, manifest.where(group))


def state_product(said: Statements, manifest: Manifest, words: Words, names: Names) -> None:
    """State the product: what it is called, who answers for it, what it is made of."""
    product, place = said.subject, manifest.places.project
    code = Origin(manifest.document.name, 1)
    said.type(product, DPROD.DataProduct, place)
    identifier = words.settled.get("id", Word(manifest.project, place))
    said.state(product, DCT.identifier, text(identifier.value), identifier.origin)
    title = words.settled.get("title", Word(manifest.project, place))
    said.state(product, DCT.title, text(title.value), title.origin)
    description = words.settled.get("description") or _overview(manifest)
    if description is not None:
        said.state(product, DCT.description, text(description.value), description.origin)
    for key in SHARED:
        if key in words.settled:
            state_word(said, key, words.settled[key], names)
    for key, predicate in PORTS.items():
        if key in words.settled:
            _state_port(said, key, predicate, words.settled[key])
    _state_component(said, PM.codeComponent, PM.CodeComponent, Word(manifest.project, code))
    part = Names.part(product, "code", manifest.project)
    said.state(part, PM.codeKind, PM.Pipeline, code)
    for word in [
        *words.infrastructure,
        *([Word(manifest.adapter, code)] if manifest.adapter else []),
    ]:
        kind = PM.InfrastructureComponent
        _state_component(said, PM.infrastructureComponent, kind, word)
    _report(said, words)


def state_word(said: Statements, key: str, word: Word, names: Names) -> None:
    """State one of the words of the product that its models may say as well."""
    product = said.subject
    match key:
        case "domain":
            said.refer(product, DPROD.domain, Refers.DOMAIN, word.value, word.origin)
        case "owner":
            if (agent := address(names.agent(word.value))) is not None:
                said.state(product, DPROD.dataProductOwner, agent, word.origin)
        case "purpose":
            said.state(product, DPROD.purpose, text(word.value), word.origin)
        case "version":
            said.state(product, DCAT.version, text(word.value), word.origin)
        case _:
            lifecycle(said, product, Scalar(word.value, "string", word.origin))


def _overview(manifest: Manifest) -> Word | None:
    """The project's own front page, which dbt keeps in the docs block `__overview__`."""
    key = f"doc.{manifest.project}.__overview__"
    written = manifest.values.values("docs").values(key).text("block_contents")
    return Word(written, manifest.places.node(key)) if written else None


def _state_port(said: Statements, key: str, predicate: Iri, word: Word) -> None:
    where = address(word.value)
    if where is None or "://" not in word.value:
        message = f"`meta.data_product.{key}` is {word.value[:60]!r}, which is no address"
        doubtful(said, message, word.origin, "write it in full, such as https://example.org/docs")
        return
    port = Names.part(said.subject, "management", key.removesuffix("_port"))
    said.state(said.subject, predicate, port, word.origin)
    said.type(port, DCAT.DataService, word.origin)
    said.state(port, DCAT.endpointURL, where, word.origin)


def _state_component(said: Statements, predicate: Iri, kind: Iri, word: Word) -> None:
    folder = "code" if kind == PM.CodeComponent else "infrastructure"
    name = word.value.partition("://")[2].rstrip("/") or word.value
    part = Names.part(said.subject, folder, name)
    said.state(said.subject, predicate, part, word.origin)
    said.type(part, kind, word.origin)
    said.state(part, DCT.title, text(word.value), word.origin)
    where = address(word.value) if "://" in word.value else None
    if where is not None:
        said.state(part, RDFS.seeAlso, where, word.origin)


def _report(said: Statements, words: Words) -> None:
    for key, disputed in words.disputed.items():
        stated = ", ".join(
            sorted({f"{word.value[:40]!r} ({word.origin})" for word in disputed})[:6]
        )
        said.notice(
            "stated-twice",
            Severity.WARNING,
            f"the {key} of the product is stated differently, so it is left out: {stated}",
            disputed[1].origin,
            fix=f"state it once, as `meta.data_product.{key}` of one model or group",
        )
    for origin in words.shapeless:
        message = "`meta.data_product` is no mapping: it is not read"
        doubtful(said, message, origin, "write `data_product: {id: ..., title: ...}`")
    for key, origin in sorted(words.unread.items()):
        said.notice(
            "unread-key",
            Severity.INFO,
            f"`meta.data_product.{key[:60]}` is not read",
            origin,
            fix="check its spelling; if it is right, the catalog does not use it",
        )
