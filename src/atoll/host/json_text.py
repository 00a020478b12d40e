"""JSON text as weak parsers can read it.

Old JSON libraries of guests lose the backslash of some ``\\u`` escapes, or cannot read ``\\/``. The
same text without these escapes is read by all of them.
"""

from __future__ import annotations

import re

_ESCAPE = re.compile(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))",
    re.DOTALL,
)


def plain(text: str) -> str:
    """The same JSON with raw characters instead of escapes, where JSON allows them."""
    return _ESCAPE.sub(_replace, text) if "\\" in text else text


def _replace(found: re.Match[str]) -> str:
    high, low, single, other = found.groups()
    if high is not None:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    if single is not None:
        code = int(single, 16)
        is_half = 0xD800 <= code <= 0xDFFF
        # Controls, quote and backslash must stay escaped; half a pair is no character.
        return found[0] if code < 0x20 or code in (0x22, 0x5C) or is_half else chr(code)
    return "/" if other == "/" else found[0]
