"""Who calls: bearer tokens and the keys that verify them."""

from __future__ import annotations

from atoll.auth.errors import AuthConfigurationError
from atoll.auth.keys import VerificationKey, load_keys
from atoll.auth.tokens import Admitted, Decision, Refused, TokenVerifier

__all__ = [
    "Admitted",
    "AuthConfigurationError",
    "Decision",
    "Refused",
    "TokenVerifier",
    "VerificationKey",
    "load_keys",
]
