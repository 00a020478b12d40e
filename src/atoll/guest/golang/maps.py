"""Reading maps, which only the guest can list: after all else of a value has been read.

What stands for a map until then is given out already, and filled later.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, NamedTuple

from atoll.guest.failure import BadGuestReply
from atoll.guest.golang.memory import ADDRESS, Memory, Reader, Steps, signed


class MapPlan(NamedTuple):
    """How a map is read, when the guest has listed its keys and values."""

    id: int
    read: Callable[[Reader, int, int, int], Any]
    """Of the addresses of keys and values, and their number."""
    hold: int | None
    """The type of a variable that keeps the list of values alive while maps in it are read."""
    is_dict: bool
    """Whether it becomes one; else a list of pairs."""

    def empty(self) -> Any:
        return {} if self.is_dict else []


def finish(reader: Reader, memory: Memory, word: int) -> Steps[None]:
    """Read the maps that a reading has come upon, which only the guest can list."""
    headers = struct.Struct("<II" if word == 4 else "<QQ")
    while reader.later:
        plan, at, into, depth = reader.later.pop()
        hold = None
        if plan.hold is not None:
            hold = (yield ("__make", plan.hold, 0)) & ADDRESS
        packed: int = yield ("__read_map", plan.id, signed(at))
        keys_at, values_at = packed >> 32 & ADDRESS, packed & ADDRESS
        if not keys_at or not values_at:
            raise BadGuestReply(f"the module cannot list the map at address {at}")
        keys_data, keys_count = headers.unpack(memory.read(keys_at, 2 * word))
        header = memory.read(values_at, 3 * word)
        values_data, values_count = headers.unpack(header[: 2 * word])
        if hold:
            memory.write(hold, header)
        if keys_count != values_count:
            raise BadGuestReply(f"the guest's map at address {at} has more keys than values")
        reader.renew(memory.view())
        reader.depth = depth
        reader.enter()
        found = plan.read(reader, keys_data, values_data, keys_count)
        if plan.is_dict:
            into.update(found)
        else:
            into += found
