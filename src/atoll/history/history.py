"""Records invocations of models, for all apps of a process."""

from __future__ import annotations

from atoll.history.database import Database
from atoll.history.program import Program
from atoll.history.redaction import Rules
from atoll.history.row import Entry
from atoll.history.writer import Counts, Pace, Writer
from atoll.manifest import InferenceSettings
from atoll.models.invocation import ModelInvocation

CLOSING_SECONDS = 5.0
"""That writing the last invocations may take at the end."""


class Recorder:
    """Takes the invocations of one app (``atoll.models.InvocationObserver``). App lifetime."""

    def __init__(self, writer: Writer, program: Program, settings: InferenceSettings) -> None:
        self._writer = writer
        self._program = program
        self._rules = Rules(settings.redaction)
        self._limit = settings.max_kb << 10
        self._record = settings.record

    def invocation_finished(self, invocation: ModelInvocation) -> None:
        if self._record and invocation.model.settings.record:
            self._writer.put(Entry(invocation, self._program, self._rules, self._limit))


class History:
    """The history of a process: one database, however many apps. Process lifetime.

    Args:
        database: where it is.
        pace: how much may wait to be written, and for how long.
    """

    def __init__(self, database: Database, pace: Pace = Pace()) -> None:  # noqa: B008 - frozen
        self._writer = Writer(database, pace)

    @property
    def counts(self) -> Counts:
        """What became of the invocations so far."""
        return self._writer.counts

    def recorder(self, program: Program, settings: InferenceSettings) -> Recorder:
        """The observer for one app; its settings of retention are those of all from now on."""
        self._writer.retention = settings.retention
        return Recorder(self._writer, program, settings)

    def start(self) -> None:
        """Open the database, in the background, before the first invocation."""
        self._writer.start()

    def flush(self, seconds: float) -> bool:
        """Wait until what was recorded so far can be read, for so long at most. Whether it can be;
        False at once while the database is of no use. Blocks."""
        return self._writer.flush(seconds)

    def close(self, seconds: float = CLOSING_SECONDS) -> int:
        """Write what waits, for so long at most. Says how many invocations were lost, as the log
        does."""
        return self._writer.close(seconds)
