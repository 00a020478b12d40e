"""Gemini's ``generateContent`` and ``streamGenerateContent``.

From the Gemini API documentation: "Generating content" (API reference), "Function calling",
"Thought signatures", "Structured outputs", and "Troubleshooting guide" (errors). With ``alt=sse`` a
stream is of events without names, each a whole ``GenerateContentResponse``; without, it is one JSON
array of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from atoll_providers.replies import JSON, Fail, Say
from atoll_providers.sse import data

_FAILURES = {
    "bad_request": (400, "INVALID_ARGUMENT", "Request contains an invalid argument."),
    "context_overflow": (
        400,
        "INVALID_ARGUMENT",
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
    ),
    "unauthorized": (
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials.",
    ),
    "forbidden": (
        403,
        "PERMISSION_DENIED",
        "Your API key doesn't have the required permissions.",
    ),
    "not_found": (
        404,
        "NOT_FOUND",
        "models/gemini-none is not found for API version v1beta, or is not supported for "
        "generateContent.",
    ),
    "rate_limited": (
        429,
        "RESOURCE_EXHAUSTED",
        "You exceeded your current quota, please check your plan and billing details.",
    ),
    "server_error": (500, "INTERNAL", "An internal error has occurred."),
    "unavailable": (503, "UNAVAILABLE", "The service is currently unavailable."),
    "overloaded": (503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
}

_FINISHES = {
    "stop": "STOP",
    "length": "MAX_TOKENS",
    "tool_calls": "STOP",
    "content_filter": "SAFETY",
}


def failure(fail: Fail) -> tuple[int, JSON, dict[str, str]]:
    status, name, message = _FAILURES[fail.kind]
    error: JSON = {"code": status, "message": fail.message or message, "status": name}
    if fail.retry_after is not None:
        kind = "type.googleapis.com/google.rpc.RetryInfo"
        error["details"] = [{"@type": kind, "retryDelay": f"{fail.retry_after}s"}]
    return status, {"error": error}, {}


def whole(say: Say, request: JSON) -> JSON:
    if say.refusal:
        return {
            "promptFeedback": {"blockReason": "SAFETY", "safetyRatings": []},
            **_about(say, told=False),
        }
    parts = _thoughts(say) + ([{"text": say.text}] if say.text else []) + _calls(say)
    return _response(say, parts, _FINISHES[say.finished])


def stream(say: Say, request: JSON) -> Iterator[str]:
    return (data(each) for each in _chunks(say))


def array(say: Say) -> Iterator[str]:
    """A stream without ``alt=sse``."""
    for index, each in enumerate(_chunks(say)):
        yield ("[" if index == 0 else ",\r\n") + json.dumps(each, ensure_ascii=False)
    yield "]"


def _chunks(say: Say) -> Iterator[JSON]:
    if say.refusal:
        yield whole(say, {})
        return
    if say.thinking:
        yield _response(say, _thoughts(say), None)
    for piece in say.cut():
        yield _response(say, [{"text": piece}], None)
    if say.fails:
        yield failure(say.fails)[1]
        return
    yield _response(say, _calls(say) or [{"text": ""}], _FINISHES[say.finished])


def _response(say: Say, parts: list[JSON], finish: str | None) -> JSON:
    candidate: JSON = {"content": {"parts": parts, "role": "model"}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    return {"candidates": [candidate], **_about(say, told=finish is not None)}


def _about(say: Say, *, told: bool) -> JSON:
    asked, answered = say.usage
    tokens = {"promptTokenCount": asked, "totalTokenCount": asked + (answered if told else 0)}
    if told:
        tokens["candidatesTokenCount"] = answered
    return {
        "usageMetadata": tokens,
        "modelVersion": "gemini-scripted",
        "responseId": "mAitaLmkHPPlz7IPvtfUqQ4",
        **say.extra,
    }


def _thoughts(say: Say) -> list[JSON]:
    return [{"text": say.thinking, "thought": True}] if say.thinking else []


def _calls(say: Say) -> list[JSON]:
    # Only the first of parallel calls is signed.
    return [
        {
            "functionCall": {
                "name": call.name,
                "args": call.object,
                **({"id": call.id} if say.calls[index].id else {}),
            },
            **({"thoughtSignature": say.signature} if index == 0 else {}),
        }
        for index, call in enumerate(say.named_calls)
    ]
