"""Every interface of models, asked by an app of a provider that speaks it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from atoll_providers.replies import Call, Fail, Predictions, Say, Vectors
from atoll_providers.server import Providers

from atoll.app.app import App
from atoll.app.call import Outcome
from atoll.app.stream import StreamFailed
from atoll.manifest import parse_manifest

PATHS = {
    "chat": "v1/chat/completions",
    "responses": "v1/responses",
    "claude": "v1/messages",
    "gemini": "v1beta/models/gemini-pro:generateContent",
    "llama": "model/meta.llama/invoke",
    "llama-stream": "model/meta.llama/invoke-with-response-stream",
    "embeddings": "v1/embeddings",
    "classifier": "v1/models/classes:predict",
}
STREAMS = ["openAIText", "responsesText", "claudeText", "geminiText", "llamaText"]
RAIN = Call("weather", {"city": "Zoë"})


class Asking:
    """The app that asks, with its models at the provider."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def outcome(self, name: str, argument: Any) -> Outcome:
        function = self.app.interface.function(name)
        assert function is not None
        return await self.app.call(function, {function.parameters[0].name: argument})

    async def __call__(self, name: str, argument: Any = "Hi") -> Any:
        outcome = await self.outcome(name, argument)
        assert not outcome.failed, outcome.errors
        return outcome.value

    async def error(self, name: str, argument: Any = "Hi") -> str:
        outcome = await self.outcome(name, argument)
        assert outcome.failed
        return outcome.errors[0].message

    async def stream(self, name: str, argument: Any = "Hi") -> list[Any]:
        """The elements, and the message of the error that they end with."""
        function = self.app.interface.function(name)
        assert function is not None
        got: list[Any] = []
        try:
            async for each in self.app.stream(function, {function.parameters[0].name: argument}):
                got.append(each)
        except StreamFailed as failed:
            got.append(Exception(failed.errors[0].message))
        return got


@pytest.fixture
async def ask(running: Any, providers: Providers) -> AsyncIterator[Asking]:
    manifest = {
        "connections": {"provider": {"type": "http", "baseUrl": f"{providers.url}/"}},
        "models": {
            name: {"sourceModel": "Big/Model", "connection": "provider", "path": path}
            for name, path in PATHS.items()
        },
    }
    parsed = parse_manifest(json.dumps(manifest), path=Path("modus.json"))
    app = App("go", running.guest, parsed, {})
    yield Asking(app)
    await app.close()


def sent(providers: Providers) -> list[Any]:
    return [asked.json for asked in providers.requests]


# Whole answers ---------------------------------------------------------------------------------


async def test_openai(ask, providers):
    providers.answer(Say("Hé ✨", thinking="Hm", extra={"provider": {"region": "eu"}}))
    output = await ask("openAIAnswer", "a\nb")
    assert output["choices"][0]["message"]["content"] == "Hé ✨"
    assert (output["usage"]["totalTokens"], output["created"]) == (19, "2025-03-10T01:25:52Z")
    assert pairs(output["extra"]) == {"provider": {"region": "eu"}}
    message = output["choices"][0]["message"]
    assert pairs(message["extra"]) == {"annotations": [], "reasoning_content": "Hm"}
    [request] = sent(providers)
    assert request["model"] == "big/model"
    assert request["reasoning_effort"] == "low"
    assert request["messages"] == [{"role": "user", "content": "a\nb", "x_note": {"a": 1}}]
    assert "stream" not in request


def pairs(extra: Any) -> dict[str, Any]:
    return {pair["key"]: json.loads(pair["value"]) for pair in extra}


async def test_openai_with_tools(ask, providers):
    marked = Say(calls=[RAIN, Call("weather", "{broken")])
    providers.answer(marked, Say("It rains."))
    output = json.loads(await ask("openAITools"))
    assert output["choices"][0]["message"]["content"] == "It rains."
    _, said, *results = sent(providers)[1]["messages"]
    calls = [call["function"] for call in said["tool_calls"]]
    assert [call["arguments"] for call in calls] == [RAIN.text, "{broken"]
    note = json.dumps({"text": "<é>"}, ensure_ascii=False, separators=(",", ":"))
    assert [(each["tool_call_id"], each["content"]) for each in results] == [
        ("call_1", note), ("call_2", note),
    ]  # fmt: skip


async def test_responses(ask, providers):
    providers.answer(Say("Hé ✨", thinking="Hm", extra={"provider": 1}))
    found = json.loads(await ask("responsesAnswer", "a"))
    assert found["text"] == "Hé ✨"
    output = found["output"]
    assert (output["provider"], output["usage"]["total_tokens"]) == (1, 19)
    assert output["output"][0] == {
        "type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hm"}],
    }  # fmt: skip
    [request] = sent(providers)
    assert request["input"] == [
        {"type": "message", "role": "developer", "content": [text_of("Be brief.")]},
        {"type": "message", "role": "user", "content": [
            text_of("a"), {"type": "input_image", "image_url": "data:image/png;base64,AA=="}]},
    ]  # fmt: skip
    assert (request["tool_choice"], request["max_output_tokens"]) == ("auto", 100)
    assert (request["reasoning"], request["truncation"]) == ({"effort": "low"}, "auto")
    tool = {"type": "function", "name": "weather", "description": "Tells"}
    assert request["tools"] == [{**tool, "parameters": {"type": "object"}}]
    assert "stream" not in request


