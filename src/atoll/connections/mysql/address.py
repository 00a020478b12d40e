"""Connection strings of MySQL and MariaDB: URLs, with the parameters of go-sql-driver/mysql."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, unquote_plus

from atoll.connections.errors import ConnectionFailed

CONNECT_SECONDS = 10.0
"""For connecting, where the connection string does not say."""

Tls = Literal["false", "true", "skip-verify", "preferred"]

_HINT = (
    'check "connString" in modus.json: mysql://user:password@host:3306/database;'
    " characters such as / and @ in the password are written as %2F and %40"
)
_SCHEME = re.compile(r"(?:mysql|mariadb|my|maria|percona|aurora)://", re.IGNORECASE)
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+(?:%\w+)?\]|[\w.-]*)(?::(\d*))?(?=[/?]|\Z)")
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_UTF8_COLLATION = re.compile(r"utf8mb4_\w{1,50}", re.ASCII)
_VARIABLE = re.compile(r"[a-z_][a-z0-9_]{0,63}", re.IGNORECASE | re.ASCII)
_VALUE = re.compile(r"'[^'\\]*'|\"[^\"\\]*\"|[\w.+-]+", re.ASCII)

_UNUSED = frozenset(
    ("allowallfiles", "allowfallbacktoplaintext", "allownativepasswords", "allowoldpasswords",
     "charset", "checkconnliveness", "columnswithalias", "compress", "connectionattributes",
     "interpolateparams", "loc", "parsetime", "rejectreadonly", "serverpubkey", "timetruncate",
     "writetimeout", "maxallowedpacket")
)  # fmt: skip
"""Of go-sql-driver: how it does its work, what only Go programs see, or what no app may have."""
_FIXED = frozenset(
    ("autocommit", "time_zone", "character_set_client", "character_set_connection",
     "character_set_results", "names")
)  # fmt: skip
"""Variables that results and parameters depend on; they have one value for all apps."""


@dataclass(frozen=True, slots=True)
class Address:
    """``variables`` are settings of the session, by name, as SQL literals."""

    host: str = "localhost"
    port: int = 3306
    user: str = ""
    password: str = field(default="", repr=False)
    database: str = ""
    tls: Tls = "preferred"
    ca_file: str = ""
    """Whom to trust with tls=true; "" for the machine's authorities."""
    connect_seconds: float = CONNECT_SECONDS
    statement_seconds: float | None = None
    found_rows: bool = True
    """Whether an update counts the rows that it found, or those that it changed."""
    several_statements: bool = False
    clear_passwords: bool = False
    """Whether a server may ask for the password itself."""
    collation: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """Host and port, for messages."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_address(name: str, conn_string: str) -> Address:
    """The address of connection ``name``. Raises ConnectionFailed with code BAD_ADDRESS."""
    try:
        return _parse(conn_string.strip())
    except _Bad as error:
        raise ConnectionFailed(
            "BAD_ADDRESS", f"the connString of connection [{name}] {error}", _HINT
        ) from None


def tls_context(address: Address) -> ssl.SSLContext | None:
    """How to encrypt. It reads files, so it is not for the loop.

    Raises:
        OSError: the file of authorities cannot be used.
    """
    if address.tls == "false":
        return None
    if address.tls == "true":
        return ssl.create_default_context(cafile=address.ca_file or None)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class _Bad(Exception):
    """What is wrong, in words that follow "the connString"; never with a piece of it."""


def _parse(conn_string: str) -> Address:
    if not conn_string:
        raise _Bad("is empty")
    scheme = _SCHEME.match(conn_string)
    if scheme is None:
        raise _Bad("does not begin with mysql://")
    user_info, host, port, rest = _split(conn_string[scheme.end() :])
    user, _, password = user_info.partition(":")
    path, _, query = rest.partition("?")
    settings = _Settings()
    for key, value in _pairs(query):
        settings.take(key, value)
    return Address(
        host=_decoded(host.strip("[]")) or "localhost",
        port=_port(port),
        user=_decoded(user),
        password=_decoded(password),
        database=_decoded(path.removeprefix("/")),
        tls=settings.tls,
        ca_file=settings.ca_file,
        connect_seconds=settings.connect_seconds,
        statement_seconds=settings.statement_seconds,
        found_rows=settings.found_rows,
        several_statements=settings.several_statements,
        clear_passwords=settings.clear_passwords,
        collation=settings.collation,
        variables=settings.variables,
    )


def _split(text: str) -> tuple[str, str, str, str]:
    """User info, host, port, and what follows them.

    The last @ that a host may follow ends the user info, so that passwords need no encoding as
    long as what is in them cannot be taken for a host.
    """
    at = len(text)
    while (at := text.rfind("@", 0, at)) >= 0:
        if match := _HOST.match(text, at + 1):
            return text[:at], match[1], match[2] or "", text[match.end() :]
    match = _HOST.match(text)
    if match is None or "@" in text:
        raise _Bad("has no host where one is expected, or a port that is no number")
    return "", match[1], match[2] or "", text[match.end() :]


def _port(text: str) -> int:
    port = int(text[:6]) if text else 3306
    if not 0 < port < 65536:
        raise _Bad("has a port that is no number from 1 to 65535")
    return port


def _pairs(query: str) -> list[tuple[str, str]]:
    pairs = (part.partition("=") for part in query.split("&") if part)
    return [(_decoded(key), _decoded(value, plus=True)) for key, _, value in pairs]


class _Settings:
    """What the query says. Names are compared without case, since they are written in many ways."""

    def __init__(self) -> None:
        self.tls: Tls = "preferred"
        self.ca_file = ""
        self.connect_seconds = CONNECT_SECONDS
        self.statement_seconds: float | None = None
        self.found_rows = True
        self.several_statements = False
        self.clear_passwords = False
        self.collation = ""
        self.variables: dict[str, str] = {}
        self._known: Mapping[str, Callable[[str], None]] = {
            "tls": self._take_tls,
            "ssl-ca": self._take_ca,
            "timeout": self._take_timeout,
            "readtimeout": self._take_read_timeout,
            "clientfoundrows": self._take_found_rows,
            "multistatements": self._take_several,
            "allowcleartextpasswords": self._take_clear,
            "collation": self._take_collation,
        }

    def take(self, key: str, value: str) -> None:
        folded = key.lower()
        if folded in self._known:
            self._known[folded](value)
        elif folded not in _UNUSED and folded not in _FIXED:
            self._take_variable(key, value)

    def _take_tls(self, value: str) -> None:
        spellings: Mapping[str, Tls] = {
            "true": "true", "1": "true", "false": "false", "0": "false",
            "skip-verify": "skip-verify", "preferred": "preferred",
        }  # fmt: skip
        found = spellings.get(value.lower())
        if found is None:
            raise _Bad("needs true, false, skip-verify or preferred as tls")
        self.tls = found

    def _take_ca(self, value: str) -> None:
        self.ca_file = value

    def _take_timeout(self, value: str) -> None:
        self.connect_seconds = _seconds("timeout", value) or CONNECT_SECONDS

    def _take_read_timeout(self, value: str) -> None:
        self.statement_seconds = _seconds("readTimeout", value) or None

    def _take_found_rows(self, value: str) -> None:
        self.found_rows = _truth("clientFoundRows", value)

    def _take_several(self, value: str) -> None:
        self.several_statements = _truth("multiStatements", value)

    def _take_clear(self, value: str) -> None:
        self.clear_passwords = _truth("allowCleartextPasswords", value)

    def _take_collation(self, value: str) -> None:
        # Others are of encodings that connections do not use.
        if _UTF8_COLLATION.fullmatch(value):
            self.collation = value

    def _take_variable(self, key: str, value: str) -> None:
        """As in go-sql-driver, what it does not know is a variable of the session."""
        if not _VARIABLE.fullmatch(key):
            raise _Bad("has a query parameter that is no name of a variable")
        if not _VALUE.fullmatch(value):
            raise _Bad(f"needs a number, a word, or a text within quotes as {key}")
        self.variables[key] = value


def _truth(key: str, value: str) -> bool:
    if value.lower() not in ("true", "false", "1", "0"):
        raise _Bad(f"needs true or false as {key}")
    return value.lower() in ("true", "1")


def _seconds(key: str, value: str) -> float:
    if value == "0":
        return 0.0
    if not _DURATION.fullmatch(value):
        raise _Bad(f'needs a duration such as "30s" as {key}')
    return sum(
        float(number) * _UNITS[unit] for number, unit in re.findall(r"([\d.]+)([^\d.]+)", value)
    )


def _decoded(text: str, *, plus: bool = False) -> str:
    try:
        decoded = (unquote_plus if plus else unquote)(text, errors="strict")
        decoded.encode()
    except UnicodeError:
        raise _Bad("has a percent-encoded part that is not UTF-8") from None
    if "\0" in decoded:
        raise _Bad("contains a NUL character")
    return decoded
