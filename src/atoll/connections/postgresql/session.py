"""One session with a PostgreSQL server, driven through libpq.

psycopg's cursors read a whole result before they give its first row, and cost more than the
statement does. Its wrapper of libpq (``psycopg.pq``) is used instead: it sends without waiting, and
gives results in pieces.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import time
from collections.abc import Callable, Mapping, Sequence

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo
from psycopg.pq.abc import PGresult

from atoll.connections.errors import ConnectionFailed
from atoll.connections.postgresql.failures import Failures

PIECE_ROWS = 16
"""Of a piece of a result: larger ones save no time. Others have their turn between the reads from
the socket, which are of 16 KiB where rows are not larger."""
ANSWER_SECONDS = 5.0
"""For the questions that a session asks on its own, whose answers are there at once."""

PIECES = (pq.ExecStatus.TUPLES_CHUNK, pq.ExecStatus.SINGLE_TUPLE)
COPY = (pq.ExecStatus.COPY_IN, pq.ExecStatus.COPY_OUT, pq.ExecStatus.COPY_BOTH)
"""What results are."""

_IN_PIECES = pq.version() >= 170000
_LAST_WORDS = ("FATAL", "PANIC")
_GONE = ("57P01", "57P02")
"""The server shuts down, or another of its processes has crashed."""
_READS_UNWATCHED = 2
_LARGE_BYTES = 8 << 20
_BYTES_RECEIVED = struct.Struct("=128xQ")
"""tcpi_bytes_received in Linux's struct tcp_info."""


