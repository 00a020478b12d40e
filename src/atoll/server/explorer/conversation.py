"""Requests and answers of models as conversations, in the forms that Atoll's interfaces have.

Both are what a function sent, a host answered and the history kept of it: anything may be missing
or of another type, and is left out then.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import msgspec

from atoll.server.explorer.message import (
    AudioPart,
    DataPart,
    FilePart,
    ImagePart,
    Message,
    Part,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
    embedded,
    messages_of,
    objects_of,
    picture,
    role_of,
    text_of,
)

LINE: Final = 200
"""Characters of a question or an answer in one line."""

_HEADER: Final = re.compile(
    r"<\|(?:start_header_id|header_start)\|>(\w*)<\|(?:end_header_id|header_end)\|>"
)
_SPECIAL: Final = re.compile(r"<\|(?:begin_of_text|eot_id|eot|image|end_of_text|eom_id)\|>")


def conversation_of(input: Any, output: Any) -> list[Message] | None:
    """A request, and its answer if there is one, as messages; None if their form is not known.

    Args:
        input: JSON data.
        output: JSON data; of a stream what it amounts to.
    """
    try:
        asked = _asked(input)
        return None if asked is None else [*asked, *_answered(output)]
    except RecursionError:  # it is nested deeper than can be looked at
        return None


def question_of(conversation: Sequence[Message] | None, input: Any) -> str:
    """The last that was asked, in one line."""
    asked = [each for each in conversation or () if not each.answer]
    wanted = [each for each in asked if each.role in ("user", "tool")] or asked
    return _line(wanted[-1:]) or _cut(_json(input))


def answer_of(conversation: Sequence[Message] | None, output: Any) -> str:
    """What was answered, in one line."""
    answers = [each for each in conversation or () if each.answer]
    return _line(answers) or ("" if output is None or answers else _cut(_json(output)))


# Requests.


def _asked(input: Any) -> list[Message] | None:
    if not isinstance(input, dict):
        return None
    for key, read in _REQUESTS.items():
        if key in input:
            return list(read(input))
    return None


def _asked_chat(input: dict[str, Any]) -> Iterator[Message]:
    """OpenAI's chat, and Anthropic's messages."""
    yield from messages_of("system", _content(input.get("system")))
    for message in objects_of(input["messages"]):
        yield from _chat_message(message, role_of(message.get("role")))


def _asked_responses(input: dict[str, Any]) -> Iterator[Message]:
    """OpenAI's Responses and embeddings, whose texts stand in the same place."""
    yield from messages_of("system", _content(input.get("instructions")))
    asked = input["input"]
    if isinstance(asked, list) and not objects_of(asked):
        texts = all(isinstance(each, str) for each in asked)
        parts = [TextPart(each) for each in asked] if texts else [DataPart(asked)]
        yield from messages_of("user", parts)
    elif isinstance(asked, list):
        yield from _items(asked, "user", answer=False)
    else:
        yield from messages_of("user", _content(asked))


def _asked_gemini(input: dict[str, Any]) -> Iterator[Message]:
    system = input.get("systemInstruction", input.get("system_instruction"))
    yield from messages_of("system", _gemini_parts(system))
    contents = input["contents"]
    for turn in objects_of(contents if isinstance(contents, list) else [contents]):
        yield from messages_of(role_of(turn.get("role")), _gemini_parts(turn))


def _asked_llama(input: dict[str, Any]) -> Iterator[Message]:
    pieces = _HEADER.split(text_of(input["prompt"]))
    said = [(role_of(r), _SPECIAL.sub("", t).strip()) for r, t in _pairs(pieces)]
    found = [Message(role, (TextPart(text),)) for role, text in said if text]
    images = input.get("images")
    shown = [embedded("image/png", each) for each in images] if isinstance(images, list) else []
    yield from found
    yield from messages_of("user", shown)


def _pairs(pieces: list[str]) -> Iterator[tuple[str, str]]:
    """Roles with texts: what stands before the first header is the user's."""
    yield "user", pieces[0]
    yield from zip(pieces[1::2], pieces[2::2], strict=True)


def _asked_instances(input: dict[str, Any]) -> Iterator[Message]:
    """Classification and embeddings in Modus's own form."""
    labels = input.get("labels")
    if isinstance(labels, list | dict) and labels:
        yield Message("system", (TextPart(f"Labels: {', '.join(map(str, labels))}"),))
    instances = input["instances"]
    parts: list[Part] = [
        TextPart(each) if isinstance(each, str) else DataPart(each)
        for each in (instances if isinstance(instances, list) else [instances])
    ]
    yield from messages_of("user", parts)


_REQUESTS: Final[dict[str, Callable[[dict[str, Any]], Iterator[Message]]]] = {
    "messages": _asked_chat,
    "contents": _asked_gemini,
    "instances": _asked_instances,
    "prompt": _asked_llama,
    "input": _asked_responses,
}


# Answers.


