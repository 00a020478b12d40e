"""What the log says of operations; the sentences are the original's."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """Of the log, about one kind of operation."""

    started: str
    completed: str
    cancelled: str
    failed: str
