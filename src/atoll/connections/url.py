"""A URL taken apart, in the one form in which URLs are compared and sent.

What is checked and what is asked for must be the same: whoever reads a URL otherwise than this
module does is not asked.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import yarl

LONGEST = 65_536
"""Characters of a URL."""

_PORTS = {"http": 80, "https": 443}
_PATH_SAFE = "/%:@!$&'()*+,;=~"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PORT = re.compile(r"(:\d*)?")
_NAME = re.compile(r"[a-z0-9._-]{1,253}")


@dataclass(frozen=True, slots=True)
class Url:
    """An absolute http or https URL, without its fragment."""

    scheme: str
    host: str
    """A name in small letters and ASCII, or an address; of IPv6, without brackets."""
    port: int
    path: str
    """As it is sent: percent-encoded, "/" at least."""
    query: str
    """As it was given, without the question mark."""
    userinfo: str = ""
    """``user:password``, as it was given."""

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def shown_host(self) -> str:
        """Host and port, safe to show."""
        return f"{self._bracketed_host}:{self.port}"

    @property
    def authority(self) -> str:
        """What stands between ``//`` and the path."""
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        user = f"{self.userinfo}@" if self.userinfo else ""
        return f"{user}{self._bracketed_host}{port}"

    @property
    def shown_origin(self) -> str:
        """Scheme, host and port, as a ``baseUrl`` has them before its slash; safe to show."""
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self._bracketed_host}{port}"

    @property
    def _bracketed_host(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def parse_url(text: str) -> Url | None:
    """Take ``text`` apart; None if it is no URL that can be asked for, or a doubtful one."""
    if len(text) > LONGEST or _CONTROL.search(text) or text[:1] == " ":
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
        # A lone half of a surrogate pair is no text: this raises a ValueError too.
        path = quote(parts.path, safe=_PATH_SAFE) or "/"
        parts.query.encode()
    except ValueError:
        return None
    if parts.scheme not in _PORTS or port == 0 or "\\" in parts.netloc + parts.path:
        return None
    _, bracket, rest = parts.netloc.rpartition("]")
    if bracket and not _PORT.fullmatch(rest):
        return None  # a name that goes on behind an address
    host = _plain_host(parts.hostname or "")
    if host is None:
        return None
    userinfo = parts.netloc.rpartition("@")[0]
    return Url(parts.scheme, host, port or _PORTS[parts.scheme], path, parts.query, userinfo)


def _plain_host(host: str) -> str | None:
    if _NAME.fullmatch(host):
        return host
    try:
        if ":" in host:
            # One with a zone would name an interface of this machine.
            return None if "%" in host else ipaddress.IPv6Address(host).compressed
        # The client's own way to write international names.
        encoded = yarl.URL.build(scheme="http", host=host).raw_host or ""
    except ValueError:
        return None
    return encoded if _NAME.fullmatch(encoded) else None
