"""Meta's Llama as Amazon Bedrock serves it.

From the Amazon Bedrock user guide, "Meta Llama models", and its API reference, "InvokeModel" and
"Common errors". The chunks of a stream are those of ``InvokeModelWithResponseStream``; Bedrock
packs them into a binary format of AWS, and gateways in front of it send them as server-sent events,
as this does.
"""

from __future__ import annotations

from collections.abc import Iterator

from atoll_providers.replies import JSON, Fail, Say
from atoll_providers.sse import data

_FAILURES = {
    "bad_request": (400, "ValidationException", "Malformed input request."),
    "context_overflow": (
        400,
        "ValidationException",
        "This model's maximum context length is 8192 tokens. Please reduce the prompt",
    ),
    "unauthorized": (
        403,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    ),
    "forbidden": (
        403,
        "AccessDeniedException",
        "You don't have access to the model with the specified model ID.",
    ),
    "not_found": (404, "ResourceNotFoundException", "Could not resolve the foundation model."),
    "rate_limited": (429, "ThrottlingException", "Too many requests, please wait."),
    "server_error": (500, "InternalServerException", "The server encountered an internal error."),
    "unavailable": (
        503,
        "ServiceUnavailableException",
        "Bedrock is unable to process the request.",
    ),
    "overloaded": (
        429,
        "ModelNotReadyException",
        "Model is not ready for inference. Please wait and try again.",
    ),
}

_STOPS = {"stop": "stop", "length": "length", "tool_calls": "stop", "content_filter": "stop"}


def failure(fail: Fail) -> tuple[int, JSON, dict[str, str]]:
    status, kind, message = _FAILURES[fail.kind]
    return status, {"message": fail.message or message}, {"x-amzn-ErrorType": kind}


def whole(say: Say, request: JSON) -> JSON:
    asked, told = say.usage
    return {
        "generation": say.text,
        "prompt_token_count": asked,
        "generation_token_count": told,
        "stop_reason": _STOPS[say.finished],
        **say.extra,
    }


def stream(say: Say, request: JSON) -> Iterator[str]:
    asked, told = say.usage
    for index, piece in enumerate(say.cut()):
        yield data({
            "generation": piece,
            "prompt_token_count": asked if index == 0 else None,
            "generation_token_count": index + 1,
            "stop_reason": None,
            **say.extra,
        })  # fmt: skip
    if say.fails:
        yield data(failure(say.fails)[1])
        return
    yield data({
        "generation": "",
        "prompt_token_count": None,
        "generation_token_count": told,
        "stop_reason": _STOPS[say.finished],
        "amazon-bedrock-invocationMetrics": {
            "inputTokenCount": asked,
            "outputTokenCount": told,
            "invocationLatency": 1000,
            "firstByteLatency": 100,
        },
        **say.extra,
    })  # fmt: skip
