"""What can be wrong with recordings."""

from __future__ import annotations

from pathlib import Path

from atoll.host.errors import HostError


class NoRecording(HostError):
    """A request has no recording, and nothing outside may be asked. Code ``NO_RECORDING``."""


class BadRecording(HostError):
    """A recording cannot be used. Code ``BAD_RECORDING``.

    Args:
        file: which one.
        problem: what is wrong with it, as the end of a sentence that begins with its name.
    """

    def __init__(self, file: Path, problem: str) -> None:
        super().__init__(
            "BAD_RECORDING",
            f"the recording {file} cannot be used: {problem}",
            "mend it, or remove it and record it anew",
        )
        self.file = file


class RecordedFailure(HostError):
    """A failure that was recorded. ``answer`` is what a model's host wrote beside it."""

    answer = ""
