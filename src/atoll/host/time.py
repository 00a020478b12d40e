"""Capability: the time in the caller's zone, or in another."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from atoll.host.context import Context
from atoll.host.errors import HostError
from atoll.host.operation import ImportBinding, operation

_NAME = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,3}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ZoneName(msgspec.Struct, forbid_unknown_fields=True):
    zone: str | None = None
    """An IANA name; the caller's zone if there is none."""


class ZoneFile(msgspec.Struct, forbid_unknown_fields=True):
    zone: str
    format: str = "tzif"


@operation(
    "time.now",
    ZoneName,
    imports=(
        ImportBinding(
            "modus_system.getTimeInZone",
            lambda arguments: ZoneName(arguments[0]),
            lambda result: result,
            failed="Failed to get time zone location.",
        ),
    ),
)
async def now(context: Context, request: ZoneName) -> str:
    """The present time as RFC 3339 with the zone's offset."""
    return rfc3339(time.time_ns(), _zone(request.zone or context.time_zone))


@operation(
    "time.zone_data",
    ZoneFile,
    imports=(
        ImportBinding(
            "modus_system.getTimeZoneData",
            lambda arguments: ZoneFile(arguments[0] or "", arguments[1] or ""),
            lambda result: result,
            failed="Failed to get time zone data.",
        ),
    ),
)
async def zone_data(context: Context, request: ZoneFile) -> bytes:
    """A zone's compiled file (RFC 8536); in JSON, base64."""
    if request.format != "tzif":
        raise HostError("BAD_REQUEST", f"{request.format[:40]!r} is not a format; there is tzif")
    _zone(request.zone)
    found = files("tzdata") / "zoneinfo"
    for part in request.zone.split("/"):
        found /= part
    try:
        return found.read_bytes()
    except (OSError, ValueError):
        raise _no_zone(request.zone) from None


def _zone(name: str) -> ZoneInfo:
    try:
        if _NAME.fullmatch(name):
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    raise _no_zone(name)


def _no_zone(name: str) -> HostError:
    return HostError(
        "NO_SUCH_ZONE", f"there is no time zone {name[:80]!r}", "use a name such as Europe/Paris"
    )


def rfc3339(nanoseconds: int, zone: ZoneInfo) -> str:
    """With up to nine digits of a second's fraction, without trailing zeros."""
    seconds, fraction = divmod(nanoseconds, 1_000_000_000)
    local = (_EPOCH + timedelta(seconds=seconds)).astimezone(zone)
    offset = local.strftime("%z")
    shown = "Z" if local.utcoffset() == timedelta() else f"{offset[:3]}:{offset[3:5]}"
    digits = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"{local:%Y-%m-%dT%H:%M:%S}{digits}{shown}"
