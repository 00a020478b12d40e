"""A query that can be tried at once, made from an app's own functions."""

from __future__ import annotations

import json
import shlex

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
)

_EXAMPLES = {
    "String": '"World"',
    "Int": "1",
    "Float": "1.5",
    "Boolean": "true",
    "Int64": "1",
    "UInt": "1",
    "UInt64": "1",
    "Date": '"2026-01-31"',
    "Time": '"12:30:00"',
    "Timestamp": '"2026-01-31T12:30:00Z"',
    "UUID": '"6f1c0d3a-2a55-4c1e-9d43-0d2f1b7c8e90"',
    "Decimal": '"1.50"',
}
_DEEPEST = 3
_SUBSCRIPTION = "subscription"


def sample_query(schema: GraphQLSchema) -> str | None:
    """A query of the simplest function that has one; a mutation only if there are no queries, and a
    subscription only if there is nothing else."""
    for root, word in (
        (schema.query_type, ""),
        (schema.mutation_type, "mutation "),
        (schema.subscription_type, f"{_SUBSCRIPTION} "),
    ):
        if root is None:
            continue
        fields = sorted(root.fields.items(), key=lambda item: _required(item[1]))
        for name, field in fields:
            text = _field(name, field)
            if text is not None:
                return f"{word}{{ {text} }}"
    return None


def curl(url: str, query: str, *, token: bool = False) -> str:
    """The shell command that asks ``query``; with a place for a bearer token if one is needed."""
    body = shlex.quote(json.dumps({"query": query}, ensure_ascii=False))
    bearer = " -H 'Authorization: Bearer <token>'" if token else ""
    streams = query.startswith(_SUBSCRIPTION)
    events = " -H 'accept: text/event-stream'" if streams else ""
    return (
        f"curl {'-N ' if streams else ''}{shlex.quote(url)} -H 'content-type: application/json'"
        f"{events}{bearer} -d {body}"
    )


def _required(field: GraphQLField) -> int:
    return sum(is_required_argument(argument) for argument in field.args.values())


def _field(name: str, field: GraphQLField) -> str | None:
    arguments = _arguments(field.args)
    selection = _selection(field.type, _DEEPEST)
    if arguments is None or selection is None:
        return None
    return f"{name}{arguments}{selection}"


def _arguments(arguments: dict[str, GraphQLArgument]) -> str | None:
    given = []
    for name, argument in arguments.items():
        if not is_required_argument(argument):
            continue
        value = _value(argument.type)
        if value is None:
            return None
        given.append(f"{name}: {value}")
    return f"({', '.join(given)})" if given else ""


def _value(type_: GraphQLInputType) -> str | None:
    if is_non_null_type(type_):
        return _value(type_.of_type)
    if is_list_type(type_):
        item = _value(type_.of_type)
        return None if item is None else f"[{item}]"
    if isinstance(type_, GraphQLEnumType):
        return str(next(iter(type_.values)))
    return _EXAMPLES.get(get_named_type(type_).name)


def _selection(type_: GraphQLOutputType, depth: int) -> str | None:
    named = get_named_type(type_)
    if is_leaf_type(named):
        return ""
    if not isinstance(named, GraphQLObjectType) or depth == 0:
        return None
    inner = [
        name + selection
        for name, field in named.fields.items()
        if (selection := _selection(field.type, depth - 1)) is not None
    ]
    return f" {{ {' '.join(inner)} }}" if inner else None
