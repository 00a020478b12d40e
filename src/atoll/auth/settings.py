"""Where the keys come from: the variables of the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import msgspec

from atoll.auth.errors import AuthConfigurationError
from atoll.auth.keys import VARIABLE as PEMS
from atoll.auth.keys import VerificationKey, load_keys

ENDPOINTS: Final = "MODUS_JWKS_ENDPOINTS"
REFRESH: Final = "MODUS_JWKS_REFRESH_MINUTES"
DEFAULT_MINUTES: Final = 1440
MAX_MINUTES: Final = 525_600
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")

__all__ = ["ENDPOINTS", "PEMS", "REFRESH", "AuthSettings", "KeyEndpoint", "read_settings"]


@dataclass(frozen=True, slots=True)
class KeyEndpoint:
    """Where a provider publishes its key set."""

    name: str
    url: str

    @property
    def host(self) -> str:
        """All of the URL that may be shown: the rest may hold a credential."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class AuthSettings:
    keys: tuple[VerificationKey, ...] = ()
    endpoints: tuple[KeyEndpoint, ...] = ()
    refresh: float = DEFAULT_MINUTES * 60.0
    """Seconds after which key sets are fetched again."""


def read_settings(environ: Mapping[str, str], *, dev: bool) -> AuthSettings:
    """Read ``MODUS_PEMS``, ``MODUS_JWKS_ENDPOINTS`` and ``MODUS_JWKS_REFRESH_MINUTES``.

    Raises `AuthConfigurationError`.
    """
    return AuthSettings(load_keys(environ), _endpoints(environ, dev), _refresh(environ))


def _endpoints(environ: Mapping[str, str], dev: bool) -> tuple[KeyEndpoint, ...]:
    text = environ.get(ENDPOINTS, "").strip()
    if not text:
        return ()
    try:
        urls = msgspec.json.decode(text, type=dict[str, str])
    except (msgspec.DecodeError, ValueError) as error:
        raise AuthConfigurationError(
            "INVALID_KEY_SETS",
            f"{ENDPOINTS} is not a JSON object of names and URLs.",
            'Write it as {"main": "https://id.example.com/.well-known/jwks.json"}.',
        ) from error
    return tuple(KeyEndpoint(name, _checked(name, url, dev)) for name, url in urls.items())


def _checked(name: str, url: str, dev: bool) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise AuthConfigurationError(
            "INVALID_KEY_SETS",
            f'{ENDPOINTS}: the value of "{name}" is not an https URL.',
            "For example https://id.example.com/.well-known/jwks.json",
        )
    if parts.scheme == "http" and not dev and host not in LOOPBACK:
        raise AuthConfigurationError(
            "INVALID_KEY_SETS",
            f'{ENDPOINTS}: the keys of "{name}" would be fetched from {host} without TLS.',
            "Whoever is on the way could put keys of their own in the place: use https.",
        )
    return url


def _refresh(environ: Mapping[str, str]) -> float:
    text = environ.get(REFRESH, "").strip()
    if not text:
        return DEFAULT_MINUTES * 60.0
    minutes = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if not 1 <= minutes <= MAX_MINUTES:
        raise AuthConfigurationError(
            "INVALID_REFRESH",
            f"{REFRESH} must be a whole number of minutes from 1 to {MAX_MINUTES}.",
        )
    return minutes * 60.0
