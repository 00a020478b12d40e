"""One session on a server, as each call finds it: in UTC, in UTF-8, and with nothing left in it."""

from __future__ import annotations

import asyncio
import ssl
import time
from dataclasses import dataclass
from typing import Any

import msgspec
from asyncmy.constants.COMMAND import COM_INIT_DB, COM_PING, COM_QUERY
from asyncmy.constants.SERVER_STATUS import (
    SERVER_MORE_RESULTS_EXISTS,
    SERVER_STATUS_AUTOCOMMIT,
    SERVER_STATUS_IN_TRANS,
    SERVER_STATUS_NO_BACKSLASH_ESCAPES,
)
from asyncmy.errors import MySQLError
from asyncmy.protocol import (
    FieldDescriptorPacket,
    OKPacketWrapper,
    parse_rows_from_buffer,
)

from atoll.connections.errors import ConnectionFailed
from atoll.connections.mysql.address import Address
from atoll.connections.mysql.failures import Failures, ends_session
from atoll.connections.mysql.parameters import Mode
from atoll.connections.mysql.results import Reader, Rows, readers
from atoll.connections.mysql.wire import NoTls, UnknownPlugin, Wire, is_driver_error

_COM_RESET_CONNECTION = 0x1F
_PROBE_SECONDS = 2.0
_KILL_SECONDS = 5.0
_MOST_COLUMNS = 4096
_LONGEST_ROW = 1 << 30
"""Bytes that any server sends at most: the largest max_allowed_packet."""
_OVERHEAD = 1 << 16
"""Bytes of a command besides what is in it, generously."""


class Unsent(Exception):
    """A statement has not reached the server, so that it can be sent on another session."""


class Refused(Exception):
    """The server's word on a statement. The session is as before."""

    def __init__(self, error: MySQLError) -> None:
        super().__init__()
        self.error = error

    @property
    def incorrect(self) -> str:
        """What it says of a value that does not fit into its column; else ""."""
        return str(self.error.args[1]) if self.error.args[0] in INCORRECT else ""


INCORRECT = (1292, 1525)
"""ER_TRUNCATED_WRONG_VALUE and ER_WRONG_VALUE."""


@dataclass(slots=True)
class Outcome:
    """Of a statement: the last count and id, and all warnings."""

    affected: int = 0
    insert_id: int = 0
    warnings: int = 0


