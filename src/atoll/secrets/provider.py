"""What gives secrets, and how it says that it cannot."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import Protocol

from atoll.manifest import Location

PREFIX = "MODUS_"

VARIABLE = re.compile(r"MODUS_[A-Za-z0-9_.-]+", re.ASCII)
"""Names of variables as files and keys can have them; Kubernetes allows the same characters."""


class SecretProviderError(Exception):
    """A provider cannot give its secrets. No part of a value appears in it."""

    def __init__(
        self, code: str, message: str, hint: str | None = None, location: Location | None = None
    ) -> None:
        self.code = code
        self.message = message
        self.hint = hint
        self.location = location
        super().__init__(message)


class SecretProvider(Protocol):
    """A place that holds variables. Its methods block, and are called from one thread at a time."""

    @property
    def name(self) -> str:
        """As the operator chose it: ``env``, ``dir:/run/secrets``."""

    def load(self) -> Mapping[str, str]:
        """All variables that it has now. Raises SecretProviderError."""

    def stamp(self) -> Hashable | None:
        """Differs from that of before once something changed, and is cheap to find out.

        None when there is no cheap way. Raises nothing.
        """
