"""OpenAI's Responses API.

From the OpenAI API reference: "Responses" (the response object) and "Responses streaming"; guides
"Function calling", "Structured outputs" and "Reasoning". A stream has no end marker of its own: it
ends with ``response.completed``, ``response.incomplete`` or ``response.failed``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from atoll_providers import openai_chat
from atoll_providers.replies import JSON, Fail, Say, words
from atoll_providers.sse import data

_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}


def failure(fail: Fail) -> tuple[int, JSON, dict[str, str]]:
    return openai_chat.failure(fail)


def whole(say: Say, request: JSON) -> JSON:
    return _response(say, request, _output(say), _status(say))


def stream(say: Say, request: JSON) -> Iterator[str]:
    number = 0

    def event(kind: str, **fields: Any) -> str:
        nonlocal number
        number += 1
        return data(
            {"type": kind, "sequence_number": number - 1, **fields, **say.extra}, event=kind
        )

    started = _response(say, request, [], "in_progress")
    yield event("response.created", response=started)
    yield event("response.in_progress", response=started)
    for index, item in enumerate(_output(say)):
        where = {"item_id": item["id"], "output_index": index}
        yield event("response.output_item.added", output_index=index, item=_empty(item))
        if item["type"] == "function_call":
            text = item["arguments"]
            for start in range(0, len(text), 5):
                yield event(
                    "response.function_call_arguments.delta",
                    **where,
                    delta=text[start : start + 5],
                )
            yield event("response.function_call_arguments.done", **where, arguments=text)
        elif item["type"] == "reasoning":
            where["summary_index"] = 0
            for word in words(say.thinking):
                yield event("response.reasoning_summary_text.delta", **where, delta=word)
            yield event("response.reasoning_summary_text.done", **where, text=say.thinking)
        else:
            where["content_index"] = 0
            part = item["content"][0]
            kind = "refusal" if part["type"] == "refusal" else "output_text"
            yield event("response.content_part.added", **where, part={**part, _text_of(part): ""})
            pieces = words(say.refusal) if kind == "refusal" else say.cut()
            for piece in pieces:
                yield event(f"response.{kind}.delta", **where, delta=piece)
            yield event(f"response.{kind}.done", **where, **{_text_of(part): part[_text_of(part)]})
            yield event("response.content_part.done", **where, part=part)
        if not say.fails:
            yield event("response.output_item.done", output_index=index, item=item)
    if say.fails:
        error = failure(say.fails)[1]["error"]
        failed = {
            **_response(say, request, [], "failed"),
            "error": {"code": error["code"] or "server_error", "message": error["message"]},
        }
        yield event("response.failed", response=failed)
        return
    status = _status(say)
    yield event(f"response.{status}", response=_response(say, request, _output(say), status))


def _response(say: Say, request: JSON, output: list[JSON], status: str) -> JSON:
    asked, told = say.usage
    ended = status in ("completed", "incomplete")
    return {
        "id": "resp_123",
        "object": "response",
        "created_at": openai_chat.CREATED,
        "status": status,
        "error": None,
        "incomplete_details": {"reason": _INCOMPLETE[say.finished]}
        if status == "incomplete"
        else None,
        "instructions": request.get("instructions"),
        "max_output_tokens": request.get("max_output_tokens"),
        "model": request.get("model"),
        "output": output,
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "service_tier": "default",
        "store": request.get("store", True),
        "text": request.get("text") or {"format": {"type": "text"}},
        "tool_choice": request.get("tool_choice", "auto"),
        "tools": request.get("tools", []),
        "usage": {
            "input_tokens": asked,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": told,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": asked + told,
        }
        if ended
        else None,
        "metadata": {},
        **say.extra,
    }


def _status(say: Say) -> str:
    return "incomplete" if say.finished in _INCOMPLETE else "completed"


def _output(say: Say) -> list[JSON]:
    items: list[JSON] = []
    if say.thinking:
        items.append({
            "id": "rs_1", "type": "reasoning",
            "summary": [{"type": "summary_text", "text": say.thinking}],
        })  # fmt: skip
    if say.refusal:
        items.append(_message({"type": "refusal", "refusal": say.refusal}))
    elif say.text or not say.calls:
        text = say.text or ("".join(say.pieces) if isinstance(say.pieces, list) else "")
        items.append(_message({"type": "output_text", "text": text, "annotations": []}))
    items.extend(
        {
            "id": f"fc_{index + 1}",
            "type": "function_call",
            "status": "completed",
            "call_id": call.id,
            "name": call.name,
            "arguments": call.text,
        }
        for index, call in enumerate(say.named_calls)
    )
    return items


def _message(part: JSON) -> JSON:
    return {
        "id": "msg_1",
        "type": "message",
        "status": "completed",
        "role": "assistant",
        "content": [part],
    }


def _empty(item: JSON) -> JSON:
    started = {**item, "status": "in_progress"} if "status" in item else dict(item)
    for name, nothing in (("arguments", ""), ("content", []), ("summary", [])):
        if name in item:
            started[name] = nothing
    return started


def _text_of(part: JSON) -> str:
    return "refusal" if part["type"] == "refusal" else "text"
