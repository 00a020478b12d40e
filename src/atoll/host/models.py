"""Capability: the models named in the manifest."""

from __future__ import annotations

import msgspec

from atoll.host.context import Context
from atoll.host.json_text import plain
from atoll.host.operation import ImportBinding, operation


class ModelName(msgspec.Struct, forbid_unknown_fields=True):
    model: str


class ModelInput(msgspec.Struct, forbid_unknown_fields=True):
    model: str
    input: str
    """The request to the model, as JSON text; it is passed on unchanged."""


@operation(
    "models.info",
    ModelName,
    imports=(
        ImportBinding(
            "modus_models.getModelInfo",
            lambda arguments: ModelName(arguments[0] or ""),
            lambda result: result,
            failed="Error getting model info.",
        ),
    ),
)
async def info(context: Context, request: ModelName) -> dict[str, str]:
    found = context.models.info(request.model)
    return {"name": found.name, "fullName": found.full_name, "interface": found.interface}


@operation(
    "models.invoke",
    ModelInput,
    imports=(
        ImportBinding(
            "modus_models.invokeModel",
            lambda arguments: ModelInput(arguments[0] or "", arguments[1] or ""),
            plain,
            on_failure=lambda error: plain(getattr(error, "answer", "")),
            failed="Error invoking model.",
        ),
    ),
)
async def invoke(context: Context, request: ModelInput) -> str:
    return await context.models.invoke(request.model, request.input)


@operation(
    "models.stream",
    ModelInput,
    imports=(
        ImportBinding(
            "atoll_models.stream",
            lambda arguments: ModelInput(arguments[0] or "", arguments[1] or ""),
            lambda result: result["handle"],
            on_failure=lambda error: 0,
            failed="Error invoking model.",
        ),
    ),
)
async def stream(context: Context, request: ModelInput) -> dict[str, int]:
    """Start a streamed invocation; its chunks are read with ``stream.next``."""
    chunks = context.models.stream(request.model, request.input)
    return {"handle": context.streams.open(chunks)}
