"""How many tokens an answer says that it took, in whatever form its host says it."""

from __future__ import annotations

import re

import msgspec

from atoll.models.invocation import Usage


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None


class _GeminiUsage(msgspec.Struct):
    prompt: int | None = msgspec.field(default=None, name="promptTokenCount")
    candidates: int | None = msgspec.field(default=None, name="candidatesTokenCount")
    thoughts: int | None = msgspec.field(default=None, name="thoughtsTokenCount")


class _Inner(msgspec.Struct):
    usage: _Usage | None = None


class _Answer(msgspec.Struct):
    usage: _Usage | None = None
    """OpenAI's, Anthropic's."""
    gemini: _GeminiUsage | None = msgspec.field(default=None, name="usageMetadata")
    prompt: int | None = msgspec.field(default=None, name="prompt_token_count")
    """Meta's."""
    generated: int | None = msgspec.field(default=None, name="generation_token_count")
    message: _Inner | None = None
    """Of an event of Anthropic's that begins a stream."""
    response: _Inner | None = None
    """Of an event of OpenAI's Responses."""


_decode = msgspec.json.Decoder(_Answer).decode

_MOST = 1 << 53
_LINE_END = re.compile(r"[\r\n]")
"""Of server-sent events. JSON may have what ends lines elsewhere within its texts."""


def usage_of_answer(text: str) -> Usage | None:
    """What an answer, JSON text, says of its tokens."""
    try:
        answer = _decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None
    return _usage(answer)


def usage_of_stream(text: str) -> Usage | None:
    """What the events of a stream say, the last word of each kind.

    Args:
        text: server-sent events, or a part of them that begins and ends anywhere.
    """
    read = written = None
    for line in _LINE_END.split(text):
        # Nearly all events are pieces of text: only those that mention usage are looked at.
        if "sage" not in line and "_count" not in line:
            continue
        found = usage_of_answer(line.removeprefix("data:").strip())
        if found is not None:
            read = found.input_tokens or read
            written = found.output_tokens or written
    return None if read is None and written is None else Usage(read or 0, written or 0)


def _usage(answer: _Answer) -> Usage | None:
    usage = answer.usage
    for inner in (answer.message, answer.response):
        if usage is None and inner is not None:
            usage = inner.usage
    if usage is not None:
        return _checked(
            usage.prompt_tokens if usage.prompt_tokens is not None else usage.input_tokens,
            usage.completion_tokens if usage.completion_tokens is not None else usage.output_tokens,
        )
    if answer.gemini is not None:
        written = (answer.gemini.candidates or 0) + (answer.gemini.thoughts or 0)
        return _checked(answer.gemini.prompt, written)
    if answer.prompt is not None or answer.generated is not None:
        return _checked(answer.prompt, answer.generated)
    return None


def _checked(read: int | None, written: int | None) -> Usage:
    """Counts come from outside: none is negative or absurd."""
    return Usage(*(min(max(count or 0, 0), _MOST) for count in (read, written)))
