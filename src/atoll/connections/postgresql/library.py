"""psycopg, imported when a first statement is sent: many apps start without sending one."""

from __future__ import annotations

import asyncio
import sys

_MODULE = "atoll.connections.postgresql.execution"


def _load() -> None:
    from atoll.connections.postgresql import execution  # noqa: F401


async def load_library() -> None:
    """Import psycopg, and what of this package needs it, without holding the loop."""
    if _MODULE not in sys.modules:
        await asyncio.to_thread(_load)
