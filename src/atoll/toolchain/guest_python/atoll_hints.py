"""Type hints → shapes.

The table of ``docs/python.md`` is what this module does; a test reads it row by row. Everything
that is not in it is a ``Problem``, whose hint says what to write instead.
"""

from __future__ import annotations

import collections.abc as abc
import datetime
import decimal
import enum
import sys
import types
import typing
import uuid
from dataclasses import is_dataclass
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

import atoll_names
import atoll_objects
from atoll_docstring import parse
from atoll_problem import Place, Problem
from atoll_shape import (
    EnumMember,
    EnumShape,
    FieldShape,
    Leaf,
    ListShape,
    MapShape,
    NullableShape,
    ObjectShape,
    Shape,
)

from atoll.sdk.integers import IntegerScalar

LEAVES: dict[object, Leaf] = {
    str: Leaf("String", "str"),
    int: Leaf("Int", "int"),
    float: Leaf("Float", "float"),
    bool: Leaf("Boolean", "bool"),
    bytes: Leaf("String", "bytes"),
    datetime.datetime: Leaf("Timestamp", "datetime"),
    datetime.date: Leaf("Date", "date"),
    datetime.time: Leaf("Time", "time"),
    datetime.timedelta: Leaf("Int64", "timedelta"),
    uuid.UUID: Leaf("UUID", "UUID"),
    decimal.Decimal: Leaf("Decimal", "Decimal"),
    Any: Leaf("JSON", "Any"),
}

LISTS: dict[object, type] = {
    list: list,
    set: set,
    frozenset: frozenset,
    abc.Sequence: list,
    abc.MutableSequence: list,
    abc.Collection: list,
    abc.Iterable: list,
    abc.Set: frozenset,
    abc.MutableSet: set,
}

MAPS = frozenset({dict, abc.Mapping, abc.MutableMapping})

STREAMS = frozenset(
    {abc.Iterator, abc.Generator, abc.AsyncIterator, abc.AsyncIterable, abc.AsyncGenerator}
)

# Wrappers of a hint that change nothing about the value.
TRANSPARENT = frozenset(
    getattr(typing, name)
    for name in ("Required", "NotRequired", "Final", "ReadOnly")
    if hasattr(typing, name)
)

INSTEAD: dict[object, str] = {
    list: "Say what is in it: list[str], for example.",
    set: "Say what is in it: set[str], for example.",
    frozenset: "Say what is in it: frozenset[str], for example.",
    tuple: "Say what is in it: tuple[str, int] or tuple[str, ...], for example.",
    dict: "Say what is in it: dict[str, int], for example; or use Any for any JSON.",
    object: "Use Any for any JSON.",
    complex: "Use two floats, or a dataclass of two floats.",
    bytearray: "Use bytes.",
    memoryview: "Use bytes.",
    range: "Use list[int].",
    **dict.fromkeys(
        STREAMS, "Use list[...]: only the whole result of a function can be a stream, of T."
    ),
    abc.Awaitable: "Make the function `async def`, and hint what it gives in the end.",
    abc.Coroutine: "Make the function `async def`, and hint what it gives in the end.",
    abc.Callable: "A function cannot cross the API: pass data.",
}

Named: TypeAlias = EnumShape | ObjectShape


