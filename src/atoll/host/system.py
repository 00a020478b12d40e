"""Capability: waiting, without holding a thread."""

from __future__ import annotations

import asyncio
import math

import msgspec

from atoll.host.context import Context
from atoll.host.errors import HostError
from atoll.host.operation import operation


class Sleep(msgspec.Struct, forbid_unknown_fields=True):
    seconds: float


@operation("sys.sleep", Sleep)
async def sleep(_context: Context, request: Sleep) -> None:
    """Suspend this call alone; the wall deadline bounds it."""
    if not math.isfinite(request.seconds) or request.seconds < 0:
        raise HostError("BAD_REQUEST", "sleep length must be a non-negative number of seconds")
    await asyncio.sleep(request.seconds)
