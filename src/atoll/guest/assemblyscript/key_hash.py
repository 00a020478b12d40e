"""Hashes of map keys, as the guest computes them: a map that the host wrote must answer lookups.

XXH32 with seed 0. Integers narrower than four bytes are extended to a word first while the length
stays their own, which is not plain XXH32.
"""

from __future__ import annotations

import struct

_P1, _P2, _P3, _P4, _P5 = 2654435761, 2246822519, 3266489917, 668265263, 374761393
_MASK = 0xFFFFFFFF
_BLOCK = struct.Struct("<4I")


def hash_bytes(data: bytes) -> int:
    """Of a text's UTF-16, or of a number of four or eight bytes."""
    size, at = len(data), 0
    if size >= 16:
        lanes = [(_P1 + _P2) & _MASK, _P2, 0, -_P1 & _MASK]
        while at <= size - 16:
            words = _BLOCK.unpack_from(data, at)
            for lane, word in enumerate(words):
                lanes[lane] = _rotate((lanes[lane] + word * _P2) & _MASK, 13) * _P1 & _MASK
            at += 16
        turns = (1, 7, 12, 18)
        found = size + sum(_rotate(lane, turn) for lane, turn in zip(lanes, turns, strict=True))
    else:
        found = size + _P5
    found &= _MASK
    while at + 4 <= size:
        found = _mix_word(found, int.from_bytes(data[at : at + 4], "little"))
        at += 4
    for byte in data[at:]:
        found = _rotate((found + byte * _P5) & _MASK, 11) * _P1 & _MASK
    return _finish(found)


def hash_small(value: int, width: int) -> int:
    """Of an integer or bool of ``width`` (1, 2 or 4) bytes."""
    return _finish(_mix_word((_P5 + width) & _MASK, value & _MASK))


def _mix_word(found: int, word: int) -> int:
    return _rotate((found + word * _P3) & _MASK, 17) * _P4 & _MASK


def _rotate(value: int, turn: int) -> int:
    return ((value << turn) | (value >> (32 - turn))) & _MASK


def _finish(found: int) -> int:
    found ^= found >> 15
    found = found * _P2 & _MASK
    found ^= found >> 13
    found = found * _P3 & _MASK
    return found ^ (found >> 16)
