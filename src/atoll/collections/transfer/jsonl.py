"""Texts as JSON, one object a line (https://jsonlines.org)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import msgspec

from atoll.collections.transfer.line import BadLine, Fields, Line, make_line
from atoll.collections.transfer.lines import FileLines
from atoll.collections.types import StoredText, Vector


def read_jsonl(lines: FileLines, fields: Fields = Fields()) -> Iterator[Line | BadLine]:  # noqa: B008 - frozen
    """The texts of a file, in its order. Empty lines are passed over.

    Raises UnreadableFile: see `FileLines`.
    """
    for line in lines:
        if isinstance(line, BadLine):
            yield line
        elif not line.isspace():
            yield _read(lines.number, line, fields)


def write_jsonl(stored: StoredText, vectors: Mapping[str, Vector] | None = None) -> bytes:
    """The line of a text, as `read_jsonl` reads it. Vectors are written exactly."""
    members: dict[str, Any] = {"key": stored.key, "text": stored.text}
    if stored.namespace:
        members["namespace"] = stored.namespace
    if stored.labels:
        members["labels"] = stored.labels
    if stored.metadata:
        members["metadata"] = stored.metadata
    if vectors:
        members["vectors"] = {
            method: msgspec.Raw(vector_json(vector).encode()) for method, vector in vectors.items()
        }
    return msgspec.json.encode(members) + b"\n"


def vector_json(vector: Vector) -> str:
    """A vector as a JSON array."""
    # Nine digits are enough for each f32 (IEEE 754-2019, 5.12.2); Python's would be seventeen.
    return f"[{','.join(['%.9g'] * len(vector))}]" % tuple(vector.tolist())


def _read(number: int, line: str, fields: Fields) -> Line | BadLine:
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        value = _read_with_care(number, line)
        if isinstance(value, BadLine):
            return value
    if not isinstance(value, dict):
        return BadLine(number, "is JSON, but no object")
    return make_line(number, value, fields)


def _read_with_care(number: int, line: str) -> Any:
    """By the parser that says where it fails."""
    try:
        return json.loads(line, parse_constant=_refuse, parse_float=_finite)
    except json.JSONDecodeError as error:
        return BadLine(number, f"is no JSON: {error.msg} (column {error.colno})")
    except ValueError as error:
        return BadLine(number, f"is no JSON: {error}")
    except RecursionError:
        return BadLine(number, "is JSON that is nested too deeply")


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{digits[:40]} is too large")
    return value