def _answered(output: Any) -> list[Message]:
    if output is None:
        return []
    found: list[Message] = []
    if isinstance(output, dict):
        for key, read in _ANSWERS.items():
            if key in output and (found := list(read(output))):
                break
    if not found:
        message = _refusal(output)
        found = [Message("assistant", (TextPart(message) if message else DataPart(output),), True)]
    return found


def _refusal(output: Any) -> str:
    """The words of a host that answered with an error."""
    if isinstance(output, str):
        return output
    error = output.get("error") if isinstance(output, dict) else None
    return text_of(error.get("message") if isinstance(error, dict) else error)


def _answered_chat(output: dict[str, Any]) -> Iterator[Message]:
    for choice in objects_of(output["choices"]):
        message = choice.get("message")
        if isinstance(message, dict):
            yield from _chat_message(message, "assistant", answer=True)
        else:
            yield from messages_of("assistant", _content(choice.get("text")), answer=True)


def _answered_anthropic(output: dict[str, Any]) -> Iterator[Message]:
    yield from messages_of("assistant", _content(output["content"]), answer=True)


def _answered_responses(output: dict[str, Any]) -> Iterator[Message]:
    items = output["output"]
    yield from _items(items if isinstance(items, list) else [], "assistant", answer=True)


def _answered_embeddings(output: dict[str, Any]) -> Iterator[Message]:
    parts = [DataPart(each.get("embedding")) for each in objects_of(output["data"])]
    yield from messages_of("assistant", parts, answer=True)


def _answered_gemini(output: dict[str, Any]) -> Iterator[Message]:
    for candidate in objects_of(output["candidates"]):
        parts = _gemini_parts(candidate.get("content"))
        yield from messages_of("assistant", parts, answer=True)


def _answered_llama(output: dict[str, Any]) -> Iterator[Message]:
    yield from messages_of("assistant", _content(output["generation"]), answer=True)


def _answered_instances(output: dict[str, Any]) -> Iterator[Message]:
    found = output["predictions"]
    parts = [DataPart(each) for each in found] if isinstance(found, list) else [DataPart(found)]
    yield from messages_of("assistant", parts, answer=True)


_ANSWERS: Final[dict[str, Callable[[dict[str, Any]], Iterator[Message]]]] = {
    "choices": _answered_chat,
    "candidates": _answered_gemini,
    "predictions": _answered_instances,
    "generation": _answered_llama,
    "output": _answered_responses,
    "content": _answered_anthropic,
    "data": _answered_embeddings,
}


# What they are made of.


def _chat_message(
    message: dict[str, Any], role: Role, *, answer: bool = False
) -> Iterator[Message]:
    content = message.get("content")
    if role == "tool":
        id = text_of(message.get("tool_call_id")) or text_of(message.get("name"))
        yield Message("tool", (ToolResultPart(id, _as_text(content)),), answer)
        return
    thought = text_of(message.get("reasoning_content")) or text_of(message.get("reasoning"))
    parts: list[Part] = [ReasoningPart(thought)] if thought else []
    parts += _content(content)
    parts += _content(message.get("refusal"))
    if isinstance(audio := message.get("audio"), dict):
        parts += [AudioPart(text_of(audio.get("format"))), *_content(audio.get("transcript"))]
    parts += [_called(call) for call in objects_of(message.get("tool_calls"))]
    if isinstance(call := message.get("function_call"), dict):
        parts.append(_called({"function": call}))
    yield from messages_of(role, parts, answer=answer)


def _called(call: dict[str, Any]) -> ToolCallPart:
    function = call.get("function")
    said = function if isinstance(function, dict) else call
    return ToolCallPart(
        text_of(call.get("id")), text_of(said.get("name")), _parsed(said.get("arguments"))
    )


def _items(items: list[Any], role: Role, *, answer: bool) -> Iterator[Message]:
    """Of OpenAI's Responses."""
    for item in objects_of(items):
        kind = item.get("type")
        if kind == "function_call_output":
            part = ToolResultPart(text_of(item.get("call_id")), _as_text(item.get("output")))
            yield Message("tool", (part,), answer)
        elif kind == "reasoning":
            thoughts = objects_of(item.get("content")) or objects_of(item.get("summary"))
            parts = [ReasoningPart(text_of(each.get("text"))) for each in thoughts]
            yield from messages_of("assistant", parts, answer=answer)
        elif kind == "function_call":
            id = text_of(item.get("call_id")) or text_of(item.get("id"))
            call = ToolCallPart(id, text_of(item.get("name")), _parsed(item.get("arguments")))
            yield Message("assistant", (call,), answer)
        elif kind in ("message", None):
            said = _content(item.get("content"))
            yield from messages_of(role_of(item.get("role"), role), said, answer=answer)
        else:
            yield Message("assistant", (DataPart(item),), answer)


def _content(content: Any) -> list[Part]:
    """A text, or a list of parts of any of OpenAI's and Anthropic's forms."""
    if isinstance(content, str):
        return [TextPart(content)] if content else []
    items = content if isinstance(content, list) else []
    return [part for each in items for part in _part(each)]


