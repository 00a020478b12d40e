"""The pace of a connection, in real time but small spans: what is asserted holds however slow the
machine is."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atoll.connections.rate import RateLimit
from atoll.manifest import RateSettings

DAY = 86400


async def test_what_fits_begins_at_once():
    limit = RateLimit(RateSettings(5, DAY))
    await asyncio.wait_for(asyncio.gather(*(limit.turn() for _ in range(5))), 10)


@pytest.mark.parametrize("requests", [1, 3])
async def test_no_span_sees_more_than_agreed(requests):
    limit = RateLimit(RateSettings(requests, 0.05))
    before = time.monotonic()
    await asyncio.gather(*(limit.turn() for _ in range(10)))
    assert time.monotonic() - before >= 0.05 * ((10 - 1) // requests)


async def test_turns_come_in_the_order_of_asking():
    limit = RateLimit(RateSettings(2, 0.02))
    order: list[int] = []

    async def one(number: int) -> None:
        await limit.turn()
        order.append(number)

    tasks = [asyncio.create_task(one(number)) for number in range(9)]
    await asyncio.gather(*tasks)
    assert order == list(range(9))


async def test_who_leaves_the_queue_takes_no_turn():
    limit = RateLimit(RateSettings(1, 0.2))
    await limit.turn()
    leaving = [asyncio.create_task(limit.turn()) for _ in range(1000)]
    staying = asyncio.create_task(limit.turn())
    await asyncio.sleep(0)
    for task in leaving:
        task.cancel()
    await asyncio.gather(*leaving, return_exceptions=True)
    await asyncio.wait_for(staying, 60)  # behind the others it would be 200 s


async def test_who_is_cancelled_as_its_turn_comes_gives_it_back():
    limit = RateLimit(RateSettings(1, 0.1))
    await limit.turn()
    first = asyncio.create_task(limit.turn())
    await asyncio.sleep(0)
    time.sleep(0.1)
    limit._wake()  # as its timer would
    assert limit.start_of(0) > time.monotonic()
    first.cancel()  # before it goes on
    with pytest.raises(asyncio.CancelledError):
        await first
    assert limit.start_of(0) <= time.monotonic()


async def test_a_start_is_foretold():
    limit = RateLimit(RateSettings(2, DAY))
    before = time.monotonic()
    assert limit.start_of(0) - before < DAY
    assert limit.start_of(1) - before < DAY
    assert limit.start_of(2) - before >= DAY
    await limit.turn()
    assert limit.start_of(0) - before < DAY
    first = limit.start_of(1)
    assert first - before >= DAY
    await limit.turn()
    assert limit.start_of(0) == first
    assert limit.start_of(2) == pytest.approx(first + DAY)
    assert limit.start_of(5) == pytest.approx(limit.start_of(1) + 2 * DAY)


@settings(max_examples=50, deadline=None)
@given(requests=st.integers(1, 5), begun=st.integers(0, 5), ahead=st.integers(0, 30))
def test_a_start_is_foretold_as_playing_it_through_would(requests, begun, ahead):
    limit = RateLimit(RateSettings(requests, 1000))
    now = time.monotonic()
    kept = [now - 10 + number for number in range(min(begun, requests))]
    limit._begun.extend(kept)
    starts = list(kept)
    for _ in range(ahead + 1):
        free = starts[-requests] + 1000 if len(starts) >= requests else now
        starts.append(max(free, now))
    assert limit.start_of(ahead) == pytest.approx(starts[-1], abs=60)
