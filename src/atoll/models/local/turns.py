"""The queue in front of a local model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from atoll.models.errors import ModelError


class Turns:
    """Lets a few requests at a time to a model; the others wait, first come, first served.

    Args:
        name: of the model, for messages.
        at_once: how many are answered at a time.
        waiting: how many may wait; one more is refused at once, since it would only time out.
    """

    def __init__(self, name: str, *, at_once: int, waiting: int) -> None:
        self._name = name
        self._most = at_once + waiting
        self._waiting = waiting
        self._inside = 0
        self._turn = asyncio.Semaphore(at_once)

    @asynccontextmanager
    async def take(self) -> AsyncGenerator[None]:
        """Wait for a turn, and have it. Who leaves, or is cancelled, frees the place at once.

        Raises:
            ModelError: too many wait already.
        """
        if self._inside >= self._most:
            raise ModelError(
                "MODEL_BUSY",
                f"local model [{self._name}] is busy: {self._waiting} requests wait for it already",
                "try again later, or send fewer at a time; a model behind an http connection "
                "(vLLM, llama.cpp, Ollama) can be given more processors",
            )
        self._inside += 1
        try:
            async with self._turn:
                yield
        finally:
            self._inside -= 1
