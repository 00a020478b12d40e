"""What functions pay for asking a model, and for streaming its answer on.

Run it with ``python benchmarks/models.py``. The model is a scripted server in a process of its own,
which answers at once, so that only Atoll's own work is seen. Prints medians in microseconds of this
process's CPU time per call and the ratio to the bare HTTP client in the same run:

- ``aiohttp``: the same request by the library that the host uses, its answer read as JSON;
- the languages: a whole call of a function that asks the model, in a fresh sandbox. ``hello`` is a
  call that reaches nothing, so the difference is what asking costs.

Then what recording an invocation costs on the hot path; then many streams at once, each of 100
tokens from the model through a function to its reader: CPU per token, memory, and how long the
first token takes from the model's socket to the reader of one stream.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import aiohttp
import uvloop
from aiohttp import web
from measuring import caller, rounds

from atoll.app.app import App
from atoll.app.limits import engine_config
from atoll.engine import Engine
from atoll.guest.component.program import ComponentGuest
from atoll.guest.load import load_guest
from atoll.manifest import Manifest, parse_manifest
from atoll.toolchain.assemblyscript import AssemblyScriptBuilder
from atoll.toolchain.golang import GoBuilder
from atoll.toolchain.python import build_python

ASSEMBLYSCRIPT = """
import { models, stream, Stream } from "@hypermode/modus-sdk-as";
import { OpenAIChatModel, UserMessage } from "@hypermode/modus-sdk-as/models/openai/chat";

export function hello(): string {
  return "hello";
}

export function ask(prompt: string): string {
  const model = models.getModel<OpenAIChatModel>("writer");
  const input = model.createInput([new UserMessage(prompt)]);
  return model.invoke(input).choices[0].message.content;
}

@stream
export function tell(prompt: string): Stream<string> {
  const model = models.getModel<OpenAIChatModel>("writer");
  const pieces = model.stream(model.createInput([new UserMessage(prompt)]));
  let piece = pieces.next();
  while (piece !== null) {
    stream.emit<string>(piece);
    piece = pieces.next();
  }
}
"""
GO = """package main

import (
	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/openai"
)

func Hello() string { return "hello" }

func Ask(prompt string) (string, error) {
	model, err := models.GetModel[openai.ChatModel]("writer")
	if err != nil {
		return "", err
	}
	input, err := model.CreateInput(openai.NewUserMessage(prompt))
	if err != nil {
		return "", err
	}
	output, err := model.Invoke(input)
	if err != nil {
		return "", err
	}
	return output.Choices[0].Message.Content, nil
}
"""
PYTHON = """from collections.abc import Iterator

from atoll.sdk import models


def hello() -> str:
    return "hello"


def ask(prompt: str) -> str:
    return models.get("writer").chat(prompt).text


def tell(prompt: str) -> Iterator[str]:
    yield from models.get("writer").stream(prompt)
"""
PROMPT = "Name three islands of the Baltic Sea."
REPLY = "Gotland, Bornholm and Rügen."
TOKENS = 100
PAUSE = 0.6
COMPLETION = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "writer",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": REPLY},
            "finish_reason": "stop",
            "logprobs": None,
        }
    ],
    "usage": {"prompt_tokens": 12, "completion_tokens": 9, "total_tokens": 21},
}


async def scripted(pause: float) -> None:
    """The model's server: a process of its own. Prints its port, and ends with its input."""
    answer = json.dumps(COMPLETION).encode()

    async def complete(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if not body.get("stream"):
            return web.Response(body=answer, content_type="application/json")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for number in range(TOKENS):
            # The first one says when it left.
            text = f"{time.time():.6f} " if number == 0 else "token "
            delta = {"index": 0, "delta": {"content": text}, "finish_reason": None}
            await response.write(f"data: {json.dumps({'choices': [delta]})}\n\n".encode())
            await asyncio.sleep(pause)
        await response.write(b"data: [DONE]\n\n")
        return response

    application = web.Application()
    application.router.add_post("/v1/chat/completions", complete)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=8192)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def model_server(pause: float) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [sys.executable, __file__, "--scripted", str(pause)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # of clients that leave
        text=True,
    )
    assert process.stdout is not None
    return process, f"http://127.0.0.1:{int(process.stdout.readline())}/"


async def load(engine: Engine, folder: Path) -> dict[str, Any]:
    """The guests by their languages, each built of its source above."""
    assemblyscript, go, python = (folder / name for name in ("as", "go", "python"))
    (assemblyscript / "assembly").mkdir(parents=True)
    (assemblyscript / "assembly" / "index.ts").write_text(ASSEMBLYSCRIPT)
    (assemblyscript / "asconfig.json").write_text('{"entries": ["assembly/index.ts"]}')
    (assemblyscript / "package.json").write_text('{"name": "bench", "version": "0.1.0"}')
    go.mkdir()
    (go / "main.go").write_text(GO)
    (go / "go.mod").write_text(
        "module bench\n\ngo 1.24\n\nrequire github.com/hypermodeinc/modus/sdk/go v0.18.0\n"
    )
    python.mkdir()
    (python / "app.py").write_text(PYTHON)
    built = await AssemblyScriptBuilder().build(assemblyscript, release=True)
    guests: dict[str, Any] = {"AssemblyScript": load_guest(engine, built.wasm)}
    guests["Go"] = load_guest(engine, (await GoBuilder().build(go)).wasm)
    python_build = await build_python(python, engine=engine)
    guests["Python"] = ComponentGuest.load(engine, python_build.wasm, form="whole", cached=False)
    return guests


