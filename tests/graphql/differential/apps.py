"""Random interfaces: what an app might offer."""

from __future__ import annotations

from random import Random

from atoll.graphql import SchemaError
from atoll.graphql.schema import build_schema
from atoll.guest.types import (
    Default,
    EnumType,
    EnumValue,
    Field,
    Function,
    Interface,
    ListOf,
    MapOf,
    Nullable,
    ObjectType,
    Parameter,
    Ref,
    Scalar,
    Type,
    TypeDef,
)

from . import values

COMMON = ("String", "Int", "Float", "Boolean")
SCALARS = (
    *(COMMON * 4),
    *("Int64", "UInt", "UInt64", "Timestamp", "Date", "Time", "UUID", "Decimal", "JSON"),
    *("Int8Array", "Float32Array"),
)
# Names that are words of Python, or that generated code might use itself.
MEMBERS = (
    *("id", "name", "size", "items", "key", "value", "x1", "_x", "data", "errors", "L", "i"),
    *("class", "None", "self", "info", "source", "from", "def", "args", "kwargs", "variables"),
)
NOUNS = ("alpha", "beta", "gamma", "class", "data", "list2", "delta", "None")
READS = ("get", "list", "", "find", "compute")
WRITES = ("add", "update", "delete", "createOrMake")


def random_interface(rng: Random) -> Interface:
    """An interface that makes a schema, with at least two queries and one mutation."""
    while True:
        interface = _Maker(rng).interface()
        try:
            build_schema(interface)
        except SchemaError:
            continue  # e.g. the pairs of two maps have the same name
        return interface


class _Maker:
    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._types: dict[str, TypeDef] = {}
        self._finite: list[str] = []
        """Objects that may be required by the one that is made: a value of it then has an end."""
        self._all: list[str] = []

    def interface(self) -> Interface:
        rng = self._rng
        for name in ("Color", "Mood")[: rng.randint(1, 2)]:
            words = rng.sample(("RED", "green", "None", "x", "A1"), rng.randint(1, 3))
            self._types[name] = EnumType(name, tuple(map(EnumValue, words)))
        names = rng.sample(("Thing", "Box", "Str", "NodeInput", "Q"), rng.randint(2, 4))
        self._all = names
        for name in names:
            empty = rng.random() < 0.04
            members = [] if empty else rng.sample(MEMBERS, rng.randint(1, 5))
            fields = tuple(self._field(member) for member in members)
            self._types[name] = ObjectType(name, fields)
            self._finite.append(name)
        functions = [self._function(rng.choice(READS), i) for i in range(rng.randint(2, 5))]
        functions += [self._function(rng.choice(WRITES), i) for i in range(rng.randint(1, 3))]
        return Interface(tuple(functions), self._types)

    def _field(self, name: str) -> Field:
        type_ = self._type(2, within=True)
        default = None
        if self._rng.random() < 0.2:
            default = Default(values.plain(self._rng, type_, self._types))
        return Field(name, type_, default=default)

    def _function(self, verb: str, number: int) -> Function:
        rng = self._rng
        noun = rng.choice(NOUNS)
        name = f"{verb}{noun[0].upper()}{noun[1:]}{number}" if verb else f"{noun}{number}"
        parameters = tuple(
            self._parameter(one) for one in rng.sample(MEMBERS, rng.choice((0, 1, 2, 2, 3)))
        )
        shape = rng.random()
        result: Type | None
        if shape < 0.05:
            result = None
        elif shape < 0.5:
            result = self._wrapped(Ref(rng.choice(self._all)))
        else:
            result = self._type(2)
        return Function(name, f"{name}_of_guest", parameters, result)

    def _parameter(self, name: str) -> Parameter:
        rng = self._rng
        type_ = self._type(2)
        shape = rng.random()
        if shape < 0.2:
            return Parameter(name, type_, default=Default(values.plain(rng, type_, self._types)))
        return Parameter(name, type_, own_default=shape < 0.3)

    def _wrapped(self, type_: Type) -> Type:
        rng = self._rng
        for _ in range(rng.choice((0, 1, 1, 2))):
            if rng.random() < 0.5:
                type_ = ListOf(type_)
            elif not isinstance(type_, Nullable):
                type_ = Nullable(type_)
        return type_

    def _type(self, depth: int, *, within: bool = False) -> Type:
        """A type; ``within`` an object, another one that may contain it is not required."""
        rng = self._rng
        shape = rng.random()
        if depth and shape < 0.16:
            return ListOf(self._type(depth - 1))
        if depth and shape < 0.36:
            inner = self._type(depth - 1)
            return inner if isinstance(inner, Nullable) else Nullable(inner)
        if depth and shape < 0.42:
            key = rng.choice((Scalar("String"), Scalar("Int"), Ref("Color")))
            return MapOf(key, self._type(depth - 1))
        if shape < 0.5:
            return Ref("Color")
        if shape < 0.68:
            if not within:
                return Ref(rng.choice(self._all))
            if self._finite and rng.random() < 0.4:
                return Ref(rng.choice(self._finite))
            wrap = rng.choice((ListOf, Nullable))
            return wrap(Ref(rng.choice(self._all)))
        return Scalar(rng.choice(SCALARS))