def _part(part: Any) -> Iterator[Part]:
    if isinstance(part, str):
        yield TextPart(part)
    if not isinstance(part, dict):
        return
    kind = part.get("type")
    match kind:
        case "text" | "input_text" | "output_text":
            yield TextPart(text_of(part.get("text")))
        case "refusal":
            yield TextPart(text_of(part.get("refusal")))
        case "thinking":
            yield ReasoningPart(text_of(part.get("thinking")))
        case "image_url" | "input_image":
            found = part.get("image_url")
            yield picture(found.get("url") if isinstance(found, dict) else found)
        case "input_audio":
            found = part.get("input_audio")
            yield AudioPart(text_of(found.get("format")) if isinstance(found, dict) else "")
        case "file" | "input_file":
            found = part.get("file")
            said = found if isinstance(found, dict) else part
            yield FilePart(text_of(said.get("filename")) or text_of(said.get("file_id")) or "file")
        case "image" | "document":
            yield _anthropic_source(part)
        case "tool_use":
            name, id = text_of(part.get("name")), text_of(part.get("id"))
            yield ToolCallPart(id, name, part.get("input"))
        case "tool_result":
            id = text_of(part.get("tool_use_id"))
            yield ToolResultPart(id, _as_text(part.get("content")))
        case _:
            yield DataPart(part)


def _anthropic_source(part: dict[str, Any]) -> Part:
    source = part.get("source")
    if not isinstance(source, dict):
        return FilePart(text_of(part.get("title")) or "file")
    if part.get("type") == "document":
        name = text_of(part.get("title")) or text_of(source.get("url"))
        return FilePart(name or text_of(source.get("media_type")) or "document")
    if source.get("type") == "url":
        return picture(source.get("url"))
    return embedded(source.get("media_type"), source.get("data"))


def _gemini_parts(content: Any) -> list[Part]:
    if isinstance(content, str):
        return [TextPart(content)]
    parts = content.get("parts") if isinstance(content, dict) else None
    return [_gemini_part(each) for each in objects_of(parts)]


def _gemini_part(part: dict[str, Any]) -> Part:
    if isinstance(text := part.get("text"), str):
        return ReasoningPart(text) if part.get("thought") is True else TextPart(text)
    if isinstance(data := part.get("inlineData", part.get("inline_data")), dict):
        return embedded(data.get("mimeType", data.get("mime_type")), data.get("data"))
    if isinstance(file := part.get("fileData", part.get("file_data")), dict):
        address = text_of(file.get("fileUri", file.get("file_uri")))
        kind = text_of(file.get("mimeType", file.get("mime_type")))
        return picture(address) if kind.startswith("image/") else FilePart(address or "file")
    if isinstance(call := part.get("functionCall", part.get("function_call")), dict):
        name = text_of(call.get("name"))
        return ToolCallPart(text_of(call.get("id")) or name, name, call.get("args"))
    if isinstance(told := part.get("functionResponse", part.get("function_response")), dict):
        id = text_of(told.get("id")) or text_of(told.get("name"))
        return ToolResultPart(id, _as_text(told.get("response")))
    return DataPart(part)


def _as_text(content: Any) -> str:
    """What a tool gave."""
    if isinstance(content, str):
        return content
    texts = [part.text for part in _content(content) if isinstance(part, TextPart)]
    return "\n".join(texts) if texts else "" if content is None else _json(content)


def _parsed(arguments: Any) -> Any:
    """The JSON that a text is; any other text stays one."""
    if not isinstance(arguments, str):
        return arguments
    try:
        return msgspec.json.decode(arguments)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        return arguments


# One line.


def _line(messages: Sequence[Message]) -> str:
    parts = [part for message in messages for part in message.parts]
    said = [part for part in parts if not isinstance(part, ReasoningPart)] or parts
    words: list[str] = []
    length = 0
    for part in said:
        if text := _words(part):
            words.append(text)
            length += len(text)
        if length > LINE:
            break
    return _cut(" ".join(words))


def _words(part: Part) -> str:
    match part:
        case TextPart(text) | ReasoningPart(text):
            return _cut(text)
        case ToolResultPart(content=text):
            return _cut(text)
        case ToolCallPart(name=name, arguments=arguments):
            return f"{name}({_cut(_json(arguments)) if arguments else ''})"
        case ImagePart():
            return "[image]"
        case AudioPart():
            return "[audio]"
        case FilePart(name):
            return f"[{name}]"
        case DataPart(value):
            return _data(value)


def _data(value: Any) -> str:
    if isinstance(value, list) and value and all(isinstance(each, int | float) for each in value):
        return f"[{len(value):,} numbers]"
    if isinstance(value, dict) and isinstance(value.get("label"), str):
        confidence = value.get("confidence")
        sure = isinstance(confidence, int | float) and 0 <= confidence <= 1
        return f"{value['label']} ({confidence:.0%})" if sure else value["label"]
    return _cut(_json(value))


def _json(value: Any) -> str:
    try:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    except (RecursionError, ValueError):
        return "…"


def _cut(text: str) -> str:
    """A text as one line."""
    line = " ".join(text[: 10 * LINE].split())
    return line if len(line) <= LINE else f"{line[: LINE - 1]}…"
