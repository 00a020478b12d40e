"""``os.environ`` of the call.

What CPython read of its environment is from the time when the base was built. Here the variables
are asked of the host when they are first used, in each instance anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

Pairs = list[tuple[str, str]]

_read: Callable[[], Pairs]
_variables: dict[bytes, bytes] | None = None


class CallEnvironment(os._Environ[Any]):
    """The mapping of ``os``, whose data comes when it is needed."""

    @property
    def _data(self) -> dict[bytes, bytes]:
        global _variables
        if _variables is None:
            _variables = {os.fsencode(name): os.fsencode(value) for name, value in _read()}
        return _variables

    @_data.setter
    def _data(self, value: dict[bytes, bytes]) -> None:
        """What Python read before is of no use."""


def install(read: Callable[[], Pairs]) -> None:
    """Let ``os.environ`` be what ``read`` gives."""
    global _read
    _read = read
    for mapping in (os.environ, os.environb):
        vars(mapping).pop("_data", None)
        mapping.__class__ = CallEnvironment


def forget() -> None:
    """Ask again at the next use."""
    global _variables
    _variables = None
