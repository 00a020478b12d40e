"""The local models of an app, and those that its process has loaded."""

from __future__ import annotations

import asyncio
import importlib.util
import threading
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Protocol

from atoll.models.errors import ModelError
from atoll.models.local.catalogue import LocalModel, find_local_model
from atoll.models.local.chat import CONTEXT_TOKENS, ChatModel
from atoll.models.local.chat_server import ChatServer
from atoll.models.local.embeddings import EmbeddingModel, Encoder
from atoll.models.local.install import is_installed, weights_directory

_MODULES = {"chat": ("xllamacpp",), "embeddings": ("onnxruntime", "tokenizers", "numpy")}

_loaded: dict[Path, ChatServer | Encoder] = {}
"""What this process runs, by the directory of its weights: a reloaded app finds it warm."""
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
    """

    def __init__(self, cache: Path | None = None) -> None:
        self._cache = cache
        self._models: dict[str, RunningModel] = {}

    async def warm(self, name: str) -> None:
        """Load model ``name`` now. Raises ModelError as ``invoke`` does."""
        await (await self._find(name)).warm()

    async def invoke(self, name: str, reported: str, body: bytes) -> str:
        """Have model ``name`` of the catalogue answer ``body``.

        Raises:
            ModelError: the model is unknown, not installed, refuses the request, or failed.
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
            model = await asyncio.to_thread(_open, find_local_model(name), self._cache)
            model = self._models.setdefault(name, model)
        return model


def _open(model: LocalModel, cache: Path | None) -> RunningModel:
    missing = [name for name in _MODULES[model.kind] if importlib.util.find_spec(name) is None]
    if missing:
        raise ModelError(
            "LOCAL_MODELS_EXTRA_MISSING",
            f"local model [{model.name}] needs packages that are not installed: "
            f"{', '.join(missing)}",
            "run: pip install 'atoll[local-models]'",
        )
    if not is_installed(model, cache):
        raise ModelError(
            "LOCAL_MODEL_NOT_INSTALLED",
            f"the weights of local model [{model.name}] are not installed",
            f"run: atoll models install {model.name}",
        )
    directory = weights_directory(model, cache)
    with _loaded_lock:
        running = _loaded.get(directory)
        if running is None:
            running = _loaded[directory] = (
                ChatServer(model.name, directory / "model.gguf", context=CONTEXT_TOKENS)
                if model.kind == "chat"
                else Encoder(model.name, directory)
            )
    if isinstance(running, ChatServer):
        return ChatModel(model.name, running)
    return EmbeddingModel(model.name, running)
