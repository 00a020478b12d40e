"""``GET functions`` and ``GET schema``: what can be called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
)

from atoll.graphql.schema import RootField, Schema
from atoll.graphql.sdl import default_literal
from atoll.server.explorer.request import ExplorerRequest, Route
from atoll.server.explorer.wire import Wire

if TYPE_CHECKING:
    from atoll.server.explorer.explorer import Explorer

OperationName: TypeAlias = Literal["query", "mutation", "subscription"]


class InputField(Wire, frozen=True):
    name: str
    type: str
    description: str | None
    default: str | None
    required: bool


class OutputField(Wire, frozen=True):
    name: str
    type: str
    description: str | None


class EnumValue(Wire, frozen=True):
    name: str
    description: str | None


class ObjectInfo(Wire, frozen=True, tag="object", tag_field="kind"):
    name: str
    description: str | None
    fields: tuple[OutputField, ...]


class InputInfo(Wire, frozen=True, tag="input", tag_field="kind"):
    name: str
    description: str | None
    fields: tuple[InputField, ...]


class EnumInfo(Wire, frozen=True, tag="enum", tag_field="kind"):
    name: str
    description: str | None
    values: tuple[EnumValue, ...]


class ScalarInfo(Wire, frozen=True, tag="scalar", tag_field="kind"):
    name: str
    description: str | None


TypeInfo: TypeAlias = ObjectInfo | InputInfo | EnumInfo | ScalarInfo


class FunctionInfo(Wire, frozen=True):
    field: str
    operation: OperationName
    name: str
    export: str
    description: str | None
    arguments: tuple[InputField, ...]
    result: str
    file: str | None
    line: int | None
    built_in: bool


class Functions(Wire, frozen=True):
    generation: int
    functions: tuple[FunctionInfo, ...]
    types: Mapping[str, TypeInfo]


class SchemaText(Wire, frozen=True):
    generation: int
    sdl: str


def functions_of(schema: Schema) -> Iterator[FunctionInfo]:
    """The functions of an API, by the order of its schema."""
    roots: tuple[tuple[OperationName, GraphQLObjectType | None], ...] = (
        ("query", schema.graphql.query_type),
        ("mutation", schema.graphql.mutation_type),
        ("subscription", schema.graphql.subscription_type),
    )
    for operation, root in roots:
        for name, found in schema.fields[operation].items():
            assert root is not None, "a root field has its type"
            yield _function(operation, found, root.fields[name])


def types_of(schema: GraphQLSchema) -> dict[str, TypeInfo]:
    """All types of a schema but its roots and those of introspection, by name."""
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    found: dict[str, TypeInfo] = {}
    for name, type_ in schema.type_map.items():
        if name.startswith("__") or type_ in roots:
            continue
        match type_:
            case GraphQLScalarType():
                found[name] = ScalarInfo(name, type_.description)
            case GraphQLEnumType():
                values = type_.values.items()
                members = tuple(EnumValue(value, each.description) for value, each in values)
                found[name] = EnumInfo(name, type_.description, members)
            case GraphQLInputObjectType():
                inputs = tuple(_input(*each) for each in type_.fields.items())
                found[name] = InputInfo(name, type_.description, inputs)
            case GraphQLObjectType():
                fields = tuple(
                    OutputField(field, str(each.type), each.description)
                    for field, each in type_.fields.items()
                )
                found[name] = ObjectInfo(name, type_.description, fields)
    return found


def _function(operation: OperationName, root: RootField, field: GraphQLField) -> FunctionInfo:
    function = root.function
    return FunctionInfo(
        root.name,
        operation,
        function.name,
        function.export,
        field.description,
        tuple(_input(*each) for each in field.args.items()),
        str(field.type),
        function.file,
        function.line,
        root.source is not None,
    )


def _input(name: str, value: GraphQLArgument | GraphQLInputField) -> InputField:
    default = default_literal(value)
    required = isinstance(value.type, GraphQLNonNull) and default is None
    return InputField(name, str(value.type), value.description, default, required)


async def _functions(explorer: Explorer, request: ExplorerRequest) -> Functions:
    schema = explorer.subject.deployment.api.schema
    return Functions(explorer.generation, tuple(functions_of(schema)), types_of(schema.graphql))


async def _schema(explorer: Explorer, request: ExplorerRequest) -> SchemaText:
    return SchemaText(explorer.generation, explorer.subject.deployment.api.sdl)


ROUTES = (Route("GET", "functions", _functions), Route("GET", "schema", _schema))
