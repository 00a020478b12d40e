"""Gemini's ``generateContent`` and ``streamGenerateContent``.

The format is that of the Gemini API documentation, "Generating content" and "Function calling".
The model and whether the answer is streamed are told by the URL, which is the host's business.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from atoll.sdk.models.completion import Choice, Completion, Reply, TokenLogprob, Usage
from atoll.sdk.models.message import ToolCall
from atoll.sdk.models.response import (
    checked,
    count,
    fields,
    number,
    objects,
    optional_text,
    reading,
    rest,
    text,
    unreadable,
)
from atoll.sdk.models.wire import ChatRequest
from atoll.sdk.models.wire.delta import Delta, ToolCallPiece
from atoll.sdk.models.wire.form import (
    Options,
    arguments,
    chosen_function,
    embedded,
    functions,
    original,
    parts,
    plain_text,
    understanding,
    unknown_role,
    unsupported_part,
)
from atoll.sdk.models.wire.gathering import Pieces

_INTERFACE = "gemini"
_PROVIDER = "Gemini's API"
_WHAT = "an answer in Gemini's form"
_NAMES = {
    "temperature": "temperature",
    "top_p": "topP",
    "n": "candidateCount",
    "seed": "seed",
    "presence_penalty": "presencePenalty",
    "frequency_penalty": "frequencyPenalty",
    "logprobs": "responseLogprobs",
    "top_logprobs": "logprobs",
}
_MODES = {"auto": "AUTO", "required": "ANY", "none": "NONE"}
_FINISHES = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    "SAFETY": "content_filter",
    "RECITATION": "content_filter",
    "BLOCKLIST": "content_filter",
    "PROHIBITED_CONTENT": "content_filter",
    "SPII": "content_filter",
    "IMAGE_SAFETY": "content_filter",
}
_IMAGES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}


def request(chat: ChatRequest) -> dict[str, Any]:
    options = Options(chat, _PROVIDER)
    system, contents = _contents(chat.messages)
    body: dict[str, Any] = {"contents": contents}
    if system:
        body["systemInstruction"] = {"parts": [{"text": each} for each in system]}
    if config := _config(options):
        body["generationConfig"] = config
    if tools := options.take("tools"):
        body["tools"] = [{"functionDeclarations": [_tool(each) for each in functions(tools)]}]
    if (choice := options.take("tool_choice")) is not None and tools:
        body["toolConfig"] = {"functionCallingConfig": _calling(choice)}
    options.refuse_rest()
    extra = dict(chat.extra)
    if isinstance(more := extra.get("generationConfig"), Mapping):
        extra["generationConfig"] = {**body.get("generationConfig", {}), **more}
    return {**body, **extra}


def _config(options: Options) -> dict[str, Any]:
    config = options.take_named(_NAMES)
    if (most := options.take_max_tokens()) is not None:
        config["maxOutputTokens"] = most
    if stop := options.take_stop():
        config["stopSequences"] = stop
    if (wanted := options.take_schema()) is not None:
        config["responseMimeType"] = "application/json"
        if wanted[0] == "json_schema":
            config["responseJsonSchema"] = wanted[1]["schema"]
    return config


def _tool(function: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: function[name] for name in ("name", "description") if name in function}
    parameters = function.get("parameters")
    return {**given, "parametersJsonSchema": parameters} if parameters else given


def _calling(choice: Any) -> dict[str, Any]:
    if (name := chosen_function(choice)) is not None:
        return {"mode": "ANY", "allowedFunctionNames": [name]}
    return {"mode": _MODES.get(choice, choice)}


def _contents(
    messages: Sequence[Mapping[str, Any]],
) -> tuple[list[str], list[dict[str, Any]]]:
    """The system's instructions, and the rest, in which the two sides take turns."""
    system: list[str] = []
    turns: list[dict[str, Any]] = []
    for index, message in enumerate(messages):
        with understanding(message):
            role = message["role"]
            if role in ("system", "developer"):
                system.extend(filter(None, [plain_text(message.get("content"))]))
                continue
            side = "model" if role == "assistant" else "user"
            said = _parts(message, messages[:index])
            if turns and turns[-1]["role"] == side:
                turns[-1]["parts"].extend(said)
            elif said:
                turns.append({"role": side, "parts": said})
    return system, turns


