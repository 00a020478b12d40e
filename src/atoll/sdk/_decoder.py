"""Values of Python from JSON, by type hints.

``decoder`` compiles a hint into a closure, once for each process or instance. What does not fit is
a ``Mismatch``, whose path tells where.
"""

from __future__ import annotations

import enum
import json
import types
import typing
from collections import abc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin

from atoll.sdk._fields import Field, fields_of, find, folded, has_fields
from atoll.sdk._host import Number
from atoll.sdk._mismatch import Mismatch, expected, kind_of
from atoll.sdk._scalars import DECODERS

Decode = Callable[[Any], Any]
_Parse = Callable[[str], Any]

LISTS: dict[Any, Callable[[Any], Any]] = {
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
MAPS = (dict, abc.Mapping, abc.MutableMapping)
_MOST_COMPILED = 512

_Plan = list[tuple[str, str | None, Decode]]
"""Fields, and the keys that are for them; None where an optional field has none."""


@dataclass(frozen=True, slots=True)
class Decoder:
    """``decode`` takes JSON that was read with ``number`` for numbers with a fraction."""

    decode: Decode
    number: Number | None


_compiled: dict[Any, Decoder] = {}

_ABSENT: Any = object()


def decoder(hint: Any, *, row: bool = False, sparse: bool = False) -> Decoder:
    """The decoder of a hint. Of a ``row``, each column must be there that a field asks for; in
    other JSON, an optional field may be left out. In ``sparse`` JSON, null leaves a field out that
    may be left out, unless null is one of its values.

    Raises ``TypeError``: there is no decoder for such a type.
    """
    try:
        found = _compiled.get((hint, row, sparse))
    except TypeError:  # not hashable
        raise unsupported(hint) from None
    if found is None:
        compiler = _Compiler(sparse)
        decode = compiler.object(hint, row) if row else compiler.decoder(hint)
        found = Decoder(decode, Decimal if compiler.exact else None)
        if len(_compiled) >= _MOST_COMPILED:
            _compiled.clear()
        _compiled[hint, row, sparse] = found
    return found


def load(kind: Any, text: str) -> Any:
    """Read JSON text into ``kind``. Raises ``Mismatch``, ``ValueError``, ``TypeError``."""
    found = decoder(kind)
    return found.decode(json.loads(text, parse_float=found.number))


class _Compiler:
    """Compiles one hint with all that is in it."""

    def __init__(self, sparse: bool = False) -> None:
        self._sparse = sparse
        self.exact = False
        """Whether decimals are asked for somewhere, so that numbers must not become floats."""
        self._objects: dict[Any, Decode] = {}

    def decoder(self, hint: Any) -> Decode:
        if hint is Any or hint is object:
            return self._any
        if hint is None or hint is type(None):
            return _decode_none
        if isinstance(hint, type) and hint in DECODERS:
            self.exact = self.exact or hint is Decimal
            return DECODERS[hint]
        origin, arguments = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            return self._union(arguments)
        if origin is Literal:
            return _literal(arguments)
        if (hint is tuple or origin is tuple) and arguments:
            return self._tuple(arguments)
        if (origin or hint) in LISTS or hint is tuple:
            build = LISTS.get(origin or hint, tuple)
            return _list(self.decoder(arguments[0] if arguments else Any), build, self._parsed)
        if (origin or hint) in MAPS:
            key, value = arguments or (str, Any)
            return _map(self.decoder(key), self.decoder(value), self._parsed)
        return self._named(hint, origin, arguments)

    def _named(self, hint: Any, origin: Any, arguments: tuple[Any, ...]) -> Decode:
        if origin in (typing.Annotated, typing.Required, typing.NotRequired):
            return self.decoder(arguments[0])
        if isinstance(hint, typing.NewType):
            return self.decoder(hint.__supertype__)
        if type(hint).__name__ == "TypeAliasType":
            return self._alias(hint)
        if isinstance(hint, type) and issubclass(hint, enum.Enum):
            return _enum(hint)
        if has_fields(origin or hint):
            return self.object(hint, row=False)
        raise unsupported(hint)

    def _alias(self, hint: Any) -> Decode:
        if hint not in self._objects:
            self._objects[hint] = lambda value: self._objects[hint](value)  # it may contain itself
            self._objects[hint] = self.decoder(hint.__value__)
        return self._objects[hint]

    def object(self, hint: Any, row: bool) -> Decode:
        """Of a class with fields."""
        if hint not in self._objects:
            self._objects[hint] = lambda value: self._objects[hint](value)  # it may contain itself
            kind = get_origin(hint) or hint
            fields = [
                (field, self.decoder(field.hint)) for field in fields_of(kind, get_args(hint))
            ]
            build = kind
            if self._sparse:
                fields = [(field, _absent_if_null(field, decode)) for field, decode in fields]
                build = _without_absent(kind)
            self._objects[hint] = _object(kind, fields, row, self._parsed, build)
        return self._objects[hint]

    def _any(self, value: Any) -> Any:
        return plain(value) if self.exact else value

    def _parsed(self, text: str) -> Any:
        """JSON in text, as databases give it that have no type for JSON."""
        try:
            return json.loads(text, parse_float=Decimal if self.exact else None)
        except (ValueError, RecursionError):
            return text

    def _union(self, arguments: tuple[Any, ...]) -> Decode:
        members = [each for each in arguments if each is not type(None)]
        rest = [self.decoder(each) for each in members]
        nullable = len(rest) < len(arguments)
        first = rest[0]
        order = _order(members)

        def decode_first(value: Any) -> Any:
            return None if value is None else first(value)

        def decode_any(value: Any) -> Any:
            if value is None and nullable:
                return None
            for position in order(value):
                try:
                    return rest[position](value)
                except Mismatch:
                    continue
            raise expected(" or ".join(map(show, arguments)), value)

        return decode_first if len(rest) == 1 else decode_any

    def _tuple(self, arguments: tuple[Any, ...]) -> Decode:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return _list(self.decoder(arguments[0]), tuple, self._parsed)
        decoders = [self.decoder(each) for each in arguments]

        def decode(value: Any) -> Any:
            if isinstance(value, str):
                value = self._parsed(value)
            if not isinstance(value, list) or len(value) != len(decoders):
                raise expected(f"a list of {len(decoders)}", value)
            return tuple(
                _under(position, each, item)
                for position, (each, item) in enumerate(zip(decoders, value, strict=True))
            )

        return decode


def _order(members: list[Any]) -> Callable[[Any], Sequence[int]]:
    """In which order the members of a union are tried for a value: as they are written, but first
    those that it is as it stands, without becoming a number of a text or losing fields."""
    fields = [
        frozenset(folded(field.name) for field in fields_of(get_origin(each) or each))
        if has_fields(get_origin(each) or each)
        else None
        for each in members
    ]
    everything = range(len(members))

    def order(value: Any) -> Sequence[int]:
        if isinstance(value, dict):
            keys = frozenset(map(folded, value))
            return sorted(everything, key=lambda position: fields[position] != keys)
        kinds = _AS_IT_STANDS.get(type(value))
        if kinds is None:
            return everything
        return sorted(
            everything,
            key=lambda position: members[position] in _NUMBERS and members[position] not in kinds,
        )

    return order


_NUMBERS = (bool, int, float, Decimal)
_AS_IT_STANDS: dict[type, tuple[type, ...]] = {
    str: (),
    bool: (bool,),
    int: (int,),
    float: (float,),
    Decimal: (Decimal, float),
}


def plain(value: Any) -> Any:
    """The value with floats in place of decimals: what untyped JSON is to most code."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def show(hint: Any) -> str:
    """A hint as its author would write it."""
    if isinstance(hint, type) and not get_args(hint):
        return hint.__qualname__
    return str(hint).replace("typing.", "")


def _absent_if_null(field: Field, decode: Decode) -> Decode:
    if not field.may_lack or _is_optional(field.hint):
        return decode
    return lambda value: _ABSENT if value is None else decode(value)


def _without_absent(kind: type) -> Callable[..., Any]:
    def build(**given: Any) -> Any:
        return kind(**{name: value for name, value in given.items() if value is not _ABSENT})

    return build


def _object(
    kind: type,
    fields: list[tuple[Field, Decode]],
    row: bool,
    parse: _Parse,
    build: Callable[..., Any],
) -> Decode:
    seen: tuple[str, ...] | None = None
    plan: _Plan = []

    def decode(value: Any) -> Any:
        nonlocal seen, plan
        if isinstance(value, str):
            value = parse(value)
        if not isinstance(value, dict):
            raise expected(kind.__name__, value)
        if "ElementId" in value:
            value = _properties(value)
        keys = tuple(value)
        if keys != seen:  # rows of one result have the same
            plan, seen = _plan(kind, fields, keys, row), keys
        given = {}
        key: str | None = None
        try:
            for name, key, of in plan:
                given[name] = of(None if key is None else value[key])
        except Mismatch as mismatch:
            raise mismatch.under(key or "") from None
        try:
            return build(**given)
        except (TypeError, ValueError) as error:
            # The app's own __post_init__ refuses it.
            raise Mismatch(f"{kind.__name__}: {error}") from error

    return decode


def _properties(value: dict[str, Any]) -> dict[str, Any]:
    """Of a graph's node or relationship, which an app's class stands for."""
    found = value.get("Props")
    return found if isinstance(found, dict) else value


def _plan(
    kind: type, fields: list[tuple[Field, Decode]], keys: tuple[str, ...], row: bool
) -> _Plan:
    plan: _Plan = []
    for field, decode in fields:
        key = find(field.name, keys)
        if key is not None:
            plan.append((field.name, key, decode))
        elif field.may_lack:
            continue
        elif not row and _is_optional(field.hint):
            plan.append((field.name, None, decode))
        else:
            what = "column" if row else "field"
            raise Mismatch(
                f"there is no {what} for {kind.__name__}.{field.name}; "
                f"there are {', '.join(keys) or 'none'}",
                f"Name the column so (`... as {field.name}`), or give the field a default."
                if row
                else None,
            )
    return plan


def _is_optional(hint: Any) -> bool:
    if hint is Any:
        return True
    return get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint)


def _under(step: str | int, decode: Decode, value: Any) -> Any:
    try:
        return decode(value)
    except Mismatch as mismatch:
        raise mismatch.under(step) from None


def _decode_none(value: Any) -> None:
    if value is not None:
        raise Mismatch(f"expected NULL, got {kind_of(value)}")


def _list(item: Decode, build: Callable[[Any], Any], parse: _Parse) -> Decode:
    def decode(value: Any) -> Any:
        if isinstance(value, str):
            value = parse(value)
        if not isinstance(value, list):
            raise expected(build.__name__ if isinstance(build, type) else "list", value)
        items: list[Any] = []
        try:
            for each in value:
                items.append(item(each))
        except Mismatch as mismatch:
            raise mismatch.under(len(items)) from None
        try:
            return items if build is list else build(items)
        except TypeError as error:
            raise Mismatch(f"the items cannot be in a set: {error}") from None

    return decode


def _map(key: Decode, item: Decode, parse: _Parse) -> Decode:
    def decode(value: Any) -> Any:
        if isinstance(value, str):
            value = parse(value)
        if not isinstance(value, dict):
            raise expected("dict", value)
        return {_under(name, key, name): _under(name, item, each) for name, each in value.items()}

    return decode


def _literal(arguments: tuple[Any, ...]) -> Decode:
    members = [each for each in arguments if isinstance(each, enum.Enum)]

    def decode(value: Any) -> Any:
        for each in arguments:
            if each == value and isinstance(each, bool) == isinstance(value, bool):
                return each
        for each in members:
            if value == each.value or value == each.name:
                return each
        raise expected(f"one of {', '.join(map(repr, arguments))}", value)

    return decode


def _enum(kind: type[enum.Enum]) -> Decode:
    def decode(value: Any) -> Any:
        try:
            return kind(value)
        except (ValueError, TypeError):
            if isinstance(value, str) and value in kind.__members__:
                return kind[value]
        if value is None:
            raise expected(kind.__name__, value)
        raise Mismatch(f"{value!r:.60} is no value of {kind.__name__}")

    return decode


def unsupported(hint: Any) -> TypeError:
    return TypeError(
        f"{show(hint)} cannot be made of a row or of JSON: use a dataclass, TypedDict, NamedTuple, "
        "dict, list, a scalar, or Any"
    )
