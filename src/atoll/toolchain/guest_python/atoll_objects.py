"""The fields of dataclasses, named tuples and typed dictionaries."""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, get_args, get_origin

import atoll_names
from atoll_problem import Place, Problem
from atoll_shape import MISSING, FieldShape, NullableShape, ObjectShape

if TYPE_CHECKING:
    from atoll_hints import Types


def is_named_tuple(kind: type) -> bool:
    """Whether it is a ``typing.NamedTuple``: a tuple whose fields have hints."""
    return issubclass(kind, tuple) and hasattr(kind, "_fields") and has_hints(kind)


def kind_of(kind: type) -> str:
    if dataclasses.is_dataclass(kind):
        return "dataclass"
    return "typeddict" if typing.is_typeddict(kind) else "namedtuple"


@dataclasses.dataclass(frozen=True, slots=True)
class _Member:
    """A field as its class declares it."""

    name: str
    default: Any = MISSING
    computed: bool = False
    """It has a default factory whose value is not known before the call."""
    may_lack: bool = False


def fill(
    table: Types,
    shape: ObjectShape,
    kind: type,
    arguments: tuple[Any, ...],
    docs: dict[str, str],
) -> None:
    """Work out the fields of an object. Raises ``Problem``."""
    place = Place(kind.__module__, kind.__qualname__, is_class=True)
    hints = _hints(kind, place)
    bound = dict(zip(_parameters(kind), arguments, strict=False))
    seen: dict[str, str] = {}
    for member in _members(kind, hints, shape):
        at = dataclasses.replace(place, name=member.name)
        name = atoll_names.camel_case(member.name)
        check_name(name, member.name, seen, f"fields of {kind.__qualname__}", at)
        hint = _bind(hints[member.name], bound)
        inner = table.shape(hint, at, shape.name + atoll_names.pascal_case(member.name))
        if (member.computed or member.may_lack) and not isinstance(inner, NullableShape):
            lacks, inner = True, NullableShape(inner)
        else:
            lacks = member.computed or member.may_lack
        doc = annotation_doc(hint) or docs.get(member.name)
        shape.fields.append(FieldShape(name, member.name, inner, doc, member.default, lacks))
    if not shape.fields:
        raise Problem(
            "UNSUPPORTED_TYPE",
            f"{kind.__qualname__} has no public fields, and an API type needs at least one",
            "Give it a field, or use Any.",
            place,
        )


def check_name(name: str, original: str, seen: dict[str, str], what: str, place: Place) -> None:
    """Refuse a name that GraphQL does not accept, or that another name already came to."""
    if not atoll_names.is_valid(name):
        raise Problem(
            "BAD_NAME",
            f"the name {original} is not one that GraphQL accepts",
            "Use ASCII letters, digits and _, and begin with a letter.",
            place,
        )
    if name in seen:
        raise Problem(
            "NAME_COLLISION",
            f"the {what} {seen[name]} and {original} are both called {name} in the API",
            "Rename one of them.",
            place,
        )
    seen[name] = original


def annotation_doc(hint: Any) -> str | None:
    """The text of ``Annotated[T, "text"]``, or of an object with a ``documentation``."""
    while get_origin(hint) is not None:
        base, *notes = get_args(hint) or (None,)
        for note in notes if get_origin(hint) is typing.Annotated else ():
            text = note if isinstance(note, str) else getattr(note, "documentation", None)
            if isinstance(text, str) and text.strip():
                return inspect.cleandoc(text)
        if get_origin(hint) is typing.Annotated or len(get_args(hint)) == 1:
            hint = base
        else:
            return None
    return None


def has_hints(thing: type | Callable[..., Any]) -> bool:
    """Whether a function or class has any type hint."""
    try:
        return bool(inspect.get_annotations(thing))
    except Exception:  # since 3.14 hints are evaluated when they are asked for; these are bad ones
        return True


def _hints(kind: type, place: Place) -> dict[str, Any]:
    try:
        return typing.get_type_hints(kind, include_extras=True)
    except Exception as error:
        raise unreadable(error, place) from None


def unreadable(error: Exception, place: Place) -> Problem:
    """Hints that raise when they are evaluated."""
    return Problem(
        "UNKNOWN_TYPE",
        f"the type hints of {place.owner} cannot be read: {error}",
        "Import the types at run time, not only under TYPE_CHECKING."
        if isinstance(error, NameError)
        else None,
        place,
    )


def _members(kind: type, hints: dict[str, Any], shape: ObjectShape) -> Iterator[_Member]:
    if dataclasses.is_dataclass(kind):
        yield from _dataclass_members(kind, shape)
    elif typing.is_typeddict(kind):
        for name, hint in hints.items():
            if not name.startswith("_"):
                yield _Member(name, may_lack=not _is_required(kind, name, hint))
    else:
        defaults = kind._field_defaults  # type: ignore[attr-defined]  # a NamedTuple has it
        for name in kind._fields:  # type: ignore[attr-defined]  # as above
            yield _Member(name, defaults.get(name, MISSING))


def _dataclass_members(kind: type, shape: ObjectShape) -> Iterator[_Member]:
    given: set[str] = set()
    for field in dataclasses.fields(kind):
        if field.name.startswith("_"):
            continue
        if not field.init:
            shape.no_input = f"its field {field.name} has init=False"
            yield _Member(field.name)
            continue
        given.add(field.name)
        if field.default is not dataclasses.MISSING:
            yield _Member(field.name, field.default)
        elif field.default_factory is not dataclasses.MISSING:
            factory = field.default_factory
            if _is_constant(factory):
                yield _Member(field.name, factory())
            else:
                yield _Member(field.name, computed=True)
        else:
            yield _Member(field.name)
    for parameter in inspect.signature(kind).parameters.values():
        if parameter.default is parameter.empty and parameter.name not in given:
            shape.no_input = f"its constructor needs {parameter.name}, which is no public field"


def _is_constant(factory: Any) -> bool:
    """Whether a default factory always makes the same value.

    So do the built-in collections, and a lambda that mentions no name at all.
    """
    if factory in (list, dict, set, frozenset, tuple, str, int, float, bool, bytes):
        return True
    return (
        isinstance(factory, types.FunctionType)
        and not factory.__code__.co_names
        and not factory.__code__.co_freevars
    )


def _is_required(kind: type, name: str, hint: Any) -> bool:
    # __required_keys__ does not see NotRequired in hints that are strings; the resolved hint does.
    while (origin := get_origin(hint)) is not None:
        if origin is typing.Required:
            return True
        if origin is typing.NotRequired:
            return False
        if origin is not typing.Annotated and origin is not getattr(typing, "ReadOnly", None):
            break
        hint = get_args(hint)[0]
    required: frozenset[str] = kind.__required_keys__  # type: ignore[attr-defined]  # a TypedDict
    return name in required


def _parameters(kind: type) -> tuple[Any, ...]:
    return getattr(kind, "__parameters__", ())


def _bind(hint: Any, bound: dict[Any, Any]) -> Any:
    """Put the arguments of a generic class in place of its type variables."""
    if isinstance(hint, typing.TypeVar):
        return bound.get(hint, hint)
    free = () if isinstance(hint, type) and not get_args(hint) else _parameters(hint)
    if not free or not bound:
        return hint
    return hint[tuple(bound.get(variable, variable) for variable in free)]
