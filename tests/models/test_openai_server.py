"""A real server with OpenAI's API, llama.cpp's, reached by the manifest alone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from atoll.connections import HttpClient
from atoll.manifest import parse_manifest
from atoll.models import ModelError, Models
from atoll.secrets import Secrets

if TYPE_CHECKING:
    from atoll_servers.llama import Llama

TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the weather of a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"enum": ["Paris", "London"]}},
            "required": ["city"],
        },
    },
}


def models_of(server: Llama, key: str) -> tuple[Models, HttpClient]:
    manifest = {
        "models": {
            "writer": {"sourceModel": "x", "connection": "llama", "path": "v1/chat/completions"},
            "embedder": {"sourceModel": "x", "connection": "llama", "path": "v1/embeddings"},
        },
        "connections": {
            "llama": {
                "type": "http",
                "baseUrl": server.url,
                "headers": {"Authorization": "Bearer {{KEY}}"},
            }
        },
    }
    secrets = Secrets({"MODUS_LLAMA_KEY": key})
    parsed = parse_manifest(json.dumps(manifest), path=Path("modus.json"))
    client = HttpClient(secrets)
    return Models(parsed, secrets, client, dev=True, max_bytes=1 << 20), client


@pytest.fixture
async def models(llama: Llama) -> AsyncIterator[Models]:
    models, client = models_of(llama, llama.key)
    yield models
    await client.close()


def chat(content: object = "Say hello.", **fields: object) -> str:
    messages = [{"role": "user", "content": content}]
    return json.dumps({"messages": messages, "max_tokens": 60, "temperature": 0, **fields})


async def choice(models: Models, **fields: object) -> Any:
    answer = json.loads(await models.invoke("writer", chat(**fields)))
    assert answer["usage"]["completion_tokens"] >= 1
    return answer["choices"][0]


async def test_chat(models: Models) -> None:
    answer = await choice(models, max_tokens=8)
    assert answer["message"]["content"].strip()


async def test_streamed_chat(models: Models) -> None:
    # First: after a stream this server closes the connection when it gets to it, without a word.
    plain = (await choice(models, max_tokens=8))["message"]["content"]
    request = chat(max_tokens=8, stream=True, stream_options={"include_usage": True})
    async with aclosing(models.stream("writer", request)) as chunks:
        text = "".join([chunk async for chunk in chunks])
    events = [line.removeprefix("data: ") for line in text.splitlines() if line]
    assert events[-1] == "[DONE]"
    parsed = [json.loads(event) for event in events[:-1]]
    assert parsed[-1]["usage"]["completion_tokens"] >= 1
    said = "".join(
        each["delta"].get("content") or "" for event in parsed for each in event["choices"]
    )
    assert said == plain


async def test_an_answer_by_a_json_schema(models: Models) -> None:
    schema = {
        "type": "object",
        "properties": {"mood": {"enum": ["good", "bad"]}, "score": {"type": "integer"}},
        "required": ["mood", "score"],
    }
    form = {"type": "json_schema", "json_schema": {"name": "mood", "schema": schema}}
    answer = await choice(models, content="I love it.", response_format=form)
    jsonschema.validate(json.loads(answer["message"]["content"]), schema)


async def test_tools(models: Models) -> None:
    """They reach the model; whether it calls one is its own choice, even when that is required."""
    request = {"content": "What is the weather in Paris?", "max_tokens": 60}
    without = json.loads(await models.invoke("writer", chat(**request)))["usage"]
    answer = json.loads(await models.invoke("writer", chat(**request, tools=[TOOL])))
    assert answer["usage"]["prompt_tokens"] > without["prompt_tokens"] + 40
    message = answer["choices"][0]["message"]
    for call in message.get("tool_calls", ()):
        assert call["function"]["name"] == "get_weather"
        assert json.loads(call["function"]["arguments"])["city"] in ("Paris", "London")
    assert message.get("tool_calls") or message["content"]


async def test_embeddings(llama_embeddings: Llama) -> None:
    models, client = models_of(llama_embeddings, llama_embeddings.key)
    try:
        answer = json.loads(await models.invoke("embedder", '{"input": ["a cat", "a dog"]}'))
    finally:
        await client.close()
    assert [len(item["embedding"]) for item in answer["data"]] == [576, 576]


async def test_a_wrong_key(llama: Llama) -> None:
    models, client = models_of(llama, "wrong")
    try:
        with pytest.raises(ModelError) as caught:
            await models.invoke("writer", chat())
    finally:
        await client.close()
    assert caught.value.code == "MODEL_UNAUTHORIZED"
    assert "wrong" not in str(caught.value)


async def test_a_prompt_that_is_too_long(models: Models) -> None:
    with pytest.raises(ModelError) as caught:
        await models.invoke("writer", chat("word " * 5000))
    assert caught.value.code == "MODEL_CONTEXT_OVERFLOW"
