"""Answers of models of Gemini, whole and piece by piece, and their way back to the model."""

from __future__ import annotations

import pytest
from atoll_providers.replies import Call, Events, Fail, Raw, Say


async def test_pieces(app, providers):
    providers.answer(Say("né 🎉 you", split=1, thinking="hm"))
    assert await app.stream("gemini", text="x") == ["né", " 🎉", " you"]
    asked = providers.last
    assert asked.path.endswith(":streamGenerateContent")
    assert asked.query["alt"] == "sse"
    assert asked.json == {
        "contents": [{"role": "user", "parts": [{"text": "x"}]}],
        "generationConfig": None,
    }


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_function_and_its_result(app, providers, streamed):
    say = Say("Let me see.", calls=[Call("f", {"a": "é}"})], thinking="hm so", signature="c2ln")
    providers.answer(say, Say("Seven.", usage=(5, 6), finish="length"))
    assert await app.call("geminiTwice", streamed=streamed) == "Seven. 11 MAX_TOKENS"
    first, second = (asked.json for asked in providers.requests)
    declared = {"name": "f", "parametersJsonSchema": {"type": "object"}}
    assert first["tools"] == [{"functionDeclarations": [declared]}]
    mode = {"mode": "ANY", "allowedFunctionNames": ["f"]}
    assert first["toolConfig"] == {"functionCallingConfig": mode}
    assert first["generationConfig"] == {"thinkingConfig": {"includeThoughts": True}}
    _, told, result = second["contents"]
    assert told["role"] == "model"
    texts = [part for part in told["parts"] if "text" in part]
    spoken = "".join(part["text"] for part in texts if not part.get("thought"))
    assert spoken == "Let me see."
    thoughts = "".join(part["text"] for part in texts if part.get("thought"))
    assert thoughts == "hm so"
    calls = [part for part in told["parts"] if "functionCall" in part]
    assert calls[0]["functionCall"]["args"] == {"a": "é}"}
    assert any(part.get("thoughtSignature") == "c2ln" for part in told["parts"])
    (answered,) = result["parts"]
    assert result["role"] == "user"
    assert answered["functionResponse"]["name"] == "f"
    assert answered["functionResponse"]["response"] == {"n": 7}
    assert answered["functionResponse"].get("id") == calls[0]["functionCall"].get("id")


@pytest.mark.parametrize("streamed", [False, True])
async def test_what_an_answer_has_besides_comes_back(app, providers, streamed):
    parts = [
        {"executableCode": {"language": "PYTHON", "code": '"}'}, "new": [1]},
        {"functionCall": {"name": "f", "args": {}, "more": 1}},
        {"text": "t", "partMetadata": {"x": None}},
    ]
    answer = {
        "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP"}]
    }
    done = {"candidates": [{"content": {"parts": []}, "finishReason": "STOP"}]}
    if streamed:
        providers.answer(Events([answer]), Events([done]))
    else:
        providers.answer(Raw(answer), Raw(done))
    assert await app.call("geminiTwice", streamed=streamed) == " 0 STOP"
    assert providers.last.json["contents"][1]["parts"] == parts


async def test_parts(app, providers):
    await app.call("geminiParts")
    (content,) = providers.last.json["contents"]
    assert content["parts"] == [
        {"text": "t"},
        {"inlineData": {"mimeType": "image/png", "data": "AAA="}},
        {"fileData": {"mimeType": "audio/mp3", "fileUri": "gs://x"}},
        {"executableCode": {"code": "}"}, "new": [1]},
        {"text": "", "x": None},
    ]


async def test_an_error_within_the_stream(app, providers):
    providers.answer(Say("a b", fails=Fail("overloaded", "too much")))
    message = await app.failure("geminiTwice", streamed=True)
    assert message == "The chat model returned an error: too much"


async def test_a_model_whose_path_is_not_that_of_streams(app, providers):
    providers.answer(Raw([{"candidates": []}]))
    message = await app.failure("geminiTwice", streamed=True)
    assert message.startswith("The answer is not a stream of events")
