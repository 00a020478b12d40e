"""Small binaries, written by hand, as the tests need them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest

MODULE = b"\0asm\x01\x00\x00\x00"
COMPONENT = b"\0asm\x0d\x00\x01\x00"


def leb(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes((value,))


def section(id: int, content: bytes) -> bytes:
    return bytes((id,)) + leb(len(content)) + content


def custom(name: str, content: bytes) -> bytes:
    raw = name.encode()
    return section(0, leb(len(raw)) + raw + content)


DESCRIPTION = {
    "version": 1,
    "language": "python",
    "runtime": "CPython 3.14.0",
    "functions": [
        {
            "name": "getPersonById",
            "export": "get_person_by_id",
            "doc": "Find a person.",
            "file": "app.py",
            "line": 3,
            "parameters": [
                {"name": "personId", "type": {"scalar": "Int"}, "doc": "which one"},
                {"name": "mood", "type": {"nullable": {"ref": "Mood"}}, "default": {"value": None}},
            ],
            "result": {"list": {"ref": "Person"}},
        },
        {"name": "reset", "export": "reset", "parameters": [], "result": None},
    ],
    "types": {
        "Person": {
            "kind": "object",
            "doc": "Somebody.",
            "fields": [
                {"name": "name", "type": {"scalar": "String"}},
                {"name": "ages", "type": {"map": [{"scalar": "String"}, {"scalar": "Int"}]}},
                {"name": "n", "type": {"scalar": "Int"}, "default": {"value": 3}},
            ],
        },
        "Mood": {"kind": "enum", "values": [{"name": "GOOD", "doc": "fine"}, {"name": "BAD"}]},
    },
}


@pytest.fixture
def description() -> dict[str, object]:
    copy: dict[str, object] = json.loads(json.dumps(DESCRIPTION))
    return copy


@pytest.fixture
def app_file() -> Callable[..., bytes]:
    """Makes a file with the given custom sections."""

    def make(sections: Mapping[str, bytes], header: bytes = MODULE) -> bytes:
        return header + b"".join(custom(name, content) for name, content in sections.items())

    return make
