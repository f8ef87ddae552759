"""One rule of inference, as its file states it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from catalog_service.domain.rdf import Term, Triple
from catalog_service.terms import PREFIXES, RDF, Iri

_PROPERTY = r"(?:a|(?P<prefix>[\w-]+):(?P<local>\w+))"
_TEMPLATE = re.compile(
    rf"^CONSTRUCT \{{ \?(?P<subject>\w+) {_PROPERTY} \?(?P<object>\w+) \}}$", re.MULTILINE
)
_AFTER = "# After: "


@dataclass(frozen=True)
class Rule:
    """A CONSTRUCT in which `?product` is the subject and the graph that states it.

    Args:
        name: the name of its file.
        says: what it derives, in a sentence: the first line of its file.
        query: the text of its file.
        after: the rules whose conclusions it reads: the second line of its file, if any.
        subject: the variable in which a conclusion's subject is found.
        concludes: the property of every conclusion.
        object: the variable in which a conclusion's object is found.
    """

    name: str
    says: str
    query: str
    after: tuple[str, ...]
    subject: str
    concludes: Iri
    object: str

    @classmethod
    def read(cls, name: str, text: str) -> "Rule":
        """A rule from its file.

        Raises:
            ValueError: the file has not the form of a rule.
        """
        says, second = text.split("\n", 2)[:2]
        template = _TEMPLATE.search(text)
        if not says.startswith("# ") or template is None:
            msg = f"{name}.rq: begin with `# What it derives.`, and construct one kind of triple"
            raise ValueError(msg)
        prefix = template["prefix"]
        return cls(
            name,
            says.removeprefix("# "),
            text,
            tuple(second.removeprefix(_AFTER).split()) if second.startswith(_AFTER) else (),
            template["subject"],
            Iri(PREFIXES[prefix] + template["local"]) if prefix else RDF.type,
            template["object"],
        )

    @cached_property
    def everywhere(self) -> str:
        """The same rule asked about all subjects at once: which `?product`, and its conclusion."""
        asked = dict.fromkeys(("product", self.subject, self.object))
        head = f"SELECT DISTINCT {' '.join(f'?{name}' for name in asked)}"
        return _TEMPLATE.sub(head, self.query, count=1)

    def conclusion(self, row: Mapping[str, Term]) -> Triple:
        """What one solution of `everywhere` concludes."""
        subject = row[self.subject]
        assert isinstance(subject, str)  # noqa: S101 - a CONSTRUCT drops what is no triple
        return Triple(subject, self.concludes, row[self.object])
