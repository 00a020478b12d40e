"""What does not fit across the border of a core module, and how much may cross it."""

from __future__ import annotations

from atoll.guest.core.scalar import Misfit
from atoll.guest.failure import GuestFailure

MAX_BYTES = 16 << 20
"""Of a function's arguments and of its results, in the guest's memory, unless an app says else."""
SELECTIONS = 256
"""For how many selections of its result a function's readers are kept."""


class UnfitResult(Exception):
    """What a host function gives cannot be passed on."""


def invalid_argument(parameter: str, misfit: Misfit) -> GuestFailure:
    return GuestFailure("argument", "", f"function parameter '{parameter}' is invalid: {misfit}")


def arguments_too_large(limit: int) -> GuestFailure:
    return GuestFailure(
        "argument",
        "PayloadTooLarge",
        f"the function's arguments are larger than {limit} bytes (limits.payloadMb in modus.json)",
    )


def result_unfit(function: str, misfit: Misfit) -> UnfitResult:
    return UnfitResult(f"the module declares {function} with another result: {misfit}")


def result_too_large(function: str) -> UnfitResult:
    return UnfitResult(
        f"the result of {function} is larger than limits.payloadMb in modus.json allows"
    )