class Types:
    """The named types of an app, by name, and the shapes of its hints."""

    def __init__(self) -> None:
        self.named: dict[str, Named] = {}

    def shape(self, hint: Any, place: Place, name: str) -> Shape:
        """Understand a hint.

        ``name`` is what an unnamed ``Literal`` is called if no alias names it. Raises ``Problem``.
        """
        leaf = LEAVES.get(hint) if isinstance(hint, type) or hint is Any else None
        if leaf is not None:
            return leaf
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return self._annotated(hint, place, name)
        if origin in TRANSPARENT:
            return self.shape(arguments[0], place, name)
        if is_alias_statement(hint) or is_alias_statement(origin):
            return self._alias(hint, place)
        if origin in (Union, types.UnionType):
            return self._union(hint, place, name)
        if origin is Literal:
            return self._literal(hint, place, name)
        if origin is tuple:
            return self._tuple(hint, place, name)
        if origin in LISTS:
            return self._list(LISTS[origin], arguments[0], hint, place, name)
        if origin in MAPS:
            key, value = arguments
            return MapShape(
                self.shape(key, place, name + "Key"), self.shape(value, place, name + "Value")
            )
        if isinstance(hint, typing.NewType):
            return self.shape(hint.__supertype__, place, name)
        if isinstance(hint, (str, typing.ForwardRef)):
            return self.shape(self._forward(hint, place), place, name)
        return self._class(hint, origin, place)

    def _annotated(self, hint: Any, place: Place, name: str) -> Shape:
        base, *notes = get_args(hint)
        for note in notes:
            if isinstance(note, IntegerScalar):
                return Leaf(note.name, note.name)
        return self.shape(base, place, name)

    def _alias(self, hint: Any, place: Place) -> Shape:
        alias = get_origin(hint) or hint
        value = alias.__value__
        if get_origin(hint) is not None:
            value = value[get_args(hint)]
        # An alias may only lead back to itself through an object.
        try:
            return self.shape(value, place, alias.__name__)
        except RecursionError:
            raise Problem(
                "UNSUPPORTED_TYPE",
                f"{place_name(place)}: the type alias {alias.__name__} is defined by itself",
                "Put a dataclass in between, or use Any.",
                place,
            ) from None

    def _union(self, hint: Any, place: Place, name: str) -> Shape:
        arguments = get_args(hint)
        rest = [argument for argument in arguments if argument is not type(None)]
        if len(rest) == len(arguments) or len(rest) > 1:
            raise Problem(
                "UNSUPPORTED_TYPE",
                f"{place_name(place)} has the type {show(hint)}, and the API has no unions",
                "Use one type, `T | None`, a dataclass with a nullable field per case, or Any.",
                place,
            )
        return nullable(self.shape(rest[0], place, name))

    def _literal(self, hint: Any, place: Place, name: str) -> Shape:
        values = [value for value in get_args(hint) if value is not None]
        if not values or not all(isinstance(value, str) for value in values):
            raise Problem(
                "UNSUPPORTED_TYPE",
                f"{place_name(place)} has the type {show(hint)}; only strings can be literals",
                "Use an Enum, whose members may have any value.",
                place,
            )
        for value in values:
            self._check_value(value, "the literal", place)
        members = tuple(EnumMember(value, value) for value in values)
        name = self._alias_name(Literal[tuple(values)], place) or name
        shape = self._register(EnumShape(name, members, ("Literal", *values)), place)
        return shape if len(values) == len(get_args(hint)) else nullable(shape)

    def _tuple(self, hint: Any, place: Place, name: str) -> Shape:
        arguments = get_args(hint)
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return self._list(tuple, arguments[0], hint, place, name)
        if not arguments or arguments == ((),):
            raise self._unsupported(hint, place)
        shapes = [
            self.shape(argument, place, f"{name}Item{number}")
            for number, argument in enumerate(arguments, 1)
        ]
        name = self._alias_name(hint, place) or tuple_name(shapes)
        origin = ("tuple", *(repr(shape.as_json()) for shape in shapes))
        shape = ObjectShape(name, "tuple", tuple, origin)
        known = self._register(shape, place)
        if known is shape:
            shape.fields = [
                FieldShape(f"item{number}", str(number - 1), item)
                for number, item in enumerate(shapes, 1)
            ]
        return known

    def _list(self, build: type, item: Any, hint: Any, place: Place, name: str) -> Shape:
        shape = self.shape(item, place, name)
        return ListShape(shape, build)

    def _class(self, hint: Any, origin: Any, place: Place) -> Shape:
        kind = origin if isinstance(origin, type) else hint
        if not isinstance(kind, type):
            raise self._unsupported(hint, place)
        if issubclass(kind, enum.Enum):
            return self._enum(kind, place)
        if is_dataclass(kind) or typing.is_typeddict(kind) or atoll_objects.is_named_tuple(kind):
            return self._object(hint, kind, place)
        raise self._unsupported(hint, place)

    def _enum(self, kind: type[enum.Enum], place: Place) -> Shape:
        if issubclass(kind, enum.Flag):
            raise Problem(
                "UNSUPPORTED_TYPE",
                f"{place_name(place)} has the type {kind.__name__}, a Flag, whose values combine",
                "Use an Enum, and list[...] of it.",
                place,
            )
        docs = parse(own_doc(kind))
        for member in kind:
            self._check_value(member.name, f"the member of {kind.__name__}", place)
        members = tuple(
            EnumMember(member.name, member, docs.parameters.get(member.name)) for member in kind
        )
        if not members:
            raise Problem(
                "UNSUPPORTED_TYPE",
                f"{place_name(place)}: the enum {kind.__name__} has no members",
                "Give it at least one member.",
                place,
            )
        return self._register(EnumShape(kind.__name__, members, kind, docs.description), place)

    def _object(self, hint: Any, kind: type, place: Place) -> Shape:
        arguments = get_args(hint)
        name = kind.__name__
        if arguments:
            parts = [self.shape(argument, place, name) for argument in arguments]
            name = "".join(part_name(part) for part in parts) + name
        docs = parse(own_doc(kind))
        holder = atoll_objects.kind_of(kind)
        shape = ObjectShape(name, holder, kind, hint, docs.description)
        known = self._register(shape, place)
        if known is shape:
            try:
                atoll_objects.fill(self, shape, kind, arguments, docs.parameters)
            except Problem:
                del self.named[name]
                raise
        return known

    def _register(self, shape: Named, place: Place) -> Named:
        known = self.named.get(shape.name)
        if known is not None:
            if known.origin == shape.origin:
                return known
            raise Problem(
                "TYPE_NAME_COLLISION",
                f"two types are called {shape.name} in the API: "
                f"{describe_origin(known)} and {describe_origin(shape)}",
                "Rename one; an unnamed Literal or tuple gets a name by `Mood = Literal[...]`.",
                place,
            )
        if shape.name in atoll_names.RESERVED_TYPES or not atoll_names.is_valid(shape.name):
            reason = (
                "has another meaning in the API"
                if shape.name in atoll_names.RESERVED_TYPES
                else "is not a name that GraphQL accepts (letters, digits and _ of ASCII)"
            )
            raise Problem(
                "BAD_NAME", f"the type name {shape.name} {reason}", "Rename the type.", place
            )
        self.named[shape.name] = shape
        return shape

    def _check_value(self, value: str, what: str, place: Place) -> None:
        if not atoll_names.is_valid_value(value):
            raise Problem(
                "BAD_NAME",
                f"{place_name(place)}: {what} {value!r} cannot be the name of a GraphQL enum value",
                "Use an Enum whose members have names of ASCII letters, digits and _; their values "
                "may be anything. true, false and null are taken.",
                place,
            )

    def _alias_name(self, hint: Any, place: Place) -> str | None:
        """The module's first public name for the hint (``Mood = Literal[...]``)."""
        module = sys.modules.get(place.module)
        for name, value in list(vars(module).items()) if module else []:
            if not name.startswith("_") and get_origin(value) is not None and value == hint:
                return name
        return None

    def _forward(self, hint: str | typing.ForwardRef, place: Place) -> Any:
        text = hint if isinstance(hint, str) else hint.__forward_arg__
        module = sys.modules.get(place.module)
        try:
            return eval(text, dict(vars(module)) if module else {})  # noqa: S307 - the app's own hint
        except Exception as error:
            raise Problem(
                "UNKNOWN_TYPE",
                f"{place_name(place)}: the type {text} cannot be read: {error}",
                "Import the type at run time, not only under TYPE_CHECKING.",
                place,
            ) from None

    def _unsupported(self, hint: Any, place: Place) -> Problem:
        instead = INSTEAD.get(get_origin(hint) or hint) if _hashable(hint) else None
        if instead is None and isinstance(hint, typing.TypeVar):
            instead = "Use a concrete type in its place."
        elif instead is None and isinstance(hint, type) and issubclass(hint, tuple):
            instead = "Use typing.NamedTuple, whose fields have types."
        elif instead is None and isinstance(hint, type):
            instead = f"Make {hint.__name__} a @dataclass, or use Any for any JSON."
        return Problem(
            "UNSUPPORTED_TYPE",
            f"{place_name(place)} has the type {show(hint)}, which cannot cross the API",
            instead or "Use one of the types of docs/python.md, or Any for any JSON.",
            place,
        )


