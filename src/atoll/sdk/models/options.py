"""The optional fields of requests, by the names of the OpenAI API.

What is not given is not sent, so that each server's own default holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from atoll.sdk.models.tool import AnyTool, tool_json


class AudioOptions(TypedDict):
    voice: str
    format: str


class GenerateOptions(TypedDict, total=False):
    """What ``Model.generate`` and ``Model.run`` take besides the prompt."""

    temperature: float
    top_p: float
    max_tokens: int
    max_completion_tokens: int
    stop: str | Sequence[str]
    seed: int
    frequency_penalty: float
    presence_penalty: float
    logit_bias: Mapping[str, float]
    tool_choice: Literal["none", "auto", "required"] | Mapping[str, Any]
    """Also ``models.use_tool(name)``."""
    parallel_tool_calls: bool
    service_tier: str
    user: str
    extra: Mapping[str, Any]
    """Fields that this list does not know: they are sent as they are."""


class ChatOptions(GenerateOptions, total=False):
    """What ``Model.chat`` and ``Model.stream`` take besides the messages."""

    n: int
    logprobs: bool
    top_logprobs: int
    response_format: Mapping[str, Any]
    """``models.json_object()``, ``models.json_schema(...)``, or a raw object."""
    tools: Sequence[AnyTool]
    """Functions are described to the model, but not called: ``Model.run`` does that."""
    modalities: Sequence[Literal["text", "audio"]]
    audio: AudioOptions


class EmbedOptions(TypedDict, total=False):
    """What ``Model.embed`` takes besides the input."""

    dimensions: int
    encoding_format: Literal["float", "base64"]
    user: str
    extra: Mapping[str, Any]


def json_object() -> dict[str, Any]:
    """A ``response_format``: the model writes a JSON object. The prompt should say so too."""
    return {"type": "json_object"}


def json_schema(schema: Mapping[str, Any], *, name: str = "answer", strict: bool = True) -> Any:
    """A ``response_format``: the model writes JSON that fits a JSON Schema."""
    return {
        "type": "json_schema",
        "json_schema": {"name": name, "strict": strict, "schema": schema},
    }


def request_fields(options: Mapping[str, Any], kind: Any = ChatOptions) -> dict[str, Any]:
    """The fields of the request's JSON. Raises ``TypeError``: an option is not of ``kind``."""
    known: frozenset[str] = kind.__optional_keys__
    for name in options:
        if name not in known:
            raise TypeError(
                f"there is no option {name}: there are {', '.join(sorted(known))}; "
                f"a field of the provider's own goes into extra={{{name!r}: ...}}"
            )
    fields = {name: value for name, value in options.items() if value is not None}
    extra = fields.pop("extra", {})
    if "tools" in fields:
        fields["tools"] = [tool_json(tool) for tool in fields["tools"]]
    return {**fields, **extra}
