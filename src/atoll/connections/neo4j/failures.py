"""What goes wrong between an app and Neo4j, in errors that name the connection."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator

from neo4j.exceptions import (
    ConfigurationError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
)

from atoll.connections.errors import ConnectionFailed

CONNECT_SECONDS = 10.0
"""For connecting to one address."""

_LONGEST = 4000
_TIMED_OUT = ("TransactionTimedOut", "TransactionTimedOutClientConfiguration")
_NOT_CONNECTED = ("Couldn't connect", "Unable to retrieve routing information")
_SLOW = "Timed out trying to establish connection"


def refused(name: str, error: Neo4jError) -> ConnectionFailed:
    """For what the server said."""
    over = f"connection [{name}]"
    code, said = error.code or "", (error.message or "")[:_LONGEST]
    details = {"code": code}
    title = code.rpartition(".")[2]
    if title == "DatabaseNotFound":
        return ConnectionFailed(
            "NO_SUCH_DATABASE",
            f"{over} has no such database: {said}",
            "check the name of the database",
            details=details,
        )
    if ".Security." in code and title != "Forbidden":
        return ConnectionFailed(
            "AUTHENTICATION_FAILED",
            f"{over} was not let in: {said}",
            'check "username" and "password" in modus.json, and the secrets that they name',
            details=details,
        )
    if title in _TIMED_OUT:
        return ConnectionFailed(
            "TIMEOUT",
            f"{over}: the statement took longer than it may: {said}",
            "ask for less, or check the load of the database",
            details=details,
        )
    return ConnectionFailed(
        "STATEMENT_FAILED", f"{over}: the statement failed: {said}", details=details
    )


def broken(name: str, host: str, error: Exception) -> ConnectionFailed:
    """For a server that cannot be reached, or is gone."""
    over = f"connection [{name}]"
    if isinstance(error, ConfigurationError):
        return ConnectionFailed(
            "HOST_UNREACHABLE",
            f"{over}: what answers on {host} is no Neo4j server that this driver knows",
            "check the address in modus.json",
        )
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, Neo4jError):
            return refused(name, cause)
    if any(isinstance(cause, ssl.SSLError) or _is_secure(cause) for cause in causes):
        return ConnectionFailed(
            "TLS_FAILED",
            f"{over} could not set up TLS with {host}: {_tls_reason(causes)}",
            "check the server's certificate; SSL_CERT_FILE names further authorities to trust, and"
            ' "neo4j+ssc" trusts any certificate',
        )
    if any(_SLOW in str(cause) for cause in causes):
        return ConnectionFailed(
            "TIMEOUT",
            f"{over} could not reach {host} within {CONNECT_SECONDS:g} s",
            "check that the host is up and that a firewall lets the connection through",
        )
    if is_unreached(error) or any(isinstance(cause, socket.gaierror) for cause in causes):
        return ConnectionFailed(
            "HOST_UNREACHABLE",
            f"{over} could not reach {host}: {_reason(causes)}",
            "check the address in modus.json and that the database is up",
        )
    in_doubt = isinstance(error, IncompleteCommit)
    doubt = ", and whether its changes were made is not known" if in_doubt else ""
    return ConnectionFailed(
        "CONNECTION_LOST",
        f"{host} closed {over} before the statement was complete{doubt}",
        "try again; if it stays so, look at the logs of the database",
    )


def is_unreached(error: Exception) -> bool:
    """Whether there was no connection, so that a new one will not be made either."""
    return isinstance(error, ServiceUnavailable) and str(error).startswith(_NOT_CONNECTED)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it; a routing driver groups the reasons of its servers."""
    yield error
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _causes(one)
    if error.__cause__ is not None:
        yield from _causes(error.__cause__)


def _is_secure(error: BaseException) -> bool:
    return type(error).__name__ == "BoltSecurityError"


def _tls_reason(causes: list[BaseException]) -> str:
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message
    return "the handshake failed"


def _reason(causes: list[BaseException]) -> str:
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return "the name could not be resolved"
    for cause in causes:
        if isinstance(cause, OSError) and cause.errno:
            return os.strerror(cause.errno)
    return "it does not answer as Neo4j does"
