"""Compares and finds texts by what they mean."""

from __future__ import annotations

from dataclasses import dataclass

from atoll.sdk import UserError, models

embedder = models.get("embedder")

ANSWERS = [
    "You can change your password under Settings, Security.",
    "We ship to all of Europe within five days.",
    "An order can be cancelled until it has left our house.",
    "Invoices are sent by mail on the first of each month.",
]


@dataclass
class Match:
    text: str
    similarity: float


def similarity(first: str, second: str) -> float:
    """How near the meanings of two texts are: 1 is the same, 0 has nothing to do with it."""
    a, b = embedder.embed([first, second]).vectors
    return round(_cosine(a, b), 2)


def find(question: str, limit: int = 1) -> list[Match]:
    """The answers that are nearest to a question, best first.

    Args:
        question: as a customer writes it
        limit: how many answers
    """
    if not question.strip():
        raise UserError("Ask a question.")
    asked, *known = embedder.embed([question, *ANSWERS]).vectors
    found = [
        Match(text, round(_cosine(asked, vector), 2))
        for text, vector in zip(ANSWERS, known, strict=True)
    ]
    return sorted(found, key=lambda match: match.similarity, reverse=True)[:limit]


def _cosine(a: list[float], b: list[float]) -> float:
    """Vectors of the local model have length 1."""
    return sum(x * y for x, y in zip(a, b, strict=True))
