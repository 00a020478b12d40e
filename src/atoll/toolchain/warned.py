"""What the author of an app should know, though the build goes on."""

from __future__ import annotations

from dataclasses import dataclass

from atoll.toolchain.errors import Location


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that Atoll, the compiler or a transform warns of."""

    message: str
    location: Location | None
    code: str = "COMPILER_WARNING"
    hint: str | None = None
    severity: str = "warning"
