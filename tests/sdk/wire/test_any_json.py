"""Whatever JSON a server sends: it is an answer, or a ``ModelError``, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from types import ModuleType
from typing import Any

import pytest
from atoll_providers.replies import Call, Fail, Say
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.sdk import ModelError, models
from atoll.sdk.models import wire
from atoll.sdk.models.embedding import parse_embeddings

NAMES = [
    "choices", "message", "content", "tool_calls", "function", "arguments", "name", "id", "index",
    "delta", "usage", "logprobs", "error", "type", "created", "output", "text", "part", "parts",
    "candidates", "functionCall", "args", "finishReason", "usageMetadata", "promptFeedback",
    "generation", "stop_reason", "content_block", "item", "response", "input", "audio",
    "prompt_tokens", "refusal", "reasoning_content", "output_index", "annotations", "model",
]  # fmt: skip
KINDS = [
    "message", "function_call", "reasoning", "output_text", "text", "tool_use", "thinking",
    "message_start", "content_block_start", "content_block_delta", "message_delta", "message_stop",
    "text_delta", "input_json_delta", "response.completed", "response.created", "response.failed",
    "response.output_text.delta", "response.output_item.added", "error", "stop", "{}", "",
]  # fmt: skip

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 10**30)
    | st.floats()
    | st.sampled_from(KINDS)
    | st.text(max_size=3)
)
ANY = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=5)
    ),
    max_leaves=12,
)
SAY = Say(
    "Hi there",
    calls=[Call("f", {"a": 1})],
    thinking="Hm",
    audio={"id": "a", "data": "QUJD", "transcript": "Hi", "expires_at": 1},
)
REQUEST = {"model": "m", "logprobs": True, "top_logprobs": 1}
MANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)


@st.composite
def spoilt(draw: st.DrawFn, whole: Any) -> Any:
    """An answer in which something is not as it should be."""
    value = json.loads(json.dumps(whole))
    if draw(st.integers(0, 3)) == 0 or not isinstance(value, (dict, list)) or not value:
        return draw(ANY)
    if isinstance(value, dict):
        key: Any = draw(st.sampled_from(sorted(value)))
    else:
        key = draw(st.integers(0, len(value) - 1))
    value[key] = draw(spoilt(value[key]))
    return value


def is_typed(completion: models.Completion) -> None:
    """Uses all that it promises."""
    _ = completion.text, completion.tool_calls, completion.message.to_message().to_json()
    assert isinstance(completion.usage.total_tokens, int)
    assert isinstance(completion.id, str)
    assert isinstance(completion.extra, Mapping)
    for choice in completion.choices:
        assert isinstance(choice.index, int)
        assert choice.finish_reason is None or isinstance(choice.finish_reason, str)
        assert choice.message.refusal is None or isinstance(choice.message.refusal, str)
        assert choice.message.reasoning is None or isinstance(choice.message.reasoning, str)
        for call in choice.message.tool_calls:
            with suppress(ValueError):
                call.parsed()
            assert isinstance(call.name + call.id, str)
        for each in choice.logprobs:
            assert isinstance(each.token, str)
            assert isinstance(each.logprob, (int, float))


@MANY
@given(data=st.data())
def test_a_whole_answer(interface: str, provider: ModuleType, data: st.DataObject) -> None:
    answer = data.draw(spoilt(provider.whole(SAY, REQUEST)))
    with suppress(ModelError):
        is_typed(wire.for_interface(interface).parse(answer))


@MANY
@given(data=st.data())
def test_a_stream(interface: str, provider: ModuleType, data: st.DataObject) -> None:
    events = [_data(event) for event in provider.stream(SAY, REQUEST)]
    at = data.draw(st.integers(0, len(events) - 1))
    events[at] = data.draw(spoilt(events[at]))
    reader = wire.DeltaReader(wire.for_interface(interface))
    with suppress(ModelError):
        for event in events:
            for delta in reader.feed(f"data: {json.dumps(event)}\n\n"):
                assert isinstance(delta.text + delta.reasoning + delta.refusal, str)
        list(reader.close())
    is_typed(reader.completion)


def _data(event: str) -> Any:
    lines = [line[6:] for line in event.splitlines() if line.startswith("data: ")]
    return json.loads(lines[0]) if lines[0] != "[DONE]" else {}


@MANY
@given(text=st.text() | st.text('{}[]":,data \n\r\\u'))
def test_any_text(interface: str, text: str) -> None:
    reader = wire.DeltaReader(wire.for_interface(interface))
    with suppress(ModelError):
        _all(reader.feed(text))
        _all(reader.close())
    is_typed(reader.completion)


def _all(deltas: Iterable[wire.Delta]) -> None:
    for _ in deltas:
        pass


@MANY
@given(answer=ANY)
def test_embeddings(answer: Any) -> None:
    with suppress(ModelError):
        for vector in parse_embeddings(answer).vectors:
            assert all(isinstance(each, float) for each in vector)


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"a":' * 100_000])
def test_nesting_without_end_is_no_answer(interface: str, deep: str) -> None:
    reader = wire.DeltaReader(wire.for_interface(interface))
    with pytest.raises(ModelError):
        _all(reader.feed(f"data: {deep}\n\n"))
    reader = wire.DeltaReader(wire.for_interface(interface))
    _all(reader.feed(deep))
    with pytest.raises(ModelError):
        _all(reader.close())


def test_every_failure_of_a_provider_is_told_in_its_words(
    interface: str, provider: ModuleType
) -> None:
    for kind in ("bad_request", "context_overflow", "rate_limited", "overloaded"):
        answer = provider.failure(Fail(kind=kind, message="Told so."))[1]
        with pytest.raises(ModelError, match=r"Told so\."):
            wire.for_interface(interface).parse(answer)
