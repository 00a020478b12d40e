"""What functions pay for reaching a database or a web service.

Run it with ``python benchmarks/connections.py`` where PostgreSQL's server is installed; it starts
one of its own. Prints medians in microseconds of this process's CPU time per call, the server's own
work not counted, and the ratio to the bare driver in the same run:

- ``psycopg``: the same statement over a pool of the driver's own, rows made to JSON;
- ``client``: Atoll's client alone, as the host calls it;
- the languages: a whole call of a function that runs the statement, in a fresh sandbox.
  ``hello`` is a call that reaches nothing, so the difference is what the statement costs.

Then, in wall time: 200 calls at once that each wait 100 ms for a web service, and 1,000 calls at
once through a pool of 20.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.machinery
import importlib.util
import itertools
import json
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from aiohttp import web
from measuring import caller, rounds

from atoll.app.app import App
from atoll.app.limits import engine_config
from atoll.connections.postgresql import PostgresqlClient
from atoll.engine import Engine
from atoll.guest.component.program import ComponentGuest
from atoll.guest.load import load_guest
from atoll.manifest import Manifest, PoolSettings, parse_manifest
from atoll.toolchain.assemblyscript import AssemblyScriptBuilder
from atoll.toolchain.golang import GoBuilder
from atoll.toolchain.python import build_python

STATEMENT = "select id, name, height from people where id = $1"
ASSEMBLYSCRIPT = """
import { http, postgresql } from "@hypermode/modus-sdk-as";

@json
class Person {
  id: i64 = 0;
  name: string = "";
  height: f64 = 0;
}

export function hello(): string {
  return "hello";
}

export function one(id: i32): string {
  const params = new postgresql.Params();
  params.push(id);
  return postgresql.query<Person>("pg", "STATEMENT", params).rows[0].name;
}

export function wait(url: string): i32 {
  return http.fetch(url).status;
}

export function sleep(): void {
  postgresql.execute("pg", "select pg_sleep(0.01)");
}
"""
GO = """package main

import "github.com/hypermodeinc/modus/sdk/go/pkg/postgresql"

type Person struct {
	Id     int64   `json:"id"`
	Name   string  `json:"name"`
	Height float64 `json:"height"`
}

func Hello() string { return "hello" }

func One(id int) (string, error) {
	found, err := postgresql.Query[Person]("pg", "STATEMENT", id)
	if err != nil {
		return "", err
	}
	return found.Rows[0].Name, nil
}
"""
PYTHON = """from dataclasses import dataclass

from atoll.sdk import postgresql


@dataclass
class Person:
    id: int
    name: str
    height: float


def hello() -> str:
    return "hello"


def one(id: int) -> str:
    [found] = postgresql.query(Person, "STATEMENT", [id])
    return found.name
