"""The sockets that the server listens on."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable
from typing import Final

from atoll.server.errors import ServerError

DEFAULT_PORT: Final = 8686
BACKLOG: Final = 2048
LOOPBACK: Final = ("127.0.0.1", "::1")

_NO_IPV6: Final = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EPROTONOSUPPORT)


def listen(host: str | None, port: int) -> list[socket.socket]:
    """Open the listening sockets of a server.

    From now on connections are queued, so call this when the app can be served soon; `check_port`
    tells beforehand whether it will succeed.

    Args:
        host: a name or address; ``::`` is all addresses, of IPv4 too. None is loopback: 127.0.0.1
            and, where there is IPv6, ::1.
        port: 0 lets the system choose a free one.

    Raises `ServerError`: ``PORT_IN_USE``, ``PORT_FORBIDDEN``, ``HOST_UNKNOWN``, ``CANNOT_LISTEN``.
    """
    sockets: list[socket.socket] = []
    try:
        for address in LOOPBACK if host is None else _addresses(host):
            chosen = sockets[0].getsockname()[1] if sockets else port
            try:
                sockets.append(_listen(address, chosen))
            except OSError as error:
                if host is None and sockets and error.errno in _NO_IPV6:
                    continue
                raise _explained(error, address, chosen) from error
    except BaseException:
        close(sockets)
        raise
    return sockets


def check_port(host: str | None, port: int) -> None:
    """Find out whether `listen` will succeed, without accepting connections."""
    close(listen(host, port))


def close(sockets: Iterable[socket.socket]) -> None:
    for each in sockets:
        each.close()


def urls(sockets: Iterable[socket.socket]) -> list[str]:
    """The addresses that clients on this machine can use, best first: ``http://localhost:8686``."""
    found = []
    for each in sockets:
        host, port = each.getsockname()[:2]
        if host in (*LOOPBACK, "0.0.0.0", "::"):  # noqa: S104 - compared, not bound
            host = "localhost"
        elif ":" in host:
            host = f"[{host}]"
        found.append(f"http://{host}:{port}")
    return list(dict.fromkeys(found))


def _addresses(host: str) -> list[str]:
    bare = host.strip("[]")
    try:
        found = socket.getaddrinfo(bare, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise ServerError(
            "HOST_UNKNOWN",
            f'The host "{host}" is not known.',
            "Give an address of this machine, 0.0.0.0 for all of them, or leave --host out.",
        ) from error
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def _listen(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            both = address == "::"
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if both else 1)
        opened.bind((address, port))
        # Only now is a conflict certain to be noticed: SO_REUSEADDR lets two sockets bind.
        opened.listen(BACKLOG)
        opened.setblocking(False)
    except BaseException:
        opened.close()
        raise
    return opened


def _explained(error: OSError, address: str, port: int) -> ServerError:
    if error.errno == errno.EADDRINUSE:
        return ServerError(
            "PORT_IN_USE",
            f"Port {port} is already in use on {address}.",
            f"Stop the program that uses it, or choose another port: --port {port + 1}",
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return ServerError(
            "PORT_FORBIDDEN",
            f"This user may not listen on port {port}.",
            f"Choose a port from 1024 on: --port {DEFAULT_PORT}",
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return ServerError(
            "CANNOT_LISTEN",
            f"{address} is not an address of this machine.",
            "Give one that is, 0.0.0.0 for all of them, or leave --host out.",
        )
    return ServerError("CANNOT_LISTEN", f"Cannot listen on {address}, port {port}: {error}.")
