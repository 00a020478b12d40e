"""OpenAI's Responses API, in its own form.

    from atoll.sdk.models import responses

    reply = responses.get("gpt").create("Hi", instructions="Be terse.", max_output_tokens=500)
    print(reply.text, reply.usage.output_tokens)

Items are written as the JSON that OpenAI's documentation shows.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypedDict, Unpack

from atoll.sdk.models.raw import RawModel, given
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
Item: TypeAlias = Mapping[str, Any]
"""``{"role": "user", "content": "..."}`` and so on."""

_WHAT = "a response in the form of OpenAI's Responses API"


class CreateOptions(TypedDict, total=False):
    """What ``create`` takes besides the input, by OpenAI's names."""

    instructions: str
    max_output_tokens: int
    temperature: float
    top_p: float
    tools: Sequence[Mapping[str, Any]]
    tool_choice: str | Mapping[str, Any]
    parallel_tool_calls: bool
    text: Mapping[str, Any]
    reasoning: Mapping[str, Any]
    include: Sequence[str]
    previous_response_id: str
    store: bool
    metadata: Mapping[str, str]
    service_tier: str
    truncation: str
    user: str
    extra: Extra
    """Fields that this list does not know: they are sent as they are."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens."""

    input_tokens: int = 0
    output_tokens: int = 0
    total_tokens: int = 0
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutputItem:
    """A message, a thought, or that the model asks for a function."""

    type: str
    id: str = ""
    status: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    """All of it, as it came."""

    @property
    def text(self) -> str:
        """What a message says."""
        parts = objects(self.fields.get("content")) if self.type == "message" else []
        return "".join(text(part["text"]) for part in parts if part.get("type") == "output_text")

    @property
    def name(self) -> str:
        """Of the function that is asked for."""
        return text(self.fields.get("name"))

    @property
    def call_id(self) -> str:
        return text(self.fields.get("call_id"))

    def arguments(self) -> Any:
        """Of the function. Raises ``ValueError`` if the model did not write JSON."""
        return json.loads(text(self.fields.get("arguments")) or "{}")


@dataclass(frozen=True, slots=True)
class Response:
    """An answer."""

    output: Sequence[OutputItem]
    id: str = ""
    model: str = ""
    status: str | None = None
    incomplete_reason: str | None = None
    usage: Usage = field(default_factory=Usage)
    extra: Extra = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All that is said, without blanks around it."""
        return "".join(item.text for item in self.output).strip()

    @property
    def function_calls(self) -> list[OutputItem]:
        return [item for item in self.output if item.type == "function_call"]

    def to_input(self) -> list[Item]:
        """The same, to go on with the chat."""
        return [item.fields for item in self.output]


class ResponsesModel(RawModel):
    """A model of OpenAI's Responses API."""

    def create(self, input: str | Sequence[Item], **options: Unpack[CreateOptions]) -> Response:
        """Let the model answer. A lone string is what the user says."""
        request = _request(self.info.full_name, input, options)
        return parse_response(self.model.invoke(request))

    async def create_async(
        self, input: str | Sequence[Item], **options: Unpack[CreateOptions]
    ) -> Response:
        info = await self.model.info_async()
        request = _request(info.full_name, input, options)
        return parse_response(await self.model.invoke_async(request))

    def stream(
        self, input: str | Sequence[Item], **options: Unpack[CreateOptions]
    ) -> Iterator[dict[str, Any]]:
        """The events of an answer as it comes: ``response.output_text.delta``..."""
        request = _request(self.info.full_name, input, options)
        return self._events({**request, "stream": True})

    async def stream_async(
        self, input: str | Sequence[Item], **options: Unpack[CreateOptions]
    ) -> AsyncIterator[dict[str, Any]]:
        info = await self.model.info_async()
        request = _request(info.full_name, input, options)
        async for event in self._events_async({**request, "stream": True}):
            yield event


def get(name: str) -> ResponsesModel:
    """The model that ``modus.json`` calls so."""
    return ResponsesModel(name)


def user(content: str | Sequence[Mapping[str, Any]]) -> Item:
    return {"role": "user", "content": content}


def function_output(call: OutputItem | str, output: object) -> Item:
    """The answer to a function call (or its id). What is no string is written as JSON."""
    told = output if isinstance(output, str) else json.dumps(output, ensure_ascii=False)
    call_id = call if isinstance(call, str) else call.call_id
    return {"type": "function_call_output", "call_id": call_id, "output": told}


def parse_response(answer: Any) -> Response:
    """Read an answer. Raises ``ModelError``."""
    data = checked(answer, _WHAT)
    with reading(_WHAT):
        usage = fields(data.get("usage"))
        names = ("input_tokens", "output_tokens", "total_tokens")
        found = Response(
            [_item(each) for each in objects(data["output"])],
            id=text(data.get("id")),
            model=text(data.get("model")),
            status=optional_text(data.get("status")),
            incomplete_reason=optional_text(fields(data.get("incomplete_details")).get("reason")),
            usage=Usage(
                **{name: count(usage.get(name)) for name in names}, extra=rest(usage, names)
            ),
            extra=rest(data, ("output", "id", "model", "status", "incomplete_details", "usage")),
        )
        _ = found.text  # so that reading it later does not fail
        return found


def _item(data: dict[str, Any]) -> OutputItem:
    for name in ("name", "call_id", "arguments"):
        text(data.get(name))
    return OutputItem(
        text(data["type"]), text(data.get("id")), optional_text(data.get("status")), data
    )


def _request(model: str, input: str | Sequence[Item], options: Mapping[str, Any]) -> dict[str, Any]:
    said = input if isinstance(input, str) else list(input)
    return {"model": model, "input": said, **given(options)}
