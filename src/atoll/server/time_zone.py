"""The time zone that a request asks for."""

from __future__ import annotations

import re
from typing import Final

from atoll.server.request import Refusal

HEADER: Final = b"x-time-zone"

# Names as the IANA time zone database forms them: "UTC", "Asia/Tokyo", "America/Argentina/Salta",
# "Etc/GMT+1". Whether the zone exists is for the guest, which has a database of its own.
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,31}(/[A-Za-z0-9][A-Za-z0-9_+-]{0,31}){0,2}")


def time_zone(header: str | None) -> str | None:
    """Check the value of ``X-Time-Zone``. Raises `Refusal` (400)."""
    if header is None or header == "":
        return None
    if _NAME.fullmatch(header) is None:
        raise Refusal(400, 'X-Time-Zone is not a time zone name; expected one like "Asia/Tokyo".')
    return header
