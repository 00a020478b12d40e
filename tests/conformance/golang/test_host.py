"""Host functions that are called under pressure, and ones that misbehave."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from atoll.guest.failure import GuestFailure

CASES = json.loads((Path(__file__).parent / "cases.json").read_text("utf-8"))
EVERYTHING = next(case["arguments"]["e"] for case in CASES if case["function"] == "hostEverything")


@pytest.fixture(scope="module")
def app(run_app):
    return run_app("app")


@pytest.fixture
def host(app, monkeypatch):
    """Replaces host functions for the length of a test."""

    def replace(**operations: Any) -> None:
        named = {f"modus_test.{name}": operation for name, operation in operations.items()}
        monkeypatch.setattr(app, "_operations", app._operations | named)

    return replace


def pairs(values: dict[Any, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in values.items()]


LARGE = EVERYTHING | {
    "text": "t" * 5000,
    "counts": pairs({f"c{i:02}": i for i in range(60)}),
    "nested": pairs(
        {
            f"n{i:02}": pairs({j: {"a": True, "b": j, "c": "x" * (i + j)} for j in range(3)})
            for i in range(20)
        }
    ),
    "byHue": pairs({f"h{i:02}": ["a", "b" * i] for i in range(20)}),
}
# The collector runs whenever there is a little more than before, and overwrites what it frees.
PRESSURE = {"GOGC": "1", "GODEBUG": "gcstoptheworld=2,clobberfree=1"}


async def test_values_survive_while_memory_is_collected_all_the_time(app):
    found = await app.invoke("hostEverything", {"e": LARGE}, environment=PRESSURE)
    assert found == LARGE
    found = await app.invoke("pressed", {"e": LARGE, "count": 2}, environment=PRESSURE)
    assert found == [LARGE] * 2


async def test_what_the_host_made_is_collected_when_it_is_not_in_use(app):
    found = await app.call("hostUnderPressure", count=20, size=1000, e=EVERYTHING)
    assert found["kept"] == 2
    more = await app.call("hostUnderPressure", count=200, size=1000, e=EVERYTHING)
    assert more["kept"] == 20
    assert more["used"] < found["used"] + 18 * 20_000 + 200_000


async def test_goroutines_call_the_host_by_turns(app):
    assert await app.call("hostFromGoroutines", goroutines=10, calls=10) == 100


async def test_goroutines_call_a_host_that_waits(app, host):
    async def slowly(message: str) -> str:
        await asyncio.sleep(0.001)
        return f"echo: {message}"

    host(echo1=slowly)
    assert await app.call("hostFromGoroutines", goroutines=5, calls=5) == 25


async def test_calls_at_once_do_not_meet(app, host):
    async def slowly(message: str) -> str:
        await asyncio.sleep(0.001 * (len(message) % 3))
        return message

    host(echo1=slowly)
    texts = ["x" * length for length in range(30)]
    found = await asyncio.gather(*(app.call("echo1", message=text) for text in texts))
    assert found == texts


async def test_large_texts_to_the_host_and_back(app, host):
    host(echo1=lambda message: message)
    text = "aé€😀" * 400_000
    assert await app.call("echo1", message=text) == text


async def test_what_the_host_gives_beyond_the_limit_is_nil(app, host):
    host(echo1=lambda message: "x" * (17 << 20))
    assert await app.call("echo1Ptr", message="") is None
    [(name, reason)] = app.refused
    assert name == "modus_test.echo1"
    assert "limits.payloadMb" in reason
    with pytest.raises(GuestFailure, match="nil pointer dereference"):
        await app.call("echo1", message="")


WRONG = [7.5, "text", [1], True, {"text": [1]}, {"texts": [{}]}, {"texts": "no list"}]


@pytest.mark.parametrize("value", WRONG, ids=str)
async def test_what_does_not_fit_is_refused(app, host, value):
    host(nulls=lambda nulls: value)
    assert await app.call("hostNulls", n={}) is None
    [(name, _)] = app.refused
    assert name == "modus_test.nulls"


async def test_half_a_result_is_refused_with_the_path_to_what_is_wrong(app, host):
    right = {"text": None, "texts": None, "bytes": None, "at": None, "map": None, "inner": None}
    host(nulls=lambda nulls: right | {"map": {"k": {"a": True, "b": "x"}}})
    assert await app.call("hostNulls", n={}) is None
    [(_, reason)] = app.refused
    assert "map[0].b: expected an integer (int), not 'x'" in reason


async def test_missing_fields_that_may_be_nil_are_nil(app, host):
    host(nulls=lambda nulls: {"text": "t", "other": 1})
    nothing = {"texts": None, "bytes": None, "at": None, "map": None, "inner": None}
    assert await app.call("hostNulls", n={}) == {"text": "t"} | nothing


async def test_the_host_sees_native_values(app, host):
    seen = []

    def everything(value: Any) -> None:
        seen.append(value)

    host(everything=everything)
    assert await app.call("hostEverything", e=EVERYTHING) is None
    [value] = seen
    assert value["bytes"] == b"\x01\x02"
    assert value["fixed"] == b"\x01\x02\x03"
    assert value["counts"] == {"x": 1, "y": -(1 << 63)}
    assert value["nested"] == {"n": {255: {"a": True, "b": 1, "c": "c"}}, "nil": None}
    assert value["internal"] == 0  # not for the host
    assert value["at"] == "2024-12-31T23:59:59.999999999Z"
    assert value["for"] == -5


async def test_an_error_of_the_host_ends_the_call(app, host):
    class Broken(Exception):
        pass

    def broken(message: str) -> str:
        raise Broken(message)

    host(echo1=broken)
    with pytest.raises(Broken, match="hello"):
        await app.call("echo1", message="hello")
    host(echo1=lambda message: message)
    assert await app.call("echo1", message="hello") == "hello"


async def test_a_host_that_is_cancelled(app, host):
    started = asyncio.Event()

    async def forever(message: str) -> str:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    host(echo1=forever)
    call = asyncio.create_task(app.call("echo1", message="hello"))
    await started.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert await app.call("echo2", message="hello") == "echo: hello"
