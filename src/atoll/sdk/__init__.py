"""What an Atoll app in Python imports.

The package needs nothing but the standard library, so that it works in an editor, in a test, and
inside the sandbox.
"""

from __future__ import annotations

from atoll.sdk import auth, console, models, streams, time
from atoll.sdk.errors import HostError, HostUnavailable, ModelError, UserError
from atoll.sdk.integers import Int64, UInt, UInt64

__all__ = [
    "HostError",
    "HostUnavailable",
    "Int64",
    "ModelError",
    "UInt",
    "UInt64",
    "UserError",
    "auth",
    "console",
    "models",
    "streams",
    "time",
]
