"""Misuse that makes the wasmtime library abort the process, or worse.

Each script tries one of them through the public API in a process of its own, where an abort is an
exit code, and prints ``survived`` at its end. The names are listed in ``docs/architecture.md``,
with those that the API cannot reach and what checks them instead.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

_PRELUDE = """
import asyncio, gc, json, os, random, signal, sys, threading, time
from pathlib import Path
import wasmtime
from atoll.engine import *
GUESTS = Path({guests!r})
CORE = bytes(wasmtime.wat2wasm((GUESTS / "core.wat").read_text()))
COMPONENT = bytes(wasmtime.wat2wasm((GUESTS / "component.wat").read_text()))
HOST = "test:guest/host@0.1.0"
engine = Engine(EngineConfig(concurrency=50, max_memory=1 << 20))
module = engine.compile_module(CORE)
compiled = engine.compile_component(COMPONENT)

def core(wait=None, add=None, text=None):
    imports = []
    if wait: imports.append(CoreImport("host", "wait", ("i32",), ("i32",), wait, is_async=True))
    if add: imports.append(CoreImport("host", "add", ("i32", "i64"), ("i32",), add))
    if text: imports.append(CoreImport("host", "text", ("i32",), ("i32",), text, reenters=True))
    return CoreProgram(engine, module, imports)

def component(call=None, log=lambda e, l, m: None):
    imports = [ComponentImport(HOST, "log", log)]
    if call: imports.append(ComponentImport(HOST, "call", call, is_async=True))
    return ComponentProgram(engine, compiled, imports)

async def run(program, export, *arguments, limits=Limits(), data=None):
    async with program.execute(limits, data) as execution:
        return await execution.call(export, *arguments)

async def outcome(awaitable):
    try:
        return await awaitable
    except BaseException as error:
        return type(error).__name__

async def sleep(execution, milliseconds):
    await asyncio.sleep(milliseconds / 1000)
    return milliseconds
"""

SCRIPTS = {
    "callback_raises": """
errors = [ValueError("x"), KeyboardInterrupt(), SystemExit(3), GeneratorExit(), BaseException(),
          RecursionError(), MemoryError(), asyncio.CancelledError(), StopIteration()]
async def main():
    for error in errors:
        def fail(*arguments):
            raise error
        name = type(error).__name__
        def recurse(*arguments):
            return recurse(*arguments)
        for program, export, arguments in (
            (core(wait=fail), "wait", (1,)), (core(add=fail), "add", (1, 2)),
            (core(text=fail), "text", (1,)), (component(call=fail), "ask", ("a", "b")),
            (component(log=fail), "ask", ("a", "b")),
        ):
            found = await outcome(run(program, export, *arguments))
            expected = "RuntimeError" if name == "StopIteration" else name
            assert found == expected, (found, expected)
    for program in (core(wait=recurse), core(add=recurse)):
        export = "wait" if program is not None and "wait" else "add"
    assert await outcome(run(core(wait=recurse), "wait", 1)) == "RecursionError"
    assert await outcome(run(core(add=recurse), "add", 1, 2)) == "RecursionError"
asyncio.run(main())
""",
    "callback_of_wrong_arity": """
async def main():
    for wrong in (lambda: 1, lambda execution: 1, 5, None):
        for program, export, arguments in (
            (core(wait=wrong) if wrong else core(), "wait", (1,)),
            (core(add=wrong) if wrong else core(), "add", (1, 2)),
            (component(call=wrong) if wrong else component(), "ask", ("a", "b")),
        ):
            found = await outcome(run(program, export, *arguments))
            assert found in ("TypeError", "Trap"), found
asyncio.run(main())
""",
    "poll_after_the_end": """
async def main():
    # Cancel at every moment around the end of a call, on the loop and on a worker.
    program = core(wait=sleep)
    generator = random.Random(1)
    seen = set()
    for turn in range(300):
        size = generator.choice((1_000, 3_000_000, 20_000_000))
        call = run(program, "spin_then_wait", size, generator.choice((0, 1)))
        task = asyncio.create_task(call)
        await asyncio.sleep(generator.random() * 0.02)
        if not task.done():
            task.cancel()
        seen.add(str(await outcome(task)))
    assert {"CancelledError"} < seen, seen
    async with program.execute(Limits()) as execution:
        for _ in range(100):
            assert await execution.call("wait", 0) == 0
asyncio.run(main())
""",
    "store_before_future": """
async def main():
    program, other = core(wait=sleep), component()
    # Left while another task's call is suspended, or computing on a worker.
    for export, arguments in (("wait", (60_000,)), ("spin", ())):
        execution = program.execute(Limits())
        await execution.__aenter__()
        task = asyncio.create_task(execution.call(export, *arguments))
        await asyncio.sleep(0.05)
        await execution.__aexit__(None, None, None)
        task.cancel()
        await outcome(task)
    # Forgotten while suspended: the garbage collector ends it.
    async def forgotten():
        execution = program.execute(Limits())
        await execution.__aenter__()
        coroutine = execution.call("wait", 60_000)
        coroutine.send(None)
        return coroutine
    for _ in range(20):
        coroutine = await forgotten()
        del coroutine
        gc.collect()
    assert await run(program, "wait", 1) == 1
