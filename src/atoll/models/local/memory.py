"""Whether a model fits into the memory that is left, asked before it is loaded.

Without the question the kernel answers it, by ending whichever process it likes.
"""

from __future__ import annotations

from pathlib import Path

from atoll.models.errors import ModelError

_BESIDE = 64 << 20
"""Bytes that a runtime needs beside weights and context: code, and what it computes with."""


def require_memory(name: str, weights: int, context: int = 0) -> None:
    """Raises ModelError if that many bytes, of weights and of context, are not to be had."""
    needed = weights + context + _BESIDE
    free = free_memory()
    if free is not None and needed > free:
        raise ModelError(
            "LOCAL_MODEL_TOO_LARGE",
            f"local model [{name}] needs about {needed >> 20} MiB of memory, "
            f"and {free >> 20} MiB are free",
            "take a smaller model, or one that is quantized to fewer bits",
        )


def free_memory(
    meminfo: Path = Path("/proc/meminfo"), group: Path = Path("/sys/fs/cgroup")
) -> int | None:
    """Bytes that can still be had, by the machine and by the container; None where nobody tells."""
    left = [_available(meminfo), _left_in(group)]
    return min((each for each in left if each is not None), default=None)


def _available(meminfo: Path) -> int | None:
    try:
        lines = meminfo.read_text(encoding="ascii").splitlines()
        found = next(line for line in lines if line.startswith("MemAvailable:"))
        return int(found.split()[1]) << 10
    except (OSError, StopIteration, ValueError):
        return None


def _left_in(group: Path) -> int | None:
    """Of cgroup 2, where what is only a cache of files counts as free."""
    try:
        limit = (group / "memory.max").read_text(encoding="ascii").strip()
        if limit == "max":
            return None
        used = int((group / "memory.current").read_text(encoding="ascii"))
        stat = (group / "memory.stat").read_text(encoding="ascii").splitlines()
        files = next((int(line.split()[1]) for line in stat if line.startswith("file ")), 0)
        return max(0, int(limit) - used + files)
    except (OSError, ValueError):
        return None
