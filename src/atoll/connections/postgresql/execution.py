"""Statements on a session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import pq
from psycopg.pq.abc import PGresult

from atoll.connections.errors import ConnectionFailed
from atoll.connections.pool import Unsent
from atoll.connections.postgresql.failures import Failures
from atoll.connections.postgresql.parameters import Kind, plain_texts, typed_texts
from atoll.connections.postgresql.results import Decoder
from atoll.connections.postgresql.session import COPY, PIECES, Session
from atoll.connections.postgresql.types import Types
from atoll.connections.results import SqlResult

_REMEMBERED = 512
"""Statements whose parameters' types are known."""
_LONGEST = 4096
"""Characters of a statement that is remembered."""

_TUPLES_OK = pq.ExecStatus.TUPLES_OK
_COMMAND_OK = pq.ExecStatus.COMMAND_OK
_FATAL_ERROR = pq.ExecStatus.FATAL_ERROR


class Executor:
    """Runs statements of one database."""

    def __init__(self, failures: Failures) -> None:
        self._failures = failures
        self._types = Types()
        self._decoder = Decoder(self._types)
        self._kinds: dict[bytes, list[Kind]] = {}

    async def run(
        self, session: Session, command: bytes, parameters: Sequence[Any], *, rows: bool
    ) -> SqlResult:
        """Run a statement as a transaction.

        A single statement outside of a transaction block is one by itself, and so are several in
        one text: it takes one round trip, where BEGIN and COMMIT would take three.

        Raises:
            BadParameters: as ``plain_texts`` and ``typed_texts``.
            Unsent: the session is lost, and the server has not got the statement.
            ConnectionFailed: it did not run, or not to its end.
        """
        try:
            return await self._run(session, command, parameters, rows)
        except psycopg.Error:
            raise self._failures.lost() from None

    async def _run(
        self, session: Session, command: bytes, parameters: Sequence[Any], rows: bool
    ) -> SqlResult:
        values = None
        if parameters:
            values = plain_texts(parameters)
            if values is None:
                values = typed_texts(parameters, await self._kinds_of(session, command))
        try:
            session.send(command, values)
        except psycopg.Error:
            raise Unsent from None
        try:
            affected, found = await self._read(session, rows)
        except ConnectionFailed:
            # Perhaps the parameters are of other types than they were.
            self._kinds.pop(command, None)
            raise
        if session.in_transaction:
            # The statement began one, and did not end it: this is where the call's ends.
            await session.command(b"COMMIT")
        if not rows:
            return SqlResult(None, affected)
        if found is None:
            return SqlResult(b"[]", affected)
        if found.unknown:
            self._decoder.add(await self._types.learn(session, found.unknown))
        return SqlResult(found.json(), affected)

    async def _read(self, session: Session, rows: bool) -> tuple[int, _Rows | None]:
        """Read all results. Gives the last that has rows, and the number of rows that it, or else
        the last of all, tells of."""
        failed: ConnectionFailed | None = None
        found: _Rows | None = None
        affected = 0
        while (result := await session.result()) is not None:
            status = result.status
            if status in PIECES or status == _TUPLES_OK:
                if rows:
                    if found is None or found.ended:
                        found = _Rows(self._decoder, self._failures)
                    found.add(result)
                if status in PIECES or result.command_tuples is not None:
                    # The number comes with the last rows, or without any after them.
                    affected = result.command_tuples or 0
                if found is not None:
                    found.ended = status == _TUPLES_OK
            elif status == _COMMAND_OK:
                if found is None:
                    affected = result.command_tuples or 0
            elif status == _FATAL_ERROR:
                failed = failed or self._failures.refused(result)
            elif status in COPY:
                raise self._failures.copying()
        if failed is not None:
            raise failed
        return affected, found

    async def _kinds_of(self, session: Session, command: bytes) -> list[Kind]:
        kinds = self._kinds.get(command)
        if kinds is None:
            try:
                oids = await session.parameter_types(command)
            except (ConnectionFailed, psycopg.Error):
                if session.lost:
                    raise Unsent from None  # only asked about
                raise
            self._decoder.add(await self._types.learn(session, oids))
            kinds = [self._types.kind(oid) for oid in oids]
            if len(command) <= _LONGEST:
                if len(self._kinds) >= _REMEMBERED:
                    del self._kinds[next(iter(self._kinds))]
                self._kinds[command] = kinds
        return kinds


class _Rows:
    """Of one result."""

    def __init__(self, decoder: Decoder, failures: Failures) -> None:
        self.ended = False
        self.unknown: set[int] = set()
        """Types that have to be learnt before ``json`` is called."""
        self._decoder = decoder
        self._failures = failures
        self._bytes = 0
        self._pieces: list[bytes] = []
        self._unwritten: list[PGresult] = []

    def add(self, piece: PGresult) -> None:
        """Raises ConnectionFailed: there is too much."""
        if not piece.ntuples:
            # Where results come in pieces, this is the end.
            return
        if not self._pieces and not self._unwritten:
            self.unknown = self._decoder.unknown(piece)
        if self.unknown:
            self._unwritten.append(piece)
            self._count(_size(piece))
        else:
            self._write(piece)

    def json(self) -> bytes:
        """Raises ConnectionFailed as ``add`` does."""
        if self._unwritten:
            self._bytes = 0
            for piece in self._unwritten:
                self._write(piece)
        if len(self._pieces) == 1:
            return self._pieces[0]
        return b"[" + b",".join([piece[1:-1] for piece in self._pieces]) + b"]"

    def _write(self, piece: PGresult) -> None:
        try:
            written = self._decoder.rows(piece)
        except UnicodeDecodeError:
            raise self._failures.not_text() from None
        self._count(len(written))
        self._pieces.append(written)

    def _count(self, size: int) -> None:
        self._bytes += size
        if self._bytes > self._failures.max_bytes:
            raise self._failures.too_large()


def _size(piece: PGresult) -> int:
    rows, columns = range(piece.ntuples), range(piece.nfields)
    return sum(len(piece.get_value(row, at) or b"") for row in rows for at in columns)
