"""What must hold from the making of an instance to its end."""

from __future__ import annotations

import json

import pytest

from atoll.engine import DeadlineExceeded, Limits
from atoll.guest.core.call import DEBUG, ERROR, INFO, STDERR, STDOUT, WARNING
from atoll.guest.failure import BadGuestReply, GuestEnded, GuestFailure


@pytest.fixture(scope="module")
def app(run_app):
    return run_app("hostile")


@pytest.fixture(autouse=True)
async def well(app):
    """The next call works."""
    yield
    assert await app.call("fine") == ["all", "is", "well"]


# Goroutines ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["select", "channel", "nil", "mutex", "group"])
async def test_waiting_for_what_never_comes_is_a_failure(app, how):
    with pytest.raises(GuestFailure, match="all goroutines are asleep - deadlock!") as raised:
        await app.call("deadlock", how=how)
    assert "main.Deadlock" in raised.value.traceback


async def test_waiting_while_others_only_sleep_is_stopped(app):
    with pytest.raises(DeadlineExceeded):
        await app.invoke("waitForOthers", {}, limits=Limits(wall=0.2))


async def test_a_loop_without_end_is_stopped(app):
    with pytest.raises(DeadlineExceeded):
        await app.invoke("loop", {}, limits=Limits(cpu=0.2))


async def test_sleep(app):
    assert await app.call("sleep", milliseconds=20) >= 20
    assert await app.call("sleepTogether", goroutines=50, milliseconds=20) >= 20
    assert await app.call("timeOut", milliseconds=10) == "context deadline exceeded"


async def test_goroutines_give_each_other_values(app):
    assert await app.call("pipeline", stages=20, numbers=100) == 4950 + 20 * 100


@pytest.mark.parametrize("what", ["busy", "sleeping", "printing", "allocating", "panicking"])
async def test_goroutines_that_go_on_do_not_keep_the_call(app, what):
    found = await app.call("leaveBehind", what=what)
    assert found == [{"key": "other", "value": []}, {"key": "some", "value": ["value"]}]


# The world around ---------------------------------------------------------------------------------

REFUSED = {
    "read": "open /etc/passwd: ", "write": "open /tmp/x: ", "list": "open .: ",
    "temp": "open /tmp/x", "dial": "connect: ", "lookup": "lookup example.com",
    "run": "open /dev/null: ", "claims": "JWT claims not found",
}  # fmt: skip


@pytest.mark.parametrize("attempt", REFUSED)
async def test_attempts_that_fail(app, attempt):
    with pytest.raises(GuestEnded) as raised:
        await app.call("surroundings", attempt=attempt)
    assert raised.value.status == 1
    [(level, line)] = app.logs
    assert level == ERROR
    assert REFUSED[attempt] in line


@pytest.mark.parametrize(
    ("attempt", "found"),
    [
        ("glob", "[]"),
        ("descriptors", "none"),
        ("arguments", "0"),
        ("stdin", "the end"),
        ("random", str(1 << 17)),
        ("platform", "wasip1 wasm 1"),
        ("set", "set"),
    ],
)
async def test_attempts_that_find_nothing(app, attempt, found):
    assert await app.call("surroundings", attempt=attempt) == found


async def test_variables_are_those_of_the_call(app, monkeypatch):
    monkeypatch.setenv("MODUS_SECRET", "the host's")
    assert await app.call("surroundings", attempt="environment") == ""
    variables = {"TZ": "Asia/Tokyo", "CLAIMS": json.dumps({"sub": "me"})}
    found = await app.invoke("surroundings", {"attempt": "environment"}, environment=variables)
    assert sorted(found.split("\n")) == ['CLAIMS={"sub": "me"}', "TZ=Asia/Tokyo"]
    assert await app.invoke("surroundings", {"attempt": "claims"}, environment=variables) == "me"


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "No/Where", "../etc/passwd", ""])
async def test_the_local_time_of_go_is_utc(app, zone):
    found = await app.invoke("zone", {}, environment={"TZ": zone})
    assert found == {"name": zone, "local": "2024-07-01T12:00:00Z"}


async def test_time_zones_that_the_app_brings_with_it(app):
    found = await app.call("berlin")
    assert found == {"item1": "2024-07-01T12:00:00Z", "item2": "2024-07-01T14:00:00+02:00"}


