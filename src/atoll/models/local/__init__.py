"""Models that run on this machine: without a key, without a network, in Atoll's care."""

from __future__ import annotations

from atoll.models.local.catalogue import CATALOGUE, LocalModel, find_local_model
from atoll.models.local.install import (
    Progress,
    install,
    is_installed,
    verify,
    weights_directory,
)
from atoll.models.local.runtime import LocalModels
from atoll.models.local.source import is_path, local_kind

__all__ = [
    "CATALOGUE",
    "LocalModel",
    "LocalModels",
    "Progress",
    "find_local_model",
    "install",
    "is_installed",
    "is_path",
    "local_kind",
    "verify",
    "weights_directory",
]
