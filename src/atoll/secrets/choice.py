"""Which providers the operator chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from atoll.secrets.directory import DirectoryProvider
from atoll.secrets.environment import DotenvProvider, EnvironmentProvider
from atoll.secrets.provider import SecretProvider, SecretProviderError
from atoll.secrets.vault import VaultProvider

CHOICE_VARIABLE: Final = "ATOLL_SECRETS"
DEFAULT_CHOICE: Final = ("env", "dotenv")

REFRESH_VARIABLE: Final = "ATOLL_SECRETS_REFRESH_SECONDS"
DEFAULT_REFRESH: Final = 30.0

_EXPECTED = "env, dotenv, dir:PATH or vault:MOUNT/PATH"


def chosen(given: Sequence[str], environ: Mapping[str, str]) -> tuple[str, ...]:
    """The names of providers in ``given``, else in ATOLL_SECRETS, else ``env`` and ``dotenv``.

    Each text is one name, or several with commas between.
    """
    for texts in (given, [environ.get(CHOICE_VARIABLE, "")]):
        names = [name.strip() for text in texts for name in text.split(",")]
        if found := tuple(dict.fromkeys(name for name in names if name)):
            return found
    return DEFAULT_CHOICE


def make_providers(
    names: Sequence[str], app_dir: Path, environ: Mapping[str, str]
) -> tuple[SecretProvider, ...]:
    """The providers of these names; nothing is read yet.

    Args:
        names: from `chosen`.
        app_dir: where the app's ``.env`` files are.
        environ: the process's variables.

    Raises SecretProviderError for a name that is none.
    """
    return tuple(_make(name, app_dir, environ) for name in names)


def _make(name: str, app_dir: Path, environ: Mapping[str, str]) -> SecretProvider:
    kind, _, place = name.partition(":")
    if name == "env":
        return EnvironmentProvider(environ)
    if name == "dotenv":
        return DotenvProvider(app_dir, environ)
    if kind == "dir" and place:
        return DirectoryProvider(Path(place))
    if kind == "vault" and "/" in place.strip("/"):
        return VaultProvider(place, environ)
    raise SecretProviderError(
        "UNKNOWN_SECRETS_PROVIDER",
        f"{name!r} is not where secrets can come from",
        f"--secrets and {CHOICE_VARIABLE} take {_EXPECTED}",
    )


def refresh_seconds(environ: Mapping[str, str]) -> float:
    """How often providers are asked again. Raises SecretProviderError."""
    text = environ.get(REFRESH_VARIABLE, "").strip()
    if not text:
        return DEFAULT_REFRESH
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 1 <= seconds <= 86400:
        raise SecretProviderError(
            "INVALID_VALUE", f"{REFRESH_VARIABLE} must be a number from 1 to 86400, not {text!r}"
        )
    return seconds
