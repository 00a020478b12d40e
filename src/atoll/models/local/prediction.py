"""Predictions of labels, in the form of Modus's experimental classification interface."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any


def prediction(labels: Sequence[str], probabilities: Sequence[float]) -> dict[str, Any]:
    """One instance's; the labels in the order in which they were given."""
    best = max(range(len(labels)), key=probabilities.__getitem__)
    return {
        "label": labels[best],
        "confidence": probabilities[best],
        "probabilities": [
            {"label": label, "probability": probability}
            for label, probability in zip(labels, probabilities, strict=True)
        ],
    }


def softmax(scores: Sequence[float], temperature: float = 1.0) -> list[float]:
    """Probabilities that add up to 1; a low temperature favours the best."""
    highest = max(scores)
    powers = [math.exp((score - highest) / temperature) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]
