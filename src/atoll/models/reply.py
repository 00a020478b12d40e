"""What the answer of a model's host means (docs/models.md)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from atoll.connections import ConnectionFailed, HttpClient, HttpStream
from atoll.manifest import HttpConnection, Model
from atoll.models.errors import ModelError
from atoll.models.text import response_text

_LONGEST_EXCERPT = 300


class _Problem(msgspec.Struct):
    message: str = ""


class _ErrorBody(msgspec.Struct):
    """The error that OpenAI-compatible hosts answer with."""

    error: _Problem | str | None = None
    message: str | None = None


def refusal(
    model: Model,
    connection: HttpConnection,
    response: HttpStream,
    reason_given: str,
    variables: Sequence[str],
) -> ModelError:
    """The error for a status that is not 200.

    Args:
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
    if status >= 500:
        return ModelError(
            "MODEL_SERVER_ERROR",
            f"connection [{connection.name}] failed to run model [{model.name}]: "
            f"HTTP error: {status} {reason}".rstrip(),
            quoted or "try again later; the fault is on the side of the host",
        )
    return ModelError(
        "MODEL_HTTP_ERROR",
        f"{refused}: HTTP error: {status} {reason}".rstrip(),
        quoted or "check what the model's interface asks for",
    )


async def said(client: HttpClient, connection: HttpConnection, response: HttpStream) -> str:
    """What the host writes beside a status that is not 200, without secrets, or ""."""
    # Answers about credentials may repeat them in part, where redaction cannot find them.
    if response.status in (401, 403) or 300 <= response.status < 400:
        return ""
    try:
        return client.redact(connection, response_text(await response.read()))
    except ConnectionFailed:
        return ""


def explanation(text: str) -> str:
    """The reason in what a host said, or ""."""
    reason = _explanation(text.encode())
    return reason if len(reason) <= _LONGEST_EXCERPT else f"{reason[:_LONGEST_EXCERPT]}…"


def unreachable(model: Model, failure: ConnectionFailed) -> ModelError:
    """A failed connection, as the model's error; the code stays the connection's."""
    return ModelError(failure.code, f"model [{model.name}]: {failure.message}", failure.hint)


def _explanation(body: bytes) -> str:
    try:
        parsed = msgspec.json.decode(body, type=_ErrorBody)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return ""
    problem = parsed.error.message if isinstance(parsed.error, _Problem) else parsed.error
    return " ".join((problem or parsed.message or "").split())
