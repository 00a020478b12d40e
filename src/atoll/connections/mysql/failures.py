"""What goes wrong with a MySQL or MariaDB database, in the words of users."""

from __future__ import annotations

import re
import socket
import ssl
from typing import TYPE_CHECKING

from atoll.connections.errors import ConnectionFailed

if TYPE_CHECKING:
    from asyncmy.errors import MySQLError

    from atoll.connections.mysql.parameters import Filled

_AUTHENTICATION = frozenset(
    (1045, 1130, 1251, 1275, 1396, 1524, 1698, 1820, 1862, 2059, 2061, 3118, 3955, 4151)
)
_DATABASE = frozenset((1044, 1049, 1102))
_CONNECTIONS = frozenset((1040, 1129, 1203, 1226))
"""Too many of them, or too many that failed."""
_TLS = frozenset((1835, 2026, 3159, 3169))
_TIMEOUTS = frozenset((1969, 3024))
_ENDED = frozenset((1053, 1077, 1080, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 3169, 4031))
"""The server ended the connection, or is about to."""
_TOO_LONG = 1153

_UP = "check the host and port in modus.json, and that the database is up"
_LOGIN = "check the user and password in the connString and in the secrets that it names"
_CERTIFICATE = 'check "tls" in the connString, and the server\'s certificate'
_NEAR = re.compile(r"near '(.*)' at line (\d+)\Z", re.DOTALL)
_SHOWN = 80
"""Characters of a statement that servers show where it has an error."""
_CUT = re.compile(r"'.*?\.\.\.'", re.DOTALL)
"""A value of which the server shows the beginning: it is not found by comparing it with others."""


def ends_session(error: MySQLError) -> bool:
    """Whether a server that says so does not listen any more."""
    return _number(error) in _ENDED


