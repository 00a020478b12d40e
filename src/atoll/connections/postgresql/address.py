"""Connection strings of PostgreSQL: URLs as libpq and pgx read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_plus

from atoll.connections.errors import ConnectionFailed
from atoll.manifest.traffic import PoolSettings

CONNECT_SECONDS = 10
"""For connecting to one address, where the connection string does not say."""

_SCHEMES = ("postgresql://", "postgres://")
_HINT = (
    'check "connString" in modus.json: postgresql://user:password@host:5432/database;'
    " characters such as / and ? in the password are written as %2F and %3F"
)

_LIBPQ = frozenset(
    ("application_name", "channel_binding", "connect_timeout", "dbname",
     "fallback_application_name", "gssencmode", "host", "hostaddr", "keepalives",
     "keepalives_count", "keepalives_idle", "keepalives_interval", "krbsrvname",
     "load_balance_hosts", "max_protocol_version", "min_protocol_version", "options", "password",
     "port", "require_auth", "requirepeer", "ssl_max_protocol_version",
     "ssl_min_protocol_version", "sslcert", "sslcertmode", "sslcrl", "sslcrldir", "sslkey",
     "sslmode", "sslnegotiation", "sslpassword", "sslrootcert", "sslsni", "target_session_attrs",
     "tcp_user_timeout", "user")
)  # fmt: skip
_REFUSED = frozenset(
    ("gssdelegation", "gsslib", "oauth_client_id", "oauth_client_secret", "oauth_issuer",
     "oauth_scope", "passfile", "replication", "scram_client_key", "scram_server_key", "service",
     "servicefile", "sslkeylogfile")
)  # fmt: skip
"""Credentials come from the connection string, not from the account that the host runs under; and
a connection is for statements."""
_UNUSED = frozenset(
    ("client_encoding", "default_query_exec_mode", "description_cache_capacity", "krbspn",
     "min_read_buffer_size", "pool_health_check_period", "pool_max_conn_lifetime_jitter",
     "pool_min_idle_conns", "prefer_simple_protocol", "ssl", "sslcompression",
     "statement_cache_capacity", "statement_cache_mode")
)  # fmt: skip
"""About how pgx does its work, or without effect."""
_POOL = {
    "pool_max_conns": "max_size",
    "pool_min_conns": "min_size",
    "pool_max_conn_lifetime": "lifetime_seconds",
    "pool_max_conn_idle_time": "idle_seconds",
}
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_SETTING = re.compile(r"[a-z_][a-z0-9_.]*", re.IGNORECASE | re.ASCII)
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}

_AUTHORITIES = (
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"
)  # fmt: skip

_DEFAULTS = {
    "fallback_application_name": "atoll",
    "connect_timeout": str(CONNECT_SECONDS),
    "sslmode": "prefer",
    "options": "",
    # Of the account that the host runs under nothing is offered to a server: not PGPASSWORD, not
    # ~/.pgpass, no Kerberos ticket, and (below) no certificate.
    "password": "",
    "passfile": "/dev/null/none",
    "gssencmode": "disable",
    # A host that has vanished is noticed within about two minutes.
    "keepalives_idle": "60",
    "keepalives_interval": "15",
    "keepalives_count": "4",
    "client_encoding": "UTF8",
}


@dataclass(frozen=True, slots=True)
class Address:
    """``keywords`` are libpq's; ``pool`` has fields of PoolSettings, which pgxpool takes here."""

    keywords: Mapping[str, str]
    pool: Mapping[str, float]

    @property
    def where(self) -> str:
        """The hosts and ports, for messages."""
        hosts = (self.keywords.get("host") or self.keywords.get("hostaddr", "")).split(",")
        ports = self.keywords["port"].split(",")
        ports *= len(hosts) if len(ports) == 1 else 1
        return ", ".join(_shown(*each) for each in zip(hosts, ports, strict=True))

    def settings(self, pool: PoolSettings) -> PoolSettings:
        """``pool``, and what the connection string says where it leaves the default."""
        given: dict[str, Any] = {
            field: value
            for field, value in self.pool.items()
            if getattr(pool, field) == getattr(PoolSettings(), field)
        }
        return replace(pool, **given)


def parse_address(name: str, conn_string: str) -> Address:
    """The address of connection ``name``. Raises ConnectionFailed with code BAD_ADDRESS."""
    try:
        return _parse(conn_string.strip())
    except _Bad as error:
        raise ConnectionFailed(
            "BAD_ADDRESS", f"the connString of connection [{name}] {error}", _HINT
        ) from None


class _Bad(Exception):
    """What is wrong, in words that follow "the connString"; never with a piece of it."""


def _parse(conn_string: str) -> Address:
    if not conn_string:
        raise _Bad("is empty")
    scheme = next((one for one in _SCHEMES if conn_string.lower().startswith(one)), None)
    if scheme is None:
        raise _Bad("does not begin with postgresql://")
    user_info, hosts, database, query = _split(conn_string[len(scheme) :])
    user, colon, password = user_info.partition(":")
    found = {"user": _decoded(user), "dbname": _decoded(database)}
    if colon:
        found["password"] = _decoded(password)
    found["host"], found["port"] = _hosts(hosts)
    pool: dict[str, float] = {}
    settings: list[str] = []
    for key, value in _pairs(query):
        _take(key, value, found, pool, settings)
    given = {key: value for key, value in found.items() if value}
    keywords = _completed({**_DEFAULTS, **given}, settings)
    _check_ports(keywords)
    return Address(keywords, pool)


