"""What the sandbox refuses and bears, tried by the functions of tests/apps/hostile."""

from __future__ import annotations

import asyncio
import re
import socket
from pathlib import Path

import pytest

MASKED = "error calling function"


def only_error(outcome):
    assert outcome.failed
    assert outcome.value is None
    [error] = outcome.errors
    return error


async def test_a_function_answers(hostile):
    outcome = await hostile("hello", name="you")
    assert outcome.value == "Hello, you!"
    assert outcome.errors == ()


# ---------------------------------------------------------------- state


async def test_no_state_is_left_behind(hostile):
    assert [(await hostile("count")).value for _ in range(3)] == [1, 1, 1]


async def test_randomness_is_fresh_in_each_instance(hostile):
    drawn = [(await hostile("identity")).value.split() for _ in range(3)]
    for values in zip(*drawn, strict=True):
        assert len(set(values)) == 3


# ---------------------------------------------------------------- time


@pytest.mark.parametrize("name", ["spin", "spin_stubbornly", "spin_in_c", "regex"])
async def test_cpu_deadline_ends_a_spinning_guest(hostile, name):
    error = only_error(await hostile(name))
    assert (error.message, error.code) == (MASKED, "TIMEOUT")


async def test_others_are_served_while_guests_spin(hostile):
    spinning = [asyncio.create_task(hostile("spin")) for _ in range(4)]
    await asyncio.sleep(0.05)
    served = 0
    while not all(task.done() for task in spinning):
        assert (await hostile("hello", name="x")).value == "Hello, x!"
        served += 1
    assert served > 0
    assert {only_error(task.result()).code for task in spinning} == {"TIMEOUT"}


async def test_sleep_suspends_this_call_alone(hostile):
    running = asyncio.create_task(hostile("sleep", seconds=1.0))
    served = 0
    while not running.done():
        await hostile("hello", name="x")
        served += 1
    assert running.result().value == 1.0
    assert served > 0


async def test_wall_deadline_ends_a_sleeping_guest(hostile_with):
    call = hostile_with(wall_seconds=0.5)
    error = only_error(await call("sleep", seconds=3600))
    assert (error.message, error.code) == (MASKED, "TIMEOUT")


# ---------------------------------------------------------------- memory


@pytest.mark.parametrize("name", ["recurse", "recurse_without_limit"])
async def test_endless_recursion_ends_this_call_alone(hostile, name):
    arguments = {"depth": 0} if name == "recurse" else {}
    assert only_error(await hostile(name, **arguments)).message == MASKED
    assert (await hostile("hello", name="x")).value == "Hello, x!"


async def test_memory_beyond_the_cap_is_refused(hostile):
    before = _resident()
    for megabytes in (128, 2047):
        assert only_error(await hostile("allocate", megabytes=megabytes)).message == MASKED
    assert only_error(await hostile("allocate_in_steps")).message == MASKED
    assert _resident() - before < 200 << 20


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


# ---------------------------------------------------------------- log and payloads


async def test_log_is_capped(hostile, caplog):
    outcome = await hostile("flood_log")
    assert sum(len(line.message) + 16 for line in outcome.printed) <= 16 << 10
    lines = [getattr(record, "fields", {}).get("text", "") for record in caplog.records]
    assert sum("log limit of 16384 bytes" in line for line in lines) == 1


async def test_one_huge_line_is_capped(hostile):
    outcome = await hostile("flood_errors")
    assert sum(len(line.message) for line in outcome.printed) <= 16 << 10


async def test_result_beyond_the_cap(hostile):
    error = only_error(await hostile("big_result", megabytes=5))
    assert "limits.payloadMb" in error.message


async def test_arguments_beyond_the_cap(hostile):
    error = only_error(await hostile("hello", name="x" * (5 << 20)))
    assert "limits.payloadMb" in error.message


async def test_host_calls_in_flight_are_capped(hostile):
    assert only_error(await hostile("many_host_calls")).message == MASKED
    assert len(asyncio.all_tasks()) == 1


# ---------------------------------------------------------------- the machine


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("open_file", {"path": "/etc/passwd"}),
        ("open_file", {"path": "app.py"}),
        ("os_open", {"path": "/etc/passwd"}),
        ("write_file", {}),
        ("list_files", {}),
        ("run_program", {}),
        ("shell", {}),
        ("start_thread", {}),
        ("resolve", {}),
    ],
)
async def test_the_machine_is_out_of_reach(hostile_with, name, arguments):
    error = only_error(await hostile_with(errors="messages")(name, **arguments))
    # An exception that the function could have caught, not the end of its instance.
    assert re.match(r"(PermissionError|OSError|RuntimeError|AttributeError): ", error.message)
    assert not Path("/tmp/atoll-was-here").exists()


async def test_sockets_are_out_of_reach(hostile):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        error = only_error(await hostile("connect", port=server.getsockname()[1]))
        assert error.message == MASKED
        with pytest.raises(BlockingIOError):
            server.accept()


async def test_environment_holds_time_zone_and_claims_only(hostile, monkeypatch):
    monkeypatch.setenv("MODUS_DB", "postgres://secret")
    names = {pair["key"] for pair in (await hostile("environment")).value}
    assert names <= {"TZ", "CLAIMS", "PWD", "LC_CTYPE"}
    assert "secret" not in str((await hostile("environment")).value)


async def test_no_arguments_and_no_standard_input(hostile):
    assert "".join((await hostile("arguments")).value) == ""
    outcome = await hostile("standard_input")
    assert outcome.failed or outcome.value == ""


@pytest.mark.parametrize("name", ["unknown_host_call", "malformed_host_call"])
async def test_host_calls_that_do_not_exist(hostile, name):
    assert only_error(await hostile(name)).message == MASKED


# ---------------------------------------------------------------- ends


@pytest.mark.parametrize("name", ["leave", "leave_at_once", "abort"])
async def test_a_guest_that_ends_itself(hostile, name):
    assert only_error(await hostile(name)).message == MASKED
    assert (await hostile("hello", name="x")).value == "Hello, x!"


# ---------------------------------------------------------------- what clients learn


async def test_reported_errors_reach_the_client(hostile):
    error = only_error(await hostile("refuse", reason="not today"))
    assert (error.message, error.code) == ("not today", "USER_ERROR")


async def test_other_errors_are_masked(hostile, caplog):
    error = only_error(await hostile("fail"))
    assert error.message == MASKED
    details = [getattr(record, "fields", {}).get("detail", "") for record in caplog.records]
    assert any("raise ValueError(secret_path)" in detail for detail in details)


async def test_other_errors_are_shown_when_the_manifest_says_so(hostile_with):
    error = only_error(await hostile_with(errors="messages")("fail"))
    assert error.message == "ValueError: internal detail"


async def test_execution_ids_differ(hostile):
    ids = {(await hostile("hello", name="x")).execution_id for _ in range(3)}
    assert len(ids) == 3
    assert all(re.fullmatch("[0-9a-v]{20}", id) for id in ids)
