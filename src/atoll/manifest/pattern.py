"""Regular expressions that an app's developer writes, and that run over texts of any size.

They are RE2's (https://github.com/google/re2/wiki/Syntax): the time that a match takes grows with
the text alone, whatever the pattern, and other threads go on meanwhile. Python's own may take ages,
in which nothing else of the process runs.
"""

from __future__ import annotations

import re2  # type: ignore[import-untyped]

LARGEST_PROGRAM = 8 << 20
"""Bytes that one pattern may take, compiled."""


class PatternError(Exception):
    """A text is not a pattern, or one that would need too much; the message says why."""


class Pattern:
    """A compiled pattern. Of any thread."""

    __slots__ = ("_compiled",)

    def __init__(self, compiled: object) -> None:
        self._compiled = compiled

    def __call__(self, text: str) -> bool:
        """Whether it matches anywhere in ``text``, which has no half of a surrogate pair."""
        return self._compiled.search(text) is not None  # type: ignore[attr-defined]

    def replace(self, replacement: str, text: str) -> str:
        """``text`` with ``replacement`` for each match that is not empty."""
        # A match of nothing, which a pattern such as "x*" has everywhere, hides nothing.
        changed: str = self._compiled.sub(  # type: ignore[attr-defined]
            lambda match: replacement if match.group() else "", text
        )
        return changed


def compile_pattern(text: str) -> Pattern:
    """Raises PatternError."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = LARGEST_PROGRAM
    try:
        return Pattern(re2.compile(text, options))
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        said = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise PatternError(said or "it is too large") from None
    except UnicodeEncodeError:
        raise PatternError("it has half of a surrogate pair") from None
