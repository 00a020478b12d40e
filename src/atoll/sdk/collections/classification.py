"""What the neighbours of a text say of it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LabelShare:
    """A label, and how much speaks for it.

    Attributes:
        label: of texts that are near
        confidence: its part of all their labels, from 0 to 1
    """

    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A text near to one that is classified.

    Attributes:
        key: of the text
        labels: stored with it
        distance: smaller for what is nearer
        score: larger for what is nearer
    """

    key: str
    labels: list[str]
    distance: float
    score: float


@dataclass(frozen=True, slots=True)
class TextClassification:
    """Labels for a text, as its neighbours in a collection have them.

    Attributes:
        labels: the likeliest first
        neighbours: the texts that they come from, the nearest first
    """

    labels: list[LabelShare] = field(default_factory=list)
    neighbours: list[Neighbour] = field(default_factory=list)

    @property
    def label(self) -> str | None:
        """The likeliest one; None if no neighbour has any."""
        return self.labels[0].label if self.labels else None

    @property
    def confidence(self) -> float:
        """Of ``label``; 0 if there is none."""
        return self.labels[0].confidence if self.labels else 0.0