def text_of(text: str) -> dict[str, str]:
    return {"type": "input_text", "text": text}


async def test_responses_with_tools(ask, providers):
    providers.answer(Say("Let me see.", calls=[RAIN], thinking="Hm"), Say("It rains."))
    assert await ask("responsesTools") == "It rains."
    reasoning, message, call, result = sent(providers)[1]["input"][2:]
    assert reasoning["summary"] == [{"type": "summary_text", "text": "Hm"}]
    part = {"type": "output_text", "text": "Let me see.", "annotations": []}
    assert message["content"] == [part]
    assert (call["call_id"], call["arguments"]) == ("call_1", RAIN.text)
    assert (result["type"], result["call_id"]) == ("function_call_output", "call_1")


async def test_anthropic(ask, providers):
    providers.answer(Say("Hé ✨", extra={"container": None}))
    output = json.loads(await ask("claudeAnswer", "a"))
    assert output["content"] == [{"type": "text", "text": "Hé ✨"}]
    assert (output["container"], output["usage"]["output_tokens"]) == (None, 7)
    [request] = sent(providers)
    assert request["messages"][0]["content"] == [
        {"type": "text", "text": "a"},
        {"type": "image", "source": {"type": "url", "url": "http://x/"}},
    ]
    assert request["thinking"] == {"type": "enabled", "budget_tokens": 1024}
    assert request["model"] == "Big/Model"
    assert "stream" not in request


async def test_anthropic_with_tools(ask, providers):
    providers.answer(Say("Let me see.", calls=[RAIN], thinking="Hm"), Say("It rains."))
    output = json.loads(await ask("claudeTools"))
    assert output["content"][0]["text"] == "It rains."
    _, said, results = sent(providers)[1]["messages"]
    thought, text, call = said["content"]
    assert thought == {"type": "thinking", "thinking": "Hm", "signature": "c2lnbmVk"}
    assert (text["text"], call["input"]) == ("Let me see.", {"city": "Zoë"})
    [result] = results["content"]
    assert (result["type"], result["tool_use_id"]) == ("tool_result", call["id"])


async def test_gemini(ask, providers):
    providers.answer(Say("Hé ✨", thinking="Hm", extra={"responseId": "r"}))
    found = json.loads(await ask("geminiAnswer", "a"))
    assert found["text"] == "Hé ✨"
    output = found["output"]
    assert (output["responseId"], output["candidates"][0]["finishReason"]) == ("r", "STOP")
    assert output["candidates"][0]["content"]["parts"][0] == {"text": "Hm", "thought": True}
    [request] = sent(providers)
    assert request["contents"] == [
        {"role": "user", "parts": [{"text": "Hi"}]},
        {"role": "model", "parts": [{"text": "Hello"}]},
        {"role": "user", "parts": [
            {"text": "a"}, {"inlineData": {"mimeType": "image/png", "data": "AP8="}}]},
    ]  # fmt: skip
    assert request["systemInstruction"]["parts"] == [{"text": "Be brief."}]
    assert request["generationConfig"] == {
        "temperature": 0, "maxOutputTokens": 100, "stopSequences": ["END"],
        "thinkingConfig": {"thinkingBudget": 0},
    }  # fmt: skip
    harm = {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_ONLY_HIGH"}
    assert request["safetySettings"] == [harm]
    calling = {"mode": "ANY", "allowedFunctionNames": ["weather"]}
    assert request["toolConfig"] == {"functionCallingConfig": calling}


async def test_gemini_with_tools(ask, providers):
    providers.answer(Say("Let me see.", calls=[RAIN]), Say("It rains."))
    assert await ask("geminiTools") == "It rains."
    *_, said, results = sent(providers)[1]["contents"]
    [call] = [part["functionCall"] for part in said["parts"] if "functionCall" in part]
    assert (call["name"], call["args"]) == ("weather", {"city": "Zoë"})
    response = {"name": "weather", "response": {"weather": "rain"}}
    assert results == {"role": "user", "parts": [{"functionResponse": response}]}


async def test_llama(ask, providers):
    providers.answer(Say("Hé ✨", extra={"images": None}))
    output = await ask("llamaAnswer", "<s>a")
    assert (output["generation"], output["stopReason"]) == ("Hé ✨", "stop")
    assert (output["generationTokenCount"], pairs(output["extra"])) == (7, {"images": None})
    assert sent(providers) == [{"prompt": "<s>a", "max_gen_len": 10, "images": ["AA=="]}]


async def test_embeddings(ask, providers):
    providers.answer(Vectors([[0.5, -1], [0, 2]], extra={"provider": "x"}))
    output = json.loads(await ask("embeddingsAnswer", ["a", "b"]))
    assert [each["embedding"] for each in output["data"]] == [[0.5, -1], [0, 2]]
    [request] = sent(providers)
    assert (request["input"], request["dimensions"]) == (["a", "b"], 3)
    assert request["input_type"] == "query"


async def test_classification(ask, providers):
    labels = [{"label": "good", "probability": 0.75}, {"label": "bad", "probability": 0.25}]
    prediction = {"label": "good", "confidence": 0.75, "probabilities": labels}
    providers.answer(Predictions([prediction]))
    assert json.loads(await ask("classifierAnswer", ["a"])) == {"predictions": [prediction]}
    assert sent(providers) == [{"instances": ["a"]}]


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("openAIAnswer", "unavailable", "the chat model returned an error: Service unavailable."),
        ("openAIAnswer", "rate_limited", "no response received from model invocation"),
        ("openAIAnswer", "context_overflow", "This model's maximum context length is 8192 tokens"),
        ("responsesAnswer", "bad_request", "the chat model returned an error: "),
        ("geminiAnswer", "overloaded", "the model returned an error: "),
        ("claudeAnswer", "overloaded", "the model returned an error: Overloaded"),
        ("claudeAnswer", "unauthorized", "failed to invoke model claude"),
        ("llamaAnswer", "server_error", "the model returned an error: The server encountered"),
    ],
)
async def test_errors_of_providers(ask, providers, name, kind, said):
    providers.default = Fail(kind=kind)
    assert said in await ask.error(name)