asyncio.run(main())
""",
    "exit_while_suspended": """
async def main():
    program = core(wait=sleep)
    for _ in range(10):
        execution = program.execute(Limits())
        await execution.__aenter__()
        globals().setdefault("kept", []).append((execution, execution.call("wait", 60_000)))
        kept[-1][1].send(None)
asyncio.run(main())
""",
    "exit_while_computing": """
loop = asyncio.new_event_loop()
async def main():
    program = core()
    globals()["tasks"] = [asyncio.ensure_future(run(program, "spin", limits=Limits(cpu=99)))
                          for _ in range(5)]
    await asyncio.sleep(0.1)
loop.run_until_complete(main())
# The loop is left open and the interpreter ends with guests on both workers.
""",
    "loop_closed_while_computing": """
async def main():
    program = core()
    globals()["task"] = asyncio.ensure_future(run(program, "spin", limits=Limits(cpu=0.2)))
    await asyncio.sleep(0.05)
loop = asyncio.new_event_loop()
loop.run_until_complete(main())
loop.close()
time.sleep(0.5)  # the worker has nobody to tell
task._log_destroy_pending = False
async def other():
    assert await run(core(wait=sleep), "wait", 1) == 1
asyncio.run(other())
""",
    "handles_of_another_store": """
async def main():
    program = core()
    first, second = program.execute(Limits()), program.execute(Limits())
    for use in (lambda e: e.read(0, 1), lambda e: e.write(0, b"x"), lambda e: e.memory_size()):
        try:
            use(first)  # before it has a store
        except EngineError as error:
            assert error.code == "EXECUTION_OVER"
        else:
            raise AssertionError
    async with first, second:
        first.write(0, b"1")
        second.write(0, b"2")
        assert (first.read(0, 1), second.read(0, 1)) == (b"1", b"2")
    try:
        first.read(0, 1)
    except EngineError:
        pass
asyncio.run(main())
""",
    "host_before_the_instance": """
WAT = '''(module
  (import "host" "ask" (func $ask (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "new") (param i32) (result i32) (local.get 0))
  (func $start (drop (call $ask (i32.const 8))))
  (start $start))'''
async def main():
    async with core().execute(Limits()):
        pass  # whose handle would be found
    engine = core().engine
    module = engine.compile_module(bytes(wasmtime.wat2wasm(WAT)), cached=False)
    def look(execution, n): return len(execution.read(0, 8))
    async def nest(execution, n): return OnFiber(steps(n))
    def steps(n): return (yield ("new", n))
    for call, reenters in ((look, False), (nest, True)):
        ask = CoreImport("host", "ask", ("i32",), ("i32",), call, reenters=reenters)
        program = CoreProgram(engine, module, [ask])
        try:
            async with program.execute(Limits()):
                raise AssertionError
        except EngineError as error:
            assert error.code == "NOT_READY", error
asyncio.run(main())
""",
    "overwritten_code": """
async def main():
    # The entry is replaced, again and again, while guests run from its mapping.
    program = core()
    native = next(Path(os.environ["ATOLL_CACHE_DIR"]).glob("native/*"))
    for _ in range(20):
        for entry in Path(os.environ["ATOLL_CACHE_DIR"]).glob("native/*/*.cwasm"):
            engine.cache.store(entry.parent.name, entry.read_bytes())
            entry.unlink()
            engine.cache.store(entry.parent.name, bytes(100))
        assert await run(program, "count", 1000) == 1000
        assert await outcome(run(program, "divide")) == "Trap"
        assert await outcome(run(program, "overflow")) == "Trap"
asyncio.run(main())
""",
    "guest_sleeps": """
WASI = '''(component
  (import "wasi:clocks/monotonic-clock@0.2.9" (instance $clock
    (export "subscribe-duration" (func (param "when" u64) (result u64)))))
  (core func $s (canon lower (func $clock "subscribe-duration")))
  (core module $m (import "c" "s" (func $s (param i64) (result i64)))
    (func (export "sleep") (drop (call $s (i64.const 1000000000000)))))
  (core instance $i (instantiate $m (with "c" (instance (export "s" (func $s))))))
  (func (export "sleep") (canon lift (core func $i "sleep"))))'''
async def main():
    program = ComponentProgram(engine, engine.compile_component(wasmtime.wat2wasm(WASI)), [])
    started = time.monotonic()
    assert await outcome(run(program, "sleep")) == "Trap"
    assert time.monotonic() - started < 60
    poll = wasmtime.wat2wasm('''(module
      (import "wasi_snapshot_preview1" "poll_oneoff" (func $p (param i32 i32 i32 i32) (result i32)))
      (func (export "sleep")
        (drop (call $p (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 0)))))''')
    program = CoreProgram(engine, engine.compile_module(poll), [])
    assert await outcome(run(program, "sleep")) == "Trap"
