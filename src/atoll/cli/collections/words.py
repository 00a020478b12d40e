"""Figures in words."""

from __future__ import annotations

from typing import Final


def counted(count: int, noun: str) -> str:
    """So many of something, as in "1 text" and "2,000 texts"."""
    return f"{count:,} {noun if count == 1 else f'{noun}s'}"


TO_GO_ON: Final = (
    "`atoll serve` or `atoll dev` goes on with it (its log says what fails), "
    "and so does `atoll collections reindex --embed`"
)
"""How texts get embedded that nobody embeds."""


def are(count: int) -> str:
    """The verb that goes with so many."""
    return "is" if count == 1 else "are"
