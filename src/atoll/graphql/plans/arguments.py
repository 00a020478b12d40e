"""From an operation's variables and literals to the arguments of its functions, as Python source.

The rules are those of graphql-core's ``get_variable_values`` and ``get_argument_values``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

import msgspec
from graphql import (
    FieldNode,
    FloatValueNode,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    StringValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    type_from_ast,
)
from graphql.utilities import coerce_input_literal
from graphql.utilities.coerce_input_value import coerce_default_value

from atoll.graphql.plans.coercers import Coercers, inline, is_inline
from atoll.graphql.plans.literals import LITERALS, LiteralNode
from atoll.graphql.plans.source import Slow, Source, Unplannable, indented
from atoll.graphql.scalars import MAX_INTEGER_TEXT, RANGES, exact_literals, from_literal
from atoll.graphql.schema import RootField


@dataclass(frozen=True, slots=True)
class _Variable:
    name: str
    """Of the local variable that holds its value."""
    may_be_null: bool
    may_be_missing: bool


class Arguments:
    """Writes the function ``arguments(V, L)`` of a plan.

    It takes the variables by name and the literals in order, and gives the arguments of each call.

    Args:
        positions: the index of each literal that is lifted out, by its offset in the text.
    """

    def __init__(
        self,
        source: Source,
        coercers: Coercers,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        positions: Mapping[int, int],
    ) -> None:
        self._source = source
        self._coercers = coercers
        self._positions = positions
        self._lines: list[str] = []
        self._made: list[str] = []
        self._variables: dict[str, _Variable] = {}
        self.read: set[int] = set()
        """The indexes of the literals that the function reads."""
        for definition in operation.variable_definitions or ():
            type_: Any = type_from_ast(schema, definition.type)
            self._variable(definition.variable.name.value, type_, definition.default_value)

    def add(self, field: GraphQLField, node: FieldNode, root: RootField) -> None:
        """Write the arguments of one more call."""
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        entries, later = [], []
        for name, argument in field.args.items():
            value, key = given.get(name), repr(name)
            default: Any = coerce_default_value(argument)
            absent = None if default is Undefined else self._source.constant(default)
            if absent is None and name in root.nulls:
                absent = "None"
            if value is not None:
                found, may_be_missing = self._value(value, argument.type)
                if not may_be_missing:
                    entries.append(f"{key}: {found}")
                elif absent is not None:
                    entries.append(f"{key}: {absent} if {found} is MISSING else {found}")
                else:
                    later.append((key, found))
            elif absent is not None:
                entries.append(f"{key}: {absent}")
            elif isinstance(argument.type, GraphQLNonNull):
                raise Unplannable  # validation refuses it
        made = "{" + ", ".join(entries) + "}"
        if later:
            name = self._source.fresh("a")
            self._lines.append(f"{name} = {made}")
            for key, found in later:
                self._lines += [f"if {found} is not MISSING:", f" {name}[{key}] = {found}"]
            made = name
        self._made.append(made)

    def finish(self) -> str:
        """Complete the function; its name."""
        name = self._source.fresh("arguments")
        made = "".join(f"{each}, " for each in self._made)
        self._source.define(name, "V, L", [*self._lines, f"return ({made})"])
        return name

    def _variable(self, name: str, type_: GraphQLInputType, default: ValueNode | None) -> None:
        local = self._source.fresh("v")
        required = isinstance(type_, GraphQLNonNull)
        coerce = inline(self._source, self._coercers, type_, local)
        lines = [f"{local} = V.get({name!r}, MISSING)"]
        if default is not None:
            value, _ = self._value(default, type_)
            if self._positions:  # a literal is looked at whether its value is wanted or not
                fallback = self._source.fresh("d")
                lines.insert(0, f"{fallback} = {value}")
                value = fallback
            lines += [
                f"if {local} is MISSING:",
                f" {local} = {value}",
                "else:",
                *indented(coerce),
            ]
        elif required:
            if not is_inline(type_):
                lines += [f"if {local} is MISSING:", " raise Slow"]
            lines += coerce
        else:
            lines += [f"if {local} is not MISSING:", *indented(coerce)]
        self._lines += lines
        self._variables[name] = _Variable(local, not required, default is None and not required)

    def _value(self, node: ValueNode, type_: GraphQLInputType) -> tuple[str, bool]:
        """An expression for a value, and whether it may be ``MISSING``."""
        if isinstance(node, VariableNode):
            variable = self._variables[node.name.value]
            if isinstance(type_, GraphQLNonNull) and variable.may_be_null:
                self._lines += [f"if {variable.name} is None:", " raise Slow"]
            return variable.name, variable.may_be_missing
        if not self._positions and not _has_variables(node):
            value: Any = coerce_input_literal(node, type_)
            if value is Undefined:
                raise Unplannable
            return self._source.constant(value), False
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        elif isinstance(node, NullValueNode):
            return "None", False
        if isinstance(type_, GraphQLList):
            items = node.values if isinstance(node, ListValueNode) else (node,)
            return f"[{', '.join(self._item(item, type_.of_type) for item in items)}]", False
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(node, type_), False
        if isinstance(type_, GraphQLScalarType):
            return self._scalar(node, type_), False
        return self._constant(node, type_), False

    def _item(self, node: ValueNode, type_: GraphQLInputType) -> str:
        found, may_be_missing = self._value(node, type_)
        if not may_be_missing:
            return found
        if isinstance(type_, GraphQLNonNull):
            raise Unplannable
        return f"(None if {found} is MISSING else {found})"

    def _object(self, node: ValueNode, type_: GraphQLInputObjectType) -> str:
        if not isinstance(node, ObjectValueNode):
            raise Unplannable
        given = {field.name.value: field.value for field in node.fields}
        entries = []
        for name, field in type_.fields.items():
            default: Any = coerce_default_value(field)
            absent = "None" if default is Undefined else self._source.constant(default)
            if name in given:
                found, may_be_missing = self._value(given[name], field.type)
                if may_be_missing:
                    if default is Undefined and isinstance(field.type, GraphQLNonNull):
                        raise Unplannable
                    found = f"{absent} if {found} is MISSING else {found}"
                entries.append(f"{name!r}: {found}")
            elif default is not Undefined:
                entries.append(f"{name!r}: {absent}")
            elif isinstance(field.type, GraphQLNonNull):
                raise Unplannable
        return f"{self._source.constant(type_.out_type)}({{{', '.join(entries)}}})"

    def _scalar(self, node: ValueNode, type_: GraphQLScalarType) -> str:
        if not isinstance(node, LITERALS):
            if isinstance(node, ListValueNode | ObjectValueNode):
                if _has_variables(node):
                    raise Unplannable
                coerce = self._source.constant(type_.coerce_input_value)
                return f"{coerce}({self._json(node)})"
            return self._constant(node, type_)
        literal = self._literal(node)
        if literal is None:
            return self._constant(node, type_)
        if type_.name == "String":
            if not isinstance(node, StringValueNode):
                raise Unplannable
            return self._text(literal)
        if type_.name in RANGES and isinstance(node, IntValueNode):
            return f"{self._source.constant(_whole(*RANGES[type_.name]))}({literal})"
        if type_.name == "Float" and isinstance(node, FloatValueNode):
            return f"{self._source.constant(_finite)}({literal})"
        exact = exact_literals(type_) and not isinstance(node, StringValueNode)
        value = literal if exact else self._token(node, literal)
        return f"{self._source.constant(type_.coerce_input_value)}({value})"

    def _json(self, node: ValueNode) -> str:
        """An expression for a value of whatever form, without variables."""
        match node:
            case ListValueNode():
                return f"[{', '.join(self._json(item) for item in node.values)}]"
            case ObjectValueNode():
                entries = [f"{f.name.value!r}: {self._json(f.value)}" for f in node.fields]
                return "{" + ", ".join(entries) + "}"
        literal = self._literal(node) if isinstance(node, LITERALS) else None
        if literal is not None:
            return self._token(node, literal)
        return self._source.constant(from_literal(node))

    def _literal(self, node: LiteralNode) -> str | None:
        """An expression for the text of a literal that is lifted out; None if it is not."""
        index = self._positions.get(node.loc.start) if node.loc is not None else None
        if index is None:
            return None
        self.read.add(index)
        return f"L[{index}]"

    def _token(self, node: ValueNode, literal: str) -> str:
        """An expression for what a literal means by itself."""
        if isinstance(node, StringValueNode):
            return self._text(literal)
        read = _integer if isinstance(node, IntValueNode) else float
        return f"{self._source.constant(read)}({literal})"

    def _text(self, literal: str) -> str:
        unescape = self._source.constant(_unescape)
        return f'({literal}[1:-1] if "\\\\" not in {literal} else {unescape}({literal}))'

    def _constant(self, node: ValueNode, type_: GraphQLInputType) -> str:
        value: Any = coerce_input_literal(node, type_)
        if value is Undefined:
            raise Unplannable
        return self._source.constant(value)


_unescape: Final[Callable[[str], str]] = msgspec.json.Decoder(str).decode
"""The escapes of GraphQL's strings are those of JSON's."""


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(literal: str) -> int:
        value = int(literal)
        if not low <= value <= high:
            raise Slow
        return value

    return read


def _integer(literal: str) -> int:
    if len(literal) > MAX_INTEGER_TEXT:
        raise Slow
    return int(literal)


def _finite(literal: str) -> float:
    value = float(literal)
    if not isfinite(value):
        raise Slow
    return value


def _has_variables(node: ValueNode) -> bool:
    match node:
        case VariableNode():
            return True
        case ListValueNode():
            return any(_has_variables(item) for item in node.values)
        case ObjectValueNode():
            return any(_has_variables(field.value) for field in node.fields)
    return False