class Failures:
    """Of one connection. ``where`` is its host and port, ``max_bytes`` those of a result."""

    def __init__(self, name: str, where: str, max_bytes: int) -> None:
        self.over = f"connection [{name}]"
        self._where = where
        self.max_bytes = max_bytes

    def not_connected(self, error: Exception) -> ConnectionFailed:
        """Of an attempt to connect, for what the driver or the system said of it."""
        start = f"{self.over} could not connect to {self._where}: "
        cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
        if isinstance(cause, TimeoutError):
            return ConnectionFailed("TIMEOUT", start + "it did not answer in time", _UP)
        if isinstance(cause, ssl.SSLError):
            return ConnectionFailed("TLS_FAILED", start + _reason(cause), _CERTIFICATE)
        if isinstance(cause, OSError):
            return ConnectionFailed("HOST_UNREACHABLE", start + _system_words(cause), _UP)
        number, words = _number(error), _words(error)
        if number in _AUTHENTICATION:
            return ConnectionFailed("AUTHENTICATION_FAILED", start + words, _LOGIN)
        if number in _DATABASE:
            hint = "check the database's name at the end of the connString, and the user's rights"
            return ConnectionFailed("NO_SUCH_DATABASE", start + words, hint)
        if number in _CONNECTIONS:
            hint = 'lower "maxSize" under "pool" in modus.json, or raise max_connections'
            return ConnectionFailed("HOST_UNREACHABLE", start + words, hint)
        if number in _TLS:
            return ConnectionFailed("TLS_FAILED", start + words, _CERTIFICATE)
        if 1000 <= number < 2000 or number >= 3000:
            hint = "check the parameters at the end of the connString"
            return ConnectionFailed("BAD_ADDRESS", start + words, hint)
        if number == 2013:
            return ConnectionFailed("HOST_UNREACHABLE", start + "it closed the connection", _UP)
        return ConnectionFailed("HOST_UNREACHABLE", start + "it does not answer as MySQL does", _UP)

    def no_tls(self) -> ConnectionFailed:
        return ConnectionFailed(
            "TLS_FAILED",
            f"{self.over} could not connect to {self._where}: it has no TLS",
            'set up TLS on the server, or use "tls=false" in the connString in a safe network',
        )

    def bad_authorities(self) -> ConnectionFailed:
        return ConnectionFailed(
            "TLS_FAILED",
            f"{self.over} could not read the certificates that it trusts",
            'check "ssl-ca" in the connString: the path of a file in PEM format',
        )

    def unknown_plugin(self, plugin: str) -> ConnectionFailed:
        return ConnectionFailed(
            "AUTHENTICATION_FAILED",
            f"{self.over} could not log in to {self._where}: it asks for the authentication "
            f"plugin {plugin}",
            "make a user with mysql_native_password or caching_sha2_password"
            + (
                ', or add "allowCleartextPasswords=true" to the connString'
                if plugin == "mysql_clear_password"
                else ""
            ),
        )

    def refused(self, error: MySQLError, filled: Filled | None = None) -> ConnectionFailed:
        """Of a statement, by the server's answer. ``filled`` is what it was sent."""
        number, words = _number(error), _words(error)
        if number in _ENDED:
            return self.lost(words)
        if filled is not None:
            words = _without_values(words, filled)
        words = _CUT.sub("'?'", words)
        details = {"code": str(number)}
        if error.sqlstate:
            details["sqlState"] = str(error.sqlstate)
        code = "TIMEOUT" if number in _TIMEOUTS else "STATEMENT_FAILED"
        return ConnectionFailed(
            code,  # type: ignore[arg-type]
            f"{self.over}: {words}",
            _hint(number),
            details=details,
        )

    def too_long(self, length: int, most: int) -> ConnectionFailed:
        return ConnectionFailed(
            "STATEMENT_FAILED",
            f"{self.over}: the statement with its parameters has {length} bytes, and the server "
            f"takes {most}",
            _hint(_TOO_LONG),
            details={"code": str(_TOO_LONG), "sqlState": "08S01"},
        )

    def lost(self, words: str | None = None) -> ConnectionFailed:
        """Of a statement that may have run."""
        said = f": {words}" if words else ""
        return ConnectionFailed(
            "CONNECTION_LOST",
            f"{self._where} closed {self.over} before its answer was complete{said}",
            "the statement may have run or not; try again if it can do no harm twice",
        )

    def closed(self) -> ConnectionFailed:
        return ConnectionFailed(
            "CONNECTION_LOST", f"{self.over} was closed while a statement used or awaited it"
        )

    def exhausted(self, size: int, seconds: float) -> ConnectionFailed:
        return ConnectionFailed(
            "POOL_EXHAUSTED",
            f"{self.over} had none of its {size} database connections free within {seconds:g} s",
            'raise "maxSize" under "pool" of the connection in modus.json, or make statements '
            "faster",
        )

    def too_large(self) -> ConnectionFailed:
        whole, rest = divmod(self.max_bytes, 1 << 20)
        limit = f"{self.max_bytes} bytes" if rest else f"{whole} MiB"
        return ConnectionFailed(
            "RESULT_TOO_LARGE",
            f"the result over {self.over} is larger than {limit}",
            'ask for less (LIMIT, fewer columns), or raise "payloadMb" under "limits" in '
            "modus.json",
        )

    def not_text(self) -> ConnectionFailed:
        return ConnectionFailed(
            "STATEMENT_FAILED",
            f"{self.over}: the result contains text that is not UTF-8",
            "select such columns as binary: CAST(x AS BINARY)",
        )

    def local_file(self) -> ConnectionFailed:
        return ConnectionFailed(
            "STATEMENT_FAILED",
            f"{self.over}: the server asked for a file of this machine, which it does not get",
            "LOAD DATA LOCAL is not possible; use INSERT",
        )

    def bad_parameters(self, why: str) -> ConnectionFailed:
        return ConnectionFailed(
            "INVALID_PARAMETERS",
            f"{self.over}: {why}",
            "give one value for each ? in the statement",
        )


def _number(error: BaseException) -> int:
    number = error.args[0] if error.args else 0
    return number if isinstance(number, int) else 0


def _words(error: BaseException) -> str:
    return str(error.args[1]) if len(error.args) > 1 else type(error).__name__


def _hint(number: int) -> str | None:
    if number == _TOO_LONG:
        return "send less at a time, or raise max_allowed_packet of the server"
    return None


def _without_values(words: str, filled: Filled) -> str:
    """What a server says of a place in a statement, in terms of the statement without values."""
    near = _NEAR.search(words)
    if near is None or not filled.literals:
        return words
    place = filled.text.rfind(near[1])
    shown = filled.original_at(place)[:_SHOWN] if place >= 0 else "?"
    return f"{words[: near.start()]}near '{shown}' at line {near[2]}"


def _reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {error.verify_message}"
    return f"TLS failed: {(error.reason or 'no reason given').replace('_', ' ').lower()}"


def _system_words(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "its name is unknown"
    if isinstance(error, ConnectionRefusedError):
        return "it refused the connection"
    return (error.strerror or type(error).__name__).lower()
