"""Writes the history in the background: in batches, on a thread of its own, within bounds."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from atoll.history.database import Database, Session
from atoll.history.errors import HistoryError, RowRefused
from atoll.history.insertion import Insertion
from atoll.history.retention import AT_ONCE, prune
from atoll.history.row import Entry
from atoll.history.tables import migrate
from atoll.manifest import Retention

log = logging.getLogger("atoll.history")

_PRUNE_AFTER: Final = 10_000, 64 << 20
"""Rows, and bytes of them, after which pruning does not wait for its time."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much may wait, and for how long. Times are seconds."""

    batch: int = 500
    interval: float = 0.5
    """Until what came first is written, unless a batch is full before."""
    most: int = 20_000
    """Invocations that wait; what comes then is dropped."""
    most_bytes: int = 64 << 20
    """Of those; one larger invocation waits alone."""
    first_pause: float = 0.5
    longest_pause: float = 30.0
    """Before the database is tried again; doubled each time."""
    pruning: float = 600.0
    """Between looking for what is not to be kept any more."""
    telling: float = 60.0
    """Between two lines of the log about the same trouble."""


@dataclass(slots=True)
class Counts:
    """What became of invocations since the process began."""

    recorded: int = 0
    dropped: int = 0
    """Not written, because there was no room to wait, or the database did not come back."""
    failed: int = 0
    """Not written, because the database does not take them."""


@dataclass(slots=True)
class _Trouble:
    """With the database, from the first failure until it is over."""

    since: float
    pause: float
    told: float


