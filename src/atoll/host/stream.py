"""Capability: reading, closing and emitting streams (``streams.py`` holds them)."""

from __future__ import annotations

from typing import Any

import msgspec

from atoll.host.context import Context
from atoll.host.operation import operation


class Handle(msgspec.Struct, forbid_unknown_fields=True):
    handle: int


class Element(msgspec.Struct, forbid_unknown_fields=True):
    value: Any
    """JSON data in the guest border's form."""


@operation("stream.next", Handle)
async def next_chunk(context: Context, request: Handle) -> dict[str, Any]:
    chunk = await context.streams.next(request.handle)
    return {"end": True} if chunk is None else {"chunk": chunk}


@operation("stream.close", Handle)
async def close(context: Context, request: Handle) -> None:
    await context.streams.close(request.handle)


@operation("stream.emit", Element)
async def emit(context: Context, request: Element) -> None:
    """Send one element to the client; see ``Streams.emit``."""
    await context.streams.emit(request.value)
