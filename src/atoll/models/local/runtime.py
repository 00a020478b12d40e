"""The local models of an app, and those that its process has loaded."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Protocol

from atoll.models.local.chat import ChatModel
from atoll.models.local.chat_server import ChatServer
from atoll.models.local.classification import ClassificationModel
from atoll.models.local.embeddings import EmbeddingModel
from atoll.models.local.gguf import Gguf, read_gguf
from atoll.models.local.onnx import TextModel
from atoll.models.local.source import Source, find_source

_Key = tuple[str, Path, int, int]

_loaded: dict[_Key, ChatServer | TextModel] = {}
"""What this process runs, by its name, its weights and their state: a reloaded app finds it warm,
and a file that was replaced is loaded anew."""
_loaded_lock = threading.Lock()


class RunningModel(Protocol):
    """``reported`` is the name that answers give as their model's."""

    async def warm(self) -> None: ...
    async def invoke(self, reported: str, body: bytes) -> str: ...
    def stream(self, reported: str, body: bytes) -> AsyncGenerator[str]: ...


class LocalModels:
    """The local models as one app uses them; each is loaded when it is first needed.

    Args:
        cache: Atoll's cache directory; the user's unless given.
        app: the app's folder, which paths in ``sourceModel`` are relative to; the working
            directory unless given.
    """

    def __init__(self, cache: Path | None = None, *, app: Path | None = None) -> None:
        self._cache = cache
        self._app = app
        self._models: dict[str, RunningModel] = {}

    async def warm(self, name: str) -> None:
        """Load model ``name`` now. Raises ModelError as ``invoke`` does."""
        await (await self._find(name)).warm()

    async def invoke(self, name: str, reported: str, body: bytes) -> str:
        """Have model ``name`` answer ``body``.

        Args:
            name: as ``sourceModel`` has it, a name of the catalogue or a path.
            reported: the name that the answer gives as its model's.

        Raises:
            ModelError: the model is unknown, not installed, busy, refuses the request, or failed.
        """
        return await (await self._find(name)).invoke(reported, body)

    async def stream(self, name: str, reported: str, body: bytes) -> AsyncGenerator[str]:
        chunks = (await self._find(name)).stream(reported, body)
        try:
            async for chunk in chunks:
                yield chunk
        finally:
            await chunks.aclose()

    async def _find(self, name: str) -> RunningModel:
        model = self._models.get(name)
        if model is None:
            # Looks at files and at installed packages.
            model = await asyncio.to_thread(_open, name, self._cache, self._app)
            model = self._models.setdefault(name, model)
        return model


def _open(name: str, cache: Path | None, app: Path | None) -> RunningModel:
    source = find_source(name, cache, app)
    key = _key(source)
    head = read_gguf(source.name, source.weights) if source.kind == "chat" else None
    with _loaded_lock:
        running = _loaded.get(key)
        if running is None:
            _forget(source)
            running = _loaded[key] = TextModel(source) if head is None else _server(source, head)
    if isinstance(running, ChatServer):
        return ChatModel(source.name, running)
    if source.kind == "classification":
        return ClassificationModel(running)
    return EmbeddingModel(running)


def _server(source: Source, head: Gguf) -> ChatServer:
    context = min(source.context, head.context_length or source.context)
    return ChatServer(source.name, source.weights, context=context, head=head, repair=source.repair)


def _key(source: Source) -> _Key:
    state = source.weights.stat()
    return source.name, source.weights.resolve(), state.st_mtime_ns, state.st_size


def _forget(source: Source) -> None:
    """Leave what was loaded from a file that has been replaced meanwhile."""
    weights = source.weights.resolve()
    for key in [each for each in _loaded if each[:2] == (source.name, weights)]:
        running = _loaded.pop(key)
        if isinstance(running, ChatServer):
            running.close()
