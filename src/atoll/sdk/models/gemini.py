"""Gemini's ``generateContent``, in its own form.

    from atoll.sdk.models import gemini

    model = gemini.get("gemini")
    reply = model.generate("Hi", generation_config={"maxOutputTokens": 500})
    print(reply.text, reply.usage.total_token_count)

Parts and settings are written as the JSON that Gemini's documentation shows. Which model it is, the
manifest's ``path`` tells.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, TypedDict, Unpack

from atoll.sdk.models.raw import RawModel
from atoll.sdk.models.response import (
    checked,
    count,
    fields,
    objects,
    optional_text,
    reading,
    rest,
    text,
)

Extra: TypeAlias = Mapping[str, Any]
Part: TypeAlias = Mapping[str, Any]
"""``{"text": "..."}`` and so on."""

_WHAT = "an answer in Gemini's form"


class Content(TypedDict):
    """What one side says."""

    role: Literal["user", "model"]
    parts: Sequence[Part]


class GenerationConfig(TypedDict, total=False):
    temperature: float
    topP: float
    topK: int
    candidateCount: int
    maxOutputTokens: int
    stopSequences: Sequence[str]
    seed: int
    responseMimeType: str
    responseSchema: Mapping[str, Any]
    """In the dialect of OpenAPI."""
    responseJsonSchema: Mapping[str, Any]
    thinkingConfig: Mapping[str, Any]


class SafetySetting(TypedDict):
    category: str
    """``HARM_CATEGORY_HARASSMENT`` and so on."""
    threshold: str
    """``BLOCK_ONLY_HIGH`` and so on."""


class GenerateOptions(TypedDict, total=False):
    """What ``generate`` takes besides the contents."""

    system_instruction: str | Mapping[str, Any]
    generation_config: GenerationConfig | Mapping[str, Any]
    safety_settings: Sequence[SafetySetting | Mapping[str, Any]]
    tools: Sequence[Mapping[str, Any]]
    tool_config: Mapping[str, Any]
    cached_content: str
    extra: Extra
    """Fields that this list does not know: they are sent as they are."""


_NAMES = {
    "generation_config": "generationConfig",
    "safety_settings": "safetySettings",
    "tools": "tools",
    "tool_config": "toolConfig",
    "cached_content": "cachedContent",
}


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens."""

    prompt_token_count: int = 0
    candidates_token_count: int = 0
    total_token_count: int = 0
    cached_content_token_count: int = 0
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SafetyRating:
    category: str
    probability: str
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the answers."""

    parts: Sequence[Part]
    role: str = "model"
    index: int = 0
    finish_reason: str | None = None
    safety_ratings: Sequence[SafetyRating] = ()
    citations: Sequence[Mapping[str, Any]] = ()
    extra: Extra = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All that is said, thoughts left out, without blanks around it."""
        said = (part.get("text") for part in self.parts if not part.get("thought"))
        return "".join(each for each in said if isinstance(each, str)).strip()

    @property
    def function_calls(self) -> list[Mapping[str, Any]]:
        """``name``, ``args`` and perhaps ``id`` of the functions that the model asks for."""
        found = (part.get("functionCall") for part in self.parts)
        return [each for each in found if isinstance(each, Mapping)]

    def to_content(self) -> Content:
        """The same, to go on with the chat."""
        return {"role": "model", "parts": list(self.parts)}


