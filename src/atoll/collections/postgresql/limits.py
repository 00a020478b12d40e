"""From how many vectors on an index is worth its while."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts of vectors."""

    smallest_index: int = 10_000
    """A generation with fewer has none."""
    few: int = 5_000
    """Where the namespaces that are searched have no more, all are compared."""
    few_filtered: int = 2_000
    """Where a filter leaves no more, all are compared."""
    furthest: int = 20_000
    """After which a walk of the index ends that finds too few that fit."""
