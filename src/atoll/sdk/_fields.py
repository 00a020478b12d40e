"""The fields of dataclasses, named tuples and typed dictionaries."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from atoll.sdk._mismatch import Mismatch


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    hint: Any
    may_lack: bool
    """It has a default, or it is a key that need not be there."""


def has_fields(kind: Any) -> bool:
    """Whether it is a class whose fields have hints."""
    return isinstance(kind, type) and (
        dataclasses.is_dataclass(kind) or typing.is_typeddict(kind) or _is_named_tuple(kind)
    )


def _is_named_tuple(kind: type) -> bool:
    return issubclass(kind, tuple) and hasattr(kind, "_fields")


def fields_of(kind: type, arguments: tuple[Any, ...] = ()) -> list[Field]:
    """The fields that an instance is made from. ``arguments`` are those of a generic class.

    Raises ``TypeError`` if the hints cannot be read.
    """
    try:
        hints = typing.get_type_hints(kind)
    except NameError as error:
        raise TypeError(
            f"the type hints of {kind.__qualname__} cannot be read: {error}; "
            "import the types at run time, not only under TYPE_CHECKING"
        ) from None
    bound = dict(zip(getattr(kind, "__parameters__", ()), arguments, strict=False))
    return [
        Field(name, _bind(hints.get(name, Any), bound), may_lack)
        for name, may_lack in _members(kind)
    ]


def _members(kind: type) -> Iterator[tuple[str, bool]]:
    if dataclasses.is_dataclass(kind):
        missing = dataclasses.MISSING
        for field in dataclasses.fields(kind):
            if field.init:
                has_default = field.default is not missing or field.default_factory is not missing
                yield field.name, has_default
    elif typing.is_typeddict(kind):
        required = _required_keys(kind)
        for name in typing.get_type_hints(kind):
            yield name, name not in required
    else:
        defaults = kind._field_defaults  # type: ignore[attr-defined]  # a NamedTuple has it
        for name in kind._fields:  # type: ignore[attr-defined]  # as above
            yield name, name in defaults


def _required_keys(kind: type) -> set[str]:
    # __required_keys__ does not see NotRequired in hints that are strings; resolved hints do.
    required: set[str] = set(kind.__required_keys__)  # type: ignore[attr-defined]  # a TypedDict
    for name, hint in typing.get_type_hints(kind, include_extras=True).items():
        while (origin := get_origin(hint)) is not None:
            if origin is typing.Required:
                required.add(name)
            elif origin is typing.NotRequired:
                required.discard(name)
            elif origin is not typing.Annotated:
                break
            hint = get_args(hint)[0]
    return required


def _bind(hint: Any, bound: dict[Any, Any]) -> Any:
    """Put the arguments of a generic class in place of its type variables."""
    if isinstance(hint, typing.TypeVar):
        return bound.get(hint, Any)
    free = () if isinstance(hint, type) and not get_args(hint) else _free(hint)
    return hint[tuple(bound.get(variable, Any) for variable in free)] if free else hint


def _free(hint: Any) -> tuple[Any, ...]:
    return getattr(hint, "__parameters__", ())


def find(name: str, given: Iterable[str]) -> str | None:
    """The key of a row or object that is meant for a field: its name, or that in another style
    (``born_on``, ``bornOn``, ``BORN_ON``).

    Raises ``Mismatch`` if several are.
    """
    wanted = folded(name)
    found = [key for key in given if key == name or folded(key) == wanted]
    if name in found:
        return name
    if len(found) > 1:
        raise Mismatch(f"{' and '.join(found)} could both be meant for {name}")
    return found[0] if found else None


def folded(name: str) -> str:
    """What names in all styles have in common."""
    return name.replace("_", "").lower()
