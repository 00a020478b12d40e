"""Requests to local models: JSON objects from guests, checked before native code sees them."""

from __future__ import annotations

from typing import Any

import msgspec

from atoll.models.errors import ModelError

MAX_DEPTH = 64
"""Objects and arrays inside each other. llama.cpp turns schemas into grammars by recursion."""


def read_request(model: str, body: bytes) -> dict[str, Any]:
    """The request's JSON object; raises ModelError when it is none or is nested too deeply."""
    try:
        request = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        request = None
    if not isinstance(request, dict):
        raise bad_request(model, "the request must be a JSON object")
    level: list[Any] = [request]
    for _ in range(MAX_DEPTH):
        level = [child for value in level for child in _children(value)]
        if not level:
            return request
    raise bad_request(model, f"the request is nested more than {MAX_DEPTH} levels deep")


def bad_request(model: str, reason: str) -> ModelError:
    return ModelError(
        "MODEL_INPUT_INVALID",
        f"local model [{model}] cannot take this request: {reason}",
        "docs/models.md says what local models understand",
    )


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [child for child in value.values() if isinstance(child, (dict, list))]
    return [child for child in value if isinstance(child, (dict, list))]
