from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from contextlib import aclosing, asynccontextmanager
from contextvars import ContextVar
from pathlib import Path

import pytest
from aiohttp import web

from atoll.connections import HttpClient
from atoll.manifest import parse_manifest
from atoll.models import ModelError, ModelInvocation, Models, Usage
from atoll.secrets import Secrets

ANSWER = {
    "choices": [{"message": {"content": "hi"}}],
    "usage": {"prompt_tokens": 30, "completion_tokens": 20},
}


NO_CALL: dict[str, str] = {}
CALL = {"function": "ask", "execution_id": "x1"}


class Observer(list[ModelInvocation]):
    def invocation_finished(self, invocation: ModelInvocation) -> None:
        self.append(invocation)


class Host:
    """Answers as scripted: statuses, or answers; the last one again and again."""

    def __init__(self, *answers: object) -> None:
        self._answers = list(answers)
        self.bodies: list[dict[str, object]] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.json())
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, int):
            return web.Response(status=answer, text='{"error": {"message": "no"}}')
        return web.json_response(answer)


@asynccontextmanager
async def models_of(
    models: dict[str, object],
    *observers: Observer,
    place: str = "baseUrl",
    wall_seconds: float = 60,
    local: object = None,
    call: Callable[[], dict[str, str]] = lambda: CALL,
    **hosts: str,
):
    """``hosts``: where the connection of that name is."""
    connections = {name: {"type": "http", place: origin} for name, origin in hosts.items()}
    manifest = parse_manifest(
        json.dumps(
            {
                "models": models,
                "connections": connections,
                "limits": {"wallSeconds": wall_seconds},
            }
        ),
        path=Path("modus.json"),
    )
    client = HttpClient(Secrets({}))
    made = Models(
        manifest,
        Secrets({}),
        client,
        dev=True,
        max_bytes=1 << 20,
        local=local,  # type: ignore[arg-type]
        observers=observers,
        call=call,
    )
    try:
        yield made
    finally:
        await made.close()
        await client.close()


def entry(connection: str = "a", **settings: object) -> dict[str, object]:
    return {
        "sourceModel": f"Model-{connection.upper()}",
        "connection": connection,
        "path": "v1",
        **settings,
    }


async def test_defaults_reach_the_host(serve) -> None:
    host = Host(ANSWER)
    model = entry(defaults={"temperature": 0.2, "stop": ["\n"]})
    async with models_of({"m": model}, a=await serve(host.answer)) as models:
        await models.invoke("m", '{"temperature": 1, "messages": []}')
    assert host.bodies == [{"temperature": 1, "messages": [], "stop": ["\n"]}]


async def test_a_model_that_fails_is_asked_again(serve) -> None:
    host = Host(503, 429, ANSWER)
    seen = Observer()
    model = entry(retries={"attempts": 3, "backoffSeconds": 0})
    async with models_of({"m": model}, seen, a=await serve(host.answer)) as models:
        assert json.loads(await models.invoke("m", "{}")) == ANSWER
    assert len(host.bodies) == 3
    assert [(one.attempts, one.failure) for one in seen] == [(3, None)]


async def test_without_a_policy_it_is_asked_once(serve) -> None:
    host = Host(503, ANSWER)
    async with models_of({"m": entry()}, a=await serve(host.answer)) as models:
        with pytest.raises(ModelError, match="HTTP error: 503"):
            await models.invoke("m", "{}")
    assert len(host.bodies) == 1