# Streams ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("split", [None, 1, 7])
@pytest.mark.parametrize("name", STREAMS)
async def test_text_comes_in_pieces(ask, providers, name, split):
    providers.answer(Say("one zwei ✨drei", split=split))
    pieces = await ask.stream(name)
    assert pieces == ["one", " zwei", " ✨drei"]
    if name not in ("geminiText", "llamaText"):
        assert providers.last.json["stream"] is True
    assert providers.last.streamed


@pytest.mark.parametrize("name", STREAMS)
async def test_an_error_in_the_middle(ask, providers, name):
    providers.answer(Say("one two", fails=Fail(kind="overloaded", message="Too much.")))
    *pieces, failed = await ask.stream(name)
    assert pieces == ["one", " two"]
    assert "Too much." in str(failed)


@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("how", ["cut_after", "stop_after"])
async def test_a_stream_that_is_cut_off(ask, providers, name, how):
    providers.answer(Say("one two three four five six", **{how: 4}))
    *pieces, failed = await ask.stream(name)
    assert "one two three four five six".startswith("".join(pieces))
    assert isinstance(failed, Exception)
    if how == "stop_after":
        assert "broke off before its end" in str(failed)


@pytest.mark.parametrize("name", STREAMS)
async def test_an_error_instead_of_a_stream(ask, providers, name):
    providers.default = Fail(kind="unauthorized")
    [failed] = await ask.stream(name)
    assert "failed to invoke model" in str(failed)


@pytest.mark.parametrize("name", ["openAIText", "responsesText", "claudeText", "geminiText"])
async def test_a_provider_that_does_not_stream(ask, providers, name):
    def whole(asked):
        from atoll_providers import server  # as it answers the same request, not streamed

        provider, _ = server._provider(asked.path)
        return server.Raw(provider.whole(Say("All of it."), asked.json))

    providers.answer(whole)
    assert await ask.stream(name) == ["All of it."]


async def test_a_stream_put_together(ask, providers):
    calls = [RAIN, Call("weather", {"city": "Rome"})]
    providers.answer(Say("Let me see.", calls=calls, extra={"provider": 1}))
    output = json.loads(await ask("openAIGathered"))
    [choice] = output["choices"]
    assert (choice["message"]["content"], choice["finish_reason"]) == ("Let me see.", "tool_calls")
    assert [call["function"]["arguments"] for call in choice["message"]["tool_calls"]] == [
        call.text for call in calls
    ]
    assert [call["id"] for call in choice["message"]["tool_calls"]] == ["call_1", "call_2"]
    assert (output["usage"]["total_tokens"], output["model"]) == (19, "big/model")


async def test_streams_at_the_same_time(ask, providers):
    providers.answer(Say("a b"), Say("one two"), Say("three"))
    function = ask.app.interface.function("interleaved")
    outcome = await ask.app.call(function, {})
    assert outcome.value == "[a:|one| two][ b:|three]"


async def test_a_client_that_leaves_ends_the_request(ask, providers):
    def forever():
        while True:
            yield "more "

    providers.answer(Say(pieces=forever(), pause=0.001))
    function = ask.app.interface.function("openAIText")
    stream = ask.app.stream(function, {"text": "Hi"})
    assert [await anext(stream), await anext(stream)] == ["more ", "more "]
    await stream.aclose()
    assert providers.last.done.wait(10)
    assert providers.last.left
