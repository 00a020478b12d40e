"""The schema as text, in a fixed order and layout (reference section 2.10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    StringValueNode,
    is_specified_scalar_type,
    print_ast,
)
from graphql.language.block_string import is_printable_as_block_string
from graphql.utilities import value_to_literal

from atoll.graphql.schema import sort_key

HEADER = "# GraphQL schema (generated)"


def print_sdl(schema: GraphQLSchema) -> str:
    """Print a schema: the same schema always gives the same text.

    Query, Mutation, scalars, enums, inputs, objects, Subscription; scalars to objects sorted
    without regard to case. Scalars stand without their descriptions, which introspection gives.
    """
    roots = [
        root
        for root in (schema.query_type, schema.mutation_type)
        if root is not None and root.fields
    ]
    named = sorted(
        (type_ for name, type_ in schema.type_map.items() if not name.startswith("__")),
        key=lambda type_: sort_key(type_.name),
    )
    blocks = [HEADER, *(_object(root) for root in roots)]
    scalars = [
        f"scalar {type_.name}"
        for type_ in named
        if isinstance(type_, GraphQLScalarType) and not is_specified_scalar_type(type_)
    ]
    if scalars:
        blocks.append("\n".join(scalars))
    blocks.extend(_enum(type_) for type_ in named if isinstance(type_, GraphQLEnumType))
    blocks.extend(_input(type_) for type_ in named if isinstance(type_, GraphQLInputObjectType))
    blocks.extend(
        _object(type_)
        for type_ in named
        if isinstance(type_, GraphQLObjectType)
        and type_ not in (schema.query_type, schema.mutation_type, schema.subscription_type)
    )
    if schema.subscription_type is not None:
        blocks.append(_object(schema.subscription_type))
    return "\n\n".join(blocks) + "\n"


def default_literal(value: GraphQLArgument | GraphQLInputField) -> str | None:
    """A default as it stands in GraphQL; None where there is none."""
    if value.default is None:
        return None
    literal = value_to_literal(value.default.value, value.type)
    assert literal is not None, "defaults were checked when the schema was built"
    return print_ast(literal)


def _object(type_: GraphQLObjectType) -> str:
    lines = []
    for name, field in type_.fields.items():
        lines.extend(_description(field.description, "  "))
        lines.append(f"  {name}{_arguments(field.args)}: {field.type}")
    return _block("type", type_.name, type_.description, lines)


def _input(type_: GraphQLInputObjectType) -> str:
    lines = []
    for name, field in type_.fields.items():
        lines.extend(_description(field.description, "  "))
        lines.append(f"  {_input_value(name, field)}")
    return _block("input", type_.name, type_.description, lines)


def _enum(type_: GraphQLEnumType) -> str:
    lines = []
    for name, value in type_.values.items():
        lines.extend(_description(value.description, "  "))
        lines.append(f"  {name}")
    return _block("enum", type_.name, type_.description, lines)


def _block(keyword: str, name: str, description: str | None, lines: Iterable[str]) -> str:
    head = f"{keyword} {name} {{"
    return "\n".join((*_description(description, ""), head, *lines, "}"))


def _arguments(arguments: Mapping[str, GraphQLArgument]) -> str:
    """Arguments on one line, unless one of them is described."""
    if not arguments:
        return ""
    if not any(argument.description for argument in arguments.values()):
        return f"({', '.join(_input_value(*item) for item in arguments.items())})"
    lines = []
    for name, argument in arguments.items():
        lines.extend(_description(argument.description, "    "))
        lines.append(f"    {_input_value(name, argument)}")
    return "\n".join(("(", *lines, "  )"))


def _input_value(name: str, value: GraphQLArgument | GraphQLInputField) -> str:
    text = f"{name}: {value.type}"
    default = default_literal(value)
    return text if default is None else f"{text} = {default}"


def _description(text: str | None, indent: str) -> list[str]:
    if not text:
        return []
    if not is_printable_as_block_string(text):
        return [indent + print_ast(StringValueNode(value=text, block=False))]
    lines = text.replace('"""', '\\"""').split("\n")
    return [
        f'{indent}"""',
        *(f"{indent}{line}" if line else "" for line in lines),
        f'{indent}"""',
    ]