async def test_a_timeout_of_its_own(serve) -> None:
    async def never(request: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    async with models_of({"m": entry(timeoutSeconds=0.1)}, a=await serve(never)) as models:
        with pytest.raises(ModelError) as caught:
            await models.invoke("m", "{}")
    assert caught.value.code == "TIMEOUT"


async def test_a_rate_that_would_come_too_late_is_refused_at_once(serve) -> None:
    host = Host(ANSWER)
    model = entry(rateLimit={"requests": 2, "seconds": 3600})
    async with models_of({"m": model}, a=await serve(host.answer)) as models:
        await models.invoke("m", "{}")
        await models.invoke("m", "{}")
        with pytest.raises(ModelError, match="at most 2 times in 3600 s") as caught:
            await models.invoke("m", "{}")
    assert caught.value.code == "RATE_LIMITED"
    assert len(host.bodies) == 2


class TestBudget:
    async def test_ends_with_the_tokens_that_were_spent(self, serve) -> None:
        host = Host(ANSWER)
        model = entry(budget={"tokens": 100})
        async with models_of({"m": model}, a=await serve(host.answer)) as models:
            await models.invoke("m", "{}")
            await models.invoke("m", "{}")
            with pytest.raises(ModelError, match="100 of 100") as caught:
                await models.invoke("m", "{}")
        assert caught.value.code == "MODEL_BUDGET_SPENT"
        assert caught.value.hint is not None
        assert "begins anew in" in caught.value.hint

    async def test_estimates_where_the_host_does_not_count(self, serve) -> None:
        host = Host({"text": "x" * 400})
        model = entry(budget={"tokens": 100})
        async with models_of({"m": model}, a=await serve(host.answer)) as models:
            await models.invoke("m", "{}")
            with pytest.raises(ModelError, match="the token budget"):
                await models.invoke("m", "{}")

    async def test_is_not_spent_by_what_never_reached_the_host(self, serve) -> None:
        model = entry(budget={"tokens": 300}, rateLimit={"requests": 1, "seconds": 3600})
        async with models_of({"m": model}, a=await serve(Host(ANSWER).answer)) as models:
            await models.invoke("m", "{}")
            for _ in range(2):  # the second as the first: the budget has room for both
                with pytest.raises(ModelError) as caught:
                    await models.invoke("m", json.dumps({"long": "x" * 4000}))
                assert caught.value.code == "RATE_LIMITED"

    async def test_is_not_spent_by_what_the_host_refused(self, serve) -> None:
        host = Host(429, 500, ANSWER)
        model = entry(budget={"tokens": 300})
        async with models_of({"m": model}, a=await serve(host.answer)) as models:
            for _ in range(2):
                with pytest.raises(ModelError):
                    await models.invoke("m", json.dumps({"long": "x" * 4000}))
            await models.invoke("m", "{}")

    async def test_is_spent_by_what_was_not_waited_for(self, serve) -> None:
        async def never(request: web.Request) -> web.Response:
            await asyncio.sleep(30)
            return web.Response()

        model = entry(budget={"tokens": 300}, timeoutSeconds=0.1)
        async with models_of({"m": model}, a=await serve(never)) as models:
            codes = []
            for _ in range(2):
                with pytest.raises(ModelError) as caught:
                    await models.invoke("m", json.dumps({"long": "x" * 4000}))
                codes.append(caught.value.code)
        assert codes == ["TIMEOUT", "MODEL_BUDGET_SPENT"]


class TestFallback:
    async def test_is_asked_when_the_model_cannot_answer(self, serve) -> None:
        first, second = Host(500), Host(ANSWER)
        named = {
            "m": entry("a", fallback="n", defaults={"x": 1}),
            "n": entry("b", defaults={"y": 2}),
        }
        seen = Observer()
        hosts = {"a": await serve(first.answer), "b": await serve(second.answer)}
        async with models_of(named, seen, **hosts) as models:
            assert json.loads(await models.invoke("m", '{"model": "model-a"}')) == ANSWER
        assert first.bodies == [{"model": "model-a", "x": 1}]
        assert second.bodies == [{"model": "Model-B", "y": 2}]
        assert [(one.model.name, one.asked, one.failure) for one in seen] == [
            ("m", "m", "MODEL_SERVER_ERROR"),
            ("n", "m", None),
        ]

    async def test_is_asked_when_the_turn_would_come_after_the_models_own_time(self, serve) -> None:
        first, second = Host(ANSWER), Host({"second": True})
        rate = {"requests": 1, "seconds": 10}
        named = {
            "m": entry("a", fallback="n", rateLimit=rate, timeoutSeconds=5),
            "n": entry("b"),
        }
        seen = Observer()
        hosts = {"a": await serve(first.answer), "b": await serve(second.answer)}
        async with models_of(named, seen, **hosts) as models:
            await models.invoke("m", "{}")
            assert json.loads(await models.invoke("m", "{}")) == {"second": True}
        assert [one.failure for one in seen] == [None, "RATE_LIMITED", None]

    @pytest.mark.parametrize("status", [204, 402, 404, 408, 409, 429])
    async def test_is_asked_what_the_first_refused_for_its_own_reasons(
        self, serve, status: int
    ) -> None:
        named = {"m": entry("a", fallback="n"), "n": entry("b")}
        hosts = {"a": await serve(Host(status).answer), "b": await serve(Host(ANSWER).answer)}
        async with models_of(named, **hosts) as models:
            assert json.loads(await models.invoke("m", "{}")) == ANSWER

    @pytest.mark.parametrize("status", [400, 413, 422])
    async def test_is_not_asked_what_the_first_refused_to_take(self, serve, status: int) -> None:
        first, second = Host(status), Host(ANSWER)
        named = {"m": entry("a", fallback="n"), "n": entry("b")}
        hosts = {"a": await serve(first.answer), "b": await serve(second.answer)}
        async with models_of(named, **hosts) as models:
            with pytest.raises(ModelError) as caught:
                await models.invoke("m", "{}")
        assert caught.value.code == "MODEL_HTTP_ERROR"
        assert second.bodies == []

    async def test_has_the_last_word(self, serve) -> None:
        named = {"m": entry("a", fallback="n"), "n": entry("b")}
        hosts = {"a": await serve(Host(500).answer), "b": await serve(Host(429).answer)}
        async with models_of(named, **hosts) as models:
            with pytest.raises(ModelError) as caught:
                await models.invoke("m", "{}")
        assert caught.value.code == "MODEL_RATE_LIMITED"

    async def test_is_not_asked_when_the_time_is_over(self, serve) -> None:
        async def never(request: web.Request) -> web.Response:
            await asyncio.sleep(30)
            return web.Response()

        seen, other = Observer(), Host(ANSWER)
        named = {"m": entry("a", fallback="n"), "n": entry("b")}
        hosts = {"a": await serve(never), "b": await serve(other.answer)}
        async with models_of(named, seen, wall_seconds=0.5, **hosts) as models:
            with pytest.raises(ModelError, match=r"\[m\]") as caught:
                await models.invoke("m", "{}")
        assert caught.value.code == "TIMEOUT"
        assert [one.model.name for one in seen] == ["m"]

    async def test_of_a_stream_that_has_not_begun(self, serve) -> None:
        named = {"m": entry("a", fallback="n"), "n": entry("b")}
        hosts = {"a": await serve(Host(503).answer), "b": await serve(Host(ANSWER).answer)}
        async with models_of(named, **hosts) as models:
            text = "".join([chunk async for chunk in models.stream("m", "{}")])
        assert json.loads(text) == ANSWER

    async def test_of_a_stream_that_breaks_off_is_not_asked(self, serve) -> None:
        async def half(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            await response.write(b"data: {}\n\n")
            assert request.transport is not None
            request.transport.abort()
            return response

        other = Host(ANSWER)
        named = {"m": entry("a", fallback="n"), "n": entry("b")}
        hosts = {"a": await serve(half), "b": await serve(other.answer)}
        async with models_of(named, **hosts) as models:
            with pytest.raises(ModelError) as caught:
                [chunk async for chunk in models.stream("m", "{}")]
        assert caught.value.code == "CONNECTION_LOST"
        assert other.bodies == []


class TestAccounts:
    async def test_say_what_an_invocation_came_to(self, serve) -> None:
        seen = Observer()
        model = entry(prices={"input": 1, "output": 10, "currency": "EUR"})
        async with models_of({"m": model}, seen, a=await serve(Host(ANSWER).answer)) as models:
            await models.invoke("m", '{"a": "é"}')
        (one,) = seen
        assert (one.model.name, one.asked, one.call_id, one.function) == ("m", "m", "x1", "ask")
        assert (one.input, json.loads(one.output or "")) == ('{"a": "é"}', ANSWER)
        assert (one.usage, one.failure, one.attempts) == (Usage(30, 20), None, 1)
        assert (one.cost, one.currency) == (pytest.approx(230 / 1_000_000), "EUR")
        assert one.seconds > 0
        assert uuid.UUID(one.id).version == 7
        assert uuid.UUID(one.id).variant == uuid.RFC_4122

    async def test_sort_by_time(self, serve) -> None:
        seen = Observer()
        async with models_of({"m": entry()}, seen, a=await serve(Host(ANSWER).answer)) as models:
            for _ in range(3):
                await models.invoke("m", "{}")
        assert len({one.id for one in seen}) == 3
        times = [uuid.UUID(one.id).int >> 80 for one in seen]
        assert times == sorted(times)
        assert abs(times[0] / 1000 - seen[0].started_at) < 60

    async def test_say_that_nothing_was_sent(self, serve) -> None:
        seen = Observer()
        model = entry(rateLimit={"requests": 1, "seconds": 3600})
        async with models_of({"m": model}, seen, a=await serve(Host(ANSWER).answer)) as models:
            await models.invoke("m", "{}")
            with pytest.raises(ModelError):
                await models.invoke("m", "{}")
        assert [one.attempts for one in seen] == [1, 0]

    async def test_know_the_call_that_asked_whoever_ends_a_stream(self, serve) -> None:
        async def handler(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            while True:
                await response.write(b'data: {"choices": []}\n\n')

        current: ContextVar[dict[str, str]] = ContextVar("current", default=NO_CALL)
        seen = Observer()
        origin = await serve(handler)
        async with models_of({"m": entry()}, seen, call=current.get, a=origin) as models:
            chunks = models.stream("m", "{}")

            async def begin() -> None:
                current.set(CALL)
                await anext(chunks)

            await asyncio.create_task(begin())
            await chunks.aclose()  # as when a client leaves: outside of the call
        (one,) = seen
        assert (one.call_id, one.function) == ("x1", "ask")

    async def test_keep_what_a_refusal_said(self, serve) -> None:
        seen = Observer()
        async with models_of({"m": entry()}, seen, a=await serve(Host(500).answer)) as models:
            with pytest.raises(ModelError):
                await models.invoke("m", "{}")
        (one,) = seen
        assert one.failure == "MODEL_SERVER_ERROR"
        assert one.output == '{"error": {"message": "no"}}'

    async def test_of_a_stream_that_nobody_wants_any_more(self, serve) -> None:
        async def handler(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            while True:
                await response.write(b'data: {"choices": []}\n\n')

        seen = Observer()
        async with (
            models_of({"m": entry()}, seen, a=await serve(handler)) as models,
            aclosing(models.stream("m", "{}")) as chunks,
        ):
            await anext(chunks)
        (one,) = seen
        assert (one.failure, one.streamed) == ("CANCELLED", True)
        assert one.first_seconds is not None
        assert one.output is not None
        assert one.output.startswith("data: ")

    async def test_a_long_stream_is_kept_in_part_and_its_count_all_the_same(self, serve) -> None:
        async def handler(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            for _ in range(3 << 5):
                await response.write(b'data: {"x": "%s"}\n\n' % (b"y" * (1 << 15)))
            await response.write(
                b'data: {"usage":{"prompt_tokens":5,"completion_tokens":6}}\n\ndata: [DONE]\n\n'
            )
            return response

        seen = Observer()
        async with (
            models_of({"m": entry()}, seen, a=await serve(handler)) as models,
            aclosing(models.stream("m", "{}")) as chunks,
        ):
            length = sum([len(chunk) async for chunk in chunks])
        (one,) = seen
        assert length > 3 << 20  # more than "payloadMb" of these models
        assert len(one.output or "") == 1 << 20
        assert (one.usage, one.failure) == (Usage(5, 6), None)

    async def test_an_observer_that_fails_harms_nobody(self, serve) -> None:
        class Broken(Observer):
            def invocation_finished(self, invocation: ModelInvocation) -> None:
                raise RuntimeError("no disk")

        seen = Observer()
        async with models_of(
            {"m": entry()}, Broken(), seen, a=await serve(Host(ANSWER).answer)
        ) as models:
            await models.invoke("m", "{}")
        assert len(seen) == 1


async def test_what_a_host_says_beside_a_refused_stream_has_an_end(serve) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=500)
        await response.prepare(request)
        while True:
            await response.write(b"no" * (1 << 14))
            await asyncio.sleep(0.001)

    async with models_of({"m": entry()}, a=await serve(handler)) as models, asyncio.timeout(20):
        with pytest.raises(ModelError) as caught:
            [chunk async for chunk in models.stream("m", "{}")]
    assert caught.value.code == "MODEL_SERVER_ERROR"


async def test_geminis_stream_has_an_address_of_its_own(serve) -> None:
    urls = []

    async def handler(request: web.Request) -> web.Response:
        urls.append(str(request.rel_url))
        return web.json_response({"candidates": []})

    model = {"connection": "a", "path": "v1beta/models/gemini-pro:generateContent"}
    async with models_of({"m": model}, a=await serve(handler)) as models:
        assert models.info("m").interface == "gemini"
        await models.invoke("m", "{}")
        [chunk async for chunk in models.stream("m", "{}")]
    assert urls == [
        "/v1beta/models/gemini-pro:generateContent",
        "/v1beta/models/gemini-pro:streamGenerateContent?alt=sse",
    ]


async def test_geminis_stream_has_one_where_an_endpoint_tells_the_interface(serve) -> None:
    urls = []

    async def handler(request: web.Request) -> web.Response:
        urls.append(str(request.rel_url))
        return web.json_response({"candidates": []})

    endpoint = f"{await serve(handler)}/models/gemini-pro:generateContent"
    async with models_of({"m": {"connection": "a"}}, place="endpoint", a=endpoint) as models:
        assert models.info("m").interface == "gemini"
        [chunk async for chunk in models.stream("m", "{}")]
    assert urls == ["/models/gemini-pro:streamGenerateContent?alt=sse"]


async def test_a_local_stream_must_not_pause_for_longer_than_its_time() -> None:
    class Local:
        async def stream(self, name: str, reported: str, body: bytes):
            yield "data: {}\n\n"
            await asyncio.sleep(30)

    seen = Observer()
    model = {"connection": "local", "sourceModel": "x", "timeoutSeconds": 0.1}
    async with models_of({"m": model}, seen, local=Local()) as models:
        with pytest.raises(ModelError, match=r"\[m\]") as caught:
            [chunk async for chunk in models.stream("m", "{}")]
    assert caught.value.code == "TIMEOUT"
    assert [(one.failure, one.output) for one in seen] == [("TIMEOUT", "data: {}\n\n")]
