"""In which form a model is asked."""

from __future__ import annotations

from pathlib import Path

from atoll.manifest import HttpConnection, Manifest, Model
from atoll.manifest.model import interface_of as interface_of_path
from atoll.models.errors import ModelError
from atoll.models.local import local_kind

_KINDS = {"chat": "openai", "embeddings": "openai-embeddings", "classification": "classification"}


def interface_of(manifest: Manifest, model: Model, folder: Path | None = None) -> str:
    """One of ``manifest.INTERFACES``: what the manifest says, or the model's address tells.

    Args:
        folder: the app's; a local model that is a path in it is looked at.
    """
    if model.settings.interface:
        return model.settings.interface
    if manifest.is_local(model):
        try:
            return _KINDS[local_kind(model.source_model or model.name, folder)]
        except ModelError:  # asking it says what is wrong
            return "openai"
    connection = manifest.connections.get(model.connection)
    if not model.path and isinstance(connection, HttpConnection):
        return interface_of_path(connection.endpoint)
    return model.interface
