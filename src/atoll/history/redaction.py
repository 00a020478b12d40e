"""What is left out of the history: by the names of fields, and by what texts look like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from atoll.manifest import Redaction

if TYPE_CHECKING:
    from atoll.manifest.pattern import Pattern

REDACTED = "[redacted]"

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""PostgreSQL takes neither NUL nor halves of surrogate pairs."""

Path = tuple[str, ...]


class Rules:
    """The rules of one app, ready for use. Of any thread."""

    def __init__(self, redaction: Redaction) -> None:
        self._paths = frozenset(_completed(tuple(text.split(".")) for text in redaction.fields))
        self._patterns = _compiled(redaction.patterns)

    @property
    def any(self) -> bool:
        return bool(self._paths or self._patterns)

    @property
    def of_fields(self) -> bool:
        return bool(self._paths)

    def text(self, text: str) -> str:
        """Without what patterns match, and without what no database takes."""
        text = _UNSTORABLE.sub("\ufffd", text)
        for pattern in self._patterns:
            text = pattern.replace(REDACTED, text)
        return text

    def value(self, value: Any) -> Any:
        """JSON data with all rules applied. Raises RecursionError: it nests too deeply."""
        return self._clean(_without(value, self._paths))

    def _clean(self, value: Any) -> Any:
        match value:
            case str():
                return self.text(value)
            case dict():
                return {self.text(key): self._clean(item) for key, item in value.items()}
            case list():
                return [self._clean(item) for item in value]
            case int() | float() if self._patterns and not isinstance(value, bool):
                shown = str(value)
                found = any(pattern(shown) for pattern in self._patterns)
                return self.text(shown) if found else value
        return value


def _compiled(patterns: Iterable[str]) -> list[Pattern]:
    if not patterns:
        return []
    # Here, because hardly any app has patterns.
    from atoll.manifest.pattern import compile_pattern

    return [compile_pattern(text) for text in patterns]


def _completed(paths: Iterable[Path]) -> Iterator[Path]:
    """``paths``, and what follows ``**`` where that stands for no key at all."""
    for path in paths:
        yield path
        while path and path[0] == "**":
            path = path[1:]
            yield path


def _without(value: Any, paths: Iterable[Path]) -> Any:
    if not paths:
        return value
    if () in paths:
        return REDACTED
    if isinstance(value, dict):
        return {key: _without(item, _below(paths, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_without(item, _below(paths, str(place))) for place, item in enumerate(value)]
    return value


def _below(paths: Iterable[Path], key: str) -> frozenset[Path]:
    further = set()
    for path in paths:
        if path[0] == "**":
            further.add(path)
        elif path[0] == "*" or path[0] == key:
            further.add(path[1:])
    return frozenset(_completed(further))