asyncio.run(main())
""",
    "late_error_in_component": """
async def late(execution, name, payload):
    await asyncio.sleep(0.001)
    raise KeyError(payload)
async def main():
    program = component(call=late)
    for _ in range(20):
        found = await asyncio.gather(
            *[run(program, "ask", "a", str(n)) for n in range(50)], return_exceptions=True)
        assert [error.args for error in found] == [(str(n),) for n in range(50)]
asyncio.run(main())
""",
    "exceptions_of_others": """
def fail(execution, a, b):
    raise KeyError(a)
async def late(execution, milliseconds):
    await asyncio.sleep(0.001)
    raise KeyError(milliseconds)
async def main():
    program = core(add=fail, wait=late)
    for _ in range(5):
        calls = [run(program, "add", n, 0) for n in range(50)]
        calls += [run(program, "wait", n) for n in range(50)]
        calls += [run(program, "spin_then_wait", 20_000_000, n) for n in range(5)]
        found = await asyncio.gather(*calls, return_exceptions=True)
        assert [e.args for e in found] == [(n,) for n in [*range(50), *range(50), *range(5)]], found
asyncio.run(main())
""",
    "pool_exhausted": """
async def main():
    program = core(wait=sleep)
    found = await asyncio.gather(*[run(program, "wait", 1) for _ in range(1000)])
    assert found == [1] * 1000
    assert engine.core_slots.free == 50
asyncio.run(main())
""",
    "too_many_mappings": """
for count in (20_000, 1_000_000):
    try:
        Engine(EngineConfig(concurrency=count)).compile_module(CORE)
    except EngineError as error:
        assert error.code == "POOL_UNAVAILABLE" and error.hint, error
    else:
        assert count < 1_000_000
""",
    "deep_python_on_a_fiber": """
def nest(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value
def deep(execution, a, b):
    try:
        json.dumps(nest(100_000))
    except RecursionError:
        pass
    repr(nest(150))
    def down(n):
        return n and 1 + down(n - 1)
    assert down(500) == 500
    return a
async def wait(execution, milliseconds):
    return deep(execution, milliseconds, 0)
async def main():
    program = core(add=deep, wait=wait)
    assert await run(program, "add", 5, 0) == 5
    assert await run(program, "wait", 6) == 6
    assert await run(program, "spin_then_wait", 100_000_000, 7) == 7  # on a worker
asyncio.run(main())
""",
    "after_fork": """
async def main():
    assert await run(core(wait=sleep), "wait", 1) == 1
    assert await outcome(run(core(), "spin", limits=Limits(cpu=0.02))) == "DeadlineExceeded"
asyncio.run(main())
child = os.fork()
if child == 0:
    asyncio.run(main())
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
asyncio.run(main())
""",
    "many_mixed_endings": """
async def wait(execution, milliseconds):
    if milliseconds == 3:
        raise ValueError
    await asyncio.sleep(milliseconds / 1000)
    return milliseconds
async def main():
    program = core(wait=wait)
    generator = random.Random(2)
    async def one():
        choice = generator.random()
        if choice < 0.5:
            return await outcome(run(program, "wait", generator.randrange(5)))
        if choice < 0.7:
            return await outcome(run(program, "unreachable"))
        if choice < 0.75:
            return await outcome(run(program, "count", 5_000_000))
        task = asyncio.create_task(run(program, "wait", 50))
        await asyncio.sleep(generator.random() / 500)
        task.cancel()
        return await outcome(task)
    for _ in range(20):
        await asyncio.gather(*[one() for _ in range(150)])
    assert engine.core_slots.free == 50
asyncio.run(main())
""",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_process_survives(name: str, run_python: Callable[[str], str]) -> None:
    prelude = _PRELUDE.format(guests=str(Path(__file__).parent / "guests"))
    output = run_python(prelude + SCRIPTS[name] + '\nprint("survived")')
    assert output.strip() == "survived"


def test_too_little_address_space(run_python: Callable[[str], str], tmp_path: Path) -> None:
    """As under ``ulimit -v``: refused before wasmtime tries."""
    script = (
        _PRELUDE.format(guests=str(Path(__file__).parent / "guests"))
        .replace("module = engine", "")
        .split("compiled = ")[0]
    )
    script = script.replace(".compile_module(CORE)", "") + (
        "\ntry:\n    engine.compile_module(CORE)\n"
        "except EngineError as error:\n    print(error.code, 'ulimit' in error.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True, text=True, timeout=60, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (64 << 30, 64 << 30)),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "POOL_UNAVAILABLE True"


def test_wasmtimes_own_wasi_is_never_used() -> None:
    """A guest's sleep would block the thread (sync WASI) or abort the process (async WASI)."""
    package = Path(__file__).parents[2] / "src" / "atoll" / "engine"
    forbidden = re.compile(r"\b(add_wasip2\w*|define_wasi|add_wasi_http\w*|set_wasi)\s*\(")
    for file in package.glob("*.py"):
        assert not forbidden.search(file.read_text()), file
