"""Writing WebAssembly binaries: the counterpart of ``guest.wasm_binary``."""

from __future__ import annotations

from collections.abc import Sequence


def unsigned(value: int) -> bytes:
    """LEB128."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def signed32(value: int) -> bytes:
    """Signed LEB128 of a 32-bit pattern (so that 0xFFFFFFFF is -1)."""
    if value & 0x8000_0000:
        value -= 1 << 32
    out = bytearray()
    while not -0x40 <= value < 0x40:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value & 0x7F)
    return bytes(out)


def i32_const(value: int) -> bytes:
    """A constant expression, end included."""
    return b"\x41" + signed32(value) + b"\x0b"


def text(value: str) -> bytes:
    raw = value.encode()
    return unsigned(len(raw)) + raw


def vector(items: Sequence[bytes]) -> bytes:
    return unsigned(len(items)) + b"".join(items)


def section(id: int, content: bytes | bytearray) -> bytes:
    return bytes((id,)) + unsigned(len(content)) + content


def custom_section(name: str, content: bytes) -> bytes:
    return section(0, text(name) + content)
