"""Reading what a server answered: what is known is typed, what is not is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from atoll.sdk.errors import HostError, HostUnavailable, ModelError

_CODES = {
    code: ours
    for ours, theirs in (
        (
            "MODEL_UNAUTHORIZED",
            ("authentication_error", "invalid_api_key", "UNAUTHENTICATED"),
        ),
        ("MODEL_FORBIDDEN", ("permission_error", "PERMISSION_DENIED")),
        ("MODEL_NOT_SERVED", ("not_found_error", "model_not_found", "NOT_FOUND")),
        (
            "MODEL_RATE_LIMITED",
            ("rate_limit_error", "rate_limit_exceeded", "RESOURCE_EXHAUSTED"),
        ),
        (
            "MODEL_SERVER_ERROR",
            ("overloaded_error", "api_error", "server_error", "INTERNAL", "UNAVAILABLE"),
        ),
    )
    for code in theirs
}
"""An error that comes with HTTP 200, as errors in a stream do, has the code that its HTTP status
would have had."""


def checked(answer: Any, what: str) -> dict[str, Any]:
    """The answer as an object. Raises ``ModelError`` if it reports an error, or is no object."""
    if not isinstance(answer, dict):
        raise unreadable(what)
    error = answer.get("error")
    if error is not None and error is not False:
        raise reported(error)
    return answer


def reported(error: Any) -> ModelError:
    """What an error means that a model's server reports: an object, or its message."""
    told = error if isinstance(error, dict) else {}
    # OpenAI has a code, Anthropic a type, Gemini a number as code and a status.
    code = told.get("status") or told.get("code") or told.get("type") or "MODEL_ERROR"
    known = _CODES.get(str(code)) or _CODES.get(str(told.get("type")))
    fallback = "MODEL_ERROR" if code == told.get("type") else str(code)
    message = told.get("message") if told else error
    return ModelError(
        known or fallback,
        f"The chat model returned an error: {message or error}",
        details={
            name: str(told[name]) for name in ("code", "type", "status", "param") if told.get(name)
        },
    )


def model_error(error: HostError) -> HostError:
    """A failure of the host's, as one of the model's."""
    if isinstance(error, (ModelError, HostUnavailable)):
        return error
    return ModelError(error.code, error.message, error.hint, error.details)


def unreadable(what: str) -> ModelError:
    return ModelError("BAD_MODEL_RESPONSE", f"The model's answer is not {what}.")


@contextmanager
def reading(what: str) -> Iterator[None]:
    """What is wrong inside is wrong with the model's answer, which should be ``what``."""
    try:
        yield
    except (
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        ValueError,
        OverflowError,
        OSError,
        RecursionError,
    ):
        raise unreadable(what) from None


def rest(answer: dict[str, Any], known: Collection[str]) -> dict[str, Any]:
    """The fields that have no place of their own."""
    return {name: value for name, value in answer.items() if name not in known}


# These raise TypeError, which `reading` turns into words.


def text(value: Any) -> str:
    """A string; "" for null."""
    return optional_text(value) or ""


def optional_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise TypeError


def count(value: Any) -> int:
    """A number of something; 0 for null. Some servers write it with a fraction."""
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError
    return int(value)


def number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError
    return value


def numbers(value: Any) -> list[float]:
    if not isinstance(value, list):
        raise TypeError
    return [float(number(each)) for each in value]


def fields(value: Any) -> dict[str, Any]:
    """An object; an empty one for null."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise TypeError
    return value


def objects(value: Any) -> list[dict[str, Any]]:
    """A list of objects; an empty one for null."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise TypeError
    return value
