"""The models that an app's manifest names, wherever they run."""

from __future__ import annotations

from atoll.models.errors import ModelError
from atoll.models.models import ModelInfo, Models

__all__ = ["ModelError", "ModelInfo", "Models"]
