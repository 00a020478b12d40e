"""The answer that a stream amounts to, in the form that it would have had without streaming."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

_LINES = re.compile(r"\r\n|\r|\n")
"""Those of server-sent events."""


def assemble(events: list[Any]) -> Any:
    """JSON data: the answer of OpenAI (chat and responses), Anthropic or Gemini. None if it is
    that of somebody else."""
    objects = [event for event in events if isinstance(event, dict)]
    for form in (_responses, _anthropic, _chat, _gemini):
        if (answer := form(objects)) is not None:
            return answer
    return None


def events_of(text: str) -> Iterator[Any]:
    """The data of each server-sent event, as JSON if it is; not that of OpenAI's last one."""
    for block in _LINES.sub("\n", text).split("\n\n"):
        lines = [line[5:] for line in block.split("\n") if line.startswith("data:")]
        data = "\n".join(line.removeprefix(" ") for line in lines)
        if not data or data.strip() == "[DONE]":
            continue
        try:
            yield msgspec.json.decode(data)
        except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
            yield data  # the last one of a stream that was cut off


_SAID = "response.output_text.delta"


def _responses(events: list[dict[str, Any]]) -> Any:
    for event in reversed(events):
        found = event.get("response")
        if isinstance(found, dict) and str(event.get("type", "")).startswith("response."):
            if event.get("type") not in ("response.created", "response.in_progress"):
                return found
            deltas = [e.get("delta") for e in events if e.get("type") == _SAID]
            said = "".join(delta for delta in deltas if isinstance(delta, str))
            return {**found, "output": [{"content": [{"type": "output_text", "text": said}]}]}
    return None


def _chat(events: list[dict[str, Any]]) -> Any:
    chunks = [event for event in events if isinstance(event.get("choices"), list)]
    if not chunks:
        return None
    answer: dict[str, Any] = {"object": "chat.completion"}
    choices: dict[Any, dict[str, Any]] = {}
    for event in events:
        kept = {k: v for k, v in event.items() if k not in ("object", "choices") and v is not None}
        answer.update(kept)
        for choice in _objects(event.get("choices")):
            index = choice.get("index", 0)
            found = choices.setdefault(repr(index), {"index": index, "message": {}})
            _add(found["message"], choice.get("delta"))
            if choice.get("finish_reason") is not None:
                found["finish_reason"] = choice["finish_reason"]
    return {**answer, "choices": list(choices.values())}


def _anthropic(events: list[dict[str, Any]]) -> Any:
    started = [e["message"] for e in events if e.get("type") == "message_start" and "message" in e]
    if not started or not isinstance(started[0], dict):
        return None
    answer = dict(started[0])
    blocks: dict[str, dict[str, Any]] = {}
    for event in events:
        index, delta = repr(event.get("index")), event.get("delta")
        if event.get("type") == "content_block_start":
            block = event.get("content_block")
            blocks[index] = dict(block) if isinstance(block, dict) else {}
        elif event.get("type") == "content_block_delta" and isinstance(delta, dict):
            block = blocks.setdefault(index, {})
            if "partial_json" in delta:
                if not isinstance(block.get("input"), str):
                    block["input"] = ""
                delta = {"input": delta["partial_json"]}
            _add(block, {key: value for key, value in delta.items() if key != "type"})
        elif event.get("type") == "message_delta":
            answer.update(delta if isinstance(delta, dict) else {})
            usage, more = answer.get("usage"), event.get("usage")
            if isinstance(more, dict):
                answer["usage"] = {**(usage if isinstance(usage, dict) else {}), **more}
        elif event.get("type") == "error":
            answer["error"] = event.get("error")
    for block in blocks.values():
        if isinstance(block.get("input"), str):
            block["input"] = _json_or_text(block["input"])
    return {**answer, "content": list(blocks.values())}


def _gemini(events: list[dict[str, Any]]) -> Any:
    if not any(isinstance(event.get("candidates"), list) for event in events):
        return None
    answer: dict[str, Any] = {}
    candidates: dict[str, dict[str, Any]] = {}
    texts: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        answer.update(event)
        for one in _objects(event.get("candidates")):
            found = candidates.setdefault(repr(one.get("index", 0)), {})
            content = one.get("content")
            said = texts.setdefault(repr(one.get("index", 0)), [])
            if isinstance(content, dict):
                said.extend(_objects(content.get("parts")))
                found["content"] = {**content, "parts": said}
            found.update({key: value for key, value in one.items() if key != "content"})
    for found in candidates.values():
        if "content" in found:
            found["content"]["parts"] = _joined(found["content"]["parts"])
    return {**answer, "candidates": list(candidates.values())}


def _joined(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Parts, those that are text alone as one."""
    joined: list[dict[str, Any]] = []
    for part in parts:
        text = part.get("text")
        if joined and set(part) == {"text"} == set(joined[-1]) and isinstance(text, str):
            joined[-1] = {"text": f"{joined[-1]['text']}{text}"}
        else:
            joined.append(part)
    return joined


def _add(whole: dict[str, Any], delta: object) -> None:
    """Texts are continued, lists by their items' indices; anything else is replaced."""
    if not isinstance(delta, dict):
        return
    for key, value in delta.items():
        known = whole.get(key)
        if isinstance(known, str) and isinstance(value, str) and key not in ("role", "id", "type"):
            whole[key] = known + value
        elif isinstance(known, dict) and isinstance(value, dict):
            _add(known, value)
        elif isinstance(value, list):
            items = known if isinstance(known, list) else []
            whole[key] = _continued(items, value)
        elif value is not None or key not in whole:
            whole[key] = dict(value) if isinstance(value, dict) else value


def _continued(items: list[Any], more: list[Any]) -> list[Any]:
    for item in more:
        index = item.get("index") if isinstance(item, dict) else None
        same = [known for known in items if isinstance(known, dict) and known.get("index") == index]
        if index is not None and same:
            _add(same[0], {key: value for key, value in item.items() if key != "index"})
        elif isinstance(item, dict):
            copied: dict[str, Any] = {}
            _add(copied, item)
            items.append(copied)
        else:
            items.append(item)
    return items


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _json_or_text(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        return text
