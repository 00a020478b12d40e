"""Component values: between Python and ``wasmtime_component_val``.

An encoder and a decoder are compiled once per type, as closures over raw addresses; nothing is
interpreted per value. The types come from the component itself, so a value has exactly one
possible shape on each side and decoders need no checks: wasmtime has lifted the value by the same
type.

===================  =========================================
component            Python
===================  =========================================
bool, s8 ... u64     ``bool``, ``int``
f32, f64             ``float``
char, string         ``str``
list<u8>             ``bytes``
list<T>              ``list``
tuple                ``tuple``
record               ``dict`` by the field names of the component (kebab-case)
option<T>            ``None`` or T (so the two levels of a nested option are one)
result<T, E>         :class:`Ok` or :class:`Err`
enum                 ``str``
variant              :class:`Variant`
flags                ``frozenset[str]``
===================  =========================================

Resources have no Python form. A type may mention them (a list of them can be empty), a value may
not contain one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ok:
    """The ok case of a ``result``; ``value`` is ``None`` if it carries nothing."""

    value: Any = None


@dataclass(frozen=True, slots=True)
class Err:
    """The error case of a ``result``; ``value`` is ``None`` if it carries nothing."""

    value: Any = None


@dataclass(frozen=True, slots=True)
class Variant:
    """One case of a ``variant``; ``value`` is ``None`` if the case carries nothing."""

    case: str
    value: Any = None


#: What may cross a component's border.

Value = int | float | bool | str | bytes | list[Any] | tuple[Any, ...] | dict[str, Any] \
    | frozenset[str] | Ok | Err | Variant | None  # fmt: skip
