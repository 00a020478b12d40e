from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from atoll.engine import DeadlineExceeded, Engine, EngineError, Err, GuestExit, Limits, Ok
from atoll.guest.component.program import BaseMissing, ComponentGuest, Form
from atoll.guest.metadata import MetadataError, read_metadata
from atoll.guest.wasm_binary import sections
from atoll.toolchain import PythonBuild

LIMITS = Limits()


@pytest.fixture(scope="module", params=["split", "whole"])
def guest(request: pytest.FixtureRequest, engine: Engine, build: PythonBuild) -> ComponentGuest:
    """The same app in both forms: they must not be told apart."""
    return ComponentGuest.load(engine, build.wasm, form=request.param)


class Call:
    """One execution with everything that it did to its host."""

    def __init__(self, guest: ComponentGuest, environment: Mapping[str, str] | None = None) -> None:
        self.guest = guest
        self.environment = environment or {}
        self.lines: list[tuple[int, str]] = []
        self.asked: list[tuple[str, str]] = []
        self.answer: Ok | Err | Exception = Ok("null")

    async def on_call(self, name: str, payload: str) -> Ok | Err:
        self.asked.append((name, payload))
        await asyncio.sleep(0)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def invoke(self, function: str, limits: Limits = LIMITS, **arguments: Any) -> Any:
        async with self.guest.instantiate(
            limits,
            environment=self.environment,
            on_call=self.on_call,
            on_log=lambda level, line: self.lines.append((level, line)),
        ) as execution:
            reply = await execution.invoke(function, json.dumps(arguments))
            assert execution.cpu_used > 0
        return json.loads(reply.value) if isinstance(reply, Ok) else reply


async def test_a_function_answers(guest: ComponentGuest) -> None:
    assert await Call(guest).invoke("greet", name="Zoë 🙂") == "Hello, Zoë 🙂!"


async def test_every_call_is_a_fresh_instance(guest: ComponentGuest) -> None:
    assert [await Call(guest).invoke("counted") for _ in range(3)] == [1, 1, 1]


async def test_randomness_is_fresh(guest: ComponentGuest) -> None:
    first, second = [await Call(guest).invoke("drawn") for _ in range(2)]
    assert all(one != other for one, other in zip(first, second, strict=True))
    assert len(first[2]) == 10_000


async def test_clocks_run_but_stood_still_at_build(guest: ComponentGuest) -> None:
    before = time.time()
    wall, monotonic, wall_at_build, monotonic_at_build, _ = await Call(guest).invoke("clocks")
    assert before <= wall <= time.time()
    assert monotonic > 0
    assert wall_at_build == 1735689600.0
    assert monotonic_at_build == 0


async def test_the_environment_is_what_the_host_gives(guest: ComponentGuest) -> None:
    call = Call(guest, {"TZ": "Europe/Berlin"})
    assert await call.invoke("variable", name="TZ") == "Europe/Berlin"
    assert await call.invoke("variable", name="PATH") is None
    assert await call.invoke("variable", name="PYTHONHOME") is None
    assert await Call(guest).invoke("variable", name="TZ") is None


async def test_host_calls(guest: ComponentGuest) -> None:
    call = Call(guest)
    call.answer = Ok('"fine"')
    assert await call.invoke("asked", question="well?") == "fine"
    ((name, payload),) = call.asked
    assert (name, json.loads(payload)) == ("test.ask", {"question": "well?"})


async def test_a_host_calls_error_is_the_guests_to_handle(guest: ComponentGuest) -> None:
    call = Call(guest)
    call.answer = Err('{"code":"NOPE","message":"not today","hint":null}')
    reply = await call.invoke("asked", question="?")
    assert isinstance(reply, Err)
    assert "not today" in reply.value


async def test_an_exception_of_the_host_tears_the_guest_down(guest: ComponentGuest) -> None:
    call = Call(guest)
    call.answer = LookupError("a bug of the host")
    with pytest.raises(LookupError, match="a bug of the host"):
        await call.invoke("asked", question="?")


