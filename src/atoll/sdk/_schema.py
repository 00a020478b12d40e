"""JSON Schemas of type hints: what a model is told of the JSON that it shall write.

What ``_decoder`` reads, this describes. Schemas are of the kind that providers enforce: objects
name all of their fields and allow no others, and a field that may be left out may be null instead.
"""

from __future__ import annotations

import enum
import types
import typing
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from atoll.sdk._decoder import LISTS, MAPS, unsupported
from atoll.sdk._docstring import annotation_doc, own_doc, parse
from atoll.sdk._fields import fields_of, has_fields
from atoll.sdk.geometry import Location, Point

JSON = dict[str, Any]

NULL: JSON = {"type": "null"}

_SCALARS: Mapping[Any, JSON] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    Decimal: {"type": "number"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    time: {"type": "string", "format": "time"},
    timedelta: {"type": "string", "format": "duration"},
    uuid.UUID: {"type": "string", "format": "uuid"},
    bytes: {"type": "string", "description": "base64"},
    Point: {"type": "string", "description": "(x,y)"},
    Location: {"type": "string", "description": "(longitude,latitude)"},
    type(None): NULL,
    None: NULL,
}

_MOST_ALTERNATIVES = 16
"""How many places with alternatives Anthropic takes in one schema."""

_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


@dataclass(frozen=True, slots=True)
class Schema:
    json: JSON
    strict: bool
    """Whether all of it is closed: no object has fields that the schema does not name. Providers
    that enforce schemas strictly take no others."""
    plain: bool
    """Whether nothing in it contains itself, no list has a given length, and alternatives are few
    besides: Anthropic enforces no others."""


def schema(hint: Any) -> Schema:
    """The schema of what ``decoder(hint)`` reads. Raises ``TypeError`` if there is none."""
    describer = _Describer()
    found = describer.of(hint)
    return Schema(describer.with_definitions(found), describer.strict, describer.plain)


def arguments_schema(parameters: Sequence[Parameter]) -> JSON:
    """The schema of an object of named arguments; those with a default may be left out."""
    describer = _Describer()
    properties = {
        each.name: _described(describer.of(each.hint), each.description) for each in parameters
    }
    found = {
        "type": "object",
        "properties": properties,
        "required": [each.name for each in parameters if not each.optional],
        "additionalProperties": False,
    }
    return describer.with_definitions(found)


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    hint: Any
    description: str | None
    optional: bool


@dataclass(slots=True)
class _Class:
    """A class with fields, as it is met while a hint is walked."""

    name: str
    uses: int = 0
    json: JSON = field(default_factory=dict)


