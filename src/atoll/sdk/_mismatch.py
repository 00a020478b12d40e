"""A value that does not fit a type hint."""

from __future__ import annotations

from typing import Any


class Mismatch(Exception):
    """Why, and where in the value: ``path`` is the way to it, outermost step first."""

    def __init__(self, reason: str, hint: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.path: list[str | int] = []

    def under(self, step: str | int) -> Mismatch:
        """The same mismatch, seen from one level further out."""
        self.path.insert(0, step)
        return self

    def __str__(self) -> str:
        path = ".".join(str(step) for step in self.path)
        return f"{path}: {self.reason}" if path else self.reason


def kind_of(value: Any) -> str:
    """What a value is, in words of JSON. Not the value itself: messages end up in logs."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "text"
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else "a number"


def expected(what: str, value: Any) -> Mismatch:
    """The error for a value of another kind than its hint names."""
    hint = None
    if value is None:
        hint = f"If it may be NULL, make its type `{what} | None`."
    return Mismatch(f"expected {what}, got {kind_of(value)}", hint)
