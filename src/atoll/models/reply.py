"""What the answer of a model's host means (docs/models.md)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

import msgspec

from atoll.connections import ConnectionFailed, HttpClient, HttpStream
from atoll.manifest import HttpConnection, Model
from atoll.models.errors import ModelError
from atoll.models.text import response_text

_LONGEST_EXCERPT = 300
_OF_REQUEST = frozenset((400, 413, 422))
"""Statuses by which hosts refuse a request for what it is, not for who asks or when."""


class _Problem(msgspec.Struct):
    message: str = ""
    code: str | int | None = None
    type: str | None = None


class _ErrorBody(msgspec.Struct):
    """The error that OpenAI-compatible hosts answer with."""

    error: _Problem | str | None = None
    message: str | None = None


_TOO_LONG_CODES = frozenset(("context_length_exceeded", "exceed_context_size_error"))
_TOO_LONG = re.compile(
    r"prompt is too long|maximum context length|context (?:length|window|size)|"
    r"exceeds? the (?:maximum|available)[a-z ]* (?:tokens|context)|too many (?:input )?tokens",
    re.IGNORECASE,
)
"""How hosts say so that have no code for it: Anthropic, Gemini, vLLM."""


def too_long(status: int, text: str) -> bool:
    """Whether a host refused a request because the model cannot take so much."""
    if status not in (400, 413, 422):
        return False
    problem = _problem(text.encode())
    if problem is None:
        return False
    named = {problem.code, problem.type} & _TOO_LONG_CODES
    return bool(named) or _TOO_LONG.search(problem.message[:_LONGEST_EXCERPT]) is not None


def refusal(
    model: Model,
    connection: HttpConnection,
    response: HttpStream,
    reason_given: str,
    variables: Sequence[str],
    *,
    overflow: bool = False,
) -> ModelError:
    """The error for a status that is not 200.

    Args:
        overflow: whether the request was too long for the model (`too_long`).
        reason_given: the host's own, redacted, or "".
        variables: the environment variables that hold the connection's secrets.
    """
    status, reason = response.status, response.reason
    refused = f"connection [{connection.name}] refused model [{model.name}]"
    quoted = f'the host says: "{reason_given}"' if reason_given else None
    if status == 401:
        return ModelError(
            "MODEL_UNAUTHORIZED",
            f"{refused}: invalid or missing API key (HTTP 401)",
            f"check {' and '.join(variables)}"
            if variables
            else 'give the connection "headers" such as {"Authorization": "Bearer {{API_KEY}}"}',
        )
    if status == 403:
        return ModelError(
            "MODEL_FORBIDDEN",
            f"{refused}: the API key is disabled, or lacks a permission or funds (HTTP 403)",
            "check the key with your provider",
        )
    if status == 404:
        return ModelError(
            "MODEL_NOT_SERVED",
            f"connection [{connection.name}] does not serve model [{model.name}] (HTTP 404)",
            quoted or 'check the model\'s "path" and "sourceModel", and the connection\'s URL',
        )
    if status == 429:
        return ModelError(
            "MODEL_RATE_LIMITED",
            f"{refused}: rate limit exceeded (HTTP 429)",
            "call less often, try again later, or ask your provider for a higher limit",
        )
    if 300 <= status < 400:
        return ModelError(
            "MODEL_REDIRECTED",
            f"connection [{connection.name}] redirects model [{model.name}] elsewhere "
            f"(HTTP {status})",
            "write the final URL into the connection: credentials are not sent to other places",
        )
    if overflow:
        return ModelError(
            "MODEL_CONTEXT_OVERFLOW",
            f"{refused}: the request is longer than the model can take (HTTP {status})",
            quoted
            or "send fewer or shorter messages, ask for fewer tokens, or take a model with "
            "a larger context",
        )
    if status >= 500:
        return ModelError(
            "MODEL_SERVER_ERROR",
            f"connection [{connection.name}] failed to run model [{model.name}]: "
            f"HTTP error: {status} {reason}".rstrip(),
            quoted or "try again later; the fault is on the side of the host",
        )
    error = ModelError(
        "MODEL_HTTP_ERROR",
        f"{refused}: HTTP error: {status} {reason}".rstrip(),
        quoted or "check what the model's interface asks for",
    )
    error.of_request = status in _OF_REQUEST
    return error


async def said(
    client: HttpClient,
    connection: HttpConnection,
    response: HttpStream,
    max_bytes: int,
    seconds: float,
) -> str:
    """What the host writes beside a status that is not 200, without secrets; "" if that is more
    than ``max_bytes``, or takes longer than ``seconds``."""
    # Answers about credentials may repeat them in part, where redaction cannot find them.
    if response.status in (401, 403) or 300 <= response.status < 400:
        return ""
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in response:
                body += chunk
                if len(body) > max_bytes:
                    return ""
    except (ConnectionFailed, TimeoutError):
        return ""
    return client.redact(connection, response_text(bytes(body)))


def explanation(text: str) -> str:
    """The reason in what a host said, or ""."""
    reason = _explanation(text.encode())
    return reason if len(reason) <= _LONGEST_EXCERPT else f"{reason[:_LONGEST_EXCERPT]}…"


def unreachable(model: Model, failure: ConnectionFailed) -> ModelError:
    """A failed connection, as the model's error; the code stays the connection's."""
    return ModelError(failure.code, f"model [{model.name}]: {failure.message}", failure.hint)


def _explanation(body: bytes) -> str:
    problem = _problem(body)
    return "" if problem is None else " ".join(problem.message.split())


def _problem(body: bytes) -> _Problem | None:
    """The error in what a host said; None if it is in no known form."""
    try:
        parsed = msgspec.json.decode(body, type=_ErrorBody)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    if isinstance(parsed.error, _Problem):
        return parsed.error
    return _Problem(parsed.error or parsed.message or "")
