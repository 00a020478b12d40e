"""The models that the app's manifest names.

    from atoll.sdk import models

    writer = models.get("text-generator")
    haiku = writer.generate("Write a haiku about islands.", temperature=0.9)
    place = writer.generate("Invent an island.", as_=Island)
    forecast = writer.generate("Is it raining in Oslo?", tools=[weather])
    for piece in writer.stream("Tell me a story."):
        print(piece, end="")

Every operation has an ``_async`` twin, for ``asyncio.gather`` and the like. Failures raise
``atoll.sdk.ModelError``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from atoll.sdk.errors import ModelError
from atoll.sdk.models.completion import (
    AudioReply,
    Choice,
    Completion,
    Reply,
    TokenLogprob,
    Usage,
)
from atoll.sdk.models.embedding import Embedding, Embeddings
from atoll.sdk.models.message import (
    AssistantMessage,
    AudioPart,
    Content,
    DeveloperMessage,
    ImagePart,
    Message,
    RefusalPart,
    SystemMessage,
    TextPart,
    ToolCall,
    ToolMessage,
    UserMessage,
    assistant,
    developer,
    parse_messages,
    system,
    tool_result,
    user,
)
from atoll.sdk.models.model import Model, ModelInfo, get
from atoll.sdk.models.options import (
    ChatOptions,
    EmbedOptions,
    GenerateOptions,
    json_object,
    json_schema,
)
from atoll.sdk.models.tool import Tool, use_tool

if TYPE_CHECKING:
    from atoll.sdk.models import anthropic as anthropic
    from atoll.sdk.models import experimental as experimental
    from atoll.sdk.models import gemini as gemini
    from atoll.sdk.models import llama as llama
    from atoll.sdk.models import responses as responses
    from atoll.sdk.models.classification import Classification
    from atoll.sdk.models.run import Step, Transcript
    from atoll.sdk.models.streaming import ModelStream
    from atoll.sdk.models.toolbox import ToolResult

__all__ = [
    "AssistantMessage",
    "AudioPart",
    "AudioReply",
    "ChatOptions",
    "Choice",
    "Classification",
    "Completion",
    "Content",
    "DeveloperMessage",
    "EmbedOptions",
    "Embedding",
    "Embeddings",
    "GenerateOptions",
    "ImagePart",
    "Message",
    "Model",
    "ModelError",
    "ModelInfo",
    "ModelStream",
    "RefusalPart",
    "Reply",
    "Step",
    "SystemMessage",
    "TextPart",
    "TokenLogprob",
    "Tool",
    "ToolCall",
    "ToolMessage",
    "ToolResult",
    "Transcript",
    "Usage",
    "UserMessage",
    "assistant",
    "developer",
    "get",
    "json_object",
    "json_schema",
    "parse_messages",
    "system",
    "tool_result",
    "use_tool",
    "user",
]

_ON_DEMAND = {
    "Classification": "classification",
    "ModelStream": "streaming",
    "Step": "run",
    "ToolResult": "toolbox",
    "Transcript": "run",
}
"""Where the names are that most apps do without."""

_FORMS = ("anthropic", "experimental", "gemini", "llama", "responses")
"""Modules of models that are asked in their provider's own form."""

ON_DEMAND = (*_ON_DEMAND, *_FORMS)
"""Names that are imported when they are asked for."""


def __getattr__(name: str) -> Any:
    if name in _ON_DEMAND:
        return getattr(importlib.import_module(f"{__name__}.{_ON_DEMAND[name]}"), name)
    if name in _FORMS:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
