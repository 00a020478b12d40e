"""Invocations of models as spans, by OpenTelemetry's conventions for generative AI.

https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/ (prompts and answers, which that
makes optional, are never part of a span).
"""

from __future__ import annotations

from typing import Final

import msgspec

from atoll import telemetry
from atoll.manifest import LOCAL, Model
from atoll.models.invocation import Usage
from atoll.telemetry import AttributeValue, Span

_OPERATIONS: Final = {
    "openai-embeddings": "embeddings",
    "embeddings": "embeddings",
    "gemini": "generate_content",
    "llama": "text_completion",
    "classification": "classification",
}
_PROVIDERS: Final = {
    "openai": "openai",
    "openai-responses": "openai",
    "openai-embeddings": "openai",
    "anthropic": "anthropic",
    "gemini": "gcp.gemini",
    "llama": "aws.bedrock",
}
"""By the interface: who speaks it is what the convention asks for where the host is not known."""


class _Choice(msgspec.Struct):
    finish_reason: str | None = None


class _Candidate(msgspec.Struct):
    reason: str | None = msgspec.field(default=None, name="finishReason")


class _Answer(msgspec.Struct):
    id: str | None = None
    model: str | None = None
    choices: list[_Choice] = []
    stop_reason: str | None = None
    candidates: list[_Candidate] = []


_decode = msgspec.json.Decoder(_Answer).decode


def begin_span(model: Model, interface: str, *, streamed: bool) -> Span:
    """The span of one invocation; it is to be ended."""
    if not telemetry.installed():
        return telemetry.NO_SPAN
    name = model.source_model or model.name
    operation = _OPERATIONS.get(interface, "chat")
    provider = "atoll" if model.connection == LOCAL else _PROVIDERS.get(interface, "atoll")
    attributes: dict[str, AttributeValue] = {
        "gen_ai.operation.name": operation,
        "gen_ai.provider.name": provider,
        "gen_ai.request.model": name,
        "atoll.model": model.name,
        "atoll.connection": model.connection,
    }
    if streamed:
        attributes["gen_ai.request.stream"] = True
    return telemetry.begin(f"{operation} {name}", attributes, kind="client")


def describe(span: Span, output: str | None, usage: Usage | None) -> None:
    """Say what came back, of a span that records."""
    if usage is not None:
        span.set("gen_ai.usage.input_tokens", usage.input_tokens)
        span.set("gen_ai.usage.output_tokens", usage.output_tokens)
    try:
        answer = _decode(output or "")
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return
    if answer.id:
        span.set("gen_ai.response.id", answer.id[:200])
    if answer.model:
        span.set("gen_ai.response.model", answer.model[:200])
    reasons = [choice.finish_reason for choice in answer.choices]
    reasons += [candidate.reason for candidate in answer.candidates] + [answer.stop_reason]
    if found := tuple(reason[:50] for reason in reasons if reason):
        span.set("gen_ai.response.finish_reasons", found)
