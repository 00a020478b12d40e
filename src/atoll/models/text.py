"""JSON text on its way to a model and back."""

from __future__ import annotations

import json
import re

import msgspec

from atoll.models.errors import ModelError

_json = msgspec.json.Decoder(msgspec.Raw)


def request_body(model: str, text: str, max_bytes: int) -> bytes:
    """The guest's request as it is sent: its own bytes, unchanged.

    Raises:
        ModelError: not JSON, or too large. The text is a guest's and may be anything.
    """
    # Half of a surrogate pair has no UTF-8 form; JSON can still say it, by an escape.
    body = text.encode(errors="backslashreplace")
    if len(body) > max_bytes:
        raise ModelError(
            "MODEL_INPUT_TOO_LARGE",
            f"the input of model [{model}] has {len(body)} bytes, more than {max_bytes >> 20} MiB",
            'send less, or raise "payloadMb" under "limits" in modus.json',
        )
    if not _is_json(body):
        raise ModelError(
            "MODEL_INPUT_INVALID",
            f"the input of model [{model}] is not valid JSON",
            "send the JSON text that the model's interface asks for",
        )
    return body


def response_text(body: bytes) -> str:
    """A response as text; what is not UTF-8, and NUL, is left out, as in Modus."""
    return body.decode(errors="ignore").replace("\0", "")


def require_json(model: str, host: str, text: str) -> str:
    """``text`` if it is JSON; raises ModelError otherwise."""
    if _is_json(text.encode()):
        return text
    raise ModelError(
        "MODEL_ANSWER_INVALID",
        f"{host} answered for model [{model}] with something that is not JSON",
        "check the model's path: a web page or a proxy may be answering there",
    )


def _is_json(body: bytes) -> bool:
    try:
        _json.decode(body)
    except msgspec.DecodeError:
        return _HALF_PAIR.search(body) is not None and _is_json_all_the_same(body)
    except RecursionError:
        return False
    return True


_HALF_PAIR = re.compile(rb"\\u[dD][89a-fA-F]")
"""An escape of half a surrogate pair, which JSON allows and the quick decoder refuses."""


def _is_json_all_the_same(body: bytes) -> bool:
    try:
        json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
