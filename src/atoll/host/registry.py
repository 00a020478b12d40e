"""All operations that a guest may name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atoll.host import (
    collections,
    dgraph,
    http,
    models,
    neo4j,
    secrets,
    sql,
    stream,
    system,
    telemetry,
    time,
)
from atoll.host.operation import ImportBinding, Operation
from atoll.host.unavailable import UNAVAILABLE

_MODULES = (
    collections, dgraph, http, models, neo4j, secrets, sql, stream, system, telemetry, time,
)  # fmt: skip

OPERATIONS: Mapping[str, Operation[Any]] = {
    found.name: found
    for module in _MODULES
    for found in vars(module).values()
    if isinstance(found, Operation)
}

IMPORTS: Mapping[str, tuple[Operation[Any], ImportBinding]] = {
    binding.name: (operation, binding)
    for operation in OPERATIONS.values()
    for binding in operation.imports
}
"""Operations by the names under which core modules import them."""

__all__ = ["IMPORTS", "OPERATIONS", "UNAVAILABLE"]
