"""aiohttp, imported when a first request is made.

The import takes longer than all the rest of a server's start (it reads the machine's certificate
authorities), and many apps start without making a request.
"""

from __future__ import annotations

import asyncio
import sys


def _load() -> None:
    import aiohttp  # noqa: F401


async def load_library() -> None:
    """Import aiohttp without holding the loop; from then on ``import aiohttp`` costs nothing."""
    if "aiohttp" not in sys.modules:
        await asyncio.to_thread(_load)
