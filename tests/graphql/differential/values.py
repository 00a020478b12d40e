"""Random JSON: defaults, variables and results, good and bad."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, nan
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLType,
)

from atoll.guest.types import EnumType, ListOf, MapOf, Nullable, Ref, Scalar, Type, TypeDef

NORMAL: Mapping[str, tuple[Any, ...]] = {
    "String": ("", "abc", 'é"x', "😀", "a\nb", "null", "\u2028\\"),
    "Int": (0, 1, -5, 2**31 - 1, -(2**31)),
    "Float": (0.5, 2.0, -1e9, 1e300, 5e-324, -0.0),
    "Boolean": (True, False),
    "Int64": (0, 2**40, -(2**63), 2**63 - 1),
    "UInt": (0, 2**32 - 1),
    "UInt64": (0, 2**64 - 1),
    "Timestamp": ("2025-01-31T12:30:00Z", "1969-12-31T23:59:59.5Z", "9999-12-31T00:00:00Z"),
    "Date": ("2025-01-31", "0001-01-01"),
    "Time": ("12:30:00", "00:00:00.25", "23:59:59Z"),
    "UUID": ("6fa459ea-ee8a-3ca4-894e-db77e160355e",),
    "Decimal": ("12.50", "-0.1e3", "7"),
    "JSON": (1, "x", True, [], {"b": [1, None], "a": {"name": 1.5}}, {"key": {"value": []}}),
    "Int8Array": ([1, -2], []),
    "Float32Array": ([0.5, 2.0], []),
    "Void": (None,),
}
"""Values as they come out of an API; they are taken as well."""

LOOSE: Mapping[str, tuple[Any, ...]] = {
    "String": (3, 1.5, True),
    "Int": (1.0, -3.0),
    "Float": (3, 10**30),
    "Int64": ("5", "-9223372036854775808", 2.0),
    "UInt": ("5", 7.0),
    "UInt64": ("18446744073709551615",),
    "Timestamp": ("2025-01-31", " 2025-01-31 12:30", "2025-01-31T12:30:00.500+02:00"),
    "Time": ("12:30", "01:02:03,50+0230"),
    "UUID": ("6FA459EAEE8A3CA4894EDB77E160355E",),
    "Decimal": (12, 0.25),
    "Int8Array": ("AQI=",),
    "Float32Array": ([1, 2],),
}
"""Values that some direction takes and changes, or refuses."""

BAD: tuple[Any, ...] = (
    *(None, True, False, "zz", "", 1.5, 3, -1, 2**31, 2**40, -(2**70), nan, inf, -inf, 1e400),
    *([], [1], [None], [[1]], {}, {"q": 1}, {"key": 1}, "RED", "2025-02-30", "5"),
)

BEYOND: Mapping[str, tuple[Any, ...]] = {
    "Int": (2**31, -(2**31) - 1, 2**40),
    "Float": (nan, inf, -inf),
    "Float32Array": ([nan], [0.5, inf]),
    "Timestamp": ("+010000-01-01T00:00:00Z", "-000001-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
}
"""What a value of the right type may still be on its way out of a typed guest."""


def plain(rng: Random, type_: Type, types: Mapping[str, TypeDef], depth: int = 0) -> Any:
    """A value of a guest's type, small: for a default."""
    deep = depth > 2
    match type_:
        case Nullable(inner):
            return None if deep or rng.random() < 0.4 else plain(rng, inner, types, depth)
        case ListOf(item):
            length = 0 if deep else rng.randint(0, 2)
            return [plain(rng, item, types, depth + 1) for _ in range(length)]
        case MapOf(key, value):
            if deep or rng.random() < 0.5:
                return []
            return [{"key": plain(rng, key, types), "value": plain(rng, value, types, depth + 1)}]
        case Scalar(name):
            return rng.choice(NORMAL[name])
        case Ref(name):
            definition = types.get(name)
            if definition is None:  # it is not made yet
                return {}
            if isinstance(definition, EnumType):
                return rng.choice(definition.values).name
            return {
                member.name: plain(rng, member.type, types, depth + 1)
                for member in definition.fields
                if member.default is None or (not deep and rng.random() < 0.5)
            }


