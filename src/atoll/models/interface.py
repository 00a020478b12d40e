"""In which form a model is asked."""

from __future__ import annotations

from pathlib import Path

from atoll.manifest import Manifest, Model
from atoll.manifest.model import known_interface
from atoll.models.errors import ModelError
from atoll.models.local import local_kind

_KINDS = {"chat": "openai", "embeddings": "openai-embeddings", "classification": "classification"}


def interface_of(manifest: Manifest, model: Model, folder: Path | None = None) -> str:
    """One of ``manifest.INTERFACES``: what the manifest says, or the model's own files tell.

    Args:
        folder: the app's; a local model that is a path in it is looked at.
    """
    told = known_interface(model, manifest.connections)
    if told or not manifest.is_local(model):
        return told or model.interface
    try:
        return _KINDS[local_kind(model.source_model or model.name, folder)]
    except ModelError:  # asking it says what is wrong
        return "openai"
