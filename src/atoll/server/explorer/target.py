"""Addresses of the manifest, as they may be shown: without anything that may be a credential."""

from __future__ import annotations

import re
from typing import Final

NOT_SHOWN: Final = "…"
"""In the place of what could have a credential in it."""

_ADDRESS: Final = re.compile(r"([a-z][a-z0-9+.-]*)://(.*)", re.IGNORECASE | re.DOTALL)
_HOST: Final = r"(?:\[[0-9a-f:.]+\]|[\w.{}-]*)(?::(?:\d{1,5}|\{\{\s*\w+\s*\}\}))?"
_HOSTS: Final = re.compile(rf"{_HOST}(?:,{_HOST})*", re.IGNORECASE)


def shown_target(address: str) -> str:
    """An address without user, password, parameters, query and fragment. Templates of secrets stay
    as they stand in the file. What is in no known form is not shown at all."""
    found = _ADDRESS.fullmatch(address.strip())
    if found is None:
        plain = address.strip()
        return plain if _HOSTS.fullmatch(plain) else NOT_SHOWN
    scheme, rest = found.groups()
    shown = _without_credentials(rest)
    return f"{scheme}://{NOT_SHOWN if shown is None else shown}"


def _without_credentials(rest: str) -> str | None:
    """What stands behind the scheme; None where a password cannot be told from the rest."""
    before = re.split(r"[?#;]", rest, maxsplit=1)[0]
    if "@" in rest[len(before) :]:
        return None  # a password with such a sign in it, or something else in the query
    shown = before.rpartition("@")[2]
    authority = shown.partition("/")[0]
    return shown if _HOSTS.fullmatch(authority) else None
