"""OpenAI's chat completions.

From the OpenAI API reference: "Chat Completions" (the chat completion object, the chat completion
chunk object), and the guides "Error codes", "Structured outputs", "Function calling", "Audio".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from atoll_providers.replies import JSON, Call, Fail, Say, words
from atoll_providers.sse import data

CREATED = 1_741_569_952

_FAILURES: dict[str, tuple[int, JSON]] = {
    "bad_request": (400, {
        "message": "Unsupported value: 'temperature' does not support 9 with this model.",
        "type": "invalid_request_error", "param": "temperature", "code": "unsupported_value",
    }),
    "context_overflow": (400, {
        "message": "This model's maximum context length is 8192 tokens. However, your messages "
        "resulted in 10007 tokens. Please reduce the length of the messages.",
        "type": "invalid_request_error", "param": "messages", "code": "context_length_exceeded",
    }),
    "unauthorized": (401, {
        "message": "Incorrect API key provided: wrong***key.",
        "type": "invalid_request_error", "param": None, "code": "invalid_api_key",
    }),
    "forbidden": (403, {
        "message": "Country, region, or territory not supported",
        "type": "request_forbidden", "param": None, "code": "unsupported_country_region_territory",
    }),
    "not_found": (404, {
        "message": "The model `gpt-none` does not exist or you do not have access to it.",
        "type": "invalid_request_error", "param": None, "code": "model_not_found",
    }),
    "rate_limited": (429, {
        "message": "Rate limit reached for requests per min (RPM): Limit 3, Used 3, Requested 1.",
        "type": "requests", "param": None, "code": "rate_limit_exceeded",
    }),
    "server_error": (500, {
        "message": "The server had an error while processing your request. Sorry about that!",
        "type": "server_error", "param": None, "code": None,
    }),
    "unavailable": (503, {
        "message": "Service unavailable.", "type": "server_error", "param": None, "code": None,
    }),
    "overloaded": (503, {
        "message": "The engine is currently overloaded, please try again later.",
        "type": "server_error", "param": None, "code": None,
    }),
}  # fmt: skip


def failure(fail: Fail) -> tuple[int, JSON, dict[str, str]]:
    """Status, body, headers."""
    status, error = _FAILURES[fail.kind]
    return status, {"error": {**error, "message": fail.message or error["message"]}}, {}


def whole(say: Say, request: JSON) -> JSON:
    count = request.get("n") or 1
    return {
        "id": "chatcmpl-123",
        "object": "chat.completion",
        "created": CREATED,
        "model": request.get("model"),
        "choices": [
            {
                "index": index,
                "message": _message(say),
                "logprobs": _logprobs(say, request, list(say.cut())),
                "finish_reason": say.finished,
            }
            for index in range(count)
        ],
        "usage": usage(say),
        "service_tier": "default",
        "system_fingerprint": "fp_44709d6fcb",
        **say.extra,
    }


def stream(say: Say, request: JSON) -> Iterator[str]:
    counted = (request.get("stream_options") or {}).get("include_usage")

    def chunk(choices: list[JSON], tokens: JSON | None = None) -> str:
        return data({
            "id": "chatcmpl-123",
            "object": "chat.completion.chunk",
            "created": CREATED,
            "model": request.get("model"),
            "service_tier": "default",
            "system_fingerprint": "fp_44709d6fcb",
            "choices": choices,
            **({"usage": tokens} if counted else {}),
            **say.extra,
        })  # fmt: skip

    def piece(delta: JSON, logprobs: JSON | None = None, finish: str | None = None) -> str:
        return chunk(
            [
                {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish}
                for index in range(request.get("n") or 1)
            ]
        )

    yield piece({"role": "assistant", "content": None if say.calls else "", "refusal": None})
    if say.thinking:
        yield piece({"reasoning_content": say.thinking})
    for text in say.cut():
        yield piece({"content": text}, _logprobs(say, request, [text]))
    for word in words(say.refusal):
        yield piece({"refusal": word})
    for index, call in enumerate(say.named_calls):
        yield from (piece(delta) for delta in _call_pieces(index, call))
    if say.audio:
        yield from (piece({"audio": each}) for each in _audio_pieces(say.audio))
    if say.fails:
        yield data(failure(say.fails)[1])
        return
    yield piece({}, finish=say.finished)
    if counted:
        yield chunk([], usage(say))
    yield "data: [DONE]\n\n"


def usage(say: Say) -> JSON:
    asked, told = say.usage
    return {
        "prompt_tokens": asked,
        "completion_tokens": told,
        "total_tokens": asked + told,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }


def _message(say: Say) -> JSON:
    message: JSON = {
        "role": "assistant",
        "content": None if (say.calls or say.refusal or say.audio) and not say.text else say.text,
        "refusal": say.refusal,
        "annotations": [],
    }
    if say.thinking:
        message["reasoning_content"] = say.thinking
    if say.calls:
        message["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.text},
            }
            for call in say.named_calls
        ]
    if say.audio:
        message["audio"] = say.audio
    return message


def _call_pieces(index: int, call: Call) -> Iterator[JSON]:
    first = {
        "index": index,
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": ""},
    }
    yield {"tool_calls": [first]}
    for start in range(0, len(call.text), 5):
        more = {"index": index, "function": {"arguments": call.text[start : start + 5]}}
        yield {"tool_calls": [more]}


def _audio_pieces(audio: JSON) -> Iterator[JSON]:
    yield {"id": audio["id"], "transcript": ""}
    for word in words(audio["transcript"]):
        yield {"transcript": word}
    for start in range(0, len(audio["data"]), 8):
        yield {"data": audio["data"][start : start + 8]}
    yield {"expires_at": audio["expires_at"]}


def _logprobs(say: Say, request: JSON, pieces: list[str]) -> JSON | None:
    if not request.get("logprobs"):
        return None
    if say.logprobs is not None:
        return {"content": list(say.logprobs), "refusal": None}
    return {"content": [_logprob(text, request.get("top_logprobs")) for text in pieces]}


def _logprob(text: str, top: Any) -> JSON:
    likely = {"token": text, "logprob": -0.25, "bytes": list(text.encode())}
    return {**likely, "top_logprobs": [likely] * (top or 0)}
