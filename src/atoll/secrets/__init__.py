"""Where secret values come from, and where they go."""

from __future__ import annotations

from atoll.secrets.dotenv import EnvironmentFileError
from atoll.secrets.environment import (
    environment_files,
    environment_name,
    is_development,
    load_environment,
)
from atoll.secrets.required import RequiredSecret, required_secrets
from atoll.secrets.secrets import Secrets, connection_variable

__all__ = [
    "EnvironmentFileError",
    "RequiredSecret",
    "Secrets",
    "connection_variable",
    "environment_files",
    "environment_name",
    "is_development",
    "load_environment",
    "required_secrets",
]
