"""What a model's provider would answer, in its own form, from what a test says that it answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from atoll.sdk.models.message import ToolCall

JSON: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """Text in pieces, and tools to call. ``failure`` is what comes after the pieces instead of an
    end."""

    pieces: tuple[str, ...] = ()
    calls: tuple[ToolCall, ...] = ()
    failure: Exception | None = None

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def numbered(self) -> Iterator[tuple[int, ToolCall]]:
        """The calls with their places; no two of one id."""
        known: set[str] = set()
        for index, call in enumerate(self.calls):
            id = call.id if call.id not in known else f"{call.id}_{index + 1}"
            known.add(id)
            yield index, ToolCall(id, call.name, call.arguments)

    def end_text(self) -> None:
        """Raise the failure that comes after the pieces."""
        if self.failure is not None:
            raise self.failure


def whole(interface: str, reply: Reply, model: str) -> JSON:
    """An answer in one piece. Raises the reply's failure."""
    reply.end_text()
    return _WHOLE.get(interface, _openai)(reply, model)


def streamed(interface: str, reply: Reply, model: str) -> Iterator[str]:
    """An answer as server-sent events. Raises the reply's failure where it comes."""
    for event in _STREAMED.get(interface, _openai_events)(reply, model):
        yield event if isinstance(event, str) else _event(event)


