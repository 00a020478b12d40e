"""Every interface of models, asked through the whole of the host."""

from __future__ import annotations

import pytest
from atoll_providers.replies import Call, Fail, Predictions, Raw, Say, Vectors


async def test_chat_with_parallel_tools(app, providers):
    calls = [Call("add", {"a": 1, "b": 2}), Call("add", {"a": 3, "b": 4})]
    providers.answer(Say(None, calls=calls), Say("3 and 7", usage=(1, 2)))
    assert await app.call("addUp", question="1+2, 3+4?") == "3 and 7|3"
    first, second = (asked.json for asked in providers.requests)
    assert (first["metadata"], first["temperature"], first["logprobs"]) == ({"k": "}"}, 0.5, True)
    assert first["tool_choice"] == "auto"
    told, *results = second["messages"][2:]
    assert told["tool_calls"][1]["function"] == {"name": "add", "arguments": calls[1].text}
    assert results == [
        {"role": "tool", "content": 3, "tool_call_id": "call_1"},
        {"role": "tool", "content": 7, "tool_call_id": "call_2"},
    ]


async def test_arguments_that_are_no_json(app, providers):
    providers.answer(Say(None, calls=[Call("add", '{"a": 1,')]))
    assert "This is not JSON" in await app.failure("addUp", question="x")


async def test_chat_with_pictures_and_sound(app, providers):
    audio = {"id": "a1", "data": "AAECAw==", "transcript": "aloud", "expires_at": 99}
    providers.answer(Say(None, audio=audio))
    output = await app.call("look")
    assert output["choices"][0]["message"]["audio"]["transcript"] == "aloud"
    asked = providers.last.json
    assert asked["messages"][0]["content"] == [
        {"type": "text", "text": "what?"},
        {
            "type": "image_url",
            "image_url": {"url": "data:image/png;base64,AAA=", "detail": "low"},
        },
        {"type": "input_audio", "input_audio": {"data": "AAA=", "format": "wav"}},
    ]
    assert asked["modalities"] == ["text", "audio"]
    assert asked["response_format"]["json_schema"]["strict"] is True


async def test_what_an_answer_has_besides(app, providers):
    providers.answer(Say("x", extra={"citations": ["a", '"}']}))
    assert await app.call("citations") == ["a", '"}']


async def test_a_message_goes_back_with_all_its_fields(app, providers):
    message = {"role": "assistant", "content": None, "reasoning": {"}": [1]}, "annotations": []}
    providers.answer(Raw({"choices": [{"message": message}]}))
    await app.call("again")
    assert providers.last.json["messages"] == [{"role": "user", "content": "x"}, message]
    providers.answer(Raw({"choices": []}))
    assert "has no such message" in await app.failure("again")


async def test_what_the_sdk_keeps_for_itself_is_no_part_of_the_api(app, providers):
    types = app.app.interface.types
    assert [each.name for each in types["ContentBlock"].fields] == [
        "type", "text", "id", "name", "input", "thinking", "signature",
    ]  # fmt: skip
    providers.answer(Raw({"content": [{"type": "text", "text": "t", "new": 1}]}))
    (block,) = await app.call("claudeContent")
    assert (block["text"], "raw" in block) == ("t", False)
    part = {"text": "t", "thought": True, "functionCall": {"name": "f"}}
    assert (await app.call("echoPart", part=part))["functionCall"]["name"] == "f"


async def test_control_characters_and_halves_of_characters(app, providers):
    text = 'a\x01\x7f\u2028"\\ \ud83c'
    providers.answer(Say("told"))
    assert await app.call("chatWhole", text=text.replace("\ud83c", "�")) == "told"
    assert providers.last.json["messages"][0]["content"] == text.replace("\ud83c", "�")
    providers.answer(Say('a\x01\x7f\u2028"\\', split=3))
    assert await app.call("chatWhole", text="x") == 'a\x01\x7f\u2028"\\'


async def test_llama(app, providers):
    providers.answer(Say("told", usage=(1, 2), finish="length"))
    assert await app.call("generateLlama", prompt="x") == ["told", "length", "1", "2"]
    assert providers.last.json == {"prompt": "x"}


async def test_vectors(app, providers):
    providers.answer(Vectors([[0.5, 1], [0, -1]]))
    assert await app.call("embedAll", texts=["a", "b"]) == [[0.5, 1.0], [0.0, -1.0]]
    assert providers.last.json == {"model": "big/model", "input": ["a", "b"]}
    providers.answer(Predictions([[0.5, 1]]))
    assert await app.call("embedOld", texts=["a"]) == [[0.5, 1.0]]


async def test_labels(app, providers):
    label = {"label": "good", "confidence": 0.5, "probabilities": []}
    providers.answer(Predictions([label]))
    assert await app.call("labelOf", text="x") == "good 0.5"
    assert providers.last.json == {"instances": ["x"]}


KINDS = [
    "bad_request", "context_overflow", "unauthorized", "forbidden", "not_found", "rate_limited",
    "server_error", "unavailable", "overloaded",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("function", "arguments"),
    [("citations", {}), ("respondRefused", {}), ("geminiParts", {}), ("claudeBlocks", {}),
     ("generateLlama", {"prompt": "x"}), ("embedAll", {"texts": []}), ("labelOf", {"text": ""})],
)  # fmt: skip
async def test_refusals_end_the_call_with_a_reason(app, providers, kind, function, arguments):
    providers.default = Fail(kind)
    assert await app.failure(function, **arguments)


async def test_answers_that_are_damaged(app, providers):
    providers.answer(Raw(b"<html>", content_type="text/html"))
    assert await app.failure("citations")
    providers.answer(Raw(b'{"choices": ['))
    assert await app.failure("citations")
    providers.answer(Raw(b'{"citations": [1]}'))
    assert "a string" in await app.failure("citations")


async def test_the_reason_of_a_refusal_is_told(app, providers):
    providers.default = Fail("bad_request", "no }] such thing")
    for function, arguments in (("embedAll", {"texts": []}), ("generateLlama", {"prompt": "x"})):
        message = await app.failure(function, **arguments)
        assert "Failed to invoke" in message
        assert "no }] such thing" in message
