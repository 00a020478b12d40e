"""What goes wrong with a PostgreSQL database, in the words of users."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from atoll.connections.errors import ConnectionFailed, FailureCode

if TYPE_CHECKING:
    from psycopg.pq.abc import PGresult

# Fields of an error message (the protocol's documentation, "Error and Notice Message Fields").
_SQLSTATE = ord("C")
_MESSAGE = ord("M")
_DETAIL = ord("D")
_HINT = ord("H")
_NAMES = {"table": ord("t"), "column": ord("c"), "constraint": ord("n")}

_QUERY_CANCELED = "57014"
_GONE = ("57P01", "57P02", "57P03", "57P04", "57P05", "08")
"""Of a server that ended the connection."""
_PROTOCOL = "08P01"
_NO_PARAMETER = "42P02"
_COUNTS = re.compile(r"\D*(\d+)\D+(\d+)\D*")
"""Of parameters in a message, those given and those of the statement."""


class _Refusal(NamedTuple):
    """What a message of the library or server says, as far as one can tell from its words alone:
    the library does not give the server's code while it connects."""

    words: re.Pattern[str]
    code: FailureCode
    hint: str


def _refusal(words: str, code: FailureCode, hint: str) -> _Refusal:
    return _Refusal(re.compile(words, re.IGNORECASE), code, hint)


_UP = "check the host and port in modus.json, and that the database is up"
_LOGIN = "check the user and password in the connString and in the secrets that it names"
_REFUSALS = (
    _refusal(
        r"unrecognized configuration parameter|invalid value for parameter|connection option"
        r"|invalid \S+ value|weak sslmode|invalid port",
        "BAD_ADDRESS",
        "check the parameters after ? in the connString",
    ),
    _refusal(
        r"authentication failed|no password supplied|role .* does not exist|no pg_hba\.conf entry"
        r"|not permitted to log in|pg_hba\.conf rejects|SASL|SCRAM|authentication method",
        "AUTHENTICATION_FAILED",
        _LOGIN,
    ),
    _refusal(
        r"database .* (?:does not exist|is not currently accepting)"
        r"|permission denied for database",
        "NO_SUCH_DATABASE",
        "check the database's name at the end of the connString",
    ),
    _refusal(
        r"\bSSL\b|\bTLS\b|certificate",
        "TLS_FAILED",
        'check "sslmode" and "sslrootcert" in the connString, and the server\'s certificate',
    ),
    _refusal(r"timeout expired|timed out", "TIMEOUT", _UP),
    _refusal(
        r"too many (?:clients|connections)|connection slots",
        "HOST_UNREACHABLE",
        'lower "maxSize" under "pool" in modus.json, or raise max_connections of the server',
    ),
    _refusal(
        r"refused|resolve|idna|translate host|unreachable|no such file|server closed the connection"
        r"|reset by peer|no route|could not|the database system is|session is (?:not )?read-only"
        r"|server is (?:not )?in hot standby",
        "HOST_UNREACHABLE",
        _UP,
    ),
    # A server that answers in another language. Its kind of error stands before two spaces.
    _refusal(r" failed: \S+:  ", "AUTHENTICATION_FAILED", _LOGIN),
    _refusal(r"", "HOST_UNREACHABLE", _UP),
)


class Failures:
    """Of one connection. ``where`` are its hosts and ports, ``max_bytes`` those of a result as
    JSON."""

    def __init__(self, name: str, where: str, max_bytes: int) -> None:
        self.over = f"connection [{name}]"
        self.max_bytes = max_bytes
        self._where = where

    def not_connected(self, error: Exception) -> ConnectionFailed:
        """Of an attempt to connect."""
        text = str(error)
        found = next(each for each in _REFUSALS if each.words.search(text))
        message = f"{self.over} could not connect to PostgreSQL at {self._where}: {_words(text)}"
        return ConnectionFailed(found.code, message, found.hint)

    def refused(self, result: PGresult) -> ConnectionFailed:
        """Of a statement, by the server's answer."""
        state = _field(result, _SQLSTATE)
        message = _field(result, _MESSAGE)
        if state == _PROTOCOL and (counts := _COUNTS.fullmatch(message)):
            return self.bad_parameters(
                f"the statement needs {counts[2]} parameters, not {counts[1]}"
            )
        if state == _NO_PARAMETER:
            return self.bad_parameters(message)
        if not state or state.startswith(_GONE):
            return self.lost(message or None)
        if detail := _field(result, _DETAIL):
            message = f"{message} ({detail.removesuffix('.')})"
        details = {"sqlState": state}
        details.update((key, name) for key, of in _NAMES.items() if (name := _field(result, of)))
        timeout = state == _QUERY_CANCELED and "timeout" in message
        return ConnectionFailed(
            "TIMEOUT" if timeout else "STATEMENT_FAILED",
            f"{self.over}: {message}",
            _field(result, _HINT) or None,
            details=details,
        )

    def bad_parameters(self, why: str) -> ConnectionFailed:
        return ConnectionFailed(
            "INVALID_PARAMETERS",
            f"{self.over}: {why}",
            "give one value for each of $1, $2, … in the statement",
        )

    def lost(self, words: str | None = None) -> ConnectionFailed:
        """Of a statement that may have run."""
        said = f": {words}" if words else ""
        return ConnectionFailed(
            "CONNECTION_LOST",
            f"PostgreSQL at {self._where} closed {self.over} before its answer was complete{said}",
            "the statement may have run or not; try again if it can do no harm twice",
        )

    def closed(self) -> ConnectionFailed:
        return ConnectionFailed(
            "CONNECTION_LOST", f"{self.over} was closed while a statement used or awaited it"
        )

    def timed_out(self, seconds: float) -> ConnectionFailed:
        return ConnectionFailed(
            "TIMEOUT",
            f"PostgreSQL at {self._where} did not answer over {self.over} within {seconds:g} s",
            'ask for less, add an index, or raise "timeoutSeconds" of the connection in modus.json;'
            " the statement was told to stop",
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

    def copying(self) -> ConnectionFailed:
        return ConnectionFailed(
            "STATEMENT_FAILED",
            f"{self.over}: COPY from or to the client is not possible",
            "use INSERT or SELECT",
        )

    def not_text(self) -> ConnectionFailed:
        return ConnectionFailed(
            "STATEMENT_FAILED",
            f"{self.over}: the result contains text that is not UTF-8",
            "leave client_encoding as it is, or select such columns as bytea",
        )

    def bad_statement(self, why: str) -> ConnectionFailed:
        return ConnectionFailed("STATEMENT_FAILED", f"{self.over}: the statement {why}")


def _field(result: PGresult, field: int) -> str:
    return (result.error_field(field) or b"").decode(errors="replace")


def _words(text: str) -> str:
    """The last attempt's reason, without the library's words before it."""
    first = text.partition("\n")[0]
    reason = first.rpartition(" failed: ")[2].removeprefix("connection is bad: ")
    return re.sub(r"^[A-Z]+:\s+", "", reason)
