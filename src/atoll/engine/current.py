"""Which execution is being polled on this thread: how a host callback finds its own.

Thread-local, because guests that compute are polled on workers.
"""

from __future__ import annotations

import threading
from typing import Any


class _Current(threading.local):
    execution: Any = None


current = _Current()
