"""What collections are asked, looked at as far as Python's types go."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeAlias

from atoll.sdk._encoder import NoNumber, NotJson, json_text, plain_value
from atoll.sdk.collections.entry import Entry
from atoll.sdk.errors import CollectionError

Filter: TypeAlias = Mapping[str, Any]
"""Conditions on metadata; see ``Collection.search``."""

Given: TypeAlias = Entry | Mapping[str, Any] | str
"""A text to be stored; a mapping has the members of ``Entry``."""

_MEMBERS = tuple(each.name for each in fields(Entry))
_TEXTS = {
    "namespace": "a namespace",
    "searchMethod": "a method",
    "text": "a text",
    "mode": "a mode",
    "key": "a key",
    "key1": "a key",
    "key2": "a key",
}
_HALF = re.compile(r"(?<!\\)(?:\\\\)*\\ud[89a-f]")
"""An escape in JSON, which is written of nothing else: not of two backslashes and letters."""


def payload(name: str, members: Mapping[str, Any]) -> str:
    """The JSON of a request. Raises ``TypeError`` and ``CollectionError``."""
    _check_text("the name of a collection", name)
    for member, what in _TEXTS.items():
        if member in members:
            _check_text(what, members[member])
    try:
        text = json_text({"collection": name, **members})
    except NoNumber:
        raise _no_number(members) from None
    if "\\ud" in text and _HALF.search(text):
        raise CollectionError(
            "INVALID_ARGUMENT",
            "a text has half of a surrogate pair, which is no character",
            'text from bytes becomes valid by decode(errors="replace")',
        )
    return text


def entry(
    text: str, key: str | None, labels: Sequence[str], metadata: Mapping[str, Any] | None
) -> Entry:
    return Entry(text, key, labels, {} if metadata is None else _object(metadata))


def upsert(entries: Iterable[Given], namespace: str) -> dict[str, Any]:
    if isinstance(entries, (str, Entry, Mapping)) or not isinstance(entries, Iterable):
        raise TypeError("upsert_many takes a list of texts; one alone is for upsert")
    given = [_read(each) for each in entries]
    for each in given:
        _check_text("a text", each.text)
    keys = [each.key for each in given if each.key is not None]
    for key in keys:
        _check_text("a key", key)
    if keys and len(keys) < len(given):
        raise TypeError("some of the texts have a key and others have none; give it to all or none")
    labels = [_labels(each.labels) for each in given]
    metadata = [_object(each.metadata) for each in given]
    return {
        "namespace": namespace,
        "keys": keys,
        "texts": [each.text for each in given],
        "labels": labels if any(labels) else [],
        "metadata": metadata if any(metadata) else [],
    }


def search(
    limit: int,
    where: Filter | None,
    method: str,
    namespaces: str | Sequence[str],
    **members: Any,
) -> dict[str, Any]:
    among = [namespaces] if isinstance(namespaces, str) else list(namespaces)
    for each in among:
        _check_text("a namespace", each)
    try:
        most = int(operator.index(limit))
    except TypeError:
        raise TypeError(f"a limit is a whole number, not {_shown(limit)}") from None
    return {
        "namespaces": among,
        "searchMethod": method,
        "limit": most,
        "filter": where,
        **members,
    }


def pair(key1: str, key2: str, method: str, namespace: str) -> dict[str, Any]:
    return {"namespace": namespace, "searchMethod": method, "key1": key1, "key2": key2}


def numbers(vector: Iterable[float]) -> list[float]:
    if isinstance(vector, (str, bytes)):
        raise TypeError("a vector is a list of numbers; search() is for texts")
    if not isinstance(vector, Iterable):
        raise TypeError(f"a vector is a list of numbers, not {_shown(vector)}")
    found = [_number(each) for each in vector]
    if not all(map(math.isfinite, found)):
        raise CollectionError("INVALID_VECTOR", "the vector has NaN or infinity")
    return found


def _read(given: Given) -> Entry:
    if isinstance(given, str):
        return Entry(given)
    if isinstance(given, Entry):
        return given
    if not isinstance(given, Mapping):
        raise TypeError(
            f"upsert_many takes texts, collections.Entry, or dicts with its members,"
            f" not {_shown(given)}"
        )
    unknown = [name for name in given if name not in _MEMBERS]
    if unknown or "text" not in given:
        problem = f"{unknown[0]!r:.60} is none of them" if unknown else "it has no text"
        raise TypeError(f"a dict has the members of Entry ({', '.join(_MEMBERS)}): {problem}")
    return Entry(**given)


def _labels(labels: Iterable[str]) -> list[str]:
    if isinstance(labels, str):
        raise TypeError(f"labels are a list of texts: [{labels!r:.60}]")
    if not isinstance(labels, Iterable):
        raise TypeError(f"labels are a list of texts, not {_shown(labels)}")
    found = list(labels)
    for each in found:
        _check_text("a label", each)
    return found


def _object(metadata: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(metadata, Mapping):
        raise TypeError(f"metadata is a dict, not a {type(metadata).__name__}")
    return dict(metadata)


def _number(value: Any) -> float:
    is_text = isinstance(value, (str, bytes))
    if not is_text:
        try:
            return float(value)
        except OverflowError:
            return math.inf
        except TypeError:
            pass
    hint = "; search by one of these lists" if isinstance(value, Sequence) and not is_text else ""
    raise TypeError(f"a vector is a list of numbers, not of {_shown(value)}{hint}")


def _check_text(what: str, value: Any) -> None:
    """What JSON has as a text is one too, such as a UUID."""
    try:
        if isinstance(value, str) or isinstance(plain_value(value), str):
            return
    except NotJson:
        pass
    raise TypeError(f"{what} is a str, not {_shown(value)}")


def _shown(value: Any) -> str:
    return "None" if value is None else f"the {type(value).__name__} {value!r:.60}"


def _no_number(members: Mapping[str, Any]) -> CollectionError:
    if members.get("filter") is not None:
        return CollectionError("INVALID_FILTER", "the filter has NaN or infinity")
    return CollectionError(
        "INVALID_ARGUMENT",
        "metadata has NaN or infinity, which are no numbers in JSON",
        "leave the member out, or store None",
    )
