"""The driver's connection, with what it does not do by itself.

asyncmy (0.2) asks every server for TLS once it has a context, answers a server that asks for the
password itself, lets statements be several, and holds whole results. Names that begin with an
underscore are its own; its version is pinned because of them.
"""

from __future__ import annotations

import select
import socket
import ssl
from typing import Any

from asyncmy.connection import Connection
from asyncmy.constants import CLIENT
from asyncmy.errors import InterfaceError, OperationalError
from asyncmy.protocol import MysqlPacket

from atoll.connections.mysql.address import Address
from atoll.connections.mysql.results import TooLarge

_LARGEST_PACKET = 0xFFFFFF
"""Bytes; what is longer comes in several."""
_QUIT = b"\x01\x00\x00\x00\x01"
"""The command COM_QUIT, with its head."""
_CLEAR = (b"mysql_clear_password", b"dialog")
_KNOWN = (b"mysql_native_password", b"caching_sha2_password", b"sha256_password")


class NoTls(Exception):
    """The server has none, but must."""


class UnknownPlugin(Exception):
    """The server wants a way of authentication that there is not."""


# What the driver declares of itself is not all that is used here.
_Connection: Any = Connection


class Wire(_Connection):  # type: ignore[misc]
    """One connection, not for two tasks at a time."""

    _client_flag: int
    _ssl_context: ssl.SSLContext | None
    _proto: Any
    _transport: Any
    _next_seq_id: int
    _deprecate_eof: bool
    _encoding: str
    _user: str | bytes
    server_status: int
    server_capabilities: int
    server_thread_id: tuple[int, ...]

    def __init__(self, address: Address, context: ssl.SSLContext | None) -> None:
        super().__init__(
            host=address.host,
            port=address.port,
            # Its default is the name of the account that the host runs under.
            user=address.user or "-",
            # It would write a str in Latin-1.
            password=address.password.encode(),
            database=address.database or None,
            charset="utf8mb4",
            client_flag=CLIENT.FOUND_ROWS if address.found_rows else 0,
            autocommit=None,
            connect_timeout=address.connect_seconds,
            local_infile=False,
            ssl=context,
            program_name="atoll",
        )
        self._user = address.user
        self._closing: Any = None
        self._address = address
        if not address.several_statements:
            self._client_flag &= ~CLIENT.MULTI_STATEMENTS

    async def _get_server_information(self) -> None:
        await super()._get_server_information()
        if self._ssl_context is not None and not self.server_capabilities & CLIENT.SSL:
            if self._address.tls != "preferred":
                raise NoTls
            self._ssl_context = None
            self._client_flag &= ~CLIENT.SSL

    async def _process_auth(self, plugin_name: bytes, auth_packet: Any) -> Any:
        allowed = plugin_name in _KNOWN or (plugin_name in _CLEAR and self._address.clear_passwords)
        if not allowed:
            raise UnknownPlugin(plugin_name.decode("ascii", "replace")[:60])
        return await super()._process_auth(plugin_name, auth_packet)

    def is_stale(self) -> bool:
        """Whether it is closed, or the server has said something while nothing was asked."""
        proto = self._proto
        if self._stream_broken or proto.length > proto.pos:
            return True
        # What the loop has not come to read yet.
        handle: socket.socket = self._transport.get_extra_info("socket")
        poll = select.poll()
        poll.register(handle.fileno(), select.POLLIN | select.POLLERR | select.POLLHUP)
        return bool(poll.poll(0))

    def hang_up(self, *, politely: bool) -> None:
        """Close it; ``closed`` waits for that. Politely is with a word to the server."""
        transport = self._transport
        if politely and transport is not None and not transport.is_closing():
            transport.write(_QUIT)
        self.close()
        if not politely:
            self.abort()

    def close(self) -> None:
        if self._transport is not None:
            self._closing = self._transport
        super().close()

    def abort(self) -> None:
        """End what closing still does: over TLS, it waits for what the server has to say."""
        if self._closing is not None:
            self._closing.abort()

    async def closed(self) -> None:
        if self._proto is not None:
            await self._proto.wait_closed()

    async def send(self, command: int, body: bytes) -> None:
        """Begin a command. One that fails here has not reached the server whole."""
        await self._execute_command(command, body)

    async def read_row(self, most: int) -> Any:
        """A packet of a result, or the one that ends it, which is no error.

        Raises:
            TooLarge: it has more than ``most`` bytes, which are not read then.
        """
        parts: list[bytes] = []
        length, size = 0, _LARGEST_PACKET
        while size == _LARGEST_PACKET:
            size = await self._read_header()
            length += size
            if length > most:
                raise TooLarge
            parts.append(await self._read_bytes(size))
        packet: Any = MysqlPacket(parts[0] if len(parts) == 1 else b"".join(parts), self._encoding)
        packet.check_error()
        return packet

    async def _read_header(self) -> int:
        header = await self._read_bytes(4)
        if header[3] != self._next_seq_id:
            raise OperationalError(2013, "The server ended the connection")
        self._next_seq_id = (self._next_seq_id + 1) & 0xFF
        return int.from_bytes(header[:3], "little")


def is_driver_error(error: BaseException) -> bool:
    """Whether it is the driver's own, not the server's word on a command."""
    if isinstance(error, InterfaceError):
        return True
    number = error.args[0] if error.args else 0
    return not isinstance(number, int) or number < 1000 or 2000 <= number < 3000