class Session:
    """Used by one call at a time.

    Args:
        max_bytes: that one piece of a result may have as it comes from the server.
        on_lost: called when the server closes the session while nobody waits for an answer.
    """

    def __init__(
        self,
        connection: psycopg.AsyncConnection[object],
        failures: Failures,
        max_bytes: int,
        on_lost: Callable[[Session], None],
    ) -> None:
        self.opened = self.used = time.monotonic()
        self.lost = False
        """It can no longer be used: closed by the server or by us."""
        self.overflown = False
        """One piece of a result has more than ``max_bytes``, and is not read to its end."""
        self.swollen = False
        """The library took much memory for it, and gives none back as long as it is open."""
        self._connection = connection
        self._pgconn = connection.pgconn
        self._failures = failures
        self._max_bytes = max_bytes
        self._on_lost = on_lost
        self._waiter: asyncio.Future[None] | None = None
        self._abandoned = False
        self._reads = 0
        self._received = 0
        self._loop = asyncio.get_running_loop()
        self._fd = self._pgconn.socket
        self._listening = False
        connection.add_notice_handler(self._notice)
        # From now on: a server that closes an idle session is noticed, and a statement saves two
        # calls of the system.
        self._listen(True)

    @classmethod
    async def open(
        cls,
        keywords: Mapping[str, str],
        failures: Failures,
        max_bytes: int,
        on_lost: Callable[[Session], None],
    ) -> Session:
        """Raises ConnectionFailed."""
        try:
            conninfo = make_conninfo("", **keywords)
            connection = await psycopg.AsyncConnection.connect(conninfo, autocommit=True)
        except (psycopg.Error, OSError, UnicodeError) as error:
            raise failures.not_connected(error) from None
        session = cls(connection, failures, max_bytes, on_lost)
        try:
            await session._set_up()
        except BaseException:
            session.close()
            raise
        return session

    @property
    def idle(self) -> bool:
        """Whether it is ready for a statement and in no transaction."""
        return self._pgconn.transaction_status == pq.TransactionStatus.IDLE

    @property
    def _is_active(self) -> bool:
        """Whether a statement's results have not all been read."""
        return self._pgconn.transaction_status == pq.TransactionStatus.ACTIVE

    @property
    def in_transaction(self) -> bool:
        """Whether there is one that is not over, and has not failed."""
        return self._pgconn.transaction_status == pq.TransactionStatus.INTRANS

    def usable(self) -> bool:
        if not self.lost:
            self._read()
        return not self.lost

    async def probe(self) -> bool:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                self.send(b"")
                while await self.result() is not None:
                    pass
        except (ConnectionFailed, TimeoutError, psycopg.Error):
            return False
        return not self.lost

    def send(self, command: bytes, values: Sequence[bytes | None] | None = None) -> None:
        """Begin a statement, whose results are read with ``result``.

        Args:
            values: texts of its parameters. With None there may be several statements in it.

        Raises:
            psycopg.OperationalError: the session is lost; nothing was sent.
        """
        if values is None:
            self._pgconn.send_query(command)
        else:
            self._pgconn.send_query_params(command, values)
        # A result of any size then takes up the memory of one piece. For a small one it costs a
        # microsecond: its rows and its end come apart.
        if _IN_PIECES:
            self._pgconn.set_chunked_rows_mode(PIECE_ROWS)
        else:
            self._pgconn.set_single_row_mode()

    async def result(self) -> PGresult | None:
        """The next piece of what the statement gives; None when it is over."""
        pgconn = self._pgconn
        while not self._abandoned and pgconn.is_busy():
            if self.lost:
                raise self._failures.lost()
            if self._unsent():
                await self._flush()
            else:
                await self._activity()
            if self.overflown:
                raise self._failures.too_large()
        if self._abandoned:
            raise self._failures.closed()
        self._reads = 0
        result = pgconn.get_result()
        self._note_loss()
        return result

    async def parameter_types(self, command: bytes) -> list[int]:
        """The type of each parameter of a statement, which is not run. Raises ConnectionFailed."""
        # In one message: what stands between may give them to different servers.
        self._pgconn.enter_pipeline_mode()
        self._pgconn.send_prepare(b"", command)
        self._pgconn.send_describe_prepared(b"")
        self._pgconn.pipeline_sync()
        types: list[int] = []
        failed: ConnectionFailed | None = None
        while not self.lost:
            result = await self.result()
            if result is None:
                continue
            if result.status == pq.ExecStatus.FATAL_ERROR:
                failed = self._failures.refused(result)
            elif result.status == pq.ExecStatus.PIPELINE_SYNC:
                self._pgconn.exit_pipeline_mode()
                break
            types = [result.param_type(place) for place in range(result.nparams)]
        if failed is not None or self.lost:
            raise failed or self._failures.lost()
        return types

    async def rows(self, command: bytes, value: bytes) -> list[list[bytes | None]]:
        """All rows of a small result. Raises ConnectionFailed."""
        self._pgconn.send_query_params(command, [value])
        result = await self._only_result()
        columns = range(result.nfields)
        return [[result.get_value(row, at) for at in columns] for row in range(result.ntuples)]

    async def command(self, command: bytes) -> None:
        """Run a statement without rows. Raises ConnectionFailed."""
        self._pgconn.send_query(command)
        await self._only_result()

    async def clear(self) -> bool:
        """Stop what runs, and leave nothing of it. Whether it is now as new; if not, close it."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                if self._is_active:
                    await self._stop()
                if not self.idle:
                    await self.command(b"ROLLBACK")
                await self.command(b"DISCARD ALL")
                await self._set_up()
        except (ConnectionFailed, TimeoutError, psycopg.Error):
            return False
        while self._pgconn.notifies():
            pass
        return not self.lost and not self.swollen

    async def cancel(self, seconds: float) -> bool:
        """Whether the server was told to stop the statement."""
        try:
            await self._connection.cancel_safe(timeout=seconds)
        except psycopg.Error:
            return False
        return True

    def abandon(self) -> None:
        """Give whoever awaits a result an error. The session is then to be closed."""
        self._abandoned = True
        self._wake()

    def close(self) -> None:
        """At once; whoever awaits a result has an error."""
        self._give_up()
        self._pgconn.finish()
        self.abandon()

    async def _set_up(self) -> None:
        """Have dates written in the way that they are read here, where the server has another."""
        style = self._pgconn.parameter_status(b"DateStyle") or b"ISO"
        if not style.startswith(b"ISO"):
            await self.command(b"SET DateStyle = ISO")

    async def _stop(self) -> None:
        if self._unsent() or self._pgconn.pipeline_status:
            raise psycopg.OperationalError("in the middle of a message")
        await self._connection.cancel_safe(timeout=ANSWER_SECONDS)
        if self.overflown:
            raise psycopg.OperationalError("the rest of the result is not wanted")
        while (result := await self.result()) is not None:
            if result.status in COPY:
                raise psycopg.OperationalError("in the middle of COPY")

    async def _only_result(self) -> PGresult:
        """Of a statement that has one. Raises ConnectionFailed."""
        last = None
        while (result := await self.result()) is not None:
            if result.status == pq.ExecStatus.FATAL_ERROR:
                failed = self._failures.refused(result)
                while await self.result() is not None:
                    pass
                raise failed
            last = result
        if last is None:
            raise self._failures.lost()
        return last

    def _readable(self) -> None:
        if self._waiter is None and self._is_active:
            # Rows that nobody wants yet, or any more, stay with the server.
            self._listen(False)
            return
        self._read()
        if self._waiter is None:
            if self.lost:
                self._on_lost(self)
        elif self.lost or not self._pgconn.is_busy() or self._is_too_much():
            self._wake()

    def _read(self) -> None:
        try:
            self._pgconn.consume_input()
        except psycopg.Error:
            self._give_up()
        self._pgconn.is_busy()  # parses what was read
        self._note_loss()

    def _notice(self, notice: psycopg.errors.Diagnostic) -> None:
        ends = notice.severity_nonlocalized in _LAST_WORDS or notice.sqlstate in _GONE
        if ends and not self._is_active:
            # With nothing to answer, the server says why it ends the session.
            self._give_up()

    def _note_loss(self) -> None:
        if self._pgconn.status == pq.ConnStatus.BAD:
            self._give_up()

    def _give_up(self) -> None:
        if not self.lost:
            self.lost = True
            self._listen(False)
            self._loop.remove_writer(self._fd)

    def _listen(self, on: bool) -> None:
        if on and not self._listening and not self.lost:
            self._loop.add_reader(self._fd, self._readable)
        elif not on and self._listening:
            self._loop.remove_reader(self._fd)
        self._listening = on

    def _unsent(self) -> bool:
        """Whether part of the statement is still here, after sending what can be sent."""
        try:
            return not self.lost and self._pgconn.flush() != 0
        except psycopg.Error:
            return False

    async def _flush(self) -> None:
        self._loop.add_writer(self._fd, self._wake)
        try:
            await self._activity()
        finally:
            if not self.lost:
                self._loop.remove_writer(self._fd)

    async def _activity(self) -> None:
        self._waiter = self._loop.create_future()
        # Anew: uvloop tells of an error on a socket once, perhaps before there was a waiter.
        self._listen(False)
        self._listen(True)
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _is_too_much(self) -> bool:
        """Whether the piece that is being read is larger than any result may be.

        libpq does not say how much it has read; the system does.
        """
        self._reads += 1
        if self._reads < _READS_UNWATCHED or self.lost:
            return False
        received = self._bytes_received()
        if self._reads == _READS_UNWATCHED:
            self._received = received
        self.overflown = received - self._received > self._max_bytes
        self.swollen = self.swollen or received - self._received > _LARGE_BYTES
        return self.overflown

    def _bytes_received(self) -> int:
        """0 where the system does not say: over a socket in the file system, and not on Linux."""
        try:
            with socket.socket(fileno=os.dup(self._fd)) as same:
                info = same.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _BYTES_RECEIVED.size)
            return int(_BYTES_RECEIVED.unpack(info)[0])
        except (OSError, AttributeError, struct.error):
            return 0
