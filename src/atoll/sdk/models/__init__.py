"""The models that the app's manifest names.

    from atoll.sdk import models

    writer = models.get("text-generator")
    reply = writer.chat("Write a haiku about islands.", temperature=0.9)
    print(reply.text)

Every operation has an ``_async`` twin, for ``asyncio.gather`` and the like. Failures raise
``atoll.sdk.ModelError``.
"""

from __future__ import annotations

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
from atoll.sdk.models.options import ChatOptions, EmbedOptions, json_object, json_schema
from atoll.sdk.models.tool import Tool, use_tool

__all__ = [
    "AssistantMessage",
    "AudioPart",
    "AudioReply",
    "ChatOptions",
    "Choice",
    "Completion",
    "Content",
    "DeveloperMessage",
    "EmbedOptions",
    "Embedding",
    "Embeddings",
    "ImagePart",
    "Message",
    "Model",
    "ModelError",
    "ModelInfo",
    "RefusalPart",
    "Reply",
    "SystemMessage",
    "TextPart",
    "TokenLogprob",
    "Tool",
    "ToolCall",
    "ToolMessage",
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
