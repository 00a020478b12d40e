"""Requests to local models: JSON objects from guests, checked before native code sees them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

import msgspec

from atoll.models.errors import ModelError

MAX_DEPTH = 64
"""Objects and arrays inside each other. llama.cpp turns schemas into grammars by recursion."""
MAX_CHOICES = 500
"""Alternatives in all schemas of a request. The time that llama.cpp takes for its grammar grows
with their square (1,000 take 7 s), and cannot be cut short."""


def read_request(model: str, body: bytes) -> dict[str, Any]:
    """The request's JSON object; raises ModelError when it is none, is nested too deeply,
    or has too many alternatives in its schemas."""
    request = _decode(body)
    if not isinstance(request, dict):
        raise bad_request(model, "the request must be a JSON object")
    level: list[Any] = [request]
    choices = 0
    for _ in range(MAX_DEPTH):
        choices += sum(len(found) for value in level for found in _choices(value))
        if choices > MAX_CHOICES:
            raise bad_request(
                model,
                f"its schemas have {choices} alternatives or more; {MAX_CHOICES} are possible",
            )
        level = [child for value in level for child in _children(value)]
        if not level:
            return request
    raise bad_request(model, f"the request is nested more than {MAX_DEPTH} levels deep")


def _decode(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except RecursionError:
        return None
    except (msgspec.DecodeError, UnicodeError):
        pass
    try:  # halves of pairs, which texts cut by their length have
        return _whole_characters(json.loads(body, parse_constant=_refuse))
    except (ValueError, RecursionError):
        return None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _whole_characters(value: Any) -> Any:
    """With U+FFFD for each surrogate that is half of a pair: native code takes UTF-8 only."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole_characters(each) for each in value]
    if isinstance(value, dict):
        return {_whole_characters(key): _whole_characters(each) for key, each in value.items()}
    return value


def read_texts(
    model: str,
    request: dict[str, Any],
    key: str,
    most: int,
    *,
    expected: str = "a list of strings",
) -> list[str]:
    """The list of strings under ``key``; raises ModelError when it is none, or too long."""
    texts = request.get(key)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise bad_request(model, f'"{key}" must be {expected}')
    if not 1 <= len(texts) <= most:
        raise bad_request(model, f'"{key}" must hold between 1 and {most} texts')
    return texts


def bad_request(model: str, reason: str) -> ModelError:
    return ModelError(
        "MODEL_INPUT_INVALID",
        f"local model [{model}] cannot take this request: {reason}",
        "docs/models.md says what local models understand",
    )


def _choices(value: Any) -> Iterator[list[Any]]:
    if isinstance(value, dict):
        for key in ("enum", "anyOf", "oneOf"):
            found = value.get(key)
            if isinstance(found, list):
                yield found


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [child for child in value.values() if isinstance(child, (dict, list))]
    return [child for child in value if isinstance(child, (dict, list))]
