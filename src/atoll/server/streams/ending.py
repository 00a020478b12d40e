"""Ending the tasks of a stream."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any, Final

LAST_WORDS: Final = 5.0
"""Seconds within which a client must take the end of its stream."""


async def ended(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks, and wait until they have ended, in whatever way."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
