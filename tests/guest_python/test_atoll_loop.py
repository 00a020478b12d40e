"""The event loop, on a host that keeps time by itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from atoll.sdk import HostError, _host


class Clockwork:
    """A host whose operations take as many of its seconds as they are told to."""

    def __init__(self) -> None:
        self.now = 0.0
        self.limit = 64
        self.jobs: dict[int, tuple[float, dict[str, Any]]] = {}
        self.names: list[str] = []

    def call(self, name: str, payload: str) -> str:
        request = json.loads(payload)
        self.names.append(name)
        if name == "sys.start" and len(self.jobs) >= self.limit:
            raise HostError("TOO_MANY_HOST_CALLS", "too many")
        if name == "sys.start":
            job = json.loads(request["payload"])
            identifier = len(self.names)
            self.jobs[identifier] = (self.now + job["seconds"], job)
            return json.dumps(identifier)
        if name == "sys.wait":
            return json.dumps(self._wait(request["ids"], request["timeout"]))
        if name == "sys.cancel":
            del self.jobs[request["id"]]
        if name == "sys.sleep":
            self.now += request["seconds"]
        return "null"

    async def call_async(self, name: str, payload: str) -> str:
        import atoll_loop

        return await atoll_loop.running().host_call(name, payload)

    def log(self, level: int, message: str) -> None:
        raise AssertionError(message)

    def _wait(self, ids: list[int], timeout: float | None) -> list[Any]:
        first = min(self.jobs[each][0] for each in ids)
        until = first if timeout is None else min(first, self.now + timeout)
        self.now = max(self.now, until)
        ready = [each for each in ids if self.jobs[each][0] <= self.now]
        return [self._answer(each) for each in ready]

    def _answer(self, identifier: int) -> list[Any]:
        _, job = self.jobs.pop(identifier)
        if "error" in job:
            return [identifier, False, json.dumps({"code": "BAD", "message": job["error"]})]
        return [identifier, True, json.dumps(job["seconds"])]


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clockwork]:
    import atoll_loop

    clockwork = Clockwork()
    monkeypatch.setattr(atoll_loop.HostLoop, "time", lambda self: clockwork.now)
    before = _host.install(clockwork)
    yield clockwork
    _host.install(before)


def run(main: Any) -> Any:
    import atoll_loop

    return atoll_loop.run(main)


async def work(seconds: float, **more: Any) -> Any:
    return await _host.call_async("work", {"seconds": seconds, **more})


def test_gathered_calls_run_at_the_same_time(host: Clockwork) -> None:
    async def main() -> list[Any]:
        return await asyncio.gather(*(work(seconds) for seconds in (3, 1, 2)))

    assert run(main()) == [3, 1, 2]
    assert host.now == 3


def test_more_calls_than_the_host_takes_at_once(host: Clockwork) -> None:
    async def main() -> list[Any]:
        return await asyncio.gather(*(work(1, number=number) for number in range(10)))

    host.limit = 3
    assert run(main()) == [1] * 10
    assert host.now == 4


def test_sleep_is_the_hosts(host: Clockwork) -> None:
    run(asyncio.sleep(5))
    assert host.now == pytest.approx(5)
    assert host.names == ["sys.sleep"]


def test_sleep_beside_a_call(host: Clockwork) -> None:
    async def main() -> list[Any]:
        return await asyncio.gather(work(2), asyncio.sleep(1, "slept"))

    assert run(main()) == [2, "slept"]
    assert host.now == 2


def test_timeout_cancels_the_call(host: Clockwork) -> None:
    async def main() -> str:
        try:
            async with asyncio.timeout(1):
                await work(10)
        except TimeoutError:
            return "late"
        return "early"

    assert run(main()) == "late"
    assert host.now == 1
    assert host.jobs == {}
    assert "sys.cancel" in host.names


def test_failed_call(host: Clockwork) -> None:
    with pytest.raises(HostError, match="out of order") as failed:
        run(work(1, error="out of order"))
    assert failed.value.code == "BAD"


def test_task_that_is_left_behind_is_cancelled(host: Clockwork) -> None:
    ended = []

    async def background() -> None:
        try:
            await work(100)
        finally:
            ended.append(host.now)

    async def main() -> None:
        task = asyncio.create_task(background())
        await work(1)
        assert not task.done()

    run(main())
    assert ended == [1]
    assert host.jobs == {}


def test_queue_between_tasks(host: Clockwork) -> None:
    async def main() -> list[int]:
        queue: asyncio.Queue[int] = asyncio.Queue()

        async def produce() -> None:
            for number in range(3):
                await work(1)
                await queue.put(number)

        async with asyncio.TaskGroup() as group:
            group.create_task(produce())
            return [await queue.get() for _ in range(3)]

    assert run(main()) == [0, 1, 2]


def test_waiting_for_nothing_is_an_error(host: Clockwork) -> None:
    async def main() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(RuntimeError, match="never happen"):
        run(main())


def test_no_threads(host: Clockwork) -> None:
    with pytest.raises(RuntimeError, match="threads are not available"):
        run(asyncio.to_thread(print))
