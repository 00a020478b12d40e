"""A value that does not fit its type."""

from __future__ import annotations

from typing import Any


class Mismatch(Exception):
    """What was expected, and where: the path from the value at the border to the one that is wrong.

    ``whole`` says that the message stands alone, without a path.
    """

    def __init__(self, message: str, *, whole: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.whole = whole
        self._path: list[str] = []

    def under(self, step: str | int) -> Mismatch:
        """Note that the value stands under a field or an index."""
        self._path.append(f"[{step}]" if isinstance(step, int) else f".{step}")
        return self

    def __str__(self) -> str:
        if self.whole or not self._path:
            return self.message
        return f"{''.join(reversed(self._path)).lstrip('.')}: {self.message}"


def kind_of(value: Any) -> str:
    """A value's type, in words for a message."""
    if value is None:
        return "nothing (None)"
    if hasattr(value, "cr_await"):
        return "a coroutine: `await` is missing before the call that made it"
    if hasattr(value, "gi_frame"):
        return "a generator: the result of what streams is an Iterator[...]"
    return f"{type(value).__name__}"
