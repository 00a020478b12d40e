"""One call of an AssemblyScript module, as its host functions see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atoll.engine import CoreExecution
from atoll.guest.assemblyscript.placing import Room
from atoll.guest.core import call
from atoll.guest.guest import HostSide, OnLog


class Call(call.Call):
    """With room for what its host functions give."""

    __slots__ = ("_has_entries", "_room")

    def __init__(
        self,
        environment: Mapping[str, str],
        host: HostSide,
        on_log: OnLog,
        has_entries: bool = False,
    ) -> None:
        super().__init__(environment, host, on_log)
        self._has_entries = has_entries
        self._room: Room | None = None

    @property
    def room(self) -> Room | None:
        """Where objects for the guest are prepared; None if it cannot take them from there."""
        if self._room is None and self._has_entries:
            self._room = Room()
        return self._room


def call_of(execution: CoreExecution) -> Call:
    data: Any = execution.data
    return data  # type: ignore[no-any-return]  # `data` is whatever its owner put there
