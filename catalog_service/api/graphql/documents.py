"""Documents that were asked before: read, counted and checked once, not each time.

A page sends the same document again and again, with other variables. Reading it and holding it to
the rules of the language takes longer than answering it does.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from graphql import DocumentNode
from strawberry.extensions import SchemaExtension

MOST = 256
"""So many documents are remembered; the one that was not asked for the longest is let go."""
LONGEST = 10_000
"""Characters of a document that is remembered."""


@dataclass(slots=True)
class Known:
    """A document that keeps the rules of the language.

    Args:
        document: as it was read.
        values: what it costs, where that is the same with all variables; None where it is not, or
            was not counted yet.
    """

    document: DocumentNode
    values: int | None = None


_known: OrderedDict[str, Known] = OrderedDict()


def known(text: str | None) -> Known | None:
    """The document of this text, where it was asked before and found to keep the rules."""
    return _known.get(text or "")


class Remembered(SchemaExtension):
    """Leaves out reading and checking where that was done before. Comes after the other rules."""

    def on_parse(self) -> Iterator[None]:
        """Take the document as it was read before."""
        found = known(self.execution_context.query)
        if found is not None:
            self.execution_context.graphql_document = found.document
        yield

    def on_validate(self) -> Iterator[None]:
        """Take it that the document keeps the rules where it did before."""
        context = self.execution_context
        found = known(context.query)
        if found is not None and context.pre_execution_errors is None:
            context.pre_execution_errors = []
        yield
        if context.pre_execution_errors == [] and context.graphql_document is not None:
            self._remember(context.query or "", found or Known(context.graphql_document))

    def _remember(self, text: str, found: Known) -> None:
        if len(text) <= LONGEST:
            _known[text] = found
            _known.move_to_end(text)
            while len(_known) > MOST:
                _known.popitem(last=False)
