"""GraphQL types for the types of an interface (reference sections 2.3 to 2.6)."""

from __future__ import annotations

from typing import TypeVar, cast

from graphql import (
    GraphQLDefaultInput,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLError,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
)
from graphql.utilities import validate_input_value

from atoll.graphql.errors import Location, Problems
from atoll.graphql.finite import endless_inputs
from atoll.graphql.naming import input_name, output_name, pair_names
from atoll.graphql.scalars import BUILT_IN, SCALARS, empty_object_scalar
from atoll.graphql.usage import Direction, Usage
from atoll.guest.types import (
    Default,
    EnumType,
    Field,
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

ROOTS = ("Query", "Mutation", "Subscription")

AnyType = TypeVar("AnyType", GraphQLInputType, GraphQLOutputType)


class TypeTable:
    """The named types of one schema.

    ``declare`` makes them and collects problems; the references (``input``, ``output``) may be
    asked for only when there were none.
    """

    def __init__(self, interface: Interface, usage: Usage, problems: Problems) -> None:
        self._types = interface.types
        self._usage = usage
        self._problems = problems
        self._named: dict[str, GraphQLNamedType] = {}
        self._owners: dict[str, str] = {}
        self._by_ref: dict[tuple[str, Direction], GraphQLNamedType] = {}
        self._by_map: dict[tuple[MapOf, Direction], GraphQLNamedType] = {}

    @property
    def named(self) -> list[GraphQLNamedType]:
        """Every type to declare in the schema, built-in scalars excepted."""
        return list(self._named.values())

    def declare(self) -> None:
        self._declare_scalars()
        for name, direction in self._usage.types:
            definition = self._types[name]
            if self._problems.check_name(name, f"Type '{name}'"):
                self._declare(name, definition, direction)
        for (map_, direction), name in pair_names(self._usage.maps, self._types).items():
            members = (Field("key", map_.key), Field("value", map_.value))
            if self._claim(name, f"the pairs of a map ({direction})"):
                pair = self._named[name] = self._composite(name, members, None, direction)
                self._by_map[map_, direction] = pair
        inputs = [name for name, direction in self._usage.types if direction == "input"]
        for name in endless_inputs(self._types, inputs):
            self._problems.add(
                "ENDLESS_INPUT",
                f"Type '{name}' cannot be an argument: it requires a value of its own type, "
                "directly or through others, without end.",
                "Make one of the fields nullable or a list, or give it a default.",
            )

    def input(self, type_: Type) -> GraphQLInputType:
        """Refer to a type from an argument or an input field."""
        match type_:
            case Nullable(inner):
                return _nullable(self.input(inner))
            case ListOf(item):
                return GraphQLNonNull(GraphQLList(self.input(item)))
            case MapOf():
                pair = cast("GraphQLInputObjectType", self._by_map[type_, "input"])
                return GraphQLNonNull(GraphQLList(GraphQLNonNull(pair)))
            case Ref(name):
                leaf = cast("GraphQLInputObjectType", self._by_ref[name, "input"])
                return GraphQLNonNull(leaf)
            case Scalar(name):
                return GraphQLNonNull(SCALARS[name])

    def argument(self, parameter: Parameter) -> GraphQLInputType:
        """The type of an argument: nullable as well when the guest has a default for it."""
        found = self.input(parameter.type)
        return _nullable(found) if parameter.own_default else found

    def output(self, type_: Type) -> GraphQLOutputType:
        """Refer to a type from a result."""
        match type_:
            case Scalar("Void"):
                return SCALARS["Void"]  # its only value is null
            case Nullable(inner):
                return _nullable(self.output(inner))
            case ListOf(item):
                return GraphQLNonNull(GraphQLList(self.output(item)))
            case MapOf():
                pair = cast("GraphQLObjectType", self._by_map[type_, "output"])
                return GraphQLNonNull(GraphQLList(GraphQLNonNull(pair)))
            case Ref(name):
                leaf = cast("GraphQLObjectType", self._by_ref[name, "output"])
                return GraphQLNonNull(leaf)
            case Scalar(name):
                return GraphQLNonNull(SCALARS[name])

    def check_members(
        self, members: tuple[Parameter, ...] | tuple[Field, ...], owner: str, at: Location | None
    ) -> None:
        """Check the names of a function's parameters or a type's fields."""
        seen: set[str] = set()
        for member in members:
            what = f"{_kind(member)} '{member.name}' of {owner}"
            self._problems.check_name(member.name, what, at)
            if member.name in seen:
                self._problems.add("NAME_COLLISION", f"{what} is there twice.", None, at)
            seen.add(member.name)

    def check_input_fields(self) -> None:
        """Check the defaults of input objects."""
        for name, direction in self._usage.types:
            definition = self._types[name]
            if direction == "input" and isinstance(definition, ObjectType):
                self.check_inputs(definition.fields, f"type '{name}'", None)

    def check_inputs(
        self, members: tuple[Parameter, ...] | tuple[Field, ...], owner: str, at: Location | None
    ) -> None:
        """Check that defaults fit their types, and that nothing takes ``Void``."""
        for member in members:
            what = f"{_kind(member)} '{member.name}' of {owner}"
            if _contains_void(member.type):
                self._problems.add("VOID_INPUT", f"{what} has the type Void.", None, at)
            elif member.default is not None:
                reason = _misfit(member.default, self.input(member.type))
                if reason is not None:
                    self._problems.add(
                        "INVALID_DEFAULT",
                        f"The default of {what[0].lower()}{what[1:]} does not fit its type: "
                        f"{reason}",
                        "Change the default or the type; a default of None needs a nullable type.",
                        at,
                    )

    def _declare_scalars(self) -> None:
        for name in (*ROOTS, *SCALARS, "ID"):
            self._owners[name] = f"GraphQL's own '{name}'"
        for name in self._usage.scalars:
            if name not in SCALARS:
                self._problems.add("UNKNOWN_TYPE", f"There is no scalar named '{name}'.")
            elif name not in BUILT_IN:
                self._named[name] = SCALARS[name]

    def _declare(self, name: str, definition: TypeDef, direction: Direction) -> None:
        if isinstance(definition, ObjectType) and definition.fields:
            self.check_members(definition.fields, f"type '{name}'", None)
            is_input = direction == "input"
            api_name = input_name(name) if is_input else output_name(name, self._types)
            if self._claim(api_name, f"the type '{name}' as {direction}"):
                type_ = self._composite(api_name, definition.fields, definition.doc, direction)
                self._named[api_name] = self._by_ref[name, direction] = type_
            return
        owner = f"the type '{name}'"
        # One and the same in both directions: declared when it is first met.
        if self._owners.get(name) != owner and self._claim(name, owner):
            leaf: GraphQLNamedType | None
            if isinstance(definition, EnumType):
                leaf = self._enum(definition)
            else:
                leaf = empty_object_scalar(name, definition.doc)
            if leaf is not None:
                self._named[name] = self._by_ref[name, "input"] = leaf
                self._by_ref[name, "output"] = leaf

    def _claim(self, name: str, owner: str) -> bool:
        """Take a name in the API; a problem, and False, when it is taken."""
        other = self._owners.get(name)
        if other is None:
            self._owners[name] = owner
            return True
        self._problems.add(
            "NAME_COLLISION",
            f"{owner[0].upper()}{owner[1:]} and {other} would both be named '{name}' in the API.",
            "Rename one of the types.",
        )
        return False

    def _enum(self, definition: EnumType) -> GraphQLEnumType | None:
        name = definition.name
        values: dict[str, GraphQLEnumValue] = {}
        sound = bool(definition.values)
        if not sound:
            self._problems.add("EMPTY_ENUM", f"Enum '{name}' has no values.")
        for value in definition.values:
            what = f"Value '{value.name}' of enum '{name}'"
            if value.name in values:
                sound = False
                self._problems.add("NAME_COLLISION", f"{what} is there twice.")
            elif value.name in ("true", "false", "null"):
                sound = False
                self._problems.add(
                    "INVALID_NAME", f"{what} is a word of GraphQL.", "Choose another name."
                )
            elif not self._problems.check_name(value.name, what):
                sound = False
            else:
                values[value.name] = GraphQLEnumValue(value.name, value.doc)
        if not sound:
            return None
        return GraphQLEnumType(name, values, description=definition.doc)

    def _composite(
        self, name: str, members: tuple[Field, ...], doc: str | None, direction: Direction
    ) -> GraphQLNamedType:
        if direction == "output":
            return GraphQLObjectType(
                name,
                lambda: {
                    member.name: GraphQLField(self.output(member.type), description=member.doc)
                    for member in members
                },
                description=doc,
            )
        nullable = dict.fromkeys(optional_names(members))

        def complete(value: dict[str, object]) -> dict[str, object]:
            # A nullable field that was left out is null to the function, as an argument is.
            return {**nullable, **value}

        return GraphQLInputObjectType(
            name,
            lambda: {
                member.name: GraphQLInputField(
                    self.input(member.type),
                    description=member.doc,
                    default=external_default(member.default),
                )
                for member in members
            },
            description=doc,
            out_type=complete if nullable else None,
        )


def optional_names(members: tuple[Parameter, ...] | tuple[Field, ...]) -> tuple[str, ...]:
    """Name those that a request may leave out and that have no default: they are then null.

    A parameter with a default that only the guest knows stays left out.
    """
    return tuple(
        member.name
        for member in members
        if isinstance(member.type, Nullable)
        and member.default is None
        and not (isinstance(member, Parameter) and member.own_default)
    )


def external_default(default: Default | None) -> GraphQLDefaultInput | None:
    return None if default is None else GraphQLDefaultInput(default.value)


def _misfit(default: Default, type_: GraphQLInputType) -> str | None:
    """Say why a default is not a value of its type; None when it is one."""
    reasons: list[str] = []

    def note(error: GraphQLError, path: list[str | int]) -> None:
        reasons.append(error.message)

    validate_input_value(default.value, type_, note, hide_suggestions=True)
    return reasons[0] if reasons else None


def _nullable(type_: AnyType) -> AnyType:
    return cast("AnyType", type_.of_type) if isinstance(type_, GraphQLNonNull) else type_


def _kind(member: Parameter | Field) -> str:
    return "Parameter" if isinstance(member, Parameter) else "Field"


def _contains_void(type_: Type) -> bool:
    match type_:
        case Scalar(name):
            return name == "Void"
        case ListOf(inner) | Nullable(inner):
            return _contains_void(inner)
        case MapOf(key, value):
            return _contains_void(key) or _contains_void(value)
        case Ref():
            return False
