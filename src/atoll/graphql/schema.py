"""The GraphQL schema of an interface."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    specified_directives,
    validate_schema,
)

from atoll.graphql.conventions import OperationKind, field_name, operation_kind
from atoll.graphql.errors import Problems, SchemaError, SchemaProblem, function_location
from atoll.graphql.source import Source
from atoll.graphql.types import TypeTable, external_default, optional_names
from atoll.graphql.usage import find_usage
from atoll.guest.types import Function, Interface, Scalar


@dataclass(frozen=True, slots=True)
class RootField:
    """A field of Query, Mutation or Subscription: what answers it, and how to call that."""

    name: str
    function: Function
    nulls: tuple[str, ...]
    """Parameters that a request may leave out and that have no default: they are then null."""
    source: Source | None = None
    """Of a field of Subscription that is no function of the app's."""


@dataclass(frozen=True, slots=True)
class Schema:
    """An app's schema, and the functions behind its root fields."""

    graphql: GraphQLSchema
    fields: Mapping[OperationKind, Mapping[str, RootField]]


def build_schema(
    interface: Interface,
    *,
    hidden: Collection[str] = (),
    subscriptions: Collection[Source] = (),
) -> Schema:
    """Derive the schema of an interface (reference sections 2.1 to 2.9).

    ``hidden`` names functions (by API name or by the guest's) that the API does not offer,
    ``subscriptions`` are fields of Subscription beside the functions that stream. Raises
    SchemaError with every problem found.
    """
    try:
        return _build(interface, hidden, subscriptions)
    except RecursionError:
        problem = SchemaProblem("TYPE_TOO_DEEP", "A type of the app is nested too deeply.")
        raise SchemaError([problem]) from None


def sort_key(name: str) -> tuple[str, str]:
    """Sort names as the original does: without regard to case, and always the same way."""
    return name.lower(), name


def _build(
    interface: Interface, hidden: Collection[str], subscriptions: Collection[Source]
) -> Schema:
    problems = Problems()
    fields = _root_fields(interface, hidden, problems)
    _add_subscriptions(fields["subscription"], subscriptions, problems)
    fields = {kind: _sorted(found) for kind, found in fields.items()}
    interface = _with_types(interface, subscriptions, problems)
    roots = [field for kind in fields.values() for field in kind.values()]

    def unknown_type(name: str, where: str) -> None:
        message = f"Type '{name}' of {where} is not defined."
        problems.add("UNKNOWN_TYPE", message, "Rebuild the app: its metadata is incomplete.")

    usage = find_usage(interface, [field.function for field in roots], unknown_type)
    types = TypeTable(interface, usage, problems)
    types.declare()
    for field in roots:
        at = function_location(field.function)
        types.check_members(field.function.parameters, _owner(field.function), at)
    problems.stop()

    types.check_input_fields()
    for field in roots:
        at = function_location(field.function)
        types.check_inputs(field.function.parameters, _owner(field.function), at)
    problems.stop()

    schema = _assemble(fields, types)
    # An app with mutations only has a Query without fields. GraphQL forbids that but tools accept
    # it (reference section 2.10): such a schema is checked with a field put in its place.
    checked = schema if fields["query"] else _assemble(fields, types, placeholder=True)
    for error in validate_schema(checked):
        problems.add("INVALID_SCHEMA", error.message)
    problems.stop()
    return Schema(schema, fields)


def _root_fields(
    interface: Interface, hidden: Collection[str], problems: Problems
) -> dict[OperationKind, dict[str, RootField]]:
    found: dict[OperationKind, dict[str, RootField]] = {
        "query": {},
        "mutation": {},
        "subscription": {},
    }
    for function in interface.functions:
        name = field_name(function.name)
        if name is None or function.name in hidden or function.export in hidden:
            continue
        at = function_location(function)
        problems.check_name(name, f"Function '{function.export}'", at)
        fields = found[operation_kind(function.name, streams=function.streams)]
        if name in fields:
            first = fields[name].function.export
            problems.add(
                "NAME_COLLISION",
                f"Functions '{first}' and '{function.export}' both become the field '{name}'.",
                "Rename one of them; 'get' and 'list' at the beginning of a name are dropped.",
                at,
            )
        else:
            fields[name] = RootField(name, function, optional_names(function.parameters))
    return found


def _sorted(fields: Mapping[str, RootField]) -> dict[str, RootField]:
    return dict(sorted(fields.items(), key=lambda item: sort_key(item[0])))


def _add_subscriptions(
    found: dict[str, RootField], subscriptions: Iterable[Source], problems: Problems
) -> None:
    for source in subscriptions:
        function = source.function
        other = found.get(function.name)
        if other is not None and other.source is None:
            problems.add(
                "NAME_COLLISION",
                f"Function '{other.function.export}' becomes the subscription '{function.name}',"
                " which the API has already.",
                "Rename the function.",
                function_location(other.function),
            )
        elif other is not None:
            problems.add("NAME_COLLISION", f"There are two subscriptions '{function.name}'.")
        problems.check_name(function.name, f"Subscription '{function.export}'")
        nulls = optional_names(function.parameters)
        found[function.name] = RootField(function.name, function, nulls, source)


def _with_types(
    interface: Interface, subscriptions: Iterable[Source], problems: Problems
) -> Interface:
    types = dict(interface.types)
    for source in subscriptions:
        for type_ in source.types:
            if types.setdefault(type_.name, type_) != type_:
                problems.add(
                    "NAME_COLLISION",
                    f"The app has a type '{type_.name}', and subscription "
                    f"'{source.function.name}' has another one of that name.",
                    "Rename the type of the app.",
                )
    return Interface(interface.functions, types)


def _assemble(
    fields: Mapping[OperationKind, Mapping[str, RootField]],
    types: TypeTable,
    *,
    placeholder: bool = False,
) -> GraphQLSchema:
    query = {name: _field(field.function, types) for name, field in fields["query"].items()}
    mutation = {name: _field(field.function, types) for name, field in fields["mutation"].items()}
    events = {name: _field(field.function, types) for name, field in fields["subscription"].items()}
    if placeholder:
        query["placeholder"] = GraphQLField(GraphQLString)
    return GraphQLSchema(
        query=GraphQLObjectType("Query", query),
        mutation=GraphQLObjectType("Mutation", mutation) if mutation else None,
        subscription=GraphQLObjectType("Subscription", events) if events else None,
        types=sorted(types.named, key=lambda type_: sort_key(type_.name)),
        directives=specified_directives,
        assume_valid=not query,
    )


def _field(function: Function, types: TypeTable) -> GraphQLField:
    return GraphQLField(
        types.output(Scalar("Void") if function.result is None else function.result),
        {
            parameter.name: GraphQLArgument(
                types.argument(parameter),
                description=parameter.doc,
                default=external_default(parameter.default),
            )
            for parameter in function.parameters
        },
        description=function.doc,
    )


def _owner(function: Function) -> str:
    return f"function '{function.export}'"
