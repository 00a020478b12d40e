"""Calls of Python functions, through the whole call path: CPU, memory, waiting, spinning.

Run it with ``python benchmarks/calls.py``; the first run compiles for a minute. CPU time is that of
the process, memory is what ``/proc/self/smaps_rollup`` says: *private* is what only this process
has, *PSS* shares out what several mappings have in common, *RSS* counts shared pages in full.
"""

from __future__ import annotations

import asyncio
import json
import logging
import multiprocessing
import resource
import statistics
import tempfile
import time
from dataclasses import replace
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from pathlib import Path

from aiohttp import web

from atoll.app.app import App
from atoll.app.limits import engine_config
from atoll.engine import Engine
from atoll.guest.component.program import ComponentGuest, Form
from atoll.manifest import parse_manifest
from atoll.toolchain.python import build_python

FORMS: tuple[Form, ...] = ("whole", "split")

SOURCE = """
import time
from atoll.sdk import models

remote = models.get("remote")

def hello(name: str) -> str:
    return f"Hello, {name}!"

def ask(prompt: str) -> str:
    return remote.chat([models.user(prompt)]).text

def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds

def spin() -> int:
    while True:
        pass
"""


def model_host(port: Synchronized[int], go: Event) -> None:
    """A model in a process of its own that answers everyone once ``go`` is set."""

    async def chat(request: web.Request) -> web.Response:
        await request.read()
        while not go.is_set():  # noqa: ASYNC110 - set by another process
            await asyncio.sleep(0.05)
        message = {"role": "assistant", "content": "done"}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        return web.json_response(
            {"id": "1", "object": "chat.completion", "created": 0, "model": "m",
             "choices": [choice]}
        )  # fmt: skip

    async def main() -> None:
        application = web.Application()
        application.router.add_post("/chat", chat)
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=4096)
        await site.start()
        port.value = runner.addresses[0][1]
        await asyncio.Event().wait()

    asyncio.run(main())


def memory() -> dict[str, float]:
    """PSS, RSS and private memory of this process, in MB."""
    fields: dict[str, float] = {}
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]:
        name, value, *_ = line.split()
        fields[name.rstrip(":")] = int(value) * 1024 / 1e6
    private = fields["Private_Dirty"] + fields["Private_Clean"]
    return {"pss": fields["Pss"], "rss": fields["Rss"], "private": private}


async def measure_cpu(app: App, label: str, target: float) -> None:
    hello = app.interface.function("hello")
    assert hello is not None
    for _ in range(20):
        assert (await app.call(hello, {"name": "you"})).value == "Hello, you!"
    rounds, wall = [], []
    for _ in range(20):
        cpu = time.process_time()
        for _ in range(20):
            started = time.perf_counter()
            await app.call(hello, {"name": "you"})
            wall.append(time.perf_counter() - started)
        rounds.append((time.process_time() - cpu) / 20)
    print(
        f"fresh instance per call, {label}: {statistics.median(rounds) * 1e3:.2f} ms CPU"
        f" (target {target}), {statistics.median(wall) * 1e3:.2f} ms wall"
    )


async def measure_waiting(app: App, label: str, count: int, go: Event) -> None:
    ask = app.interface.function("ask")
    assert ask is not None
    go.clear()
    before = memory()
    cpu, started = time.process_time(), time.perf_counter()
    tasks = [asyncio.create_task(app.call(ask, {"prompt": "x"})) for _ in range(count)]
    previous = -1.0
    while (now := memory()["private"]) - previous > 1:  # until all of them wait
        previous = now
        await asyncio.sleep(1)
    after = memory()
    go.set()
    outcomes = await asyncio.gather(*tasks)
    assert all(outcome.value == "done" for outcome in outcomes), outcomes[0]
    cpu, wall = time.process_time() - cpu, time.perf_counter() - started
    each = {name: (after[name] - before[name]) / count for name in before}
    print(
        f"{count} calls waiting on a model, {label}: PSS {after['pss']:.0f} MB in all"
        f" (target 1500); each {each['private']:.2f} MB private, {each['pss']:.2f} PSS,"
        f" {each['rss']:.2f} RSS; {cpu / count * 1e3:.2f} ms CPU each, {wall:.1f} s in all"
    )


