"""gRPC and Dgraph's messages, imported when a first statement runs."""

from __future__ import annotations

import asyncio
import os

_loaded = False


def _load() -> None:
    global _loaded
    # What the library writes to stderr by itself is in the errors of calls as well.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    import atoll.connections.dgraph.failures
    import atoll.connections.dgraph.requests
    import atoll.connections.dgraph.session  # noqa: F401

    _loaded = True


async def load_library() -> None:
    """Import them without holding the loop; it takes a fifth of a second."""
    if not _loaded:
        await asyncio.to_thread(_load)
