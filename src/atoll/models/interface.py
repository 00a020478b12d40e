"""In which form a model is asked."""

from __future__ import annotations

from atoll.manifest import HttpConnection, Manifest, Model
from atoll.manifest.model import interface_of as interface_of_path
from atoll.models.local import CATALOGUE

_KINDS = {"chat": "openai", "embeddings": "openai-embeddings"}


def interface_of(manifest: Manifest, model: Model) -> str:
    """One of ``manifest.INTERFACES``: what the manifest says, or the model's address tells."""
    if model.settings.interface:
        return model.settings.interface
    if manifest.is_local(model):
        known = CATALOGUE.get((model.source_model or model.name).lower())
        return "openai" if known is None else _KINDS[known.kind]
    connection = manifest.connections.get(model.connection)
    if not model.path and isinstance(connection, HttpConnection):
        return interface_of_path(connection.endpoint)
    return model.interface