class Session:
    """Not for two tasks at a time. Whoever cancels something that it does must close it."""

    def __init__(self, wire: Wire, address: Address, failures: Failures) -> None:
        self._wire = wire
        self._address = address
        self._failures = failures
        self._settings = ""
        self.longest = 0
        """Bytes of a command that the server takes."""
        self.mode = Mode()
        self.opened = self.used = time.monotonic()
        self.busy = False
        """Whether the server has not answered the last command to its end."""
        self.touched = False
        """Whether something ran since it was as new."""

    @classmethod
    async def open(
        cls, address: Address, context: ssl.SSLContext | None, failures: Failures
    ) -> Session:
        """Raises ConnectionFailed."""
        try:
            async with asyncio.timeout(address.connect_seconds):
                session = cls(await _connected(address, context, failures), address, failures)
                try:
                    await session._set_up()
                except BaseException:
                    session.close()
                    raise
                return session
        except TimeoutError as error:
            raise failures.not_connected(error) from None

    async def run(self, text: bytes, rows: Rows | None) -> Outcome:
        """Run a statement.

        Raises:
            Refused: the server did not take it.
            Unsent: the session was closed before.
            ConnectionFailed: it may have run; this session is of no more use.
        """
        return await self._ask(COM_QUERY, text, rows)

    async def command(self, statement: str, rows: Rows | None = None) -> Outcome:
        """Run a statement of our own. Raises as ``run``."""
        return await self._ask(COM_QUERY, statement.encode(), rows)

    async def reset(self) -> None:
        """Make it as new. Raises as ``run``, and Refused if that is not possible."""
        await self._ask(_COM_RESET_CONNECTION, b"", None)
        await self._ask(COM_INIT_DB, self._address.database.encode(), None)
        await self._ask(COM_QUERY, self._settings.encode(), None)
        self.touched = False

    @property
    def is_left_open(self) -> bool:
        """Whether a transaction is open, or literals are read in another way than before."""
        status = self._wire.server_status
        return bool(
            status & SERVER_STATUS_IN_TRANS
            or not status & SERVER_STATUS_AUTOCOMMIT
            or bool(status & SERVER_STATUS_NO_BACKSLASH_ESCAPES) == self.mode.backslash
        )

    @property
    def can_reset(self) -> bool:
        """A session cannot be made to forget that it uses a database when it began without."""
        return bool(self._address.database)

    @property
    def is_lost(self) -> bool:
        """Whether the server closed it."""
        return bool(self._wire._proto.eof or self._wire._proto.exc is not None)

    def usable(self) -> bool:
        return not self.busy and not self._wire.is_stale()

    async def probe(self) -> bool:
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                await self._ask(COM_PING, b"", None)
        except (Unsent, Refused, ConnectionFailed, TimeoutError):
            return False
        return True

    def close(self) -> None:
        self._wire.hang_up(politely=not self.busy)

    async def closed(self) -> None:
        """Until nothing of it is left, after ``close``. Cancelled, it does not wait for that."""
        try:
            await self._wire.closed()
        except asyncio.CancelledError:
            self._wire.abort()
            raise

    async def kill(self, context: ssl.SSLContext | None) -> None:
        """Have the server end it, whatever it does. Without effect when that fails."""
        statement = f"KILL {self._wire.server_thread_id[0]}"
        try:
            async with asyncio.timeout(_KILL_SECONDS):
                wire = await _connected(self._address, context, self._failures)
                try:
                    await Session(wire, self._address, self._failures).command(statement)
                finally:
                    wire.hang_up(politely=True)
                await wire.closed()
        except (Unsent, Refused, ConnectionFailed, TimeoutError):
            pass

    async def _set_up(self) -> None:
        try:
            await self.command(self._settings_of(self._address.variables.items()))
            found = Rows(_OVERHEAD)
            await self.command("SELECT @@sql_mode AS mode, @@max_allowed_packet AS longest", found)
        except Refused as refused:
            raise self._failures.not_connected(refused.error) from None
        except Unsent:
            raise self._failures.lost() from None
        [row] = msgspec.json.decode(found.json())
        self.mode = Mode.of(row["mode"])
        self.longest = row["longest"]
        # The mode decides where literals end: it must not change when a session is reset.
        variables = {**self._address.variables, "sql_mode": "'" + row["mode"] + "'"}
        self._settings = self._settings_of(variables.items())
        self.touched = False

    def _settings_of(self, variables: Any) -> str:
        collation = self._address.collation
        names = "SET NAMES utf8mb4" + (f" COLLATE {collation}" if collation else "")
        fixed = [names, "time_zone = '+00:00'", "autocommit = 1"]
        return ", ".join([*fixed, *(f"{name} = {value}" for name, value in variables)])

    async def _ask(self, command: int, body: bytes, rows: Rows | None) -> Outcome:
        try:
            await self._wire.send(command, body)
        except MySQLError as error:
            raise Unsent from error
        self.busy = self.touched = True
        try:
            outcome = await self._answer(rows)
        except MySQLError as error:
            if is_driver_error(error):
                raise self._failures.lost() from error
            self.busy = False
            if ends_session(error):
                raise self._failures.refused(error) from None
            raise Refused(error) from None
        except UnicodeDecodeError:
            raise self._failures.not_text() from None
        self.busy = False
        return outcome

    async def _answer(self, rows: Rows | None) -> Outcome:
        """Read all results of a command; ``rows`` takes those of the first that has some."""
        wire, outcome = self._wire, Outcome()
        more = True
        while more:
            packet = await wire.read_packet()
            if packet.is_ok_packet():
                ok = OKPacketWrapper(packet)
                outcome.affected, outcome.insert_id = ok.affected_rows, ok.insert_id
                status, warnings = ok.server_status, ok.warning_count
            elif packet.is_load_local_packet():
                raise self._failures.local_file()
            else:
                columns = await self._columns(packet.read_length_encoded_integer())
                if rows is None:
                    status, warnings = await self._rows(readers(columns), None)
                else:
                    status, warnings = await self._rows(rows.begin(columns), rows)
                    rows = None
            wire.server_status = status
            outcome.warnings += warnings
            more = bool(status & SERVER_MORE_RESULTS_EXISTS)
        return outcome

    async def _columns(self, count: int) -> list[Any]:
        if count > _MOST_COLUMNS:  # no server has as many
            raise self._failures.lost()
        columns = [await self._wire.read_packet(FieldDescriptorPacket) for _ in range(count)]
        if not self._wire._deprecate_eof:
            await self._wire.read_packet()
        return columns

    async def _rows(self, how: tuple[Reader, ...], rows: Rows | None) -> tuple[int, int]:
        """Read rows to their end. Gives the status and the number of warnings."""
        wire, proto = self._wire, self._wire._proto
        most = self._failures.max_bytes * 2 + _OVERHEAD
        while True:
            found: list[tuple[Any, ...]] = []
            # All that is there already, at once.
            proto.pos, wire._next_seq_id = parse_rows_from_buffer(
                proto.buffer, proto.pos, proto.length, how, wire._next_seq_id, found,
                wire._deprecate_eof,
            )  # fmt: skip
            if rows is not None and found:
                rows.add(found)
            packet = await wire.read_row(most if rows is not None else _LONGEST_ROW)
            if (end := _end_of_rows(packet, wire._deprecate_eof)) is not None:
                return end
            if rows is not None:
                rows.add([packet.read_row(how)])


async def _connected(address: Address, context: ssl.SSLContext | None, failures: Failures) -> Wire:
    """Raises ConnectionFailed."""
    wire = Wire(address, context)
    try:
        try:
            await wire.connect()
        except BaseException:
            wire.abort()
            raise
    except NoTls:
        raise failures.no_tls() from None
    except UnknownPlugin as error:
        raise failures.unknown_plugin(str(error)) from None
    except Exception as error:
        # Also what the driver stumbles over in an answer that is no MySQL server's.
        raise failures.not_connected(error) from None
    return wire


def _end_of_rows(packet: Any, deprecate_eof: bool) -> tuple[int, int] | None:
    """Status and warnings of the packet that ends a result; None if it is a row."""
    if not packet.is_auth_switch_request():
        return None
    size = len(packet.get_all_data())
    if deprecate_eof:
        # An OK packet with another head. Rows that begin so have a first field of 16 MiB or more.
        if size >= 0xFFFFFF:
            return None
        packet.advance(1)
        packet.read_length_encoded_integer()
        packet.read_length_encoded_integer()
        status = packet.read_uint16()
        return status, packet.read_uint16()
    if size >= 9:
        return None
    packet.advance(1)
    warnings = packet.read_uint16()
    return packet.read_uint16(), warnings
