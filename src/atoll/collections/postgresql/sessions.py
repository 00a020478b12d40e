"""Sessions of the database: opened when they are needed, kept for a while, replaced when lost."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from atoll.collections.errors import CollectionError, GenerationsChanged
from atoll.collections.postgresql.encoding import register
from atoll.connections import ConnectionFailed
from atoll.connections.postgresql.address import Address, parse_address
from atoll.connections.postgresql.failures import Failures

if TYPE_CHECKING:
    import psycopg

VARIABLE: Final = "MODUS_DB"
MOST_SESSIONS: Final = 16
"""Of a process, where the address does not say (``pool_max_conns``)."""
WAIT_SECONDS: Final = 30
"""For a free session."""
IDLE_SECONDS: Final = 300
STATEMENT_SECONDS: Final = 120

_ATTEMPTS = 6
_AGAIN = ("40001", "40P01", "23505")
"""Of another transaction that came first: the same once more may succeed (Appendix A of
PostgreSQL's documentation)."""
_NO_TABLE = "42P01"
_FULL = ("53100", "53400")
_HINT = f"check {VARIABLE}, and that the database is up"

Row = tuple[Any, ...]
Statement = tuple[str, Sequence[Any]]
Result = TypeVar("Result")


class Session:
    """One connection. Of one thread at a time."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self.connection = connection
        self.idle_since = 0.0
        self.knows_vectors = False
        """Whether pgvector was there when it began."""
        self.walks_on = False
        """Whether a walk of an index goes on until enough of what it finds fits the conditions."""
        self._settings: dict[str, str] = {}

    def query(self, sql: str, parameters: Sequence[Any] = (), *, binary: bool = False) -> list[Row]:
        """The rows of a statement; ``binary`` gives values of pgvector's types as bytes."""
        with self.connection.cursor(binary=binary) as cursor:
            return cursor.execute(sql.encode(), parameters).fetchall()

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run a statement; gives the number of rows that it was about."""
        with self.connection.cursor() as cursor:
            return cursor.execute(sql.encode(), parameters).rowcount

    def query_all(self, statements: Iterable[Statement]) -> list[list[Row]]:
        """The rows of statements that are sent together, and run one after the other."""
        with self.connection.pipeline():
            cursors = [self.connection.execute(sql.encode(), values) for sql, values in statements]
        return [each.fetchall() if each.description else [] for each in cursors]

    def query_with(
        self, settings: Mapping[str, str], sql: str, parameters: Sequence[Any]
    ) -> list[Row]:
        """The rows of a statement that is run under settings of its own."""
        calls = ", ".join("set_config(%s, %s, true)" for _ in settings)
        values = [each for pair in settings.items() for each in pair]
        with self.connection.pipeline(), self.connection.transaction():
            self.connection.execute(f"SELECT {calls}".encode(), values)
            return self.connection.execute(sql.encode(), parameters).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self.connection.transaction():
            yield

    @contextmanager
    def copy(self, sql: str) -> Iterator[psycopg.Copy]:
        with self.connection.cursor() as cursor, cursor.copy(sql.encode()) as copy:
            yield copy

    def set(self, **settings: str) -> None:
        """Settings of the session, with ``__`` for a dot; as they are already costs nothing."""
        changed = {
            name.replace("__", "."): value
            for name, value in settings.items()
            if self._settings.get(name) != value
        }
        if changed:
            calls = ", ".join("set_config(%s, %s, false)" for _ in changed)
            self.query(f"SELECT {calls}", [each for pair in changed.items() for each in pair])
            self._settings.update(settings)

    @property
    def usable(self) -> bool:
        """Whether it is open, and in no transaction."""
        return not self.connection.closed and not self.connection.info.transaction_status

    def close(self) -> None:
        with suppress(Exception):
            self.connection.close()


class Sessions:
    """The database that a URL leads to.

    Args:
        url: gives it anew for each session, since secrets may change.
        begin: called with each new session, once more if there was no pgvector then.
        prepare: called with a session before the first work, and when tables have vanished.
    """

    def __init__(
        self,
        url: Callable[[], str],
        begin: Callable[[Session], None],
        prepare: Callable[[Session], None],
    ) -> None:
        self._url = url
        self._begin = begin
        self._prepare = prepare
        self._prepared = False
        self._preparing = threading.Lock()
        self._idle: list[Session] = []
        self._open = 0
        self._free = threading.Condition()
        self._closed = False

    @property
    def place(self) -> str:
        try:
            return f"PostgreSQL at {self._address().where}"
        except CollectionError:
            return f"PostgreSQL, by {VARIABLE}"

    def run(self, work: Callable[[Session], Result]) -> Result:
        """Do what may be done once more, on a session. Other transactions that came first, and
        sessions that are lost, are reasons to do so."""
        import psycopg

        for attempt in range(1, _ATTEMPTS + 1):
            with self._session() as session:
                try:
                    self._ensure_prepared(session)
                    return work(session)
                except psycopg.Error as error:
                    if attempt == _ATTEMPTS or not self._again(session, error, attempt):
                        if error.sqlstate == _NO_TABLE:  # the others were made anew by now
                            raise GenerationsChanged from None
                        raise self._failed(error) from None
            time.sleep(random.uniform(0, 0.01 * attempt))  # noqa: S311
        raise AssertionError

    def open(self) -> Session:
        """A session of the caller's own."""
        import psycopg

        address = self._address()
        # Without the first, a statement to a host that has vanished would be waited for for long.
        keywords: dict[str, Any] = {"tcp_user_timeout": "30000", **address.keywords}
        try:
            connection = psycopg.connect(**keywords, autocommit=True, prepare_threshold=None)
        except psycopg.Error as error:
            failed = Failures(VARIABLE, address.where, 0).not_connected(error)
            reason = failed.message.removeprefix(f"connection [{VARIABLE}] ")
            raise _unavailable(reason) from None
        register(connection)
        session = Session(connection)
        try:
            self._begin(session)
        except psycopg.Error as error:
            session.close()
            raise self._failed(error) from None
        except BaseException:
            session.close()
            raise
        return session

    def close(self) -> None:
        with self._free:
            self._closed = True
            idle, self._idle = self._idle, []
            self._open -= len(idle)
            self._free.notify_all()
        for session in idle:
            session.close()

    def _again(self, session: Session, error: psycopg.Error, attempt: int) -> bool:
        if session.connection.closed:
            self._forget_idle()  # which a restarted server has closed as well
            return attempt < 3
        if error.sqlstate == _NO_TABLE and attempt < 2:
            self._prepared = False
            return True
        return error.sqlstate in _AGAIN

    def _failed(self, error: psycopg.Error) -> CollectionError:
        # Only the first words of a message: the others may show what was to be stored.
        words = error.diag.message_primary or "the connection was lost"
        if error.sqlstate in _FULL:
            return CollectionError(
                "STORE_FULL",
                f"the collections in {self.place} cannot grow: {words}",
                "make room on the disk of the database; what was stored before is kept",
            )
        return _unavailable(words)

    def _ensure_prepared(self, session: Session) -> None:
        if not self._prepared:
            with self._preparing:
                if not self._prepared:
                    self._prepare(session)
                    self._prepared = True
        if not session.knows_vectors:
            self._begin(session)

    @contextmanager
    def _session(self) -> Iterator[Session]:
        session = self._take()
        try:
            yield session
        finally:
            self._give_back(session)

    def _take(self) -> Session:
        end = time.monotonic() + WAIT_SECONDS
        with self._free:
            while not self._idle and self._open >= self._most():
                if self._closed or not self._free.wait(end - time.monotonic()):
                    break
            if self._closed:
                raise _unavailable("the store was closed")
            if self._idle:
                return self._idle.pop()
            if self._open >= self._most():
                raise _unavailable(f"none of {self._open} sessions was free in {WAIT_SECONDS} s")
            self._open += 1
        try:
            return self.open()
        except BaseException:
            self._left()
            raise

    def _give_back(self, session: Session) -> None:
        now = session.idle_since = time.monotonic()
        if not session.usable or self._closed:
            session.close()
            self._left()
            return
        with self._free:
            # The one that was used last is taken first, so the first ones have been idle longest.
            old = [each for each in self._idle if now - each.idle_since > IDLE_SECONDS]
            self._idle = [each for each in self._idle if each not in old] + [session]
            self._open -= len(old)
            self._free.notify()
        for each in old:
            each.close()

    def _forget_idle(self) -> None:
        with self._free:
            idle, self._idle = self._idle, []
            self._open -= len(idle)
            self._free.notify_all()
        for session in idle:
            session.close()

    def _left(self) -> None:
        with self._free:
            self._open -= 1
            self._free.notify()

    def _most(self) -> int:
        return max(2, int(self._address().pool.get("max_size", MOST_SESSIONS)))

    def _address(self) -> Address:
        try:
            return parse_address(VARIABLE, self._url())
        except ConnectionFailed as error:
            reason = error.message.removeprefix(f"the connString of connection [{VARIABLE}] ")
            raise CollectionError(
                "BAD_SETTING",
                f"{VARIABLE} {reason}",
                "write it as postgresql://user:password@host:5432/database",
            ) from None


def _unavailable(reason: str) -> CollectionError:
    return CollectionError("STORE_UNAVAILABLE", f"the collections in PostgreSQL: {reason}", _HINT)
