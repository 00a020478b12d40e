"""Answers of all providers come out the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from types import ModuleType
from typing import Any

import pytest
from atoll_providers.gemini_generate import array
from atoll_providers.openai_chat import stream as openai_stream
from atoll_providers.replies import Call, Fail, Say

from atoll.sdk import ModelError, models
from atoll.sdk.models import wire

REQUEST = {"model": "m", "stream": True, "stream_options": {"include_usage": True}}
CALLS = [Call("weather", {"city": "Zürich"}, "call_a"), Call("time", {}, "call_b")]
TELLS_TOOLS = ("openai", "openai-responses", "anthropic", "gemini")


def whole(interface: str, provider: ModuleType, say: Say) -> models.Completion:
    return wire.for_interface(interface).parse(provider.whole(say, REQUEST))


def of(*interfaces: str) -> pytest.MarkDecorator:
    """For the interfaces that have what the test is about."""
    return pytest.mark.parametrize("interface", interfaces, indirect=True)


def comparable(completion: models.Completion) -> Any:
    """Without the accidents of writing."""
    found = json.loads(json.dumps([asdict(choice) for choice in completion.choices]))
    for choice in found:
        for call in choice["message"]["tool_calls"]:
            call["arguments"] = json.loads(call["arguments"])
        assert choice["message"].pop("extra") in ({}, {"annotations": []})
    return found


def test_text_and_tokens(interface: str, provider: ModuleType) -> None:
    completion = whole(interface, provider, Say("Grüezi, wörld", usage=(30, 4)))
    assert completion.text == "Grüezi, wörld"
    assert completion.choices[0].finish_reason == "stop"
    usage = completion.usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (30, 4, 34)


def test_streamed_text_and_tokens(interface: str, provider: ModuleType, read: Any) -> None:
    say = Say("Grüezi, wörld", usage=(30, 4))
    deltas, completion = read(interface, provider.stream(say, REQUEST))
    assert [delta.text for delta in deltas if delta.text] == ["Grüezi,", " wörld"]
    assert completion.text == "Grüezi, wörld"
    assert completion.choices[0].finish_reason == "stop"
    usage = completion.usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (30, 4, 34)


def test_a_streamed_answer_is_the_whole_answer(
    interface: str, provider: ModuleType, read: Any
) -> None:
    say = Say("Let me see.", calls=[] if interface == "llama" else CALLS, thinking="Hm, well.")
    _, streamed = read(interface, provider.stream(say, REQUEST))
    expected = whole(interface, provider, say)
    assert comparable(streamed) == comparable(expected)
    assert (streamed.id, streamed.model, streamed.created) == (
        expected.id,
        expected.model,
        expected.created,
    )


@of(*TELLS_TOOLS)
def test_tool_calls(interface: str, provider: ModuleType, read: Any) -> None:
    say = Say(None, calls=CALLS)
    _, streamed = read(interface, provider.stream(say, REQUEST))
    for completion in (whole(interface, provider, say), streamed):
        assert [(call.id, call.name, call.parsed()) for call in completion.tool_calls] == [
            ("call_a", "weather", {"city": "Zürich"}),
            ("call_b", "time", {}),
        ]
        assert completion.choices[0].finish_reason == "tool_calls"
        assert completion.message.content is None


@of(*TELLS_TOOLS)
def test_pieces_of_tool_calls_say_which_they_belong_to(
    interface: str, provider: ModuleType, read: Any
) -> None:
    deltas, _ = read(interface, provider.stream(Say(None, calls=CALLS), REQUEST))
    pieces = [piece for delta in deltas for piece in delta.tool_calls]
    first = [piece for piece in pieces if piece.index == 0]
    assert [first[0].id, first[0].name] == ["call_a", "weather"]
    assert json.loads("".join(piece.arguments for piece in first)) == {"city": "Zürich"}
    assert {piece.index for piece in pieces} == {0, 1}


@of("openai", "openai-responses", "anthropic")
def test_arguments_that_are_no_json_are_left_to_the_reader(
    interface: str, provider: ModuleType, read: Any
) -> None:
    say = Say(None, calls=[Call("weather", '{"city": ')])
    _, completion = read(interface, provider.stream(say, REQUEST))
    with pytest.raises(ValueError, match="Expecting value"):
        completion.tool_calls[0].parsed()


def test_calls_that_gemini_gives_no_id_get_one_each(read: Any) -> None:
    def event(*names: str, **finish: str) -> str:
        parts = [{"functionCall": {"name": name, "args": {}}} for name in names]
        content = {"role": "model", "parts": parts}
        candidate = {"content": content, "index": 0, **finish}
        return f"data: {json.dumps({'responseId': 'r-7', 'candidates': [candidate]})}\r\n\r\n"

    _, completion = read("gemini", [event("a", "b"), event("c", finishReason="STOP")])
    assert [call.id for call in completion.tool_calls] == ["r-7-0", "r-7-1", "r-7-2"]


@of("openai-responses", "anthropic", "gemini")
def test_thoughts_are_kept_apart_and_go_back_as_they_came(
    interface: str, provider: ModuleType, read: Any
) -> None:
    say = Say("Yes.", calls=CALLS, thinking="Hm, well.")
    _, streamed = read(interface, provider.stream(say, REQUEST))
    for completion in (whole(interface, provider, say), streamed):
        assert completion.text == "Yes."
        assert completion.message.reasoning == "Hm, well."
        chat = wire.chat_request("m", ["x", completion.message.to_message()][1:], {})
        sent = json.dumps(wire.for_interface(interface).request(chat))
        assert "Hm, well." in sent
        assert ("c2lnbmVk" in sent) == (interface != "openai-responses")
        elsewhere = wire.for_interface("openai").request(chat)["messages"][0]
        assert elsewhere["content"] == "Yes."
        assert "original" not in elsewhere


@pytest.mark.parametrize("thoughts", ["reasoning_content", "reasoning"])
def test_thoughts_by_the_names_of_openai_s_followers(thoughts: str, read: Any) -> None:
    message = {"role": "assistant", "content": "Yes.", thoughts: "Hm."}
    completion = wire.for_interface("openai").parse({"choices": [{"message": message}]})
    assert completion.message.reasoning == "Hm."
    event = {"choices": [{"delta": {thoughts: "Hm."}, "finish_reason": "stop"}]}
    assert read("openai", [f"data: {json.dumps(event)}\n\n"])[1].message.reasoning == "Hm."


def test_an_answer_that_is_too_long_or_held_back_says_so(
    interface: str, provider: ModuleType, read: Any
) -> None:
    for finish in ("length", "content_filter"):
        if finish == "content_filter" and interface == "llama":
            continue
        say = Say("Once", finish=finish)
        _, streamed = read(interface, provider.stream(say, REQUEST))
        for completion in (whole(interface, provider, say), streamed):
            assert completion.choices[0].finish_reason == finish


@of("openai", "openai-responses", "gemini")
def test_refusals(interface: str, provider: ModuleType, read: Any) -> None:
    say = Say(None, refusal="I will not.")
    _, streamed = read(interface, provider.stream(say, REQUEST))
    for completion in (whole(interface, provider, say), streamed):
        expected = "The prompt was blocked: SAFETY." if interface == "gemini" else "I will not."
        assert completion.message.refusal == expected
        assert completion.text == ""


@of("openai")
def test_several_answers_and_logprobs(read: Any, provider: ModuleType, interface: str) -> None:
    request = {**REQUEST, "n": 2, "logprobs": True, "top_logprobs": 1}
    _, streamed = read(interface, openai_stream(Say("a b"), request))
    assert [choice.message.content for choice in streamed.choices] == ["a b", "a b"]
    logprobs = streamed.choices[1].logprobs
    assert [each.token for each in logprobs] == ["a", " b"]
    assert logprobs[1].top_logprobs[0].bytes == [32, 98]
    assert comparable(streamed) == comparable(
        wire.for_interface(interface).parse(provider.whole(Say("a b"), request))
    )


@of("openai")
def test_audio(read: Any, provider: ModuleType, interface: str) -> None:
    audio = {"id": "audio_1", "data": "QUJD" * 9, "transcript": "Hi to you", "expires_at": 99}
    say = Say(None, audio=audio)
    _, streamed = read(interface, provider.stream(say, REQUEST))
    for completion in (whole(interface, provider, say), streamed):
        assert completion.message.audio == models.AudioReply(**audio)
        assert completion.message.content is None


def test_unknown_fields_survive(interface: str, provider: ModuleType, read: Any) -> None:
    say = Say("Hi", extra={"new_field": {"a": [1]}})
    assert whole(interface, provider, say).extra["new_field"] == {"a": [1]}
    if interface in ("openai", "gemini", "llama"):
        _, streamed = read(interface, provider.stream(say, REQUEST))
        assert streamed.extra["new_field"] == {"a": [1]}


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("overloaded", "MODEL_SERVER_ERROR"),
        ("rate_limited", "MODEL_RATE_LIMITED"),
        ("unauthorized", "MODEL_UNAUTHORIZED"),
        ("not_found", "MODEL_NOT_SERVED"),
    ],
)
@of(*TELLS_TOOLS)
def test_an_error_in_a_stream_has_the_code_of_its_http_status(
    interface: str, provider: ModuleType, read: Any, kind: Any, code: str
) -> None:
    say = Say("Once upon a time", fails=Fail(kind=kind, message="So sorry."))
    with pytest.raises(ModelError, match=r"So sorry\.") as failed:
        read(interface, provider.stream(say, REQUEST))
    assert failed.value.code == code


def test_an_error_of_llama_s_host_is_one(read: Any) -> None:
    for answer in ({"message": "Too many requests"}, {"error": "Too many requests"}):
        with pytest.raises(ModelError, match="Too many requests"):
            wire.for_interface("llama").parse(answer)
        with pytest.raises(ModelError, match="Too many requests"):
            read("llama", [f"data: {json.dumps(answer)}\n\n"])


def test_the_error_of_the_responses_api_that_comes_as_an_event(read: Any) -> None:
    error = {"type": "error", "code": "rate_limit_exceeded", "message": "Slow down.", "param": None}
    with pytest.raises(ModelError, match=r"Slow down\.") as failed:
        read("openai-responses", [f"event: error\ndata: {json.dumps(error)}\n\n"])
    assert failed.value.code == "MODEL_RATE_LIMITED"
    assert failed.value.details["code"] == "rate_limit_exceeded"


def test_a_stream_that_breaks_off_is_no_answer(
    interface: str, provider: ModuleType, read: Callable[..., Any]
) -> None:
    events = list(provider.stream(Say("one two three"), REQUEST))
    reader = wire.DeltaReader(wire.for_interface(interface))
    said = "".join(delta.text for event in events[:-3] for delta in reader.feed(event))
    with pytest.raises(ModelError, match="broke off") as failed:
        list(reader.close())
    assert failed.value.code == "MODEL_STREAM_CUT"
    assert reader.completion.message.content == said


def test_an_answer_that_is_not_streamed_is_read_as_if_it_were(
    interface: str, provider: ModuleType, read: Any
) -> None:
    calls = [] if interface == "llama" else CALLS
    answer = provider.whole(Say("Hi there", calls=calls), {"model": "m"})
    document = json.dumps(answer, indent=1)
    deltas, completion = read(interface, [document[:7], document[7:]])
    assert completion == wire.for_interface(interface).parse(answer)
    assert [delta.text for delta in deltas] == ["Hi there"]
    assert len(deltas[0].tool_calls) == len(calls)


def test_gemini_s_stream_without_events(read: Any) -> None:
    deltas, completion = read("gemini", array(Say("one two")))
    assert completion.text == "one two"
    assert len(deltas) == 3


def test_a_document_that_breaks_off_is_no_answer(read: Any) -> None:
    with pytest.raises(ModelError, match="not JSON"):
        read("openai", ['{"choices": [{"mess'])


def test_nothing_at_all_is_no_answer(interface: str, read: Any) -> None:
    for nothing in ("", "\n\n", ": ping\n\n"):
        with pytest.raises(ModelError, match="broke off"):
            read(interface, [nothing])


def test_a_reader_that_need_not_keep_anything_does_not(
    interface: str, provider: ModuleType
) -> None:
    say = Say("one two", thinking="Hm.")
    reader = wire.DeltaReader(wire.for_interface(interface), keep=False)
    deltas = [each for event in provider.stream(say, REQUEST) for each in reader.feed(event)]
    assert "".join(delta.text for delta in deltas) == "one two"
    assert reader.completion.message.content == ""
    assert not any(delta.original for delta in deltas) or interface == "openai-responses"


def test_an_interface_without_chats_is_named() -> None:
    with pytest.raises(ModelError, match=r"interface \[openai-embeddings\]") as failed:
        wire.for_interface("openai-embeddings")
    assert failed.value.code == "NOT_A_CHAT_MODEL"


def test_gemini_s_thoughts_are_counted_with_its_answer() -> None:
    tokens = {
        "promptTokenCount": 5,
        "candidatesTokenCount": 7,
        "thoughtsTokenCount": 20,
        "totalTokenCount": 32,
    }
    content = {"role": "model", "parts": [{"text": "Hi"}]}
    answer = {"candidates": [{"content": content}], "usageMetadata": tokens}
    usage = wire.for_interface("gemini").parse(answer).usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (5, 27, 32)
    assert usage.extra == {"thoughtsTokenCount": 20}


def test_what_anthropic_has_in_its_cache_is_counted_with_the_request(read: Any) -> None:
    tokens = {"input_tokens": 5, "cache_creation_input_tokens": 7, "cache_read_input_tokens": 90}
    start = {"type": "message_start", "message": {"usage": {**tokens, "output_tokens": 1}}}
    end = {
        "type": "message_delta",
        "delta": {"stop_reason": "end_turn"},
        "usage": {"output_tokens": 8, "input_tokens": None},
    }
    _, completion = read("anthropic", [f"data: {json.dumps(each)}\n\n" for each in (start, end)])
    usage = completion.usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (102, 8, 110)


def test_content_in_parts_is_text_and_thoughts(read: Any) -> None:
    thoughts = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}
    content = [thoughts, {"type": "text", "text": "Yes."}]
    message = wire.for_interface("openai").parse({"choices": [{"message": {"content": content}}]})
    assert (message.text, message.message.reasoning) == ("Yes.", "Hm.")
    event = {"choices": [{"delta": {"content": content}, "finish_reason": "stop"}]}
    _, completion = read("openai", [f"data: {json.dumps(event)}\n\n"])
    assert (completion.text, completion.message.reasoning) == ("Yes.", "Hm.")


def test_arguments_that_come_as_an_object_are_text_too(read: Any) -> None:
    call = {"id": "1", "function": {"name": "f", "arguments": {"a": "\u00fc"}}}
    message = {"content": None, "tool_calls": [call]}
    completion = wire.for_interface("openai").parse({"choices": [{"message": message}]})
    assert completion.tool_calls[0].parsed() == {"a": "\u00fc"}
    event = {"choices": [{"delta": message, "finish_reason": "tool_calls"}]}
    _, streamed = read("openai", [f"data: {json.dumps(event)}\n\n"])
    assert streamed.tool_calls[0].parsed() == {"a": "\u00fc"}


def test_arguments_that_come_at_once_are_not_lost(read: Any) -> None:
    item = {"type": "function_call", "call_id": "c", "name": "f", "arguments": '{"a": 1}'}
    events = [
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": {"output": [item]}},
    ]
    _, completion = read("openai-responses", [f"data: {json.dumps(each)}\n\n" for each in events])
    assert completion.tool_calls[0].parsed() == {"a": 1}


def test_an_answer_of_a_thousand_pieces_is_whole(
    interface: str, provider: ModuleType, read: Any
) -> None:
    text = "".join(chr(0x4E00 + number) for number in range(1000))
    _, completion = read(interface, provider.stream(Say(text, pieces=1), REQUEST))
    assert completion.message.content == text


def test_an_error_is_known_by_its_type_where_its_code_is_not() -> None:
    error = {"code": "new_code", "type": "rate_limit_error", "message": "Slow down."}
    with pytest.raises(ModelError) as failed:
        wire.for_interface("openai").parse({"error": error})
    assert failed.value.code == "MODEL_RATE_LIMITED"
    assert failed.value.details == {"code": "new_code", "type": "rate_limit_error"}
