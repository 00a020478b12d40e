"""What goes wrong between hosts, as errors that name the connection."""

from __future__ import annotations

import ssl

import aiohttp

from atoll.connections.errors import ConnectionFailed
from atoll.connections.retries import NotConnected

CONNECT_SECONDS = 10.0
"""For connecting to one address, TLS handshake included."""


class Disconnected(aiohttp.ClientError):
    """The connection ended before the response began."""


FAILURES = (aiohttp.ClientError, OSError)
"""What the library raises; a ``TimeoutError`` is an ``OSError``."""


def failure_of(error: Exception, name: str, host: str, seconds: float) -> ConnectionFailed:
    """One of ``FAILURES`` as the failure of connection ``name``.

    Args:
        seconds: that the request had.
    """
    over = f"connection [{name}]"
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return NotConnected(
            "TIMEOUT",
            f"{over} could not reach {host} within {CONNECT_SECONDS:g} s",
            "check that the host is up and that a firewall lets the connection through",
        )
    if isinstance(error, TimeoutError):
        return ConnectionFailed(
            "TIMEOUT",
            f"{host} did not answer over {over} within {seconds:.3g} s",
            "ask for less, or check the load of the host",
        )
    if isinstance(
        error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError | ssl.SSLError
    ):
        return ConnectionFailed(
            "TLS_FAILED",
            f"{over} could not set up TLS with {host}: {_tls_reason(error)}",
            "check the host's certificate; SSL_CERT_FILE names further authorities to trust",
        )
    if isinstance(error, aiohttp.ClientConnectorError):
        reason = error.os_error.strerror or "the name could not be resolved"
        return NotConnected(
            "HOST_UNREACHABLE",
            f"{over} could not reach {host}: {reason}",
            "check the URL in modus.json and that the host is up",
        )
    if isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        return ConnectionFailed("BAD_URL", f"{over} has no usable URL", "check it in modus.json")
    if isinstance(error, aiohttp.ClientResponseError):
        return ConnectionFailed(
            "CONNECTION_LOST",
            f"{host} did not answer over {over} as HTTP wants it",
            "check that an HTTP server is at this address",
        )
    # Also a body that ends early or is not framed as HTTP wants it.
    return ConnectionFailed(
        "CONNECTION_LOST",
        f"{host} closed {over} before its response was complete",
        "try again; if it stays so, look at the logs of that host",
    )


def _tls_reason(error: Exception) -> str:
    cause = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return cause.verify_message
    return getattr(cause, "reason", None) or "the handshake failed"
