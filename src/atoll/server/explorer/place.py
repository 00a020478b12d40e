"""Places in the manifest, as the page gets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atoll.server.explorer.wire import Wire

if TYPE_CHECKING:
    from atoll.manifest import Location


class Place(Wire, frozen=True):
    line: int
    column: int


def place_of(location: Location | None) -> Place | None:
    return None if location is None else Place(location.line, location.column or 1)
