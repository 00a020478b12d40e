"""What a query wants of a function's result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from atoll.guest.selection import Selection, Wanted


@dataclass(frozen=True, slots=True)
class Collector:
    """Collects the fields of one operation: merged, and without those that its directives skip."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDetails]
    variables: VariableValues
    """Those that directives ask for must be among them."""
    operation: OperationDefinitionNode

    def root(self) -> dict[str, list[FieldDetails]]:
        """The root fields by response key. Raises GraphQLError for a directive without a value."""
        root = self.schema.get_root_type(self.operation.operation)
        assert root is not None, "validation refuses operations without a root type"
        return collect_fields(
            self.schema, self.fragments, self.variables, root, self.operation
        ).grouped_field_set

    def below(
        self, type_: GraphQLObjectType, details: list[FieldDetails]
    ) -> dict[str, list[FieldDetails]]:
        """What ``details``, which are one field of type ``type_``, select of its value."""
        return collect_subfields(
            self.schema, self.fragments, self.variables, self.operation, type_, details
        ).grouped_field_set

    def selection(self, type_: GraphQLOutputType, details: list[FieldDetails]) -> Selection | None:
        """What is wanted of a value of ``type_``, in the form that guests take."""
        named = get_named_type(type_)
        if not isinstance(named, GraphQLObjectType):
            return None
        wanted = []
        for key, found in self.below(named, details).items():
            name = found[0].node.name.value
            if name == "__typename":
                wanted.append(Wanted(key, None, None, named.name))
            else:
                inner = self.selection(named.fields[name].type, found)
                wanted.append(Wanted(key, name, inner))
        return tuple(wanted)


def fragments_of(document: DocumentNode) -> Mapping[str, FragmentDetails]:
    """The fragments of a document, for a `Collector`."""
    return {
        definition.name.value: FragmentDetails(definition)
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
