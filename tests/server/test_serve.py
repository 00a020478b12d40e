"""Server processes: their start, their end, the death of workers. Real processes and signals."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

PROGRAM = Path(__file__).parent / "programs" / "server.py"


@dataclass
class Process:
    """A running server."""

    child: asyncio.subprocess.Process
    go: Path
    url: str = ""

    async def line(self, start: str) -> str:
        """Read its output up to a line that begins with ``start``."""
        assert self.child.stdout is not None
        while line := (await asyncio.wait_for(self.child.stdout.readline(), 30)).decode():
            if line.startswith(start):
                return line.rstrip("\n")
        raise AssertionError(f"the server ended without saying {start!r}")

    async def ask(self, query: str) -> str:
        """Ask on a new connection; returns the one value."""
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(30)) as client,
            client.post(f"{self.url}/graphql", json={"query": query}) as response,
        ):
            assert response.status == 200, response.status
            (value,) = (await response.json())["data"].values()
            return str(value)

    async def pids(self, count: int) -> set[int]:
        """Ask until ``count`` workers have answered."""
        found: set[int] = set()
        while len(found) < count:
            found.add(int(await self.ask("{pid}")))
        return found

    async def metrics(self) -> str:
        async with (
            aiohttp.ClientSession() as client,
            client.get(f"{self.url}/metrics") as response,
        ):
            return await response.text()

    def signal(self, number: signal.Signals = signal.SIGTERM) -> None:
        self.child.send_signal(number)

    async def end(self) -> int:
        return await asyncio.wait_for(self.child.wait(), 30)


Launch = Callable[..., Awaitable[Process]]


@pytest.fixture
async def launch(tmp_path: Path) -> AsyncIterator[Launch]:
    launched: list[Process] = []

    async def launch(
        workers: int = 1, *, port: int = 0, grace: float = 20, listening: bool = True, **env: str
    ) -> Process:
        go = tmp_path / "go"
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            str(PROGRAM),
            str(port),
            str(workers),
            str(grace),
            env={**os.environ, "ATOLL_TEST_GO": str(go), **env},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        process = Process(child, go)
        launched.append(process)
        if listening:
            process.url = (await process.line("listening")).split()[1]
        return process

    yield launch
    for process in launched:
        process.go.touch()
        if process.child.returncode is None:
            process.child.terminate()
    for process in launched:
        try:
            await asyncio.wait_for(process.child.communicate(), 15)
        except TimeoutError:
            process.child.kill()
            await process.child.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("workers", [1, 2])
async def test_a_signal_lets_calls_finish(
    launch: Launch, workers: int, number: signal.Signals
) -> None:
    process = await launch(workers)
    call = asyncio.create_task(process.ask("{wait}"))
    await process.line("waiting")

    process.signal(number)
    while not await refused(process.url):
        await asyncio.sleep(0.01)
    process.go.touch()

    assert (await call).isdigit()
    await process.line("closed")
    assert await process.end() == 0


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_second_signal_cancels_calls(launch: Launch, workers: int) -> None:
    process = await launch(workers)
    call = asyncio.create_task(process.ask("{wait}"))
    await process.line("waiting")

    process.signal()
    while not await refused(process.url):
        await asyncio.sleep(0.01)
    process.signal()

    assert await process.end() == 0
    with pytest.raises((aiohttp.ClientError, AssertionError)):
        await call


@pytest.mark.parametrize("workers", [1, 2])
async def test_calls_beyond_the_grace_are_cancelled(launch: Launch, workers: int) -> None:
    process = await launch(workers, grace=0.3)
    call = asyncio.create_task(process.ask("{wait}"))
    await process.line("waiting")

    process.signal()

    with pytest.raises(AssertionError, match="503"):
        await call
    assert await process.end() == 0


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_port_in_use_is_said_at_once(launch: Launch, workers: int) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        process = await launch(workers, port=port, listening=False)

        assert await process.line("error") == (
            f"error PORT_IN_USE Port {port} is already in use on 127.0.0.1."
        )
        assert await process.end() == 1


async def test_workers_share_the_port(launch: Launch) -> None:
    process = await launch(2)

    assert process.child.pid not in await process.pids(2)


async def test_a_killed_worker_does_not_lose_the_service(launch: Launch) -> None:
    process = await launch(2)
    (victim, *_) = before = await process.pids(2)

    os.kill(victim, signal.SIGKILL)
    while True:
        # Never an error: whom the victim has not accepted yet, its colleague serves.
        if int(await process.ask("{pid}")) not in before:
            break

    assert victim not in await process.pids(2)


async def test_all_workers_killed_at_once(launch: Launch) -> None:
    process = await launch(2)
    before = await process.pids(2)

    for pid in before:
        os.kill(pid, signal.SIGKILL)

    # Connections wait until there is someone to answer.
    while True:
        try:
            assert int(await process.ask("{pid}")) not in before
        except aiohttp.ClientError:
            continue  # accepted by the dying
        break


async def test_metrics_are_those_of_all_workers(launch: Launch) -> None:
    process = await launch(2)
    pids = await process.pids(2)
    asked = 20
    for _ in range(asked):
        await process.ask("{pid}")
    minimum = asked + len(pids)

    seen = [executions(await process.metrics()) for _ in range(4)]
    assert seen == sorted(seen)
    assert seen[0] >= minimum
    total = executions(await process.metrics())
    os.kill(pids.pop(), signal.SIGKILL)
    await process.pids(2)

    while executions(await process.metrics()) < total:
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_signal_ends_streams(launch: Launch, workers: int) -> None:
    process = await launch(workers)
    query = "subscription { ticks(intervalMs: 3600000) }"
    accept = {"Accept": "text/event-stream"}
    async with aiohttp.ClientSession() as client:
        responses = [
            await client.post(f"{process.url}/graphql", json={"query": query}, headers=accept)
            for _ in range(8)
        ]
        sockets = [
            await client.ws_connect(f"{process.url}/graphql", protocols=["graphql-transport-ws"])
            for _ in range(8)
        ]
        for each in sockets:
            await each.send_json({"type": "connection_init"})
            await each.send_json({"type": "subscribe", "id": "a", "payload": {"query": query}})
            assert [(await each.receive_json())["type"] for _ in range(2)] == [
                "connection_ack",
                "next",
            ]
        for response in responses:
            assert await response.content.readuntil(b"\n\n")

        process.signal()

        for response in responses:
            assert await response.text() == "event: complete\ndata: \n\n"
        for each in sockets:
            await each.receive()
            assert each.close_code == 1001
        assert await process.end() == 0


async def test_workers_end_with_their_supervisor(launch: Launch) -> None:
    process = await launch(2)
    pids = await process.pids(2)

    process.child.kill()
    await process.child.wait()

    for pid in pids:
        while Path(f"/proc/{pid}").exists():
            await asyncio.sleep(0.01)
    assert await refused(process.url)


async def test_workers_that_cannot_start_end_the_supervisor(launch: Launch) -> None:
    broken = await launch(2, listening=False, ATOLL_TEST_BROKEN_WORKER="1")

    line = await broken.line("error")

    assert line.startswith("error WORKER_FAILED A worker ended before it could serve (status 3)")
    assert await broken.end() == 1


async def refused(url: str) -> bool:
    host, _, port = url.removeprefix("http://").rpartition(":")
    try:
        _, writer = await asyncio.open_connection(host, int(port))
    except ConnectionError:
        return True
    writer.close()
    return False


def executions(metrics: str) -> int:
    (line,) = [
        line for line in metrics.splitlines() if line.startswith("runtime_function_executions_num")
    ]
    return int(line.split()[1])