def manifest(url: str) -> Manifest:
    writer = {"sourceModel": "writer", "connection": "host", "path": "v1/chat/completions"}
    return parse_manifest(
        json.dumps(
            {
                "models": {"writer": writer},
                "connections": {"host": {"type": "http", "baseUrl": url, "maxConnections": 10000}},
                "limits": {"concurrency": 6000, "wallSeconds": 600},
            }
        )
    )


async def measure_asking(url: str, guests: dict[str, Any], turns: int) -> None:
    session = aiohttp.ClientSession()
    request = json.dumps({"model": "writer", "messages": [{"role": "user", "content": PROMPT}]})

    async def bare() -> None:
        headers = {"Content-Type": "application/json"}
        place = f"{url}v1/chat/completions"
        async with session.post(place, data=request.encode(), headers=headers) as response:
            assert json.loads(await response.read())["choices"][0]["message"]["content"] == REPLY

    columns: dict[str, Callable[[], Awaitable[Any]]] = {"aiohttp": bare}
    apps = []
    for language, guest in guests.items():
        app = App("benchmark", guest, manifest(url), {})
        apps.append(app)
        columns[f"{language} hello"] = caller(app, "hello", {}, "hello")
        columns[f"{language} ask"] = caller(app, "ask", {"prompt": PROMPT}, REPLY)
    samples: dict[str, list[float]] = {name: [] for name in columns}
    for _ in range(turns):  # all take turns, so that a slow phase hits all alike
        for name, call in columns.items():
            samples[name] += await rounds(call, 100 if "Python" not in name else 30, 2)
    base = statistics.median(samples["aiohttp"])
    print(f"\n{'asking a model':24} {'median':>8} {'best':>8} {'ratio':>7}   (µs of CPU)")
    for name, found in samples.items():
        print(
            f"{name:24} {statistics.median(found):8.0f} {min(found):8.0f}"
            f" {statistics.median(found) / base:7.2f}"
        )
    for language in guests:
        over = statistics.median(samples[f"{language} ask"]) - statistics.median(
            samples[f"{language} hello"]
        )
        print(f"{language}: asking costs {over:.0f} µs, {over - base:+.0f} over aiohttp")
    for app in apps:
        await app.close()
    await session.close()


async def measure_streams(url: str, guest: Any, language: str, count: int) -> None:
    app = App("benchmark", guest, manifest(url), {})
    tell = app.interface.function("tell")
    assert tell is not None

    async def one(delay: float) -> int:
        await asyncio.sleep(delay)
        tokens = 0
        async for _ in app.stream(tell, {"prompt": PROMPT}):
            tokens += 1
        return tokens

    async def first() -> float:
        async with aclosing(app.stream(tell, {"prompt": PROMPT})) as pieces:
            return -float(await anext(pieces)) + time.time()

    alone = statistics.median([await first() for _ in range(20)][10:])
    before, started, used = memory(), time.perf_counter(), time.process_time()
    # They come one after the other, but all are there long before the first one ends.
    task = asyncio.gather(*(one(number / count * TOKENS * PAUSE / 2) for number in range(count)))
    peak = before
    while not task.done():
        await asyncio.wait([task], timeout=0.25)
        peak = max(peak, memory())
    counts = task.result()
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    assert set(counts) == {TOKENS}
    tokens = count * TOKENS
    print(
        f"{language}: {count} streams of {TOKENS} tokens in {seconds:.1f} s,"
        f" {cpu / tokens * 1e6:.0f} µs of CPU per token, {(peak - before) / count / 1024:.0f} KB"
        f" per stream; first token of one alone after {alone * 1000:.1f} ms"
    )
    await app.close()


def memory() -> int:
    """Bytes of this process that nothing else shares."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) << 10
    raise AssertionError("no RssAnon in /proc/self/status")


async def main(turns: int, scale: float) -> None:
    logging.disable(logging.CRITICAL)
    process, url = model_server(0)
    slow, slow_url = model_server(PAUSE)
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(engine_config(manifest(url).limits))
        guests = await load(engine, Path(folder))
        await measure_asking(url, guests, turns)
        print(f"\nstreams, all at once, a token every {PAUSE:g} s")
        await measure_streams(slow_url, guests["Python"], "Python", int(1000 * scale))
        await measure_streams(
            slow_url, guests["AssemblyScript"], "AssemblyScript", int(5000 * scale)
        )
        engine.close()
    process.kill()
    slow.kill()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1, help="of the number of streams")
    parser.add_argument("--scripted", type=float, metavar="PAUSE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        if options.scripted is not None:
            runner.run(scripted(options.scripted))
        else:
            runner.run(main(options.turns, options.scale))