# Output -------------------------------------------------------------------------------------------


async def test_what_is_printed_is_logged(app):
    await app.call("printLevels")
    assert app.logs == [
        (STDOUT, "plain"),
        (DEBUG, "d"),
        (INFO, "i"),
        (WARNING, "w"),
        (ERROR, "e"),
        (STDERR, "built in"),
        (STDOUT, "no end"),
    ]


@pytest.mark.parametrize("errors", [True, False])
async def test_much_output(app, errors):
    await app.call("print", lines=2000, length=500, errors=errors)
    assert app.logs == [(STDERR if errors else STDOUT, "x" * 500)] * 2000


async def test_lines_longer_than_any_should_be_are_cut(app):
    await app.call("printAtOnce", length=3_000_000)
    assert app.lines
    assert sum(map(len, app.lines)) < 1 << 20
    await app.call("print", lines=3, length=60_000, errors=False)
    assert app.lines == ["x" * 60_000] * 3


# Memory -------------------------------------------------------------------------------------------


async def test_memory_is_limited(app):
    for megabytes in (16, 64):
        limits = Limits(memory=megabytes << 20)
        with pytest.raises(GuestFailure, match=r"^out of memory \(limits.memoryMb in modus.json\)"):
            await app.invoke("allocate", {"megabytes": 200}, limits=limits)
        assert await app.invoke("allocate", {"megabytes": 6}, limits=limits) == 6
        assert await app.invoke("churn", {"megabytes": 100}, limits=limits) == 100


async def test_blocks_that_are_too_large(app):
    with pytest.raises(GuestFailure, match=r"limits\.memoryMb"):
        await app.call("allocateAtOnce", bytes=1 << 31)
    for size in (1 << 40, -1):
        with pytest.raises(GuestFailure, match="makeslice: len out of range"):
            await app.call("allocateAtOnce", bytes=size)


LIMIT = 1 << 20


@pytest.fixture
def limited(app):
    return app.described(app.guest.module, max_bytes=LIMIT)


async def test_results_up_to_the_limit(limited):
    assert len(await limited.call("long", bytes=LIMIT - 100)) == LIMIT - 100
    assert await limited.call("many", count=LIMIT // 32) == [""] * (LIMIT // 32)
    assert len(await limited.call("same", count=100, bytes=1000)) == 100
    for name, arguments in [
        ("long", {"bytes": LIMIT}),
        ("long", {"bytes": 100 * LIMIT}),
        ("many", {"count": LIMIT // 16}),
        ("manyNumbers", {"count": LIMIT // 8}),
        ("same", {"count": 100_000, "bytes": 1000}),
    ]:
        with pytest.raises(BadGuestReply, match=r"larger than limits\.payloadMb"):
            await limited.invoke(name, arguments)


async def test_arguments_up_to_the_limit(limited):
    assert await limited.call("length", text="x" * (LIMIT - 100)) == LIMIT - 100
    assert await limited.call("lengths", texts=["x"] * (LIMIT // 32)) == LIMIT // 32
    assert await limited.call("sum", numbers=[1] * (LIMIT // 16)) == LIMIT // 16
    for name, arguments in [
        ("length", {"text": "x" * (LIMIT + 1)}),
        ("lengths", {"texts": [""] * (LIMIT // 16 + 1)}),
        ("sum", {"numbers": [1] * (LIMIT // 8 + 1)}),
    ]:
        with pytest.raises(GuestFailure, match=r"limits\.payloadMb") as raised:
            await limited.invoke(name, arguments)
        assert raised.value.kind == "argument"


async def test_a_large_text(app):
    size = (16 << 20) - 100
    assert await app.call("length", text="x" * size) == size
    assert await app.call("long", bytes=size) == "x" * size


async def test_large_maps(app):
    pairs = [{"key": f"{index:06}", "value": index} for index in range(10_000)]
    assert await app.call("back", m=pairs) == pairs


async def test_a_map_of_results_while_memory_is_collected_all_the_time(app):
    found = await app.call("pressed", count=2000)
    assert len(found) == 2000
    assert {len(pair["value"][1]) for pair in found} == set(range(2000))
    assert all(pair["value"][0] == pair["key"] for pair in found)
