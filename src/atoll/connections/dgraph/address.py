"""Where a Dgraph cluster is, and what opens it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from atoll.connections.errors import ConnectionFailed

Tls = Literal["off", "verified", "unverified"]
"""``verified``: by the authorities that the machine trusts."""

_LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))
_CLOUD = "cloud.dgraph.io"
_SSL_MODES: dict[str, Tls] = {
    "disable": "off",
    "require": "unverified",
    "verify-ca": "verified",
}
_KNOWN = frozenset(("sslmode", "apikey", "bearertoken", "namespace"))
_TARGET = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^\s/:@?#\[\]]+)):([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class Login:
    """A user of Dgraph's access control."""

    user: str
    password: str = field(repr=False)
    namespace: int = 0


@dataclass(frozen=True, slots=True)
class Address:
    """``authorization`` is the header of that name, "" for none."""

    host: str
    port: int
    tls: Tls
    authorization: str = field(default="", repr=False)
    login: Login | None = None

    @property
    def target(self) -> str:
        """``host:port``."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_address(name: str, conn_string: str, grpc_target: str, key: str) -> Address:
    """The address of a connection: exactly one of ``conn_string`` and ``grpc_target`` is given.

    Raises:
        ConnectionFailed: BAD_ADDRESS. The message has nothing of the given texts in it.
    """
    if conn_string and grpc_target:
        raise _bad(name, "has both connString and grpcTarget (use one or the other)")
    if conn_string and key:
        raise _bad(name, "has a key beside its connString: put it into that, as bearertoken")
    if not conn_string and not grpc_target:
        raise _bad(name, "needs either a connString or a grpcTarget")
    return _of_string(name, conn_string) if conn_string else _of_target(name, grpc_target, key)


def _of_target(name: str, target: str, key: str) -> Address:
    """The rules of reference section 7.2."""
    match = _TARGET.fullmatch(target)
    if match is None or not 0 < int(match[3]) < 65536:
        raise _bad(name, 'has a grpcTarget that is not of the form "host:port"')
    host, port = match[1] or match[2], int(match[3])
    if host.lower() in _LOOPBACK:
        return Address(host, port, "off")
    if not key:
        return Address(host, port, "verified")
    return Address(host, port, "verified", key if _CLOUD in host.lower() else f"Bearer {key}")


def _of_string(name: str, text: str) -> Address:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
        options = dict(parse_qsl(parts.query, strict_parsing=True) if parts.query else ())
    except ValueError:
        raise _bad(name, "has a connString that is no URL") from None
    if parts.scheme != "dgraph" or not host or not port:
        raise _bad(name, "has a connString that is not of the form dgraph://host:port")
    if parts.path not in ("", "/") or parts.fragment:
        raise _bad(name, "has a connString with a path, which Dgraph does not have")
    if unknown := sorted(options.keys() - _KNOWN):
        raise _bad(name, f"has a connString with the unknown option {unknown[0][:40]!a}")
    authorization = _authorization(name, options)
    tls = _tls(name, options, bool(authorization))
    if authorization and tls == "off" and host not in _LOOPBACK:
        raise _bad(name, "would send its key unencrypted: leave sslmode=disable out")
    return Address(host, port, tls, authorization, _login(name, parts, options))


def _authorization(name: str, options: dict[str, str]) -> str:
    if "apikey" in options and "bearertoken" in options:
        raise _bad(name, "has both an apikey and a bearertoken in its connString")
    if "bearertoken" in options:
        return f"Bearer {options['bearertoken']}"
    return options.get("apikey", "")


def _tls(name: str, options: dict[str, str], with_key: bool) -> Tls:
    if "sslmode" not in options:
        return "verified" if with_key else "off"
    if (mode := options["sslmode"]) not in _SSL_MODES:
        known = ", ".join(_SSL_MODES)
        raise _bad(name, f"has a connString whose sslmode is none of {known}")
    return _SSL_MODES[mode]


def _login(name: str, parts: SplitResult, options: dict[str, str]) -> Login | None:
    namespace = options.get("namespace", "0")
    if not (namespace.isascii() and namespace.isdigit() and int(namespace) < 1 << 64):
        raise _bad(name, "has a connString whose namespace is no number")
    if not parts.username:
        if "namespace" in options:
            raise _bad(name, "has a namespace in its connString, which needs a user and a password")
        return None
    if not parts.password:
        raise _bad(name, "has a user without a password in its connString")
    return Login(unquote(parts.username), unquote(parts.password), int(namespace))


def _bad(name: str, problem: str) -> ConnectionFailed:
    return ConnectionFailed(
        "BAD_ADDRESS",
        f"connection [{name}] {problem}",
        "write it as dgraph://user:password@host:9080?sslmode=verify-ca, or give a grpcTarget",
    )
