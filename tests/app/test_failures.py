"""What clients, the log and the metrics learn of calls that fail.

The guest runs in this process and does what it is told: the failures of real ones are tried in
``tests/security``.
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace

import pytest

from atoll.app.app import App
from atoll.engine import DeadlineExceeded, Err, GuestExit, Ok, Trap
from atoll.graphql import GraphQLApi, GraphQLRequest
from atoll.guest.component.program import Invocation
from atoll.guest.types import Function, Interface, Scalar
from atoll.manifest import LimitSettings, Manifest

MASKED = "error calling function"
FUNCTION = Function("f", "f", (), Scalar("String"))


class Guest:
    """Its function answers with ``reply``, or raises it; ``lines`` are what it logs before."""

    def __init__(self, reply, lines=()) -> None:
        self.interface = Interface((FUNCTION,), {})
        self.exact = False
        self.may_wait = False
        self.entered = 0
        self._reply = reply
        self._lines = lines

    def execute(self, limits, *, environment, host, on_log):
        self._on_log = on_log
        return Invocation(self, host.payload_limit)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        pass

    async def invoke(self, export, arguments):
        self.entered += 1
        for line in self._lines:
            self._on_log(*line)
        if isinstance(self._reply, asyncio.Event):
            await self._reply.wait()
        if isinstance(self._reply, Exception):
            raise self._reply
        return self._reply


class Observer:
    def __init__(self) -> None:
        self.finished = []

    def function_finished(self, name, seconds) -> None:
        self.finished.append(name)


def app(reply, *, lines=(), dev=False, observer=None, **manifest) -> App:
    return App("app", Guest(reply, lines), Manifest(**manifest), {}, dev=dev, observer=observer)


def failure(kind, message="the detail", **more):
    return Err(json.dumps({"kind": kind, "message": message, **more}))


REPORTED = [
    (failure("user"), "USER_ERROR", "error"),
    (failure("argument"), "INVALID_ARGUMENT", "error"),
    (failure("result"), "INVALID_RESULT", "error"),
]
UNEXPECTED = [
    (failure("exception", type="ValueError"), "FUNCTION_FAILED", "ValueError: the detail"),
    (failure("a kind that is not ours"), "FUNCTION_FAILED", "the detail"),
    (failure("exit", type="SystemExit"), "EXITED", "SystemExit: the detail"),
    (GuestExit(3), "EXITED", "the function ended itself with exit code 3"),
    (Trap("unreachable", "the detail"), "FUNCTION_FAILED", "the detail"),
    (DeadlineExceeded("cpu", 1.0), "TIMEOUT", "1"),
    (Ok("{"), "FUNCTION_FAILED", "not valid JSON"),
    (Ok(5), "FUNCTION_FAILED", "not text"),
    (Err("{}"), "FUNCTION_FAILED", "not readable"),
]


def only_error(outcome):
    assert (outcome.failed, outcome.value) == (True, None)
    [error] = outcome.errors
    return error


@pytest.mark.parametrize("dev", [False, True])
@pytest.mark.parametrize(("reply", "code", "level"), REPORTED)
async def test_what_is_meant_for_the_client_reaches_it(reply, code, level, dev):
    error = only_error(await app(reply, dev=dev).call(FUNCTION, {}))
    assert (error.message, error.code, error.level) == ("the detail", code, level)


@pytest.mark.parametrize(("reply", "code", "message"), UNEXPECTED)
async def test_the_rest_is_masked_in_production(reply, code, message, caplog):
    error = only_error(await app(reply).call(FUNCTION, {}))
    assert (error.message, error.code, error.level) == (MASKED, code, "fatal")
    [logged] = [record.fields for record in caplog.records if record.levelno == logging.ERROR]
    assert logged["detail"]


@pytest.mark.parametrize("shown", [{"dev": True}, {"errors": "messages"}])
@pytest.mark.parametrize(("reply", "code", "message"), UNEXPECTED)
async def test_the_rest_is_shown_in_development_or_when_asked_for(reply, code, message, shown):
    error = only_error(await app(reply, **shown).call(FUNCTION, {}))
    assert message in error.message
    assert (error.code, error.level) == (code, "fatal")


@pytest.mark.parametrize("dev", [False, True])
async def test_a_fault_of_the_host_is_for_its_log_alone(dev, caplog):
    fault = RuntimeError("/home/user/secret")
    error = only_error(await app(fault, dev=dev).call(FUNCTION, {}))
    assert (error.message, error.code) == (MASKED, "INTERNAL_ERROR")
    assert "/home/user/secret" in caplog.text


async def test_error_lines_come_with_the_value():
    lines = [(6, "first"), (4, "no error"), (7, "second")]
    outcome = await app(Ok('"fine"'), lines=lines).call(FUNCTION, {})
    assert (outcome.failed, outcome.value) == (False, "fine")
    assert [(e.message, e.code, e.level) for e in outcome.errors] == [
        ("first", "LOGGED", "error"),
        ("second", "LOGGED", "fatal"),
    ]


async def test_error_lines_come_before_the_failure():
    outcome = await app(failure("user"), lines=[(6, "logged")]).call(FUNCTION, {})
    assert [error.message for error in outcome.errors] == ["logged", "the detail"]


async def test_the_client_can_tell_support_where_to_look(caplog):
    """A masked error comes with the id under which the log has the traceback."""
    traceback = '  File "app.py", line 3, in f\n    raise ValueError(text)'
    served = app(failure("exception", type="ValueError", traceback=traceback))
    response = await GraphQLApi(served).execute(GraphQLRequest("{ first: f }"))
    [error] = response.body["errors"]
    assert (error["message"], error["path"]) == (MASKED, ["first"])
    assert "the detail" not in json.dumps(response.body)
    id = response.body["extensions"]["invocations"]["first"]["executionId"]
    [logged] = [record.fields for record in caplog.records if record.levelno == logging.ERROR]
    assert (logged["execution_id"], logged["detail"]) == (id, traceback)


async def test_arguments_beyond_the_cap_do_not_reach_the_function():
    small = app(Ok("null"), limits=replace(LimitSettings(), payload_mb=1))
    error = only_error(await small.call(FUNCTION, {"text": "x" * (1 << 20)}))
    assert "limits.payloadMb" in error.message
    assert small._guest.entered == 0
    assert not (await small.call(FUNCTION, {"text": "x" * 1000})).failed


async def test_a_cancelled_call_is_logged_and_counted(caplog):
    observer = Observer()
    waiting = app(asyncio.Event(), observer=observer)
    running = asyncio.create_task(waiting.call(FUNCTION, {}))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled()
    assert "Function execution was canceled." in caplog.messages
    assert observer.finished == ["f"]
