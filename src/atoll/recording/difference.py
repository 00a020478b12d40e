"""Where two requests differ first, in words for whoever wrote the request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from atoll.recording import json_form

_MISSING = object()
_SHOWN = 80


class Difference(NamedTuple):
    path: str
    """``messages[0].content``."""
    recorded: Any
    asked: Any

    def __str__(self) -> str:
        recorded, asked = _apart(_shown(self.recorded), _shown(self.asked))
        return f"{self.path}: recorded {recorded}, asked {asked}"


def differences(recorded: Any, asked: Any, path: str = "") -> Iterator[Difference]:
    """All places where they differ."""
    if isinstance(recorded, dict) and isinstance(asked, dict):
        for name in dict.fromkeys((*recorded, *asked)):
            inner = f"{path}.{name}" if path else name
            yield from differences(recorded.get(name, _MISSING), asked.get(name, _MISSING), inner)
    elif isinstance(recorded, list) and isinstance(asked, list):
        for index in range(max(len(recorded), len(asked))):
            yield from differences(_at(recorded, index), _at(asked, index), f"{path}[{index}]")
    elif not _same(recorded, asked):
        yield Difference(path.removeprefix("input.") or "the whole of it", recorded, asked)


def _at(items: list[Any], index: int) -> Any:
    return items[index] if index < len(items) else _MISSING


def _same(one: Any, other: Any) -> bool:
    if _MISSING in (one, other):
        return one is other
    return json_form.canonical(one) == json_form.canonical(other)


def _shown(value: Any) -> str:
    return "nothing" if value is _MISSING else json_form.dumps(value)


def _apart(one: str, other: str) -> tuple[str, str]:
    """Two texts, cut to where they differ."""
    if max(len(one), len(other)) <= _SHOWN:
        return one, other
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    start = max(start - _SHOWN // 2, 0)
    return _cut(one, start), _cut(other, start)


def _cut(text: str, start: int) -> str:
    end = start + _SHOWN
    before = "…" if start else ""
    return before + text[start:end] + ("…" if len(text) > end else "")
