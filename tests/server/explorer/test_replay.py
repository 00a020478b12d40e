"""A model is asked anew as a function would ask it."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest
from aiohttp import web

CHAT = {"messages": [{"role": "user", "content": "Hi"}]}


@pytest.fixture
async def host(serve):
    """A host of models that answers with what it was asked; ``asked`` has the requests."""
    asked: list[Any] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        asked.append(body)
        text = json.dumps(body)
        if "refuse" in text:
            return web.json_response({"error": {"message": "not that"}}, status=400)
        if request.path == "/break":
            return web.json_response({"error": {"message": "out of order"}}, status=500)
        if "wait" in text:
            await asyncio.sleep(3600)
        return web.json_response(
            {
                "choices": [{"message": {"role": "assistant", "content": f"by {body['model']}"}}],
                "usage": {"prompt_tokens": 1000, "completion_tokens": 2000},
            }
        )

    answer.asked = asked  # type: ignore[attr-defined]
    return answer, await serve(answer)


def manifest_of(origin: str, **limits: Any) -> dict[str, Any]:
    def model(source: str, path: str = "v1/chat/completions", **more: Any) -> dict[str, Any]:
        return {"sourceModel": source, "connection": "host", "path": path, **more}

    return {
        "connections": {"host": {"type": "http", "baseUrl": f"{origin}/"}},
        "models": {
            "small": model("gpt-small"),
            "large": model("gpt-large", prices={"input": 2, "output": 8, "currency": "EUR"}),
            "safe": model("gpt-safe", "break", fallback="small", defaults={"stream": True}),
            "embedder": model("minilm", "v1/embeddings"),
            "slow": model("gpt-slow", timeoutSeconds=0.2),
        },
        "limits": limits,
    }


async def test_another_model_of_the_interface_is_asked_by_its_own_name(show, host):
    answer, origin = host
    shown = show(manifest_of(origin))
    input = {**CHAT, "model": "GPT-small", "temperature": 0.5, "stream": True}
    found = await shown.post("replay", {"model": "large", "input": input})
    assert answer.asked == [{**CHAT, "model": "gpt-large", "temperature": 0.5}]
    assert found["output"]["choices"][0]["message"]["content"] == "by gpt-large"
    assert found["conversation"][-1] == {
        "role": "assistant",
        "parts": [{"type": "text", "text": "by gpt-large"}],
        "answer": True,
    }
    assert (found["inputTokens"], found["outputTokens"]) == (1000, 2000)
    assert (found["cost"], found["currency"]) == (pytest.approx(0.018), "EUR")
    assert found["ms"] > 0


async def test_a_name_that_is_of_no_model_of_the_manifest_stays(show, host):
    answer, origin = host
    await show(manifest_of(origin)).post(
        "replay", {"model": "large", "input": {**CHAT, "model": "ft:mine"}}
    )
    assert answer.asked[0]["model"] == "ft:mine"


async def test_it_is_in_the_history(show, host):
    shown = show(manifest_of(host[1]))
    await shown.post("replay", {"model": "small", "input": {**CHAT, "model": "gpt-small"}})
    (found,) = (await shown.get("inferences"))["inferences"]
    assert (found["function"], found["call"], found["model"]) == ("explorer", None, "small")
    assert (found["question"], found["answer"]) == ("Hi", "by gpt-small")


async def test_a_fallback_answers_in_the_place_of_its_model(show, host):
    answer, origin = host
    shown = show(manifest_of(origin))
    input = {**CHAT, "model": "gpt-small"}
    found = await shown.post("replay", {"model": "safe", "input": input})
    assert [each["model"] for each in answer.asked] == ["gpt-safe", "gpt-small"]
    assert answer.asked[0]["stream"] is False  # whatever the model's defaults say
    assert found["conversation"][-1]["parts"][0]["text"] == "by gpt-small"
    assert found["outputTokens"] == 2000
    history = (await shown.get("inferences"))["inferences"]
    assert sorted((each["model"], each["status"]) for each in history) == [
        ("safe", "failed"),
        ("small", "ok"),
    ]


@pytest.mark.parametrize(
    ("body", "status", "code", "said"),
    [
        ({"model": "none", "input": CHAT}, 404, "MODEL_NOT_FOUND", "none"),
        ({"model": "embedder", "input": CHAT}, 400, "MODEL_INPUT_INVALID", '"input"'),
        ({"model": "small", "input": {"input": "Hi"}}, 400, "MODEL_INPUT_INVALID", '"messages"'),
        ({"model": "small", "input": "Hi"}, 400, "MODEL_INPUT_INVALID", "no JSON object"),
        ({"model": "small", "input": None}, 400, "MODEL_INPUT_INVALID", "no JSON object"),
        ({"model": "small"}, 400, "BAD_REQUEST", "input"),
        ({"model": 3, "input": CHAT}, 400, "BAD_REQUEST", "model"),
        (
            {"model": "small", "input": {"messages": ["refuse"], "model": "gpt-small"}},
            400,
            "MODEL_HTTP_ERROR",
            "400",
        ),
        (
            {"model": "slow", "input": {"messages": ["wait"], "model": "gpt-slow"}},
            502,
            "TIMEOUT",
            "slow",
        ),
    ],
)
async def test_what_is_wrong_is_said(show, host, body, status, code, said):
    found, error = await show(manifest_of(host[1])).ask("POST", "replay", body)
    assert (found, error["code"]) == (status, code)
    assert said in error["message"]


async def test_an_input_that_is_too_large_is_not_sent(show, host):
    answer, origin = host
    shown = show(manifest_of(origin, payloadMb=1))
    input = {"messages": [{"role": "user", "content": "x" * (1 << 20)}]}
    status, error = await shown.ask("POST", "replay", {"model": "small", "input": input})
    assert (status, error["code"]) == (400, "MODEL_INPUT_TOO_LARGE")
    assert answer.asked == []


async def test_only_in_development(show, host):
    answer, origin = host
    shown = show(manifest_of(origin), mode="serve")
    status, error = await shown.ask("POST", "replay", {"model": "small", "input": CHAT})
    assert (status, error["code"]) == (403, "NOT_ALLOWED")
    assert answer.asked == []


async def test_the_log_says_who_asked_and_only_then(show, host, caplog):
    shown = show(manifest_of(host[1]))
    with caplog.at_level(logging.INFO, "atoll.models"):
        await shown.post("replay", {"model": "small", "input": {**CHAT, "model": "gpt-small"}})
    assert any(record.message == "Completed model invocation." for record in caplog.records)
    from atoll.app.log import CURRENT_CALL, NO_CALL

    assert CURRENT_CALL.get() == NO_CALL
