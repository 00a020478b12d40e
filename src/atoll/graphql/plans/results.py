"""From a function's result to the value of its field, as Python source.

What is plainly right becomes the value; at all else the written functions raise. Those for *exact*
results, which have the form of the selection and are of their declared types, only look for what a
type cannot rule out.
"""

from __future__ import annotations

from typing import Final

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    is_leaf_type,
)
from graphql.execution.collect_fields import FieldDetails

from atoll.graphql.plans.source import Source, Unplannable, indented
from atoll.graphql.scalars import RANGES
from atoll.graphql.selections import Collector

_INF: Final = float("inf")
_ITEMS: Final = {"String!": str, "Boolean!": bool}
"""Items of lists that are looked at all at once."""


class Results:
    """Writes the functions ``complete(value)`` of a plan."""

    def __init__(self, source: Source, collector: Collector) -> None:
        self._source = source
        self._collector = collector

    def add(self, type_: GraphQLOutputType, details: list[FieldDetails]) -> str:
        """Write the completion of one field's value; the function's name."""
        name = self._source.fresh("complete")
        lines = self._lines(type_, details, "v")
        self._source.define(name, "v", [*lines, "return v"])
        return name

    def _lines(self, type_: GraphQLOutputType, details: list[FieldDetails], v: str) -> list[str]:
        """Statements that complete what the variable ``v`` holds."""
        if isinstance(type_, GraphQLNonNull):
            return self._present(type_.of_type, details, v, required=True)
        lines = self._present(type_, details, v, required=False)
        return [f"if {v} is not None:", *indented(lines)]

    def _present(
        self, type_: GraphQLOutputType, details: list[FieldDetails], v: str, *, required: bool
    ) -> list[str]:
        """The same of a value that is not null, unless that is ``required`` still."""
        if isinstance(type_, GraphQLList):
            return [f"if {v}.__class__ is not list:", " raise Slow", *self._list(type_, details, v)]
        if isinstance(type_, GraphQLObjectType):
            return [f"{v} = {self._object(type_, details)}({v})"]
        return self._leaf(type_, v, required=required)

    def _list(
        self, type_: GraphQLList[GraphQLOutputType], details: list[FieldDetails], v: str
    ) -> list[str]:
        item = type_.of_type
        kind = _ITEMS.get(str(item))
        if kind is not None:
            classes = self._source.constant(frozenset((kind,)))
            return [f"if not {classes}.issuperset(map(type, {v})):", " raise Slow"]
        named = item.of_type if isinstance(item, GraphQLNonNull) else item
        if isinstance(named, GraphQLObjectType):
            complete = f"{self._object(named, details)}(x)"
            if named is item:
                complete = f"None if x is None else {complete}"
        else:
            function = self._source.fresh("item")
            self._source.define(function, "x", [*self._lines(item, details, "x"), "return x"])
            complete = f"{function}(x)"
        return [f"{v} = [{complete} for x in {v}]"]

    def _object(self, type_: GraphQLObjectType, details: list[FieldDetails]) -> str:
        """Write the function that makes an object of the answer; its name."""
        lines, entries = [], []
        for key, found in self._collector.below(type_, details).items():
            name = found[0].node.name.value
            if name == "__typename":
                entries.append(f"{key!r}: {type_.name!r}")
            elif name.startswith("__"):
                raise Unplannable
            else:
                v = self._source.fresh("v")
                lines.append(f"{v} = o[{name!r}]")
                lines += self._lines(type_.fields[name].type, found, v)
                entries.append(f"{key!r}: {v}")
        if not lines:
            lines = ["if o.__class__ is not dict:", " raise Slow"]
        function = self._source.fresh("object")
        self._source.define(function, "o", [*lines, f"return {{{', '.join(entries)}}}"])
        return function

    def _leaf(self, type_: GraphQLOutputType, v: str, *, required: bool) -> list[str]:
        if isinstance(type_, GraphQLEnumType):
            names = self._source.constant(frozenset(type_.values))
            return [f"if {v} not in {names}:", " raise Slow"]
        if not isinstance(type_, GraphQLScalarType):
            raise Unplannable
        kind = {"String": "str", "Boolean": "bool"}.get(type_.name)
        if kind is not None:
            return [f"if {v}.__class__ is not {kind}:", " raise Slow"]
        if type_.name in RANGES:
            low, high = RANGES[type_.name]
            return [f"if {v}.__class__ is not int or not {low} <= {v} <= {high}:", " raise Slow"]
        coerce = f"{v} = {self._source.constant(type_.coerce_output_value)}({v})"
        if type_.name == "Float":
            inf = self._source.constant(_INF)
            return [f"if {v}.__class__ is not float or not -{inf} < {v} < {inf}:", f" {coerce}"]
        return [f"if {v} is None:", " raise Slow", coerce] if required else [coerce]


class Checks:
    """Writes the functions ``complete(value)`` of a plan for exact results."""

    def __init__(self, source: Source, collector: Collector) -> None:
        self._source = source
        self._collector = collector

    def add(self, type_: GraphQLOutputType, details: list[FieldDetails]) -> str | None:
        """Write the completion of one field's value; its name, None if every value is right."""
        lines = self._lines(type_, details, "v")
        if not lines:
            return None
        name = self._source.fresh("complete")
        self._source.define(name, "v", [*lines, "return v"])
        return name

    def _lines(self, type_: GraphQLOutputType, details: list[FieldDetails], v: str) -> list[str]:
        if isinstance(type_, GraphQLNonNull):
            return self._present(type_.of_type, details, v)
        lines = self._present(type_, details, v)
        return [f"if {v} is not None:", *indented(lines)] if lines else []

    def _present(self, type_: GraphQLOutputType, details: list[FieldDetails], v: str) -> list[str]:
        if isinstance(type_, GraphQLList):
            lines = self._lines(type_.of_type, details, "x")
            if not lines:
                return []
            # A function, since loops nest in Python only so deep.
            function = self._source.fresh("items")
            self._source.define(function, "v", ["for x in v:", *indented(lines)])
            return [f"{function}({v})"]
        if isinstance(type_, GraphQLObjectType):
            lines = self._entries(type_, details)
            if not lines:
                return []
            function = self._source.fresh("object")
            self._source.define(function, "o", lines)
            return [f"{function}({v})"]
        return self._leaf(type_, v)

    def _entries(self, type_: GraphQLObjectType, details: list[FieldDetails]) -> list[str]:
        written = []
        for key, found in self._collector.below(type_, details).items():
            name = found[0].node.name.value
            if not name.startswith("__"):
                lines = self._lines(type_.fields[name].type, found, "v")
                if lines:
                    written += [f"v = o[{key!r}]", *lines]
        return written

    def _leaf(self, type_: GraphQLOutputType, v: str) -> list[str]:
        if not is_leaf_type(type_):
            raise Unplannable
        name = type_.name
        if name in ("Int", "UInt"):  # a guest's integers may have more bits
            low, high = RANGES[name]
            return [f"if not {low} <= {v} <= {high}:", " raise Slow"]
        if name == "Float":
            inf = self._source.constant(_INF)
            return [f"if not -{inf} < {v} < {inf}:", " raise Slow"]
        if name == "Timestamp":  # years of more or less than four digits
            return [f"if not '0001' <= {v} < '9999-12-31T24':", " raise Slow"]
        if name in _PROVEN:
            return []
        return [f"{self._source.constant(type_.coerce_output_value)}({v})"]


_PROVEN: Final = frozenset(("String", "Boolean", "Int64", "UInt64", "Void"))
