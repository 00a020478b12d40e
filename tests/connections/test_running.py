from __future__ import annotations

import asyncio

import pytest

from atoll.connections.errors import ConnectionFailed
from atoll.connections.running import RunningStatements, remaining


@pytest.fixture
def statements() -> RunningStatements:
    return RunningStatements("graph", "host:1")


async def test_a_statement_knows_how_long_it_has(statements: RunningStatements) -> None:
    async with statements.one(50) as scope:
        assert 40 < remaining(scope) <= 50
        assert statements.count == 1
    assert statements.count == 0


async def test_what_takes_too_long_is_ended(statements: RunningStatements) -> None:
    with pytest.raises(ConnectionFailed) as caught:
        async with statements.one(0.01):
            await asyncio.Event().wait()
    assert caught.value.code == "TIMEOUT"
    assert caught.value.message == "host:1 did not answer over connection [graph] within 0.01 s"


async def test_errors_of_an_ended_statement_are_its_time(statements: RunningStatements) -> None:
    async def fail() -> None:
        async with statements.one(0.01):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                raise ConnectionResetError from None

    with pytest.raises(ConnectionFailed) as caught:
        await fail()
    assert caught.value.code == "TIMEOUT"


async def test_errors_of_its_own_are_kept(statements: RunningStatements) -> None:
    with pytest.raises(TimeoutError, match="mine"):
        async with statements.one(50):
            raise TimeoutError("mine")


async def test_a_cancelled_statement_is_cancelled(statements: RunningStatements) -> None:
    async def wait() -> None:
        async with statements.one(50):
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert statements.count == 0


async def test_closing_ends_all_and_lets_none_begin(statements: RunningStatements) -> None:
    async def wait() -> None:
        async with statements.one(50):
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(wait()) for _ in range(3)]
    await asyncio.sleep(0)
    await statements.close()
    assert statements.count == 0
    for failing in (*tasks, wait()):
        with pytest.raises(ConnectionFailed) as caught:
            await failing
        assert caught.value.code == "CONNECTION_LOST"
