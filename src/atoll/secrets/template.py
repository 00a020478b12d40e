"""Secret templates in the manifest: ``{{NAME}}`` and ``{{base64(USER:PASSWORD)}}``.

The rules are those of Modus (docs/manifest.md); the expression below means to Python's engine
what its original means to Go's.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

# "." stops at line ends only and blanks are ASCII ones, as in Go.
_TEMPLATE = re.compile(
    r"\{\{[\t\n\f\r ]*(?:base64\(([^\n]+?):([^\n]+?)\)|([^\n]+?))[\t\n\f\r ]*\}\}"
)


def render_template(template: str, lookup: Callable[[str], str | None]) -> str:
    """``template`` with every placeholder replaced by what ``lookup`` gives for its names.

    A placeholder with a name that ``lookup`` does not know becomes empty. Replaced text is not
    searched again, and not percent-encoded.
    """

    def replace(match: re.Match[str]) -> str:
        user, password, name = match.groups()
        if name is not None:
            return lookup(name) or ""
        parts = [lookup(user), lookup(password)]  # both, so that both may be reported
        if None in parts:
            return ""
        return base64.b64encode(f"{parts[0]}:{parts[1]}".encode(errors="surrogateescape")).decode()

    return _TEMPLATE.sub(replace, template)


def template_names(template: str) -> tuple[str, ...]:
    """The names that rendering ``template`` looks up, in order."""
    return tuple(name for match in _TEMPLATE.finditer(template) for name in match.groups() if name)


def split_template(template: str) -> list[tuple[str, bool]]:
    """The pieces of ``template`` in order, and whether each is a placeholder."""
    pieces = []
    position = 0
    for match in _TEMPLATE.finditer(template):
        pieces.append((template[position : match.start()], False))
        pieces.append((match[0], True))
        position = match.end()
    pieces.append((template[position:], False))
    return pieces