async def test_log_lines(guest: ComponentGuest) -> None:
    call = Call(guest)
    await call.invoke("logged")
    assert call.lines == [(0, "to stdout"), (1, "to stderr")]


async def test_an_exception_of_the_function(guest: ComponentGuest) -> None:
    reply = await Call(guest).invoke("failed")
    assert isinstance(reply, Err)
    failure = json.loads(reply.value)
    assert (failure["kind"], failure["type"]) == ("exception", "ValueError")
    assert 'raise ValueError("on purpose")' in failure["traceback"]


async def test_exit_ends_the_call_only(guest: ComponentGuest) -> None:
    call = Call(guest)
    with pytest.raises(GuestExit):
        await call.invoke("exits")
    assert await call.invoke("greet", name="you") == "Hello, you!"


async def test_deadlines(guest: ComponentGuest) -> None:
    with pytest.raises(DeadlineExceeded):
        await Call(guest).invoke("spins", Limits(cpu=0.3))


async def test_memory_is_capped(guest: ComponentGuest) -> None:
    limits = Limits(memory=64 << 20)
    reply = await Call(guest).invoke("grows", limits, megabytes=100)
    assert isinstance(reply, Err)
    assert json.loads(reply.value)["type"] == "MemoryError"
    assert await Call(guest).invoke("grows", limits, megabytes=8) == 8 << 20


async def test_many_at_once(guest: ComponentGuest) -> None:
    names = [f"n{number}" for number in range(30)]
    replies = await asyncio.gather(*(Call(guest).invoke("greet", name=name) for name in names))
    assert replies == [f"Hello, {name}!" for name in names]


def test_a_second_start_compiles_nothing(
    engine: Engine, build: PythonBuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    ComponentGuest.load(engine, build.wasm, form="whole")
    # Not even the bytes of the whole component are made.
    monkeypatch.setattr(
        "atoll.guest.component.program.compose", lambda *parts: pytest.fail("composed again")
    )
    ComponentGuest.load(
        engine, build.wasm, form="whole", on_compile=lambda: pytest.fail("compiled again")
    )


def test_a_path_will_do(engine: Engine, build: PythonBuild, tmp_path: Path) -> None:
    file = tmp_path / "app.wasm"
    file.write_bytes(build.wasm)
    guest = ComponentGuest.load(engine, file, form="split", cached=False)
    assert guest.interface == build.metadata.interface
    assert not guest.exact
    assert guest.may_wait


def test_an_app_of_another_base(engine: Engine, build: PythonBuild, tmp_path: Path) -> None:
    with pytest.raises(BaseMissing) as raised:
        ComponentGuest.load(engine, build.wasm, cache=tmp_path)
    assert raised.value.identity == build.metadata.base
    assert raised.value.hint is not None
    assert "--standalone" in raised.value.hint


def test_files_that_are_no_apps(engine: Engine, build: PythonBuild) -> None:
    for wasm in (b"", b"\0asm\x01\0\0\0", build.wasm[:-20]):
        with pytest.raises(MetadataError):
            ComponentGuest.load(engine, wasm)


@pytest.mark.parametrize("form", ["split", "whole"])
async def test_an_image_that_lies_about_itself(
    engine: Engine, build: PythonBuild, form: Form
) -> None:
    """Well described, of our base, and not an image."""
    empty = b"\0asm\x01\x00\x00\x00"
    ours = [
        build.wasm[section.header : section.end]
        for section in sections(build.wasm)
        if section.id == 0 and b"atoll-" in build.wasm[section.start : section.start + 8]
    ]
    wasm = empty + b"".join(ours)
    assert read_metadata(wasm) == build.metadata
    with pytest.raises(EngineError):
        await Call(ComponentGuest.load(engine, wasm, form=form, cached=False)).invoke("counted")
