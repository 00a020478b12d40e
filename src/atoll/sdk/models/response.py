"""Reading what a server answered: what is known is typed, what is not is kept."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from atoll.sdk.errors import ModelError


def checked(answer: Any, what: str) -> dict[str, Any]:
    """The answer as an object. Raises ``ModelError`` if it reports an error, or is no object."""
    if not isinstance(answer, dict):
        raise unreadable(what)
    error = answer.get("error")
    if error is not None and error is not False:
        message = error.get("message") if isinstance(error, dict) else error
        code = error.get("code") if isinstance(error, dict) else None
        raise ModelError(
            str(code or "MODEL_ERROR"), f"The chat model returned an error: {message or error}"
        )
    return answer


def unreadable(what: str) -> ModelError:
    return ModelError("BAD_MODEL_RESPONSE", f"The model's answer is not {what}.")


def rest(answer: dict[str, Any], known: Collection[str]) -> dict[str, Any]:
    """The fields that have no place of their own."""
    return {name: value for name, value in answer.items() if name not in known}
