"""What becomes of hits: scores, two searches made one, and what the neighbours of a text say."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from atoll.collections.types import LabelShare
from atoll.manifest.collection import Distance

CONSTANT: Final = 60
"""How slowly the scores of ranks fall, as in reciprocal rank fusion (Cormack, Clarke and Buettcher,
SIGIR 2009)."""


def score(distance: float, kind: Distance) -> float:
    """Larger for what is nearer; at most 1, but for ``dot`` of vectors longer than 1."""
    return 1 / (1 + distance) if kind == "euclidean" else 1 - distance


def rank_score(rank: int) -> float:
    """1 for the first (rank 0), and less for each that follows."""
    return (CONSTANT + 1) / (CONSTANT + 1 + rank)


def fuse(
    distances: Mapping[int, float], words: Mapping[int, float], worst: float
) -> list[tuple[int, float]]:
    """Ids with the mean of what meaning and words say of each, from 0 to 1: the best first.

    Values are compared, not ranks: one text that has a rare word stands out among many that have a
    common one, and texts that mean much the same do not.

    Args:
        distances: of all that either search found.
        words: how well the words match, for what has any; larger than 0.
        worst: the distance that counts for nothing, and all beyond it.
    """
    if not distances:
        return []
    least, most = min(distances.values()), max(words.values(), default=0.0) or 1.0
    scores = {}
    for id, distance in distances.items():
        apart = worst - least
        meaning = max(0.0, (worst - distance) / apart) if apart > 0 else float(distance <= least)
        scores[id] = (meaning + words.get(id, 0.0) / most) / 2
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def neighbours(texts: int) -> int:
    """How many of so many texts classify another one: floor(log10 n) squared, at least one."""
    return max(1, int(math.log10(texts)) ** 2) if texts > 0 else 1


def near(distances: Sequence[float]) -> list[bool]:
    """Which are within two standard deviations of the mean."""
    if not distances:
        return []
    mean = math.fsum(distances) / len(distances)
    deviation = math.sqrt(math.fsum((each - mean) ** 2 for each in distances) / len(distances))
    # Sums of equal numbers are not always as many times the number.
    most = 2 * deviation + 1e-12 * max(1.0, abs(mean))
    return [abs(each - mean) <= most for each in distances]


def label_shares(labels: Sequence[Sequence[str]]) -> tuple[LabelShare, ...]:
    """Each label's part of all of them, the largest first; equal ones by name."""
    counts = Counter(label for each in labels for label in each)
    total = counts.total()
    shares = [LabelShare(label, count / total) for label, count in counts.items()]
    return tuple(sorted(shares, key=lambda share: (-share.confidence, share.label)))
