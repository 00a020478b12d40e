"""asyncmy, imported when a first statement runs."""

from __future__ import annotations

import asyncio

_loaded = False


def _load() -> None:
    global _loaded
    import atoll.connections.mysql.execution  # noqa: F401

    _loaded = True


async def load_driver() -> None:
    """Import the driver without holding the loop."""
    if not _loaded:
        await asyncio.to_thread(_load)
