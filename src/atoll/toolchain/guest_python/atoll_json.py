"""The JSON text of a result."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import json
import uuid
from collections.abc import Callable
from typing import Any

import atoll_scalars
from atoll_mismatch import Mismatch

# What stands in a value of type Any, besides JSON itself: written as its own type would be.
_LEAVES: tuple[tuple[type, str], ...] = (
    (datetime.datetime, "datetime"),
    (datetime.date, "date"),
    (datetime.time, "time"),
    (datetime.timedelta, "timedelta"),
    (uuid.UUID, "UUID"),
    (decimal.Decimal, "Decimal"),
    (bytes, "bytes"),
)


def _default(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.name
    for kind, name in _LEAVES:
        if isinstance(value, kind):
            return atoll_scalars.ENCODERS[name](value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, (set, frozenset)):
        return list(value)
    raise Mismatch(f"a value of type {type(value).__name__} is not JSON")


_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_default
).encode


# Without what ``json.loads`` does around it for all kinds of input: the host's JSON is compact, and
# a call in a fresh instance pays for each page of memory that it touches.
_scan: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # of its own use of it, but public


def loads(text: str) -> Any:
    """Read JSON as the host writes it. Raises ``ValueError``."""
    try:
        value, end = _scan(text, 0)
    except StopIteration:
        end = -1
    if end != len(text):
        return json.loads(text)  # spaces around it, or an error to report
    return value


def dumps(value: Any) -> str:
    """Write JSON as it crosses the border. Raises ``Mismatch``."""
    try:
        text = _encode(value)
    except ValueError as error:
        if "JSON compliant" in str(error):
            raise atoll_scalars.unserializable("NaN or infinite") from None
        raise Mismatch(str(error)) from None
    except TypeError as error:
        raise Mismatch(str(error)) from None
    except RecursionError:
        raise Mismatch("the value is nested too deeply, or contains itself") from None
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Mismatch(
                "it holds half of a surrogate pair, which is no character; "
                'text from bytes becomes valid by decode(errors="replace")'
            ) from None
    return text


def encodable(text: str) -> str:
    """The text with a question mark for whatever cannot cross the border (lone surrogates)."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
