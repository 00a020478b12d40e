"""All operations that a guest may name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atoll.host import models, stream, system
from atoll.host.operation import Operation

OPERATIONS: Mapping[str, Operation[Any]] = {
    found.name: found
    for module in (models, stream, system)
    for found in vars(module).values()
    if isinstance(found, Operation)
}
