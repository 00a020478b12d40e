"""Anthropic's Messages API.

From the Claude API documentation: "Messages" (API reference), "Streaming messages", "Errors",
"Tool use", "Extended thinking", "Structured outputs".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from atoll_providers.replies import JSON, Fail, Say, words
from atoll_providers.sse import data

_FAILURES = {
    "bad_request": (400, "invalid_request_error", "max_tokens: Field required"),
    "context_overflow": (
        400,
        "invalid_request_error",
        "prompt is too long: 205000 tokens > 200000 maximum",
    ),
    "unauthorized": (401, "authentication_error", "invalid x-api-key"),
    "forbidden": (
        403,
        "permission_error",
        "Your API key does not have permission to use the specified resource.",
    ),
    "not_found": (404, "not_found_error", "model: claude-none"),
    "rate_limited": (
        429,
        "rate_limit_error",
        "This request would exceed your account's rate limit. Please try again later.",
    ),
    "server_error": (500, "api_error", "Internal server error"),
    "unavailable": (503, "api_error", "Service unavailable"),
    "overloaded": (529, "overloaded_error", "Overloaded"),
}

_STOPS = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "refusal",
}


def failure(fail: Fail) -> tuple[int, JSON, dict[str, str]]:
    status, kind, message = _FAILURES[fail.kind]
    error = {"type": kind, "message": fail.message or message}
    body = {"type": "error", "error": error, "request_id": "req_011CSHoEeqs5C35K2UUqR7Fy"}
    return status, body, {"request-id": "req_011CSHoEeqs5C35K2UUqR7Fy"}


def whole(say: Say, request: JSON) -> JSON:
    asked, told = say.usage
    return {
        **_message(request),
        "content": _blocks(say),
        "stop_reason": _STOPS["content_filter" if say.refusal else say.finished],
        "usage": {**_usage(asked), "output_tokens": told},
        **say.extra,
    }


def stream(say: Say, request: JSON) -> Iterator[str]:
    def event(kind: str, **fields: Any) -> str:
        return data({"type": kind, **fields, **say.extra}, event=kind)

    asked, told = say.usage
    yield event(
        "message_start",
        message={**_message(request), "usage": {**_usage(asked), "output_tokens": 1}},
    )
    index = -1
    for index, block in enumerate(_blocks(say)):
        yield event("content_block_start", index=index, content_block=_empty(block))
        if index == 0:
            yield event("ping")
        for delta in _deltas(block, say):
            yield event("content_block_delta", index=index, delta=delta)
        if say.fails and block["type"] == "text":
            break
        yield event("content_block_stop", index=index)
    if say.fails:
        yield data(failure(say.fails)[1], event="error")
        return
    stop = _STOPS["content_filter" if say.refusal else say.finished]
    yield event(
        "message_delta",
        delta={"stop_reason": stop, "stop_sequence": None},
        usage={"output_tokens": told},
    )
    yield event("message_stop")


def _message(request: JSON) -> JSON:
    return {
        "id": "msg_01XFDUDYJgAACzvnptvVoYEL",
        "type": "message",
        "role": "assistant",
        "model": request.get("model"),
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
    }


def _usage(asked: int) -> JSON:
    return {
        "input_tokens": asked,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "service_tier": "standard",
    }


def _blocks(say: Say) -> list[JSON]:
    blocks: list[JSON] = []
    if say.thinking:
        blocks.append({"type": "thinking", "thinking": say.thinking, "signature": say.signature})
    if say.text or say.pieces is not None or not (say.calls or say.refusal):
        blocks.append({"type": "text", "text": say.text or ""})
    if say.refusal:
        blocks.append({"type": "text", "text": say.refusal})
    blocks.extend(
        {"type": "tool_use", "id": call.id, "name": call.name, "input": call.object}
        for call in say.named_calls
    )
    return blocks


def _empty(block: JSON) -> JSON:
    nothing = {"thinking": "", "signature": "", "text": "", "input": {}}
    return {name: nothing.get(name, value) for name, value in block.items()}


def _deltas(block: JSON, say: Say) -> Iterator[JSON]:
    if block["type"] == "thinking":
        for word in words(block["thinking"]):
            yield {"type": "thinking_delta", "thinking": word}
        yield {"type": "signature_delta", "signature": block["signature"]}
    elif block["type"] == "tool_use":
        text = next(call.text for call in say.named_calls if call.id == block["id"])
        yield {"type": "input_json_delta", "partial_json": ""}
        for start in range(0, len(text), 5):
            yield {"type": "input_json_delta", "partial_json": text[start : start + 5]}
    elif block["text"] == say.refusal:
        yield {"type": "text_delta", "text": say.refusal}
    else:
        for piece in say.cut():
            yield {"type": "text_delta", "text": piece}
