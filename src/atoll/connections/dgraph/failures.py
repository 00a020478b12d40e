"""What goes wrong between an app and Dgraph, in errors that name the connection."""

from __future__ import annotations

import os
import re
import socket
import ssl
from typing import Any

import grpc  # type: ignore[import-untyped]

from atoll.connections.dgraph.channel import CONNECT_SECONDS
from atoll.connections.errors import ConnectionFailed

_LONGEST = 4000
_UNCONNECTED = re.compile(r"failed to connect to all addresses|errors resolving|DNS resolution")
_UNRESOLVED = re.compile(r"errors resolving|DNS resolution")
_TLS = re.compile(r"[Ss]sl handshake failed|SSL_ERROR|Verification Check failed|Peer name")
_UNVERIFIED = re.compile(r"CERTIFICATE_VERIFY_FAILED: ([\w -]+)")
_REFUSED = re.compile(r"Connection refused|No route to host|Network is unreachable|reset by peer")
_LATER = re.compile(r"Please retry|not ready to accept|opIndexing is already running")
_NOT_GRPC = re.compile(r"http2 header|unknown service|content-type")

_OTHER = (grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.UNKNOWN)


class Failure:
    """What the library raised, as the client asks of it.

    Args:
        login: whether it was raised by the login.
    """

    def __init__(self, error: Any, *, login: bool = False) -> None:
        self.login = login
        self.status: grpc.StatusCode = error.code()
        self.said: str = error.details() or ""

    @property
    def unconnected(self) -> bool:
        """The request was not sent."""
        return self.status is grpc.StatusCode.UNAVAILABLE and bool(_UNCONNECTED.search(self.said))

    @property
    def tls(self) -> bool:
        return self.unconnected and bool(_TLS.search(self.said))

    @property
    def lost(self) -> bool:
        """The connection went away; the request may have been seen to."""
        return self.status is grpc.StatusCode.UNAVAILABLE and not self.unconnected

    @property
    def later(self) -> bool:
        """It was not done, because of others or because the server starts, and may be later."""
        return self.status is grpc.StatusCode.ABORTED or bool(_LATER.search(self.said))

    @property
    def unauthenticated(self) -> bool:
        """Who asks is not known (any more); nothing was done."""
        unknown = self.status is grpc.StatusCode.UNAUTHENTICATED
        return self.login or unknown or "oken is expired" in self.said

    def error(self, name: str, host: str, *, max_bytes: int) -> ConnectionFailed:
        over = f"connection [{name}]"
        if self.unconnected:
            return self._unconnected(over, host)
        if self.lost:
            return ConnectionFailed(
                "CONNECTION_LOST",
                f"{host} closed {over} before the statement was complete",
                "try again; if it stays so, look at the logs of the database",
            )
        if self.status is grpc.StatusCode.RESOURCE_EXHAUSTED and "larger than max" in self.said:
            return too_large(name, max_bytes)
        if self.status is grpc.StatusCode.DEADLINE_EXCEEDED:
            return ConnectionFailed(
                "TIMEOUT",
                f"{host} did not answer over {over} in time",
                "ask for less, or check the load of the database",
            )
        if self.status in _OTHER and _NOT_GRPC.search(self.said):
            return _unreachable(over, host, "it does not answer as Dgraph does")
        return self._refused(over)

    def _unconnected(self, over: str, host: str) -> ConnectionFailed:
        if self.tls:
            known = _UNVERIFIED.search(self.said)
            reason = known[1] if known else "the handshake failed"
            if "Hostname" in self.said or "Peer name" in self.said:
                reason = "the certificate is for another host"
            return ConnectionFailed(
                "TLS_FAILED",
                f"{over} could not set up TLS with {host}: {reason}",
                "check the server's certificate; SSL_CERT_FILE names other authorities to trust",
            )
        if "imeout" in self.said or "imed out" in self.said:
            return _slow(over, host)
        found = _REFUSED.search(self.said)
        reason = found[0] if found else "it does not answer as Dgraph does"
        if _UNRESOLVED.search(self.said):
            reason = "the name could not be resolved"
        return _unreachable(over, host, reason)

    def _refused(self, over: str) -> ConnectionFailed:
        details = {"code": self.status.name}
        said = self.said[:_LONGEST]
        if self.unauthenticated:
            return ConnectionFailed(
                "AUTHENTICATION_FAILED",
                f"{over} was not let in: {said}",
                "check its user, password or key in modus.json, and the secrets that they name",
                details=details,
            )
        return ConnectionFailed(
            "STATEMENT_FAILED", f"{over}: the statement failed: {said}", details=details
        )


def unopened(name: str, host: str, error: OSError) -> ConnectionFailed:
    """For a server whose certificate could not be fetched."""
    over = f"connection [{name}]"
    if isinstance(error, ssl.SSLError):
        return ConnectionFailed(
            "TLS_FAILED",
            f"{over} could not set up TLS with {host}: {error.reason or 'the handshake failed'}",
            "check whether the server uses TLS",
        )
    if isinstance(error, TimeoutError):
        return _slow(over, host)
    if isinstance(error, socket.gaierror):
        return _unreachable(over, host, "the name could not be resolved")
    reason = os.strerror(error.errno) if error.errno else "the connection failed"
    return _unreachable(over, host, reason)


def _slow(over: str, host: str) -> ConnectionFailed:
    return ConnectionFailed(
        "TIMEOUT",
        f"{over} could not reach {host} within {CONNECT_SECONDS:g} s",
        "check that the host is up and that a firewall lets the connection through",
    )


def _unreachable(over: str, host: str, reason: str) -> ConnectionFailed:
    return ConnectionFailed(
        "HOST_UNREACHABLE",
        f"{over} could not reach {host}: {reason}",
        "check the address in modus.json and that the database is up",
    )


def too_large(name: str, max_bytes: int) -> ConnectionFailed:
    return ConnectionFailed(
        "RESULT_TOO_LARGE",
        f"the result over connection [{name}] is larger than {max_bytes >> 20} MiB",
        'ask for less, or raise "payloadMb" under "limits" in modus.json',
    )