def nullable(shape: Shape) -> Shape:
    return shape if isinstance(shape, NullableShape) else NullableShape(shape)


def is_alias_statement(hint: object) -> bool:
    """Whether the hint is what a ``type X = ...`` statement makes."""
    return type(hint).__name__ == "TypeAliasType"


def own_doc(kind: type) -> str | None:
    """The docstring that the user wrote on a class: not inherited, not made by Python."""
    doc = vars(kind).get("__doc__")
    generated = ("An enumeration.", f"Alias for {kind.__name__}")
    if not isinstance(doc, str) or doc in generated or doc.startswith(f"{kind.__name__}("):
        return None
    return doc


def tuple_name(shapes: list[Shape]) -> str:
    """``tuple[str, list[int]]`` → ``StringIntListTuple``."""
    return "".join(part_name(shape) for shape in shapes) + "Tuple"


def part_name(shape: Shape) -> str:
    """A shape's part in the name of a type that is made of it."""
    match shape:
        case Leaf():
            return shape.scalar
        case NullableShape():
            return "Nullable" + part_name(shape.of)
        case ListShape():
            return part_name(shape.item) + "List"
        case MapShape():
            return f"{part_name(shape.key)}{part_name(shape.value)}PairList"
        case _:
            return shape.name


def show(hint: Any) -> str:
    """A hint as its author would write it."""
    if isinstance(hint, type) and not get_args(hint):
        return hint.__qualname__
    return str(hint).replace("typing.", "")


def place_name(place: Place) -> str:
    """What stands at a place, for the beginning of a message."""
    if place.name == "return":
        return f"the result of {place.owner}"
    if place.name is None:
        return f"{place.owner}"
    kind = "field" if place.is_class else "parameter"
    return f"{kind} {place.name} of {place.owner}"


def describe_origin(shape: Named) -> str:
    origin = shape.origin
    if isinstance(origin, type):
        return f"{origin.__module__}.{origin.__qualname__}"
    if isinstance(origin, tuple):
        names = [member.name for member in shape.members] if isinstance(shape, EnumShape) else []
        return f"Literal[{', '.join(map(repr, names))}]" if names else "a tuple"
    return show(origin)


def _hashable(hint: object) -> bool:
    try:
        hash(hint)
    except TypeError:
        return False
    return True
