"""Which types an API uses, in which direction: only those become part of its schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from atoll.guest.types import (
    Function,
    Interface,
    ListOf,
    MapOf,
    Nullable,
    ObjectType,
    Ref,
    Scalar,
    Type,
)

Direction = Literal["input", "output"]


@dataclass(slots=True)
class Usage:
    """Types reachable from functions, each in the order in which it was first met."""

    scalars: dict[str, None] = field(default_factory=dict)
    types: dict[tuple[str, Direction], None] = field(default_factory=dict)
    """Objects and enums by name."""
    maps: dict[tuple[MapOf, Direction], None] = field(default_factory=dict)


def find_usage(
    interface: Interface, functions: Iterable[Function], unknown: Callable[[str, str], None]
) -> Usage:
    """Follow types from functions.

    ``unknown(name, where)`` is told of each name that the interface does not define.
    """
    usage = Usage()
    pending: list[tuple[Type, Direction, str]] = []
    for function in functions:
        for parameter in function.parameters:
            where = f"parameter '{parameter.name}' of function '{function.export}'"
            pending.append((parameter.type, "input", where))
        result = Scalar("Void") if function.result is None else function.result
        pending.append((result, "output", f"the result of function '{function.export}'"))
    pending.reverse()
    while pending:
        type_, direction, where = pending.pop()
        match type_:
            case Scalar(name):
                usage.scalars[name] = None
            case ListOf(inner) | Nullable(inner):
                pending.append((inner, direction, where))
            case MapOf(key, value):
                if (type_, direction) not in usage.maps:
                    usage.maps[type_, direction] = None
                    pending.append((value, direction, where))
                    pending.append((key, direction, where))
            case Ref(name):
                definition = interface.types.get(name)
                if definition is None:
                    unknown(name, where)
                elif (name, direction) not in usage.types:
                    usage.types[name, direction] = None
                    if isinstance(definition, ObjectType):
                        pending.extend(
                            (member.type, direction, f"field '{member.name}' of type '{name}'")
                            for member in reversed(definition.fields)
                        )
    return usage
