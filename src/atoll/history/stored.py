"""Requests and answers in the form in which they are stored: always JSON, never without bound."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

import msgspec

from atoll.history.assembled import assemble, events_of
from atoll.history.redaction import REDACTED, Rules

_raw = msgspec.json.Decoder(msgspec.Raw)
_ODD = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
"""Escapes that no database takes, and some that it does."""

_STEPS = ((8, 1000), (64, 100), (512, 10))
"""What part of the limit a text may have, and how many members a list or an object: the next ones
if these do not do."""


class Stored(NamedTuple):
    text: str | None
    """JSON."""
    size: int
    """Bytes of it."""
    truncated: bool


NOTHING = Stored(None, 0, False)


class _NotJson(Exception):
    pass


def store(text: str | None, rules: Rules, limit: int, *, stream: bool = False) -> Stored:
    """What is kept of a request or an answer.

    Args:
        text: as it was sent. What is not JSON is kept as a text, but not where fields are to be
            left out: it has none by which they could be found.
        rules: what to leave out.
        limit: bytes, which are kept to about.
        stream: whether it is the text of a stream, which is kept as the answer that it amounts to.
    """
    if text is None:
        return NOTHING
    if not stream and not rules.any and _plain(text, limit):
        return Stored(text, len(text.encode()), False)
    try:
        value = _assembled(text, rules) if stream else None
        if value is None:
            value = rules.value(_parsed(text))
        encoded = _encoded(value)
        if len(encoded) <= limit:
            return Stored(encoded.decode(), len(encoded), False)
        return _shortened(value, encoded, limit)
    except (_NotJson, RecursionError):
        return as_text(text, rules, limit)


def as_text(text: str, rules: Rules, limit: int) -> Stored:
    """The same as a JSON string, whatever it is."""
    told = REDACTED if rules.of_fields else rules.text(text)
    return _beginning(told, limit)


def _plain(text: str, limit: int) -> bool:
    """Whether a text can be stored as it is."""
    if len(text) > limit or _ODD.search(text):
        return False
    try:
        data = text.encode()
        _raw.decode(data)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return False
    return len(data) <= limit


def _assembled(text: str, rules: Rules) -> Any:
    """What a stream amounts to; in a form that is not known the list of its events. None: it has no
    events."""
    events = list(events_of(text))
    if not any(isinstance(event, dict | list) for event in events):
        return None
    answer = assemble(events)
    if answer is not None:
        return rules.value(answer)
    return [REDACTED if isinstance(e, str) and rules.of_fields else rules.value(e) for e in events]


def _parsed(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        pass
    try:  # which takes halves of surrogate pairs, and numbers of any size
        return json.loads(text, parse_constant=str)
    except ValueError:
        raise _NotJson from None


def _encoded(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except OverflowError:  # an integer of more than 64 bits
        return json.dumps(value, ensure_ascii=False).encode()


def _shortened(value: Any, encoded: bytes, limit: int) -> Stored:
    for part, members in _STEPS:
        shorter = _encoded(_cut(value, max(limit // part, 16), members))
        if len(shorter) <= limit:
            return Stored(shorter.decode(), len(shorter), True)
    return _beginning(encoded.decode(), limit // 2)


def _cut(value: Any, length: int, members: int) -> Any:
    match value:
        case str() if len(value) > length:
            return f"{value[:length]}… [{len(value) - length} more characters]"
        case list():
            kept = [_cut(item, length, members) for item in value[:members]]
            if len(value) > members:
                kept.append(f"… [{len(value) - members} more]")
            return kept
        case dict():
            some = list(value.items())[:members]
            kept_keys = {_cut(key, length, members): _cut(v, length, members) for key, v in some}
            if len(value) > members:
                kept_keys["…"] = f"[{len(value) - members} more]"
            return kept_keys
    return value


def _beginning(text: str, limit: int) -> Stored:
    data = text.encode()
    truncated = len(data) > limit
    kept = data[:limit].decode(errors="ignore") if truncated else text
    if truncated:
        kept += f"… [{len(text) - len(kept)} more characters]"
    encoded = msgspec.json.encode(kept)
    return Stored(encoded.decode(), len(encoded), truncated)
