"""The pieces of a streamed answer, as far as they are recorded."""

from __future__ import annotations

from atoll.recording.content import Form

LONGEST = 64 << 20
"""Characters or bytes of a stream that are recorded: one may have no end."""


class Chunks:
    """Collects the pieces of one answer."""

    def __init__(self) -> None:
        self._taken: list[object] = []
        self._size = 0

    def add(self, piece: object, size: int) -> None:
        self._size += size
        if self._size <= LONGEST:
            self._taken.append(piece)

    def form(self, *, ended: bool) -> Form:
        """What is recorded; ``partial`` says that there was more, or may have been."""
        partial = {} if ended and self._size <= LONGEST else {"partial": True}
        return {"chunks": self._taken, **partial}
