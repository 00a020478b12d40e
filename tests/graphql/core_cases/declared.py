"""Guest interfaces out of GraphQL's own notation, so that a scenario shows its schema."""

from __future__ import annotations

from graphql import (
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    ListTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    TypeNode,
    parse,
    value_from_ast_untyped,
)

from atoll.graphql.scalars import SCALARS
from atoll.guest.types import (
    Default,
    EnumType,
    EnumValue,
    Field,
    Function,
    Interface,
    ListOf,
    Nullable,
    ObjectType,
    Parameter,
    Ref,
    Scalar,
    Type,
    TypeDef,
)


def declared(text: str) -> Interface:
    """The interface whose API is ``text``: fields of Query and Mutation are its functions."""
    functions: list[Function] = []
    types: dict[str, TypeDef] = {}
    for node in parse(text).definitions:
        if isinstance(node, ObjectTypeDefinitionNode) and node.name.value in ("Query", "Mutation"):
            functions += [_function(field) for field in node.fields or ()]
        elif isinstance(node, (ObjectTypeDefinitionNode, InputObjectTypeDefinitionNode)):
            fields = tuple(
                Field(field.name.value, _type(field.type), default=_default(field))
                for field in node.fields or ()
            )
            types[node.name.value] = ObjectType(node.name.value, fields)
        elif isinstance(node, EnumTypeDefinitionNode):
            values = tuple(EnumValue(value.name.value) for value in node.values or ())
            types[node.name.value] = EnumType(node.name.value, values)
        else:
            raise AssertionError(f"guests have nothing of this kind: {node.kind}")
    return Interface(tuple(functions), types)


def _function(field: FieldDefinitionNode) -> Function:
    parameters = tuple(
        Parameter(argument.name.value, _type(argument.type), default=_default(argument))
        for argument in field.arguments or ()
    )
    return Function(field.name.value, field.name.value, parameters, _type(field.type))


def _type(node: TypeNode) -> Type:
    if not isinstance(node, NonNullTypeNode):
        return Nullable(_non_null(node))
    return _non_null(node.type)


def _non_null(node: TypeNode) -> Type:
    if isinstance(node, ListTypeNode):
        return ListOf(_type(node.type))
    name = node.name.value  # type: ignore[attr-defined]
    return Scalar(name) if name in SCALARS else Ref(name)


def _default(node: FieldDefinitionNode | InputValueDefinitionNode) -> Default | None:
    value = getattr(node, "default_value", None)
    return None if value is None else Default(value_from_ast_untyped(value))
