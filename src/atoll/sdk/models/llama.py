"""Meta's Llama as Amazon Bedrock serves it, in its own form: a prompt in, a generation out.

from atoll.sdk.models import llama

reply = llama.get("llama").generate("Once upon a time", max_gen_len=100)
print(reply.text)
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict, Unpack

from atoll.sdk.models.raw import RawModel, given
from atoll.sdk.models.response import (
    checked,
    count,
    optional_text,
    reading,
    rest,
    text,
    unreadable,
)

_WHAT = "a generation in Llama's form"
_KNOWN = ("generation", "prompt_token_count", "generation_token_count", "stop_reason")


class GenerateOptions(TypedDict, total=False):
    """What ``generate`` takes besides the prompt."""

    temperature: float
    top_p: float
    max_gen_len: int
    extra: Mapping[str, Any]
    """Fields that this list does not know: they are sent as they are."""


@dataclass(frozen=True, slots=True)
class Generation:
    """An answer, or the next piece of one."""

    generation: str
    prompt_token_count: int = 0
    generation_token_count: int = 0
    stop_reason: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What was generated, without blanks around it."""
        return self.generation.strip()


class TextGenerationModel(RawModel):
    """A model of Llama's interface."""

    def generate(self, prompt: str, **options: Unpack[GenerateOptions]) -> Generation:
        """Let the model go on with the prompt."""
        return parse_generation(self.model.invoke({"prompt": prompt, **given(options)}))

    async def generate_async(self, prompt: str, **options: Unpack[GenerateOptions]) -> Generation:
        request = {"prompt": prompt, **given(options)}
        return parse_generation(await self.model.invoke_async(request))

    def stream(self, prompt: str, **options: Unpack[GenerateOptions]) -> Iterator[Generation]:
        """An answer as it comes: each has the next piece."""
        for event in self._events({"prompt": prompt, **given(options)}):
            yield parse_generation(event)

    async def stream_async(
        self, prompt: str, **options: Unpack[GenerateOptions]
    ) -> AsyncIterator[Generation]:
        async for event in self._events_async({"prompt": prompt, **given(options)}):
            yield parse_generation(event)


def get(name: str) -> TextGenerationModel:
    """The model that ``modus.json`` calls so."""
    return TextGenerationModel(name)


def parse_generation(answer: Any) -> Generation:
    """Read an answer. Raises ``ModelError``."""
    data = checked(answer, _WHAT)
    if "generation" not in data:
        raise unreadable(_WHAT)
    with reading(_WHAT):
        return Generation(
            text(data["generation"]),
            count(data.get("prompt_token_count")),
            count(data.get("generation_token_count")),
            optional_text(data.get("stop_reason")),
            rest(data, _KNOWN),
        )