def embeddings(vectors: Sequence[Sequence[float]], model: str) -> JSON:
    data = [
        {"object": "embedding", "index": index, "embedding": list(vector)}
        for index, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": 0, "total_tokens": 0}
    return {"object": "list", "data": data, "model": model, "usage": usage}


def _event(event: JSON) -> str:
    name = f"event: {event['type']}\n" if "type" in event else ""
    return f"{name}data: {json.dumps(event, ensure_ascii=False)}\n\n"


def _openai(reply: Reply, model: str) -> JSON:
    message: JSON = {"role": "assistant", "content": reply.text if reply.pieces else None}
    if reply.calls:
        message["tool_calls"] = [call.to_json() for _, call in reply.numbered()]
    return {
        "id": "test",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": _finish(reply)}],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    }


def _finish(reply: Reply) -> str:
    return "tool_calls" if reply.calls else "stop"


def _openai_events(reply: Reply, model: str) -> Iterator[JSON | str]:
    def chunk(delta: JSON, finish: str | None = None) -> JSON:
        return {
            "id": "test",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": model,
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        }

    yield chunk({"role": "assistant", "content": ""})
    for piece in reply.pieces:
        yield chunk({"content": piece})
    reply.end_text()
    for index, call in reply.numbered():
        yield chunk({"tool_calls": [{"index": index, **call.to_json()}]})
    yield chunk({}, _finish(reply))
    yield "data: [DONE]\n\n"


def _responses(reply: Reply, model: str) -> JSON:
    output: list[JSON] = []
    if reply.pieces:
        part = {"type": "output_text", "text": reply.text, "annotations": []}
        output.append(
            {
                "type": "message",
                "id": "msg",
                "status": "completed",
                "role": "assistant",
                "content": [part],
            }
        )
    for _, call in reply.numbered():
        output.append(
            {
                "type": "function_call",
                "id": f"fc_{call.id}",
                "call_id": call.id,
                "name": call.name,
                "arguments": call.arguments,
                "status": "completed",
            }
        )
    usage = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
    return {
        "id": "resp",
        "object": "response",
        "created_at": 0,
        "status": "completed",
        "model": model,
        "output": output,
        "usage": usage,
    }


def _responses_events(reply: Reply, model: str) -> Iterator[JSON]:
    answer = _responses(reply, model)
    begun = {**answer, "status": "in_progress", "output": []}
    yield {"type": "response.created", "response": begun}
    for index, item in enumerate(answer["output"]):
        place = {"output_index": index, "item_id": item["id"]}
        yield {"type": "response.output_item.added", "output_index": index, "item": _empty(item)}
        if item["type"] == "message":
            for piece in reply.pieces:
                delta = {"content_index": 0, "delta": piece}
                yield {"type": "response.output_text.delta", **place, **delta}
            reply.end_text()
            yield {
                "type": "response.output_text.done",
                **place,
                "content_index": 0,
                "text": reply.text,
            }
        else:
            arguments = item["arguments"]
            kind = "response.function_call_arguments"
            yield {"type": f"{kind}.delta", **place, "delta": arguments}
            yield {"type": f"{kind}.done", **place, "arguments": arguments}
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
    yield {"type": "response.completed", "response": answer}


def _empty(item: JSON) -> JSON:
    unsaid: JSON = {"content": []} if item["type"] == "message" else {"arguments": ""}
    return {**item, "status": "in_progress", **unsaid}


def _anthropic(reply: Reply, model: str) -> JSON:
    content: list[JSON] = [{"type": "text", "text": reply.text}] if reply.pieces else []
    for _, call in reply.numbered():
        input = json.loads(call.arguments)
        content.append({"type": "tool_use", "id": call.id, "name": call.name, "input": input})
    return {
        "id": "msg",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": content,
        "stop_reason": "tool_use" if reply.calls else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 0, "output_tokens": 0},
    }


def _anthropic_events(reply: Reply, model: str) -> Iterator[JSON]:
    answer = _anthropic(reply, model)
    yield {"type": "message_start", "message": {**answer, "content": [], "stop_reason": None}}
    for index, block in enumerate(answer["content"]):
        deltas: list[JSON]
        if block["type"] == "text":
            empty = {**block, "text": ""}
            deltas = [{"type": "text_delta", "text": piece} for piece in reply.pieces]
        else:
            empty = {**block, "input": {}}
            text = json.dumps(block["input"])
            deltas = [{"type": "input_json_delta", "partial_json": text}]
        yield {"type": "content_block_start", "index": index, "content_block": empty}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        reply.end_text()
        yield {"type": "content_block_stop", "index": index}
    ended = {"stop_reason": answer["stop_reason"], "stop_sequence": None}
    yield {"type": "message_delta", "delta": ended, "usage": {"output_tokens": 0}}
    yield {"type": "message_stop"}


def _gemini(reply: Reply, model: str) -> JSON:
    return _gemini_part(_gemini_parts(reply), model, "STOP")


def _gemini_parts(reply: Reply) -> list[JSON]:
    parts: list[JSON] = [{"text": reply.text}] if reply.pieces else []
    calls = [{"name": call.name, "args": json.loads(call.arguments)} for call in reply.calls]
    return [*parts, *({"functionCall": call} for call in calls)]


def _gemini_part(parts: list[JSON], model: str, finish: str | None = None) -> JSON:
    candidate: JSON = {"content": {"role": "model", "parts": parts}, "index": 0}
    if finish is not None:
        candidate["finishReason"] = finish
    usage = {"promptTokenCount": 0, "candidatesTokenCount": 0, "totalTokenCount": 0}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": model}


def _gemini_events(reply: Reply, model: str) -> Iterator[JSON]:
    for piece in reply.pieces:
        yield _gemini_part([{"text": piece}], model)
    reply.end_text()
    yield _gemini_part(_gemini_parts(Reply((), reply.calls)), model, "STOP")


def _llama(reply: Reply, model: str) -> JSON:
    return {
        "generation": reply.text,
        "prompt_token_count": 0,
        "generation_token_count": 0,
        "stop_reason": "stop",
    }


def _llama_events(reply: Reply, model: str) -> Iterator[JSON]:
    for piece in reply.pieces:
        yield {**_llama(Reply((piece,)), model), "stop_reason": None}
    reply.end_text()
    yield _llama(Reply(), model)


_WHOLE: dict[str, Callable[[Reply, str], JSON]] = {
    "openai-responses": _responses,
    "anthropic": _anthropic,
    "gemini": _gemini,
    "llama": _llama,
}
_STREAMED: dict[str, Callable[[Reply, str], Iterator[JSON | str]]] = {
    "openai-responses": _responses_events,
    "anthropic": _anthropic_events,
    "gemini": _gemini_events,
    "llama": _llama_events,
}
