"""Dispatch of host calls: results, errors as data, caps, concurrency."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.host.calls import HostCalls
from atoll.host.context import CallLimits
from atoll.host.registry import OPERATIONS


async def ask(calls: HostCalls, name: str, payload: Any) -> Any:
    ok, text = await calls.call(name, json.dumps(payload))
    assert ok, text
    return json.loads(text)


async def refuse(calls: HostCalls, name: str, payload: Any) -> dict[str, Any]:
    ok, text = await calls.call(name, payload if isinstance(payload, str) else json.dumps(payload))
    assert not ok
    error = json.loads(text)
    assert set(error) == {"code", "message", "hint"}
    return error


def invoke(delay: float = 0, **more: Any) -> dict[str, Any]:
    return {"model": "known", "input": json.dumps({"delay": delay, **more})}


async def test_result_is_json(calls):
    assert await ask(calls, "models.info", {"model": "known"}) == {
        "name": "known",
        "fullName": "Known-1",
        "interface": "openai",
    }


async def test_model_input_passes_unchanged(calls):
    assert (
        await ask(calls, "models.invoke", {"model": "known", "input": ' {"ä": 1}'}) == ' {"ä": 1}'
    )


async def test_errors_made_for_guests_keep_their_message(calls):
    error = await refuse(calls, "models.info", {"model": "x"})
    assert error == {
        "code": "UNKNOWN_MODEL",
        "message": "model x is not in the manifest",
        "hint": None,
    }


async def test_other_errors_tell_the_guest_nothing(calls, caplog):
    error = await refuse(calls, "models.invoke", invoke(fail=True))
    assert error["code"] == "INTERNAL"
    assert "secret" not in json.dumps(error)
    assert "Host operation failed." in caplog.text


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("models.info", "{}"),
        ("models.info", "not json"),
        ("models.info", '{"model": 1}'),
        ("models.info", '{"model": "known", "extra": 1}'),
        ("models.info", "[" * 100_000),
        ("sys.sleep", '{"seconds": -1}'),
        ("sys.sleep", '{"seconds": "1"}'),
        ("sys.wait", '{"ids": []}'),
        ("sys.wait", '{"ids": [], "timeout": -1}'),
        ("sys.start", '{"name": "sys.start", "payload": "{}"}'),
        ("stream.next", '{"handle": 1.5}'),
    ],
)
async def test_bad_requests_are_refused(calls, name, payload):
    assert (await refuse(calls, name, payload))["code"] == "BAD_REQUEST"


async def test_unknown_operation(calls):
    error = await refuse(calls, "models." + "x" * 1000, {})
    assert error["code"] == "UNKNOWN_OPERATION"
    assert len(error["message"]) < 200


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from([*OPERATIONS, "sys.start", "x"]), payload=st.text(max_size=60))
async def test_any_text_gets_an_answer(make_calls, name, payload):
    ok, text = await make_calls().call(name, payload)
    assert not ok
    json.loads(text)


async def test_request_over_the_cap(make_calls):
    calls = make_calls(CallLimits(payload=1000))
    error = await refuse(calls, "models.invoke", {"model": "known", "input": "x" * 1000})
    assert error["code"] == "PAYLOAD_TOO_LARGE"
    assert "limits.payloadMb" in error["hint"]


async def test_reply_over_the_cap(make_calls):
    # The reply quotes the input once more, which takes it over the cap that the request is under.
    calls = make_calls(CallLimits(payload=100))
    text = json.dumps({"q": '"' * 10})
    ok, reply = await calls.call("models.invoke", json.dumps({"model": "known", "input": text}))
    assert ok or json.loads(reply)["code"] == "PAYLOAD_TOO_LARGE"
    calls = make_calls(CallLimits(payload=30))
    error = await refuse(calls, "models.info", '{"model":"known"}')
    assert error["code"] == "PAYLOAD_TOO_LARGE"
    assert "reply of models.info" in error["message"]


async def test_started_operations_run_at_the_same_time(calls):
    release = asyncio.Event()
    waiting = 0

    async def invoke_together(name: str, input: str) -> str:
        nonlocal waiting
        waiting += 1
        if waiting == 3:
            release.set()
        await release.wait()
        return "done"

    calls._context.models.invoke = invoke_together
    request = {"name": "models.invoke", "payload": json.dumps(invoke())}
    ids = [await ask(calls, "sys.start", request) for _ in range(3)]
    finished = []
    while len(finished) < 3:
        left = [id for id in ids if id not in [f[0] for f in finished]]
        finished += await ask(calls, "sys.wait", {"ids": left})
    assert sorted(finished) == [[id, True, '"done"'] for id in ids]


async def test_wait_gives_errors_as_data(calls):
    request = {"name": "models.info", "payload": '{"model": "x"}'}
    id = await ask(calls, "sys.start", request)
    [[got, ok, payload]] = await ask(calls, "sys.wait", {"ids": [id]})
    assert (got, ok, json.loads(payload)["code"]) == (id, False, "UNKNOWN_MODEL")


async def test_wait_times_out(calls):
    request = {"name": "models.invoke", "payload": json.dumps(invoke(60))}
    id = await ask(calls, "sys.start", request)
    assert await ask(calls, "sys.wait", {"ids": [id], "timeout": 0}) == []
    await calls.close()


async def test_finished_calls_are_handed_out_once(calls):
    id = await ask(calls, "sys.start", {"name": "models.info", "payload": '{"model":"known"}'})
    await ask(calls, "sys.wait", {"ids": [id]})
    assert (await refuse(calls, "sys.wait", {"ids": [id]}))["code"] == "NO_SUCH_CALL"


async def test_calls_in_flight_are_capped(make_calls):
    calls = make_calls(CallLimits(host_calls=2))
    request = {"name": "models.invoke", "payload": json.dumps(invoke(60))}
    ids = [await ask(calls, "sys.start", request) for _ in range(2)]
    error = await refuse(calls, "sys.start", request)
    assert error["code"] == "TOO_MANY_HOST_CALLS"
    await ask(calls, "sys.cancel", {"id": ids[0]})
    await ask(calls, "sys.start", request)
    await calls.close()


async def test_close_cancels_what_runs(calls):
    cancelled = asyncio.Event()

    async def forever(name: str, input: str) -> str:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        return ""

    calls._context.models.invoke = forever
    await ask(calls, "sys.start", {"name": "models.invoke", "payload": json.dumps(invoke())})
    await asyncio.sleep(0)
    await calls.close()
    assert cancelled.is_set()


async def test_closing_that_is_cancelled_closes_streams_all_the_same(calls):
    closed = False

    class Chunks:
        def __aiter__(self):
            return self

        async def __anext__(self) -> str:
            return ""

        async def aclose(self) -> None:
            nonlocal closed
            closed = True

    calls.streams.open(Chunks())
    await ask(calls, "sys.start", {"name": "models.invoke", "payload": json.dumps(invoke(3600))})
    await asyncio.sleep(0)
    closing = asyncio.create_task(calls.close())
    await asyncio.sleep(0)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing
    assert closed
