"""Query texts with their literals lifted out, so that texts which differ in nothing else are one.

Clients that write values into their queries send a new text each time. A *template* is what such
texts have in common: the pieces between the literals, and of which kind these are.

It is sound because a literal is only lifted out where the text, tokenised as the specification
says (https://spec.graphql.org/draft/#sec-Appendix-Grammar-Summary.Lexical-Tokens), has it as a
token of its own whatever stands in its place, and because a plan is used for a template only if
every literal of it is the value of an argument that the plan reads (``plans.arguments``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, TypeAlias

from graphql import FloatValueNode, IntValueNode, StringValueNode

MAX_TEXT: Final = 16_384
"""Characters of a text that is looked at for literals."""

# It begins with a character class, by which the search skips what cannot begin a literal. What it
# has taken it does not give back, and a string that does not end is taken to where it breaks off:
# hostile texts would have it try every way to share them out.
_LITERAL: Final = re.compile(
    r"""
    (["\-0-9](?:
        (?<=")
        (?:[^"\\\x00-\x08\x0a-\x1f\ud800-\udfff]++
          |\\(?:["\\/bfnrt]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4})
        )*+
        (?:"(?!"))?+                                               # a string
      | (?:
            (?<=-)(?<![\w$.\-]-)(?:0|[1-9][0-9]*+)
          | (?<=0)(?<![\w$.\-]0)
          | (?<=[1-9])(?<![\w$.\-][1-9])[0-9]*+
        )
        (?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+(?![\w.])            # a number
    ))
    """,
    re.VERBOSE,
)
_split = _LITERAL.split

LiteralNode: TypeAlias = StringValueNode | IntValueNode | FloatValueNode
"""What a literal that is lifted out is in the document."""
LITERALS: Final = (StringValueNode, IntValueNode, FloatValueNode)

Key: TypeAlias = tuple[str, ...]
"""What identifies a template: the kinds of its literals, and the pieces between them."""


Template: TypeAlias = tuple[Key, Sequence[str]]
"""A key, and the literals of a text as they stand in it, in order."""


def template_of(text: str) -> Template | None:
    """The template of a text; None when it has no literals, or they cannot be told for certain."""
    if len(text) > MAX_TEXT or '"""' in text:  # a block string is a value of its own kind
        return None
    parts = _split(text)
    if len(parts) == 1:
        return None
    literals = parts[1::2]
    kinds = ""
    for literal in literals:
        if literal[0] == '"':
            if literal[-1] != '"' or (literal[-2:-1] in ("", "\\") and not _is_closed(literal)):
                return None
            kinds += "s"
        elif literal.isdigit() or literal[1:].isdigit():
            kinds += "i"
        else:
            kinds += "f"
    return (kinds, *parts[::2]), literals


def _is_closed(literal: str) -> bool:
    if len(literal) < 2 or literal[-1] != '"':
        return False
    if literal[-2] != "\\":
        return True
    inside = literal[1:-1]
    return (len(inside) - len(inside.rstrip("\\"))) % 2 == 0  # else the last quote is escaped


def positions(template: Template) -> dict[int, int]:
    """Where each literal of a template's text begins: its index by offset."""
    key, literals = template
    found: dict[int, int] = {}
    at = 0
    for index, (piece, literal) in enumerate(zip(key[1:-1], literals, strict=True)):
        at += len(piece)
        found[at] = index
        at += len(literal)
    return found
