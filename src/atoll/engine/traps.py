"""wasmtime's reasons for a trap, in words for people.

Core calls give a numeric code; component calls only give text, whose last cause is the same reason
spelled out (``wasm trap: ...``), so each entry has both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from atoll.engine.errors import EngineError, IncompatibleCode, Trap


@dataclass(frozen=True, slots=True)
class Reason:
    code: int
    kind: str
    phrase: str  # as wasmtime prints it after "wasm trap: "
    message: str


# Codes: enum wasmtime_trap_code in wasmtime 50's trap.h; phrases: Display of its `Trap`.
REASONS = (
    Reason(0, "stack_overflow", "call stack exhausted", "The guest overflowed its call stack."),
    Reason(
        1,
        "memory_out_of_bounds",
        "out of bounds memory access",
        "The guest accessed memory outside its own.",
    ),
    Reason(
        2,
        "memory_misaligned",
        "unaligned atomic",
        "The guest made an unaligned atomic memory access.",
    ),
    Reason(
        3,
        "table_out_of_bounds",
        "undefined element: out of bounds table access",
        "The guest used a table element that does not exist.",
    ),
    Reason(
        4,
        "indirect_call_to_null",
        "uninitialized element",
        "The guest called an empty table element.",
    ),
    Reason(
        5,
        "bad_signature",
        "indirect call type mismatch",
        "The guest called a function through a pointer of another type.",
    ),
    Reason(6, "integer_overflow", "integer overflow", "The guest's integer division overflowed."),
    Reason(
        7,
        "division_by_zero",
        "integer divide by zero",
        "The guest divided an integer by zero.",
    ),
    Reason(
        8,
        "bad_conversion",
        "invalid conversion to integer",
        "The guest converted a float that does not fit to an integer.",
    ),
    Reason(
        9,
        "unreachable",
        "wasm `unreachable` instruction executed",
        "The guest aborted (it executed `unreachable`).",
    ),
    Reason(10, "interrupt", "interrupt", "The guest was interrupted."),
    Reason(11, "out_of_fuel", "all fuel consumed by WebAssembly", "The guest ran out of fuel."),
    Reason(
        12,
        "atomic_wait",
        "atomic wait on non-shared memory",
        "The guest waited on memory that no other thread can change.",
    ),
    Reason(13, "null_reference", "null reference", "The guest used a null reference."),
    Reason(
        14,
        "array_out_of_bounds",
        "out of bounds array access",
        "The guest accessed an array outside its bounds.",
    ),
    Reason(
        15,
        "allocation_too_large",
        "allocation size too large",
        "The guest asked for an allocation that is too large.",
    ),
    Reason(16, "cast_failure", "cast failure", "The guest cast a reference to a wrong type."),
    Reason(
        17,
        "cannot_enter",
        "cannot enter component instance",
        "The guest cannot be called again after it failed.",
    ),
    Reason(
        25,
        "invalid_char",
        "invalid `char` bit pattern",
        "The guest passed an invalid character.",
    ),
    Reason(
        30,
        "string_out_of_bounds",
        "string content out-of-bounds",
        "The guest passed a string that lies outside its memory.",
    ),
    Reason(
        31,
        "list_out_of_bounds",
        "list content out-of-bounds",
        "The guest passed a list that lies outside its memory.",
    ),
    Reason(
        32,
        "invalid_discriminant",
        "invalid variant discriminant",
        "The guest passed a variant with an unknown case.",
    ),
    Reason(
        33,
        "unaligned_pointer",
        "unaligned pointer",
        "The guest passed an unaligned pointer.",
    ),
    Reason(
        49,
        "uncaught_exception",
        "uncaught exception",
        "The guest threw an exception.",
    ),
)
BY_CODE = {reason.code: reason for reason in REASONS}
#: Every ``Trap.kind``: the reasons above, and those that wasmtime reports without a trap code.
KINDS = frozenset(
    {reason.kind for reason in REASONS}
    | {"memory", "missing_import", "invalid_string", "nested", "other"}
)

_FRAME = re.compile(r"^\s*\d+:\s+(?:0x[0-9a-f]+ - )?(.+?)\s*$", re.MULTILINE)
_MISSING = re.compile(r"unknown import: `([^`]{1,200})` has not been defined")
# What an app prints takes another way: only its runtime, at its end, reaches for these.
_OUTPUT = re.compile(r"wasi:cli/std(?:out|err)@")
_LIMIT = re.compile(
    r"memory minimum size|exceeds? (?:the )?(?:memory|table) limits|table minimum size"
    r"|limit of \d+ (?:byte|page)|failed to grow|resource limit exceeded"
)
_BUSY = re.compile(r"maximum concurrent")
# When wasmtime itself reads a component's values, it gives plain messages instead of trap codes.
_NOT_TEXT = re.compile(r"invalid utf-(?:8|16)|unpaired surrogate")
_LIFTING = (
    (re.compile(r"string pointer/length out of bounds"), 30),
    (re.compile(r"(?:list|map) pointer/length out of bounds|pointer out of bounds"), 31),
    (re.compile(r"unexpected discriminant"), 32),
    (re.compile(r"pointer (?:is )?not aligned"), 33),
    (re.compile(r"converted integer out of range for `char`"), 25),
)


def frames_of(text: str) -> tuple[str, ...]:
    """Names of the guest functions on the stack, innermost first, from wasmtime's message."""
    head, _, _ = text.partition("Caused by:")
    return tuple(match[:200] for match in _FRAME.findall(head))[:64]


def trap(code: int | None, text: str) -> EngineError:
    """The error for a stopped guest: ``code`` as wasmtime gives it for core calls, ``text`` its
    full message (used only to recognise the reason; nothing of it but names of guest functions
    and of imports gets into the result)."""
    frames = frames_of(text)
    reason = BY_CODE.get(code) if code is not None else None
    if reason is None:
        _, found, phrase = text.rpartition("wasm trap: ")
        if found:
            phrase = phrase.strip()
            reason = next((r for r in REASONS if phrase.startswith(r.phrase)), None)
    if reason is not None:
        return Trap(reason.kind, reason.message, frames)
    missing = _MISSING.search(text)
    if missing is not None:
        name = missing.group(1)
        message = f"The guest called `{name}`, which the sandbox lacks."
        if _OUTPUT.match(name):
            message = "The language runtime failed inside the sandbox."
        return Trap("missing_import", message, frames)
    if _BUSY.search(text):
        return Trap("busy", "Too many calls were going back into guests at this moment.", frames)
    if _LIMIT.search(text):
        return Trap("memory", "The guest needs more memory than its limit.", frames)
    for pattern, code_of_it in _LIFTING:
        if pattern.search(text):
            reason = BY_CODE[code_of_it]
            return Trap(reason.kind, reason.message, frames)
    if _NOT_TEXT.search(text):
        return Trap("invalid_string", "The guest passed a string that is not valid text.", frames)
    if "import" in text and "instantiate" in text:
        return IncompatibleCode("The module's imports do not fit this host.")
    return Trap("other", "The guest was stopped.", frames)
