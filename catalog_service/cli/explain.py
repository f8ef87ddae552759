"""polyseme explain: why a standard is there, and how to meet it."""

from difflib import get_close_matches
from textwrap import wrap
from typing import Any

from catalog_service.bundled import folder
from catalog_service.cli.findings import plural
from catalog_service.cli.output import Output
from catalog_service.cli.session import Given
from catalog_service.domain.findings import NOTICES, REMEDIES
from catalog_service.errors import InvalidRequest, NotFound
from catalog_service.governance import kept, layers
from catalog_service.governance.layers import Layers
from catalog_service.governance.standards import GROUPS, Standard
from catalog_service.services import standards as rules

_WIDTH = 96


def explain(
    standard: str = "",
    *,
    all_: bool = False,
    session: Given,
) -> None:
    """Say why a standard is there, what to do to meet it, and show a good and a bad example.

    What readers notice, and no standard asks for, is explained by its name as well.

    Args:
        standard: Its name, its short id or its IRI: owner-named, DOM-03, unknown-reference.
        all_: List every standard, and what else findings are called.
        session: What every verb is given.
    """
    asked = session.writes("text", "json")
    if bool(standard) == all_:
        raise InvalidRequest("name one standard, or ask for --all", hint="polyseme explain DOM-03")
    if standard.strip().lower() in NOTICES:
        return _notice(session.out, standard.strip().lower(), as_json=asked == "json")
    settings = session.settings()
    standards = layers.read(kept.load(folder("shapes"), settings.cache), settings.standards or ())
    if all_ and asked == "json":
        notices = [_notice_record(name) for name in NOTICES]
        session.out.json({"standards": [_record(found) for found in standards], "notices": notices})
    elif all_:
        _list(session.out, standards)
    elif asked == "json":
        session.out.json({"standard": _record(_named(standards, standard), whole=True)})
    else:
        _write(session.out, _named(standards, standard))
    return None


def _named(standards: Layers, text: str) -> Standard:
    """The standard of this name.

    Raises:
        NotFound: there is none; what comes close is named.
    """
    try:
        return standards.named(text)
    except NotFound as fault:
        known = [name for one in standards for name in (one.name, one.identifier)] + [*NOTICES]
        close = get_close_matches(text.strip(), known, n=3)
        if not close:
            raise
        hint = f"did you mean {', '.join(close)}?"
        raise NotFound(fault.message, hint=hint) from fault


def _notice(out: Output, name: str, *, as_json: bool) -> None:
    """Tell what readers notice under a name."""
    if as_json:
        out.json({"notice": _notice_record(name)})
        return
    out.line((name, "bold"), "   noticed by readers and the gate; no standard asks for it")
    _paragraph(out, NOTICES[name])
    out.line()
    out.line(("what to do", "bold"))
    _paragraph(out, REMEDIES[name], "- ")


def _notice_record(name: str) -> dict[str, str]:
    return {"name": name, "means": NOTICES[name], "fix": REMEDIES[name]}


def _record(standard: Standard, *, whole: bool = False) -> dict[str, Any]:
    due = standard.becomes_violation_on
    told: dict[str, Any] = {
        "name": standard.name,
        "identifier": standard.identifier,
        "iri": standard.iri,
        "domain": standard.domain,
        "tightens": list(standard.tightens),
        "label": standard.label,
        "why": standard.why,
        "severity": standard.severity.value,
        "gate": standard.gate.name.lower(),
        "since": standard.since,
        "owner": standard.owner,
        "decision": standard.decision,
        "waivable": standard.waivable,
        "becomes_violation_on": due.isoformat() if due else None,
        "fix": list(standard.messages),
    }
    if whole:
        told["shape"] = rules.shape(standard)
        told["examples"] = [
            {"name": example.name, "conforms": example.conforms, "turtle": example.turtle}
            for example in rules.examples(standard)
        ]
    return told


def _list(out: Output, standards: Layers) -> None:
    sections = [
        (title, [standard for standard in standards.mesh if standard.group == group])
        for group, title in GROUPS.items()
    ]
    sections += [(f"Of <{one.domain}>", list(one.standards)) for one in standards.domains]
    for title, found in sections:
        if found:
            out.line((title, "bold"))
            out.table((s.identifier, s.name, s.severity.value, s.label) for s in found)
            out.line()
    out.line(("Noticed by readers and the gate", "bold"))
    out.table(NOTICES.items())
    out.line()
    out.line((plural(len(list(standards)), "standard"), "bold"))


def _write(out: Output, standard: Standard) -> None:
    out.line((f"{standard.identifier} {standard.name}", "bold"), f"   {standard.iri}")
    _paragraph(out, standard.label)
    out.line()
    _paragraph(out, standard.why)
    out.line()
    due = standard.becomes_violation_on
    own = [("domain", standard.domain)] if standard.domain else []
    own += [("tightens", iri) for iri in standard.tightens]
    out.table(
        [
            *own,
            ("severity", standard.severity.value + (f", a violation from {due}" if due else "")),
            ("checked", f"at the gate {standard.gate.name.lower()} and later ones"),
            ("since", standard.since),
            ("owner", standard.owner),
            ("decision", standard.decision),
            ("waiver", "may be granted" if standard.waivable else "is never granted"),
        ]
    )
    out.line()
    out.line(("what to do", "bold"))
    for message in standard.messages:
        _paragraph(out, message, "- ")
    examples = rules.examples(standard)
    for title, conforms in (("this conforms", True), ("this does not", False)):
        for example in [found for found in examples if found.conforms is conforms][:1]:
            out.line()
            out.line((f"{title}: {example.name}", "bold"))
            out.line(example.turtle.rstrip())
    out.line()
    out.line(("its shape", "bold"))
    out.line(rules.shape(standard).rstrip())


def _paragraph(out: Output, text: str, bullet: str = "") -> None:
    for line in wrap(text, _WIDTH, initial_indent=bullet, subsequent_indent=" " * len(bullet)):
        out.line(line)