class _Describer:
    """Describes one hint with all that is in it."""

    def __init__(self) -> None:
        self.strict = True
        self._is_plain = True
        self._alternatives = 0
        self._classes: dict[Any, _Class] = {}

    @property
    def plain(self) -> bool:
        return self.strict and self._is_plain and self._alternatives <= _MOST_ALTERNATIVES

    def of(self, hint: Any) -> JSON:
        if hint is Any or hint is object:
            self.strict = False
            return {}
        if isinstance(hint, (type, types.NoneType)) and hint in _SCALARS:
            return dict(_SCALARS[hint])
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return _described(self.of(arguments[0]), annotation_doc(hint))
        if origin in (Union, types.UnionType):
            return self._any_of([self.of(each) for each in arguments])
        if origin is Literal:
            return self._choice(arguments)
        if (hint is tuple or origin is tuple) and arguments:
            return self._tuple(arguments)
        if (origin or hint) in LISTS or hint is tuple:
            return {"type": "array", "items": self.of(arguments[0] if arguments else Any)}
        if (origin or hint) in MAPS:
            self.strict = False
            return {
                "type": "object",
                "additionalProperties": self.of(arguments[1] if arguments else Any) or True,
            }
        return self._named(hint, origin, arguments)

    def _named(self, hint: Any, origin: Any, arguments: tuple[Any, ...]) -> JSON:
        if origin in (typing.Required, typing.NotRequired):
            return self.of(arguments[0])
        if isinstance(hint, typing.NewType):
            return self.of(hint.__supertype__)
        if type(hint).__name__ == "TypeAliasType":
            return self._class(hint)
        if isinstance(hint, type) and issubclass(hint, enum.Enum):
            return _enum(hint)
        if has_fields(origin or hint):
            return self._class(hint)
        raise unsupported(hint)

    def _any_of(self, schemas: list[JSON]) -> JSON:
        self._alternatives += 1
        return {"anyOf": _distinct(schemas)}

    def _choice(self, values: Sequence[Any]) -> JSON:
        """One schema for each type: providers want to be told it."""
        found: dict[str, JSON] = {}
        for value in values:
            told = _told(value)
            if type(told) not in _TYPES:
                raise unsupported(Literal[value])
            kind = _TYPES[type(told)]
            found.setdefault(kind, {"type": kind, "enum": []})["enum"].append(told)
        schemas = [NULL if kind == "null" else each for kind, each in found.items()]
        return schemas[0] if len(schemas) == 1 else self._any_of(schemas)

    def _tuple(self, arguments: tuple[Any, ...]) -> JSON:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return {"type": "array", "items": self.of(arguments[0])}
        self._is_plain = False
        items = _distinct([self.of(each) for each in arguments])
        length = {"minItems": len(arguments), "maxItems": len(arguments)}
        if len(items) == 1:
            return {"type": "array", "items": items[0], **length}
        self.strict = False
        return {"type": "array", "prefixItems": [self.of(each) for each in arguments], **length}

    def _class(self, hint: Any) -> JSON:
        """A reference, which ``with_definitions`` resolves when it knows how often it is used."""
        known = self._classes.get(hint)
        if known is None:
            known = self._classes[hint] = _Class(self._free_name(hint))
            is_alias = type(hint).__name__ == "TypeAliasType"
            known.json = self.of(hint.__value__) if is_alias else self._object(hint)
        elif not known.json:  # it is being described: it contains itself
            self._is_plain = False
        known.uses += 1
        return {"$ref": f"#/$defs/{known.name}"}

    def _free_name(self, hint: Any) -> str:
        parts = [each for each in get_args(hint) if isinstance(each, type)]
        kind = get_origin(hint) or hint
        name = "".join(part.__name__ for part in [*parts, kind])
        taken = {each.name for each in self._classes.values()}
        number = 1
        while (found := name if number == 1 else f"{name}{number}") in taken:
            number += 1
        return found

    def _object(self, hint: Any) -> JSON:
        kind = get_origin(hint) or hint
        docs = parse(own_doc(kind))
        notes = typing.get_type_hints(kind, include_extras=True)
        properties = {}
        for each in fields_of(kind, get_args(hint)):
            if each.may_lack and each.name.startswith("_"):
                continue
            found = self.of(each.hint)
            if each.may_lack and not _takes_null(found):
                found = self._any_of([found, NULL])
            note = _note(notes.get(each.name))
            properties[each.name] = _described(found, note or docs.parameters.get(each.name))
        found = {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
        return _described(found, docs.description)

    def with_definitions(self, found: JSON) -> JSON:
        """Put classes in place; those that are used more than once are definitions."""
        once = {
            f"#/$defs/{each.name}": each.json for each in self._classes.values() if each.uses == 1
        }
        definitions = {
            each.name: _inlined(each.json, once) for each in self._classes.values() if each.uses > 1
        }
        top = _inlined(found, once)
        if "$ref" in top:  # providers want an object at the top, not a reference to one
            top = definitions[top["$ref"].rpartition("/")[2]]
        return {**top, "$defs": definitions} if definitions else top


def _note(hint: Any) -> str | None:
    """What ``Annotated`` says of a field, also of one that may be null or left out."""
    if get_origin(hint) in (typing.Required, typing.NotRequired, Union, types.UnionType):
        return next(filter(None, map(_note, get_args(hint))), None)
    return annotation_doc(hint)


def _inlined(value: Any, once: Mapping[str, JSON]) -> Any:
    if isinstance(value, list):
        return [_inlined(each, once) for each in value]
    if not isinstance(value, dict):
        return value
    reference = value.get("$ref")
    if isinstance(reference, str) and reference in once:
        rest = {name: each for name, each in value.items() if name != "$ref"}
        return {**_inlined(once[reference], once), **rest}
    if reference is not None:  # providers take nothing beside a reference
        return {"$ref": reference}
    return {name: _inlined(each, once) for name, each in value.items()}


def _described(found: JSON, description: str | None) -> JSON:
    return found if description is None else {**found, "description": description}


def _takes_null(found: JSON) -> bool:
    return not found or found == NULL or NULL in found.get("anyOf", ())


def _distinct(schemas: list[JSON]) -> list[JSON]:
    return [each for position, each in enumerate(schemas) if each not in schemas[:position]]


def _told(value: Any) -> Any:
    """A value as models are told of it."""
    if not isinstance(value, enum.Enum):
        return value
    # Numbers say nothing to a model; names do, and the decoder reads both.
    by_value = all(isinstance(member.value, str) for member in type(value))
    return str(value.value) if by_value else value.name


def _enum(kind: type[enum.Enum]) -> JSON:
    values = [_told(member) for member in kind]
    docs = parse(own_doc(kind))
    lines = [docs.description] if docs.description else []
    for member, value in zip(kind, values, strict=True):
        if member.name in docs.parameters:
            lines.append(f"{value}: {docs.parameters[member.name]}")
    return _described({"type": "string", "enum": values}, "\n".join(lines) or None)
