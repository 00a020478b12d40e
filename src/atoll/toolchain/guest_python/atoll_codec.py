"""Values ↔ the JSON of the border, compiled from shapes.

``Codec`` makes two closures of each shape, once, when the app is loaded: they are part of the
app's memory, so a call finds them ready. ``decode`` trusts nobody: a value that does not fit is a
``Mismatch`` whose path tells where. ``encode`` checks as well, since a hint is only a promise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from typing import Any

import atoll_scalars
from atoll_mismatch import Mismatch, kind_of
from atoll_shape import (
    MISSING,
    EnumShape,
    FieldShape,
    Leaf,
    ListShape,
    MapShape,
    NullableShape,
    ObjectShape,
    Shape,
)

Coder = Callable[[Any], Any]


class Codec:
    """Compiled encoders and decoders; each named type is compiled once."""

    def __init__(self) -> None:
        self._encoders: dict[str, Coder] = {}
        self._decoders: dict[str, Coder] = {}

    def encoder(self, shape: Shape) -> Coder:
        """Compile the closure from a Python value to border JSON."""
        match shape:
            case Leaf():
                return atoll_scalars.ENCODERS[shape.python]
            case NullableShape():
                inner = self.encoder(shape.of)
                return lambda value: None if value is None else inner(value)
            case ListShape(Leaf("Float")):
                return _encode_floats(_encode_list(self.encoder(shape.item), sort=True))
            case ListShape():
                return _encode_list(self.encoder(shape.item), isinstance(shape.item, Leaf))
            case MapShape():
                return _encode_map(self.encoder(shape.key), self.encoder(shape.value))
            case EnumShape():
                return _encode_enum(shape)
            case ObjectShape():
                return _compile_once(self._encoders, shape, self._encode_object)

    def decoder(self, shape: Shape) -> Coder:
        """Compile the closure from border JSON to a Python value."""
        match shape:
            case Leaf():
                return atoll_scalars.DECODERS[shape.python]
            case NullableShape():
                inner = self.decoder(shape.of)
                return lambda value: None if value is None else inner(value)
            case ListShape():
                return _decode_list(self.decoder(shape.item), shape.build)
            case MapShape():
                return _decode_map(self.decoder(shape.key), self.decoder(shape.value))
            case EnumShape():
                return _decode_enum(shape)
            case ObjectShape():
                return _compile_once(self._decoders, shape, self._decode_object)

    def _encode_object(self, shape: ObjectShape) -> Coder:
        if shape.kind == "typeddict":
            return _encode_dictionary(shape, self._field_encoders(shape))
        if shape.kind == "tuple":
            return _encode_tuple(shape, self._field_encoders(shape))
        return _encode_attributes(shape, self._field_encoders(shape))

    def _field_encoders(self, shape: ObjectShape) -> list[tuple[str, str, Coder]]:
        return [(field.name, field.attribute, self.encoder(field.shape)) for field in shape.fields]

    def _decode_object(self, shape: ObjectShape) -> Coder:
        fields = [(field, self.decoder(field.shape)) for field in shape.fields]
        names = frozenset(field.name for field in shape.fields)
        build = shape.build
        by_position = shape.kind == "tuple"

        def decode(value: Any) -> Any:
            if type(value) is not dict:
                raise Mismatch(f"expected an object ({shape.name}), got {kind_of(value)}")
            given = {}
            for field, decoder in fields:
                try:
                    if _take(field, value):
                        given[field.attribute] = decoder(value.get(field.name))
                except Mismatch as mismatch:
                    raise mismatch.under(field.name) from None
            if len(value) > len(given) and not names.issuperset(value):
                extra = min(value.keys() - names)
                raise Mismatch(f"{shape.name} has no field {extra}")
            try:
                return build(given.values()) if by_position else build(**given)
            except (TypeError, ValueError) as error:
                # The app's own __post_init__ refuses the value.
                raise Mismatch(f"{shape.name}: {error}") from error

        return decode


def _take(field: FieldShape, value: dict[str, Any]) -> bool:
    """Whether to decode a field: if not, Python's own default stands."""
    if field.name not in value:
        if field.default is not MISSING or field.may_lack:
            return False
        if isinstance(field.shape, NullableShape):
            return True
        raise Mismatch("a value is required")
    return not (field.may_lack and value[field.name] is None)


def _compile_once(
    done: dict[str, Coder], shape: ObjectShape, compile_: Callable[[ObjectShape], Coder]
) -> Coder:
    """Compile an object's coder; a type that contains itself finds the coder by its name, later."""
    name = shape.name
    known = done.get(name)
    if known is not None:
        return known
    done[name] = lambda value: done[name](value)
    done[name] = compile_(shape)
    return done[name]