async def measure_sleep(app: App) -> None:
    sleep = app.interface.function("sleep")
    assert sleep is not None
    started = time.perf_counter()
    outcomes = await asyncio.gather(*[app.call(sleep, {"seconds": 2.0}) for _ in range(200)])
    assert not any(outcome.failed for outcome in outcomes)
    print(f"200 calls in time.sleep(2): {time.perf_counter() - started:.2f} s (target < 3)")


async def measure_spin(app: App, what: str, deadline: float) -> None:
    """CPU time stretches when others want the processor as well; wall time does not."""
    hello, spin = app.interface.function("hello"), app.interface.function("spin")
    assert hello is not None
    assert spin is not None
    task = asyncio.create_task(app.call(spin, {}))
    latencies = []
    while not task.done():
        started = time.perf_counter()
        await app.call(hello, {"name": "x"})
        latencies.append(time.perf_counter() - started)
        await asyncio.sleep(0.002)
    outcome = task.result()
    assert outcome.failed
    latencies.sort()
    print(
        f"a spinning guest with {deadline:g} s of {what}: gone after {outcome.duration:.3f} s;"
        f" {len(latencies)} other calls meanwhile, p50"
        f" {statistics.median(latencies) * 1e3:.1f} ms,"
        f" p99 {latencies[int(len(latencies) * 0.99)] * 1e3:.1f} ms (target < 50)"
    )


MANIFEST = {"limits": {"concurrency": 1000, "cpuSeconds": 1}}


def prepare(file: Path) -> None:
    """Build the app, and compile it in both forms: a server finds its code in the cache."""
    engine = Engine(engine_config(parse_manifest(json.dumps(MANIFEST)).limits))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "app.py").write_text(SOURCE)
        build = asyncio.run(build_python(Path(folder), engine=engine))
    file.write_bytes(build.wasm)
    for form in FORMS:
        ComponentGuest.load(engine, file, form=form)
    engine.close()


def measure(form: Form, file: Path, port: int, go: Event) -> None:
    """All measurements of one form, in a process that has not compiled anything."""
    # Half a socket for each call that waits.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    logging.disable()
    host = {"type": "http", "baseUrl": f"http://127.0.0.1:{port}/"}
    model = {"sourceModel": "m", "connection": "host", "path": "chat"}
    manifest = parse_manifest(
        json.dumps({**MANIFEST, "connections": {"host": host}, "models": {"remote": model}})
    )
    engine = Engine(engine_config(manifest.limits))
    guest = ComponentGuest.load(engine, file, form=form)

    async def run() -> None:
        app = App("benchmark", guest, manifest, {})
        label, target = ("serve", 3.0) if form == "whole" else ("dev", 4.5)
        try:
            await measure_cpu(app, label, target)
            await measure_waiting(app, label, 1000, go)
            await measure_sleep(app)
            await measure_spin(app, "CPU time", manifest.limits.cpu_seconds)
            limits = replace(manifest.limits, cpu_seconds=60, wall_seconds=1)
            hasty = App("benchmark", guest, replace(manifest, limits=limits), {})
            await measure_spin(hasty, "time", 1)
            await hasty.close()
        finally:
            await app.close()

    asyncio.run(run())
    engine.close()


def main() -> None:
    context = multiprocessing.get_context("spawn")
    port, go = context.Value("i", 0), context.Event()
    host = context.Process(target=model_host, args=(port, go), daemon=True)
    host.start()
    while not port.value:
        time.sleep(0.05)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "app.wasm"
        for target, arguments in [
            (prepare, (file,)),
            *[(measure, (form, file, port.value, go)) for form in FORMS],
        ]:
            step = context.Process(target=target, args=arguments)
            step.start()
            step.join()
            if step.exitcode:
                raise SystemExit(step.exitcode)
    host.kill()


if __name__ == "__main__":
    main()
