"""A component's frame: all of it but its main module, which is the app's image.

An app file is an image (a core module: memory and globals). With the frame around it, it is an
ordinary component. The frame's SHA-256 is the identity of the code that the image belongs to.
"""

from __future__ import annotations

import hashlib

from atoll.guest.wasm_binary import ComponentSectionId, MalformedWasm, sections

EMPTY_MODULE = b"\0asm\x01\x00\x00\x00"


def identity(frame: bytes) -> str:
    return hashlib.sha256(frame).hexdigest()


def compose(frame: bytes, image: bytes, metadata: bytes = b"") -> bytes:
    """The whole component: ``image`` in its place, ``metadata`` (encoded sections) at the end."""
    for section in sections(frame):
        if section.id == ComponentSectionId.CORE_MODULE:
            if frame[section.start : section.end] != EMPTY_MODULE:
                break
            head, tail = frame[: section.header], frame[section.end :]
            return b"".join((head, b"\x01", _length(len(image)), image, tail, metadata))
    raise MalformedWasm("the frame has no empty place for an image", 0)


def _length(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
