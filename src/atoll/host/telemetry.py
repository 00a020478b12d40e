"""Capability: spans of the guest's own in the trace of its call."""

from __future__ import annotations

from typing import Any

import msgspec

from atoll.host.context import Context
from atoll.host.operation import operation


class Start(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    attributes: dict[str, Any] = {}


class End(msgspec.Struct, forbid_unknown_fields=True):
    span: int
    error: str | None = None
    attributes: dict[str, Any] = {}


@operation("telemetry.start", Start)
async def start(context: Context, request: Start) -> dict[str, int]:
    return {"span": context.spans.start(request.name, request.attributes)}


@operation("telemetry.end", End)
async def end(context: Context, request: End) -> None:
    context.spans.end(request.span, request.error, request.attributes)
