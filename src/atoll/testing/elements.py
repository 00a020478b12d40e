"""What a function streams, as a test iterates over it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from typing import Any

from atoll.app.call import FunctionError
from atoll.app.stream import StreamFailed
from atoll.testing.background import Background
from atoll.testing.errors import FunctionFailed
from atoll.testing.runner import RUNNER, OwnThread


class Elements:
    """What a function streams, as JSON data. Iterating raises FunctionFailed.

    Args:
        background: where the function's call is at work.
        elements: what it streams there.
        check: fails the test for what the function made light of.
        failed: makes the error of its failure.
    """

    def __init__(
        self,
        background: Background,
        elements: AsyncGenerator[Any],
        check: Callable[[], None],
        failed: Callable[[Sequence[FunctionError]], FunctionFailed],
    ) -> None:
        self._background = background
        self._elements = elements
        self._check = check
        self._failed = failed

    def __iter__(self) -> Iterator[Any]:
        try:
            while (found := self._background.wait(self._next())) is not _END:
                yield found
        finally:
            self.close()

    async def __aiter__(self) -> AsyncIterator[Any]:
        try:
            while (
                found := await asyncio.wrap_future(self._background.start(self._next()))
            ) is not _END:
                yield found
        finally:
            await asyncio.wrap_future(self._background.start(self._elements.aclose()))

    def close(self) -> None:
        """Leave, as a client does that wants no more."""
        self._background.wait(self._elements.aclose())

    def __enter__(self) -> Elements:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Elements:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.wrap_future(self._background.start(self._elements.aclose()))

    async def _next(self) -> Any:
        RUNNER.set(OwnThread())  # it runs on while the test looks at an element
        try:
            return await anext(self._elements)
        except StopAsyncIteration:
            self._check()
            return _END
        except StreamFailed as failed:
            self._check()
            error = self._failed(failed.errors)
            raise error from error.__cause__


_END = object()
