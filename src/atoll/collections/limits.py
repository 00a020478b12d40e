"""How large what is stored may be, and what of it no store can keep."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from atoll.collections.errors import CollectionError

TEXTS: Final = 10_000
"""In one upsert."""
TEXT: Final = 1 << 20
"""Bytes of UTF-8 of a text."""
KEY: Final = 1024
"""Characters."""
NAMESPACE: Final = 255
"""Characters."""
LABELS: Final = 100
LABEL: Final = 1024
"""Characters."""
METADATA: Final = 64 << 10
"""Bytes of JSON."""
METADATA_DEPTH: Final = 64
"""Objects and lists within each other."""
LIMIT: Final = 10_000
"""Texts that one search may give."""
NAMESPACES: Final = 1000
"""That one search may look at."""
LARGEST_NUMBER: Final = 1e15
"""Of a vector, or smallest below zero: sums of squares of such still are numbers of f32."""
DIMENSION: Final = 16_000
"""Of a vector."""


def check_namespace(name: str) -> None:
    """Raises CollectionError: it is too long, or cannot be stored."""
    _check_name("a namespace", name, NAMESPACE)


def check_key(key: str) -> None:
    """Raises CollectionError: it is empty, too long, or cannot be stored."""
    if not key:
        raise CollectionError("INVALID_ARGUMENT", "a key is empty", "leave it out to get one")
    _check_name("a key", key, KEY)


def check_text(text: str) -> None:
    """Raises CollectionError: it is too large, or cannot be stored."""
    size = _storable("a text", text)
    if size > TEXT:
        raise CollectionError(
            "TEXT_TOO_LARGE",
            f"a text has {size} bytes; at most {TEXT} are possible",
            "store it in parts, each under a key of its own",
        )


def check_labels(labels: Sequence[str]) -> None:
    """Raises CollectionError: there are too many, or one is too long, or cannot be stored."""
    if len(labels) > LABELS:
        raise CollectionError(
            "INVALID_ARGUMENT", f"a text has {len(labels)} labels; at most {LABELS} are possible"
        )
    for label in labels:
        _check_name("a label", label, LABEL)


def check_metadata(metadata: Mapping[str, Any]) -> None:
    """Raises CollectionError: it is no JSON object, too large, or cannot be stored."""
    if not isinstance(metadata, Mapping):
        raise CollectionError("INVALID_ARGUMENT", "metadata must be an object")
    if not metadata:
        return
    try:
        text = json.dumps(metadata, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise CollectionError(
            "INVALID_ARGUMENT", "metadata must be JSON: texts, finite numbers, lists and objects"
        ) from None
    if _depth(metadata) > METADATA_DEPTH:
        raise CollectionError(
            "INVALID_ARGUMENT", f"metadata is more than {METADATA_DEPTH} objects and lists deep"
        )
    if "\\u0000" in text and "\0" in _all_text(metadata):
        raise _unstorable("metadata")
    size = _storable("metadata", text)
    if size > METADATA:
        raise CollectionError(
            "INVALID_ARGUMENT",
            f"metadata has {size} bytes of JSON; at most {METADATA} are possible",
            "keep in the text what is long",
        )


def check_limit(limit: int) -> None:
    """Raises CollectionError: a search may not give so many."""
    if not 0 <= limit <= LIMIT:
        raise CollectionError(
            "INVALID_ARGUMENT", f"the limit must be from 0 to {LIMIT}, not {limit}"
        )


def _check_name(what: str, name: str, most: int) -> None:
    if len(name) > most:
        raise CollectionError(
            "INVALID_ARGUMENT",
            f"{what} has {len(name)} characters; at most {most} are possible",
        )
    _storable(what, name)


def _storable(what: str, text: str) -> int:
    """Bytes of UTF-8."""
    if "\0" in text:
        raise _unstorable(what)
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        raise CollectionError(
            "INVALID_ARGUMENT", f"{what} has half of a surrogate pair, which is no character"
        ) from None


def _unstorable(what: str) -> CollectionError:
    return CollectionError(
        "INVALID_ARGUMENT", f"{what} has the character U+0000, which cannot be stored"
    )


def _depth(value: Any) -> int:
    """How deep JSON data is, as far as that matters."""
    depth, level = 0, [value]
    while level and depth <= METADATA_DEPTH:
        depth += 1
        level = [
            each
            for inside in level
            for each in (inside.values() if isinstance(inside, Mapping) else inside)
            if isinstance(each, Mapping | list | tuple)
        ]
    return depth


def _all_text(value: Any) -> str:
    """The texts in JSON data, one after the other."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "".join(f"{key}{_all_text(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return "".join(map(_all_text, value))
    return ""
