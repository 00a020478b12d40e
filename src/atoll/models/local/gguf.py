"""The head of a GGUF file, read before llama.cpp sees it: what it is, and what it will need.

Format: the GGUF specification of ggml, versions 2 and 3.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from atoll.models.local.source import unusable

_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?"} | {
    10: "<Q",
    11: "<q",
    12: "<d",
}
_STRING, _ARRAY = 8, 9
_MOST = 1 << 20
"""Of keys and of an array's values: a vocabulary has some 100,000."""
_LONGEST = 1 << 24
"""Bytes of a string; the longest are templates of chats."""

_READ = ("tokenizer.chat_template", "general.architecture")
_COUNTS = (
    *("context_length", "block_count", "embedding_length"),
    *("attention.head_count", "attention.head_count_kv"),
)


@dataclass(frozen=True, slots=True)
class Gguf:
    """What the head of a file tells; 0 and "" where it does not say."""

    size: int
    """Of the file, in bytes."""
    architecture: str = ""
    chat_template: str = ""
    context_length: int = 0
    """Tokens that the model was trained for."""
    cache_bytes: int = 0
    """Of memory per token of context."""

    @property
    def has_tools(self) -> bool:
        """Whether the model's own template for chats knows tools."""
        return "tools" in self.chat_template


def read_gguf(name: str, path: Path) -> Gguf:
    """Raises ModelError when that is no GGUF file, naming model ``name``."""
    try:
        with path.open("rb") as file:
            found = _read(file)
            size = path.stat().st_size
    except (struct.error, ValueError, OverflowError, OSError) as error:
        raise unusable(name, "is not a GGUF file, or only a part of one") from error
    architecture = found.get("general.architecture", "")
    counts = {key: found.get(f"{architecture}.{key}", 0) for key in _COUNTS}
    return Gguf(
        size=size,
        architecture=str(architecture),
        chat_template=str(found.get("tokenizer.chat_template", "")),
        context_length=_whole(counts["context_length"]),
        cache_bytes=_cache_bytes({key: _whole(value) for key, value in counts.items()}),
    )


def _cache_bytes(counts: dict[str, int]) -> int:
    """Keys and values of all layers, in float16."""
    heads = counts["attention.head_count"] or 1
    per_head = counts["embedding_length"] // heads
    kept = counts["attention.head_count_kv"] or heads
    return counts["block_count"] * kept * per_head * 2 * 2


def _whole(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _read(file: BinaryIO) -> dict[str, object]:
    if file.read(4) != b"GGUF":
        raise ValueError("magic")
    version, _, keys = struct.unpack("<IQQ", file.read(20))
    if version not in (2, 3) or keys > _MOST:
        raise ValueError("version")
    found: dict[str, object] = {}
    for _ in range(keys):
        key = _string(file).decode(errors="replace")
        (kind,) = struct.unpack("<I", file.read(4))
        value = _value(file, kind)
        if key in _READ or key.endswith(_COUNTS):
            found[key] = value
    return found


def _value(file: BinaryIO, kind: int) -> object:
    if kind == _STRING:
        return _string(file).decode(errors="replace")
    if kind == _ARRAY:
        inner, count = struct.unpack("<IQ", file.read(12))
        if count > _MOST or inner == _ARRAY:
            raise ValueError("array")
        if inner == _STRING:
            for _ in range(count):
                _string(file)
        else:
            file.read(count * struct.calcsize(_scalar(inner)))
        return None
    form = _scalar(kind)
    value: object = struct.unpack(form, file.read(struct.calcsize(form)))[0]
    return value


def _scalar(kind: int) -> str:
    if kind not in _SCALARS:
        raise ValueError("type")
    return _SCALARS[kind]


def _string(file: BinaryIO) -> bytes:
    (length,) = struct.unpack("<Q", file.read(8))
    if length > _LONGEST:
        raise ValueError("string")
    data = file.read(length)
    if len(data) != length:
        raise ValueError("cut off")
    return data
