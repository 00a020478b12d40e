"""Functions that ask models of all interfaces, through the whole path to a scripted provider."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import aclosing
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
from atoll_providers.experimental import label
from atoll_providers.replies import Call, Fail, Predictions, Raw, Say, Vectors

from atoll.app.app import App
from atoll.app.stream import StreamFailed
from atoll.manifest import parse_manifest

FOLDER = Path(__file__).parents[1] / "apps" / "interpreter"

CHATS = {
    "openai": "v1/chat/completions",
    "openai-responses": "v1/responses",
    "anthropic": "v1/messages",
    "gemini": "v1beta/models/gemini-pro:generateContent",
    "llama": "model/llama3/invoke",
}
OTHERS = {
    "openai-embeddings": "v1/embeddings",
    "embeddings": "minilm:predict",
    "classification": "sentiment:predict",
}
TOLD_BY_PATH = ("openai", "openai-responses", "anthropic", "gemini", "openai-embeddings")
TOOLS = ("openai", "openai-responses", "anthropic", "gemini")


@pytest.fixture(scope="session")
def interpreter(load_python):
    return load_python(FOLDER)


@pytest.fixture
def dev():
    return False


@pytest.fixture
async def app(interpreter, providers, dev):
    """Each model has the name of its interface."""
    models: dict[str, Any] = {}
    for name, path in {**CHATS, **OTHERS}.items():
        models[name] = {"sourceModel": f"some-{name}", "connection": "provider", "path": path}
        if name not in TOLD_BY_PATH:
            models[name]["interface"] = name
    connection = {
        "type": "http",
        "baseUrl": providers.url,
        "headers": {"x-api-key": "{{KEY}}"},
        "retries": {"attempts": 1},
    }
    manifest = parse_manifest(
        json.dumps({"connections": {"provider": connection}, "models": models}),
        path=Path("modus.json"),
    )
    environ = {"MODUS_PROVIDER_KEY": "very-secret"}
    app = App("interpreter", interpreter, manifest, environ, dev=dev)
    yield app
    await app.close()


@pytest.fixture
def call(app):
    async def call(name, /, **arguments):
        outcome = await app.call(app.interface.function(name), arguments)
        assert outcome.errors == ()
        return outcome.value

    return call


@pytest.mark.parametrize("model", CHATS)
async def test_a_chat(call, providers, model):
    providers.answer(Say("Grüezi \U0001f600", usage=(30, 4)))
    assert await call("chat", model=model, prompt="Hällo") == "Grüezi \U0001f600 34"
    assert providers.last.interface == model
    assert "Hällo" in str(providers.last.json)
    assert "Be terse." in str(providers.last.json)
    assert providers.last.headers["X-API-Key"] == "very-secret"


@pytest.mark.parametrize("model", CHATS)
async def test_a_streamed_chat(call, providers, model):
    providers.answer(Say("Grüezi, \U0001f600 wörld", split=1))
    said = await call("streamed", model=model, prompt="Hi")
    if model == "llama":  # Bedrock streams from another address, and a gateway need not stream
        assert "".join(said) == "Grüezi, \U0001f600 wörld"
        return
    assert said == ["Grüezi,", " \U0001f600", " wörld"]
    assert providers.last.streamed


@pytest.mark.parametrize("model", CHATS)
async def test_a_function_that_passes_a_stream_on(app, providers, model):
    providers.answer(Say("one two three"))
    arguments = {"model": model, "prompt": "Hi"}
    elements = app.stream(app.interface.function("tell"), arguments)
    assert "".join([element async for element in elements]) == "one two three"


@pytest.mark.parametrize("model", TOOLS)
async def test_tools(call, providers, model):
    calls = [Call("weather", {"city": "Oslo"}, "call_a"), Call("weather", {"city": "Bern"}, "c_b")]
    providers.answer(Say("Let me see.", calls=calls, thinking="Hm."), Say("It rains."))
    assert await call("with_tools", model=model, question="Rain?") == "It rains."
    asked, told = (str(request.json) for request in providers.requests)
    assert "The weather in a city." in asked
    assert "rain in Oslo" in told
    assert "rain in Bern" in told


@pytest.mark.parametrize("model", TOOLS)
async def test_structured_output(call, providers, model):
    providers.answer(Say('{"name": "Ann", "age": "old"}'), Say('{"name": "Ann", "age": 33}'))
    assert await call("person", model=model, about="Ann") == {"name": "Ann", "age": 33}
    assert '"additionalProperties": false' in json.dumps(providers.requests[0].json)
    assert len(providers.requests) == 2


async def test_embeddings(call, providers):
    for model in ("openai-embeddings", "embeddings"):
        providers.answer(Vectors(dimensions=3))
        first, second = await call("embed", model=model, texts=["one", "two"])
        assert len(first) == 3
        assert first != second
    packed = await call("embedPacked", model="openai-embeddings", text="one")
    assert packed[:3] == first
    assert providers.last.json["encoding_format"] == "base64"


STATUSES = {
    "bad_request": "MODEL_HTTP_ERROR",
    "unauthorized": "MODEL_UNAUTHORIZED",
    "forbidden": "MODEL_FORBIDDEN",
    "not_found": "MODEL_NOT_SERVED",
    "rate_limited": "MODEL_RATE_LIMITED",
    "server_error": "MODEL_SERVER_ERROR",
    "unavailable": "MODEL_SERVER_ERROR",
    "overloaded": "MODEL_SERVER_ERROR",
}


@pytest.mark.parametrize("model", CHATS)
@pytest.mark.parametrize("kind", STATUSES)
async def test_a_refusal_has_a_code_and_names_the_model(call, providers, model, kind):
    providers.default = Fail(kind=kind)
    for name in ("failure", "failureOfStream"):
        failed = await call(name, model=model)
        expected = STATUSES[kind]
        if model == "llama":  # Bedrock's statuses
            expected = {
                "unauthorized": "MODEL_FORBIDDEN",
                "overloaded": "MODEL_RATE_LIMITED",
            }.get(kind, expected)
        assert failed["code"] == expected
        if name == "failure":
            assert f"[{model}]" in failed["message"]
            assert "very-secret" not in failed["message"]


@pytest.mark.parametrize("dev", [True, False])
@pytest.mark.parametrize("model", CHATS)
async def test_why_a_prompt_is_too_long_is_told_in_development(call, providers, model, dev):
    providers.default = Fail(kind="context_overflow")
    failed = await call("failure", model=model)
    assert failed["code"] == "MODEL_CONTEXT_OVERFLOW"
    assert failed["hint"].startswith("the host says: ") == dev


@pytest.mark.parametrize("model", CHATS)
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Raw("not json"), "MODEL_ANSWER_INVALID"),
        (Raw("<html>busy</html>", content_type="text/html"), "MODEL_ANSWER_INVALID"),
        (Raw('{"choices": [{"message": {"con'), "MODEL_ANSWER_INVALID"),
        (Raw({"a": "b" * 100}, cut_after=10), None),
        (Raw("[]"), "BAD_MODEL_RESPONSE"),
        (Raw("null"), "BAD_MODEL_RESPONSE"),
        (Raw("{}"), "BAD_MODEL_RESPONSE"),
        (Raw({"error": {"message": "odd", "code": "odd_code"}}), "odd_code"),
    ],
)
async def test_an_answer_of_no_use(call, providers, model, answer, code):
    providers.default = answer
    failed = await call("failure", model=model)
    if code is None:
        assert "before its response was complete" in failed["message"]
    else:
        assert failed["code"] == code


@pytest.mark.parametrize("model", TOOLS)
async def test_a_stream_that_ends_in_an_error(call, providers, model):
    providers.answer(Say("one two", fails=Fail(kind="overloaded")))
    failed = await call("failureOfStream", model=model)
    assert (failed["code"], failed["message"]) == ("MODEL_SERVER_ERROR", "one two")


@pytest.mark.parametrize("model", TOOLS)
async def test_a_stream_that_stops_before_its_end(call, providers, model):
    stop = {"openai-responses": 6, "anthropic": 4}.get(model, 2)
    providers.answer(Say("one two three", stop_after=stop))
    failed = await call("failureOfStream", model=model)
    assert failed["code"] == "MODEL_STREAM_CUT"
    assert failed["message"].startswith("one")
    assert "three" not in failed["message"]


@pytest.mark.parametrize("model", TOOLS)
async def test_a_stream_whose_connection_breaks(call, providers, model):
    stop = {"openai-responses": 6, "anthropic": 4}.get(model, 2)
    providers.default = Say("one two three", cut_after=stop)
    failed = await call("failureOfStream", model=model)
    assert failed["code"] not in ("", "MODEL_STREAM_CUT")


async def test_a_stream_that_breaks_fails_the_function_that_passes_it_on(app, providers):
    providers.answer(Say("one two three", stop_after=3))
    elements = app.stream(app.interface.function("tell"), {"model": "openai", "prompt": "Hi"})
    assert [await anext(elements), await anext(elements)] == ["one", " two"]
    with pytest.raises(StreamFailed):
        await anext(elements)


async def test_content_that_is_null(call, providers):
    providers.answer(Say(None))
    assert await call("nullContent", model="openai") == ""


@pytest.mark.parametrize("model", TOOLS)
async def test_a_giant_stream_does_not_fill_the_memory_of_a_function(call, providers, model):
    pieces = ["x" * 50_000] * 200
    providers.answer(Say("", pieces=pieces))
    assert await call("lengthOfStream", model=model) == 10_000_000


@pytest.mark.parametrize("model", TOOLS)
async def test_a_client_that_leaves_ends_the_provider_s_work(app, providers, model):
    providers.answer(Say("", pieces=repeat("la ")))
    arguments = {"model": model, "prompt": "Sing."}
    async with aclosing(app.stream(app.interface.function("tell"), arguments)) as elements:
        assert [await anext(elements), await anext(elements)] == ["la ", "la "]
    assert await asyncio.to_thread(providers.last.done.wait, 20)
    assert providers.last.left


async def test_anthropic_s_own_form(call, providers):
    providers.answer(
        Say(None, calls=[Call("weather", {"city": "Oslo"})], thinking="Hm."),
        Say("Take a coat.", usage=(9, 5), extra={"novel": True}),
        Say("Hi."),
    )
    assert await call("inAnthropicSForm", model="anthropic") == [
        *("tool_use", "weather", "Oslo"),
        *("Take a coat.", "some-anthropic", "5", "True"),
        *("message_start", "message_stop"),
    ]
    first, second, third = (asked.json for asked in providers.requests)
    assert (first["system"], first["top_k"], first["new"]) == ("Be terse.", 5, 1)
    assert first["max_tokens"] == 4096
    thought = {"type": "thinking", "thinking": "Hm.", "signature": "c2lnbmVk"}
    assert second["messages"][1]["content"][0] == thought
    assert second["messages"][2]["content"] == [
        {"type": "tool_result", "tool_use_id": "call_1", "content": "rain"}
    ]
    assert third["stream"] is True


async def test_gemini_s_own_form(call, providers):
    providers.answer(
        Say(None, calls=[Call("weather", {"city": "Oslo"})]),
        Say("Take a coat.", usage=(9, 5)),
        Say("Hi there"),
    )
    assert await call("inGeminiSForm", model="gemini") == [
        *("STOP", "weather", "Oslo"),
        *("Take a coat.", "14", "gemini-scripted"),
        "Hi|there|",
    ]
    first, second, _ = (asked.json for asked in providers.requests)
    assert first["systemInstruction"] == {"parts": [{"text": "Be terse."}]}
    assert first["generationConfig"] == {"topK": 5}
    assert first["labels"] == {"a": "b"}
    assert second["contents"][1]["parts"][0]["thoughtSignature"] == "c2lnbmVk"
    assert providers.last.path.endswith(":streamGenerateContent")


async def test_llama_s_own_form(call, providers):
    providers.answer(Say(" a time "), Say("upon", usage=(8, 1)))
    providers.default = lambda asked: Raw(
        'data: {"generation": "Hi"}\n\ndata: {"generation": " you", "stop_reason": "stop"}\n\n',
        content_type="text/event-stream",
    )
    said = await call("inLlamaSForm", model="llama")
    assert said == ["a time", "stop", "8", "Hi| you"]
    assert providers.requests[0].json == {"prompt": "Once", "max_gen_len": 9, "temperature": 0.25}


async def test_the_form_of_the_responses_api(call, providers):
    providers.answer(
        Say(None, calls=[Call("weather", {"city": "Oslo"})], thinking="Hm."),
        Say("Take a coat.", usage=(9, 5)),
        Say("Hi."),
    )
    assert await call("inTheFormOfResponses", model="openai-responses") == [
        *("completed", "weather", "Oslo"),
        *("Take a coat.", "14", "default"),
        *("response.created", "response.completed"),
    ]
    first, second, _ = (asked.json for asked in providers.requests)
    assert (first["instructions"], first["store"]) == ("Be terse.", False)
    kinds = [item.get("type", "message") for item in second["input"]]
    assert kinds == ["message", "reasoning", "function_call", "function_call_output"]
    assert second["input"][-1]["output"] == '{"rain": true}'


async def test_the_experimental_forms(call, providers):
    good = {**label("good", good=0.75, bad=0.25), "why": "so"}
    providers.answer(Predictions([good]), Vectors([[1.0, 2.5]]))
    assert await call("classes", model="classification", texts=["x"]) == [
        "good 0.75 bad {'why': 'so'}"
    ]
    assert await call("vectors", model="embeddings", texts=["x"]) == [[1.0, 2.5]]
    assert providers.last.json == {"instances": ["x"]}


async def test_nothing_secret_is_logged(call, providers, caplog):
    caplog.set_level(logging.DEBUG)
    providers.default = Fail(kind="unauthorized", message="bad key very-secret")
    await call("failure", model="anthropic")
    assert "very-secret" not in caplog.text
