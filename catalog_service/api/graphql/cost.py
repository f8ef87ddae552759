"""What a query may cost, known before any of it is answered.

The cost is the number of values that an answer can hold: each list counts as often as its `first`
says, or as a usual length where it has none, which is its own where lists of its kind are long.
Fragments are counted where they are spread, and each is counted once, so that a short query that
multiplies itself takes no time to refuse.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    value_from_ast_untyped,
)
from strawberry.extensions import SchemaExtension

from catalog_service.api.graphql.documents import known
from catalog_service.api.graphql.history import MOST_DAYS
from catalog_service.errors import LimitExceeded

MOST_VALUES = 250_000
USUAL = {
    "DataProduct.provenance": 200,
    "DataProduct.standings": 60,
    "Domain.conformanceDays": 31,
    "Facet.counts": 30,
    "Heat.columns": 60,
    "HeatRow.cells": 60,
    "Query.conformanceDays": 31,
    "Query.findingCounts": 200,
    "Query.standards": 60,
    "Scorecard.qualities": 8,
    "ScorecardSum.qualities": 8,
    "SearchConnection.facets": 9,
    "Verdict.notEvaluated": 30,
}
"""How long lists without a `first` are that are longer than others, by type and field."""
_USUAL_LENGTH = 3
_SINCE = "since"
_DAYS = ".conformanceDays"
_EDGES = "edges"
_IDS = "ids"
_FIRST = "first"
_COUNTED = (_FIRST, _IDS, _SINCE)
"""The arguments of which the length of a list depends."""


class CostLimiter(SchemaExtension):
    """Refuses a query whose answer could be too large."""

    def on_validate(self) -> Iterator[None]:
        """Count before the rules of the language are applied: some of them take as long."""
        context = self.execution_context
        document = context.graphql_document
        if document is not None:
            before = known(context.query)
            values = before.values if before else None
            if values is None:
                cost = Cost(context.schema._schema, document, context.variables or {})  # noqa: SLF001
                values = cost.values()
                if before and cost.fixed:
                    before.values = values
            if values > MOST_VALUES:
                context.pre_execution_errors = [_refused(values)]
        yield


class Cost:
    """Counts the values that the operations of a document can ask for.

    Args:
        schema: the schema that is asked.
        document: the query; it need not be valid.
        variables: the values of its variables.

    Attributes:
        fixed: whether the document costs the same with all variables; known once it is counted.
    """

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]
    ) -> None:
        self._schema = schema
        self._document = document
        self._variables = variables
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._known: dict[str, int] = {}
        self.fixed = True

    def values(self) -> int:
        """The number of values, all operations together."""
        return sum(
            self._of(definition.selection_set, self._schema.get_root_type(definition.operation))
            for definition in self._document.definitions
            if isinstance(definition, OperationDefinitionNode)
        )

    def _of(self, selections: SelectionSetNode | None, parent: object) -> int:
        """The values of one selection set for one parent."""
        total = 0
        for selection in selections.selections if selections else ():
            if isinstance(selection, FieldNode):
                total += self._field(selection, parent)
            elif isinstance(selection, InlineFragmentNode):
                name = selection.type_condition and selection.type_condition.name.value
                inside = self._schema.get_type(name) if name else parent
                total += self._of(selection.selection_set, inside)
            elif isinstance(selection, FragmentSpreadNode):
                total += self._fragment(selection.name.value)
        return total

    def _fragment(self, name: str) -> int:
        if name not in self._known:
            self._known[name] = 0  # what leads back to itself is refused by the language's rules
            if (found := self._fragments.get(name)) is not None:
                inside = self._schema.get_type(found.type_condition.name.value)
                self._known[name] = self._of(found.selection_set, inside)
        return self._known[name]

    def _field(self, node: FieldNode, parent: object) -> int:
        fields = (
            parent.fields if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else {}
        )
        found = fields.get(node.name.value)
        if found is None:
            return 1 + self._of(node.selection_set, None)
        each = self._of(node.selection_set, get_named_type(found.type))
        return self._times(node, found, f"{parent}.{node.name.value}") * (1 + each)

    def _times(self, node: FieldNode, found: GraphQLField, name: str) -> int:
        """How many times what a field holds is in the answer."""
        given = {
            argument.name.value: value_from_ast_untyped(argument.value, dict(self._variables))
            for argument in node.arguments or ()
        }
        self.fixed &= not any(
            isinstance(argument.value, VariableNode) and argument.name.value in _COUNTED
            for argument in node.arguments or ()
        )
        if isinstance(ids := given.get(_IDS), list):
            return len(ids)
        if _FIRST in found.args:
            first = given.get(_FIRST, found.args[_FIRST].default_value)
            return max(first, 1) if isinstance(first, int) else 1
        if not _is_list(found.type) or node.name.value == _EDGES:
            return 1
        if name.endswith(_DAYS) and given.get(_SINCE) is not None:
            return MOST_DAYS
        return USUAL.get(name, _USUAL_LENGTH)


def _is_list(of: GraphQLOutputType) -> bool:
    return isinstance(get_nullable_type(of), GraphQLList)


def _refused(values: int) -> GraphQLError:
    fault = LimitExceeded(
        f"the answer could hold {values:,} values; at most {MOST_VALUES:,} are answered",
        limit="values",
        hint="ask for fewer at a time with `first`, or for fewer fields",
    )
    return GraphQLError(fault.message, original_error=fault)
