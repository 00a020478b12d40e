"""Where secret values come from, and where they go."""

from __future__ import annotations

from atoll.secrets.choice import DEFAULT_CHOICE, chosen, make_providers, refresh_seconds
from atoll.secrets.dotenv import EnvironmentFileError
from atoll.secrets.environment import (
    environment_files,
    environment_name,
    is_development,
    load_environment,
)
from atoll.secrets.provider import SecretProvider, SecretProviderError
from atoll.secrets.refresh import SecretsRefresher
from atoll.secrets.required import RequiredSecret, required_secrets
from atoll.secrets.secrets import SecretNotAllowed, Secrets, connection_variable
from atoll.secrets.sources import SecretSources

__all__ = [
    "DEFAULT_CHOICE",
    "EnvironmentFileError",
    "RequiredSecret",
    "SecretNotAllowed",
    "SecretProvider",
    "SecretProviderError",
    "SecretSources",
    "Secrets",
    "SecretsRefresher",
    "chosen",
    "connection_variable",
    "environment_files",
    "environment_name",
    "is_development",
    "load_environment",
    "make_providers",
    "refresh_seconds",
    "required_secrets",
]
