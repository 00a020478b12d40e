"""The models that an app's manifest names, wherever they run."""

from __future__ import annotations

from atoll.models.errors import ModelError
from atoll.models.invocation import InvocationObserver, ModelInvocation, Usage
from atoll.models.models import ModelInfo, Models

__all__ = [
    "InvocationObserver",
    "ModelError",
    "ModelInfo",
    "ModelInvocation",
    "Models",
    "Usage",
]
