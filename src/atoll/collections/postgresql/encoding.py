"""Metadata and vectors as PostgreSQL and pgvector take and give them."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from atoll.collections.types import Vector, Vectors

if TYPE_CHECKING:
    import psycopg

_COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END = b"\xff\xff"
_EXACT = float(1 << 53)
_JSON = json.JSONEncoder(allow_nan=False)


def digest_of(key: str) -> uuid.UUID:
    """What a key is found by: it may be larger than what an index can hold."""
    return uuid.UUID(bytes=hashlib.blake2b(key.encode(), digest_size=16).digest())


def to_json(value: Any) -> str:
    """JSON in which a large double has all its digits.

    jsonb keeps decimal numbers: 1e+300 would become another number than the double that it stands
    for, and a whole one.
    """
    return _JSON.encode(value) if not _has_large(value) else _to_json(value)


def _has_large(value: Any) -> bool:
    if isinstance(value, float):
        return abs(value) >= _EXACT
    if isinstance(value, Mapping):
        return any(map(_has_large, value.values()))
    return isinstance(value, list | tuple) and any(map(_has_large, value))


def _to_json(value: Any) -> str:
    match value:
        case Mapping():
            members = (f"{_JSON.encode(key)}:{_to_json(each)}" for key, each in value.items())
            return f"{{{','.join(members)}}}"
        case list() | tuple():
            return f"[{','.join(map(_to_json, value))}]"
        case float() if abs(value) >= _EXACT:
            return f"{digits(value)}.0"
        case _:
            return _JSON.encode(value)


def digits(value: float) -> str:
    """The decimal number that a large double is."""
    return format(Decimal(value), "f")


class Packed(bytes):
    """A vector in pgvector's binary form, as the parameter of a statement."""


def pack(vector: Vector) -> Packed:
    size = vector.shape[0].to_bytes(2, "big") + bytes(2)
    return Packed(size + vector.astype(">f4").tobytes())


def unpack(packed: Sequence[bytes], dimension: int) -> Vectors:
    """The vectors, of which each has this dimension."""
    import numpy

    row = numpy.dtype([("head", ">u4"), ("vector", ">f4", (dimension,))])
    rows = numpy.frombuffer(b"".join(packed), row)
    return numpy.ascontiguousarray(rows["vector"], numpy.float32)


def copy_rows(ids: Sequence[int], namespaces: Sequence[int], vectors: Vectors) -> bytes:
    """Rows of a table of vectors, for COPY in its binary format."""
    import numpy

    dimension = vectors.shape[1]
    rows = numpy.zeros(
        len(ids),
        [
            ("fields", ">i2"),
            ("id_bytes", ">i4"),
            ("id", ">i8"),
            ("namespace_bytes", ">i4"),
            ("namespace", ">i4"),
            ("vector_bytes", ">i4"),
            ("dimension", ">u2"),
            ("unused", ">u2"),
            ("vector", ">f4", (dimension,)),
        ],
    )
    rows["fields"] = 3
    rows["id_bytes"] = 8
    rows["id"] = ids
    rows["namespace_bytes"] = 4
    rows["namespace"] = namespaces
    rows["vector_bytes"] = 4 + 4 * dimension
    rows["dimension"] = dimension
    rows["vector"] = vectors
    return _COPY_HEADER + rows.tobytes() + _COPY_END


def register(connection: psycopg.Connection[Any]) -> None:
    """Have `Packed` be sent as it is; the server knows from the statement what it is."""
    from psycopg.adapt import Dumper
    from psycopg.pq import Format

    class PackedDumper(Dumper):
        format = Format.BINARY

        def dump(self, obj: Any) -> bytes:
            return bytes(obj)

    connection.adapters.register_dumper(Packed, PackedDumper)