def _parts(message: Mapping[str, Any], before: Sequence[Mapping[str, Any]]) -> list[Any]:
    role, content = message["role"], message.get("content")
    if role == "user":
        return [_part(part) for part in parts(content)]
    if role == "tool":
        return [_tool_result(message, before)]
    if role != "assistant":
        raise unknown_role(role)
    if (kept := original(message, _INTERFACE)) is not None:
        return list(kept["parts"])
    said = [part.get("text") or part.get("refusal") for part in parts(content)]
    found: list[Any] = [{"text": each} for each in (*said, message.get("refusal")) if each]
    for call in message.get("tool_calls") or ():
        found.append({"functionCall": {"name": call["function"]["name"], "args": arguments(call)}})
    return found


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    if part["type"] == "text":
        return {"text": part["text"]}
    if part["type"] == "input_audio":
        audio = part["input_audio"]
        return {"inlineData": {"mimeType": f"audio/{audio['format']}", "data": audio["data"]}}
    if part["type"] == "image_url":
        url = part["image_url"]["url"]
        if (data := embedded(url)) is not None:
            return {"inlineData": {"mimeType": data[0], "data": data[1]}}
        path = url.partition("?")[0].lower()
        kinds = [kind for ending, kind in _IMAGES.items() if path.endswith(ending)]
        return {"fileData": {"fileUri": url, **({"mimeType": kinds[0]} if kinds else {})}}
    raise unsupported_part(_PROVIDER, part)