def _split(text: str) -> tuple[str, str, str, str]:
    """User info, hosts, database and query."""
    authority, slash, rest = text.partition("/")
    before, question, after = authority.partition("?")
    # A question mark that an @ follows is part of a password that was not encoded, as in libpq.
    if question and ("@" in before or "@" not in after):
        authority, rest = before, after + slash + rest
        database, query = "", rest
    else:
        database, _, query = rest.partition("?")
    user_info, _, hosts = authority.rpartition("@")
    return user_info, hosts, database, query


def _hosts(text: str) -> tuple[str, str]:
    """Those of "a:1,[::1],b" as libpq has them, each with its port, with commas between."""
    hosts, ports = [], []
    for each in text.split(","):
        if each.startswith("["):
            host, bracket, rest = each[1:].partition("]")
            if not bracket or (rest and not rest.startswith(":")):
                raise _Bad("has an IPv6 address without its closing bracket")
            port = rest[1:]
        else:
            host, _, port = each.partition(":")
        hosts.append(_decoded(host))
        ports.append(port)
    if not any(hosts) and not any(ports):
        return "", ""
    return ",".join(hosts), ",".join(port or "5432" for port in ports)


def _pairs(query: str) -> list[tuple[str, str]]:
    pairs = []
    for part in query.split("&"):
        if not part:
            continue
        key, equals, value = part.partition("=")
        if not equals:
            raise _Bad("has a query parameter without a value")
        pairs.append((_decoded(key), _decoded(value, plus=True)))
    return pairs


def _take(
    key: str, value: str, found: dict[str, str], pool: dict[str, float], settings: list[str]
) -> None:
    """Put a parameter of the query where it belongs."""
    if key in _POOL:
        pool[_POOL[key]] = _number(key, value)
    elif key in _REFUSED:
        raise _Bad(f"has the parameter {key}, which is not for connections of apps")
    elif key in _LIBPQ:
        found[key] = value
    elif key == "ssl" and value == "true":
        found["sslmode"] = "require"
    elif key not in _UNUSED:
        # As in pgx, the rest are settings of the session, such as search_path.
        if not _SETTING.fullmatch(key):
            raise _Bad("has a query parameter that is no name of a setting")
        escaped = re.sub(r"([\\\s])", r"\\\1", value)
        settings.append(f"-c {key}={escaped}")


def _number(key: str, value: str) -> float:
    if key.endswith("_conns"):
        if not value.isdecimal():
            raise _Bad(f"needs a whole number as {key}")
        return int(value)
    if not _DURATION.fullmatch(value):
        raise _Bad(f'needs a duration such as "30m" as {key}')
    return sum(
        float(number) * _UNITS[unit] for number, unit in re.findall(r"([\d.]+)([^\d.]+)", value)
    )


def _completed(keywords: dict[str, str], settings: list[str]) -> dict[str, str]:
    if not keywords.get("host") and not keywords.get("hostaddr"):
        keywords["host"] = "localhost"
    keywords.setdefault("port", "5432")
    if keywords["sslmode"] not in _SSL_MODES:
        raise _Bad(f"needs one of {', '.join(_SSL_MODES)} as sslmode")
    if not keywords["connect_timeout"].removeprefix("-").isdecimal():
        raise _Bad("needs whole seconds as connect_timeout")
    keywords["options"] = " ".join(filter(None, [keywords["options"], *settings]))
    if keywords["sslmode"].startswith("verify-"):
        keywords.setdefault("sslrootcert", _authorities())
    if "sslcert" not in keywords:
        keywords.setdefault("sslcertmode", "disable")
    return keywords


def _authorities() -> str:
    """The certificate authorities that this machine trusts: the library's are its builder's."""
    import ssl

    files = (ssl.get_default_verify_paths().cafile, *_AUTHORITIES)
    return next((file for file in files if file and Path(file).is_file()), "system")


def _check_ports(keywords: Mapping[str, str]) -> None:
    ports = keywords["port"].split(",")
    if not all(port.isdecimal() and 0 < int(port) < 65536 for port in ports):
        raise _Bad("has a port that is no number from 1 to 65535")
    hosts = (keywords.get("host") or keywords["hostaddr"]).count(",") + 1
    if len(ports) not in (1, hosts):
        raise _Bad(f"has {hosts} hosts and {len(ports)} ports")


def _decoded(text: str, *, plus: bool = False) -> str:
    try:
        decoded = (unquote_plus if plus else unquote)(text, errors="strict")
        decoded.encode()
    except UnicodeError:
        raise _Bad("has a percent-encoded part that is not UTF-8") from None
    if "\0" in decoded:
        raise _Bad("contains a NUL character")
    return decoded


def _shown(host: str, port: str) -> str:
    if host.startswith("/"):
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