class Writer:
    """Process lifetime. `put`, `start` and `close` are for other threads.

    Args:
        database: where to write.
        pace: how much may wait, and for how long.
    """

    def __init__(self, database: Database, pace: Pace = Pace()) -> None:
        self.counts = Counts()
        self.retention: Retention | None = None
        """What is kept; None for everything."""
        self._database = database
        self._pace = pace
        lock = threading.RLock()
        self._news = threading.Condition(lock)
        self._written = threading.Condition(lock)
        self._queue: deque[Entry] = deque()
        self._put = 0
        """All that came."""
        self._bytes = 0
        self._idle = False
        self._hurry = False
        """Whether somebody waits until what came so far is written."""
        self._refusing = False
        """Whether nothing is taken, since the database will be of no use for some time."""
        self._ends_at: float | None = None
        """When to give up; None while there is no end."""
        self._thread: threading.Thread | None = None
        self._trouble: _Trouble | None = None
        # Of the thread alone.
        self._hand: list[Entry] = []
        self._session: Session | None = None
        self._insertion: Insertion | None = None
        self._dropped_told = 0, float("-inf")
        self._prune_at = 0.0

    def put(self, entry: Entry) -> None:
        """Have an invocation written. Never waits, never raises."""
        size = entry.size
        with self._news:
            if self._is_full(size):
                self.counts.dropped += 1
                return
            self._queue.append(entry)
            self._put += 1
            self._bytes += size
            if self._idle or self._is_due():
                self._news.notify()
            if self._thread is None:
                self._begin()

    def _is_full(self, size: int) -> bool:
        if self._refusing or self._ends_at is not None:
            return True
        waiting = len(self._queue)
        too_large = self._bytes + size > self._pace.most_bytes and waiting > 0
        return too_large or waiting >= self._pace.most

    def start(self) -> None:
        """Open the database now, not only when there is something to write."""
        with self._news:
            if self._thread is None and self._ends_at is None:
                self._begin()

    def flush(self, seconds: float) -> bool:
        """Wait until what came so far is written, for so long at most. Whether it is; False at once
        while the database is of no use."""
        with self._news:
            wanted = self._put
            if self._settled(wanted):
                return True
            self._hurry = True
            self._news.notify()
            self._written.wait_for(
                lambda: self._settled(wanted) or self._trouble is not None,
                timeout=seconds,
            )
            return self._settled(wanted) and self._trouble is None

    def _settled(self, wanted: int) -> bool:
        """Whether so many of what came have been written, or given up."""
        return self._put - len(self._queue) - len(self._hand) >= wanted

    def close(self, seconds: float) -> int:
        """Write what waits, for so long at most. How many were not written."""
        with self._news:
            if self._ends_at is None:
                self._ends_at = time.monotonic() + seconds
            self._news.notify()
            thread = self._thread
        if thread is not None:
            thread.join(seconds + 1)  # it may be waiting for the database in a call of its driver
        with self._news:
            lost = len(self._queue) + len(self._hand)
            self._queue.clear()
            self.counts.dropped += lost
        if lost:
            fields = {"lost": lost, "database": self._database.place}
            log.error("Inferences were not recorded before the end.", extra={"fields": fields})
        return lost

    def _begin(self) -> None:
        # A daemon, so that a driver that hangs does not keep the process.
        thread = threading.Thread(target=self._run, name="atoll-history", daemon=True)
        with suppress(RuntimeError):  # no more threads; what comes next tries again
            thread.start()
            self._thread = thread

    def _run(self) -> None:
        try:
            if self._ready():
                self._prune()
            else:
                self._pause()
            while self._wait():
                self._take()
                self._write_hand()
                self._tell_of_dropped()
                self._prune()
        except Exception:
            log.exception("Recording inferences ended by an error.")
            with self._news:
                self._refusing = True
        finally:
            self._close_session()

    # Waiting.

    def _wait(self) -> bool:
        """Until there is something to do; False at the end."""
        with self._news:
            while not self._queue and self._ends_at is None:
                until_pruning = self._until_pruning()
                if until_pruning is not None and until_pruning <= 0:
                    return True
                self._idle = True
                self._news.wait(until_pruning)
                self._idle = False
            if self._ends_at is None:
                self._news.wait_for(self._is_due, timeout=self._pace.interval)
            return bool(self._queue) and not self._over()

    def _until_pruning(self) -> float | None:
        if self._session is None or self.retention is None:
            return None
        return self._prune_at - time.monotonic()

    def _is_due(self) -> bool:
        many = len(self._queue) >= self._pace.batch
        # With room left for what comes while it is being written.
        large = self._bytes >= self._pace.most_bytes // 4
        return many or large or self._hurry or self._ends_at is not None

    def _over(self) -> bool:
        return self._ends_at is not None and time.monotonic() >= self._ends_at

    def _take(self) -> None:
        with self._news:
            count = min(len(self._queue), self._pace.batch)
            self._hand = [self._queue.popleft() for _ in range(count)]
            self._bytes -= sum(entry.size for entry in self._hand)
            self._hurry = self._hurry and bool(self._queue)

    def _pause(self) -> None:
        """After trouble; shorter when there is not much time left."""
        seconds = self._pace.first_pause if self._trouble is None else self._trouble.pause
        with self._news:
            self._news.wait_for(lambda: self._ends_at is not None, timeout=seconds)
            ending = self._ends_at is not None
            self._refusing = False
        if ending and not self._over():
            time.sleep(min(seconds, 0.1))

    # Writing.

    def _write_hand(self) -> None:
        """Write the batch in hand, however often that takes to be tried."""
        while self._hand and not self._over():
            if not (self._ready() and self._write()):
                self._pause()

    def _ready(self) -> bool:
        """Whether there is a session; opens one."""
        if self._session is not None and self._session.sound():
            return True
        self._close_session()
        try:
            self._session = self._database.open()
            migrate(self._session)
            self._insertion = Insertion(self._session)
        except HistoryError as error:
            self._failed(error)
            return False
        except RowRefused as error:
            self._failed(HistoryError("HISTORY_UNAVAILABLE", str(error)))
            return False
        return True

    def _write(self) -> bool:
        assert self._insertion is not None
        try:
            written = self._insertion.write(self._hand)
        except HistoryError as error:
            self._failed(error)
            return False
        with self._news:
            self.counts.recorded += written
            self.counts.failed += len(self._hand) - written
            self._hand = []
            self._written.notify_all()
        self._recovered()
        return True

    def _close_session(self) -> None:
        session, self._session, self._insertion = self._session, None, None
        if session is not None:
            session.close()

    def _prune(self) -> None:
        left, insertion = self._until_pruning(), self._insertion
        if left is None or insertion is None or self._ends_at is not None:
            return
        early = insertion.rows >= _PRUNE_AFTER[0] or insertion.size >= _PRUNE_AFTER[1]
        if left > 0 and not early:
            return
        assert self._session is not None
        assert self.retention is not None
        try:
            if prune(self._session, self.retention) < AT_ONCE:
                self._session.tidy()
                self._prune_at = time.monotonic() + self._pace.pruning
                insertion.rows = insertion.size = 0
        except HistoryError as error:
            self._failed(error)
            self._pause()
        except RowRefused as error:
            self._failed(HistoryError("HISTORY_UNAVAILABLE", str(error)))
            self._pause()

    # Trouble.

    def _failed(self, error: HistoryError) -> None:
        self._close_session()
        now = time.monotonic()
        trouble, first = self._trouble, self._trouble is None
        if trouble is None:
            trouble = self._trouble = _Trouble(now, self._pace.first_pause, now)
        else:
            trouble.pause = min(2 * trouble.pause, self._pace.longest_pause)
        if error.lasting:
            trouble.pause = self._pace.longest_pause
            self._give_up()
        with self._news:
            self._written.notify_all()
        if first or (now - trouble.told >= self._pace.telling and not error.lasting):
            trouble.told = now
            log.warning("Inferences cannot be recorded.", extra={"fields": self._state(error)})

    def _state(self, error: HistoryError) -> dict[str, object]:
        with self._news:
            waiting, dropped = len(self._queue) + len(self._hand), self.counts.dropped
        hint = {} if error.hint is None else {"hint": error.hint}
        return {"reason": error.message, "waiting": waiting, "dropped": dropped, **hint}

    def _give_up(self) -> None:
        """Drop what waits and, for the time of the pause, what comes."""
        with self._news:
            self.counts.dropped += len(self._queue) + len(self._hand)
            self._queue.clear()
            self._bytes = 0
            self._hand = []
            self._refusing = True

    def _recovered(self) -> None:
        trouble, self._trouble = self._trouble, None
        if trouble is not None:
            seconds = round(time.monotonic() - trouble.since)
            fields = {"seconds": seconds, "dropped": self.counts.dropped}
            log.warning("Inferences are recorded again.", extra={"fields": fields})

    def _tell_of_dropped(self) -> None:
        told, at = self._dropped_told
        dropped, now = self.counts.dropped, time.monotonic()
        if dropped > told and now - at >= self._pace.telling and self._trouble is None:
            self._dropped_told = dropped, now
            fields = {"dropped": dropped - told, "since_start": dropped}
            log.warning("Inferences came too fast to be recorded.", extra={"fields": fields})
