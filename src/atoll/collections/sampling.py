"""Which of many texts stand for all of them."""

from __future__ import annotations


def evenly(first: int, last: int, count: int) -> list[int]:
    """So many numbers from ``first`` to ``last``, both included if there are two at least."""
    steps = max(count - 1, 1)
    return [first + (last - first) * step // steps for step in range(count)]
