from __future__ import annotations

import asyncio
import json
import logging
import socket
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from atoll.connections import HttpClient
from atoll.manifest import parse_manifest
from atoll.models import ModelError, Models
from atoll.secrets import Secrets

SECRETS = Secrets({"MODUS_MY_API_KEY": "s3cret-key"})
LONG_INPUT = "The input token count (9) exceeds the maximum number of tokens allowed (8)."
LONG_PROMPT = "prompt is too long: 210000 tokens > 200000 maximum"
INPUT = '{"messages": [{"role": "user",   "content": "hi"}], "unknown": 1.50}'


@asynccontextmanager
async def models_at(origin: str, *, dev: bool = True, max_bytes: int = 1 << 20, wall: float = 10):
    manifest = parse_manifest(
        json.dumps(
            {
                "models": {"gpt": {"sourceModel": "GPT", "connection": "my-api", "path": "chat"}},
                "connections": {
                    "my-api": {
                        "type": "http",
                        "baseUrl": origin + "/v1/",
                        "headers": {"Authorization": "Bearer {{KEY}}"},
                        "queryParameters": {"key": "{{KEY}}"},
                    }
                },
                "limits": {"wallSeconds": wall},
            }
        ),
        path=Path("modus.json"),
        strict=True,
    )
    client = HttpClient(SECRETS)
    models = Models(manifest, SECRETS, client, dev=dev, max_bytes=max_bytes, hypermode_host="")
    try:
        yield models
    finally:
        await models.close()
        await client.close()


async def error_of(origin: str, **settings) -> ModelError:
    async with models_at(origin, **settings) as models:
        with pytest.raises(ModelError) as caught:
            await models.invoke("gpt", INPUT)
    assert "s3cret" not in caught.value.message + (caught.value.hint or "")
    return caught.value


def answering(status: int, body: str = "", **headers: str):
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=status, text=body, headers=headers)

    return handler


async def test_passes_request_and_answer_on_unchanged(serve) -> None:
    seen: dict[str, object] = {}

    async def handler(request: web.Request) -> web.Response:
        seen.update(
            url=str(request.rel_url),
            method=request.method,
            body=await request.text(),
            type=request.headers.getall("Content-Type"),
            authorization=request.headers["Authorization"],
        )
        return web.Response(text='{"b":  1.0, "unknown": [1]}')

    async with models_at(await serve(handler)) as models:
        assert await models.invoke("gpt", INPUT) == '{"b":  1.0, "unknown": [1]}'
        assert models.info("gpt").full_name == "GPT"
    assert seen == {
        "url": "/v1/chat?key=s3cret-key",
        "method": "POST",
        "body": INPUT,
        "type": ["application/json"],
        "authorization": "Bearer s3cret-key",
    }


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (401, "MODEL_UNAUTHORIZED", "invalid or missing API key"),
        (403, "MODEL_FORBIDDEN", "disabled"),
        (404, "MODEL_NOT_SERVED", "does not serve"),
        (429, "MODEL_RATE_LIMITED", "rate limit exceeded"),
        (500, "MODEL_SERVER_ERROR", "HTTP error: 500 Internal Server Error"),
        (503, "MODEL_SERVER_ERROR", "HTTP error: 503 Service Unavailable"),
        (400, "MODEL_HTTP_ERROR", "HTTP error: 400 Bad Request"),
        (204, "MODEL_HTTP_ERROR", "HTTP error: 204 No Content"),
        (307, "MODEL_REDIRECTED", "redirects"),
    ],
)
async def test_maps_statuses(serve, status: int, code: str, message: str) -> None:
    error = await error_of(await serve(answering(status, Location="http://elsewhere.invalid/")))
    assert error.code == code
    assert message in error.message
    assert "[gpt]" in error.message
    assert "[my-api]" in error.message
    assert error.hint


@pytest.mark.parametrize(
    "said",
    [
        {"error": {"code": "context_length_exceeded", "message": "x"}},
        {"error": {"code": 400, "type": "exceed_context_size_error", "message": "x"}},
        {"type": "error", "error": {"type": "invalid_request_error", "message": LONG_PROMPT}},
        {"error": {"code": 400, "message": LONG_INPUT}},
        {"object": "error", "message": "This model's maximum context length is 8 tokens."},
    ],
)
async def test_knows_a_request_that_is_too_long(serve, said: dict) -> None:
    origin = await serve(answering(400, json.dumps(said)))
    error = await error_of(origin)
    assert error.code == "MODEL_CONTEXT_OVERFLOW"
    assert "longer than the model can take" in error.message


async def test_other_refusals_are_not_about_length(serve) -> None:
    said = json.dumps({"error": {"message": "temperature is out of range", "type": "x"}})
    assert (await error_of(await serve(answering(400, said)))).code == "MODEL_HTTP_ERROR"
    said = json.dumps({"error": {"code": "context_length_exceeded", "message": "x"}})
    assert (await error_of(await serve(answering(500, said)))).code == "MODEL_SERVER_ERROR"


async def test_names_the_variable_of_a_refused_key(serve) -> None:
    error = await error_of(await serve(answering(401)))
    assert error.hint == "check MODUS_MY_API_KEY"


async def test_quotes_the_host_in_development_without_secrets(serve) -> None:
    body = '{"error": {"message": "max_tokens is\\ntoo large; key s3cret-key, Bearer s3cret-key"}}'
    origin = await serve(answering(400, body))
    assert (await error_of(origin)).hint == (
        'the host says: "max_tokens is too large; key ***, ***"'
    )
    assert "max_tokens" not in ((await error_of(origin, dev=False)).hint or "")


