"""Neo4j's driver, imported when a first statement runs."""

from __future__ import annotations

import asyncio
import logging

_loaded = False


def _load() -> None:
    global _loaded
    # What it says at debug level has the parameters of statements in it, its warnings have the
    # statements, and what it says of failures is in the errors that it raises.
    logging.getLogger("neo4j").setLevel(logging.CRITICAL)
    import atoll.connections.neo4j.failures
    import atoll.connections.neo4j.values  # noqa: F401

    _loaded = True


async def load_driver() -> None:
    """Import the driver without holding the loop; it takes half a second."""
    if not _loaded:
        await asyncio.to_thread(_load)