class Variables:
    """Values for variables; ``bad`` is how likely each part of them is wrong."""

    def __init__(self, rng: Random, bad: float) -> None:
        self._rng = rng
        self._bad = bad

    def value(self, type_: GraphQLType, depth: int = 0) -> Any:
        rng = self._rng
        if rng.random() < self._bad:
            return rng.choice(BAD)
        if isinstance(type_, GraphQLNonNull):
            return self._required(type_.of_type, depth)
        if depth > 2 or rng.random() < 0.2:
            return None
        return self._required(type_, depth)

    def _required(self, type_: GraphQLType, depth: int) -> Any:
        rng = self._rng
        if isinstance(type_, GraphQLList):
            if depth < 3 and rng.random() < 0.12:
                return self.value(type_.of_type, depth)  # one item stands for a list of it
            length = rng.choice((0, 1, 1, 2, 3)) if depth < 2 else int(depth == 2)
            return [self.value(type_.of_type, depth + 1) for _ in range(length)]
        if isinstance(type_, GraphQLInputObjectType):
            given: dict[str, Any] = {}
            for name, field in type_.fields.items():
                needed = isinstance(field.type, GraphQLNonNull) and field.default is None
                left_out = rng.random() < (self._bad if needed else 0.5 if depth < 2 else 1.0)
                if not left_out:
                    given[name] = self.value(field.type, depth + 1)
            if rng.random() < self._bad:
                given["unknown"] = 1
            return given
        if isinstance(type_, GraphQLEnumType):
            return rng.choice(list(type_.values))
        name = str(type_)
        if name in LOOSE and name != "String" and rng.random() < 0.15:
            return rng.choice(LOOSE[name])
        return rng.choice(NORMAL.get(name, ({},)))


class Results:
    """Values that functions return.

    ``exact``: of their declared types, as from a typed guest; ``bad`` is then how likely a leaf is
    one that JSON or GraphQL cannot carry, else how likely anything at all is wrong.
    """

    def __init__(self, rng: Random, *, exact: bool, bad: float) -> None:
        self._rng = rng
        self._exact = exact
        self._bad = bad

    def value(self, type_: GraphQLType, depth: int = 0) -> Any:
        rng = self._rng
        if not self._exact and rng.random() < self._bad:
            return rng.choice(BAD)
        if isinstance(type_, GraphQLNonNull):
            return self._required(type_.of_type, depth)
        if rng.random() < (0.15 if depth < 5 else 0.9):
            return None
        return self._required(type_, depth)

    def _required(self, type_: GraphQLType, depth: int) -> Any:
        rng = self._rng
        if isinstance(type_, GraphQLList):
            length = rng.randint(0, 3 if depth < 2 else 2 if depth < 4 else 1)
            if depth > 6:
                length = 0
            return [self.value(type_.of_type, depth + 1) for _ in range(length)]
        if isinstance(type_, GraphQLObjectType):
            return self._object(type_, depth)
        if isinstance(type_, GraphQLEnumType):
            return rng.choice(list(type_.values))
        return self._leaf(str(type_))

    def _object(self, type_: GraphQLObjectType, depth: int) -> Any:
        rng = self._rng
        value = {name: self.value(field.type, depth + 1) for name, field in type_.fields.items()}
        if not self._exact:
            names = [name for name in value if rng.random() >= self._bad]
            if rng.random() < 0.2:
                rng.shuffle(names)
            value = {name: value[name] for name in names}
            if rng.random() < 0.1:
                value["unknown"] = 1
        return value

    def _leaf(self, name: str) -> Any:
        rng = self._rng
        if self._exact:
            if name in BEYOND and rng.random() < self._bad:
                return rng.choice(BEYOND[name])
        elif self._bad and name in LOOSE and rng.random() < 0.3:
            return rng.choice(LOOSE[name])
        return rng.choice(NORMAL.get(name, ({},)))
