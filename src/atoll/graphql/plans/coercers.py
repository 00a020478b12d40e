"""Values of variables, made what functions take.

A coercer takes what is plainly a value of its type, as graphql-core's ``coerce_input_value`` would
take it, and raises ``Slow`` or any other exception at all else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLScalarType,
    Undefined,
    get_named_type,
)
from graphql.execution.values import input_is_nested_too_deeply
from graphql.utilities.coerce_input_value import coerce_default_value

from atoll.graphql.plans.source import Slow, Source, indented
from atoll.graphql.scalars import RANGES

Coercer: TypeAlias = Callable[[Any], Any]

_JSON: Final = frozenset((dict, str, int, float, bool))
_STR: Final = frozenset((str,))
_INF: Final = float("inf")


class Coercers:
    """Coercers of one schema's input types, made once per type. App lifetime."""

    def __init__(self) -> None:
        self._known: dict[str, Coercer] = {}

    def whole(self, type_: GraphQLInputType) -> Coercer:
        """For the whole value of a variable."""
        coerce = self.of(type_)
        if not _is_endless(type_):
            return coerce

        def shallow(value: Any) -> Any:
            if input_is_nested_too_deeply(value, type_):
                raise Slow
            return coerce(value)

        return shallow

    def of(self, type_: GraphQLInputType) -> Coercer:
        name = str(type_)
        found = self._known.get(name)
        if found is None:
            # Types may be recursive: whoever needs this one while it is made finds it by its name.
            self._known[name] = lambda value: self._known[name](value)
            found = self._known[name] = self._make(type_)
        return found

    def _make(self, type_: GraphQLInputType) -> Coercer:
        if isinstance(type_, GraphQLNonNull):
            return _required(self._nullable(type_.of_type))
        coerce = self._nullable(type_)
        return lambda value: None if value is None else coerce(value)

    def _nullable(self, type_: GraphQLInputType) -> Coercer:
        """Of what is not null."""
        if isinstance(type_, GraphQLList):
            return self._list(type_.of_type)
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_)
        if isinstance(type_, GraphQLEnumType):
            return _enum(type_)
        assert isinstance(type_, GraphQLScalarType)
        if type_.name in RANGES:
            return _integer(*RANGES[type_.name], type_.coerce_input_value)
        return _SCALARS.get(type_.name) or type_.coerce_input_value

    def _list(self, item: GraphQLInputType) -> Coercer:
        coerce = self.of(item)
        texts = str(item) == "String!"

        def read(value: Any) -> list[Any]:
            if value.__class__ is not list:
                if value.__class__ not in _JSON:
                    raise Slow
                value = [value]  # one value is a list of one
            if texts and _STR.issuperset(map(type, value)):
                return list(value)
            return [coerce(each) for each in value]

        return read

    def _object(self, type_: GraphQLInputObjectType) -> Coercer:
        source = Source()
        lines = [
            "if value.__class__ is not dict:",
            " raise Slow",
            "given = 0",
            "made = {}",
        ]
        for name, field in type_.fields.items():
            default: Any = coerce_default_value(field)
            key = repr(name)
            lines += [
                f"v = value.get({key}, MISSING)",
                "if v is not MISSING:",
                " given += 1",
                *indented(_check(field.type) or [f"v = {source.constant(self.of(field.type))}(v)"]),
                f" made[{key}] = v",
            ]
            if default is not Undefined:
                lines += ["else:", f" made[{key}] = {source.constant(default)}"]
            elif isinstance(field.type, GraphQLNonNull):
                lines += ["else:", " raise Slow"]
        lines += [
            "if given != len(value):",  # there is one that the type does not have
            " raise Slow",
            f"return {source.constant(type_.out_type)}(made)",
        ]
        source.define("read", "value", lines)
        read: Coercer = source.compiled()["read"]
        return read


def inline(source: Source, coercers: Coercers, type_: GraphQLInputType, name: str) -> list[str]:
    """Statements that coerce what the variable ``name`` holds, which is not missing."""
    check = _check(type_, name)
    return check or [f"{name} = {source.constant(coercers.whole(type_))}({name})"]


def _check(type_: GraphQLInputType, name: str = "v") -> list[str] | None:
    condition = _INLINE.get(str(type_))
    return None if condition is None else [f"if {condition.format(name)}:", " raise Slow"]


def is_inline(type_: GraphQLInputType) -> bool:
    """Whether `inline` refuses ``MISSING`` as well."""
    return str(type_) in _INLINE


_INLINE: Final = {
    "String!": "{0}.__class__ is not str",
    "Boolean!": "{0}.__class__ is not bool",
    "Int!": "{0}.__class__ is not int or not -2147483648 <= {0} <= 2147483647",
}


def _required(coerce: Coercer) -> Coercer:
    def read(value: Any) -> Any:
        if value is None:
            raise Slow
        return coerce(value)

    return read


def _enum(type_: GraphQLEnumType) -> Coercer:
    values = {name: value.value for name, value in type_.values.items()}
    return lambda value: values[value]


def _text(value: Any) -> str:
    if value.__class__ is not str:
        raise Slow
    return value


def _boolean(value: Any) -> bool:
    if value.__class__ is not bool:
        raise Slow
    return value


def _float(value: Any) -> float:
    if value.__class__ is not float:
        if value.__class__ is not int:
            raise Slow
        value = float(value)
    if not -_INF < value < _INF:
        raise Slow
    return value  # type: ignore[no-any-return]  # checked by its class


def _integer(low: int, high: int, otherwise: Coercer) -> Coercer:
    def read(value: Any) -> Any:
        return value if value.__class__ is int and low <= value <= high else otherwise(value)

    return read


_SCALARS: Final[dict[str, Coercer]] = {
    "String": _text,
    "Boolean": _boolean,
    "Float": _float,
}


def _is_endless(type_: GraphQLInputType) -> bool:
    """Whether a value of the type may be nested as deep as a client likes."""
    below = _objects_below({_named(type_)})
    return any(found in _objects_below(_members(found)) for found in below)


def _objects_below(types: set[GraphQLNamedType]) -> set[GraphQLNamedType]:
    """``types`` and the types of all that they hold."""
    found: set[GraphQLNamedType] = set()
    pending = types
    while pending:
        found |= pending
        pending = {inner for type_ in pending for inner in _members(type_)} - found
    return found


def _members(type_: GraphQLNamedType) -> set[GraphQLNamedType]:
    if not isinstance(type_, GraphQLInputObjectType):
        return set()
    return {_named(field.type) for field in type_.fields.values()}


def _named(type_: GraphQLInputType) -> GraphQLNamedType:
    return get_named_type(type_)
