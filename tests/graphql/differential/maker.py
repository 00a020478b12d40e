"""Random documents for a schema."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_object_type,
)

from .documents import Document, Part, Piece, Slot, Variable

MAX_DEPTH = 4
ALIASES = ("a", "b", "c1", "class", "_", "L", "data", "None")
BLANKS = (" ", " ", " ", "\n", "\n    ", ", ", "\t", "\r\n", "\ufeff ", " # a {\n")
REMARKS = (*BLANKS, " # 5, {\n", ' # say "5" or """x {\n')


@dataclass(slots=True)
class _Binding:
    """What a response name means in all selections on one type, so that they can be merged."""

    field: str
    arguments: list[Piece]
    variables: dict[str, Variable]


class DocumentMaker:
    """Makes one document; most are valid.

    Args:
        sloppy: how likely each choice is one that validation refuses.
        plain: whether it is one such as clients write that put values into their texts: one
            operation, each field once, more literals than variables, few directives.
    """

    def __init__(
        self, rng: Random, schema: GraphQLSchema, *, sloppy: float = 0.0, plain: bool = False
    ) -> None:
        self._rng = rng
        self._schema = schema
        self._sloppy = sloppy
        self._bindings: dict[tuple[str, str], _Binding] = {}
        self._fragments: list[Part] = []
        self._variables: dict[str, Variable] = {}
        self._plain = plain
        self._space = rng.choice(((" ",), BLANKS) if plain else (BLANKS, REMARKS))
        self._budget = rng.choice((3, 5, 10) if plain else (4, 8, 14))
        """Selections that the document may still have."""

    def document(self) -> Document:
        rng = self._rng
        count = 1 if self._plain else rng.choice((1, 1, 1, 2))
        operations = [self._operation(i, named=count > 1) for i in range(count)]
        parts = [self._written(part) for part in operations]
        parts += [
            [f"fragment {part.name} on {part.type.name} ", *part.pieces] for part in self._fragments
        ]
        rng.shuffle(parts)
        pieces: list[Piece] = []
        for part in parts:
            pieces += [*part, self._gap()]
        return Document(pieces, operations)

    def _operation(self, number: int, *, named: bool) -> Part:
        rng = self._rng
        schema = self._schema
        mutation = schema.mutation_type is not None and rng.random() < 0.25
        root = schema.mutation_type if mutation else schema.query_type
        assert root is not None
        name = f"Op{number}" if named or rng.random() < 0.4 else None
        part = Part(name, root)
        part.pieces = self._selections(root, 0, part)
        if self._fails():
            self._variable(rng.choice(list(self._inputs())), part)
        return part

    def _inputs(self) -> Iterable[GraphQLInputType]:
        yield GraphQLNonNull(self._schema.type_map["Boolean"])
        for root in (self._schema.query_type, self._schema.mutation_type):
            for one in () if root is None else root.fields.values():
                yield from (argument.type for argument in one.args.values())

    def _written(self, part: Part) -> list[Piece]:
        keyword = "query" if part.type is self._schema.query_type else "mutation"
        if not part.variables and part.name is None and keyword == "query":
            return part.pieces
        written: list[Piece] = [keyword, " ", part.name or ""]
        if part.variables:
            written.append("(")
            for variable in part.variables.values():
                if self._fails():
                    continue
                written.append(f"${variable.name}: {variable.type}")
                if variable.default is not None:
                    written += [" = ", *variable.default]
                written.append(self._gap())
            written.append("$left: Int)" if len(written) == 4 else ")")
        return [*written, *part.pieces]

    def _selections(self, type_: GraphQLObjectType, depth: int, part: Part) -> list[Piece]:
        rng = self._rng
        pieces: list[Piece] = ["{", self._gap()]
        count = rng.randint(1, 4)
        while count or len(pieces) == 2:
            count = max(count - 1, 0)
            self._budget -= 1
            kind = rng.random()
            if kind < 0.12 and depth < MAX_DEPTH:
                condition = rng.choice(("", f"on {type_.name}"))
                if self._fails():
                    condition = "on Nothing"
                pieces += ["...", condition, *self._directives(part), " "]
                pieces += self._selections(type_, depth + 1, part)
            elif kind < 0.24 and depth < MAX_DEPTH:
                fragment = self._fragment(type_, depth)
                part.variables.update(fragment.variables)
                pieces += [f"...{fragment.name}", *self._directives(part)]
            else:
                pieces += self._field(type_, depth, part)
            pieces.append(self._gap())
        return [*pieces, "}"]

    def _fragment(self, type_: GraphQLObjectType, depth: int) -> Part:
        ready = [one for one in self._fragments if one.type is type_ and one.pieces]
        if ready and self._rng.random() < 0.5:
            return self._rng.choice(ready)
        part = Part(f"F{len(self._fragments)}", type_)
        self._fragments.append(part)
        part.pieces = self._selections(type_, depth + 1, part)
        return part

    def _field(self, type_: GraphQLObjectType, depth: int, part: Part) -> list[Piece]:
        rng = self._rng
        if rng.random() < 0.08:
            alias = rng.choice(("", "", "kind: "))
            return [f"{alias}__typename", *self._directives(part)]
        at_root = depth == 0 and type_ is self._schema.query_type
        if at_root and not self._plain and rng.random() < 0.1:
            return self._introspection()
        names = list(type_.fields)
        if depth >= MAX_DEPTH or self._budget < 0:  # shallow from here on, where that can be
            leaves = [
                name
                for name in names
                if not is_object_type(get_named_type(type_.fields[name].type))
            ]
            if not leaves:
                return ["__typename"]
            names = leaves
        name = rng.choice(names)
        if self._fails():
            return ["unknown"]
        key = rng.choice((*ALIASES, *names)) if rng.random() < 0.35 else name
        binding = self._bindings.get((type_.name, key))
        if binding is None:
            binding = self._bindings[type_.name, key] = _Binding(name, [], {})
            self._arguments(type_.fields[name], binding)
        elif binding.field not in names or (self._plain and binding.arguments):
            return ["__typename"]
        elif self._fails():
            binding = _Binding(name, [], {})
        part.variables.update(binding.variables)
        written: list[Piece] = [binding.field if key == binding.field else f"{key}: "]
        if key != binding.field:
            written.append(binding.field)
        written += [*binding.arguments, *self._directives(part)]
        inner = get_named_type(type_.fields[binding.field].type)
        if isinstance(inner, GraphQLObjectType) and not self._fails():
            written += [" ", *self._selections(inner, depth + 1, part)]
        return written

    def _introspection(self) -> list[Piece]:
        if self._rng.random() < 0.5:
            return ["__schema { queryType { name } mutationType { fields { name } } }"]
        return ["__type(name: ", Slot("Name"), ") { kind name fields { name type { kind } } }"]

    def _directives(self, part: Part) -> list[Piece]:
        rng = self._rng
        if rng.random() > (0.04 if self._plain else 0.15):
            return []
        names = rng.sample(("skip", "include"), rng.choice((1, 1, 2)))
        pieces: list[Piece] = []
        for name in names:
            condition: list[Piece]
            if rng.random() < 0.5:
                condition = [Slot("Boolean")]
            else:
                boolean = GraphQLNonNull(self._schema.type_map["Boolean"])
                condition = [f"${self._variable(boolean, part).name}"]
            pieces += [f" @{name}(if: ", *condition, ")"]
        return pieces

    def _arguments(self, definition: GraphQLField, binding: _Binding) -> None:
        """Write arguments for a root field; no other fields have any."""
        part = Part(None, self._schema.query_type)  # type: ignore[arg-type]
        given: list[list[Piece]] = []
        for name, argument in definition.args.items():
            if self._needed(argument) != self._fails() or self._rng.random() < 0.7:
                given.append([f"{name}: ", *self._value(argument.type, part, argument)])
        if self._fails():
            given.append(["unknown: 1"])
        if given:
            self._rng.shuffle(given)
            binding.arguments = ["("]
            for one in given:
                binding.arguments += [*one, self._gap()]
            binding.arguments.append(")")
        binding.variables = part.variables

    @staticmethod
    def _needed(place: GraphQLArgument | GraphQLInputField) -> bool:
        return isinstance(place.type, GraphQLNonNull) and place.default is None

    def _value(
        self,
        type_: GraphQLInputType,
        part: Part | None,
        place: GraphQLArgument | GraphQLInputField | None = None,
        depth: int = 0,
    ) -> list[Piece]:
        """A value; without a ``part`` there are no variables in it."""
        rng = self._rng
        if part is not None and rng.random() < (0.1 if self._plain else 0.35):
            return [f"${self._variable(type_, part, place).name}"]
        if not isinstance(type_, GraphQLNonNull):
            if depth > 2 or rng.random() < 0.15:
                return ["null"]
        else:
            type_ = type_.of_type
        if isinstance(type_, GraphQLList):
            if depth < 3 and rng.random() < 0.12:
                return self._value(type_.of_type, None, None, depth + 1)
            pieces: list[Piece] = ["["]
            for _ in range(rng.choice((0, 1, 2)) if depth < 3 else 0):
                pieces += [*self._value(type_.of_type, part, None, depth + 1), self._gap()]
            return [*pieces, "]"]
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_, part, depth)
        if isinstance(type_, GraphQLEnumType):
            return ["unknown" if self._fails() else rng.choice(list(type_.values))]
        if str(type_) == "JSON" and part is not None and rng.random() < 0.3:
            variable = self._variable(self._schema.type_map["JSON"], part)  # type: ignore[arg-type]
            return ["{a: [", f"${variable.name}", " ", Slot("Float"), "]}"]
        return [Slot(str(type_))]

    def _object(self, type_: GraphQLInputObjectType, part: Part | None, depth: int) -> list[Piece]:
        rng = self._rng
        chosen = [
            name
            for name, one in type_.fields.items()
            if self._needed(one) or rng.random() < (0.5 if depth < 2 else 0.0)
        ]
        rng.shuffle(chosen)
        pieces: list[Piece] = ["{"]
        for name in chosen:
            one = type_.fields[name]
            pieces += [f"{name}: ", *self._value(one.type, part, one, depth + 1), self._gap()]
        return [*pieces, "}"]

    def _variable(
        self,
        type_: GraphQLInputType,
        part: Part,
        place: GraphQLArgument | GraphQLInputField | None = None,
    ) -> Variable:
        """A variable for a place of a type: one that is there, or a new one."""
        rng = self._rng
        known = [one for one in self._variables.values() if str(one.type) == str(type_)]
        if known and rng.random() < 0.5:
            variable = rng.choice(known)
        else:
            default = None
            if isinstance(type_, GraphQLNonNull):
                inner = type_.of_type
                if rng.random() < 0.3:
                    default = self._value(type_, None)
                    type_ = inner if rng.random() < 0.7 else type_
                elif place is not None and place.default is not None and rng.random() < 0.5:
                    type_ = inner
            elif rng.random() < 0.2:
                type_ = GraphQLNonNull(type_)
            elif rng.random() < 0.3:
                default = self._value(type_, None)
            if self._fails():
                type_ = rng.choice(list(self._inputs()))
            name = rng.choice(("v", "class", "L")) + str(len(self._variables))
            variable = Variable(name, type_, None if default is None else tuple(default))
            self._variables[name] = variable
        part.variables[variable.name] = variable
        return variable

    def _gap(self) -> str:
        return self._rng.choice(self._space)

    def _fails(self) -> bool:
        return self._sloppy > 0 and self._rng.random() < self._sloppy
