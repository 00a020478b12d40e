"""One text of a file, whatever the file's format is."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from atoll.collections import limits
from atoll.collections.arguments import UNFIT, fits
from atoll.collections.errors import CollectionError
from atoll.collections.types import Text, Vector

ONLY_METHOD: Final = ""
"""In the place of a method's name, of vectors in a file that does not name any."""

_OWN_KEYS: Final = uuid.UUID("a7c0de1e-5a11-5eed-8b0b-77e87a11ab1e")


@dataclass(frozen=True, slots=True)
class Fields:
    """The names that a file has for the parts of a text. All others become metadata."""

    key: str = "key"
    text: str = "text"
    labels: str = "labels"
    namespace: str = "namespace"
    with_vectors: bool = True
    """Whether the vectors that stand beside a text are taken; else they are not even read."""


@dataclass(frozen=True, slots=True)
class Line:
    """A text, and in which line of its file it begins, counted from 1."""

    number: int
    text: Text
    namespace: str | None = None
    """None where the file does not name one."""
    vectors: Mapping[str, Vector] = field(default_factory=dict)
    """By search method; see `ONLY_METHOD`."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is of no use. The reason goes on after "line 7"."""

    number: int
    reason: str
    of_vectors: bool = False
    """Whether it would be of use without its vectors."""


class Unusable(Exception):
    """Why members of a line do not make a text."""


class UnusableVectors(Unusable):
    """Why they do not with what is given as vectors."""


def make_line(number: int, members: dict[str, Any], fields: Fields) -> Line | BadLine:
    """Make a text of the members of a JSON object.

    ``fields`` names those that are known; besides them ``metadata`` is an object, ``vector`` an
    array of numbers, and ``vectors`` an object of such arrays by search method. What else there is
    becomes metadata. Without a key, one is made of the rest, so that the same line always has the
    same.
    """
    try:
        members = dict(members)
        text = _text(members.pop(fields.text, None), fields.text)
        key = _key(members.pop(fields.key, None), fields.key)
        labels = _labels(members.pop(fields.labels, None), fields.labels)
        namespace = _namespace(members.pop(fields.namespace, None), fields.namespace)
        given = members.pop("vector", None), members.pop("vectors", None)
        vectors = dict(_vectors(*given)) if fields.with_vectors else {}
        metadata = _metadata(members.pop("metadata", None), members)
        made = Text(key or _own_key(text, labels, metadata), text, labels, metadata)
    except Unusable as error:
        return BadLine(number, str(error), isinstance(error, UnusableVectors))
    except CollectionError as error:
        return BadLine(number, f"cannot be stored: {error.message}")
    return Line(number, made, namespace, vectors)


def _text(value: Any, name: str) -> str:
    if value is None:
        raise Unusable(f'has no "{name}"')
    text = _string(value, f'"{name}"')
    limits.check_text(text)
    return text


def _key(value: Any, name: str) -> str:
    """Empty if there is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        return ""
    key = _string(value, f'"{name}"')
    limits.check_key(key)
    return key


def _namespace(value: Any, name: str) -> str | None:
    if value is None:
        return None
    namespace = _string(value, f'"{name}"')
    limits.check_namespace(namespace)
    return namespace


def _labels(value: Any, name: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Unusable(f'has "{name}" that are {_kind(value)}, not an array of strings')
    labels = tuple(_string(each, f'one of "{name}"') for each in value)
    limits.check_labels(labels)
    return labels


def _metadata(value: Any, others: Mapping[str, Any]) -> Mapping[str, Any]:
    if value is not None and not isinstance(value, dict):
        raise Unusable(f'has "metadata" that is {_kind(value)}, not an object')
    given: dict[str, Any] = value or {}
    for name in others:
        if name in given:
            raise Unusable(f'has "{_shown(name)}" both beside and in "metadata"')
    metadata = {**given, **others}
    limits.check_metadata(metadata)
    return metadata


def _vectors(one: Any, by_method: Any) -> Iterator[tuple[str, Vector]]:
    if one is not None and by_method is not None:
        raise UnusableVectors('has both "vector" and "vectors"')
    if one is not None:
        yield ONLY_METHOD, _vector(one, '"vector"')
    if by_method is None:
        return
    if not isinstance(by_method, dict):
        raise UnusableVectors(
            f'has "vectors" that are {_kind(by_method)}, not an object by search method'
        )
    for method, value in by_method.items():
        if not method:
            raise UnusableVectors('has "vectors" of a search method without a name')
        yield method, _vector(value, f'"vectors" of search method [{_shown(method)}]')


def _vector(value: Any, what: str) -> Vector:
    import numpy

    if not isinstance(value, list) or not value:
        found = "an empty array" if value == [] else _kind(value)
        raise UnusableVectors(f"has {what} that is {found}, not an array of numbers")
    if len(value) > limits.DIMENSION:
        raise UnusableVectors(
            f"has {what} of {len(value)} numbers; {limits.DIMENSION} are the most"
        )
    if not set(map(type, value)) <= {int, float}:
        other = next(each for each in value if type(each) not in (int, float))
        raise UnusableVectors(f"has {what} with {_kind(other)} among its numbers")
    try:
        with numpy.errstate(over="ignore"):
            vector = numpy.array(value, dtype=numpy.float64).astype(numpy.float32)
        usable = fits(vector)
    except OverflowError:
        usable = False
    if not usable:
        raise UnusableVectors(f"has {what} with {UNFIT}")
    return vector


def _string(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise Unusable(f"has {what} that is {_kind(value)}, not a string")
    return value


def _own_key(text: str, labels: tuple[str, ...], metadata: Mapping[str, Any]) -> str:
    """The same for the same content: who repeats an import does not store it twice."""
    content = [text, labels, metadata]
    return str(uuid.uuid5(_OWN_KEYS, json.dumps(content, ensure_ascii=False, sort_keys=True)))


def _shown(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:60]}…"


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
        case _:
            return "an object"
