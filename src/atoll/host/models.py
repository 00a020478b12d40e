"""Capability: the models named in the manifest."""

from __future__ import annotations

import msgspec

from atoll.host.context import Context
from atoll.host.operation import operation


class ModelName(msgspec.Struct, forbid_unknown_fields=True):
    model: str


class ModelInput(msgspec.Struct, forbid_unknown_fields=True):
    model: str
    input: str
    """The request to the model, as JSON text; it is passed on unchanged."""


@operation("models.info", ModelName, imports=("modus_models.getModelInfo",))
async def info(context: Context, request: ModelName) -> dict[str, str]:
    found = context.models.info(request.model)
    return {"name": found.name, "fullName": found.full_name}


@operation("models.invoke", ModelInput, imports=("modus_models.invokeModel",))
async def invoke(context: Context, request: ModelInput) -> str:
    return await context.models.invoke(request.model, request.input)


@operation("models.stream", ModelInput)
async def stream(context: Context, request: ModelInput) -> dict[str, int]:
    """Start a streamed invocation; its chunks are read with ``stream.next``."""
    chunks = context.models.stream(request.model, request.input)
    return {"handle": context.streams.open(chunks)}
