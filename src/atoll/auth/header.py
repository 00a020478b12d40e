"""The part of a token that says how it is signed. Nothing in it is to be trusted."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

MAX_TOKEN: Final = 16 << 10
"""Characters of a token; longer ones are not looked at."""

_COMPACT: Final = re.compile(r"([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


class Malformed(ValueError):
    """A text that is no signed token, or one that asks for what is not supported."""


@dataclass(frozen=True, slots=True)
class Header:
    """What selects the key. Keys that the header itself brings or points to are never used."""

    algorithm: str
    key: str | None
    """Its ``kid``."""


def read_header(token: str) -> Header:
    """Read the header of a JWS in compact form (RFC 7515 §3.1). Raises `Malformed`."""
    found = _COMPACT.fullmatch(token)
    if found is None:
        raise Malformed
    segment = found[1]
    try:
        text = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
        fields = json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(fields, dict):
        raise Malformed
    # No extension is supported: what is critical to the issuer cannot be honoured (§4.1.11), and a
    # payload that is not encoded (RFC 7797) is one of them.
    if "crit" in fields or "b64" in fields:
        raise Malformed
    algorithm, key = fields.get("alg"), fields.get("kid")
    if not isinstance(algorithm, str) or not isinstance(key, str | None):
        raise Malformed
    return Header(algorithm, key)


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """An object that has no name twice: others could read the other value (§4)."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Malformed
        found[name] = value
    return found