@dataclass(frozen=True, slots=True)
class PromptFeedback:
    block_reason: str | None = None
    """Why there are no candidates, if the prompt was not let through."""
    safety_ratings: Sequence[SafetyRating] = ()
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Generated:
    """An answer."""

    candidates: Sequence[Candidate]
    prompt_feedback: PromptFeedback | None = None
    usage: Usage = field(default_factory=Usage)
    extra: Extra = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What the first candidate says; empty if there is none."""
        return self.candidates[0].text if self.candidates else ""


class GenerateModel(RawModel):
    """A model of Gemini's interface."""

    def generate(
        self, contents: str | Sequence[Content], **options: Unpack[GenerateOptions]
    ) -> Generated:
        """Let the model answer. A lone string is what the user says."""
        return parse_generated(self.model.invoke(_request(contents, options)))

    async def generate_async(
        self, contents: str | Sequence[Content], **options: Unpack[GenerateOptions]
    ) -> Generated:
        return parse_generated(await self.model.invoke_async(_request(contents, options)))

    def stream(
        self, contents: str | Sequence[Content], **options: Unpack[GenerateOptions]
    ) -> Iterator[Generated]:
        """An answer as it comes: each has the next parts."""
        for event in self._events(_request(contents, options)):
            yield parse_generated(event)

    async def stream_async(
        self, contents: str | Sequence[Content], **options: Unpack[GenerateOptions]
    ) -> AsyncIterator[Generated]:
        async for event in self._events_async(_request(contents, options)):
            yield parse_generated(event)


def get(name: str) -> GenerateModel:
    """The model that ``modus.json`` calls so."""
    return GenerateModel(name)


def user(*parts: str | Part) -> Content:
    return {"role": "user", "parts": _parts(parts)}


def model(*parts: str | Part) -> Content:
    """What the model said before."""
    return {"role": "model", "parts": _parts(parts)}


def function_response(name: str, response: Mapping[str, Any], id: str | None = None) -> Part:
    """The answer to a function call: a part of the user's next turn."""
    told = {"name": name, "response": response}
    return {"functionResponse": told if id is None else {"id": id, **told}}


def parse_generated(answer: Any) -> Generated:
    """Read an answer. Raises ``ModelError``."""
    data = checked(answer, _WHAT)
    with reading(_WHAT):
        feedback, tokens = data.get("promptFeedback"), fields(data.get("usageMetadata"))
        names = {
            "prompt_token_count": "promptTokenCount",
            "candidates_token_count": "candidatesTokenCount",
            "total_token_count": "totalTokenCount",
            "cached_content_token_count": "cachedContentTokenCount",
        }
        return Generated(
            [_candidate(each, index) for index, each in enumerate(objects(data.get("candidates")))],
            None if feedback is None else _feedback(fields(feedback)),
            Usage(
                **{ours: count(tokens.get(theirs)) for ours, theirs in names.items()},
                extra=rest(tokens, names.values()),
            ),
            rest(data, ("candidates", "promptFeedback", "usageMetadata")),
        )


def _candidate(data: dict[str, Any], index: int) -> Candidate:
    content = fields(data.get("content"))
    citations = fields(data.get("citationMetadata"))
    sources = citations.get("citationSources") or citations.get("citations")
    return Candidate(
        objects(content.get("parts")),
        text(content.get("role")) or "model",
        count(data.get("index", index)),
        optional_text(data.get("finishReason")),
        _ratings(data),
        objects(sources),
        rest(data, ("content", "index", "finishReason", "safetyRatings", "citationMetadata")),
    )


def _feedback(data: dict[str, Any]) -> PromptFeedback:
    return PromptFeedback(
        optional_text(data.get("blockReason")),
        _ratings(data),
        rest(data, ("blockReason", "safetyRatings")),
    )


def _ratings(data: dict[str, Any]) -> list[SafetyRating]:
    return [
        SafetyRating(
            text(each.get("category")),
            text(each.get("probability")),
            rest(each, ("category", "probability")),
        )
        for each in objects(data.get("safetyRatings"))
    ]


def _parts(parts: Sequence[str | Part]) -> list[Part]:
    return [{"text": each} if isinstance(each, str) else each for each in parts]


def _request(contents: str | Sequence[Content], options: Mapping[str, Any]) -> dict[str, Any]:
    said = [user(contents)] if isinstance(contents, str) else list(contents)
    request: dict[str, Any] = {"contents": said}
    system = options.get("system_instruction")
    if system is not None:
        request["systemInstruction"] = (
            {"parts": [{"text": system}]} if isinstance(system, str) else system
        )
    for ours, theirs in _NAMES.items():
        if options.get(ours) is not None:
            request[theirs] = options[ours]
    return {**request, **options.get("extra", {})}
