"""The time, in the time zone of whoever asks.

The client names its zone in the request (``X-Time-Zone``); without one it is the server's.
``datetime.now()`` knows nothing of that: in the sandbox the C library has UTC only.
"""

from __future__ import annotations

import os
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def time_zone() -> str:
    """The IANA name of the request's time zone, ``UTC`` if there is none."""
    return os.environ.get("TZ") or "UTC"


def now() -> datetime:
    """The time now, in the request's time zone."""
    return now_in(time_zone())


def now_in(zone: str) -> datetime:
    """The time now in a zone (``Europe/Paris``). Raises ``ValueError`` if there is no such zone."""
    return datetime.now(_zone(zone))


def is_valid_time_zone(zone: str) -> bool:
    try:
        _zone(zone)
    except ValueError:
        return False
    return True


def _zone(name: str) -> ZoneInfo:
    if not name:
        raise ValueError("the time zone is empty; an IANA name is needed: Europe/Paris")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}; an IANA name is Europe/Paris") from None