def _encode_list(encode_item: Coder, sort: bool) -> Coder:
    def encode(value: Any) -> list[Any]:
        if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
            raise Mismatch(f"expected a list, got {kind_of(value)}")
        items: list[Any] = []
        try:
            for item in value:
                items.append(encode_item(item))
        except Mismatch as mismatch:
            raise mismatch.under(len(items)) from None
        if sort and isinstance(value, (set, frozenset)):
            # A set has no order of its own; this one does not change from build to build.
            items.sort(key=lambda item: (type(item).__name__, item if item is not None else 0))
        return items

    return encode


def _encode_floats(encode: Coder) -> Coder:
    """Of vectors, which are long: what needs no conversion is found out without a loop."""

    def encode_floats(value: Any) -> Any:
        # The sum is finite if all of them are, unless it overflows; then they are looked at.
        if type(value) is list and {float}.issuperset(map(type, value)) and isfinite(sum(value)):
            return value
        return encode(value)

    return encode_floats


def _decode_list(decode_item: Coder, build: Callable[[Iterable[Any]], Any]) -> Coder:
    def decode(value: Any) -> Any:
        if type(value) is not list:
            raise Mismatch(f"expected a list, got {kind_of(value)}")
        items: list[Any] = []
        try:
            for item in value:
                items.append(decode_item(item))
        except Mismatch as mismatch:
            raise mismatch.under(len(items)) from None
        if build is list:
            return items
        try:
            return build(items)
        except TypeError as error:
            raise Mismatch(f"the items cannot be in a {build}: {error}") from None

    return decode


def _encode_map(encode_key: Coder, encode_value: Coder) -> Coder:
    def encode(value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, Mapping):
            raise Mismatch(f"expected a dict, got {kind_of(value)}")
        pairs = []
        for key, item in value.items():
            try:
                pairs.append({"key": encode_key(key), "value": encode_value(item)})
            except Mismatch as mismatch:
                raise mismatch.under(str(key)) from None
        return pairs

    return encode


def _decode_map(decode_key: Coder, decode_value: Coder) -> Coder:
    def decode(value: Any) -> dict[Any, Any]:
        if type(value) is not list:
            raise Mismatch(f"expected a list of key and value pairs, got {kind_of(value)}")
        result = {}
        for index, pair in enumerate(value):
            if type(pair) is not dict or pair.keys() != {"key", "value"}:
                raise Mismatch("expected an object with key and value").under(index)
            try:
                key = decode_key(pair["key"])
                result[key] = decode_value(pair["value"])
            except Mismatch as mismatch:
                raise mismatch.under(index) from None
            except TypeError as error:
                raise Mismatch(f"not a dict key: {error}").under(index) from None
        return result

    return decode


def _encode_enum(shape: EnumShape) -> Coder:
    names = {member.value: member.name for member in shape.members}

    def encode(value: Any) -> str:
        try:
            return names[value]
        except (KeyError, TypeError):
            raise Mismatch(f"expected one of {_choices(shape)}, got {value!r:.100}") from None

    return encode


def _decode_enum(shape: EnumShape) -> Coder:
    values = {member.name: member.value for member in shape.members}

    def decode(value: Any) -> Any:
        try:
            return values[value]
        except (KeyError, TypeError):
            raise Mismatch(f"expected one of {_choices(shape)}, got {value!r:.100}") from None

    return decode


def _choices(shape: EnumShape) -> str:
    return ", ".join(member.name for member in shape.members)


def _encode_attributes(shape: ObjectShape, fields: list[tuple[str, str, Coder]]) -> Coder:
    kind = shape.build
    assert isinstance(kind, type)

    def encode(value: Any) -> dict[str, Any]:
        if not isinstance(value, kind):
            raise Mismatch(f"expected {shape.name}, got {kind_of(value)}")
        result = {}
        for name, attribute, encoder in fields:
            try:
                result[name] = encoder(getattr(value, attribute))
            except Mismatch as mismatch:
                raise mismatch.under(name) from None
        return result

    return encode


def _encode_dictionary(shape: ObjectShape, fields: list[tuple[str, str, Coder]]) -> Coder:
    required = {field.attribute for field in shape.fields if not field.may_lack}

    def encode(value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise Mismatch(f"expected {shape.name} (a dict), got {kind_of(value)}")
        result = {}
        for name, key, encoder in fields:
            try:
                if key in value:
                    result[name] = encoder(value[key])
                elif key in required:
                    raise Mismatch(f"the key {key!r} is missing")
                else:
                    result[name] = None
            except Mismatch as mismatch:
                raise mismatch.under(name) from None
        return result

    return encode


def _encode_tuple(shape: ObjectShape, fields: list[tuple[str, str, Coder]]) -> Coder:
    def encode(value: Any) -> dict[str, Any]:
        if not isinstance(value, (tuple, list)) or len(value) != len(fields):
            raise Mismatch(f"expected a tuple of {len(fields)}, got {kind_of(value)}")
        result = {}
        for (name, _, encoder), item in zip(fields, value, strict=True):
            try:
                result[name] = encoder(item)
            except Mismatch as mismatch:
                raise mismatch.under(name) from None
        return result

    return encode