def _tool_result(message: Mapping[str, Any], before: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A result has the name of its function, which the call that it answers knows."""
    wanted = message["tool_call_id"]
    for earlier in reversed(before):
        for call in earlier.get("tool_calls") or ():
            if call["id"] == wanted:
                told = {"name": call["function"]["name"], "response": _result(message)}
                known = _ids(earlier)
                return {"functionResponse": {"id": wanted, **told} if wanted in known else told}
    raise ValueError


def _ids(message: Mapping[str, Any]) -> set[Any]:
    """Of the calls that have one of Gemini's own."""
    kept = original(message, _INTERFACE) or {}
    return {part.get("functionCall", {}).get("id") for part in kept.get("parts", ())}


def _result(message: Mapping[str, Any]) -> dict[str, Any]:
    told = plain_text(message.get("content"))
    try:
        value = json.loads(told)
    except (ValueError, RecursionError):
        value = told
    return value if isinstance(value, dict) else {"result": value}


def parse(answer: Any) -> Completion:
    data = checked(answer, _WHAT)
    with reading(_WHAT):
        candidates = objects(data.get("candidates"))
        choices = [_choice(each, index, data) for index, each in enumerate(candidates)]
        return Completion(choices or [_blocked(data)], usage=_usage(data), **_about(data))


def _about(data: dict[str, Any]) -> dict[str, Any]:
    known = ("candidates", "responseId", "modelVersion", "usageMetadata")
    return {
        "id": text(data.get("responseId")),
        "model": text(data.get("modelVersion")),
        "extra": rest(data, known),
    }


def _blocked(data: dict[str, Any]) -> Choice:
    """The answer to a prompt that was not let through."""
    feedback = fields(data.get("promptFeedback"))
    reason = text(feedback.get("blockReason"))
    if not reason:
        raise unreadable(_WHAT)
    message = text(feedback.get("blockReasonMessage")) or f"The prompt was blocked: {reason}."
    return Choice(0, Reply(None, refusal=message), "content_filter")


def _choice(
    candidate: dict[str, Any], index: int, data: dict[str, Any], calls_before: int = 0
) -> Choice:
    found = objects(fields(candidate.get("content")).get("parts"))
    calls = [
        _call(part, position, data)
        for position, part in enumerate(
            (part for part in found if "functionCall" in part), calls_before
        )
    ]
    said = "".join(text(part.get("text")) for part in found if not part.get("thought"))
    thought = "".join(text(part.get("text")) for part in found if part.get("thought"))
    reply = Reply(
        said or (None if calls else ""),
        tool_calls=calls,
        reasoning=thought or None,
        original=_original(found),
    )
    return Choice(
        count(candidate.get("index", index)),
        reply,
        _finish(candidate, called=bool(calls)),
        _logprobs(candidate),
        rest(candidate, ("index", "content", "finishReason", "logprobsResult")),
    )


def _call(part: dict[str, Any], position: int, data: dict[str, Any]) -> ToolCall:
    function = fields(part["functionCall"])
    # Gemini need not name its calls; its own names, where it has some, it wants to see again.
    made_up = f"{text(data.get('responseId')) or 'call'}-{position}"
    return ToolCall(
        text(function.get("id")) or made_up,
        text(function["name"]),
        json.dumps(fields(function.get("args")), ensure_ascii=False),
    )


def _original(found: list[dict[str, Any]]) -> dict[str, Any] | None:
    plain = ({"text"}, {"functionCall"})
    if all(part.keys() in plain and "id" not in part.get("functionCall", ()) for part in found):
        return None
    return {"interface": _INTERFACE, "parts": found}


def _finish(candidate: dict[str, Any], *, called: bool) -> str | None:
    reason = optional_text(candidate.get("finishReason"))
    if reason is None:
        return None
    return "tool_calls" if called and reason == "STOP" else _FINISHES.get(reason, reason.lower())


def _logprobs(candidate: dict[str, Any]) -> list[TokenLogprob]:
    result = fields(candidate.get("logprobsResult"))
    chosen, top = objects(result.get("chosenCandidates")), objects(result.get("topCandidates"))
    return [
        _logprob(each, objects(top[index].get("candidates")) if index < len(top) else [])
        for index, each in enumerate(chosen)
    ]


def _logprob(token: dict[str, Any], top: list[dict[str, Any]]) -> TokenLogprob:
    return TokenLogprob(
        text(token.get("token")),
        number(token.get("logProbability", 0)),
        top_logprobs=[_logprob(each, []) for each in top],
    )


def _usage(data: dict[str, Any]) -> Usage:
    tokens = fields(data.get("usageMetadata"))
    asked = count(tokens.get("promptTokenCount"))
    # Thoughts are paid for as answers are, but counted apart.
    told = count(tokens.get("candidatesTokenCount")) + count(tokens.get("thoughtsTokenCount"))
    return Usage(
        asked,
        told,
        count(tokens.get("totalTokenCount")) or asked + told,
        rest(tokens, ("promptTokenCount", "candidatesTokenCount", "totalTokenCount")),
    )


def stream(*, keep: bool = True) -> _Stream:
    return _Stream(keep)


class _Stream:
    def __init__(self, keep: bool) -> None:
        self.ended = False
        self._keep = keep
        self._candidates: dict[int, _Candidate] = {}

    def read(self, data: dict[str, Any]) -> list[Delta]:
        checked(data, _WHAT)
        with reading(_WHAT):
            return list(self._deltas(data))

    def _deltas(self, data: dict[str, Any]) -> Iterator[Delta]:
        about = _about(data)
        about = {**about.pop("extra"), **about}
        usage = _usage(data) if data.get("usageMetadata") else None
        candidates = objects(data.get("candidates"))
        for index, candidate in enumerate(candidates):
            place = count(candidate.get("index", index))
            known = self._candidates.setdefault(place, _Candidate())
            choice = _choice(candidate, place, data, known.calls)
            yield self._delta(choice, known, candidate, about, usage)
        if candidates:
            return
        if not data.get("promptFeedback"):
            yield Delta(usage=usage, about=about)
            return
        self.ended = True
        blocked = _blocked(data)
        refusal = blocked.message.refusal or ""
        yield Delta(refusal=refusal, finish_reason="content_filter", usage=usage, about=about)

    def _delta(
        self,
        choice: Choice,
        known: _Candidate,
        candidate: dict[str, Any],
        about: dict[str, Any],
        usage: Usage | None,
    ) -> Delta:
        calls = known.add_calls(choice.message.tool_calls)
        if self._keep:
            known.add_parts(objects(fields(candidate.get("content")).get("parts")))
        finished = _finish(candidate, called=known.calls > 0)
        self.ended = self.ended or finished is not None
        return Delta(
            choice.message.content or "",
            reasoning=choice.message.reasoning or "",
            tool_calls=calls,
            finish_reason=finished,
            usage=usage,
            choice=choice.index,
            logprobs=choice.logprobs,
            about=about,
            original=_original(known.parts()) if finished and self._keep else None,
        )


class _Candidate:
    """One of several answers that come in pieces."""

    def __init__(self) -> None:
        self.calls = 0
        self._parts: list[dict[str, Any]] = []
        self._text = Pieces()  # which goes on

    def add_calls(self, calls: Sequence[ToolCall]) -> list[ToolCallPiece]:
        found = []
        for call in calls:
            found.append(ToolCallPiece(self.calls, call.id, call.name, call.arguments))
            self.calls += 1
        return found

    def add_parts(self, parts: list[dict[str, Any]]) -> None:
        for part in parts:
            if part.keys() == {"text"}:
                self._text.add(text(part["text"]))
            else:
                self._end_text()
                self._parts.append(part)

    def parts(self) -> list[dict[str, Any]]:
        self._end_text()
        return self._parts

    def _end_text(self) -> None:
        if self._text:
            self._parts.append({"text": self._text.text()})
            self._text = Pieces()
