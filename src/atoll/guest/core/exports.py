"""Checking what a core module exports: what is the same in every language."""

from __future__ import annotations

from collections.abc import Collection

from atoll.engine import CoreProgram
from atoll.guest.core.imports import check_helper, mismatch, types_of

STARTS = ("_initialize", "_start")
"""Exports that make a fresh instance ready, of which the first that is there does."""


def check_exported(functions: Collection[str], described: Collection[str]) -> None:
    """Raise MetadataError unless every function that metadata describes is exported."""
    for name in described:
        if name not in functions:
            raise mismatch(f"the module describes the function {name[:100]} but does not export it")


def check_start(program: CoreProgram, hint: str = "build the app again") -> str:
    """The name of the export that makes an instance ready.

    Raises:
        MetadataError: ``MODULE_MISMATCH``: there is none, or the memory is not exported.
    """
    if program.memory_name is None:
        raise mismatch("the module does not export its memory")
    for name in STARTS:
        if name in program.functions:
            check_helper(name, types_of(program.functions[name]), ([], []))
            return name
    raise mismatch(
        "the module exports neither _initialize nor _start, by which it is made ready", hint
    )
