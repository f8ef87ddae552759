"""Waivers read from a file, so that a team's own checks can honour what the federation granted.

A file is a decision in Turtle, or a list in YAML:

```yaml
waivers:
  - iri: https://mesh.example/waivers/listens-control
    standard: management-ports
    applies_to: https://mesh.example/products/podcasts.listens
    rationale: The control port moves with the new platform.
    granted_by: https://mesh.example/teams/federation
    expires: 2026-12-31
```
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from catalog_service.domain.rdf import iri
from catalog_service.domain.waivers import Waiver
from catalog_service.errors import CatalogError, InvalidRequest, Misconfigured, NotFound, Unreadable
from catalog_service.governance.layers import Layers
from catalog_service.governance.waivers import stated
from catalog_service.graph import parse
from catalog_service.terms import PM, Iri

_MOST_BYTES = 1 << 20
_NEEDED = ("iri", "standard", "applies_to", "rationale", "granted_by", "expires")
_KEYS = (*_NEEDED, "covers")


def read(path: Path, standards: Layers) -> tuple[Waiver, ...]:
    """The waivers in a file.

    Args:
        path: the file: `.yaml` or `.yml`, or Turtle.
        standards: the standards, which YAML may name as people do.

    Raises:
        Misconfigured: it cannot be read, or a waiver in it is not complete; the line is named.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise Misconfigured(
                f"{path} is larger than {_MOST_BYTES:,} bytes", hint="name a file of waivers"
            )
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise Misconfigured(
            f"{path} cannot be read: {fault}", hint="name a file of waivers, in Turtle or YAML"
        ) from fault
    if path.suffix.lower() in (".yaml", ".yml"):
        return tuple(_listed(path, text, standards))
    return _decided(path, text)


def _decided(path: Path, text: str) -> tuple[Waiver, ...]:
    try:
        triples = parse(text, "turtle", base="https://mesh.example/")
    except (Unreadable, InvalidRequest) as fault:
        line = fault.line if isinstance(fault, Unreadable) else 0
        raise Misconfigured(
            f"{path}{f':{line}' if line else ''}: {fault.message}", hint=fault.hint
        ) from fault
    complete = stated(triples)
    for waiver in sorted({s for s, p, o in triples if o == PM.Waiver or p == PM.waives}):
        if waiver not in complete:
            raise Misconfigured(
                f"{path}: the waiver <{waiver}> is not complete",
                hint="state pm:waives, pm:appliesTo, pm:rationale, pm:grantedBy and pm:expires"
                ' (a day such as "2026-12-31"^^xsd:date)',
            )
    if not complete:
        raise Misconfigured(f"{path} holds no waivers", hint="state each as a pm:Waiver")
    return tuple(complete.values())


def _listed(path: Path, text: str, standards: Layers) -> Iterator[Waiver]:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        raise Misconfigured(
            f"{path}:{line}: this is not YAML: {fault.problem}", hint="mend the syntax there"
        ) from fault
    except yaml.YAMLError as fault:
        raise Misconfigured(f"{path}: this is not YAML: {fault}", hint="mend the syntax") from fault
    except RecursionError as fault:
        raise Misconfigured(f"{path} nests too deep", hint="write a plain list") from fault
    top = _mapping(path, root, ("waivers",))
    listed = top.get("waivers")
    if not isinstance(listed, SequenceNode) or not listed.value:
        raise _wrong(path, listed or root, "there is no list of waivers", "list them as waivers:")
    for entry in listed.value:
        yield _one(path, entry, standards)


def _one(path: Path, entry: Node, standards: Layers) -> Waiver:
    stated_there = _mapping(path, entry, _KEYS)
    lacking = [key for key in _NEEDED if key not in stated_there]
    if lacking:
        raise _wrong(path, entry, f"the waiver has no {lacking[0]}", f"state {', '.join(_NEEDED)}")

    def text(key: str) -> str:
        return _text(path, stated_there[key])

    def named(key: str) -> frozenset[Iri]:
        found = stated_there.get(key)
        items = found.value if isinstance(found, SequenceNode) else [found] if found else []
        return frozenset(_named(path, item) for item in items)

    try:
        standard = standards.named(text("standard")).iri
    except NotFound as fault:
        raise _wrong(path, stated_there["standard"], fault.message, fault.hint) from fault
    try:
        expires = date.fromisoformat(text("expires"))
    except ValueError as fault:
        raise _wrong(
            path, stated_there["expires"], f"{text('expires')!r} is no day", "write 2026-12-31"
        ) from fault
    return Waiver(
        _named(path, stated_there["iri"]),
        standard,
        _named(path, stated_there["applies_to"]),
        text("rationale"),
        named("granted_by"),
        expires,
        named("covers"),
    )


def _mapping(path: Path, node: Node | None, known: tuple[str, ...]) -> dict[str, Node]:
    if not isinstance(node, MappingNode):
        raise _wrong(path, node, "there are no keys", f"write {known[0]}: and what belongs to it")
    found: dict[str, Node] = {}
    for key, value in node.value:
        name = _text(path, key)
        if name not in known or name in found:
            twice = "stands twice" if name in found else "is not known"
            raise _wrong(path, key, f"the key {name!r} {twice}", f"the keys are {', '.join(known)}")
        found[name] = value
    return found


def _text(path: Path, node: Node) -> str:
    if not isinstance(node, ScalarNode) or not node.value.strip():
        raise _wrong(path, node, "a text is missing", "write one value there")
    return str(node.value).strip()


def _named(path: Path, node: Node) -> Iri:
    try:
        return iri(_text(path, node))
    except InvalidRequest as fault:
        raise _wrong(path, node, fault.message, fault.hint) from fault


def _wrong(path: Path, node: Node | None, message: str, hint: str) -> CatalogError:
    line = node.start_mark.line + 1 if node is not None else 1
    return Misconfigured(f"{path}:{line}: {message}", hint=hint)
