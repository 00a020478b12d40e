"""Many requests of every kind: the server's memory must not grow with their number.

A long run by hand (some minutes)::

    ATOLL_FUZZ_REQUESTS=100000 python -m pytest tests/fuzz/test_memory.py -s
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).parent
CLIENTS = 4
REQUESTS = int(os.environ.get("ATOLL_FUZZ_REQUESTS", "8000"))
WARM_UP = max(4_000, REQUESTS // 5)
"""Requests until all that is remembered (queries, plans, persisted texts) has reached its bound."""
GROWTH = 24 << 20
"""Bytes that the process may gain after that. Pages that are free within it count, too."""


@pytest.fixture(scope="module")
def fresh(serve_app: Callable[[Path], Any]) -> Any:
    """A server of its own, whose memory no other test has filled."""
    return serve_app(HERE / "app")


def test_memory_stays_flat(
    fresh: Any,
    traffic: ModuleType,
    target_of: Callable[[Any], Any],
    exchange: Callable[[int, bytes], bytes],
) -> None:
    seen: list[int] = []

    def send(seed: int) -> None:
        random, target = Random(seed), target_of(fresh)
        for number in range(batch):
            if number % 20 == 0:
                exchange(fresh.port, traffic.raw_bytes(random))
            request = traffic.any_request(random)
            status, *_ = target.send(*request)
            assert status < 500, request
        target.assert_well()
        target.close()

    batch = WARM_UP // CLIENTS // 2
    with ThreadPoolExecutor(CLIENTS) as pool:
        for first in range(0, REQUESTS, batch * CLIENTS):
            list(pool.map(send, range(first, first + CLIENTS)))
            seen.append(fresh.resident)
            print(f"{first + batch * CLIENTS:>9,} requests: {seen[-1] / 2**20:.1f} MiB", flush=True)
    warm = seen[1]
    assert max(seen[2:]) - warm < GROWTH, [f"{size >> 20} MiB" for size in seen]