"""
ROW = (7, "Ada Lovelace", 1.65)


def server() -> Any:
    """A PostgreSQL server, started as the tests start theirs."""
    folder = Path(__file__).parents[1] / "tests" / "servers"
    package = importlib.util.module_from_spec(
        importlib.machinery.ModuleSpec("atoll_servers", None, is_package=True)
    )
    package.__path__ = [str(folder)]
    sys.modules["atoll_servers"] = package
    from atoll_servers.postgresql import PostgreSQL  # type: ignore[import-not-found]

    return PostgreSQL


async def load(engine: Engine, folder: Path) -> dict[str, Any]:
    """The guests by their languages, each built of its source above."""
    assemblyscript, go, python = (folder / name for name in ("as", "go", "python"))
    (assemblyscript / "assembly").mkdir(parents=True)
    (assemblyscript / "assembly" / "index.ts").write_text(filled(ASSEMBLYSCRIPT))
    (assemblyscript / "asconfig.json").write_text('{"entries": ["assembly/index.ts"]}')
    (assemblyscript / "package.json").write_text('{"name": "bench", "version": "0.1.0"}')
    go.mkdir()
    (go / "main.go").write_text(filled(GO))
    (go / "go.mod").write_text(
        "module bench\n\ngo 1.24\n\nrequire github.com/hypermodeinc/modus/sdk/go v0.18.0\n"
    )
    python.mkdir()
    (python / "app.py").write_text(filled(PYTHON))
    built = await AssemblyScriptBuilder().build(assemblyscript, release=True)
    guests: dict[str, Any] = {"AssemblyScript": load_guest(engine, built.wasm)}
    guests["Go"] = load_guest(engine, (await GoBuilder().build(go)).wasm)
    python_build = await build_python(python, engine=engine)
    guests["Python"] = ComponentGuest.load(engine, python_build.wasm, form="unsplit", cached=False)
    return guests


def filled(source: str) -> str:
    return source.replace("STATEMENT", STATEMENT)


def manifest(url: str, web: str = "http://127.0.0.1:1/") -> Manifest:
    connections = {
        "pg": {"type": "postgresql", "connString": url, "pool": {"maxSize": 20}},
        "web": {"type": "http", "baseUrl": web},
    }
    return parse_manifest(json.dumps({"connections": connections}))


async def bare_driver(url: str) -> tuple[Callable[[], Awaitable[Any]], Any]:
    import psycopg
    from psycopg.rows import dict_row
    from psycopg_pool import AsyncConnectionPool

    pool = AsyncConnectionPool(
        url, open=False, max_size=20, kwargs={"autocommit": True, "row_factory": dict_row}
    )
    await pool.open(wait=True)

    async def one() -> bytes:
        async with pool.connection() as connection:
            cursor = psycopg.AsyncRawCursor(connection, row_factory=dict_row)
            await cursor.execute(STATEMENT.encode(), [7])
            return msgspec.json.encode(await cursor.fetchall())

    return one, pool


async def measure(url: str, guests: dict[str, Any], turns: int) -> None:
    bare, pool = await bare_driver(url)
    client = PostgresqlClient("pg", url, PoolSettings(max_size=20), max_bytes=1 << 24)

    async def by_client() -> Any:
        return await client.run(STATEMENT, [7], rows=True, timeout=10)

    columns: dict[str, Callable[[], Awaitable[Any]]] = {"psycopg": bare, "client": by_client}
    apps = []
    for language, guest in guests.items():
        app = App("benchmark", guest, manifest(url), {})
        apps.append(app)
        columns[f"{language} hello"] = caller(app, "hello", {}, "hello")
        columns[f"{language} one row"] = caller(app, "one", {"id": 7}, ROW[1])
    samples: dict[str, list[float]] = {name: [] for name in columns}
    for _ in range(turns):  # all take turns, so that a slow phase hits all alike
        for name, call in columns.items():
            samples[name] += await rounds(call, 200 if "Python" not in name else 40, 2)
    base = statistics.median(samples["psycopg"])
    print(f"\n{'one row':24} {'median':>8} {'best':>8} {'ratio':>7}   (µs of CPU)")
    for name, found in samples.items():
        print(
            f"{name:24} {statistics.median(found):8.0f} {min(found):8.0f}"
            f" {statistics.median(found) / base:7.2f}"
        )
    for language in guests:
        over = statistics.median(samples[f"{language} one row"]) - statistics.median(
            samples[f"{language} hello"]
        )
        print(f"{language}: the statement costs {over:.0f} µs, {over - base:+.0f} over psycopg")
    for app in apps:
        await app.close()
    await client.close()
    await pool.close()


async def measure_waiting(url: str, guest: Any) -> None:
    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(0.1)
        return web.Response(text="ok")

    application = web.Application()
    application.router.add_get("/", slow)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    origin = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    app = App("benchmark", guest, manifest(url, origin), {})
    wait, sleep = (app.interface.function(name) for name in ("wait", "sleep"))
    assert wait is not None
    assert sleep is not None
    await app.call(wait, {"url": origin})

    started = time.perf_counter()
    outcomes = await asyncio.gather(*(app.call(wait, {"url": origin}) for _ in range(200)))
    seconds = time.perf_counter() - started
    assert all(outcome.value == 200 for outcome in outcomes), outcomes[0]
    print(f"\n200 calls at once, each waits 100 ms for HTTP: {seconds:.2f} s, the service included")

    took: list[float] = []

    async def timed() -> None:
        begun = time.perf_counter()
        outcome = await app.call(sleep, {})
        assert not outcome.failed, outcome
        took.append(time.perf_counter() - begun)

    started = time.perf_counter()
    await asyncio.gather(*(timed() for _ in range(1000)))
    seconds = time.perf_counter() - started
    # In the order in which they came: who came first is served first.
    late = sum(a > b + 0.05 for a, b in itertools.pairwise(took))
    print(
        f"1,000 calls at once, 10 ms each in the database, pool of 20: {seconds:.2f} s"
        f" (0.5 at best), slowest {max(took):.2f} s, overtaken by more than 50 ms: {late}"
    )
    await app.close()
    await runner.cleanup()


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--turns", type=int, default=5)
    turns = parser.parse_args().turns
    logging.disable(logging.CRITICAL)
    postgresql = server()
    with tempfile.TemporaryDirectory() as folder, postgresql() as running:
        running.execute("create table people (id bigint primary key, name text, height float8)")
        running.execute("insert into people values (7, 'Ada Lovelace', 1.65)")
        engine = Engine(engine_config(parse_manifest("{}").limits))
        guests = await load(engine, Path(folder))
        await measure(running.url, guests, turns)
        await measure_waiting(running.url, guests["AssemblyScript"])
        engine.close()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
