"""Docstrings: the description, and what it says of each parameter or attribute.

Understood are the three common forms: Google (``Args:``), NumPy (``Parameters`` underlined) and
Sphinx (``:param name:``). What documents parameters is taken out of the description; other
sections stay in it.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field
from typing import Annotated, Any, get_args, get_origin

_TITLES = (
    r"Args|Arguments|Parameters|Params|Attributes|Keyword Args|Keyword Arguments|Other Parameters"
)
_GOOGLE = re.compile(rf"({_TITLES}):\s*")
_NUMPY = re.compile(rf"({_TITLES})\s*")
_UNDERLINE = re.compile(r"-{3,}\s*")
_GOOGLE_ITEM = re.compile(r"\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)")
_NUMPY_ITEM = re.compile(r"(\*{0,2}\w+(?:\s*,\s*\*{0,2}\w+)*)\s*(?::.*)?")
_SPHINX = re.compile(
    r":(?:param|parameter|arg|argument|ivar|cvar)\s+(?:[^:]*\s)?\*{0,2}(\w+):\s*(.*)"
)
_SPHINX_TYPE = re.compile(r":(?:type|vartype|rtype)\b[^:]*:.*")


@dataclass(slots=True)
class Docstring:
    description: str | None = None
    parameters: dict[str, str] = field(default_factory=dict)


def parse(text: str | None) -> Docstring:
    """Take a docstring apart."""
    found = Docstring()
    if not text:
        return found
    lines = inspect.cleandoc(text).splitlines()
    kept: list[str] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if _NUMPY.fullmatch(line) and _UNDERLINE.fullmatch(following):
            index = _numpy(lines, index + 2, found.parameters)
        elif _GOOGLE.fullmatch(line) and _indent(following):
            index = _google(lines, index + 1, found.parameters)
        elif item := _SPHINX.fullmatch(line):
            index, text = _continued(lines, index + 1, item[2], 0)
            found.parameters[item[1]] = text
        elif _SPHINX_TYPE.fullmatch(line):
            index, _ = _continued(lines, index + 1, "", 0)
        else:
            kept.append(line)
            index += 1
    found.description = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip() or None
    return found


def own_doc(kind: type) -> str | None:
    """The docstring that the user wrote on a class: not inherited, not made by Python."""
    doc = vars(kind).get("__doc__")
    generated = ("An enumeration.", f"Alias for {kind.__name__}")
    if not isinstance(doc, str) or doc in generated or doc.startswith(f"{kind.__name__}("):
        return None
    return doc


def annotation_doc(hint: Any) -> str | None:
    """The text of ``Annotated[T, "text"]``, or of an object with a ``documentation``."""
    if get_origin(hint) is not Annotated:
        return None
    for note in get_args(hint)[1:]:
        text = note if isinstance(note, str) else getattr(note, "documentation", None)
        if isinstance(text, str) and text.strip():
            return inspect.cleandoc(text)
    return None


def _indent(line: str) -> int:
    """How far a line is indented; 0 for an empty one."""
    return len(line) - len(line.lstrip()) if line.strip() else 0


def _google(lines: list[str], index: int, into: dict[str, str]) -> int:
    base = _indent(lines[index])
    while index < len(lines):
        line = lines[index]
        if not line.strip():
            index += 1
        elif _indent(line) < base:
            break
        elif _indent(line) == base and (item := _GOOGLE_ITEM.fullmatch(line.strip())):
            index, into[item[1]] = _continued(lines, index + 1, item[2], base)
        else:
            index += 1  # neither an item nor the rest of one
    return index


def _numpy(lines: list[str], index: int, into: dict[str, str]) -> int:
    while index < len(lines):
        line = lines[index]
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if _UNDERLINE.fullmatch(following) and line.strip():
            break  # the next section
        if not line.strip():
            index += 1
            if not _is_numpy_item(lines, index):
                break
        elif not _indent(line) and (item := _NUMPY_ITEM.fullmatch(line)):
            index, text = _continued(lines, index + 1, "", 0)
            for name in item[1].split(","):
                into[name.strip().lstrip("*")] = text
        else:
            break
    return index


def _is_numpy_item(lines: list[str], index: int) -> bool:
    """Whether an item with a description stands here: what follows a blank line may be prose."""
    following = lines[index + 1] if index + 1 < len(lines) else ""
    return (
        index < len(lines)
        and _NUMPY_ITEM.fullmatch(lines[index]) is not None
        and bool(_indent(following))
    )


def _continued(lines: list[str], index: int, first: str, base: int) -> tuple[int, str]:
    """Read on while lines are indented deeper than ``base``; an empty line ends no paragraph."""
    parts = [first.strip()]
    while index < len(lines):
        line = lines[index]
        if line.strip():
            if _indent(line) <= base:
                break
            parts.append(line.strip())
        elif index + 1 < len(lines) and _indent(lines[index + 1]) > base:
            parts.append("\n")
        else:
            break
        index += 1
    text = " ".join(part for part in parts if part)
    return index, text.replace(" \n ", "\n\n").strip()
