"""The hosts on which the engine is known to be sound; everything else is refused at import.

The hot path switches stacks (fibers) underneath the interpreter and mirrors C structs of one
wasmtime release. Both are checked facts about the listed platforms, not something to degrade from.
"""

from __future__ import annotations

import platform
import sys


def unsupported_reason() -> str | None:
    """One sentence on why this host cannot run the engine, or ``None`` if it can.

    CPython 3.14's stack check misfires on foreign stacks (python/cpython#139653), so it stays out
    until that is tested.
    """
    found = (
        f"{platform.python_implementation()} {platform.python_version()} on "
        f"{platform.system()} {platform.machine()}"
    )
    supported = (
        sys.implementation.name == "cpython"
        and (3, 11) <= sys.version_info[:2] <= (3, 13)
        and sys.platform == "linux"
        and platform.machine() == "x86_64"
        and platform.libc_ver()[0] == "glibc"
        and sys.maxsize > 2**32
    )
    if supported:
        return None
    return f"Atoll's engine needs CPython 3.11 to 3.13 on Linux x86-64 with glibc; this is {found}."


def require_supported() -> None:
    """Raise :class:`ImportError` with :func:`unsupported_reason` on a host that is not listed."""
    reason = unsupported_reason()
    if reason is not None:
        raise ImportError(reason)