async def test_a_secret_that_a_quote_would_cut_is_removed_whole(serve) -> None:
    body = '{"error": {"message": "' + "x" * 294 + ' s3cret-key"}}'
    assert "s3c" not in ((await error_of(await serve(answering(400, body)))).hint or "")


async def test_does_not_quote_answers_about_credentials(serve) -> None:
    origin = await serve(answering(401, '{"error": {"message": "wrong key: s3c...key"}}'))
    assert "s3c..." not in ((await error_of(origin)).hint or "")


@pytest.mark.parametrize("body", ["", "<html>", '{"half": ', "null x", '{"a": 1}{"b": 2}'])
async def test_an_answer_must_be_json(serve, body: str) -> None:
    error = await error_of(await serve(answering(200, body)))
    assert error.code == "MODEL_ANSWER_INVALID"
    assert "[my-api]" in error.message


async def test_half_an_answer(serve_bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
    assert (await error_of(await serve_bytes(head + b'{"a": 1}'))).code == "CONNECTION_LOST"


async def test_a_host_that_is_down() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        error = await error_of(f"http://127.0.0.1:{unused.getsockname()[1]}")
    assert error.code == "HOST_UNREACHABLE"
    assert error.message.startswith("model [gpt]: connection [my-api] could not reach 127.0.0.1")


async def test_a_host_that_never_answers(serve) -> None:
    async def handler(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    assert (await error_of(await serve(handler), wall=0.2)).code == "TIMEOUT"


async def test_an_answer_that_is_too_large(serve) -> None:
    origin = await serve(answering(200, json.dumps("x" * (1 << 20))))
    assert (await error_of(origin)).code == "RESPONSE_TOO_LARGE"


async def test_leaves_out_what_is_not_utf8(serve_bytes) -> None:
    body = b'{"a": "x\xff\x00y"}'
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    async with models_at(await serve_bytes(head + body)) as models:
        assert await models.invoke("gpt", INPUT) == '{"a": "xy"}'


async def test_refuses_bad_input_before_anything_is_sent() -> None:
    async with models_at("http://127.0.0.1:9", max_bytes=100) as models:
        for name, text, code in [
            ("gpt", "{", "MODEL_INPUT_INVALID"),
            ("gpt", json.dumps("x" * 100), "MODEL_INPUT_TOO_LARGE"),
            ("other", "{}", "MODEL_NOT_FOUND"),
        ]:
            with pytest.raises(ModelError) as caught:
                await models.invoke(name, text)
            assert caught.value.code == code
        with pytest.raises(ModelError):
            models.info("other")


async def test_streams_chunks_and_closing_ends_it_at_the_host(serve) -> None:
    received, ended = asyncio.Event(), asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            await response.write("data: é".encode()[:-1])  # half a character
            await received.wait()
            await response.write("é".encode()[-1:] + b"\x00\n\n")
            while True:
                await response.write(b"data: more\n\n")
                await asyncio.sleep(0.01)
        finally:
            ended.set()

    async with models_at(await serve(handler)) as models:
        async with aclosing(models.stream("gpt", INPUT)) as chunks:
            assert await anext(chunks) == "data: "  # while the server still waits for us
            received.set()
            text = ""
            while len(text) < 20:
                text += await anext(chunks)
            assert text.startswith("é\n\ndata: more\n\n")
        await asyncio.wait_for(ended.wait(), 10)


async def test_a_stream_reports_what_invoke_reports(serve) -> None:
    async with models_at(await serve(answering(429))) as models:
        with pytest.raises(ModelError) as caught:
            await anext(models.stream("gpt", INPUT))
    assert caught.value.code == "MODEL_RATE_LIMITED"


async def test_a_slow_model_does_not_hold_up_others(serve) -> None:
    arrived, release = 0, asyncio.Event()

    async def handler(request: web.Request) -> web.Response:
        nonlocal arrived
        arrived += 1
        if arrived <= 100:
            await release.wait()
        return web.Response(text=str(arrived))

    async with models_at(await serve(handler)) as models, asyncio.timeout(30):
        slow = [asyncio.create_task(models.invoke("gpt", INPUT)) for _ in range(100)]
        while arrived < 100:
            await asyncio.sleep(0.01)
        assert await models.invoke("gpt", INPUT) == "101"
        assert not any(task.done() for task in slow)
        release.set()
        await asyncio.gather(*slow)


async def test_logs_what_happens_without_bodies_and_secrets(serve, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    async with models_at(await serve(answering(200, '{"private": "answer"}'))) as models:
        await models.invoke("gpt", INPUT)
    async with models_at(await serve(answering(500, "private"))) as models:
        with pytest.raises(ModelError):
            await models.invoke("gpt", INPUT)
    records = [record for record in caplog.records if record.name == "atoll.models"]
    assert [(record.levelname, record.message) for record in records] == [
        ("INFO", "Invoking model."),
        ("INFO", "Completed model invocation."),
        ("INFO", "Invoking model."),
        ("ERROR", "Error invoking model."),
    ]
    assert records[1].fields["model"] == "gpt"
    assert records[1].fields["connection"] == "my-api"
    assert records[1].fields["duration_ms"] >= 0
    assert records[3].fields["code"] == "MODEL_SERVER_ERROR"
    everything = " ".join(str(record.__dict__) for record in caplog.records)
    assert "private" not in everything
    assert "s3cret" not in everything
    assert "unknown" not in everything


async def test_logs_a_cancelled_invocation(serve, caplog) -> None:
    caplog.set_level(logging.INFO)
    arrived = asyncio.Event()

    async def handler(request: web.Request) -> web.Response:
        arrived.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with models_at(await serve(handler)) as models:
        task = asyncio.create_task(models.invoke("gpt", INPUT))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert caplog.records[-1].message == "Cancelled model invocation."
